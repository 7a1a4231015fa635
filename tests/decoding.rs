//! Decoding with a cache gives what the whole pass gives; recording and replaying change nothing.

mod common;

use std::sync::Arc;

use common::{
    assert_close, assert_same_outputs, bert_config, bits, gpt2_config, ids, lively, parity_model, record, run,
    t5_config, xlm_config,
};
use headscope::explore::{Decoding, Prompt, Sampling, Subject};
use headscope::models::{Inputs, Loaded};
use headscope::nn::Cache;
use headscope::tape::{Keep, Kind, Parameters, Record, Run};
use headscope::tensor::{Pool, Tensor};

/// Of the largest logit of a position.
const TOLERANCE: f32 = 1e-5;

/// The models that decode: random weights, and the checkpoints of parity cases.
fn models() -> Vec<(&'static str, Loaded)> {
    let untied = {
        let mut config = gpt2_config();
        config["tie_word_embeddings"] = false.into();
        config["scale_attn_by_inverse_layer_idx"] = true.into();
        config
    };
    vec![
        ("random", lively(&gpt2_config(), 3)),
        ("random, untied", lively(&untied, 4)),
        ("parity", parity_model("gpt2-lm")),
        ("parity, inverse layer", parity_model("gpt2-lm-inverse-layer")),
        ("bert", lively(&encoder("bert", "BertLMHeadModel"), 5)),
        ("roberta", {
            // No text here has this token: it would take no place.
            let mut config = encoder("roberta", "RobertaForCausalLM");
            config["pad_token_id"] = 0.into();
            lively(&config, 6)
        }),
        ("electra, relative", {
            let mut config = encoder("electra", "ElectraForCausalLM");
            config["position_embedding_type"] = "relative_key_query".into();
            lively(&config, 7)
        }),
        ("xlm", lively(&xlm_config("XLMWithLMHeadModel", true), 8)),
    ]
}

/// An encoder's configuration with the future hidden.
fn encoder(model_type: &str, class: &str) -> serde_json::Value {
    let mut config = bert_config(class);
    config["model_type"] = model_type.into();
    config["is_decoder"] = true.into();
    config
}

/// A text that is run in parts, with what was hidden of it.
struct Text {
    ids: Vec<u32>,
    /// 0 where a token is padding.
    seen: Vec<i64>,
}

impl Text {
    fn plain(ids: Vec<u32>) -> Self {
        let seen = vec![1; ids.len()];
        Self { ids, seen }
    }

    /// The arguments for the tokens of a range, where those before it stand in the cache.
    fn inputs(&self, range: std::ops::Range<usize>) -> Inputs {
        let inputs = Inputs::ids(&self.ids[range.clone()]);
        if self.seen.iter().all(|&seen| seen == 1) {
            return inputs;
        }
        // As generation does it: padding is not counted, and stands at position 1.
        let position = |i: usize| if self.seen[i] == 0 { 1 } else { self.seen[..i].iter().sum() };
        inputs.with("attention_mask", vec![1, range.end], self.seen[..range.end].to_vec()).with(
            "position_ids",
            vec![1, range.len()],
            range.map(position).collect(),
        )
    }
}

fn logits_at(record: &Record, position: usize) -> Vec<f32> {
    record.output("logits").expect("logits").select(0, 0).select(0, position).to_vec()
}

fn grown(record: &Record) -> Cache {
    Cache::after(|name| record.output(name))
}

/// Runs the text in chunks and compares the logits of every position with the whole pass.
fn check_chunks(name: &str, loaded: &Loaded, text: &Text, lengths: &[usize]) -> Vec<Cache> {
    let whole = record(loaded, &text.inputs(0..text.ids.len()), &Keep::Outputs);
    continued(name, loaded, text, Cache::default(), lengths, &whole)
}

fn continued(
    name: &str,
    loaded: &Loaded,
    text: &Text,
    mut cache: Cache,
    lengths: &[usize],
    whole: &Record,
) -> Vec<Cache> {
    let mut caches = Vec::new();
    for &length in lengths {
        let start = cache.len();
        let inputs = text.inputs(start..start + length).with_cache(cache);
        let part = record(loaded, &inputs, &Keep::Outputs);
        // Padding's own row is hidden whole and then uniform over all keys, those of the future included; in a step
        // there are none yet. It carries no meaning, and nobody sees it.
        for position in (0..length).filter(|position| text.seen[start + position] == 1) {
            let what = format!("{name}: chunks {lengths:?}, position {}", start + position);
            assert_close(&logits_at(&part, position), &logits_at(whole, start + position), TOLERANCE, &what);
        }
        cache = grown(&part);
        assert_eq!(cache.len(), start + length);
        caches.push(cache.clone());
    }
    caches
}

#[test]
fn steps_and_chunks_give_the_whole_pass() {
    for (name, loaded) in models() {
        let text = Text::plain(ids(7, 12, 41));
        for lengths in [vec![1; 12], vec![5, 1, 1, 3, 2], vec![12], vec![1, 11], vec![4, 4, 4]] {
            check_chunks(name, &loaded, &text, &lengths);
        }
    }
}

#[test]
fn steps_with_padding_on_the_left_give_the_whole_pass() {
    for (name, loaded) in models() {
        for padding in [1, 4] {
            let mut text = Text::plain(ids(8, 11, 41));
            text.seen[..padding].fill(0);
            for lengths in [vec![1; 11], vec![padding, 11 - padding], vec![6, 2, 2, 1], vec![2, 6, 3]] {
                check_chunks(name, &loaded, &text, &lengths);
            }
        }
    }
}

#[test]
fn a_cache_can_be_taken_back_and_continued_otherwise() {
    for (name, loaded) in models() {
        let text = Text::plain(ids(9, 9, 41));
        let caches = check_chunks(name, &loaded, &text, &[4, 1, 1, 1, 1, 1]);
        // From the cache of 5 tokens two other ways are taken, and the first one once more.
        for seed in [20, 21, 9] {
            let mut other = text.ids[..5].to_vec();
            other.extend(if seed == 9 { text.ids[5..].to_vec() } else { ids(seed, 4, 41) });
            let other = Text::plain(other);
            let whole = record(&loaded, &other.inputs(0..9), &Keep::Outputs);
            continued(name, &loaded, &other, caches[1].clone(), &[1, 2, 1], &whole);
        }
        // What was cached before is untouched by all that.
        let whole = record(&loaded, &text.inputs(0..9), &Keep::Outputs);
        continued(name, &loaded, &text, caches[4].clone(), &[1], &whole);
    }
}

#[test]
fn a_decoding_that_is_taken_back_equals_one_that_never_went_there() {
    let subject = Subject::from_loaded("random", lively(&gpt2_config(), 3));
    let run = || Run::new(subject.pool());
    let write = |decoding: &Decoding, id| decoding.write(&subject, id, run()).expect("room").expect("not cancelled");
    let start = Decoding::start(&subject, &Prompt::of("1 2 3"), Sampling::default(), run());
    let start = start.expect("a text of ids").expect("not cancelled");
    let there = write(&write(&start, None), Some(5));
    let back = there.taken_back().and_then(|d| d.taken_back()).expect("two tokens were written");
    assert_eq!(back.written(), Vec::<u32>::new());
    assert!(back.taken_back().is_none(), "the prompt itself stays");
    let elsewhere = write(&write(&back, Some(7)), Some(8));
    let direct = write(&write(&start, Some(7)), Some(8));
    assert_eq!(elsewhere.written(), [7, 8]);
    assert_eq!(elsewhere.newest().logits(), direct.newest().logits());
    let whole = record(&lively(&gpt2_config(), 3), &Inputs::ids(&[1, 2, 3, 7, 8]), &Keep::Outputs);
    assert_close(&elsewhere.newest().logits(), &logits_at(&whole, 4), TOLERANCE, "the last position");
    // The branch that was left is as it was.
    assert_eq!(there.written()[1], 5);
    assert_eq!(write(&there, Some(6)).written().len(), 3);
}

/// One pass of each model, with something hidden in it.
fn passes() -> Vec<(&'static str, Loaded, Inputs)> {
    let seen = vec![0, 0, 1, 1, 1, 0, 1];
    let inputs = |vocabulary| Inputs::ids(&ids(5, 7, vocabulary)).with("attention_mask", vec![1, 7], seen.clone());
    let relative = {
        let mut config = bert_config("BertForMaskedLM");
        config["position_embedding_type"] = "relative_key_query".into();
        config
    };
    let target = |inputs: Inputs| {
        let hidden = inputs.with("decoder_attention_mask", vec![1, 5], vec![0, 1, 1, 0, 1]);
        hidden.with_target(&ids(6, 5, 41))
    };
    vec![
        ("t5", lively(&t5_config("T5ForConditionalGeneration"), 3), target(inputs(41))),
        ("mt5 encoder", lively(&t5_config("MT5EncoderModel"), 3), inputs(41)),
        ("gpt2", lively(&gpt2_config(), 3), inputs(41)),
        ("gpt2 parity", parity_model("gpt2-lm"), inputs(41)),
        ("bert", lively(&bert_config("BertForPreTraining"), 3), inputs(41)),
        ("bert relative", lively(&relative, 3), inputs(41)),
        ("bert parity", parity_model("storage-bert-bf16"), inputs(41)),
    ]
}

#[test]
fn recording_changes_no_bit() {
    for (name, loaded, inputs) in passes() {
        let nothing = record(&loaded, &inputs, &Keep::Outputs);
        let everything = record(&loaded, &inputs, &Keep::Everything);
        for keep in [Keep::Everything, Keep::Learning, Keep::Within(0), Keep::Within(20_000), Keep::Nodes(vec![])] {
            assert_same_outputs(&nothing, &record(&loaded, &inputs, &keep), &format!("{name}, {keep:?}"));
        }
        // What was not kept is recomputed, to the bit.
        for id in everything.graph().steps() {
            let what = format!("{name}: {}", everything.graph().path(id));
            assert_eq!(bits(&nothing.value(id)), bits(&everything.value(id)), "{what}");
        }
    }
}

/// Records of one pass that kept little, beside one that kept everything.
fn partly_kept(loaded: &Loaded, inputs: &Inputs) -> (Record, Vec<(Keep, Record)>) {
    let graph = loaded.model.graph(inputs).expect("inputs that fit the model");
    let run = |keep: &Keep| common::run(&graph, &loaded.parameters, keep);
    let little = [Keep::Outputs, Keep::Within(0), Keep::Within(8_000), Keep::Learning];
    let partly: Vec<(Keep, Record)> = little.map(|keep| (keep.clone(), run(&keep))).into();
    let missing = |record: &Record| graph.steps().filter(|id| record.get(*id).is_none()).count();
    assert!(partly.iter().all(|(_, record)| missing(record) > 0));
    (run(&Keep::Everything), partly)
}

/// Value for value, whichever way it is asked for.
#[test]
fn a_record_that_kept_little_answers_as_one_that_kept_everything() {
    for (name, loaded, inputs) in passes() {
        let (full, partly) = partly_kept(&loaded, &inputs);
        let graph = full.graph();
        for (keep, record) in &partly {
            for id in graph.steps() {
                let what = format!("{name}, {keep:?}: {}", graph.path(id));
                let last: Vec<usize> = graph.node(id).axes.iter().map(|axis| axis.len - 1).collect();
                // Before the value itself is asked for, so that its inputs are missing too.
                assert_eq!(record.derive(id, &last), full.derive(id, &last), "{what}");
            }
            for (id, _) in graph.nodes() {
                let what = format!("{name}, {keep:?}: {}", graph.path(id));
                assert_eq!(bits(&record.value(id)), bits(&full.value(id)), "{what}");
            }
        }
        for (keep, record) in partly_kept(&loaded, &inputs).1 {
            for (scope, _) in graph.scopes().skip(1) {
                record.open(scope);
                for (id, node) in graph.nodes().filter(|(_, node)| node.scope == scope) {
                    let what = format!("{name}, {keep:?}: {} {:?}", graph.path(id), node.axes);
                    assert_eq!(
                        bits(&record.get(id).expect("a value of an open scope")),
                        bits(&full.value(id)),
                        "{what}"
                    );
                }
            }
        }
    }
}

#[test]
fn a_replay_of_a_record_that_kept_little_equals_one_of_everything() {
    for (name, loaded, inputs) in passes() {
        let (full, partly) = partly_kept(&loaded, &inputs);
        let graph = full.graph();
        let pool = Arc::new(Pool::default());
        for attention in graph.attentions() {
            let context = attention.context.expect("a context");
            let changed = Tensor::new(
                full.value(context).to_vec().iter().map(|x| 0.5 - 2.0 * x).collect(),
                &graph.node(context).axes.shape(),
            );
            let replaced = [(context, changed)];
            let replay = |record: &Record| record.replay(&replaced, Run::new(&pool)).expect("a replay");
            let expected = replay(&full);
            let moved = graph.steps().filter(|id| bits(&expected.value(*id)) != bits(&full.value(*id))).count();
            assert!(moved > 1, "{name}: nothing depends on layer {}", attention.layer);
            for (keep, record) in &partly {
                let got = replay(record);
                for (id, _) in graph.nodes() {
                    let what = format!("{name}, {keep:?}, layer {}: {}", attention.layer, graph.path(id));
                    assert_eq!(bits(&got.value(id)), bits(&expected.value(id)), "{what}");
                }
            }
        }
    }
}

#[test]
fn a_cache_of_another_shape_is_refused() {
    let loaded = lively(&gpt2_config(), 3);
    let cache = grown(&record(&loaded, &Inputs::ids(&[1, 2, 3]).with_cache(Cache::default()), &Keep::Outputs));
    let refused = |inputs: Inputs| match loaded.model.graph(&inputs) {
        Ok(_) => panic!("a cache that does not fit"),
        Err(error) => error.to_string(),
    };
    let two = Inputs::default().with("input_ids", vec![2, 1], vec![1, 2]);
    let error = refused(two.with_cache(cache.clone()));
    assert_eq!(error, "past_key_values has shape [1, 3, 3, 4]; expected [2, 3, 3, 4] (batch, tokens, heads, channels)");
    let fewer = Cache { layers: cache.layers[..1].to_vec(), ..Cache::default() };
    assert_eq!(refused(Inputs::ids(&[4]).with_cache(fewer)), "past_key_values has shape [1]; expected [2] (layers)");
    let mut shorter = cache;
    shorter.layers[1].1 = shorter.layers[1].1.slice(1, 0..2);
    assert!(refused(Inputs::ids(&[4]).with_cache(shorter)).contains("shape [1, 2, 3, 4]; expected [1, 3, 3, 4]"));
}

#[test]
fn one_record_can_be_asked_from_many_threads() {
    let (_, loaded, inputs) = passes().swap_remove(0);
    let (full, partly) = partly_kept(&loaded, &inputs);
    let (_, record) = &partly[0];
    std::thread::scope(|scope| {
        for thread in 0..4 {
            let full = &full;
            scope.spawn(move || {
                for id in full.graph().steps().skip(thread) {
                    assert_eq!(bits(&record.value(id)), bits(&full.value(id)));
                }
            });
        }
    });
}

#[test]
fn replaying_a_step_unchanged_changes_no_bit() {
    for (name, loaded, inputs) in passes() {
        for keep in [Keep::Everything, Keep::Outputs] {
            let first = record(&loaded, &inputs, &keep);
            for id in first.graph().steps() {
                let again = first.replay(&[(id, first.value(id))], Run::new(&Arc::new(Pool::default())));
                let again = again.expect("a replay that nobody cancels");
                assert_same_outputs(&first, &again, &format!("{name}: {}", first.graph().path(id)));
            }
        }
    }
}

/// The parameters with the rows of one head's part of a projection zeroed; `outer` says that the rows come first.
fn without_rows(parameters: &Parameters, name: &str, rows: std::ops::Range<usize>, outer: bool) -> Arc<Parameters> {
    let mut parameters = parameters.clone();
    let found = parameters.iter().find(|(_, entry)| entry.name == name).map(|(id, _)| id);
    let id = found.unwrap_or_else(|| panic!("no parameter {name}"));
    let value = parameters.value(id).widened();
    let (shape, mut data) = (value.shape().to_vec(), value.to_vec());
    for (place, number) in data.iter_mut().enumerate() {
        let row = if outer { place / shape[1] } else { place % shape[1] };
        if rows.contains(&row) {
            *number = 0.0;
        }
    }
    parameters.set(id, Tensor::new(data, &shape));
    Arc::new(parameters)
}

#[test]
fn a_head_switched_off_equals_a_projection_without_its_rows() {
    for (name, loaded, inputs) in passes() {
        let first = record(&loaded, &inputs, &Keep::Everything);
        let graph = first.graph();
        for attention in graph.attentions() {
            let context = attention.context.expect("an attention with a context");
            let axes = &graph.node(context).axes;
            let (heads, channels) = (axes.len_of(Kind::Head), axes.len_of(Kind::Channel));
            for head in 0..heads {
                let mut data = first.value(context).to_vec();
                let size = data.len() / heads;
                data[head * size..(head + 1) * size].fill(0.0);
                let zeroed = Tensor::new(data, &axes.shape());
                let replay = first.replay(&[(context, zeroed)], Run::new(&Arc::new(Pool::default())));
                let replay = replay.expect("a replay that nobody cancels");
                let rows = head * channels..(head + 1) * channels;
                let layer = attention.layer;
                let weight = match (loaded.model_type, attention.stream()) {
                    ("gpt2", _) => format!("h.{layer}.attn.c_proj.weight"),
                    ("bert", _) => format!("encoder.layer.{layer}.attention.output.dense.weight"),
                    (_, "cross") => format!("decoder.block.{layer}.layer.1.EncDecAttention.o.weight"),
                    (_, stack) => format!("{stack}.block.{layer}.layer.0.SelfAttention.o.weight"),
                };
                let parameters = without_rows(&loaded.parameters, &weight, rows, loaded.model_type == "gpt2");
                let rerun = run(graph, &parameters, &Keep::Outputs);
                for (output, _) in graph.outputs() {
                    let [a, b] = [&replay, &rerun].map(|record| record.output(output).expect("an output").to_vec());
                    assert_close(&a, &b, 2e-6, &format!("{name}: head {layer}.{head}, {output}"));
                }
            }
        }
    }
}
