//! What tells the encoders apart, as properties that their papers state.

mod common;

use common::{albert_config, assert_close, bert_config, bits, lively, record, xlm_config};
use headscope::explore;
use headscope::models::{self, Inputs, Loaded};
use headscope::tape::{Keep, Source, vocabulary as name};
use headscope::tensor::Tensor;
use serde_json::{Value, json};

fn of(model_type: &str, class: &str) -> Value {
    let mut config = bert_config(class);
    config["model_type"] = model_type.into();
    config
}

fn with(mut config: Value, field: &str, value: Value) -> Value {
    config[field] = value;
    config
}

fn output(loaded: &Loaded, inputs: &Inputs, name: &str) -> Tensor {
    record(loaded, inputs, &Keep::Outputs).output(name).unwrap_or_else(|| panic!("no output {name}"))
}

fn built(config: &Value) -> Result<Loaded, String> {
    models::shapes(config.as_object().expect("an object")).map_err(|error| error.to_string())
}

/// The numbers of one token of the first example.
fn token(value: &Tensor, position: usize) -> Vec<f32> {
    value.select(0, 0).select(0, position).to_vec()
}

#[test]
fn roberta_gives_a_text_the_same_vectors_wherever_padding_stands() {
    let loaded = lively(&of("roberta", "RobertaModel"), 3);
    let plain = output(&loaded, &Inputs::ids(&[9, 4, 7, 30]), "last_hidden_state");
    for before in [1, 3] {
        let ids = [vec![1; before], vec![9, 4, 7, 30], vec![1; 2]].concat();
        let seen = ids.iter().map(|&id| i64::from(id != 1)).collect();
        let inputs = Inputs::ids(&ids).with("attention_mask", vec![1, ids.len()], seen);
        let padded = output(&loaded, &inputs, "last_hidden_state");
        for position in 0..4 {
            let (got, expected) = (token(&padded, before + position), token(&plain, position));
            assert_close(&got, &expected, 1e-5, &format!("token {position} behind {before}"));
        }
    }
    // The same rows by hand: text is counted from behind the padding's own row.
    let by_hand = Inputs::ids(&[9, 4, 7, 30]).with("position_ids", vec![1, 4], vec![2, 3, 4, 5]);
    assert_eq!(bits(&output(&loaded, &by_hand, "last_hidden_state")), bits(&plain));
}

#[test]
fn roberta_takes_as_many_tokens_as_rows_are_left() {
    let loaded = lively(&of("roberta", "RobertaModel"), 3);
    assert_eq!(loaded.model.sizes().context, Some(22));
    assert!(loaded.model.graph(&Inputs::ids(&[5; 22])).is_ok());
    let error = loaded.model.graph(&Inputs::ids(&[5; 23])).err().expect("a refusal").to_string();
    assert!(error.contains("23 tokens") && error.contains("at most 22"), "{error}");
    // Padding takes no row of its own.
    assert!(loaded.model.graph(&Inputs::ids(&[vec![5; 22], vec![1; 2]].concat())).is_ok());
}

#[test]
fn albert_has_one_set_of_weights_however_many_layers_run() {
    let of_layers = |layers: usize| lively(&with(albert_config("AlbertModel"), "num_hidden_layers", layers.into()), 3);
    let (two, four) = (of_layers(2), of_layers(4));
    assert_eq!(two.parameters.count(), four.parameters.count());
    let inputs = Inputs::ids(&[3, 1, 4, 1, 5]);
    // So a shorter one goes the first part of the same way.
    assert_eq!(bits(&output(&two, &inputs, "last_hidden_state")), bits(&output(&four, &inputs, "hidden_states.2")));
    let graph = four.model.graph(&inputs).expect("a pass");
    let query = |name: &str| four.parameters.iter().find(|(_, entry)| entry.name.ends_with(name)).expect("it").0;
    let weight = query("attention.query.weight");
    let (node, _) =
        graph.nodes().find(|(_, node)| matches!(node.source, Source::Parameter(id) if id == weight)).expect("it");
    assert_eq!(graph.nodes().filter(|(_, user)| user.inputs.contains(&node)).count(), 4);
    // Counted once, where it runs first.
    let parts = explore::components(&four).expect("parts");
    assert_eq!(parts.iter().map(|part| part.parameters).sum::<u64>(), four.parameters.count());
}

#[test]
fn narrow_tables_are_brought_to_the_width_of_the_layers() {
    let projects = |config: &Value| {
        let graph = lively(config, 3).model.graph(&Inputs::ids(&[3, 1])).expect("a pass");
        graph.nodes().any(|(_, node)| node.name == Some(&name::EMBEDDING_PROJECTION))
    };
    let electra = |width: usize| with(of("electra", "ElectraForPreTraining"), "embedding_size", width.into());
    assert!(projects(&electra(8)) && !projects(&electra(12)));
    assert!(projects(&albert_config("AlbertModel")));
    let logits = output(&lively(&electra(8), 3), &Inputs::ids(&[3, 1, 4]), "logits");
    assert_eq!(logits.shape(), [1, 3]);
}

#[test]
fn xlm_zeroes_padding_and_hears_the_language() {
    for causal in [false, true] {
        let loaded = lively(&xlm_config("XLMModel", causal), 3);
        let ids = || Inputs::ids(&[9, 4, 7, 2, 2]);
        // Without a mask, as many as there are ids that are no padding.
        let read = record(&loaded, &ids(), &Keep::Outputs);
        for layer in 0..=2 {
            let hidden = read.output(&format!("hidden_states.{layer}")).expect("an output");
            let zero = |position| token(&hidden, position).iter().all(|&x| x == 0.0);
            assert_eq!([0, 1, 2, 3, 4].map(zero), [false, false, false, true, true], "layer {layer}");
        }
        let same = |inputs: &Inputs| bits(&output(&loaded, inputs, "last_hidden_state"));
        let mask = ids().with("attention_mask", vec![1, 5], vec![1, 1, 1, 0, 0]);
        assert_eq!(same(&ids()), same(&mask));
        assert_eq!(same(&ids()), same(&ids().with("lengths", vec![1], vec![3])));
        let spoken = |language: i64| same(&ids().with("langs", vec![1, 5], vec![language; 5]));
        assert!(spoken(0) != spoken(1) && spoken(0) != same(&ids()));
        // A causal one hears nothing of what comes later; another does.
        let other = output(&loaded, &Inputs::ids(&[9, 4, 8, 2, 2]), "last_hidden_state");
        let first = output(&loaded, &ids(), "last_hidden_state");
        assert_eq!(token(&first, 1) == token(&other, 1), causal);
    }
}

#[test]
fn a_choice_is_scored_as_if_it_stood_alone() {
    let configs = [
        of("bert", "BertForMultipleChoice"),
        of("roberta", "RobertaForMultipleChoice"),
        of("electra", "ElectraForMultipleChoice"),
        albert_config("AlbertForMultipleChoice"),
        xlm_config("XLMForMultipleChoice", false),
        json!({"model_type": "distilbert", "architectures": ["DistilBertForMultipleChoice"], "vocab_size": 41,
            "dim": 12, "n_layers": 2, "n_heads": 3, "hidden_dim": 20, "max_position_embeddings": 24}),
    ];
    for config in configs {
        let loaded = lively(&config, 3);
        let rows = [[3, 1, 4], [9, 2, 6], [5, 3, 5]];
        let together = Inputs::default().with("input_ids", vec![1, 3, 3], rows.concat());
        let scores = output(&loaded, &together, "logits");
        assert_eq!(scores.shape(), [1, 3], "{config}");
        let alone = rows.map(|row| output(&loaded, &Inputs::ids(&row.map(|id| id as u32)), "logits").to_vec()[0]);
        assert_close(&scores.to_vec(), &alone, 1e-5, &config.to_string());
    }
}

#[test]
fn heads_have_as_many_classes_as_there_are_labels() {
    let classes = json!({"0": "a", "1": "b", "2": "c", "3": "d", "4": "e"});
    let shape = |class: &str, config: Value| {
        let name = if class.contains("Answering") { "start_logits" } else { "logits" };
        output(&lively(&config, 3), &Inputs::ids(&[3, 1, 4]), name).shape().to_vec()
    };
    let named = |class: &str| with(of("roberta", class), "id2label", classes.clone());
    let text = "RobertaForSequenceClassification";
    assert_eq!(shape(text, named(text)), [1, 5]);
    assert_eq!(shape(text, of("roberta", text)), [1, 2]);
    assert_eq!(shape(text, with(of("roberta", text), "num_labels", 4.into())), [1, 4]);
    let tokens = "RobertaForTokenClassification";
    assert_eq!(shape(tokens, named(tokens)), [1, 3, 5]);
    let answer = "RobertaForQuestionAnswering";
    assert_eq!(shape(answer, of("roberta", answer)), [1, 3]);
    let error = built(&named(answer)).err().expect("a refusal");
    assert!(error.contains("num_labels is 5"), "{error}");
    assert!(built(&with(of("bert", "BertForTokenClassification"), "id2label", json!({}))).is_err());
}

#[test]
fn what_the_encoders_do_not_support_is_refused_by_name() {
    let roberta = of("roberta", "RobertaForMaskedLM");
    let electra = of("electra", "ElectraForMultipleChoice");
    let (albert, xlm) = (albert_config("AlbertModel"), xlm_config("XLMWithLMHeadModel", false));
    let distilbert = json!({"model_type": "distilbert", "dim": 12, "n_heads": 3});
    let cases = [
        (&roberta, "pad_token_id", json!(24)),
        (&roberta, "pad_token_id", json!(null)),
        (&roberta, "add_cross_attention", json!(true)),
        (&roberta, "hidden_act", json!("swiglu")),
        (&roberta, "architectures", json!(["BertModel"])),
        (&electra, "summary_type", json!("attn")),
        (&electra, "summary_activation", json!("swiglu")),
        (&electra, "embedding_size", json!(0)),
        (&electra, "num_attention_heads", json!(5)),
        (&albert, "inner_group_num", json!(5)),
        (&albert, "inner_group_num", json!(0)),
        (&albert, "num_hidden_groups", json!(5)),
        (&albert, "num_hidden_layers", json!(1_000_000_000)),
        (&albert, "pruned_heads", json!({"0": [1]})),
        (&albert, "position_embedding_type", json!("rotary")),
        (&xlm, "asm", json!(true)),
        (&xlm, "is_encoder", json!(false)),
        (&xlm, "n_heads", json!(5)),
        (&xlm, "n_langs", json!(-1)),
        (&xlm, "architectures", json!(["XLMForQuestionAnswering"])),
        (&distilbert, "activation", json!("swiglu")),
        (&distilbert, "dim", json!(13)),
    ];
    for (config, field, value) in cases {
        let error = built(&with(config.clone(), field, value.clone())).err();
        let error = error.unwrap_or_else(|| panic!("{field} = {value} was taken"));
        // A group that has too few layers may be the fault of either number.
        let named = [field, "inner_group_num"].iter().any(|field| error.contains(field));
        assert!(named, "{field} = {value}: {error}");
    }
    // Other fields of the same names change nothing elsewhere.
    assert!(built(&with(xlm_config("XLMModel", false), "asm", json!(true))).is_ok());
}
