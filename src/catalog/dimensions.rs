//! The sizes that a config states, under whatever name its architecture gives them.

use serde_json::{Map, Value};

/// What a config says of its sizes; what it does not say is none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Dimensions {
    /// Layers; of the encoder where there are two stacks.
    pub layers: Option<u64>,
    /// Layers of the decoder where there are two stacks.
    pub decoder_layers: Option<u64>,
    /// Numbers of a token's vector.
    pub d_model: Option<u64>,
    /// Attention heads.
    pub heads: Option<u64>,
    /// Heads of keys and values.
    pub kv_heads: Option<u64>,
    /// Width of a head, where the config states it by itself.
    pub d_head_stated: Option<u64>,
    /// Width inside the feed-forward network.
    pub d_ff: Option<u64>,
    /// Entries of the vocabulary.
    pub vocabulary: Option<u64>,
    /// The longest text.
    pub context: Option<u64>,
    /// Experts of a layer.
    pub experts: Option<u64>,
}

impl Dimensions {
    /// Reads them off the top level of a config.
    pub fn of(config: &Map<String, Value>) -> Self {
        let first = |names: &[&str]| names.iter().find_map(|name| config.get(*name).and_then(Value::as_u64));
        let is_set = |name: &str| config.get(name).and_then(Value::as_bool).unwrap_or(false);
        let heads = first(&["num_attention_heads", "n_head", "num_heads", "n_heads", "encoder_attention_heads"]);
        let grouped = first(&["num_key_value_heads", "n_kv_heads", "num_kv_heads"]);
        let decoder_layers = first(&["num_decoder_layers", "decoder_layers"]);
        let layers = first(&["num_hidden_layers", "n_layer", "num_layers", "n_layers", "encoder_layers"]);
        let two_stacks = decoder_layers.is_some()
            || matches!(config.get("model_type").and_then(Value::as_str), Some("t5" | "mt5" | "switch_transformers"));
        Self {
            layers,
            decoder_layers: if two_stacks { decoder_layers.or(layers) } else { None },
            d_model: first(&["hidden_size", "n_embd", "d_model", "dim", "emb_dim", "n_embed"]),
            heads,
            kv_heads: if is_set("multi_query") { Some(1) } else { grouped.or(heads) },
            d_head_stated: first(&["head_dim", "d_kv", "d_head"]),
            d_ff: first(&[
                "intermediate_size",
                "n_inner",
                "d_ff",
                "ffn_dim",
                "hidden_dim",
                "d_inner",
                "dff",
                "encoder_ffn_dim",
            ]),
            vocabulary: first(&["vocab_size", "n_words"]),
            context: first(&["n_positions", "max_position_embeddings", "n_ctx", "seq_length"]),
            experts: first(&["num_experts", "n_experts", "num_local_experts"]),
        }
    }

    /// The width of a head, stated or divided.
    pub fn d_head(&self) -> Option<u64> {
        self.d_head_stated.or_else(|| {
            let (width, heads) = (self.d_model?, self.heads?);
            (heads > 0 && width % heads == 0).then_some(width / heads)
        })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::Dimensions;

    #[test]
    fn names_of_all_architectures_lead_to_one() {
        let of = |value: serde_json::Value| Dimensions::of(value.as_object().expect("an object"));
        let gpt2 = of(json!({"n_layer": 12, "n_embd": 768, "n_head": 12, "n_positions": 1024, "vocab_size": 50257}));
        assert_eq!(
            (gpt2.layers, gpt2.d_head(), gpt2.context, gpt2.kv_heads),
            (Some(12), Some(64), Some(1024), Some(12))
        );
        let t5 = of(json!({"model_type": "t5", "d_model": 1024, "d_kv": 128, "num_layers": 24, "num_heads": 32}));
        assert_eq!((t5.d_head(), t5.decoder_layers), (Some(128), Some(24)));
        let santa = of(json!({"n_embd": 2048, "n_head": 16, "multi_query": true}));
        assert_eq!(santa.kv_heads, Some(1));
    }
}
