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

/// The fields of configs that state a size, by the id of the size; the first that is there counts.
const FIELDS: &[(&str, &[&str])] = &[
    ("layers", &["num_hidden_layers", "n_layer", "num_layers", "n_layers", "encoder_layers"]),
    ("decoder_layers", &["num_decoder_layers", "decoder_layers"]),
    ("d_model", &["hidden_size", "n_embd", "d_model", "dim", "emb_dim", "n_embed"]),
    ("heads", &["num_attention_heads", "n_head", "num_heads", "n_heads", "encoder_attention_heads"]),
    ("kv_heads", &["num_key_value_heads", "n_kv_heads", "num_kv_heads"]),
    ("d_head", &["head_dim", "d_kv", "d_head"]),
    ("d_ff", &["intermediate_size", "n_inner", "d_ff", "ffn_dim", "hidden_dim", "d_inner", "dff", "encoder_ffn_dim"]),
    ("vocabulary", &["vocab_size", "n_words"]),
    ("context", &["n_positions", "max_position_embeddings", "n_ctx", "seq_length"]),
    ("experts", &["num_experts", "n_experts", "num_local_experts"]),
    ("experts_used", &["num_experts_per_tok", "num_selected_experts", "router_top_k"]),
    ("window", &["sliding_window", "attention_window", "window_size", "local_window", "attention_stride"]),
];

impl Dimensions {
    /// The field of a config that states a size.
    pub fn field(config: &Map<String, Value>, id: &str) -> Option<&'static str> {
        let is_set = |name: &str| config.get(name).and_then(Value::as_bool).unwrap_or(false);
        if id == "kv_heads" && is_set("multi_query") {
            return Some("multi_query");
        }
        let names = FIELDS.iter().find(|(own, _)| *own == id)?.1;
        names.iter().copied().find(|name| config.get(*name).is_some_and(Value::is_u64))
    }

    /// A size as a field of a config states it.
    pub fn stated(config: &Map<String, Value>, id: &str) -> Option<u64> {
        config.get(Self::field(config, id)?)?.as_u64()
    }

    /// Reads them off the top level of a config.
    pub fn of(config: &Map<String, Value>) -> Self {
        let stated = |id: &str| Self::stated(config, id);
        let (heads, layers, decoder_layers) = (stated("heads"), stated("layers"), stated("decoder_layers"));
        let two_stacks = decoder_layers.is_some()
            || matches!(config.get("model_type").and_then(Value::as_str), Some("t5" | "mt5" | "switch_transformers"));
        let multi_query = Self::field(config, "kv_heads") == Some("multi_query");
        Self {
            layers,
            decoder_layers: if two_stacks { decoder_layers.or(layers) } else { None },
            d_model: stated("d_model"),
            heads,
            kv_heads: if multi_query { Some(1) } else { stated("kv_heads").or(heads) },
            d_head_stated: stated("d_head"),
            d_ff: stated("d_ff"),
            vocabulary: stated("vocabulary"),
            context: stated("context"),
            experts: stated("experts"),
        }
    }

    /// A size by its id, as entries name it.
    pub fn get(&self, id: &str) -> Option<u64> {
        match id {
            "layers" => self.layers,
            "decoder_layers" => self.decoder_layers,
            "d_model" => self.d_model,
            "heads" => self.heads,
            "kv_heads" => self.kv_heads,
            "d_head" => self.d_head(),
            "d_ff" => self.d_ff,
            "vocabulary" => self.vocabulary,
            "context" => self.context,
            "experts" => self.experts,
            _ => None,
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
