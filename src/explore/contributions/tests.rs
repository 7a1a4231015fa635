use super::*;
use crate::explore::{Subject, trial};
use crate::models;
use serde_json::{Map, Value, json};

fn subjects() -> Vec<(Subject, &'static str)> {
    let config = |value: Value| value.as_object().cloned().unwrap_or_default();
    let random = |config: Map<String, Value>| Subject::from_loaded("tiny", models::random(&config, 5).unwrap());
    let gated = config(json!({"model_type": "mt5", "vocab_size": 24, "d_model": 8, "d_kv": 3, "d_ff": 16,
        "num_layers": 2, "num_heads": 3, "feed_forward_proj": "gated-gelu", "tie_word_embeddings": false,
        "relative_attention_num_buckets": 8, "relative_attention_max_distance": 12}));
    let pretraining = config(json!({"model_type": "bert", "architectures": ["BertForPreTraining"], "vocab_size": 24,
        "hidden_size": 8, "num_hidden_layers": 3, "num_attention_heads": 2, "intermediate_size": 16,
        "max_position_embeddings": 12, "hidden_act": "relu", "tie_word_embeddings": false}));
    let untied = config(json!({"model_type": "gpt2", "vocab_size": 24, "n_positions": 12, "n_embd": 8, "n_layer": 3,
        "n_head": 4, "tie_word_embeddings": false}));
    let given = [trial::gpt2(), trial::bert(), trial::t5()].map(|loaded| Subject::from_loaded("tiny", loaded));
    let made = [gated, pretraining, untied].map(random);
    let text = |subject: &Subject| if subject.writes_target() { "3 1 4 1 5 => 9 2 6" } else { "3 1 4 1 5 9" };
    given.into_iter().chain(made).map(|subject| (text(&subject), subject)).map(|(text, s)| (s, text)).collect()
}

fn passed(subject: &Subject, text: &str) -> Pass {
    Pass::run(subject, &subject.prompt(text), Run::new(subject.pool())).unwrap().unwrap()
}

fn asked(subject: &Subject, pass: &Pass, position: Option<usize>, token: Option<u32>) -> Contributions {
    let question = Question { position, token };
    Contributions::of(pass, &pass.record, question, Run::new(subject.pool())).unwrap().unwrap()
}

#[test]
fn they_add_up_to_the_logit_in_every_kind_of_model() {
    for (subject, text) in subjects() {
        let pass = passed(&subject, text);
        for position in 0..pass.output_tokens().len() {
            for token in [0, 7, 23] {
                let found = asked(&subject, &pass, Some(position), Some(token));
                let logit = pass.logits_at(position).unwrap()[token as usize];
                assert_eq!((found.logit, found.position, found.token), (logit, position, token));
                let size = found.parts.iter().fold(1.0f32, |most, part| most.max(part.value.abs()));
                assert!((found.total() - logit).abs() < 1e-4 * size, "{}: {} {logit}", subject.class(), found.total());
                assert!(found.left_over.abs() < 1e-4 && !found.parts.iter().any(|p| matches!(p.part, Part::Other(_))));
            }
        }
    }
}

#[test]
fn every_head_network_and_summand_stands_once() {
    for (subject, text) in subjects() {
        let pass = passed(&subject, text);
        let found = asked(&subject, &pass, None, None);
        let streams: Vec<_> = pass.attentions.iter().filter(|a| a.query_stream == found.stream).collect();
        let heads: usize = streams.iter().map(|attention| attention.heads).sum();
        let count = |which: fn(Part) -> bool| found.parts.iter().filter(|found| which(found.part)).count();
        assert_eq!(count(|part| matches!(part, Part::Head(..))), heads);
        let layers = streams.iter().map(|attention| attention.layer + 1).max().unwrap();
        let feeds: Vec<_> = found.parts.iter().filter(|p| p.part == Part::FeedForward).map(|p| p.layer).collect();
        assert_eq!(feeds, (0..layers).map(Some).collect::<Vec<_>>());
        let embeddings = count(|part| matches!(part, Part::Embedding(_)));
        assert_eq!(
            embeddings,
            match subject.class() {
                "GPT2LMHeadModel" => 2,
                class if class.starts_with("Bert") => 3,
                _ => 1,
            }
        );
        for (index, attention) in pass.attentions.iter().enumerate() {
            let there = found.of_head(index, attention.heads - 1).is_some();
            assert_eq!(there, attention.query_stream == found.stream);
        }
        let ranked = found.ranked();
        assert!(ranked.windows(2).all(|two| two[0].value.abs() >= two[1].value.abs()));
    }
}

/// From the official parameters alone: `Σ (u − mean u)·γ ÷ σ · W_U[t]` where u is what the head writes.
#[test]
fn a_head_of_gpt2_worked_out_by_hand() {
    let subject = Subject::from_loaded("tiny", trial::gpt2());
    let pass = passed(&subject, "3 1 4 1 5");
    let found = asked(&subject, &pass, Some(3), Some(9));
    let parameter = |end: &str| {
        let entries = subject.parameters().iter();
        entries.map(|(_, entry)| entry).find(|entry| entry.name.ends_with(end)).unwrap().value.clone().unwrap()
    };
    let (product, scale, table) =
        (parameter("h.1.attn.c_proj.weight"), parameter("ln_f.weight"), parameter("wte.weight"));
    let deviation = pass.record.graph().nodes().rfind(|(_, node)| node.name == Some(&name::DEVIATION)).unwrap().0;
    let deviation = pass.record.value(deviation).at(&[0, 3]);
    let context = pass.record.value(pass.attentions[1].context.unwrap()); // (batch, head, query, channel)
    let channels = 4;
    for head in 0..2 {
        let written: Vec<f32> = (0..8)
            .map(|out| {
                let term = |channel| context.at(&[0, head, 3, channel]) * product.at(&[head * channels + channel, out]);
                (0..channels).map(term).sum()
            })
            .collect();
        let mean = written.iter().sum::<f32>() / 8.0;
        let by_hand: f32 = (0..8).map(|i| (written[i] - mean) / deviation * scale.at(&[i]) * table.at(&[9, i])).sum();
        let value = found.of_head(1, head).unwrap();
        assert!((value - by_hand).abs() < 1e-4 * by_hand.abs().max(1.0), "{value} {by_hand}");
    }
}

/// With a head silent the changed pass has nothing of it, and still adds up.
#[test]
fn a_changed_pass_is_taken_apart_as_well() {
    let subject = Subject::from_loaded("tiny", trial::bert());
    let pass = passed(&subject, "3 1 4");
    let edits = crate::explore::Edits::without_heads([(0, 1)]);
    let changed = pass.edited(&edits, Run::new(subject.pool())).unwrap().unwrap();
    let found = asked(&subject, &changed, Some(1), Some(2));
    assert_eq!(found.of_head(0, 1), Some(0.0));
    assert!((found.total() - changed.logits_at(1).unwrap()[2]).abs() < 1e-4 * found.logit.abs().max(1.0));
    assert_ne!(found.logit, pass.logits_at(1).unwrap()[2]);
}

#[test]
fn questions_without_an_answer_are_refused() {
    let subject = Subject::from_loaded("tiny", trial::gpt2());
    let pass = passed(&subject, "3 1");
    let fault = |position, token| {
        let question = Question { position, token };
        Contributions::of(&pass, &pass.record, question, Run::new(subject.pool())).unwrap_err().to_string()
    };
    assert!(fault(Some(2), None).contains("there is no position 2"));
    assert!(fault(None, Some(24)).contains("there is no token 24"));
}

/// Checkpoints of 16-bit numbers, multiplied where they lie.
#[test]
fn halves_add_up_as_well() {
    for (case, text) in [("bert-untied-f16", "3 1 4"), ("t5-f16", "3 1 4 => 1 5"), ("storage-bert-bf16", "3 1 4")] {
        let dir = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/parity").join(case).join("checkpoint");
        let subject = Subject::open(&dir).unwrap();
        let pass = passed(&subject, text);
        let found = asked(&subject, &pass, Some(1), Some(3));
        let size = found.parts.iter().fold(1.0f32, |most, part| most.max(part.value.abs()));
        assert!((found.total() - found.logit).abs() < 1e-4 * size, "{case}: {} {}", found.total(), found.logit);
    }
}
