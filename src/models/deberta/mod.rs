//! `DeBERTa`: He et al. 2020, <https://arxiv.org/abs/2006.03654>; version 3: <https://arxiv.org/abs/2111.09543>.
//!
//! Official code: transformers 4.46.3, `models/deberta` and `models/deberta_v2`; before it microsoft/DeBERTa.
//! An encoder that keeps what a token is and where it stands apart: a score is content to content, plus content to
//! position, plus position to content, over vectors of distances that all layers share. Version 2 gives far distances
//! rows that widen like a logarithm, may use the content's maps for distances too, and convolves once behind layer 0.

mod attention;
mod encoder;

use std::sync::Arc;

use serde::Deserialize;
use serde_json::{Value, json};

use self::attention::Distances;
use self::encoder::Encoder;
use super::head::Head;
use super::inputs::{constant, counted, within};
use super::{Architecture, Config, InputError, Inputs, Model, ModelError, Predicts, Sizes};
use crate::nn::{Embedding, HeadPlaces, HeadSizes, Linear, PredictionHead, Summary, Weights};
use crate::tape::{Axis, Effect, Ids, Kind, Mask, PADDING, Rule, Stream, Tape};
use crate::tensor::Tensor;

/// The registry's entry of the first version.
pub static V1: Architecture = Architecture {
    model_type: "deberta",
    base_prefix: "deberta.",
    classes: &[
        "DebertaModel",
        "DebertaForMaskedLM",
        "DebertaForSequenceClassification",
        "DebertaForTokenClassification",
        "DebertaForQuestionAnswering",
    ],
    build: |config, weights| Ok(Box::new(Deberta::new(config, weights, Version::One)?)),
};

/// The registry's entry of versions 2 and 3.
pub static V2: Architecture = Architecture {
    model_type: "deberta-v2",
    base_prefix: "deberta.",
    classes: &[
        "DebertaV2Model",
        "DebertaV2ForMaskedLM",
        "DebertaV2ForSequenceClassification",
        "DebertaV2ForTokenClassification",
        "DebertaV2ForQuestionAnswering",
        "DebertaV2ForMultipleChoice",
    ],
    build: |config, weights| Ok(Box::new(Deberta::new(config, weights, Version::Two)?)),
};

/// Which of the two codes.
#[derive(Clone, Copy, PartialEq)]
enum Version {
    One,
    Two,
}

/// The fields of both versions; those from `position_buckets` on are of the second alone.
#[derive(Deserialize)]
#[serde(default)]
#[allow(clippy::struct_excessive_bools, reason = "the official fields")]
struct DebertaConfig {
    vocab_size: usize,
    hidden_size: usize,
    num_hidden_layers: usize,
    num_attention_heads: usize,
    intermediate_size: usize,
    hidden_act: String,
    max_position_embeddings: usize,
    type_vocab_size: usize,
    layer_norm_eps: f32,
    relative_attention: bool,
    max_relative_positions: i64,
    position_biased_input: bool,
    pos_att_type: Option<Terms>,
    pooler_hidden_act: String,
    embedding_size: Option<usize>,
    tie_word_embeddings: bool,
    position_buckets: i64,
    share_att_key: bool,
    norm_rel_ebd: String,
    conv_kernel_size: usize,
    conv_groups: usize,
    conv_act: String,
}

/// The terms of the score beside content to content: a list, or one text parted by `|`.
#[derive(Deserialize)]
#[serde(untagged)]
enum Terms {
    List(Vec<String>),
    Text(String),
}

impl Default for DebertaConfig {
    fn default() -> Self {
        Self {
            vocab_size: 50265,
            hidden_size: 768,
            num_hidden_layers: 12,
            num_attention_heads: 12,
            intermediate_size: 3072,
            hidden_act: "gelu".to_owned(),
            max_position_embeddings: 512,
            type_vocab_size: 0,
            layer_norm_eps: 1e-7,
            relative_attention: false,
            max_relative_positions: -1,
            position_biased_input: true,
            pos_att_type: None,
            pooler_hidden_act: "gelu".to_owned(),
            embedding_size: None,
            tie_word_embeddings: true,
            position_buckets: -1,
            share_att_key: false,
            norm_rel_ebd: "none".to_owned(),
            conv_kernel_size: 0,
            conv_groups: 1,
            conv_act: "tanh".to_owned(),
        }
    }
}

impl DebertaConfig {
    fn read(config: &Config<'_>, version: Version) -> Result<Self, ModelError> {
        let second = json!({"vocab_size": 128_100, "hidden_size": 1536, "num_hidden_layers": 24,
            "num_attention_heads": 24, "intermediate_size": 6144});
        let defaults = if version == Version::Two { second } else { Value::Null };
        let read: Self = config.read_over(&defaults, &[])?;
        config.sizes(&[
            ("vocab_size", read.vocab_size),
            ("hidden_size", read.hidden_size),
            ("num_attention_heads", read.num_attention_heads),
            ("intermediate_size", read.intermediate_size),
            ("max_position_embeddings", read.max_position_embeddings),
            ("embedding_size", read.embedding_size()),
            ("max_relative_positions", read.max_distance()),
            ("conv_groups", read.conv_groups),
        ])?;
        read.refuse(config, version)?;
        Ok(read)
    }

    /// What the official code has or builds, and cannot run or is not implemented here.
    fn refuse(&self, config: &Config<'_>, version: Version) -> Result<(), ModelError> {
        let width = |v: &Value| v.as_u64() == Some(self.hidden_size as u64);
        config.accept("pooler_hidden_size", width, "the same as hidden_size")?;
        let segments = |v: &Value| v.as_u64().is_some_and(|count| count <= 1 << 28);
        config.accept("type_vocab_size", segments, "at most 268435456")?;
        if version == Version::One {
            return config.accept("talking_head", |v| v == &Value::Bool(false), "false");
        }
        let head = |v: &Value| v.as_u64() == Some((self.hidden_size / self.num_attention_heads) as u64);
        config.accept("attention_head_size", head, "hidden_size / num_attention_heads")?;
        config.accept("position_buckets", |v| v.as_i64().is_some_and(|b| b != 1 && b < 1 << 27), "any number but 1")?;
        let odd = |v: &Value| v.as_u64().is_some_and(|width| width == 0 || (width % 2 == 1 && width < 1 << 16));
        config.accept("conv_kernel_size", odd, "0 or an odd number")?;
        let divides = |v: &Value| v.as_u64().is_some_and(|g| g > 0 && (self.hidden_size as u64).is_multiple_of(g));
        config.accept("conv_groups", divides, "a divisor of hidden_size")
    }

    fn embedding_size(&self) -> usize {
        self.embedding_size.unwrap_or(self.hidden_size)
    }

    /// The longest distance, one way.
    fn max_distance(&self) -> usize {
        usize::try_from(self.max_relative_positions).ok().filter(|&max| max > 0).unwrap_or(self.max_position_embeddings)
    }

    /// The terms of `pos_att_type`.
    fn terms(&self) -> Vec<String> {
        match &self.pos_att_type {
            None => Vec::new(),
            Some(Terms::List(list)) => list.clone(),
            Some(Terms::Text(text)) => text.to_lowercase().split('|').map(|term| term.trim().to_owned()).collect(),
        }
    }

    fn has_term(&self, term: &str) -> bool {
        self.relative_attention && self.terms().iter().any(|own| own == term)
    }

    fn feature(&self) -> Axis {
        Axis::new(Kind::Feature, self.hidden_size)
    }
}

/// `DeBERTa` of either version with the head of its class.
struct Deberta {
    class: &'static str,
    sizes: Sizes,
    positions: Option<usize>,
    segments: usize,
    encoder: Encoder,
    head: Head,
}

/// What one pass is given, checked.
struct Pass {
    ids: Arc<Ids>,
    segments: Option<Arc<Ids>>,
    positions: Option<Arc<Ids>>,
    /// 1 for text and 0 for padding, (batch, token), where a mask is given.
    kept: Option<Tensor>,
    distances: Option<Distances>,
    mask: Arc<Mask>,
}

impl Deberta {
    fn new(config: &Config<'_>, weights: &Weights<'_>, version: Version) -> Result<Self, ModelError> {
        let own = DebertaConfig::read(config, version)?;
        let heads = ("num_attention_heads", own.num_attention_heads);
        let channels = config.channels(("hidden_size", own.hidden_size), heads)?;
        let tied = config.class.ends_with("MaskedLM") && own.tie_word_embeddings;
        let usual = "embeddings.word_embeddings";
        let words = if tied { weights.first_of(&[usual, "cls.predictions.decoder"]) } else { weights.at(usual) };
        let encoder = Encoder::new(config, weights, &words, &own, version)?;
        let head = head(config, weights, &own, encoder.words())?;
        let positions = own.position_biased_input.then_some(own.max_position_embeddings);
        let sizes = Sizes {
            layers: own.num_hidden_layers,
            decoder_layers: 0,
            heads: own.num_attention_heads,
            key_heads: own.num_attention_heads,
            channels,
            d_model: own.hidden_size,
            d_ff: own.intermediate_size,
            vocabulary: own.vocab_size,
            context: positions,
        };
        Ok(Self { class: config.class, sizes, positions, segments: own.type_vocab_size, encoder, head })
    }

    fn check(&self, inputs: &Inputs) -> Result<Pass, InputError> {
        let axes = inputs.text_axes("input_ids", Stream::ENCODER)?;
        let (batch, tokens) = (axes[0].len, axes[1].len);
        let positions = match self.positions {
            None => None,
            Some(limit) => {
                within(tokens, limit, "max_position_embeddings")?;
                let given = inputs.optional_ids("position_ids", &axes, limit, "max_position_embeddings")?;
                Some(given.unwrap_or_else(|| counted(&axes, 0)))
            }
        };
        let segments = match self.segments {
            0 => None,
            limit => {
                let given = inputs.optional_ids("token_type_ids", &axes, limit, "type_vocab_size")?;
                Some(given.unwrap_or_else(|| constant(&axes, 0)))
            }
        };
        let visible = inputs.visible("attention_mask", batch, tokens)?;
        let kept = visible.as_ref().map(|visible| {
            Tensor::new(visible.iter().map(|&seen| f32::from(u8::from(seen))).collect(), &[batch, tokens])
        });
        let rules = visible.map(|visible| hidden(visible, tokens)).into_iter().collect();
        Ok(Pass {
            ids: inputs.required_ids("input_ids", &axes, self.sizes.vocabulary, "vocab_size")?,
            segments,
            positions,
            kept,
            distances: self.encoder.distances(&axes[1]),
            mask: Mask::new(batch, &axes[1], &axes[1], rules),
        })
    }

    fn forward(&self, tape: &Tape, pass: &Pass) {
        self.head.forward(self.encoder.forward(tape, pass));
    }
}

/// What stands on the encoder in the class at hand.
fn head(
    config: &Config<'_>,
    weights: &Weights<'_>,
    own: &DebertaConfig,
    words: &Embedding,
) -> Result<Head, ModelError> {
    if let Some(head) = Head::common(config, weights, own.hidden_size)? {
        return Ok(head);
    }
    let pooler = || -> Result<Summary, ModelError> {
        let dense = Linear::new(&weights.at("pooler.dense"), own.feature(), own.feature())?;
        Ok(Summary::of_first(dense, config.activation("pooler_hidden_act", &own.pooler_hidden_act)?))
    };
    let classifier = |classes| Linear::new(&weights.at("classifier"), own.feature(), classes);
    Ok(match config.task() {
        "MaskedLM" => Head::Words(predictions(config, &weights.at("cls.predictions"), own, words)?),
        "SequenceClassification" => Head::Text(pooler()?, Some(classifier(config.classes()?)?)),
        "MultipleChoice" => Head::Choice(pooler()?, classifier(Axis::new(Kind::Class, 1))?),
        _ => Head::Vectors(None),
    })
}

/// What fills masked words in; it leads back to the width of the token table, which may be narrower than the model.
fn predictions(
    config: &Config<'_>,
    weights: &Weights<'_>,
    own: &DebertaConfig,
    words: &Embedding,
) -> Result<PredictionHead, ModelError> {
    let transform = weights.at("transform");
    let places = HeadPlaces {
        norm: transform.at("LayerNorm"),
        transform: transform.at("dense"),
        decoder: weights.at("decoder"),
        bias: weights.clone(),
    };
    let sizes = HeadSizes {
        from: own.hidden_size,
        to: own.embedding_size(),
        vocabulary: own.vocab_size,
        activation: config.activation("hidden_act", &own.hidden_act)?,
        epsilon: own.layer_norm_eps,
    };
    Ok(PredictionHead::new(&places, &sizes, own.tie_word_embeddings.then(|| words.table()))?)
}

/// Padding neither looks nor is looked at.
fn hidden(visible: Arc<Vec<bool>>, tokens: usize) -> Rule {
    Rule::new(&PADDING, Effect::Replace(f32::MIN), move |cell| {
        let row = &visible[cell.batch * tokens..][..tokens];
        !(row[cell.query] && row[cell.key])
    })
}

impl Model for Deberta {
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
        self.head.predicts(false)
    }

    fn reads_pairs(&self) -> bool {
        true
    }

    fn build(&self, tape: &Tape, inputs: &Inputs) -> Result<(), InputError> {
        let choices = matches!(self.head, Head::Choice(..)).then(|| inputs.of_choices());
        self.forward(tape, &self.check(choices.as_ref().unwrap_or(inputs))?);
        Ok(())
    }
}
