//! What tests share: tiny models without a tokenizer, and their passes.

use std::sync::Arc;

use serde_json::{Value, json};

use super::{Pass, Prompt, Subject};
use crate::models::{self, Loaded};
use crate::tape::Run;
use crate::tensor::{Pool, Tensor};

/// A GPT-2 of two layers, sure enough of itself that its candidates differ.
pub fn gpt2() -> Loaded {
    let config = json!({
        "model_type": "gpt2", "vocab_size": 24, "n_positions": 12, "n_embd": 8, "n_layer": 2, "n_head": 2
    });
    decided(&config, "wte.weight")
}

/// The same for texts of some hundred tokens.
pub fn long_gpt2() -> Loaded {
    let config = json!({
        "model_type": "gpt2", "vocab_size": 24, "n_positions": 320, "n_embd": 8, "n_layer": 2, "n_head": 2
    });
    decided(&config, "wte.weight")
}

/// So many ids as a text.
pub fn long_text(tokens: usize) -> String {
    (0..tokens).map(|at| ((at * at + 3 * at) % 23 + 1).to_string()).collect::<Vec<_>>().join(" ")
}

/// A BERT of two layers that fills masks in.
pub fn bert() -> Loaded {
    let config = json!({
        "model_type": "bert", "architectures": ["BertForMaskedLM"], "vocab_size": 24, "hidden_size": 8,
        "num_hidden_layers": 2, "num_attention_heads": 2, "intermediate_size": 32, "max_position_embeddings": 12
    });
    decided(&config, "embeddings.word_embeddings.weight")
}

/// A T5 of two layers each that looks around and does not end its text at once.
pub fn t5() -> Loaded {
    let config = json!({
        "model_type": "t5", "vocab_size": 24, "d_model": 8, "d_kv": 4, "d_ff": 16, "num_layers": 2, "num_heads": 2,
        "relative_attention_num_buckets": 8, "relative_attention_max_distance": 12, "eos_token_id": 23
    });
    let mut loaded = decided(&config, "shared.weight");
    let parameters = Arc::get_mut(&mut loaded.parameters).unwrap();
    let biases: Vec<_> = parameters
        .iter()
        .filter(|(_, entry)| entry.name.ends_with("relative_attention_bias.weight"))
        .map(|(id, entry)| (id, entry.value.clone().unwrap()))
        .collect();
    for (id, value) in biases {
        let larger = value.to_vec().iter().map(|x| x * 3.0).collect();
        parameters.set(id, Tensor::new(larger, value.shape()));
    }
    loaded
}

/// A random model whose token table, with which the output is compared, is larger.
fn decided(config: &Value, table: &str) -> Loaded {
    let mut loaded = models::random(config.as_object().unwrap(), 1).unwrap();
    let parameters = Arc::get_mut(&mut loaded.parameters).unwrap();
    let (id, value) = parameters
        .iter()
        .find(|(_, entry)| entry.name.ends_with(table))
        .map(|(id, entry)| (id, entry.value.clone().unwrap()))
        .unwrap();
    let larger = value.to_vec().iter().map(|x| x * 25.0).collect();
    parameters.set(id, Tensor::new(larger, value.shape()));
    loaded
}

/// One number of a parameter replaced.
pub fn spoiled(mut loaded: Loaded, parameter: &str, number: f32) -> Loaded {
    let parameters = Arc::get_mut(&mut loaded.parameters).unwrap();
    let (id, value) = parameters
        .iter()
        .find(|(_, entry)| entry.name.ends_with(parameter))
        .map(|(id, entry)| (id, entry.value.clone().unwrap()))
        .unwrap();
    let mut data = value.to_vec();
    data[0] = number;
    parameters.set(id, Tensor::new(data, value.shape()));
    loaded
}

/// A pass over a text.
pub fn pass(subject: &Subject, text: &str) -> Pass {
    let pool: Arc<Pool> = Arc::default();
    Pass::run(subject, &Prompt::of(text), Run::new(&pool)).unwrap().unwrap()
}
