//! T5: Raffel et al. 2019, <https://arxiv.org/abs/1910.10683>; its version 1.1 with gated feed-forward networks, and
//! mT5: Xue et al. 2020, <https://arxiv.org/abs/2010.11934>.
//!
//! Official code: transformers 4.46.3, `models/t5/modeling_t5.py`; before it google-research/text-to-text-transfer-transformer.
//! An encoder reads the source, a decoder writes the target and looks at the source through cross-attention: every task
//! is text to text. Positions are distances: each head adds a learned number to the score, by how far apart query and
//! key stand, the same in all layers. Norms only rescale, scores are not divided, and no product has a bias.

use std::sync::Arc;

use serde::Deserialize;
use serde_json::{Value, json};

use super::{Architecture, Config, InputError, Inputs, Model, ModelError, Predicts, Sizes};
use crate::nn::{
    Buckets, Cache, Embedding, FeedForward, GatedFeedForward, Linear, RelativeBias, RmsNorm, Weights, attend, causal,
    from_heads, padding, padding_of_past, to_heads,
};
use crate::tape::{Axes, Axis, Effect, Ids, Kind, Mask, Name, Stream, Tape, Var, vocabulary as name};
use crate::tensor::Activation;

/// The registry's entry.
pub static T5: Architecture = Architecture {
    model_type: "t5",
    base_prefix: "transformer.",
    classes: &["T5ForConditionalGeneration", "T5Model", "T5EncoderModel"],
    build: |config, weights| Ok(Box::new(T5Model::new(config, &json!({}), weights)?)),
};

/// The same code with other defaults.
pub static MT5: Architecture = Architecture {
    model_type: "mt5",
    base_prefix: "transformer.",
    classes: &["MT5ForConditionalGeneration", "MT5Model", "MT5EncoderModel"],
    build: |config, weights| Ok(Box::new(T5Model::new(config, &mt5_defaults(), weights)?)),
};

/// Where the defaults of mT5 differ.
fn mt5_defaults() -> Value {
    json!({"vocab_size": 250_112, "d_ff": 1024, "num_layers": 8, "num_heads": 6, "feed_forward_proj": "gated-gelu",
        "tie_word_embeddings": false})
}

/// What hidden scores have added to them.
const HIDDEN: Effect = Effect::Add(f32::MIN);

#[derive(Deserialize)]
#[serde(default)]
struct T5Config {
    vocab_size: usize,
    d_model: usize,
    d_kv: usize,
    d_ff: usize,
    num_layers: usize,
    num_decoder_layers: Option<usize>,
    num_heads: usize,
    relative_attention_num_buckets: usize,
    relative_attention_max_distance: usize,
    layer_norm_epsilon: f32,
    feed_forward_proj: String,
    dense_act_fn: Option<String>,
    is_gated_act: Option<bool>,
    tie_word_embeddings: bool,
    decoder_start_token_id: Option<u32>,
    /// An id, a list of ids, or nothing.
    pad_token_id: Value,
    eos_token_id: Value,
}

impl Default for T5Config {
    fn default() -> Self {
        Self {
            vocab_size: 32128,
            d_model: 512,
            d_kv: 64,
            d_ff: 2048,
            num_layers: 6,
            num_decoder_layers: None,
            num_heads: 8,
            relative_attention_num_buckets: 32,
            relative_attention_max_distance: 128,
            layer_norm_epsilon: 1e-6,
            feed_forward_proj: "relu".to_owned(),
            dense_act_fn: None,
            is_gated_act: None,
            tie_word_embeddings: true,
            decoder_start_token_id: None,
            pad_token_id: json!(0),
            eos_token_id: json!(1),
        }
    }
}

/// The id that a field names, or the first of several.
fn first_id(value: &Value) -> Option<u32> {
    let one = value.as_array().map_or(Some(value), |list| list.first())?;
    one.as_u64().and_then(|id| u32::try_from(id).ok())
}

/// The other names of the sizes, as in the official `attribute_map`.
const OTHER_NAMES: [(&str, &str); 4] = [
    ("hidden_size", "d_model"),
    ("num_attention_heads", "num_heads"),
    ("num_hidden_layers", "num_layers"),
    ("head_dim", "d_kv"),
];

impl T5Config {
    fn read(config: &Config<'_>, defaults: &Value) -> Result<Self, ModelError> {
        config.accept("pruned_heads", |v| v.as_object().is_none_or(serde_json::Map::is_empty), "no pruned heads")?;
        config.accept("tie_encoder_decoder", |v| v == &Value::Bool(false), "false")?;
        if config.class.ends_with("EncoderModel") {
            config.accept("is_decoder", |v| v == &Value::Bool(false), "false for an encoder")?;
        }
        // With fewer one direction of the encoder has no row for its own distance.
        config.accept("relative_attention_num_buckets", |v| v.as_u64().is_none_or(|n| n >= 4), "4 or more")?;
        let read: Self = config.read_over(defaults, &OTHER_NAMES)?;
        config.sizes(&[
            ("vocab_size", read.vocab_size),
            ("d_model", read.d_model),
            ("d_kv", read.d_kv),
            ("d_ff", read.d_ff),
            ("num_heads", read.num_heads),
            ("relative_attention_num_buckets", read.relative_attention_num_buckets),
            ("relative_attention_max_distance", read.relative_attention_max_distance),
        ])?;
        Ok(read)
    }

    /// The function of the feed-forward network and whether it is a gate: `relu`, `gated-gelu`. The two fields that
    /// say the same count where they are there.
    fn activation(&self, config: &Config<'_>) -> Result<(Activation, bool), ModelError> {
        let field = "feed_forward_proj";
        let (gated, named) = match self.feed_forward_proj.split_once('-') {
            // The first gated models meant the approximation.
            Some(("gated", "gelu")) => (true, "gelu_new"),
            Some(("gated", named)) => (true, named),
            _ => (false, self.feed_forward_proj.as_str()),
        };
        let (field, named) = self.dense_act_fn.as_deref().map_or((field, named), |named| ("dense_act_fn", named));
        Ok((config.activation(field, named)?, self.is_gated_act.unwrap_or(gated)))
    }

    fn buckets(&self, both_ways: bool) -> Buckets {
        let (count, max_distance) = (self.relative_attention_num_buckets, self.relative_attention_max_distance);
        Buckets { count, max_distance, both_ways }
    }

    fn feature(&self) -> Axis {
        Axis::new(Kind::Feature, self.d_model)
    }

    fn norm(&self, weights: &Weights<'_>) -> Result<RmsNorm, ModelError> {
        Ok(RmsNorm::new(&weights.at("layer_norm"), &self.feature(), self.layer_norm_epsilon)?)
    }
}

struct Attention {
    query: Linear,
    key: Linear,
    value: Linear,
    output: Linear,
    heads: usize,
}

impl Attention {
    /// Started as the official code does: what scores are not divided by, the query's weights are.
    fn new(weights: &Weights<'_>, config: &T5Config) -> Result<Self, ModelError> {
        let feature = config.feature();
        let heads = Axis::new(Kind::Heads, config.num_heads * config.d_kv);
        let deviation = |size: usize| (size as f32).sqrt().recip();
        let made =
            |part: &str, size| Linear::starting(&weights.at(part), feature.clone(), heads.clone(), deviation(size));
        Ok(Self {
            query: made("q", config.d_model * config.d_kv)?,
            key: made("k", config.d_model)?,
            value: made("v", config.d_model)?,
            output: Linear::starting(&weights.at("o"), heads.clone(), feature.clone(), deviation(heads.len))?,
            heads: config.num_heads,
        })
    }

    /// x (batch, token, feature) → (batch, key, head, channel), twice.
    fn key_value<'t>(&self, x: Var<'t>) -> (Var<'t>, Var<'t>) {
        let heads = |linear: &Linear| to_heads(linear.forward(x), self.heads, Kind::Key);
        (heads(&self.key).named(&name::KEY), heads(&self.value).named(&name::VALUE))
    }

    /// x (batch, token, feature) → the same, and the weights (batch, head, query, key). A bias (head, query, key) is
    /// added to the scores.
    fn forward<'t>(
        &self,
        x: Var<'t>,
        key_value: impl FnOnce() -> (Var<'t>, Var<'t>),
        bias: Option<Var<'t>>,
        mask: &Arc<Mask>,
    ) -> (Var<'t>, Var<'t>) {
        let query = to_heads(self.query.forward(x), self.heads, Kind::Query).named(&name::QUERY);
        let (key, value) = key_value();
        let mut scores = query.product(key, Kind::Channel, 1.0); // (batch, head, query, key)
        if let Some(bias) = bias {
            scores = scores.named(&name::CONTENT_SCORES) + bias;
        }
        let (context, weights) = attend(scores.named(&name::SCORES), value, mask); // (batch, head, query, channel)
        (self.output.forward(from_heads(context)).named(&name::ATTENTION_OUTPUT), weights)
    }
}

enum Feed {
    Plain(Box<FeedForward>),
    Gated(Box<GatedFeedForward>),
}

impl Feed {
    fn new(
        weights: &Weights<'_>,
        config: &T5Config,
        (activation, gated): (Activation, bool),
    ) -> Result<Self, ModelError> {
        let (feature, inner) = (config.feature(), Axis::new(Kind::Inner, config.d_ff));
        let deviation = |size: usize| (size as f32).sqrt().recip();
        let made =
            |part: &str| Linear::starting(&weights.at(part), feature.clone(), inner.clone(), deviation(config.d_model));
        let outer = || Linear::starting(&weights.at("wo"), inner.clone(), feature.clone(), deviation(config.d_ff));
        if !gated {
            return Ok(Feed::Plain(Box::new(FeedForward { inner: made("wi")?, activation, outer: outer()? })));
        }
        let (gate, inner) = (made("wi_0")?, made("wi_1")?);
        Ok(Feed::Gated(Box::new(GatedFeedForward { gate, inner, activation, outer: outer()? })))
    }

    fn forward<'t>(&self, x: Var<'t>) -> Var<'t> {
        x.tape().scope(&name::FEED_FORWARD, || match self {
            Feed::Plain(feed) => feed.forward(x),
            Feed::Gated(feed) => feed.forward(x),
        })
    }
}

/// A part with the norm before it.
struct Normed<T> {
    norm: RmsNorm,
    part: T,
}

struct Block {
    attention: Normed<Attention>,
    cross: Option<Normed<Attention>>,
    feed: Normed<Feed>,
}

impl Block {
    fn new(
        weights: &Weights<'_>,
        config: &T5Config,
        activation: (Activation, bool),
        crosses: bool,
    ) -> Result<Self, ModelError> {
        let part = |place: usize| weights.at("layer").at(place);
        let attention = |place, named: &str| -> Result<_, ModelError> {
            let (norm, part) = (config.norm(&part(place))?, Attention::new(&part(place).at(named), config)?);
            Ok(Normed { norm, part })
        };
        let last = part(1 + usize::from(crosses));
        Ok(Self {
            attention: attention(0, "SelfAttention")?,
            cross: crosses.then(|| attention(1, "EncDecAttention")).transpose()?,
            feed: Normed {
                norm: config.norm(&last)?,
                part: Feed::new(&last.at("DenseReluDense"), config, activation)?,
            },
        })
    }
}

/// The encoder or the decoder.
struct Stack {
    blocks: Vec<Block>,
    /// The first block's, which all use.
    bias: Option<RelativeBias>,
    norm: RmsNorm,
}

impl Stack {
    fn new(
        weights: &Weights<'_>,
        config: &T5Config,
        activation: (Activation, bool),
        layers: usize,
        crosses: bool,
    ) -> Result<Self, ModelError> {
        let blocks = weights.at("block");
        let table = blocks.at("0.layer.0.SelfAttention.relative_attention_bias");
        let deviation = (config.d_model as f32).sqrt().recip();
        let bias = || RelativeBias::new(&table, config.buckets(!crosses), config.num_heads, deviation);
        Ok(Self {
            bias: (layers > 0).then(bias).transpose()?,
            blocks: (0..layers)
                .map(|layer| Block::new(&blocks.at(layer), config, activation, crosses))
                .collect::<Result<_, _>>()?,
            norm: RmsNorm::new(&weights.at("final_layer_norm"), &config.feature(), config.layer_norm_epsilon)?,
        })
    }
}

/// A sequence on its way through its stack.
struct Side {
    ids: Arc<Ids>,
    /// The row of the bias for each query and key.
    rows: Arc<Ids>,
    mask: Arc<Mask>,
}

/// The decoder's sequence, and how it sees the encoder's.
struct Target {
    own: Side,
    cross_mask: Arc<Mask>,
    cache: Option<Cache>,
}

/// What one pass is given, checked. Without a source the cache holds what the decoder needs of it.
struct Pass {
    source: Option<Side>,
    target: Option<Target>,
}

/// T5 or mT5 with the head of its class.
struct T5Model {
    class: &'static str,
    sizes: Sizes,
    start: u32,
    end: Option<u32>,
    shared: Embedding,
    encoder: Stack,
    decoder: Option<Stack>,
    lm_head: Option<Linear>,
    tied: bool,
}

impl T5Model {
    fn new(config: &Config<'_>, defaults: &Value, weights: &Weights<'_>) -> Result<Self, ModelError> {
        let own = T5Config::read(config, defaults)?;
        let activation = own.activation(config)?;
        let (decodes, writes) = match config.class {
            "T5EncoderModel" | "MT5EncoderModel" => (false, false),
            "T5Model" | "MT5Model" => (true, false),
            _ => (true, true),
        };
        let tied = writes && own.tie_word_embeddings;
        let mut places = vec!["shared", "encoder.embed_tokens", "decoder.embed_tokens"];
        places.extend(tied.then_some("lm_head"));
        let vocabulary = Axis::new(Kind::Vocabulary, own.vocab_size);
        let shared = Embedding::starting(&weights.first_of(&places), vocabulary.clone(), own.feature(), 1.0)?;
        let decoder_layers = if decodes { own.num_decoder_layers.unwrap_or(own.num_layers) } else { 0 };
        let encoder = Stack::new(&weights.at("encoder"), &own, activation, own.num_layers, false)?;
        let decoder = decodes.then(|| Stack::new(&weights.at("decoder"), &own, activation, decoder_layers, true));
        let lm_head = match (writes, tied) {
            (false, _) => None,
            (true, true) => Some(Linear::tied(shared.table(), None)),
            (true, false) => Some(Linear::starting(&weights.at("lm_head"), own.feature(), vocabulary, 1.0)?),
        };
        let sizes = Sizes {
            layers: own.num_layers,
            decoder_layers,
            heads: own.num_heads,
            key_heads: own.num_heads,
            channels: own.d_kv,
            d_model: own.d_model,
            d_ff: own.d_ff,
            vocabulary: own.vocab_size,
            context: None,
        };
        let start = own.decoder_start_token_id.or(first_id(&own.pad_token_id)).unwrap_or(0);
        let (class, end, decoder) = (config.class, first_id(&own.eos_token_id), decoder.transpose()?);
        Ok(Self { class, sizes, start, end, shared, encoder, decoder, lm_head, tied })
    }

    fn check(&self, inputs: &Inputs) -> Result<Pass, InputError> {
        let (heads, channels) = (self.sizes.heads, self.sizes.channels);
        let Some(decoder) = &self.decoder else {
            return Ok(Pass { source: Some(self.source(inputs)?.0), target: None });
        };
        let kept = inputs.memory(decoder.blocks.len(), heads, channels)?;
        let (source, memory) = if let Some(memory) = kept {
            (None, memory)
        } else {
            let (side, memory) = self.source(inputs)?;
            (Some(side), memory)
        };
        Ok(Pass { source, target: Some(self.target(decoder, inputs, &memory)?) })
    }

    /// The encoder's sequence, and its axes (batch, token).
    fn source(&self, inputs: &Inputs) -> Result<(Side, Axes), InputError> {
        let axes = inputs.text_axes("input_ids", Stream::ENCODER)?;
        let (batch, tokens) = (axes[0].len, axes[1].len);
        let rules = inputs.visible("attention_mask", batch, tokens)?.map(|seen| padding(seen, tokens, HIDDEN));
        let side = Side {
            ids: inputs.required_ids("input_ids", &axes, self.sizes.vocabulary, "vocab_size")?,
            rows: rows(&self.encoder, &axes[1], &axes[1], 0)?,
            mask: Mask::new(batch, &axes[1], &axes[1], rules.into_iter().collect()),
        };
        Ok((side, axes))
    }

    fn target(&self, decoder: &Stack, inputs: &Inputs, memory: &Axes) -> Result<Target, InputError> {
        let axes = inputs.text_axes("decoder_input_ids", Stream::DECODER)?;
        let (batch, tokens) = (axes[0].len, axes[1].len);
        if memory[0].len != batch {
            let expected = format!("[{}, tokens], as many examples as the source has", memory[0].len);
            return Err(InputError::Shape { name: "decoder_input_ids", found: vec![batch, tokens], expected });
        }
        let past = inputs.past(decoder.blocks.len(), batch, self.sizes.heads, self.sizes.channels)?;
        let keys = past + tokens;
        let mut own = vec![causal(past, HIDDEN)];
        if let Some(seen) = inputs.visible("decoder_attention_mask", batch, keys)? {
            own.push(padding_of_past(seen, keys, past, HIDDEN));
        }
        let read = memory[1].len;
        let cross = inputs.visible("attention_mask", batch, read)?.map(|seen| padding(seen, read, HIDDEN));
        let key = Axis::along(Kind::Key, keys, Stream::DECODER);
        Ok(Target {
            own: Side {
                ids: inputs.required_ids("decoder_input_ids", &axes, self.sizes.vocabulary, "vocab_size")?,
                rows: rows(decoder, &axes[1], &key, past)?,
                mask: Mask::new(batch, &axes[1], &key, own),
            },
            cross_mask: Mask::new(batch, &axes[1], &memory[1], cross.into_iter().collect()),
            cache: inputs.cache.clone(),
        })
    }

    fn forward(&self, tape: &Tape, pass: &Pass) {
        let prefix = if self.decoder.is_some() { "encoder_" } else { "" };
        let memory = pass.source.as_ref().map(|side| {
            let memory = self.run(tape, &name::ENCODER, &self.encoder, side, None, prefix);
            tape.output(format!("{prefix}last_hidden_state"), memory);
            memory
        });
        let (Some(decoder), Some(target)) = (&self.decoder, &pass.target) else { return };
        let x = self.run(tape, &name::DECODER, decoder, &target.own, Some((target, memory)), "decoder_");
        match &self.lm_head {
            None => tape.output("last_hidden_state", x),
            Some(head) => {
                let narrow = (self.sizes.d_model as f32).sqrt().recip();
                let x = if self.tied { (x * narrow).named(&name::SCALED) } else { x };
                tape.output("logits", head.forward(x).named(&name::LOGITS)); // (batch, token, vocabulary)
            }
        }
    }

    /// A stack over its sequence: (batch, token, feature). The decoder's sees `memory`, what the encoder made of the
    /// source, unless the cache holds its keys and values.
    fn run<'t>(
        &self,
        tape: &'t Tape,
        scope: &'static Name,
        stack: &Stack,
        side: &Side,
        target: Option<(&Target, Option<Var<'t>>)>,
        prefix: &str,
    ) -> Var<'t> {
        tape.scope(scope, || {
            let embed = || self.shared.forward(tape, &side.ids).named(&name::TOKEN_EMBEDDING);
            let mut x = tape.scope(&name::EMBEDDINGS, embed);
            let bias = stack.bias.as_ref().map(|bias| bias.forward(tape, &side.rows)); // (head, query, key)
            for (layer, block) in stack.blocks.iter().enumerate() {
                tape.output(format!("{prefix}hidden_states.{layer}"), x);
                x = tape.numbered(&name::LAYER, layer, || {
                    let (mut x, weights) = block.attend(x, layer, bias, side, target);
                    tape.output(format!("{prefix}attentions.{layer}"), weights);
                    if let Some((target, memory)) = target {
                        let weights;
                        (x, weights) = block.look_across(x, layer, target, memory);
                        tape.output(format!("cross_attentions.{layer}"), weights);
                    }
                    let passed = block.feed.part.forward(block.feed.norm.forward(x));
                    (x + passed).named(&name::RESIDUAL)
                });
            }
            let x = stack.norm.forward_as(&name::FINAL_NORM, x);
            tape.output(format!("{prefix}hidden_states.{}", stack.blocks.len()), x);
            x
        })
    }
}

impl Block {
    /// Attention within the sequence.
    fn attend<'t>(
        &self,
        x: Var<'t>,
        layer: usize,
        bias: Option<Var<'t>>,
        side: &Side,
        target: Option<(&Target, Option<Var<'t>>)>,
    ) -> (Var<'t>, Var<'t>) {
        let Normed { norm, part } = &self.attention;
        let normed = norm.forward(x);
        let key_value = || {
            let (key, value) = part.key_value(normed);
            match target.and_then(|(target, _)| target.cache.as_ref()) {
                Some(cache) => cache.extend(layer, key, value),
                None => (key, value),
            }
        };
        let attended = x.tape().scope(&name::ATTENTION, || part.forward(normed, key_value, bias, &side.mask));
        ((x + attended.0).named(&name::RESIDUAL), attended.1)
    }

    /// Attention of the target to the source.
    fn look_across<'t>(
        &self,
        x: Var<'t>,
        layer: usize,
        target: &Target,
        memory: Option<Var<'t>>,
    ) -> (Var<'t>, Var<'t>) {
        let Some(Normed { norm, part }) = &self.cross else { unreachable!("every block of the decoder looks across") };
        let normed = norm.forward(x);
        let make = || part.key_value(memory.expect("without a cache the encoder runs"));
        let key_value = || match &target.cache {
            Some(cache) => cache.memory(x.tape(), layer, Stream::ENCODER, make),
            None => make(),
        };
        let scope = &name::CROSS_ATTENTION;
        let attended = x.tape().scope(scope, || part.forward(normed, key_value, None, &target.cross_mask));
        ((x + attended.0).named(&name::RESIDUAL), attended.1)
    }
}

/// The rows of a stack's bias.
fn rows(stack: &Stack, query: &Axis, key: &Axis, past: usize) -> Result<Arc<Ids>, InputError> {
    let Some(bias) = &stack.bias else { return Ok(Ids::new(Axes::new([]), vec![0])) };
    bias.buckets.rows(query, key, past).map_err(|(found, position)| InputError::Range {
        name: "the table of relative positions",
        found,
        position,
        largest: bias.buckets.count - 1,
        why: "relative_attention_max_distance is too short for relative_attention_num_buckets",
    })
}

impl Model for T5Model {
    fn class(&self) -> &'static str {
        self.class
    }

    fn sizes(&self) -> Sizes {
        self.sizes
    }

    fn arguments(&self) -> &'static [&'static str] {
        match self.decoder {
            Some(_) => &["input_ids", "attention_mask", "decoder_input_ids", "decoder_attention_mask"],
            None => &["input_ids", "attention_mask"],
        }
    }

    fn predicts(&self) -> (Predicts, &'static str) {
        match (&self.lm_head, &self.decoder) {
            (Some(_), _) => (Predicts::Next, "logits"),
            (None, _) => (Predicts::Nothing, "last_hidden_state"),
        }
    }

    fn target_start(&self) -> Option<u32> {
        self.decoder.as_ref().map(|_| self.start)
    }

    fn end(&self) -> Option<u32> {
        self.end
    }

    fn build(&self, tape: &Tape, inputs: &Inputs) -> Result<(), InputError> {
        self.forward(tape, &self.check(inputs)?);
        Ok(())
    }
}
