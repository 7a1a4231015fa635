//! Configurations: what would change the numbers and is not implemented is refused by name, the rest is read or harmless.

mod common;

use common::{assert_same_outputs, bert_config, gpt2_config, lively, record, t5_config};
use headscope::models::{self, Inputs};
use headscope::tape::Keep;
use serde_json::{Value, json};

fn with(mut config: Value, field: &str, value: &Value) -> Value {
    config[field] = value.clone();
    config
}

fn bert() -> Value {
    bert_config("BertForMaskedLM")
}

fn t5() -> Value {
    t5_config("T5ForConditionalGeneration")
}

/// Arguments that a model of the configuration takes.
fn inputs(config: &Value) -> Inputs {
    let source = Inputs::ids(&[3, 1, 4, 1, 5]);
    if config["model_type"] == "t5" { source.with_target(&[0, 9, 2]) } else { source }
}

#[test]
fn what_is_not_supported_is_refused_by_name() {
    let both = [
        ("pruned_heads", json!({"0": [1]})),
        ("quantization_config", json!({"quant_method": "bitsandbytes"})),
        ("tie_word_embeddings", json!("yes")),
        ("vocab_size", json!(0)),
        ("vocab_size", json!(-1)),
        ("vocab_size", json!(1.5)),
        ("vocab_size", json!(null)),
        ("vocab_size", json!(1u64 << 40)),
        ("architectures", json!(["GPT2DoubleHeadsModel"])),
        ("model_type", json!("gpt-2")),
        ("model_type", json!(null)),
    ];
    let gpt2 = [
        ("add_cross_attention", json!(true)),
        ("activation_function", json!("swiglu")),
        ("activation_function", json!(null)),
        ("n_head", json!(5)),
        ("n_head", json!(0)),
        ("n_inner", json!(0)),
        ("n_embd", json!(0)),
        ("n_positions", json!(0)),
        ("scale_attn_weights", json!("true")),
    ];
    let t5_only = [
        ("tie_encoder_decoder", json!(true)),
        ("feed_forward_proj", json!("gated-swish2")),
        ("feed_forward_proj", json!("twice-gated-gelu")),
        ("feed_forward_proj", json!(null)),
        ("dense_act_fn", json!("geglu")),
        ("is_gated_act", json!("no")),
        ("d_kv", json!(0)),
        ("d_ff", json!(0)),
        ("num_heads", json!(0)),
        ("num_decoder_layers", json!("two")),
        ("relative_attention_num_buckets", json!(3)),
        ("relative_attention_num_buckets", json!(1u64 << 40)),
        ("relative_attention_max_distance", json!(0)),
        ("decoder_start_token_id", json!(-1)),
    ];
    let bert_only = [
        ("add_cross_attention", json!(true)),
        ("hidden_act", json!("gelu_9")),
        ("position_embedding_type", json!("rotary")),
        ("position_embedding_type", json!(null)),
        ("num_attention_heads", json!(5)),
        ("intermediate_size", json!(0)),
        ("type_vocab_size", json!(0)),
        ("max_position_embeddings", json!(0)),
        ("is_decoder", json!(1)),
        ("layer_norm_eps", json!("1e-12")),
    ];
    let cases = [
        (gpt2_config(), [&both[..], &gpt2].concat()),
        (bert(), [&both[..], &bert_only].concat()),
        (t5(), [&both[..], &t5_only].concat()),
    ];
    for (config, fields) in cases {
        for (field, value) in fields {
            let changed = with(config.clone(), field, &value);
            let error = models::shapes(changed.as_object().expect("an object")).err();
            let message = error.unwrap_or_else(|| panic!("{field} = {value} was taken")).to_string();
            assert!(message.contains(field), "{field} = {value}: {message}");
        }
    }
}

#[test]
fn what_changes_no_number_is_taken_and_changes_none() {
    let harmless = [
        ("torch_dtype", json!("float16")),
        ("use_cache", json!(false)),
        ("use_bfloat16", json!(true)),
        ("torchscript", json!(true)),
        ("output_attentions", json!(true)),
        ("chunk_size_feed_forward", json!(2)),
        ("initializer_range", json!(0.9)),
        ("pad_token_id", json!(3)),
        ("pruned_heads", json!({})),
        ("add_cross_attention", json!(false)),
        ("quantization_config", json!(null)),
        ("id2label", json!({"0": "x"})),
        ("is_encoder_decoder", json!(true)),
        ("something_new", json!([1, 2])),
    ];
    let gpt2 = [
        ("reorder_and_upcast_attn", json!(true)),
        ("attn_pdrop", json!(0.9)),
        ("resid_pdrop", json!(0.9)),
        ("embd_pdrop", json!(0.9)),
        ("summary_type", json!("mean")),
        ("n_ctx", json!(7)),
        ("is_decoder", json!(true)),
        ("position_embedding_type", json!("relative_key")),
        ("n_inner", json!(null)),
        ("hidden_size", json!(12)),
    ];
    let t5_only = [
        ("dropout_rate", json!(0.9)),
        ("classifier_dropout", json!(0.9)),
        ("initializer_factor", json!(0.9)),
        ("is_decoder", json!(true)),
        ("is_encoder_decoder", json!(false)),
        ("n_positions", json!(2)),
        ("tie_encoder_decoder", json!(false)),
        ("eos_token_id", json!([7, 8])),
        ("decoder_start_token_id", json!(41)),
        ("hidden_size", json!(12)),
        ("task_specific_params", json!({"summarization": {"prefix": "summarize: "}})),
    ];
    let bert_only = [
        ("hidden_dropout_prob", json!(0.9)),
        ("attention_probs_dropout_prob", json!(0.9)),
        ("classifier_dropout", json!(0.9)),
        ("n_layer", json!(1)),
    ];
    let cases = [
        (gpt2_config(), [&harmless[..], &gpt2].concat()),
        (bert(), [&harmless[..], &bert_only].concat()),
        (t5(), [&harmless[..], &t5_only].concat()),
    ];
    for (config, fields) in cases {
        let inputs = inputs(&config);
        let usual = record(&lively(&config, 3), &inputs, &Keep::Outputs);
        for (field, value) in fields {
            let changed = lively(&with(config.clone(), field, &value), 3);
            assert_same_outputs(&usual, &record(&changed, &inputs, &Keep::Outputs), &format!("{field} = {value}"));
        }
    }
}

#[test]
fn what_changes_numbers_changes_them() {
    let t5_only = [
        ("layer_norm_epsilon", json!(0.5)),
        ("feed_forward_proj", json!("gelu")),
        ("dense_act_fn", json!("gelu")),
        ("relative_attention_max_distance", json!(30)),
        ("num_decoder_layers", json!(2)),
        ("num_layers", json!(1)),
        ("tie_word_embeddings", json!(false)),
    ];
    let gpt2 = [
        ("scale_attn_weights", json!(false)),
        ("scale_attn_by_inverse_layer_idx", json!(true)),
        ("layer_norm_epsilon", json!(0.5)),
        ("activation_function", json!("relu")),
        ("num_attention_heads", json!(4)),
    ];
    let bert_only = [
        ("is_decoder", json!(true)),
        ("hidden_act", json!("relu")),
        ("layer_norm_eps", json!(0.5)),
        ("num_attention_heads", json!(4)),
    ];
    for (config, fields) in [(gpt2_config(), &gpt2[..]), (bert(), &bert_only), (t5(), &t5_only)] {
        // Distances beyond which rows are shared must occur.
        let long = |inputs: Inputs| inputs.with("input_ids", vec![1, 20], (0..20).collect());
        let inputs = if config["model_type"] == "t5" { long(inputs(&config)) } else { inputs(&config) };
        let usual = record(&lively(&config, 3), &inputs, &Keep::Outputs).output("logits").expect("logits").to_vec();
        for (field, value) in fields {
            let changed = lively(&with(config.clone(), field, value), 3);
            let logits = record(&changed, &inputs, &Keep::Outputs).output("logits").expect("logits").to_vec();
            assert!(usual.iter().zip(&logits).any(|(a, b)| (a - b).abs() > 1e-4), "{field} = {value} did nothing");
        }
    }
}

#[test]
fn arguments_that_are_not_taken_are_refused_by_name() {
    for config in [gpt2_config(), bert()] {
        let model = lively(&config, 3).model;
        let refusal = |inputs: &Inputs| model.graph(inputs).err().map(|error| error.to_string()).unwrap_or_default();
        let ids = || Inputs::ids(&[1, 2, 3]);
        for name in ["head_mask", "inputs_embeds", "encoder_hidden_states", "past_key_values", "labels", "input_ids2"] {
            assert!(refusal(&ids().with(name, vec![1, 3], vec![1, 1, 1])).contains(name));
        }
        let whole = |name: &str, shape: Vec<usize>, numbers: Vec<i64>| refusal(&ids().with(name, shape, numbers));
        assert!(whole("attention_mask", vec![1, 3], vec![1, 2, 1]).contains("attention_mask"));
        assert!(whole("attention_mask", vec![1, 4], vec![1; 4]).contains("attention_mask"));
        assert!(whole("attention_mask", vec![1, 3, 3], vec![1; 9]).contains("attention_mask"));
        assert!(whole("position_ids", vec![1, 3], vec![0, 1, 24]).contains("position_ids"));
        assert!(whole("position_ids", vec![3], vec![0, 1, 2]).contains("position_ids"));
        assert!(whole("token_type_ids", vec![1, 3], vec![0, 0, 41]).contains("token_type_ids"));
        assert!(whole("token_type_ids", vec![1, 3], vec![0, 0, -1]).contains("token_type_ids"));
        assert!(refusal(&Inputs::ids(&[1, 41])).contains("input_ids"));
        assert!(refusal(&Inputs::ids(&[1; 25])).contains("25 tokens"));
        assert!(refusal(&Inputs::ids(&[])).contains("empty"));
        assert!(refusal(&Inputs::default()).contains("input_ids"));
        assert!(refusal(&Inputs::default().with("input_ids", vec![3], vec![1, 2, 3])).contains("input_ids"));
    }
}
