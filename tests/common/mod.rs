//! What several tests share: small models whose weights are large enough that attention has something to say.
#![allow(dead_code, reason = "each test uses a part of it")]

use std::path::{Path, PathBuf};
use std::sync::Arc;

use headscope::checkpoint::Checkpoint;
use headscope::models::{self, Inputs, Loaded};
use headscope::tape::{Graph, Keep, Parameters, Record, Run};
use headscope::tensor::{Pool, Tensor};
use serde_json::{Value, json};

/// Variables under which the program finds nothing of whoever runs the tests, and leaves nothing behind: nothing can be
/// made below a device.
pub const ISOLATED: [(&str, &str); 3] = [
    ("HF_HUB_CACHE", "/dev/null/hub"),
    ("HEADSCOPE_CONFIG_HOME", "/dev/null/config"),
    ("HEADSCOPE_STATE_HOME", "/dev/null/state"),
];

/// Numbers that look random and are the same every time, between -1 and 1.
pub fn noise(seed: u64, count: usize) -> Vec<f32> {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 40) as f32 / (1u64 << 23) as f32 - 1.0
    };
    (0..count).map(|_| next()).collect()
}

/// Token ids that look random and are the same every time.
pub fn ids(seed: u64, count: usize, vocabulary: u32) -> Vec<u32> {
    noise(seed, count).iter().map(|x| ((x + 1.0) / 2.0 * vocabulary as f32) as u32 % vocabulary).collect()
}

/// A GPT-2 of two layers and three heads.
pub fn gpt2_config() -> Value {
    json!({"model_type": "gpt2", "architectures": ["GPT2LMHeadModel"], "vocab_size": 41, "n_positions": 24,
        "n_embd": 12, "n_layer": 2, "n_head": 3})
}

/// A BERT of two layers and three heads.
pub fn bert_config(class: &str) -> Value {
    json!({"model_type": "bert", "architectures": [class], "vocab_size": 41, "max_position_embeddings": 24,
        "hidden_size": 12, "num_hidden_layers": 2, "num_attention_heads": 3, "intermediate_size": 20})
}

/// An ALBERT of four layers that share one set of weights, its tables narrower than they.
pub fn albert_config(class: &str) -> Value {
    json!({"model_type": "albert", "architectures": [class], "vocab_size": 41, "embedding_size": 8,
        "hidden_size": 12, "num_hidden_layers": 4, "num_attention_heads": 3, "intermediate_size": 20,
        "max_position_embeddings": 24})
}

/// An XLM of two layers and three languages.
pub fn xlm_config(class: &str, causal: bool) -> Value {
    json!({"model_type": "xlm", "architectures": [class], "vocab_size": 41, "emb_dim": 12, "n_layers": 2, "n_heads": 3,
        "n_langs": 3, "causal": causal, "max_position_embeddings": 24})
}

/// A model with weights far from those at the start of training.
pub fn lively(config: &Value, seed: u64) -> Loaded {
    let loaded = models::random(config.as_object().expect("a configuration"), seed).expect("a model");
    let mut parameters = Parameters::clone(&loaded.parameters);
    let all: Vec<_> = parameters.iter().map(|(id, entry)| (id, entry.name.clone(), entry.axes.shape())).collect();
    for (id, name, shape) in all {
        let is_scale =
            name.ends_with("weight") && ["LayerNorm", "ln_", "layer_norm"].iter().any(|norm| name.contains(norm));
        let spread = noise(seed ^ (u64::from(id.0) + 1), shape.iter().product());
        let values = spread.into_iter().map(|x| if is_scale { 1.0 + 0.3 * x } else { 0.6 * x }).collect();
        parameters.set(id, Tensor::new(values, &shape));
    }
    Loaded { parameters: Arc::new(parameters), ..loaded }
}

/// The checkpoint of a parity case.
pub fn parity_checkpoint(case: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/parity").join(case).join("checkpoint")
}

/// The model of a parity case.
pub fn parity_model(case: &str) -> Loaded {
    let checkpoint = Checkpoint::open(parity_checkpoint(case)).expect("the checkpoint of a parity case");
    models::open(&checkpoint).expect("the model of a parity case")
}

/// Builds and runs.
pub fn record(loaded: &Loaded, inputs: &Inputs, keep: &Keep) -> Record {
    let graph = loaded.model.graph(inputs).expect("inputs that fit the model");
    run(&graph, &loaded.parameters, keep)
}

/// Runs.
pub fn run(graph: &Arc<Graph>, parameters: &Arc<Parameters>, keep: &Keep) -> Record {
    graph.run(parameters, keep, Run::new(&Arc::new(Pool::default()))).expect("a run that nobody cancels")
}

/// The numbers of a tensor as bits, so that equal means equal.
pub fn bits(tensor: &Tensor) -> Vec<u32> {
    tensor.to_vec().iter().map(|x| x.to_bits()).collect()
}

/// All outputs are the same to the bit.
pub fn assert_same_outputs(a: &Record, b: &Record, what: &str) {
    let names: Vec<&String> = a.graph().outputs().iter().map(|(name, _)| name).collect();
    assert!(!names.is_empty());
    for name in names {
        let [a, b] = [a, b].map(|record| record.output(name).expect("an output of both"));
        assert_eq!(bits(&a), bits(&b), "{what}: {name}");
    }
}

/// Within `tolerance` of the largest expected number.
pub fn assert_close(got: &[f32], expected: &[f32], tolerance: f32, what: &str) {
    assert_eq!(got.len(), expected.len(), "{what}");
    let largest = expected.iter().fold(0.0f32, |largest, x| largest.max(x.abs()));
    for (place, (a, b)) in got.iter().zip(expected).enumerate() {
        assert!((a - b).abs() <= tolerance * largest, "{what}: {a} at {place}, expected {b}");
    }
}

/// Writes a checkpoint of a lively model into a directory.
pub fn write_checkpoint(dir: &Path, config: &Value) {
    let loaded = lively(config, 3);
    let tensors: Vec<(String, Vec<usize>, Vec<f32>)> = loaded
        .parameters
        .iter()
        .map(|(id, entry)| (entry.name.clone(), entry.axes.shape().to_vec(), loaded.parameters.value(id).to_vec()))
        .collect();
    let views: Vec<(&str, &[usize], &[f32])> =
        tensors.iter().map(|(name, shape, data)| (name.as_str(), shape.as_slice(), data.as_slice())).collect();
    headscope::checkpoint::write_tensors(dir.join("model.safetensors"), &views).expect("written");
    std::fs::write(dir.join("config.json"), config.to_string()).expect("written");
}

/// A token that is not made of others.
fn added(id: u32, content: &str) -> Value {
    json!({"id": id, "content": content, "single_word": false, "lstrip": false, "rstrip": false, "normalized": false,
        "special": true})
}

/// The pieces of the WordPiece tokenizer.
pub const WORDS: [&str; 20] = [
    "[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "the", "cat", "sat", "on", "mat", "##s", "cafe", "a", "##ff", "un",
    "##able", "dog", "中", "文", "!",
];

/// A BERT with a WordPiece tokenizer that lowers and strips accents.
pub fn tiny_bert(dir: &Path, class: &str) {
    let mut config = bert_config(class);
    config["vocab_size"] = WORDS.len().into();
    write_checkpoint(dir, &config);
    let vocabulary: Value = WORDS.iter().zip(0..).map(|(word, id)| ((*word).to_owned(), json!(id))).collect();
    let special = |name: &str, id: u32| json!({"id": name, "ids": [id], "tokens": [name]});
    let of = |name: &str, segment: u32| json!({"SpecialToken": {"id": name, "type_id": segment}});
    let text = |name: &str, segment: u32| json!({"Sequence": {"id": name, "type_id": segment}});
    let tokenizer = json!({"version": "1.0",
        "added_tokens": (0..5).map(|id| added(id, WORDS[id as usize])).collect::<Vec<_>>(),
        "normalizer": {"type": "BertNormalizer", "clean_text": true, "handle_chinese_chars": true,
            "strip_accents": null, "lowercase": true},
        "pre_tokenizer": {"type": "BertPreTokenizer"},
        "post_processor": {"type": "TemplateProcessing",
            "single": [of("[CLS]", 0), text("A", 0), of("[SEP]", 0)],
            "pair": [of("[CLS]", 0), text("A", 0), of("[SEP]", 0), text("B", 1), of("[SEP]", 1)],
            "special_tokens": {"[CLS]": special("[CLS]", 2), "[SEP]": special("[SEP]", 3)}},
        "decoder": {"type": "WordPiece", "prefix": "##", "cleanup": true},
        "model": {"type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##",
            "max_input_chars_per_word": 100, "vocab": vocabulary}});
    std::fs::write(dir.join("tokenizer.json"), tokenizer.to_string()).expect("written");
}

/// A GPT-2 with a byte-level BPE tokenizer of 256 bytes, a few merges and the end of text.
pub fn tiny_gpt2(dir: &Path, class: &str) {
    let alphabet = |byte: u8| match byte {
        0x21..=0x7e | 0xa1..=0xac | 0xae..=0xff => char::from(byte),
        0..=0x20 => char::from_u32(0x100 + u32::from(byte)).expect("a character"),
        0x7f..=0xa0 => char::from_u32(0x121 + u32::from(byte) - 0x7f).expect("a character"),
        0xad => '\u{143}',
    };
    let letters = (0..=255).map(|byte| alphabet(byte).to_string());
    let merged = ["Ġt", "he", "Ġthe", "at", "Ġc", "Ġcat"].map(str::to_owned);
    let pieces = letters.chain(merged).chain(["<|endoftext|>".to_owned()]);
    let vocabulary: Value = pieces.zip(0..).map(|(piece, id)| (piece, json!(id))).collect();
    let level = json!({"type": "ByteLevel", "add_prefix_space": false, "trim_offsets": true, "use_regex": true});
    let tokenizer = json!({"version": "1.0", "added_tokens": [added(262, "<|endoftext|>")], "pre_tokenizer": level,
        "post_processor": level, "decoder": level,
        "model": {"type": "BPE", "vocab": vocabulary, "merges": ["Ġ t", "h e", "Ġt he", "a t", "Ġ c", "Ġc at"]}});
    std::fs::write(dir.join("tokenizer.json"), tokenizer.to_string()).expect("written");
    let mut config = gpt2_config();
    config["vocab_size"] = 263.into();
    config["architectures"] = json!([class]);
    write_checkpoint(dir, &config);
}

/// A T5 of two layers on either side, three heads that are wider together than the model.
pub fn t5_config(class: &str) -> Value {
    json!({"model_type": if class.starts_with('M') { "mt5" } else { "t5" }, "architectures": [class], "vocab_size": 41,
        "d_model": 12, "d_kv": 5, "d_ff": 20, "num_layers": 2, "num_decoder_layers": 3, "num_heads": 3,
        "relative_attention_num_buckets": 8, "relative_attention_max_distance": 12})
}

/// The pieces of the Unigram tokenizer, each with its score; the first three are special.
pub const PIECES: [(&str, f64); 14] = [
    ("<pad>", 0.0),
    ("</s>", 0.0),
    ("<unk>", 0.0),
    ("▁the", -2.0),
    ("▁cat", -3.0),
    ("▁sat", -3.0),
    ("▁", -4.0),
    ("t", -5.0),
    ("h", -5.0),
    ("e", -5.0),
    ("c", -5.0),
    ("a", -5.0),
    ("s", -5.0),
    (":", -5.0),
];

/// A T5 with a Unigram tokenizer that ends every text.
pub fn tiny_t5(dir: &Path, class: &str) {
    let mut config = t5_config(class);
    config["vocab_size"] = PIECES.len().into();
    write_checkpoint(dir, &config);
    let space = json!({"type": "Metaspace", "replacement": "▁", "prepend_scheme": "always", "split": true});
    let tokenizer = json!({"version": "1.0",
        "added_tokens": (0..3).map(|id| added(id, PIECES[id as usize].0)).collect::<Vec<_>>(),
        "normalizer": null, "pre_tokenizer": space, "decoder": space,
        "post_processor": {"type": "TemplateProcessing",
            "single": [{"Sequence": {"id": "A", "type_id": 0}}, {"SpecialToken": {"id": "</s>", "type_id": 0}}],
            "pair": [{"Sequence": {"id": "A", "type_id": 0}}, {"Sequence": {"id": "B", "type_id": 0}}],
            "special_tokens": {"</s>": {"id": "</s>", "ids": [1], "tokens": ["</s>"]}}},
        "model": {"type": "Unigram", "unk_id": 2, "vocab": PIECES, "byte_fallback": false}});
    std::fs::write(dir.join("tokenizer.json"), tokenizer.to_string()).expect("written");
    let settings = json!({"eos_token": "</s>", "pad_token": "<pad>", "unk_token": "<unk>"});
    std::fs::write(dir.join("tokenizer_config.json"), settings.to_string()).expect("written");
}
