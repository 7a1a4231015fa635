use serde_json::json;

use super::*;
use crate::explore::trial;
use crate::models::{self, Inputs};

fn counted(config: &serde_json::Value, tokens: u32) -> Counts {
    let loaded = models::shapes(config.as_object().unwrap()).unwrap();
    let ids: Vec<u32> = (0..tokens).collect();
    let inputs = Inputs::ids(&ids);
    let inputs = if loaded.model.target_start().is_some() { inputs.with_target(&ids) } else { inputs };
    let graph = loaded.model.graph(&inputs).unwrap();
    Counts::of(&loaded.parameters, &graph, &StepTree::new(&graph))
}

fn of(counts: &Counts, component: Component) -> u64 {
    counts.shares.iter().filter(|share| share.component == component).map(|share| share.parameters).sum()
}

/// The first attention's heads.
fn heads_of(counts: &Counts) -> Option<(usize, usize, bool)> {
    counts.parts.iter().flat_map(|part| &part.parts).find_map(|part| part.attention)
}

#[test]
fn t5_small_has_its_known_size() {
    let counts = counted(&json!({ "model_type": "t5" }), 4);
    assert_eq!(counts.parameters, 60_506_624);
    assert_eq!(counts.shares.iter().map(|share| share.parameters).sum::<u64>(), counts.parameters);
    assert_eq!(of(&counts, Component::Token), 32128 * 512);
    assert_eq!(of(&counts, Component::Attention), 18 * 4 * 512 * 512 + 2 * 32 * 8);
    assert_eq!(of(&counts, Component::FeedForward), 12 * 2 * 512 * 2048);
    assert_eq!(of(&counts, Component::Norm), 32 * 512);
    // The table is looked up once more by the decoder, and is the head.
    assert_eq!((of(&counts, Component::Head), counts.tied), (0, 32128 * 512));
    let names: Vec<&str> = counts.parts.iter().map(|part| part.name.id).collect();
    assert_eq!(names, ["encoder", "decoder", "scaled", "logits"]);
    let masks = |stack: usize| {
        let layer = counts.parts[stack].parts.iter().find(|part| part.name.id == "layer").unwrap();
        (layer.times, layer.parts.iter().filter_map(|part| part.attention).collect::<Vec<_>>())
    };
    assert_eq!(masks(0), (6, vec![(8, 64, false)]));
    assert_eq!(masks(1), (6, vec![(8, 64, true), (8, 64, false)]));
}

#[test]
fn gpt2_small_has_its_known_size() {
    let counts = counted(&json!({ "model_type": "gpt2" }), 4);
    assert_eq!(counts.parameters, 124_439_808);
    assert_eq!(counts.shares.iter().map(|share| share.parameters).sum::<u64>(), 124_439_808);
    assert_eq!(of(&counts, Component::Token), 38_597_376);
    assert_eq!(of(&counts, Component::Position), 786_432);
    assert_eq!(of(&counts, Component::Attention), 28_348_416);
    assert_eq!(of(&counts, Component::FeedForward), 56_669_184);
    assert_eq!(of(&counts, Component::Norm), 38_400);
    assert_eq!((of(&counts, Component::Head), counts.tied), (0, 38_597_376));
    assert_eq!(heads_of(&counts), Some((12, 64, true)));
    assert_eq!(counts.feed_forward, Some((3072, "gelu_new")));
}

#[test]
fn bert_base_has_its_known_size() {
    let counts = counted(&json!({ "model_type": "bert", "architectures": ["BertForMaskedLM"] }), 4);
    assert_eq!(counts.parameters, 109_514_298);
    assert_eq!(counts.shares.iter().map(|share| share.parameters).sum::<u64>(), counts.parameters);
    assert_eq!(of(&counts, Component::Segment), 1536);
    // A product, a norm, and a shift for each entry of the vocabulary.
    assert_eq!(of(&counts, Component::Head), 768 * 768 + 768 + 2 * 768 + 30522);
    assert_eq!(heads_of(&counts), Some((12, 64, false)));
}

#[test]
fn parts_add_up_and_equal_layers_are_one() {
    for config in [json!({ "model_type": "gpt2" }), json!({ "model_type": "bert" })] {
        let counts = counted(&config, 3);
        let sum: u64 = counts.parts.iter().map(|part| part.parameters * part.times as u64).sum();
        assert_eq!(sum, counts.parameters);
        let layers: Vec<usize> =
            counts.parts.iter().filter(|part| part.name == &name::LAYER).map(|part| part.times).collect();
        assert_eq!(layers, [12]);
        assert_eq!(counts.shares.iter().map(|share| share.cost).sum::<u64>(), counts.cost);
    }
}

/// The parts of a layer in their order, each sum with where it takes what it adds to.
fn order(config: &serde_json::Value) -> String {
    let counts = counted(config, 3);
    let layer = counts.parts.iter().find(|part| part.name == &name::LAYER).unwrap();
    let shown = layer.parts.iter().map(|part| match part.adds {
        None => part.name.id.to_owned(),
        Some(Origin::Input) => "+input".to_owned(),
        Some(Origin::Behind(place)) => format!("+{place}"),
    });
    shown.collect::<Vec<_>>().join(" ")
}

#[test]
fn norms_stand_before_in_gpt2_and_behind_in_bert() {
    assert_eq!(order(&json!({ "model_type": "gpt2" })), "norm attention +input norm feed_forward +2");
    assert_eq!(order(&json!({ "model_type": "bert" })), "attention +input norm feed_forward +2 norm");
}

#[test]
fn work_is_near_the_usual_estimate_for_short_texts() {
    let counts = counted(&json!({ "model_type": "gpt2" }), 8);
    let estimate = 2 * counts.multiplied * 8;
    // All parameters but the position table, the shifts and the norms are multiplied with.
    assert_eq!(counts.multiplied, 38_597_376 + 12 * (4 * 768 * 768 + 2 * 768 * 3072));
    let share = estimate as f64 / counts.cost as f64;
    assert!((0.97..1.0).contains(&share), "{share}");
}

#[test]
fn the_card_of_a_model() {
    let subject = Subject::from_loaded("tiny", trial::gpt2());
    let summary = Summary::of(&subject, &trial::pass(&subject, "1 2 3"));
    assert_eq!((summary.tokens, summary.tokenizer), (3, None));
    assert_eq!(summary.cache(4), Some(2 * 2 * 8 * 4));
    assert_eq!(summary.stored, 4 * summary.counts.parameters);
    let subject = Subject::from_loaded("tiny", trial::bert());
    assert_eq!(Summary::of(&subject, &trial::pass(&subject, "1 2 3")).cache(4), None);
}
