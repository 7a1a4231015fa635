//! Models that read a source and write a target: the cache gives what the whole pass gives, padding changes nothing, and
//! every token of the target comes from the streams it should.

mod common;

use common::{assert_close, bits, ids, lively, parity_model, record, t5_config};
use headscope::explore::{Decoding, Pass, Prompt, Sampling, Subject};
use headscope::models::{Inputs, Loaded};
use headscope::nn::{Buckets, Cache};
use headscope::tape::{Attention, Keep, Record, Run};
use headscope::tensor::Tensor;
use serde_json::json;

/// Of the largest logit of a position.
const TOLERANCE: f32 = 1e-5;

fn models() -> Vec<(&'static str, Loaded)> {
    let untied = {
        let mut config = t5_config("MT5ForConditionalGeneration");
        config["num_heads"] = 2.into();
        config
    };
    vec![
        ("t5", lively(&t5_config("T5ForConditionalGeneration"), 3)),
        ("mt5", lively(&untied, 4)),
        ("parity t5", parity_model("t5-v10-tied")),
        ("parity mt5", parity_model("mt5-cg")),
    ]
}

fn long(ids: &[u32]) -> Vec<i64> {
    ids.iter().map(|&id| i64::from(id)).collect()
}

/// A row of a batch, from the first example of a tensor on.
fn row(tensor: &Tensor, example: usize, position: usize) -> Vec<f32> {
    tensor.select(0, example).select(0, position).to_vec()
}

fn logits(record: &Record) -> Tensor {
    record.output("logits").expect("logits")
}

#[test]
fn steps_and_chunks_give_the_whole_pass() {
    for (name, loaded) in models() {
        let (source, target) = (ids(7, 9, 41), ids(8, 14, 41));
        let hidden = [1, 1, 0, 1, 1, 1, 1, 0, 0];
        let with_source = |inputs: Inputs| inputs.with("attention_mask", vec![1, 9], hidden.to_vec());
        let whole = record(&loaded, &with_source(Inputs::ids(&source).with_target(&target)), &Keep::Outputs);
        for lengths in [vec![1; 14], vec![5, 1, 1, 3, 4], vec![14], vec![1, 13], vec![7, 7]] {
            let mut cache = Cache::default();
            let mut memory: Option<Vec<u32>> = None;
            let mut done = 0;
            for length in lengths {
                let first = cache.is_empty();
                let inputs = if first { Inputs::ids(&source) } else { Inputs::default() };
                let inputs = with_source(inputs.with_target(&target[done..done + length])).with_cache(cache);
                let part = record(&loaded, &inputs, &Keep::Outputs);
                for at in 0..length {
                    let what = format!("{name}: position {} in {length}", done + at);
                    let [got, wanted] = [row(&logits(&part), 0, at), row(&logits(&whole), 0, done + at)];
                    assert_close(&got, &wanted, TOLERANCE, &what);
                }
                let streams: Vec<&str> = part.graph().attentions().iter().map(Attention::stream).collect();
                assert_eq!(streams.contains(&"encoder"), first, "the source is read once");
                done += length;
                cache = Cache::after(|name| part.output(name));
                assert_eq!(cache.len(), done);
                let now = bits(&cache.memory[0].0);
                assert_eq!(memory.get_or_insert_with(|| now.clone()), &now, "what is known of the source stays");
            }
        }
    }
}

#[test]
fn a_batch_with_padding_gives_what_each_text_gives_alone() {
    for (name, loaded) in models() {
        let texts = [(ids(1, 7, 41), ids(2, 5, 41)), (ids(3, 4, 41), ids(4, 3, 41)), (ids(5, 6, 41), ids(6, 5, 41))];
        let padded = |list: &[u32], width: usize| {
            let fill = width - list.len();
            let seen = [vec![1; list.len()], vec![0; fill]].concat();
            ([long(list), vec![0; fill]].concat(), seen)
        };
        let (sources, source_seen): (Vec<_>, Vec<_>) = texts.iter().map(|(source, _)| padded(source, 7)).unzip();
        let (targets, target_seen): (Vec<_>, Vec<_>) = texts.iter().map(|(_, target)| padded(target, 5)).unzip();
        let inputs = Inputs::default()
            .with("input_ids", vec![3, 7], sources.concat())
            .with("attention_mask", vec![3, 7], source_seen.concat())
            .with("decoder_input_ids", vec![3, 5], targets.concat())
            .with("decoder_attention_mask", vec![3, 5], target_seen.concat());
        let together = record(&loaded, &inputs, &Keep::Outputs);
        for (example, (source, target)) in texts.iter().enumerate() {
            let alone = record(&loaded, &Inputs::ids(source).with_target(target), &Keep::Outputs);
            for position in 0..target.len() {
                let what = format!("{name}: example {example}, position {position}");
                let [got, wanted] = [row(&logits(&together), example, position), row(&logits(&alone), 0, position)];
                assert_close(&got, &wanted, 1e-4, &what);
            }
        }
    }
}

#[test]
fn attentions_know_their_streams_and_masks() {
    let loaded = lively(&t5_config("T5ForConditionalGeneration"), 3);
    let inputs = Inputs::ids(&ids(7, 6, 41)).with_target(&ids(8, 4, 41));
    let inputs = inputs.with("attention_mask", vec![1, 6], vec![1, 1, 1, 1, 1, 0]);
    let record = record(&loaded, &inputs, &Keep::Everything);
    let attentions = record.graph().attentions();
    let of = |stream: &str| attentions.iter().filter(|a| a.stream() == stream).collect::<Vec<_>>();
    for (stream, layers, queries, keys) in [("encoder", 2, 6, 6), ("decoder", 3, 4, 4), ("cross", 3, 4, 6)] {
        assert_eq!(of(stream).iter().map(|a| a.layer).collect::<Vec<_>>(), (0..layers).collect::<Vec<_>>());
        for attention in of(stream) {
            let shape = record.value(attention.weights).shape().to_vec();
            assert_eq!(shape, [1, 3, queries, keys], "{stream}");
            assert_eq!(attention.content.is_some(), stream != "cross", "{stream}");
            let hidden: Vec<&str> = attention.mask.iter().flat_map(|m| m.census(0)).map(|(r, _)| r.word).collect();
            assert_eq!(hidden, if stream == "decoder" { ["future"] } else { ["padding"] }, "{stream}");
        }
    }
    // One bias for all layers of a stack, by name and with its axes.
    let biases: Vec<_> =
        record.graph().nodes().filter(|(id, _)| record.graph().path(*id).ends_with("relative_bias")).collect();
    let shapes: Vec<_> = biases.iter().map(|(_, node)| node.axes.shape().to_vec()).collect();
    assert_eq!(shapes, [[3, 6, 6], [3, 4, 4]]);
    let text = format!("{:?}", biases[0].1.axes);
    assert!(
        text.contains("head 3") && text.contains("query 6 of encoder") && text.contains("key 6 of encoder"),
        "{text}"
    );
}

#[test]
fn distances_fall_into_the_rows_of_the_paper() {
    let both = Buckets { count: 32, max_distance: 128, both_ways: true };
    let rows = |buckets: Buckets, ahead: &[i64]| ahead.iter().map(|&a| buckets.row(a)).collect::<Result<Vec<_>, _>>();
    // As torch gives them.
    assert_eq!(rows(both, &[0, -1, -7, -8, -11, -12, -127, -500]), Ok(vec![0, 1, 7, 8, 8, 9, 15, 15]));
    assert_eq!(rows(both, &[1, 7, 8, 20, 128]), Ok(vec![17, 23, 24, 26, 31]));
    let back = Buckets { both_ways: false, ..both };
    assert_eq!(rows(back, &[3, 0, -1, -15, -16, -19, -113, -128]), Ok(vec![0, 0, 1, 15, 16, 17, 31, 31]));
    let short = Buckets { max_distance: 14, ..back };
    assert_eq!(short.row(-15), Ok(15));
    assert!(short.row(-40).is_err());
}

#[test]
fn a_target_is_written_taken_back_and_continued() {
    let loaded = || lively(&t5_config("T5ForConditionalGeneration"), 3);
    let subject = Subject::from_loaded("random", loaded());
    let run = || Run::new(subject.pool());
    let start = |prompt: &Prompt| {
        Decoding::start(&subject, prompt, Sampling::default(), run()).expect("ids").expect("not cancelled")
    };
    let write = |decoding: &Decoding, id| decoding.write(&subject, id, run()).expect("room").expect("not cancelled");
    let source = Prompt::of("5 6 7 8");
    let there = write(&write(&start(&source), Some(9)), Some(10));
    let target: Vec<u32> = there.newest().pass.target.iter().map(|token| token.id).collect();
    assert_eq!(target, [0, 9, 10]);
    assert_eq!(there.newest().pass.tokens.len(), 4);
    let given = start(&source.clone().becoming("9 10"));
    assert_close(&there.newest().logits(), &given.newest().logits(), TOLERANCE, "a given target");
    let whole = record(&loaded(), &Inputs::ids(&[5, 6, 7, 8]).with_target(&[0, 9, 10]), &Keep::Outputs);
    assert_close(&there.newest().logits(), &row(&logits(&whole), 0, 2), TOLERANCE, "the whole pass");
    let back = there.taken_back().expect("two were written");
    assert_eq!((back.written(), back.newest().pass.target.len()), (vec![9], 2));
    let direct = write(&write(&start(&source), Some(9)), Some(11));
    assert_eq!(write(&back, Some(11)).newest().logits(), direct.newest().logits());
    assert_eq!(there.written_prompt(&subject).line(), "5 6 7 8 => 9 10");
    assert_eq!(write(&given, Some(3)).written_prompt(&subject).line(), "5 6 7 8 => 9 10 3");
    // The token that ends a text is written, and is no part of the target.
    let ended = write(&there, Some(1));
    assert_eq!((there.ended(&subject), ended.ended(&subject)), (None, Some(1)));
    assert_eq!(ended.written_prompt(&subject).line(), "5 6 7 8 => 9 10");
}

#[test]
fn a_target_that_is_not_given_is_the_likeliest() {
    let subject = Subject::from_loaded("random", lively(&t5_config("T5ForConditionalGeneration"), 3));
    let run = || Run::new(subject.pool());
    let prompt = Prompt::of("5 6 7 8");
    let start = Pass::run(&subject, &prompt, run()).expect("ids").expect("not cancelled");
    assert_eq!(start.target.len(), 1, "the start alone");
    let whole = Pass::run_whole(&subject, &prompt, 7, run()).expect("ids").expect("not cancelled");
    assert_eq!(whole.target.len(), 8);
    for position in 0..7 {
        let best = whole.candidates(position, &Sampling::default(), 1)[0].id;
        assert_eq!(whole.target[position + 1].id, best, "position {position}");
    }
    let given = Pass::run_whole(&subject, &prompt.becoming("4 4"), 7, run()).expect("ids").expect("not cancelled");
    assert_eq!(given.target.iter().map(|token| token.id).collect::<Vec<_>>(), [0, 4, 4]);
}

#[test]
fn what_does_not_fit_is_refused() {
    let loaded = lively(&t5_config("T5ForConditionalGeneration"), 3);
    let refusal = |inputs: &Inputs| loaded.model.graph(inputs).err().map(|error| error.to_string()).unwrap_or_default();
    assert!(refusal(&Inputs::ids(&[1, 2])).contains("decoder_input_ids"));
    assert!(refusal(&Inputs::default().with_target(&[1])).contains("input_ids"));
    assert!(refusal(&Inputs::ids(&[1, 41]).with_target(&[1])).contains("vocab_size"));
    assert!(refusal(&Inputs::ids(&[1]).with_target(&[41])).contains("decoder_input_ids"));
    assert!(refusal(&Inputs::ids(&[1]).with_target(&[])).contains("empty"));
    let two = Inputs::ids(&[1]).with("decoder_input_ids", vec![2, 1], vec![1, 2]);
    assert!(refusal(&two).contains("as many examples"));
    let masked = |name: &str, keys: usize| {
        refusal(&Inputs::ids(&[1, 2]).with_target(&[1, 2, 3]).with(name, vec![1, keys], vec![1; keys]))
    };
    assert!(masked("attention_mask", 3).contains("attention_mask"));
    assert!(masked("decoder_attention_mask", 2).contains("decoder_attention_mask"));
    assert!(masked("position_ids", 2).contains("position_ids"));
    let other = lively(
        &{
            let mut config = t5_config("T5ForConditionalGeneration");
            config["d_kv"] = 4.into();
            config
        },
        3,
    );
    let first = record(&other, &Inputs::ids(&[1, 2]).with_target(&[1]).with_cache(Cache::default()), &Keep::Outputs);
    let cache = Cache::after(|name| first.output(name));
    assert!(refusal(&Inputs::default().with_target(&[1]).with_cache(cache)).contains("past_key_values"));
    let encoder = lively(&t5_config("T5EncoderModel"), 3);
    let message = encoder.model.graph(&Inputs::ids(&[1]).with_target(&[1])).err().map(|error| error.to_string());
    assert!(message.is_some_and(|message| message.contains("decoder_input_ids")));
    // Distances that have no row.
    let mut config = t5_config("T5ForConditionalGeneration");
    config["relative_attention_num_buckets"] = 32.into();
    config["relative_attention_max_distance"] = 14.into();
    let model = lively(&config, 3).model;
    assert!(model.graph(&Inputs::ids(&[1; 9]).with_target(&[1; 15])).is_ok());
    let message = model.graph(&Inputs::ids(&[1; 9]).with_target(&[1; 40])).err().map(|error| error.to_string());
    assert!(message.is_some_and(|message| message.contains("relative_attention_max_distance")));
}

#[test]
fn published_sizes_are_counted_exactly() {
    let count = |config: serde_json::Value| {
        let loaded = headscope::models::shapes(config.as_object().expect("an object")).expect("shapes");
        let parts = headscope::explore::components(&loaded).expect("parts");
        assert_eq!(parts.iter().map(|part| part.parameters).sum::<u64>(), loaded.parameters.count());
        assert_eq!(headscope::explore::unused(&loaded).expect("a pass"), Vec::<String>::new());
        loaded.parameters.count()
    };
    assert_eq!(count(json!({"model_type": "t5"})), 60_506_624);
    let base = json!({"model_type": "t5", "d_model": 768, "d_ff": 3072, "num_layers": 12, "num_heads": 12});
    assert_eq!(count(base), 222_903_552);
    let largest = json!({"model_type": "t5", "d_model": 1024, "d_kv": 128, "d_ff": 65536, "num_layers": 24,
        "num_heads": 128});
    assert_eq!(count(largest), 11_307_321_344);
    let v11 = json!({"model_type": "t5", "d_model": 512, "d_ff": 1024, "num_layers": 8, "num_heads": 6,
        "feed_forward_proj": "gated-gelu", "tie_word_embeddings": false});
    assert_eq!(count(v11), 76_961_152);
    assert_eq!(count(json!({"model_type": "mt5"})), 300_176_768);
}
