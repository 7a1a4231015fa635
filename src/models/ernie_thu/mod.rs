//! ERNIE of Tsinghua: Zhang et al. 2019, <https://arxiv.org/abs/1905.07129>.
//!
//! Official code: thunlp/ERNIE, `code/knowledge_bert/modeling.py`.
//! A BERT that is also told which known things a text speaks of: beside the tokens runs a narrow stream with a vector for
//! each entity, laid at the first token of its mention. Upper layers attend within each stream, then fuse the two where an
//! entity stands. Entity vectors have 100 numbers and 4 heads, whatever the configuration says.

mod layer;

use std::sync::Arc;

use serde::Deserialize;

use self::layer::{Layer, LayerKind};
use super::inputs::{constant, counted, within};
use super::{Architecture, Config, InputError, Inputs, Model, ModelError, Predicts, Sizes};
use crate::nn::{
    HeadPlaces, HeadSizes, LayerNorm, Linear, PredictionHead, Sight, SummedEmbeddings, TableSizes, Weights, padding,
};
use crate::tape::{Axes, Axis, Effect, Ids, Kind, Mask, NO_ENTITY, Rule, Stream, Tape, Var, vocabulary as name};
use crate::tensor::{Activation, Tensor};

/// The registry's entry.
pub static ARCHITECTURE: Architecture = Architecture {
    model_type: "ernie_thu",
    base_prefix: "bert.",
    classes: &["BertModel", "BertForPreTraining", "BertForEntityTyping"],
    build: |config, weights| Ok(Box::new(ErnieThu::new(config, weights)?)),
};

/// Numbers of an entity's vector.
const ENTITY_SIZE: usize = 100;
/// What the norms add to the variance.
const EPSILON: f32 = 1e-12;

#[derive(Deserialize)]
#[serde(default)]
struct ErnieConfig {
    vocab_size: usize,
    hidden_size: usize,
    num_hidden_layers: usize,
    num_attention_heads: usize,
    intermediate_size: usize,
    hidden_act: String,
    max_position_embeddings: usize,
    type_vocab_size: usize,
    layer_types: Vec<LayerKind>,
}

impl Default for ErnieConfig {
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
            layer_types: Vec::new(),
        }
    }
}

impl ErnieConfig {
    fn read(config: &Config<'_>) -> Result<Self, ModelError> {
        let read: Self = config.read()?;
        config.sizes(&[
            ("vocab_size", read.vocab_size),
            ("hidden_size", read.hidden_size),
            ("num_attention_heads", read.num_attention_heads),
            ("intermediate_size", read.intermediate_size),
            ("max_position_embeddings", read.max_position_embeddings),
            ("type_vocab_size", read.type_vocab_size),
        ])?;
        config.channels(("hidden_size", read.hidden_size), ("num_attention_heads", read.num_attention_heads))?;
        Ok(read)
    }

    fn feature(&self) -> Axis {
        Axis::new(Kind::Feature, self.hidden_size)
    }
}

/// A product, a bend and a norm, before the comparison with entities.
struct Transform {
    dense: Linear,
    activation: Activation,
    norm: LayerNorm,
}

impl Transform {
    fn new(weights: &Weights<'_>, from: Axis, to: &Axis, activation: Activation) -> Result<Self, ModelError> {
        let dense = Linear::new(&weights.at("dense"), from, to.clone())?;
        Ok(Self { dense, activation, norm: LayerNorm::new(&weights.at("LayerNorm"), to, EPSILON)? })
    }

    fn forward<'t>(&self, x: Var<'t>) -> Var<'t> {
        let x = self.dense.forward(x).named(&name::TRANSFORM);
        self.norm.forward(x.activation(self.activation).named(&name::ACTIVATION))
    }
}

/// What guesses masked words, entities, and whether the second sentence follows.
struct PreTraining {
    words: PredictionHead,
    entities: Transform,
    relation: Linear,
}

impl PreTraining {
    fn new(
        weights: &Weights<'_>,
        own: &ErnieConfig,
        activation: Activation,
        words: &crate::nn::Embedding,
    ) -> Result<Self, ModelError> {
        let predictions = weights.at("predictions");
        let transform = predictions.at("transform");
        let places = HeadPlaces {
            norm: transform.at("LayerNorm"),
            transform: transform.at("dense"),
            decoder: predictions.at("decoder"),
            bias: predictions,
        };
        let (from, vocabulary) = (own.hidden_size, own.vocab_size);
        let sizes = HeadSizes { from, to: from, vocabulary, activation, epsilon: EPSILON };
        let (feature, entity) = (own.feature(), Axis::new(Kind::Feature, ENTITY_SIZE));
        let entities = weights.at("predictions_ent.transform");
        Ok(Self {
            words: PredictionHead::new(&places, &sizes, Some(words.table()))?,
            entities: Transform::new(&entities, feature.clone(), &entity, activation)?,
            relation: Linear::new(&weights.at("seq_relationship"), feature, Axis::new(Kind::Class, 2))?,
        })
    }

    fn forward<'t>(&self, x: Var<'t>, pooled: Var<'t>, candidates: Option<&Tensor>) {
        let tape = x.tape();
        tape.output("prediction_scores", self.words.forward(x)); // (batch, token, vocabulary)
        tape.output("seq_relationship_score", self.relation.forward(pooled).named(&name::SEGMENT_RELATION));
        let Some(candidates) = candidates else { return };
        let scores = tape.scope(&name::ENTITY_HEAD, || {
            let looking = self.entities.forward(x); // (batch, token, feature)
            let candidate = Axis::new(Kind::Class, candidates.shape()[0]);
            let axes = Axes::new([candidate, looking.axis(Kind::Feature)]);
            let candidates = tape.given(candidates.clone(), axes);
            looking.product(candidates, Kind::Feature, 1.0).named(&name::ENTITY_SCORES) // (batch, token, class)
        });
        tape.output("prediction_scores_ent", scores);
    }
}

enum Head {
    None,
    PreTraining(Box<PreTraining>),
    /// The type of the entity that a mark stands for.
    Typing(Box<Linear>),
}

/// ERNIE with the heads of its class.
struct ErnieThu {
    class: &'static str,
    own: ErnieConfig,
    embeddings: SummedEmbeddings,
    layers: Vec<Layer>,
    pooler: Linear,
    head: Head,
}

/// The entities of a text.
struct Entities {
    /// (batch, token, feature); whatever stands where there is none.
    vectors: Tensor,
    /// 1 where one stands and 0 elsewhere, (batch, token).
    there: Tensor,
    sight: Sight,
}

/// What one pass is given, checked.
struct Pass {
    ids: Arc<Ids>,
    segments: Arc<Ids>,
    positions: Arc<Ids>,
    sight: Sight,
    entities: Entities,
    /// Entities that a token may stand for, (class, feature).
    candidates: Option<Tensor>,
}

impl ErnieThu {
    fn new(config: &Config<'_>, weights: &Weights<'_>) -> Result<Self, ModelError> {
        let own = ErnieConfig::read(config)?;
        let activation = config.activation("hidden_act", &own.hidden_act)?;
        let usual = "embeddings.word_embeddings";
        let words = match config.class {
            "BertForPreTraining" => weights.first_of(&[usual, "cls.predictions.decoder"]),
            _ => weights.at(usual),
        };
        let tables = TableSizes {
            feature: own.hidden_size,
            vocabulary: own.vocab_size,
            positions: own.max_position_embeddings,
            segments: own.type_vocab_size,
        };
        let embeddings = SummedEmbeddings::new(&weights.at("embeddings"), &words, tables, EPSILON)?;
        let plain = own.num_hidden_layers.saturating_sub(own.layer_types.len());
        let kinds = own.layer_types.iter().copied().chain(std::iter::repeat_n(LayerKind::Sim, plain));
        let layers = kinds
            .enumerate()
            .map(|(index, kind)| Layer::new(&weights.at("encoder.layer").at(index), &own, activation, kind))
            .collect::<Result<_, _>>()?;
        let pooler = Linear::new(&weights.at("pooler.dense"), own.feature(), own.feature())?;
        let head = match config.class {
            "BertForPreTraining" => {
                Head::PreTraining(Box::new(PreTraining::new(&weights.at("cls"), &own, activation, embeddings.words())?))
            }
            "BertForEntityTyping" => {
                Head::Typing(Box::new(Linear::without_bias(&weights.at("typing"), own.feature(), config.classes()?)?))
            }
            _ => Head::None,
        };
        Ok(Self { class: config.class, own, embeddings, layers, pooler, head })
    }

    fn check(&self, inputs: &Inputs) -> Result<Pass, InputError> {
        let axes = inputs.text_axes("input_ids", Stream::ENCODER)?;
        let (batch, tokens) = (axes[0].len, axes[1].len);
        within(tokens, self.own.max_position_embeddings, "max_position_embeddings")?;
        let segments = inputs.optional_ids("token_type_ids", &axes, self.own.type_vocab_size, "type_vocab_size")?;
        let visible = inputs.visible("attention_mask", batch, tokens)?;
        let rules = visible.map(|visible| padding(visible, tokens, HIDDEN)).into_iter().collect();
        Ok(Pass {
            ids: inputs.required_ids("input_ids", &axes, self.own.vocab_size, "vocab_size")?,
            segments: segments.unwrap_or_else(|| constant(&axes, 0)),
            positions: counted(&axes, 0),
            sight: sight(Mask::new(batch, &axes[1], &axes[1], rules)),
            entities: entities(inputs, batch, tokens)?,
            candidates: candidates(inputs)?,
        })
    }

    fn forward(&self, tape: &Tape, pass: &Pass) {
        let mut tokens = self.embeddings.forward(tape, &pass.ids, Some(&pass.segments), Some(&pass.positions));
        tape.output("embedding_output", tokens);
        let axes = pass.entities.sight.mask.axes();
        let entity = Axes::new([axes[0].clone(), axes[1].renamed(Kind::Token), Axis::new(Kind::Feature, ENTITY_SIZE)]);
        let mut entities = tape.given(pass.entities.vectors.clone(), entity);
        for (index, layer) in self.layers.iter().enumerate() {
            (tokens, entities) = tape.numbered(&name::LAYER, index, || layer.forward(index, tokens, entities, pass));
        }
        let pooled = tape.scope(&name::POOLER, || {
            let first = self.pooler.forward(tokens.select(Kind::Token, 0)).named(&name::TRANSFORM);
            first.activation(Activation::Tanh).named(&name::POOLED) // (batch, feature)
        });
        tape.output("pooled_output", pooled);
        match &self.head {
            Head::None => {}
            Head::PreTraining(head) => head.forward(tokens, pooled, pass.candidates.as_ref()),
            Head::Typing(typing) => tape.output("logits", typing.forward(pooled).named(&name::CLASSES)),
        }
    }
}

/// Hidden scores keep their order: only so much is taken off.
const HIDDEN: Effect = Effect::Add(-10000.0);

fn sight(mask: Arc<Mask>) -> Sight {
    Sight { mask, distances: None, cache: None }
}

/// The entities of the arguments; a text without any has them nowhere.
fn entities(inputs: &Inputs, batch: usize, tokens: usize) -> Result<Entities, InputError> {
    let token = Axis::along(Kind::Token, tokens, Stream::ENTITY);
    let axes = Axes::new([Axis::new(Kind::Batch, batch), token.clone(), Axis::new(Kind::Feature, ENTITY_SIZE)]);
    let vectors = inputs.real_along("input_ent", &axes)?;
    let there = inputs.visible("ent_mask", batch, tokens)?;
    let (vectors, there) = match (vectors, there) {
        (None, None) => (Tensor::zeros(&axes.shape()), Arc::new(vec![false; batch * tokens])),
        (Some(vectors), Some(there)) => (vectors, there),
        (None, _) => return Err(InputError::Missing { name: "input_ent" }),
        (_, None) => return Err(InputError::Missing { name: "ent_mask" }),
    };
    let numbers = there.iter().map(|&there| f32::from(u8::from(there))).collect();
    let rule = Rule::new(&NO_ENTITY, HIDDEN, move |cell| !there[cell.batch * tokens + cell.key]);
    Ok(Entities {
        vectors,
        there: Tensor::new(numbers, &[batch, tokens]),
        sight: sight(Mask::new(batch, &token, &token, vec![rule])),
    })
}

/// (1, class, feature) → (class, feature).
fn candidates(inputs: &Inputs) -> Result<Option<Tensor>, InputError> {
    let name = "candidate";
    let Some((shape, numbers)) = inputs.real(name, 3)? else { return Ok(None) };
    if shape[0] != 1 || shape[1] == 0 || shape[2] != ENTITY_SIZE {
        return Err(InputError::Shape { name, found: shape, expected: format!("[1, entities, {ENTITY_SIZE}]") });
    }
    Ok(Some(Tensor::new(numbers, &shape[1..])))
}

impl Model for ErnieThu {
    fn class(&self) -> &'static str {
        self.class
    }

    fn sizes(&self) -> Sizes {
        Sizes {
            layers: self.layers.len(),
            decoder_layers: 0,
            heads: self.own.num_attention_heads,
            key_heads: self.own.num_attention_heads,
            channels: self.own.hidden_size / self.own.num_attention_heads,
            d_model: self.own.hidden_size,
            d_ff: self.own.intermediate_size,
            vocabulary: self.own.vocab_size,
            context: Some(self.own.max_position_embeddings),
        }
    }

    fn arguments(&self) -> &'static [&'static str] {
        &["input_ids", "token_type_ids", "attention_mask", "input_ent", "ent_mask", "candidate"]
    }

    fn predicts(&self) -> (Predicts, &'static str) {
        match self.head {
            Head::None => (Predicts::Nothing, "pooled_output"),
            Head::PreTraining(_) => (Predicts::Masked, "prediction_scores"),
            Head::Typing(_) => (Predicts::Nothing, "logits"),
        }
    }

    fn reads_pairs(&self) -> bool {
        true
    }

    fn judges(&self) -> Option<&'static str> {
        matches!(self.head, Head::PreTraining(_)).then_some("seq_relationship_score")
    }

    /// With an entity to choose, so that every part is there.
    fn smallest_inputs(&self) -> Inputs {
        Inputs::ids(&[0]).with_real("candidate", vec![1, 1, ENTITY_SIZE], vec![0.0; ENTITY_SIZE])
    }

    fn build(&self, tape: &Tape, inputs: &Inputs) -> Result<(), InputError> {
        self.forward(tape, &self.check(inputs)?);
        Ok(())
    }
}
