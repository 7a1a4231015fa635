//! The three kinds of layers: text alone, text with entities mixed in, and both streams with an attention of their own.

use serde::Deserialize;

use super::{ENTITY_SIZE, EPSILON, ErnieConfig, Pass};
use crate::models::ModelError;
use crate::nn::{FeedForward, LayerNorm, Linear, SelfAttention, Sight, Weights};
use crate::tape::{Axis, Kind, Var, vocabulary as name};
use crate::tensor::Activation;

/// Heads of the entities' attention.
const ENTITY_HEADS: usize = 4;

/// A layer by what it does with entities.
#[derive(Clone, Copy, Deserialize, PartialEq)]
#[serde(rename_all = "snake_case")]
pub enum LayerKind {
    /// Nothing.
    Sim,
    /// Fuses them with the tokens.
    Mix,
    /// Lets them attend to each other, then fuses them with the tokens.
    Norm,
}

/// Attention within one stream, the sum and its norm.
struct Attention {
    part: SelfAttention,
    norm: LayerNorm,
}

impl Attention {
    fn new(own: &Weights<'_>, output: &Weights<'_>, feature: &Axis, heads: usize) -> Result<Self, ModelError> {
        let all = feature.renamed(Kind::Heads);
        let linear = |part: &str| Linear::new(&own.at(part), feature.clone(), all.clone());
        let part = SelfAttention {
            query: linear("query")?,
            key: linear("key")?,
            value: linear("value")?,
            output: Linear::new(&output.at("dense"), all.clone(), feature.clone())?,
            heads,
            distances: None,
        };
        Ok(Self { part, norm: LayerNorm::new(&output.at("LayerNorm"), feature, EPSILON)? })
    }

    /// x (batch, token, feature) → the same, and the weights (batch, head, query, key).
    fn forward<'t>(&self, x: Var<'t>, layer: usize, sight: &Sight) -> (Var<'t>, Var<'t>) {
        let (attended, weights) = self.part.forward(x, layer, sight);
        (self.norm.forward((x + attended).named(&name::RESIDUAL)), weights)
    }
}

/// What the entities add to a layer.
struct EntitySide {
    attention: Option<Attention>,
    inner: Linear,
    outer: Linear,
    norm: LayerNorm,
}

pub struct Layer {
    attention: Attention,
    feed_forward: FeedForward,
    norm: LayerNorm,
    entities: Option<EntitySide>,
}

impl Layer {
    pub fn new(
        weights: &Weights<'_>,
        config: &ErnieConfig,
        activation: Activation,
        kind: LayerKind,
    ) -> Result<Self, ModelError> {
        let (attention, output) = (weights.at("attention"), weights.at("output"));
        let (feature, inner) = (config.feature(), Axis::new(Kind::Inner, config.intermediate_size));
        let entity = Axis::new(Kind::Feature, ENTITY_SIZE);
        let own = Attention::new(&attention.at("self"), &attention.at("output"), &feature, config.num_attention_heads)?;
        let of_entities =
            || Attention::new(&attention.at("self_ent"), &attention.at("output_ent"), &entity, ENTITY_HEADS);
        let side = || -> Result<_, ModelError> {
            Ok(EntitySide {
                attention: (kind == LayerKind::Norm).then(of_entities).transpose()?,
                inner: Linear::new(&weights.at("intermediate.dense_ent"), entity.clone(), inner.clone())?,
                outer: Linear::new(&output.at("dense_ent"), inner.clone(), entity.clone())?,
                norm: LayerNorm::new(&output.at("LayerNorm_ent"), &entity, EPSILON)?,
            })
        };
        Ok(Self {
            attention: own,
            feed_forward: FeedForward {
                inner: Linear::new(&weights.at("intermediate.dense"), feature.clone(), inner.clone())?,
                activation,
                outer: Linear::new(&output.at("dense"), inner.clone(), feature.clone())?,
            },
            norm: LayerNorm::new(&output.at("LayerNorm"), &feature, EPSILON)?,
            entities: (kind != LayerKind::Sim).then(side).transpose()?,
        })
    }

    /// Tokens and entities, each (batch, token, feature) → the same, with the official outputs on the way.
    pub fn forward<'t>(&self, index: usize, tokens: Var<'t>, entities: Var<'t>, pass: &Pass) -> (Var<'t>, Var<'t>) {
        let tape = tokens.tape();
        let (tokens, weights) = self.attention.forward(tokens, index, &pass.sight);
        tape.output(format!("attentions.{index}"), weights);
        let (tokens, entities) = match &self.entities {
            None => {
                let passed = tape.scope(&name::FEED_FORWARD, || self.feed_forward.forward(tokens));
                (self.norm.forward((tokens + passed).named(&name::RESIDUAL)), entities)
            }
            Some(side) => {
                let aligned = side.align(index, entities, pass);
                let (tokens, entities) = self.fuse(side, tokens, aligned);
                tape.output(format!("encoded_layers_ent.{index}"), entities);
                (tokens, entities)
            }
        };
        tape.output(format!("encoded_layers.{index}"), tokens);
        (tokens, entities)
    }

    /// `h = f(W_t w + W_e e + b)`, then `w + W h` and `e + W h`, each normed.
    fn fuse<'t>(&self, side: &EntitySide, tokens: Var<'t>, aligned: Var<'t>) -> (Var<'t>, Var<'t>) {
        let FeedForward { inner, activation, outer } = &self.feed_forward;
        let (passed, passed_entities) = tokens.tape().scope(&name::FUSION, || {
            let of_token = inner.forward(tokens).named(&name::TOKEN_PART); // (batch, token, inner)
            let of_entity = side.inner.forward(aligned).named(&name::ENTITY_PART);
            let fused = (of_token + of_entity).named(&name::HIDDEN).activation(*activation).named(&name::ACTIVATION);
            let entities = side.outer.forward(fused).named(&name::ENTITY_OUTPUT);
            (outer.forward(fused).named(&name::FEED_FORWARD_OUTPUT), entities)
        });
        // The tokens come last: they are what runs through all layers.
        let entities = side.norm.forward((aligned + passed_entities).named(&name::RESIDUAL));
        (self.norm.forward((tokens + passed).named(&name::RESIDUAL)), entities)
    }
}

impl EntitySide {
    /// The entities after their own attention, where there is one, and zeros where none stands.
    fn align<'t>(&self, index: usize, entities: Var<'t>, pass: &Pass) -> Var<'t> {
        let tape = entities.tape();
        let attended = match &self.attention {
            None => entities,
            Some(attention) => {
                let attend = || attention.forward(entities, index, &pass.entities.sight);
                let (x, weights) = tape.scope(&name::ENTITY_ATTENTION, attend);
                tape.output(format!("attentions_ent.{index}"), weights);
                x
            }
        };
        let there = tape.given(pass.entities.there.clone(), entities.axes().without(Kind::Feature));
        (attended * there).named(&name::ENTITY_ALIGNED)
    }
}
