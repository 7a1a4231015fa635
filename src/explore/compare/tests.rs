use serde_json::{Value, json};

use super::{Comparison, Form, Lacks, Row, Section, rows};
use crate::catalog::{Catalog, Entry};
use crate::models;

fn form(config: &Value) -> Form {
    let loaded = models::shapes(config.as_object().expect("an object")).expect("a model");
    Form::of(&loaded.model.graph(&loaded.model.smallest_inputs()).expect("a pass"))
}

fn compared(ids: &[&str]) -> Comparison {
    let ids: Vec<String> = ids.iter().map(|id| (*id).to_owned()).collect();
    Comparison::of(&Catalog::built_in(), &ids, &[], None).expect("models of the catalogue")
}

fn row<'a>(rows: &'a [Row], path: &str) -> &'a Row {
    rows.iter().find(|row| row.path == path).unwrap_or_else(|| panic!("no row {path}"))
}

fn line<'a>(rows: &'a [Row], path: &str, model: usize) -> &'a str {
    row(rows, path).cells[model].as_ref().map_or("·", |cell| cell.line.en.as_str())
}

/// The block of the paper's three: norms after the sums, before the parts, and before the parts with cross attention.
#[test]
fn three_blocks_are_aligned_by_name() {
    let found = compared(&["bert", "gpt-2", "t5"]);
    let block: Vec<(&str, Vec<bool>)> = found
        .rows
        .iter()
        .filter(|row| row.section == Section::Block)
        .map(|row| (row.path.as_str(), row.cells.iter().map(Option::is_some).collect()))
        .collect();
    let expected = [
        ("layer/norm_before_attention", [false, true, true]),
        ("layer/attention", [true, true, true]),
        ("layer/attention/scores", [true, true, true]),
        ("layer/norm_after_attention", [true, false, false]),
        ("layer/norm_before_cross_attention", [false, false, true]),
        ("layer/cross_attention", [false, false, true]),
        ("layer/cross_attention/scores", [false, false, true]),
        ("layer/norm_before_feed_forward", [false, true, true]),
        ("layer/feed_forward", [true, true, true]),
        ("layer/norm_after_feed_forward", [true, false, false]),
    ];
    assert_eq!(block, expected.map(|(path, present)| (path, present.to_vec())));
    assert_eq!(line(&found.rows, "layer/attention", 0), "12 heads  all see all");
    assert_eq!(line(&found.rows, "layer/attention", 1), "12 heads  causal");
    assert_eq!(line(&found.rows, "layer/attention/scores", 0), "÷ √64");
    assert_eq!(line(&found.rows, "layer/norm_before_attention", 1), "before  mean, spread, bias");
    assert_eq!(line(&found.rows, "layer/norm_after_attention", 0), "after  mean, spread, bias");
    assert_eq!(line(&found.rows, "layer/feed_forward", 1), "768→3072  gelu_new  →768");
    // Streams that one lacks are shown as lacking.
    let stacks = ["stack/encoder", "stack/decoder"]
        .map(|path| row(&found.rows, path).cells.iter().map(Option::is_some).collect::<Vec<_>>());
    assert_eq!(stacks, [[true, false, true].to_vec(), [false, true, true].to_vec()]);
    let t5 = row(&found.rows, "layer/attention").cells[2].as_ref().expect("a cell");
    assert_eq!(t5.tellings.len(), 2);
    // Of its sizes the one that is as wide as the others.
    assert_eq!(found.sides[2].variant.as_deref(), Some("base"));
    assert_eq!(t5.line.en, "12 heads  encoder all see all, decoder causal, no bias");
}

#[test]
fn options_of_a_config_are_read_from_what_they_build() {
    let gpt2 = |extra: Value| {
        let mut config = json!({"model_type": "gpt2", "n_embd": 64, "n_layer": 3, "n_head": 4, "vocab_size": 50});
        config.as_object_mut().expect("an object").extend(extra.as_object().expect("an object").clone());
        form(&config)
    };
    let scores = |form: &Form| {
        let parts = &form.stacks[0].blocks[0].parts;
        parts.iter().find(|part| part.kind == "scores").expect("scores").line.en.clone()
    };
    assert_eq!(scores(&gpt2(json!({}))), "÷ √16");
    assert_eq!(scores(&gpt2(json!({"scale_attn_weights": false}))), "not divided");
    // Each layer is divided by another number: no two are of one form.
    let uneven = gpt2(json!({"scale_attn_by_inverse_layer_idx": true}));
    assert_eq!((uneven.stacks[0].layers, uneven.stacks[0].blocks.len()), (3, 3));
    assert_eq!(gpt2(json!({})).stacks[0].blocks[0].times, 3);
    let relative = form(&json!({"model_type": "bert", "position_embedding_type": "relative_key", "hidden_size": 64,
        "num_attention_heads": 4, "num_hidden_layers": 2, "vocab_size": 50, "intermediate_size": 100}));
    assert_eq!(scores(&relative), "÷ √16, + relative scores");
    assert!(!relative.stacks[0].input.iter().any(|part| part.key == "position"));
    let gated = form(&json!({"model_type": "t5", "feed_forward_proj": "gated-gelu", "d_model": 64, "d_kv": 16,
        "num_heads": 4, "num_layers": 2, "d_ff": 96, "vocab_size": 50, "tie_word_embeddings": false}));
    assert_eq!(gated.stacks.iter().map(|stack| stack.name).collect::<Vec<_>>(), ["encoder", "decoder"]);
    let feed = gated.stacks[0].blocks[0].parts.iter().find(|part| part.key == "feed_forward").expect("a part");
    assert_eq!(feed.line.en, "gate 64→96  gelu_new  64→96  →64, no bias");
    let logits = gated.stacks[1].output.iter().find(|part| part.key == "logits").expect("logits");
    assert_eq!(logits.line.en, "64→50, own table, no bias");
}

#[test]
fn a_model_is_the_same_as_itself() {
    for id in ["bert", "gpt-2", "t5"] {
        let found = compared(&[id, "gpt-2"]);
        let form = found.sides[0].form.as_ref().expect("a form");
        let rows = rows(&[Some(form), Some(form)]);
        assert!(rows.len() > 8 && rows.iter().all(|row| row.same && row.sentence.is_none()), "{id}");
    }
}

/// All pairs that there is code for: every difference has its sentence, no path stands twice, nothing is lost.
#[test]
fn every_difference_has_its_sentence() {
    let catalog = Catalog::built_in();
    let ids: Vec<String> = catalog
        .heads()
        .iter()
        .filter(|head| catalog.entry(&head.id).is_ok_and(Entry::is_executable))
        .map(|head| head.id.clone())
        .collect();
    assert!(ids.len() >= 3);
    let (mut pairs, mut general) = (0, Vec::new());
    for (place, one) in ids.iter().enumerate() {
        for two in &ids[place + 1..] {
            let found = Comparison::of(&catalog, &[one.clone(), two.clone()], &[], Some(128)).expect("a comparison");
            let mut paths: Vec<&str> = found.rows.iter().map(|row| row.path.as_str()).collect();
            paths.sort_unstable();
            assert!(paths.windows(2).all(|pair| pair[0] != pair[1]), "{one} {two}: {paths:?}");
            for row in &found.rows {
                assert_eq!(row.same, row.sentence.is_none(), "{one} {two} {}", row.path);
                assert!(row.cells.iter().any(Option::is_some), "{one} {two} {}", row.path);
                for cell in row.cells.iter().flatten() {
                    assert!(!cell.line.en.is_empty() && !cell.line.zh.is_empty(), "{one} {two} {}", row.path);
                }
                let any = super::sentences::find("?", "?", &[]);
                general.extend(row.sentence.iter().filter(|sentence| **sentence == any).map(|_| row.path.clone()));
            }
            for (side, model) in found.sides.iter().zip(0..) {
                let Ok(form) = &side.form else { continue };
                let parts: usize = form
                    .stacks
                    .iter()
                    .map(|s| s.input.len() + s.output.len() + s.blocks.iter().map(|b| b.parts.len()).sum::<usize>())
                    .sum();
                let told = found.rows.iter().filter(|row| row.section != Section::Stacks);
                let told: usize =
                    told.filter_map(|row| row.cells[model].as_ref()).map(|cell| cell.tellings.len()).sum();
                assert_eq!(told, parts, "{one} {two}");
            }
            pairs += 1;
        }
    }
    assert!(pairs >= 3);
    assert!(general.is_empty(), "these say only that something differs: {general:?}");
}

#[test]
fn what_has_no_code_has_facts_still() {
    let catalog = Catalog::built_in();
    let without =
        catalog.heads().iter().find(|head| head.kind.id == "undisclosed").expect("a model of which little is known");
    let found = compared(&["gpt-2", &without.id]);
    assert!(found.sides[0].form.is_ok());
    assert!(matches!(found.sides[1].form, Err(Lacks::Config | Lacks::Code)));
    // A gap that means "not known" is no difference.
    assert!(found.rows.iter().all(|row| row.same && row.cells[1].is_none()));
    assert!(found.facts.iter().any(|row| !row.same));
    let refused = Comparison::of(&catalog, &["gpt-2".to_owned(), "no such model".to_owned()], &[], None);
    assert!(refused.is_err_and(|words| words.contains("no such model")));
}

#[test]
fn figures_are_worked_out_for_the_length() {
    let catalog = Catalog::built_in();
    let ids = ["gpt-2".to_owned(), "bert".to_owned()];
    let at = |length| Comparison::of(&catalog, &ids, &[], length).expect("a comparison");
    let (own, short) = (at(None), at(Some(128)));
    // What both can read: BERT's 512 are fewer than GPT-2's 1024.
    assert_eq!(own.length, Some(512));
    let figures = short.sides[0].figures;
    assert_eq!((figures.parameters, figures.counted, figures.layers), (Some(124_439_808.0), true, Some((12, None))));
    assert_eq!(figures.weights, Some(2.0 * 124_439_808.0));
    // 2 (key, value) × 12 layers × 768 numbers × 128 tokens × 2 bytes.
    assert_eq!(figures.cache, Some(2.0 * 12.0 * 768.0 * 128.0 * 2.0));
    assert_eq!(short.sides[1].figures.cache, None);
    assert!(own.sides[0].figures.work > figures.work);
    let count = short.figures.iter().find(|row| row.field == "count").expect("a row");
    assert_eq!(count.cells[0].en, "124 439 808");
}
