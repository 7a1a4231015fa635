//! BERT: Devlin et al. 2018, <https://arxiv.org/abs/1810.04805>.
//!
//! Official code: transformers 4.46.3, `models/bert/modeling_bert.py`; before it google-research/bert, `modeling.py`.
//! An encoder that sees both sides of every word: token, segment and position vectors are added and normed; each layer
//! attends to the whole text and norms, then passes each token through a feed-forward network and norms again. It was
//! trained to fill masked words in and to tell whether two sentences belong together.

use std::sync::Arc;

use serde::Deserialize;
use serde_json::Value;

use super::inputs::{constant, counted, within};
use super::{Architecture, Config, InputError, Inputs, Model, ModelError, Predicts, Sizes};
use crate::nn::{
    Embedding, FeedForward, Init, LayerNorm, Linear, Weights, attend, causal, from_heads, padding, to_heads,
};
use crate::tape::{Axes, Axis, Effect, Ids, Kind, Mask, Stream, Tape, Var, vocabulary as name};
use crate::tensor::Activation;

/// The registry's entry.
pub static ARCHITECTURE: Architecture = Architecture {
    model_type: "bert",
    base_prefix: "bert.",
    classes: &["BertModel", "BertForMaskedLM", "BertForPreTraining"],
    build: |config, weights| Ok(Box::new(Bert::new(config, weights)?)),
};

#[derive(Deserialize)]
#[serde(default)]
struct BertConfig {
    vocab_size: usize,
    hidden_size: usize,
    num_hidden_layers: usize,
    num_attention_heads: usize,
    intermediate_size: usize,
    hidden_act: String,
    max_position_embeddings: usize,
    type_vocab_size: usize,
    layer_norm_eps: f32,
    position_embedding_type: Position,
    is_decoder: bool,
    tie_word_embeddings: bool,
}

/// How BERT knows where a token stands.
#[derive(Clone, Copy, Deserialize, PartialEq)]
#[serde(rename_all = "snake_case")]
enum Position {
    /// A vector for each place, added to the token's.
    Absolute,
    /// A vector for each distance, compared with the query, <https://arxiv.org/abs/1803.02155>.
    RelativeKey,
    /// A vector for each distance, compared with query and key, <https://arxiv.org/abs/2009.13658>.
    RelativeKeyQuery,
}

impl Default for BertConfig {
    fn default() -> Self {
        Self {
            vocab_size: 30522,
            hidden_size: 768,
            num_hidden_layers: 12,
            num_attention_heads: 12,
            intermediate_size: 3072,
            hidden_act: "gelu".to_owned(),
            max_position_embeddings: 512,
            type_vocab_size: 2,
            layer_norm_eps: 1e-12,
            position_embedding_type: Position::Absolute,
            is_decoder: false,
            tie_word_embeddings: true,
        }
    }
}

impl BertConfig {
    fn read(config: &Config<'_>) -> Result<Self, ModelError> {
        config.accept("add_cross_attention", |v| v == &Value::Bool(false), "false")?;
        config.accept("pruned_heads", |v| v.as_object().is_none_or(serde_json::Map::is_empty), "no pruned heads")?;
        let read: Self = config.read()?;
        config.sizes(&[
            ("vocab_size", read.vocab_size),
            ("hidden_size", read.hidden_size),
            ("num_attention_heads", read.num_attention_heads),
            ("intermediate_size", read.intermediate_size),
            ("max_position_embeddings", read.max_position_embeddings),
            ("type_vocab_size", read.type_vocab_size),
        ])?;
        Ok(read)
    }
}

struct Embeddings {
    word: Embedding,
    position: Embedding,
    segment: Embedding,
    norm: LayerNorm,
    absolute: bool,
}

impl Embeddings {
    fn new(weights: &Weights<'_>, words: &Weights<'_>, config: &BertConfig) -> Result<Self, ModelError> {
        let feature = Axis::new(Kind::Feature, config.hidden_size);
        let table =
            |weights: &Weights<'_>, kind, entries| Embedding::new(weights, Axis::new(kind, entries), feature.clone());
        Ok(Self {
            word: table(words, Kind::Vocabulary, config.vocab_size)?,
            position: table(&weights.at("position_embeddings"), Kind::Position, config.max_position_embeddings)?,
            segment: table(&weights.at("token_type_embeddings"), Kind::Segment, config.type_vocab_size)?,
            norm: LayerNorm::new(&weights.at("LayerNorm"), &feature, config.layer_norm_eps)?,
            absolute: config.position_embedding_type == Position::Absolute,
        })
    }

    /// The three summands, normed: (batch, token, feature).
    fn forward<'t>(&self, tape: &'t Tape, pass: &Pass) -> Var<'t> {
        tape.scope(&name::EMBEDDINGS, || {
            let word = self.word.forward(tape, &pass.ids).named(&name::TOKEN_EMBEDDING);
            let segment = self.segment.forward(tape, &pass.segments).named(&name::SEGMENT_EMBEDDING);
            let mut x = word + segment;
            if self.absolute {
                x = x + self.position.forward(tape, &pass.positions).named(&name::POSITION_EMBEDDING);
            }
            self.norm.forward(x.named(&name::RESIDUAL))
        })
    }
}

struct Attention {
    query: Linear,
    key: Linear,
    value: Linear,
    output: Linear,
    norm: LayerNorm,
    distances: Option<(Embedding, Position)>,
    heads: usize,
}

impl Attention {
    fn new(weights: &Weights<'_>, config: &BertConfig, channels: usize) -> Result<Self, ModelError> {
        let (own, output) = (weights.at("self"), weights.at("output"));
        let feature = Axis::new(Kind::Feature, config.hidden_size);
        let heads = Axis::new(Kind::Heads, config.hidden_size);
        let distances = match config.position_embedding_type {
            Position::Absolute => None,
            relative => {
                let axis = Axis::new(Kind::Distance, 2 * config.max_position_embeddings - 1);
                let channel = Axis::new(Kind::Channel, channels);
                Some((Embedding::new(&own.at("distance_embedding"), axis, channel)?, relative))
            }
        };
        Ok(Self {
            query: Linear::new(&own.at("query"), feature.clone(), heads.clone())?,
            key: Linear::new(&own.at("key"), feature.clone(), heads.clone())?,
            value: Linear::new(&own.at("value"), feature.clone(), heads.clone())?,
            output: Linear::new(&output.at("dense"), heads, feature.clone())?,
            norm: LayerNorm::new(&output.at("LayerNorm"), &feature, config.layer_norm_eps)?,
            distances,
            heads: config.num_attention_heads,
        })
    }

    /// x (batch, token, feature) → the same, and the weights (batch, head, query, key).
    fn forward<'t>(&self, x: Var<'t>, pass: &Pass) -> (Var<'t>, Var<'t>) {
        let (attended, weights) = x.tape().scope(&name::ATTENTION, || {
            let heads = |linear: &Linear, position| to_heads(linear.forward(x), self.heads, position);
            let query = heads(&self.query, Kind::Query).named(&name::QUERY); // (batch, query, head, channel)
            let key = heads(&self.key, Kind::Key).named(&name::KEY); // (batch, key, head, channel)
            let value = heads(&self.value, Kind::Key).named(&name::VALUE);
            let scores = self.scores(query, key, pass).named(&name::SCORES); // (batch, head, query, key)
            let (context, weights) = attend(scores, value, &pass.mask); // (batch, head, query, channel)
            (self.output.forward(from_heads(context)).named(&name::ATTENTION_OUTPUT), weights)
        });
        (self.norm.forward((x + attended).named(&name::RESIDUAL)), weights)
    }

    /// `q·k ÷ √d`, to which relative positions add `q·r` and perhaps `k·r` before the division.
    fn scores<'t>(&self, query: Var<'t>, key: Var<'t>, pass: &Pass) -> Var<'t> {
        let scale = (query.len_of(Kind::Channel) as f32).sqrt().recip();
        let (Some((table, position)), Some(distances)) = (&self.distances, &pass.distances) else {
            return query.product(key, Kind::Channel, scale);
        };
        let distance = table.forward(query.tape(), distances).named(&name::RELATIVE_KEY); // (query, key, channel)
        let mut scores = query.product(key, Kind::Channel, 1.0);
        scores = scores + query.product(distance, Kind::Channel, 1.0).named(&name::RELATIVE_SCORES);
        if *position == Position::RelativeKeyQuery {
            scores = scores + key.product(distance, Kind::Channel, 1.0).named(&name::RELATIVE_SCORES);
        }
        scores * scale
    }
}

struct Layer {
    attention: Attention,
    feed_forward: FeedForward,
    norm: LayerNorm,
}

impl Layer {
    fn new(
        weights: &Weights<'_>,
        config: &BertConfig,
        activation: Activation,
        channels: usize,
    ) -> Result<Self, ModelError> {
        let feature = Axis::new(Kind::Feature, config.hidden_size);
        let inner = Axis::new(Kind::Inner, config.intermediate_size);
        let output = weights.at("output");
        Ok(Self {
            attention: Attention::new(&weights.at("attention"), config, channels)?,
            feed_forward: FeedForward {
                inner: Linear::new(&weights.at("intermediate.dense"), feature.clone(), inner.clone())?,
                activation,
                outer: Linear::new(&output.at("dense"), inner, feature.clone())?,
            },
            norm: LayerNorm::new(&output.at("LayerNorm"), &feature, config.layer_norm_eps)?,
        })
    }

    fn forward<'t>(&self, x: Var<'t>, pass: &Pass) -> (Var<'t>, Var<'t>) {
        let (x, weights) = self.attention.forward(x, pass);
        let passed = x.tape().scope(&name::FEED_FORWARD, || self.feed_forward.forward(x));
        (self.norm.forward((x + passed).named(&name::RESIDUAL)), weights)
    }
}

/// What fills masked words in.
struct PredictionHead {
    transform: Linear,
    activation: Activation,
    norm: LayerNorm,
    decoder: Linear,
}

impl PredictionHead {
    fn new(
        weights: &Weights<'_>,
        config: &BertConfig,
        activation: Activation,
        words: &Embedding,
    ) -> Result<Self, ModelError> {
        let feature = Axis::new(Kind::Feature, config.hidden_size);
        let vocabulary = Axis::new(Kind::Vocabulary, config.vocab_size);
        let transform = weights.at("transform");
        let bias = weights.parameter("bias", Axes::new([vocabulary.clone()]), Init::Zeros)?;
        let decoder = if config.tie_word_embeddings {
            Linear::tied(words.table(), Some(bias))
        } else {
            let axes = Axes::new([vocabulary, feature.clone()]);
            let weight = weights.at("decoder").parameter("weight", axes, Init::Normal(0.02))?;
            Linear::tied(&weight, Some(bias))
        };
        Ok(Self {
            transform: Linear::new(&transform.at("dense"), feature.clone(), feature.clone())?,
            activation,
            norm: LayerNorm::new(&transform.at("LayerNorm"), &feature, config.layer_norm_eps)?,
            decoder,
        })
    }

    /// x (batch, token, feature) → (batch, token, vocabulary).
    fn forward<'t>(&self, x: Var<'t>) -> Var<'t> {
        x.tape().scope(&name::PREDICTION_HEAD, || {
            let x = self.transform.forward(x).named(&name::TRANSFORM);
            let x = self.norm.forward(x.activation(self.activation).named(&name::ACTIVATION));
            self.decoder.forward(x).named(&name::LOGITS)
        })
    }
}

/// BERT with the heads of its class.
struct Bert {
    class: &'static str,
    sizes: Sizes,
    positions: usize,
    segments: usize,
    is_decoder: bool,
    embeddings: Embeddings,
    layers: Vec<Layer>,
    pooler: Option<Linear>,
    predictions: Option<PredictionHead>,
    seq_relationship: Option<Linear>,
}

/// What one pass is given, checked.
struct Pass {
    ids: Arc<Ids>,
    segments: Arc<Ids>,
    positions: Arc<Ids>,
    /// Only where positions are relative.
    distances: Option<Arc<Ids>>,
    mask: Arc<Mask>,
}

impl Bert {
    fn new(config: &Config<'_>, weights: &Weights<'_>) -> Result<Self, ModelError> {
        let own = BertConfig::read(config)?;
        let heads = ("num_attention_heads", own.num_attention_heads);
        let channels = config.channels(("hidden_size", own.hidden_size), heads)?;
        let activation = config.activation("hidden_act", &own.hidden_act)?;
        let feature = Axis::new(Kind::Feature, own.hidden_size);
        let tied = config.class != "BertModel" && own.tie_word_embeddings;
        let usual = "embeddings.word_embeddings";
        let words = if tied { weights.first_of(&[usual, "cls.predictions.decoder"]) } else { weights.at(usual) };
        let embeddings = Embeddings::new(&weights.at("embeddings"), &words, &own)?;
        let layers = (0..own.num_hidden_layers)
            .map(|layer| Layer::new(&weights.at("encoder.layer").at(layer), &own, activation, channels))
            .collect::<Result<_, _>>()?;
        let pooler = match config.class {
            "BertForMaskedLM" => None,
            _ => Some(Linear::new(&weights.at("pooler.dense"), feature.clone(), feature.clone())?),
        };
        let cls = weights.at("cls");
        let predictions = match config.class {
            "BertModel" => None,
            _ => Some(PredictionHead::new(&cls.at("predictions"), &own, activation, &embeddings.word)?),
        };
        let seq_relationship = match config.class {
            "BertForPreTraining" => Some(Linear::new(&cls.at("seq_relationship"), feature, Axis::new(Kind::Class, 2))?),
            _ => None,
        };
        let sizes = Sizes {
            layers: own.num_hidden_layers,
            decoder_layers: 0,
            heads: own.num_attention_heads,
            key_heads: own.num_attention_heads,
            channels,
            d_model: own.hidden_size,
            d_ff: own.intermediate_size,
            vocabulary: own.vocab_size,
            context: Some(own.max_position_embeddings),
        };
        let (class, segments, is_decoder) = (config.class, own.type_vocab_size, own.is_decoder);
        let positions = own.max_position_embeddings;
        Ok(Self {
            class,
            sizes,
            positions,
            segments,
            is_decoder,
            embeddings,
            layers,
            pooler,
            predictions,
            seq_relationship,
        })
    }

    fn check(&self, inputs: &Inputs) -> Result<Pass, InputError> {
        let axes = inputs.text_axes("input_ids", Stream::ENCODER)?;
        let (batch, tokens) = (axes[0].len, axes[1].len);
        let limit = self.positions;
        within(tokens, limit, "max_position_embeddings")?;
        let segments = inputs.optional_ids("token_type_ids", &axes, self.segments, "type_vocab_size")?;
        let positions = inputs.optional_ids("position_ids", &axes, limit, "max_position_embeddings")?;
        Ok(Pass {
            ids: inputs.required_ids("input_ids", &axes, self.sizes.vocabulary, "vocab_size")?,
            segments: segments.unwrap_or_else(|| constant(&axes, 0)),
            positions: positions.unwrap_or_else(|| counted(&axes, 0)),
            distances: (!self.embeddings.absolute).then(|| distances(tokens, limit)),
            mask: self.mask(&axes, inputs.visible("attention_mask", batch, tokens)?),
        })
    }

    /// Padding is hidden; as a decoder the future too, and then a cell is hidden once even where both hold.
    fn mask(&self, axes: &Axes, visible: Option<Arc<Vec<bool>>>) -> Arc<Mask> {
        let (batch, tokens) = (axes[0].len, axes[1].len);
        let mut rules = Vec::new();
        if let Some(visible) = visible {
            rules.push(padding(visible, tokens, Effect::Replace(f32::MIN)));
        }
        if self.is_decoder {
            rules.insert(0, causal(0, Effect::Replace(f32::MIN)));
        }
        Mask::new(batch, &axes[1], &axes[1], rules)
    }

    fn forward(&self, tape: &Tape, pass: &Pass) {
        let mut x = self.embeddings.forward(tape, pass);
        tape.output("hidden_states.0", x);
        for (index, layer) in self.layers.iter().enumerate() {
            let weights;
            (x, weights) = tape.numbered(&name::LAYER, index, || layer.forward(x, pass));
            tape.output(format!("hidden_states.{}", index + 1), x);
            tape.output(format!("attentions.{index}"), weights);
        }
        let pooled = self.pooler.as_ref().map(|pooler| pool(x, pooler));
        match (&self.predictions, &self.seq_relationship) {
            (None, _) => tape.output("last_hidden_state", x),
            (Some(head), None) => tape.output("logits", head.forward(x)),
            (Some(head), Some(_)) => tape.output("prediction_logits", head.forward(x)),
        }
        match (pooled, &self.seq_relationship) {
            (Some(pooled), None) => tape.output("pooler_output", pooled),
            (Some(pooled), Some(relation)) => {
                let relation = relation.forward(pooled).named(&name::SEGMENT_RELATION); // (batch, class)
                tape.output("seq_relationship_logits", relation);
            }
            (None, _) => {}
        }
    }
}

/// The first token, through a product and a tanh: (batch, token, feature) → (batch, feature).
fn pool<'t>(x: Var<'t>, pooler: &Linear) -> Var<'t> {
    x.tape().scope(&name::POOLER, || {
        let first = x.select(Kind::Token, 0);
        pooler.forward(first).named(&name::TRANSFORM).activation(Activation::Tanh).named(&name::POOLED)
    })
}

/// For each query and key the row of the distance table: query − key, counted from the longest.
fn distances(tokens: usize, limit: usize) -> Arc<Ids> {
    let axes =
        Axes::new([Axis::along(Kind::Query, tokens, Stream::ENCODER), Axis::along(Kind::Key, tokens, Stream::ENCODER)]);
    let rows = (0..tokens).flat_map(|query| (0..tokens).map(move |key| (limit - 1 + query - key) as u32));
    Ids::new(axes, rows.collect())
}

impl Model for Bert {
    fn class(&self) -> &'static str {
        self.class
    }

    fn sizes(&self) -> Sizes {
        self.sizes
    }

    fn arguments(&self) -> &'static [&'static str] {
        &["input_ids", "attention_mask", "token_type_ids", "position_ids"]
    }

    fn predicts(&self) -> (Predicts, &'static str) {
        match self.class {
            "BertModel" => (Predicts::Nothing, "last_hidden_state"),
            "BertForMaskedLM" => (Predicts::Masked, "logits"),
            _ => (Predicts::Masked, "prediction_logits"),
        }
    }

    fn reads_pairs(&self) -> bool {
        true
    }

    fn judges(&self) -> Option<&'static str> {
        self.seq_relationship.as_ref().map(|_| "seq_relationship_logits")
    }

    fn build(&self, tape: &Tape, inputs: &Inputs) -> Result<(), InputError> {
        self.forward(tape, &self.check(inputs)?);
        Ok(())
    }
}
