//! What must hold of every recorded pass, whatever the model: names, steps, masks, weights, derivations, counts.

mod common;

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use common::{assert_close, bert_config, bits, gpt2_config, ids, lively, record};
use headscope::explore::StepTree;
use headscope::models::{self, Inputs, Loaded};
use headscope::nn::Cache;
use headscope::tape::{Attention, Cell, Derivation, Graph, Keep, NodeId, Record, vocabulary as name};
use headscope::tensor::Tensor;
use serde_json::{Value, json};

/// A recorded pass of some model, and what it was given.
struct Pass {
    name: String,
    config: Value,
    /// Which keys are seen, those of the cache included.
    seen: Vec<bool>,
    /// Tokens in the cache.
    past: usize,
    record: Record,
}

impl Pass {
    fn new(name: &str, config: &Value, seen: &[i64], past: usize) -> Self {
        let loaded = lively(config, 3);
        let all = ids(5, seen.len(), 41);
        let mut inputs = Inputs::ids(&all[past..]).with("attention_mask", vec![1, seen.len()], seen.to_vec());
        if past > 0 {
            inputs = inputs.with_cache(cache_of(&loaded, &all[..past]));
        }
        let record = record(&loaded, &inputs, &Keep::Everything);
        let seen = seen.iter().map(|&seen| seen == 1).collect();
        Self { name: name.to_owned(), config: config.clone(), seen, past, record }
    }

    fn graph(&self) -> &Graph {
        self.record.graph()
    }

    fn is_causal(&self) -> bool {
        self.config["model_type"] == "gpt2" || self.config["is_decoder"] == true
    }

    /// Why a cell is hidden, by the definition.
    fn reasons(&self, query: usize, key: usize) -> Vec<&'static str> {
        let future = (self.is_causal() && key > self.past + query).then_some("future");
        let padding = (!self.seen[key]).then_some("padding");
        future.into_iter().chain(padding).collect()
    }
}

fn cache_of(loaded: &Loaded, ids: &[u32]) -> Cache {
    let first = record(loaded, &Inputs::ids(ids).with_cache(Cache::default()), &Keep::Outputs);
    let layers = (0..loaded.model.sizes().layers).map(|layer| {
        let [key, value] = Cache::outputs(layer).map(|name| first.output(&name).expect("a cache"));
        (key, value)
    });
    Cache { layers: layers.collect(), ..Cache::default() }
}

fn with(mut config: Value, fields: &[(&str, Value)]) -> Value {
    for (field, value) in fields {
        config[*field] = value.clone();
    }
    config
}

/// Passes of all classes and of the options that change the shape of a pass.
fn passes() -> Vec<Pass> {
    const RIGHT: &[i64] = &[1, 1, 1, 1, 1, 0, 0];
    const LEFT: &[i64] = &[0, 0, 1, 1, 0, 1, 1];
    const NONE: &[i64] = &[0; 7];
    const ALL: &[i64] = &[1; 7];
    let class = |config: Value, class: &str| with(config, &[("architectures", json!([class]))]);
    let position = |kind: &str| ("position_embedding_type", json!(kind));
    let mut passes = vec![
        Pass::new("gpt2, cached", &gpt2_config(), LEFT, 3),
        Pass::new("gpt2 base", &class(gpt2_config(), "GPT2Model"), ALL, 0),
        Pass::new("bert mlm", &bert_config("BertForMaskedLM"), RIGHT, 0),
        Pass::new("bert pretraining", &bert_config("BertForPreTraining"), LEFT, 0),
        Pass::new("bert rk", &with(bert_config("BertModel"), &[position("relative_key")]), RIGHT, 0),
        Pass::new("bert rkq", &with(bert_config("BertForMaskedLM"), &[position("relative_key_query")]), LEFT, 0),
    ];
    for (which, seen) in [("right", RIGHT), ("left", LEFT), ("none", NONE), ("all", ALL)] {
        let decoder = with(bert_config("BertModel"), &[("is_decoder", json!(true))]);
        passes.push(Pass::new(&format!("gpt2, {which}"), &gpt2_config(), seen, 0));
        passes.push(Pass::new(&format!("bert, {which}"), &bert_config("BertModel"), seen, 0));
        passes.push(Pass::new(&format!("bert decoder, {which}"), &decoder, seen, 0));
    }
    passes
}

#[test]
fn weights_are_shares_and_hidden_cells_get_none() {
    for pass in passes() {
        for attention in pass.graph().attentions() {
            let weights = pass.record.value(attention.weights);
            let [_, heads, queries, keys] = *weights.shape() else { panic!("weights without four axes") };
            for head in 0..heads {
                for query in 0..queries {
                    let row: Vec<f32> = (0..keys).map(|key| weights.at(&[0, head, query, key])).collect();
                    let what = format!("{}: layer {}, head {head}, query {query}", pass.name, attention.layer);
                    check_row(&pass, query, &row, &what);
                }
            }
        }
    }
}

fn check_row(pass: &Pass, query: usize, row: &[f32], what: &str) {
    let sum: f64 = row.iter().map(|&weight| f64::from(weight)).sum();
    assert!((sum - 1.0).abs() < 1e-6 && row.iter().all(|weight| *weight >= 0.0), "{what}: {row:?}");
    let reasons: Vec<usize> = (0..row.len()).map(|key| pass.reasons(query, key).len()).collect();
    if reasons.contains(&0) {
        let hidden = row.iter().zip(&reasons).filter(|(_, reasons)| **reasons > 0);
        hidden.for_each(|(weight, _)| assert_eq!(*weight, 0.0, "{what}: {row:?}"));
        return;
    }
    // A row hidden whole is uniform: the same lowest number stands everywhere. Only GPT-2 adds it once more where the
    // future is padding too, which makes minus infinity.
    let gone = |reasons: usize| pass.config["model_type"] == "gpt2" && reasons == 2;
    let left = reasons.iter().filter(|reasons| !gone(**reasons)).count() as f32;
    let uniform: Vec<f32> = reasons.iter().map(|&reasons| if gone(reasons) { 0.0 } else { 1.0 / left }).collect();
    assert_close(row, &uniform, 1e-6, what);
}

#[test]
fn masks_name_the_reasons_of_the_definition() {
    for pass in passes() {
        for attention in pass.graph().attentions() {
            let mask = attention.mask.as_ref().expect("a mask");
            let [_, queries, keys] = [0, 1, 2].map(|place| mask.axes()[place].len);
            let mut census: BTreeMap<&str, usize> = BTreeMap::new();
            for (query, key) in (0..queries).flat_map(|query| (0..keys).map(move |key| (query, key))) {
                let cell = Cell { batch: 0, query, key };
                let words: Vec<&str> = mask.reasons(cell).map(|reason| reason.word).collect();
                assert_eq!(words, pass.reasons(query, key), "{}: {cell:?}", pass.name);
                assert_eq!(mask.reason(cell).map(|reason| reason.word), words.first().copied());
                words.first().into_iter().for_each(|word| *census.entry(*word).or_default() += 1);
                check_masked(&pass, &attention, cell);
            }
            let counted: BTreeMap<&str, usize> = mask.census(0).iter().map(|(r, n)| (r.word, *n)).collect();
            assert_eq!(counted, census, "{}", pass.name);
        }
    }
}

/// The kernel and the rules agree on what a score becomes.
fn check_masked(pass: &Pass, attention: &Attention, cell: Cell) {
    let [scores, masked] =
        [attention.scores, attention.masked].map(|id| pass.record.value(id.expect("scores, and scores with a mask")));
    let mask = attention.mask.as_ref().expect("a mask");
    for head in 0..attention.heads {
        let at = [cell.batch, head, cell.query, cell.key];
        assert_eq!(masked.at(&at).to_bits(), mask.apply(cell, scores.at(&at)).to_bits(), "{}: {cell:?}", pass.name);
    }
}

#[test]
fn residuals_are_the_sums_of_their_inputs() {
    for pass in passes() {
        let residuals: Vec<NodeId> = named(pass.graph(), &name::RESIDUAL);
        let layers = layers(&pass.config);
        assert_eq!(residuals.len(), 1 + 2 * layers, "{}", pass.name);
        for id in residuals {
            let node = pass.graph().node(id);
            assert_eq!((node.operation().expect("a sum").name(), node.inputs.len()), ("sum", 2));
            let [a, b] = [0, 1].map(|place| pass.record.value(node.inputs[place]).to_vec());
            let sum: Vec<f32> = a.iter().zip(&b).map(|(a, b)| a + b).collect();
            let sum = Tensor::new(sum, &node.axes.shape());
            assert_eq!(bits(&pass.record.value(id)), bits(&sum), "{}: {}", pass.name, pass.graph().path(id));
        }
    }
}

fn named(graph: &Graph, wanted: &name::Name) -> Vec<NodeId> {
    graph.nodes().filter(|(_, node)| node.name == Some(wanted)).map(|(id, _)| id).collect()
}

fn layers(config: &Value) -> usize {
    let layers = config.get("n_layer").or_else(|| config.get("num_hidden_layers"));
    layers.and_then(Value::as_u64).expect("a number of layers") as usize
}

fn class(config: &Value) -> &str {
    config["architectures"][0].as_str().expect("a class")
}

/// The paths that a pass must have, those of a layer for each layer.
fn required(config: &Value) -> Vec<String> {
    const NORM: [&str; 3] = ["mean", "deviation", "normalised"];
    let norm = |scope: &str| NORM.map(|step| format!("{scope}/{step}")).to_vec();
    let in_scope = |scope: &str, steps: &[&str]| steps.iter().map(|step| format!("{scope}/{step}")).collect();
    let gpt2 = config["model_type"] == "gpt2";
    let relative = config["position_embedding_type"].as_str().unwrap_or("absolute").to_owned();
    let mut paths: Vec<String> = in_scope("embeddings", &["token", "residual"]);
    if relative == "absolute" {
        paths.push("embeddings/position".to_owned());
    }
    if !gpt2 {
        paths.push("embeddings/segment".to_owned());
        paths.extend(norm("embeddings/norm"));
    }
    for layer in (0..layers(config)).map(|layer| format!("layer.{layer}")) {
        let attention = ["query", "key", "value", "scores", "masked", "weights", "context", "output"];
        paths.extend(in_scope(&format!("{layer}/attention"), &attention));
        paths.extend(in_scope(&format!("{layer}/feed_forward"), &["hidden", "activation", "projection"]));
        for _ in 0..2 {
            paths.push(format!("{layer}/residual"));
            paths.extend(norm(&format!("{layer}/norm")));
        }
        if gpt2 {
            paths.push(format!("{layer}/attention/query_key_value"));
        }
        let sums = ["absolute", "relative_key", "relative_key_query"].iter().position(|kind| *kind == relative);
        let sums = sums.expect("a scheme of positions");
        paths.extend((0..sums).map(|_| format!("{layer}/attention/relative_scores")));
        paths.extend((0..sums.min(1)).map(|_| format!("{layer}/attention/relative_key")));
    }
    if gpt2 {
        paths.extend(norm("final_norm"));
    }
    match class(config) {
        "GPT2LMHeadModel" => paths.push("logits".to_owned()),
        "BertModel" | "BertForPreTraining" => paths.extend(in_scope("pooler", &["transform", "pooled"])),
        _ => {}
    }
    if let "BertForMaskedLM" | "BertForPreTraining" = class(config) {
        paths.extend(in_scope("prediction_head", &["transform", "activation", "logits"]));
        paths.extend(norm("prediction_head/norm"));
    }
    if class(config) == "BertForPreTraining" {
        paths.push("next_sentence".to_owned());
    }
    paths.sort();
    paths
}

/// Steps of a pass: a + b·layers.
fn step_count(config: &Value) -> usize {
    let (outside, inside) = match (class(config), config["position_embedding_type"].as_str().unwrap_or("absolute")) {
        ("GPT2Model", _) => (3 + 3, 20),
        ("GPT2LMHeadModel", _) => (3 + 3 + 1, 20),
        ("BertModel", "absolute") => (7 + 2, 19),
        ("BertModel", "relative_key") => (6 + 2, 21),
        ("BertForMaskedLM", "absolute") => (7 + 6, 19),
        ("BertForMaskedLM", "relative_key_query") => (6 + 6, 22),
        ("BertForPreTraining", "absolute") => (7 + 2 + 6 + 1, 19),
        other => panic!("no formula for {other:?}"),
    };
    outside + inside * layers(config)
}

#[test]
fn every_required_step_is_there_and_no_other() {
    for pass in passes() {
        let graph = pass.graph();
        let mut paths: Vec<String> = graph.steps().map(|id| graph.path(id)).collect();
        assert_eq!(StepTree::new(graph).step_count(), paths.len(), "{}", pass.name);
        paths.sort();
        assert_eq!(paths, required(&pass.config), "{}", pass.name);
    }
}

#[test]
fn steps_grow_with_the_layers_by_a_formula() {
    for pass in passes() {
        for layers in [0, 1, 3, 5] {
            let field = if pass.config["model_type"] == "gpt2" { "n_layer" } else { "num_hidden_layers" };
            let config = with(pass.config.clone(), &[(field, json!(layers))]);
            let loaded = models::shapes(config.as_object().expect("a configuration")).expect("a model");
            let graph = loaded.model.graph(&Inputs::ids(&[1, 2, 3])).expect("a pass");
            assert_eq!(graph.steps().count(), step_count(&config), "{} with {layers} layers", pass.name);
        }
    }
}

#[test]
fn any_cell_of_any_step_derives_to_its_number() {
    for pass in passes() {
        let graph = pass.graph();
        for id in graph.steps() {
            let value = pass.record.value(id);
            for cell in some_cells(value.shape()) {
                let derivation = pass.record.derive(id, &cell);
                let what = format!("{}: {} {cell:?}, {derivation:?}", pass.name, graph.path(id));
                assert_eq!(derivation.value.to_bits(), value.at(&cell).to_bits(), "{what}");
                check_derivation(&pass.record, &derivation, &what);
            }
        }
    }
}

/// The first cell, the last, and three between.
fn some_cells(shape: &[usize]) -> Vec<Vec<usize>> {
    let size: usize = shape.iter().product();
    let places = [0, size / 3, size / 2, size * 4 / 5, size - 1];
    let cell = |mut place: usize| {
        let mut cell = vec![0; shape.len()];
        for (index, &length) in cell.iter_mut().zip(shape).rev() {
            (*index, place) = (place % length, place / length);
        }
        cell
    };
    places.into_iter().map(cell).collect()
}

/// The terms lead to the number, and each term to the cells that it names.
fn check_derivation(record: &Record, derivation: &Derivation, what: &str) {
    let operation = record.graph().node(derivation.node).operation().expect("a step is computed").name();
    let terms: Vec<f64> = derivation.terms.iter().map(|term| f64::from(term.value)).collect();
    let last = *terms.last().expect("at least one term");
    let scaled = derivation.terms.last().is_some_and(|term| term.term.starts_with('×'));
    let derived = match operation {
        "linear" | "sum" => terms.iter().sum(),
        "times" => terms.iter().product(),
        "product" if !scaled => terms.iter().sum(),
        _ => last,
    };
    let value = f64::from(derivation.value);
    // A sum is rounded beside its largest term, and beside what is left over of terms that are not shown.
    let scale = terms.iter().fold(1e-3f64, |scale, term| if term.is_finite() { scale.max(term.abs()) } else { scale });
    let near = derived == value || (derived - value).abs() <= 2e-6 * scale.max(value.abs());
    assert!(near, "{derived} by {operation}: {what}");
    for term in &derivation.terms {
        let sources: Vec<f32> = term.sources.iter().map(|(id, cell)| record.value(*id).at(cell)).collect();
        match (operation, sources.as_slice()) {
            ("linear" | "product", [a, b]) => assert_eq!((a * b).to_bits(), term.value.to_bits(), "{what}"),
            ("sum" | "gather", [x]) => assert_eq!(x.to_bits(), term.value.to_bits(), "{what}"),
            (_, []) => {}
            _ => assert!(sources.iter().all(|x| !x.is_nan()), "{what}"),
        }
    }
}

/// Two examples side by side give what each gives alone, each with its own padding.
#[test]
fn the_examples_of_a_batch_do_not_meet() {
    const SEEN: [[i64; 6]; 2] = [[1, 1, 1, 1, 0, 0], [1, 1, 1, 1, 1, 1]];
    let relative = [("position_embedding_type", json!("relative_key_query"))];
    for config in [
        gpt2_config(),
        bert_config("BertForMaskedLM"),
        with(bert_config("BertForMaskedLM"), &relative),
        with(bert_config("BertForMaskedLM"), &[("is_decoder", json!(true))]),
    ] {
        let loaded = lively(&config, 3);
        let rows = [ids(5, 6, 41), ids(6, 6, 41)].map(|row| row.into_iter().map(i64::from).collect::<Vec<i64>>());
        let positions = vec![3, 1, 4, 0, 5, 9];
        // The positions of one example serve all.
        let inputs = |ids: &[i64], seen: &[i64]| {
            let shape = vec![ids.len() / 6, 6];
            let inputs = Inputs::default().with("input_ids", shape.clone(), ids.to_vec());
            inputs.with("attention_mask", shape, seen.to_vec()).with("position_ids", vec![1, 6], positions.clone())
        };
        let both = record(&loaded, &inputs(&rows.concat(), &SEEN.concat()), &Keep::Everything);
        for (example, (ids, seen)) in rows.iter().zip(&SEEN).enumerate() {
            let alone = record(&loaded, &inputs(ids, seen), &Keep::Everything);
            for (name, _) in alone.graph().outputs() {
                let [one, both] = [&alone, &both].map(|record| record.output(name).expect("an output of both"));
                let part = both.slice(0, example..example + 1);
                assert_close(&part.to_vec(), &one.to_vec(), 1e-5, &format!("{config}: {name} of example {example}"));
            }
            for attention in both.graph().attentions() {
                let mask = attention.mask.as_ref().expect("a mask");
                let last = Cell { batch: example, query: 5, key: 5 };
                assert_eq!(mask.reason(last).map(|reason| reason.word), (example == 0).then_some("padding"));
            }
        }
    }
}

/// Operations of the products, by the sizes alone.
#[test]
fn products_cost_what_their_sizes_say() {
    const TOKENS: u64 = 7;
    let cost = |config: &Value, operation: &str| -> u64 {
        let graph = models::shapes(config.as_object().expect("a configuration")).expect("a model");
        let graph = graph.model.graph(&Inputs::ids(&ids(5, TOKENS as usize, 41))).expect("a pass");
        let nodes = graph.nodes().filter(|(_, node)| node.operation().is_some_and(|o| o.name() == operation));
        nodes.map(|(id, _)| graph.cost_of(id)).sum()
    };
    let linear = |from: u64, to: u64| TOKENS * to * (2 * from + 1);
    let attention = 2 * 2 * TOKENS * TOKENS * 12;
    let layer = linear(12, 36) + linear(12, 12) + linear(12, 48) + linear(48, 12);
    assert_eq!(cost(&gpt2_config(), "linear"), 2 * layer + 2 * TOKENS * 41 * 12);
    assert_eq!(cost(&gpt2_config(), "product"), 2 * attention);
    let layer = 4 * linear(12, 12) + linear(12, 20) + linear(20, 12);
    let bert = bert_config("BertForMaskedLM");
    assert_eq!(cost(&bert, "linear"), 2 * layer + linear(12, 12) + linear(12, 41));
    assert_eq!(cost(&bert, "product"), 2 * attention);
}

/// Published sizes and their exact parameters, counted with the official classes of transformers 4.46.3 (on PyTorch's
/// `meta` device, tied tensors once).
#[test]
fn published_sizes_have_their_exact_parameters() {
    let bert = |vocab_size: u64, hidden_size: u64, num_hidden_layers: u64, heads: u64| {
        json!({"model_type": "bert", "vocab_size": vocab_size, "hidden_size": hidden_size,
            "num_hidden_layers": num_hidden_layers, "num_attention_heads": heads, "intermediate_size": 4 * hidden_size})
    };
    let bert_counts = |counts: [u64; 3]| ["BertModel", "BertForMaskedLM", "BertForPreTraining"].into_iter().zip(counts);
    let gpt2 = |n_embd: u64, n_layer: u64, n_head: u64| json!({"model_type": "gpt2", "n_embd": n_embd, "n_layer": n_layer, "n_head": n_head});
    // The head is tied to the token table.
    let gpt2_counts = |count: u64| ["GPT2LMHeadModel", "GPT2Model"].into_iter().zip([count, count]);
    let mut sizes: Vec<(Value, &str, u64)> = Vec::new();
    for (config, counts) in [
        // BERT-Base, uncased and cased; BERT-Large, uncased and cased; multilingual
        (bert(30522, 768, 12, 12), [109_482_240, 109_514_298, 110_106_428]),
        (bert(28996, 768, 12, 12), [108_310_272, 108_340_804, 108_932_934]),
        (bert(30522, 1024, 24, 16), [335_141_888, 335_174_458, 336_226_108]),
        (bert(28996, 1024, 24, 16), [333_579_264, 333_610_308, 334_661_958]),
        (bert(119_547, 768, 12, 12), [177_853_440, 177_974_523, 178_566_653]),
    ] {
        sizes.extend(bert_counts(counts).map(|(class, count)| (config.clone(), class, count)));
    }
    for (config, count) in [
        // small, medium, large, xl
        (gpt2(768, 12, 12), 124_439_808),
        (gpt2(1024, 24, 16), 354_823_168),
        (gpt2(1280, 36, 20), 774_030_080),
        (gpt2(1600, 48, 25), 1_557_611_200),
    ] {
        sizes.extend(gpt2_counts(count).map(|(class, count)| (config.clone(), class, count)));
    }
    // t5-small and mt5-small, whose sizes are the defaults
    for (model_type, class, count) in [
        ("t5", "T5ForConditionalGeneration", 60_506_624),
        ("t5", "T5Model", 60_506_624),
        ("t5", "T5EncoderModel", 35_330_816),
        ("mt5", "MT5ForConditionalGeneration", 300_176_768),
        ("mt5", "MT5Model", 172_119_424),
        ("mt5", "MT5EncoderModel", 146_940_608),
    ] {
        sizes.push((json!({"model_type": model_type}), class, count));
    }
    // Those of the other classes, as far as any were published, are compared with the catalogue's (tests/catalog.rs).
    for (config, class, count) in sizes {
        let config = with(config, &[("architectures", json!([class]))]);
        let config = config.as_object().expect("a configuration");
        assert_eq!(models::shapes(config).expect("a model").parameters.count(), count, "{class} of {config:?}");
        // The quickest of several, since the machine may be busy.
        let once = || {
            let start = Instant::now();
            std::hint::black_box(models::shapes(config).expect("a model").parameters.count());
            start.elapsed()
        };
        let quickest = (0..5).map(|_| once()).min().expect("five times");
        assert!(quickest < Duration::from_millis(20), "{class}: counted in {quickest:?}");
    }
}
