//! A layer: attention over memory and segment, and the feed-forward network.

use std::sync::Arc;

use super::TransfoXlConfig;
use crate::models::ModelError;
use crate::nn::{FeedForward, Init, LayerNorm, Linear, RelativeTerms, Weights, attend, from_heads, to_heads};
use crate::tape::{Axes, Axis, Ids, Kind, Mask, Parameter, Var, vocabulary as name};
use crate::tensor::Activation;

struct Attention {
    /// Query, key and value below each other, (joined, feature).
    qkv_net: Parameter,
    r_net: Linear,
    terms: RelativeTerms,
    o_net: Linear,
    heads: usize,
    channels: usize,
}

impl Attention {
    fn new(weights: &Weights<'_>, config: &TransfoXlConfig, shared: Option<RelativeTerms>) -> Result<Self, ModelError> {
        let (heads, channels) = (config.n_head, config.d_head);
        let (feature, all) = (config.feature(), Axis::new(Kind::Heads, heads * channels));
        let joined = Axes::new([Axis::new(Kind::Joined, 3 * heads * channels), feature.clone()]);
        let own_terms = || RelativeTerms::new(weights, heads, channels);
        Ok(Self {
            qkv_net: weights.at("qkv_net").parameter("weight", joined, Init::Normal(0.02))?,
            r_net: Linear::without_bias(&weights.at("r_net"), feature.clone(), all.clone())?,
            terms: shared.map_or_else(own_terms, Ok)?,
            o_net: Linear::without_bias(&weights.at("o_net"), all, feature)?,
            heads,
            channels,
        })
    }

    /// Queries of x, keys and values of memory and x (both (batch, token, feature)), vectors of distances
    /// (distance, feature) → (batch, token, feature), and the weights (batch, head, query, key).
    fn forward<'t>(
        &self,
        x: Var<'t>,
        history: Var<'t>,
        distances: Var<'t>,
        rows: &Arc<Ids>,
        mask: &Arc<Mask>,
    ) -> (Var<'t>, Var<'t>) {
        x.tape().scope(&name::ATTENTION, || {
            let query = self.third(0, x, Kind::Query).named(&name::QUERY); // (batch, query, head, channel)
            let key = self.third(1, history, Kind::Key).named(&name::KEY); // (batch, key, head, channel)
            let value = self.third(2, history, Kind::Key).named(&name::VALUE);
            let (head, channel) = (Axis::new(Kind::Head, self.heads), Axis::new(Kind::Channel, self.channels));
            let distance = self.r_net.forward(distances).split(Kind::Heads, head, channel).named(&name::RELATIVE_KEY);
            let scale = (self.channels as f32).sqrt().recip();
            let scores = self.terms.scores(query, key, distance, rows, scale).named(&name::SCORES);
            let (context, weights) = attend(scores, value, mask); // (batch, head, query, channel)
            (self.o_net.forward(from_heads(context)).named(&name::ATTENTION_OUTPUT), weights)
        })
    }

    /// One third of the joined weight: (batch, token, feature) → (batch, `position`, head, channel).
    fn third<'t>(&self, place: usize, x: Var<'t>, position: Kind) -> Var<'t> {
        let width = self.heads * self.channels;
        let weight = x.tape().parameter(&self.qkv_net);
        let weight = weight.slice(Kind::Joined, place * width..(place + 1) * width, Kind::Heads);
        to_heads(x.linear(weight, None, Kind::Heads), self.heads, position)
    }
}

/// u and v where all layers share them; a file may name them by the model or by any layer.
pub fn shared_terms(weights: &Weights<'_>, config: &TransfoXlConfig) -> Result<RelativeTerms, ModelError> {
    let places = (0..config.n_layer).map(|layer| weights.at("layers").at(layer).at("dec_attn"));
    let own = std::iter::once(weights.clone()).chain(places).find(|place| place.has("r_w_bias"));
    Ok(RelativeTerms::new(own.as_ref().unwrap_or(weights), config.n_head, config.d_head)?)
}

pub struct Layer {
    attention: Attention,
    attention_norm: LayerNorm,
    feed_forward: FeedForward,
    norm: LayerNorm,
    /// Whether the norms stand before their parts instead of behind the sums.
    before: bool,
}

impl Layer {
    pub fn new(
        weights: &Weights<'_>,
        config: &TransfoXlConfig,
        shared: Option<RelativeTerms>,
    ) -> Result<Self, ModelError> {
        let (attention, feed) = (weights.at("dec_attn"), weights.at("pos_ff"));
        let (feature, inner) = (config.feature(), Axis::new(Kind::Inner, config.d_inner));
        let norm = |weights: &Weights<'_>| {
            LayerNorm::new(&weights.at("layer_norm"), &config.feature(), config.layer_norm_epsilon)
        };
        Ok(Self {
            attention_norm: norm(&attention)?,
            attention: Attention::new(&attention, config, shared)?,
            feed_forward: FeedForward {
                inner: Linear::new(&feed.at("CoreNet.0"), feature.clone(), inner.clone())?,
                activation: Activation::Relu,
                outer: Linear::new(&feed.at("CoreNet.3"), inner, feature)?,
            },
            norm: norm(&feed)?,
            before: config.pre_lnorm,
        })
    }

    /// x (batch, token, feature) and the memory with it behind → x again, and the weights (batch, head, query, key).
    pub fn forward<'t>(
        &self,
        x: Var<'t>,
        history: Var<'t>,
        distances: Var<'t>,
        rows: &Arc<Ids>,
        mask: &Arc<Mask>,
    ) -> (Var<'t>, Var<'t>) {
        let feed = |x: Var<'t>| x.tape().scope(&name::FEED_FORWARD, || self.feed_forward.forward(x));
        if self.before {
            let history = self.attention_norm.forward(history);
            let keys = history.len_of(Kind::Token);
            let own = history.slice(Kind::Token, keys - x.len_of(Kind::Token)..keys, Kind::Token);
            let (attended, weights) = self.attention.forward(own, history, distances, rows, mask);
            let x = (x + attended).named(&name::RESIDUAL);
            let passed = feed(self.norm.forward(x));
            ((x + passed).named(&name::RESIDUAL), weights)
        } else {
            let (attended, weights) = self.attention.forward(x, history, distances, rows, mask);
            let x = self.attention_norm.forward((x + attended).named(&name::RESIDUAL));
            let passed = feed(x);
            (self.norm.forward((x + passed).named(&name::RESIDUAL)), weights)
        }
    }
}
