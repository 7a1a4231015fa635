//! The block of the original Transformer's encoder, <https://arxiv.org/abs/1706.03762>: each part adds to the stream,
//! and the sum is normed.

use super::{DistanceKeys, FeedForward, LayerNorm, Linear, SelfAttention, Sight, Weights};
use crate::checkpoint::Result;
use crate::tape::{Axis, Kind, Tape, Var, vocabulary as name};
use crate::tensor::Activation;

/// The sizes of a block.
#[derive(Clone, Copy, Debug)]
pub struct BlockSizes {
    /// Numbers of a token's vector.
    pub feature: usize,
    /// Attention heads, which divide the features.
    pub heads: usize,
    /// Numbers inside the feed-forward network.
    pub inner: usize,
    /// Its bend.
    pub activation: Activation,
    /// What the norms add to the variance.
    pub epsilon: f32,
}

/// Where the parameters of a block lie: architectures call them differently.
pub struct BlockPlaces<'a> {
    /// Queries.
    pub query: Weights<'a>,
    /// Keys.
    pub key: Weights<'a>,
    /// Values.
    pub value: Weights<'a>,
    /// The result of the attention.
    pub attention_output: Weights<'a>,
    /// The norm behind the attention.
    pub attention_norm: Weights<'a>,
    /// The first product of the feed-forward network.
    pub inner: Weights<'a>,
    /// The second.
    pub outer: Weights<'a>,
    /// The norm behind it.
    pub norm: Weights<'a>,
}

impl<'a> BlockPlaces<'a> {
    /// The names that BERT gave them; RoBERTa and ELECTRA kept them.
    pub fn of_bert(layer: &Weights<'a>) -> Self {
        Self {
            query: layer.at("attention.self.query"),
            key: layer.at("attention.self.key"),
            value: layer.at("attention.self.value"),
            attention_output: layer.at("attention.output.dense"),
            attention_norm: layer.at("attention.output.LayerNorm"),
            inner: layer.at("intermediate.dense"),
            outer: layer.at("output.dense"),
            norm: layer.at("output.LayerNorm"),
        }
    }
}

/// `x ← norm(x + attention(x))`, then `x ← norm(x + feed-forward(x))`.
pub struct PostNormBlock {
    attention: SelfAttention,
    attention_norm: LayerNorm,
    feed_forward: FeedForward,
    norm: LayerNorm,
}

impl PostNormBlock {
    /// Takes the parameters of a block.
    ///
    /// # Errors
    /// Where one is missing or misshapen.
    pub fn new(places: &BlockPlaces<'_>, sizes: &BlockSizes, distances: Option<DistanceKeys>) -> Result<Self> {
        let (feature, heads) = (Axis::new(Kind::Feature, sizes.feature), Axis::new(Kind::Heads, sizes.feature));
        let inner = Axis::new(Kind::Inner, sizes.inner);
        Ok(Self {
            attention: SelfAttention {
                query: Linear::new(&places.query, feature.clone(), heads.clone())?,
                key: Linear::new(&places.key, feature.clone(), heads.clone())?,
                value: Linear::new(&places.value, feature.clone(), heads.clone())?,
                output: Linear::new(&places.attention_output, heads, feature.clone())?,
                heads: sizes.heads,
                distances,
            },
            attention_norm: LayerNorm::new(&places.attention_norm, &feature, sizes.epsilon)?,
            feed_forward: FeedForward {
                inner: Linear::new(&places.inner, feature.clone(), inner.clone())?,
                activation: sizes.activation,
                outer: Linear::new(&places.outer, inner, feature.clone())?,
            },
            norm: LayerNorm::new(&places.norm, &feature, sizes.epsilon)?,
        })
    }

    /// x (batch, token, feature) → the same, and the weights (batch, head, query, key).
    pub fn forward<'t>(&self, x: Var<'t>, layer: usize, sight: &Sight) -> (Var<'t>, Var<'t>) {
        let (attended, weights) = self.attention.forward(x, layer, sight);
        let x = self.attention_norm.forward((x + attended).named(&name::RESIDUAL));
        let passed = x.tape().scope(&name::FEED_FORWARD, || self.feed_forward.forward(x));
        (self.norm.forward((x + passed).named(&name::RESIDUAL)), weights)
    }
}

/// The blocks one after the other, under the official names `hidden_states.N` and `attentions.N`:
/// (batch, token, feature) → the same.
pub fn run_blocks<'t>(tape: &'t Tape, mut x: Var<'t>, blocks: &[PostNormBlock], sight: &Sight) -> Var<'t> {
    tape.output("hidden_states.0", x);
    for (layer, block) in blocks.iter().enumerate() {
        let weights;
        (x, weights) = tape.numbered(&name::LAYER, layer, || block.forward(x, layer, sight));
        tape.output(format!("hidden_states.{}", layer + 1), x);
        tape.output(format!("attentions.{layer}"), weights);
    }
    x
}
