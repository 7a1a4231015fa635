//! GPT-2: Radford et al. 2019, "Language Models are Unsupervised Multitask Learners".
//!
//! Official code: transformers 4.46.3, `models/gpt2/modeling_gpt2.py`; before it openai/gpt-2, `src/model.py`.
//! A decoder that reads from left to right: each layer norms, attends to what came before and adds the result, then
//! norms, passes each token through a feed-forward network and adds again. What comes out is compared with the token
//! table itself (tied), which gives a number for each possible next token.

use std::sync::Arc;

use serde::Deserialize;
use serde_json::Value;

use super::inputs::{counted, within};
use super::{Architecture, Config, InputError, Inputs, Model, ModelError, Predicts, Sizes};
use crate::nn::{
    Cache, Embedding, FeedForward, LayerNorm, Linear, Weights, attend, causal, from_heads, padding, to_heads,
};
use crate::tape::{Axis, Effect, Ids, Kind, Mask, Stream, Tape, Var, vocabulary as name};

/// The registry's entry.
pub static ARCHITECTURE: Architecture = Architecture {
    model_type: "gpt2",
    base_prefix: "transformer.",
    classes: &["GPT2LMHeadModel", "GPT2Model"],
    build: |config, weights| Ok(Box::new(Gpt2::new(config, weights)?)),
};

#[derive(Deserialize)]
#[serde(default)]
struct Gpt2Config {
    vocab_size: usize,
    n_positions: usize,
    n_embd: usize,
    n_layer: usize,
    n_head: usize,
    n_inner: Option<usize>,
    activation_function: String,
    layer_norm_epsilon: f32,
    scale_attn_weights: bool,
    scale_attn_by_inverse_layer_idx: bool,
    tie_word_embeddings: bool,
}

impl Default for Gpt2Config {
    fn default() -> Self {
        Self {
            vocab_size: 50257,
            n_positions: 1024,
            n_embd: 768,
            n_layer: 12,
            n_head: 12,
            n_inner: None,
            activation_function: "gelu_new".to_owned(),
            layer_norm_epsilon: 1e-5,
            scale_attn_weights: true,
            scale_attn_by_inverse_layer_idx: false,
            tie_word_embeddings: true,
        }
    }
}

impl Gpt2Config {
    fn read(config: &Config<'_>) -> Result<Self, ModelError> {
        config.accept("add_cross_attention", |v| v == &Value::Bool(false), "false")?;
        config.accept("pruned_heads", |v| v.as_object().is_none_or(serde_json::Map::is_empty), "no pruned heads")?;
        let read: Self = config.read_with(&[
            ("hidden_size", "n_embd"),
            ("max_position_embeddings", "n_positions"),
            ("num_attention_heads", "n_head"),
            ("num_hidden_layers", "n_layer"),
        ])?;
        let sizes = [("vocab_size", read.vocab_size), ("n_positions", read.n_positions), ("n_embd", read.n_embd)];
        config.sizes(&sizes)?;
        config.sizes(&[("n_head", read.n_head), ("n_inner", read.inner())])?;
        Ok(read)
    }

    fn inner(&self) -> usize {
        self.n_inner.unwrap_or(4 * self.n_embd)
    }
}

struct Attention {
    c_attn: Linear,
    c_proj: Linear,
    heads: usize,
    scale: f32,
}

impl Attention {
    fn new(weights: &Weights<'_>, layer: usize, config: &Gpt2Config, channels: usize) -> Result<Self, ModelError> {
        let width = config.n_embd;
        let mut scale = if config.scale_attn_weights { (channels as f32).sqrt().recip() } else { 1.0 };
        if config.scale_attn_by_inverse_layer_idx {
            scale /= (layer + 1) as f32;
        }
        let feature = Axis::new(Kind::Feature, width);
        Ok(Self {
            c_attn: Linear::conv1d(&weights.at("c_attn"), feature.clone(), Axis::new(Kind::Joined, 3 * width))?,
            c_proj: Linear::conv1d(&weights.at("c_proj"), Axis::new(Kind::Heads, width), feature)?,
            heads: config.n_head,
            scale,
        })
    }

    /// x (batch, token, feature) → the same, and the weights (batch, head, query, key).
    fn forward<'t>(&self, x: Var<'t>, layer: usize, pass: &Pass) -> (Var<'t>, Var<'t>) {
        x.tape().scope(&name::ATTENTION, || {
            let joined = self.c_attn.forward(x).named(&name::QUERY_KEY_VALUE); // (batch, token, 3·heads)
            let width = joined.len_of(Kind::Joined) / 3;
            let part = |i: usize, position| {
                to_heads(joined.slice(Kind::Joined, i * width..(i + 1) * width, Kind::Heads), self.heads, position)
            };
            let query = part(0, Kind::Query).named(&name::QUERY); // (batch, query, head, channel)
            let key = part(1, Kind::Key).named(&name::KEY); // (batch, key, head, channel)
            let value = part(2, Kind::Key).named(&name::VALUE);
            let (key, value) = match &pass.cache {
                Some(cache) => cache.extend(layer, key, value),
                None => (key, value),
            };
            let scores = query.product(key, Kind::Channel, self.scale).named(&name::SCORES);
            let (context, weights) = attend(scores, value, &pass.mask); // (batch, head, query, channel)
            let heads = from_heads(context); // (batch, token, heads)
            (self.c_proj.forward(heads).named(&name::ATTENTION_OUTPUT), weights)
        })
    }
}

struct Block {
    ln_1: LayerNorm,
    attn: Attention,
    ln_2: LayerNorm,
    mlp: FeedForward,
}

impl Block {
    fn new(
        weights: &Weights<'_>,
        layer: usize,
        config: &Config<'_>,
        own: &Gpt2Config,
        channels: usize,
    ) -> Result<Self, ModelError> {
        let feature = Axis::new(Kind::Feature, own.n_embd);
        let inner = Axis::new(Kind::Inner, own.inner());
        let mlp = weights.at("mlp");
        Ok(Self {
            ln_1: LayerNorm::new(&weights.at("ln_1"), &feature, own.layer_norm_epsilon)?,
            attn: Attention::new(&weights.at("attn"), layer, own, channels)?,
            ln_2: LayerNorm::new(&weights.at("ln_2"), &feature, own.layer_norm_epsilon)?,
            mlp: FeedForward {
                inner: Linear::conv1d(&mlp.at("c_fc"), feature.clone(), inner.clone())?,
                activation: config.activation("activation_function", &own.activation_function)?,
                outer: Linear::conv1d(&mlp.at("c_proj"), inner, feature)?,
            },
        })
    }

    fn forward<'t>(&self, x: Var<'t>, layer: usize, pass: &Pass) -> (Var<'t>, Var<'t>) {
        let (attended, weights) = self.attn.forward(self.ln_1.forward(x), layer, pass);
        let x = (x + attended).named(&name::RESIDUAL);
        let normed = self.ln_2.forward(x);
        let passed = x.tape().scope(&name::FEED_FORWARD, || self.mlp.forward(normed));
        ((x + passed).named(&name::RESIDUAL), weights)
    }
}

/// GPT-2 with or without its language-model head.
struct Gpt2 {
    class: &'static str,
    sizes: Sizes,
    positions: usize,
    wte: Embedding,
    wpe: Embedding,
    h: Vec<Block>,
    ln_f: LayerNorm,
    lm_head: Option<Linear>,
}

/// What one pass is given, checked.
struct Pass {
    ids: Arc<Ids>,
    segments: Option<Arc<Ids>>,
    positions: Arc<Ids>,
    mask: Arc<Mask>,
    cache: Option<Cache>,
}

impl Gpt2 {
    fn new(config: &Config<'_>, weights: &Weights<'_>) -> Result<Self, ModelError> {
        let own = Gpt2Config::read(config)?;
        let channels = config.channels(("n_embd", own.n_embd), ("n_head", own.n_head))?;
        let feature = Axis::new(Kind::Feature, own.n_embd);
        let vocabulary = Axis::new(Kind::Vocabulary, own.vocab_size);
        let positions = Axis::new(Kind::Position, own.n_positions);
        let tied = config.class == "GPT2LMHeadModel" && own.tie_word_embeddings;
        let table = if tied { weights.first_of(&["wte", "lm_head"]) } else { weights.at("wte") };
        let wte = Embedding::new(&table, vocabulary.clone(), feature.clone())?;
        let wpe = Embedding::new(&weights.at("wpe"), positions, feature.clone())?;
        let h = (0..own.n_layer)
            .map(|layer| Block::new(&weights.at("h").at(layer), layer, config, &own, channels))
            .collect::<Result<_, _>>()?;
        let ln_f = LayerNorm::new(&weights.at("ln_f"), &feature, own.layer_norm_epsilon)?;
        let lm_head = match config.class {
            "GPT2Model" => None,
            _ if tied => Some(Linear::tied(wte.table(), None)),
            _ => Some(Linear::without_bias(&weights.at("lm_head"), feature, vocabulary)?),
        };
        let sizes = Sizes {
            layers: own.n_layer,
            decoder_layers: 0,
            heads: own.n_head,
            key_heads: own.n_head,
            channels,
            d_model: own.n_embd,
            d_ff: own.inner(),
            vocabulary: own.vocab_size,
            context: Some(own.n_positions),
        };
        Ok(Self { class: config.class, sizes, positions: own.n_positions, wte, wpe, h, ln_f, lm_head })
    }

    fn check(&self, inputs: &Inputs) -> Result<Pass, InputError> {
        let axes = inputs.text_axes("input_ids", Stream::DECODER)?;
        let (batch, tokens) = (axes[0].len, axes[1].len);
        let Sizes { layers, key_heads, channels, .. } = self.sizes;
        let past = inputs.past(layers, batch, key_heads, channels)?;
        let keys = past + tokens;
        within(keys, self.positions, "n_positions")?;
        let hidden = f32::MIN;
        let mut rules = vec![causal(past, Effect::Replace(hidden))];
        if let Some(visible) = inputs.visible("attention_mask", batch, keys)? {
            rules.push(padding(visible, keys, Effect::Add(hidden)));
        }
        let key = Axis::along(Kind::Key, keys, Stream::DECODER);
        let positions = inputs.optional_ids("position_ids", &axes, self.positions, "n_positions")?;
        Ok(Pass {
            ids: inputs.required_ids("input_ids", &axes, self.sizes.vocabulary, "vocab_size")?,
            segments: inputs.optional_ids("token_type_ids", &axes, self.sizes.vocabulary, "vocab_size")?,
            positions: positions.unwrap_or_else(|| counted(&axes, past)),
            mask: Mask::new(batch, &axes[1], &key, rules),
            cache: inputs.cache.clone(),
        })
    }

    /// Token and position, and the token table's row of the segment where one is given: (batch, token, feature).
    fn embed<'t>(&self, tape: &'t Tape, pass: &Pass) -> Var<'t> {
        tape.scope(&name::EMBEDDINGS, || {
            let token = self.wte.forward(tape, &pass.ids).named(&name::TOKEN_EMBEDDING);
            let position = self.wpe.forward(tape, &pass.positions).named(&name::POSITION_EMBEDDING);
            let x = token + position;
            let x = match &pass.segments {
                Some(segments) => x + self.wte.forward(tape, segments).named(&name::SEGMENT_EMBEDDING),
                None => x,
            };
            x.named(&name::RESIDUAL)
        })
    }

    fn forward(&self, tape: &Tape, pass: &Pass) {
        let mut x = self.embed(tape, pass);
        for (layer, block) in self.h.iter().enumerate() {
            tape.output(format!("hidden_states.{layer}"), x);
            let weights;
            (x, weights) = tape.numbered(&name::LAYER, layer, || block.forward(x, layer, pass));
            tape.output(format!("attentions.{layer}"), weights);
        }
        let x = self.ln_f.forward_as(&name::FINAL_NORM, x);
        tape.output(format!("hidden_states.{}", self.h.len()), x);
        match &self.lm_head {
            Some(head) => tape.output("logits", head.forward(x).named(&name::LOGITS)), // (batch, token, vocabulary)
            None => tape.output("last_hidden_state", x),
        }
    }
}

impl Model for Gpt2 {
    fn class(&self) -> &'static str {
        self.class
    }

    fn sizes(&self) -> Sizes {
        self.sizes
    }

    fn arguments(&self) -> &'static [&'static str] {
        &["input_ids", "attention_mask", "position_ids", "token_type_ids"]
    }

    fn predicts(&self) -> (Predicts, &'static str) {
        match self.lm_head {
            Some(_) => (Predicts::Next, "logits"),
            None => (Predicts::Nothing, "last_hidden_state"),
        }
    }

    fn build(&self, tape: &Tape, inputs: &Inputs) -> Result<(), InputError> {
        self.forward(tape, &self.check(inputs)?);
        Ok(())
    }
}
