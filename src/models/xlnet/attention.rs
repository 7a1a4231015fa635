//! A layer, which both streams go through with the same weights.

use std::sync::Arc;

use super::XlNetConfig;
use crate::models::{Config, ModelError};
use crate::nn::{FeedForward, Init, LayerNorm, Linear, RelativeTerms, Weights, attend, to_heads};
use crate::tape::{Axes, Axis, Ids, Kind, Mask, Parameter, Var, vocabulary as name};
use crate::tensor::Tensor;

/// What both streams share.
pub struct Places {
    /// The row of the table of distances for each (query, key).
    pub rows: Arc<Ids>,
    /// Whether query and key are of different segments, (batch, query, key).
    pub segments: Option<Arc<Ids>>,
}

/// What a stream has of its own.
pub struct StreamPlaces {
    pub mask: Arc<Mask>,
    /// Where its vectors stand in the text, (batch, target, position); one at each position where there is none.
    pub targets: Option<Tensor>,
}

/// What both streams look at: content keys and values (batch, key, head, channel), and the keys of distances.
#[derive(Clone, Copy)]
pub struct Keys<'t> {
    key: Var<'t>,
    value: Var<'t>,
    distance: Var<'t>,
}

/// A product with a weight stored (feature, head, channel).
struct HeadMap(Parameter);

impl HeadMap {
    fn weight<'t>(&self, x: Var<'t>) -> Var<'t> {
        x.tape().parameter(&self.0).merge(Kind::Head, Kind::Channel, Kind::Heads) // (feature, heads)
    }

    /// (…, feature) → (…, heads).
    fn heads_of<'t>(&self, x: Var<'t>) -> Var<'t> {
        x.linear(self.weight(x), None, Kind::Heads)
    }

    /// (…, heads) → (…, feature).
    fn features_of<'t>(&self, x: Var<'t>) -> Var<'t> {
        x.linear(self.weight(x), None, Kind::Feature)
    }
}

pub struct Layer {
    query: HeadMap,
    key: HeadMap,
    value: HeadMap,
    output: HeadMap,
    relative: HeadMap,
    terms: RelativeTerms,
    segment_bias: Parameter,
    /// A vector for one's own segment and one for others, (segment, head, channel).
    segments: Parameter,
    attention_norm: LayerNorm,
    feed_forward: FeedForward,
    norm: LayerNorm,
    heads: usize,
    channels: usize,
}

impl Layer {
    pub fn new(weights: &Weights<'_>, config: &Config<'_>, own: &XlNetConfig) -> Result<Self, ModelError> {
        let (attention, feed) = (weights.at("rel_attn"), weights.at("ff"));
        let (heads, channels) = (own.n_head, own.d_model / own.n_head);
        let (head, channel) = (Axis::new(Kind::Head, heads), Axis::new(Kind::Channel, channels));
        let taken = |part: &str, first: Option<Axis>| {
            let axes = Axes::new(first.into_iter().chain([head.clone(), channel.clone()]));
            attention.parameter(part, axes, Init::Normal(0.02))
        };
        let map = |part: &str| -> Result<_, ModelError> { Ok(HeadMap(taken(part, Some(own.feature()))?)) };
        let norm =
            |weights: &Weights<'_>| LayerNorm::new(&weights.at("layer_norm"), &own.feature(), own.layer_norm_eps);
        let inner = Axis::new(Kind::Inner, own.d_inner);
        Ok(Self {
            query: map("q")?,
            key: map("k")?,
            value: map("v")?,
            output: map("o")?,
            relative: map("r")?,
            terms: RelativeTerms::new(&attention, heads, channels)?,
            segment_bias: taken("r_s_bias", None)?,
            segments: taken("seg_embed", Some(Axis::new(Kind::Segment, 2)))?,
            attention_norm: norm(&attention)?,
            feed_forward: FeedForward {
                inner: Linear::new(&feed.at("layer_1"), own.feature(), inner.clone())?,
                activation: config.activation("ff_activation", &own.ff_activation)?,
                outer: Linear::new(&feed.at("layer_2"), inner, own.feature())?,
            },
            norm: norm(&feed)?,
            heads,
            channels,
        })
    }

    /// Keys and values of memory and content (batch, token, feature), and keys of distances (distance, feature).
    pub fn keys<'t>(&self, history: Var<'t>, distances: Var<'t>) -> Keys<'t> {
        let heads = |map: &HeadMap| to_heads(map.heads_of(history), self.heads, Kind::Key);
        let (head, channel) = (Axis::new(Kind::Head, self.heads), Axis::new(Kind::Channel, self.channels));
        Keys {
            key: heads(&self.key),
            value: heads(&self.value),
            distance: self.relative.heads_of(distances).split(Kind::Heads, head, channel).named(&name::RELATIVE_KEY),
        }
    }

    /// A stream x (batch, token, feature) → the same, its weights (batch, head, query, key), and what it looked at.
    pub fn forward<'t>(
        &self,
        x: Var<'t>,
        keys: impl FnOnce() -> Keys<'t>,
        places: &Places,
        own: &StreamPlaces,
    ) -> (Var<'t>, Var<'t>, Keys<'t>) {
        let tape = x.tape();
        let (attended, weights, keys) = tape.scope(&name::ATTENTION, || {
            let keys = keys();
            let query = self.queries(x, own).named(&name::QUERY); // (batch, query, head, channel)
            // The same for both streams, and a step of each.
            let key = keys.key.rename(Kind::Key, Kind::Key).named(&name::KEY);
            let value = keys.value.rename(Kind::Key, Kind::Key).named(&name::VALUE);
            let scores = self.scores(query, key, keys.distance, places).named(&name::SCORES);
            let (context, weights) = attend(scores, value, &own.mask); // (batch, head, query, channel)
            (self.output.features_of(taken(context, own)).named(&name::ATTENTION_OUTPUT), weights, keys)
        });
        let x = self.attention_norm.forward((x + attended).named(&name::RESIDUAL));
        let passed = tape.scope(&name::FEED_FORWARD, || self.feed_forward.forward(x));
        (self.norm.forward((x + passed).named(&name::RESIDUAL)), weights, keys)
    }

    /// (batch, token, feature) → (batch, query, head, channel): at all positions of the text.
    fn queries<'t>(&self, x: Var<'t>, own: &StreamPlaces) -> Var<'t> {
        let made = self.query.heads_of(x);
        let Some(targets) = &own.targets else { return to_heads(made, self.heads, Kind::Query) };
        let (head, channel) = (Axis::new(Kind::Head, self.heads), Axis::new(Kind::Channel, self.channels));
        let made = made.split(Kind::Heads, head, channel); // (batch, token, head, channel)
        let placed = made.product(mapping(x, targets, own), Kind::Token, 1.0).named(&name::TARGET_PLACES);
        placed.arrange(&[Kind::Batch, Kind::Query, Kind::Head, Kind::Channel])
    }

    /// Transformer-XL's four terms, and one for the segments: (batch, head, query, key).
    fn scores<'t>(&self, query: Var<'t>, key: Var<'t>, distance: Var<'t>, places: &Places) -> Var<'t> {
        let tape = query.tape();
        let scale = (self.channels as f32).sqrt().recip();
        let scores = self.terms.scores(query, key, distance, &places.rows, scale);
        let Some(segments) = &places.segments else { return scores };
        let looking = query + tape.parameter(&self.segment_bias);
        let by_segment = looking.product(tape.parameter(&self.segments), Kind::Channel, scale); // (head, batch, query, segment)
        let by_segment = by_segment.arrange(&[Kind::Batch, Kind::Head, Kind::Query, Kind::Segment]);
        scores + by_segment.pick(segments, Kind::Segment).named(&name::SEGMENT_SCORES)
    }
}

/// Where the targets stand, on the tape: (batch, token, query).
fn mapping<'t>(x: Var<'t>, targets: &Tensor, own: &StreamPlaces) -> Var<'t> {
    let axes = Axes::new([x.axis(Kind::Batch), x.axis(Kind::Token), own.mask.axes()[1].clone()]);
    x.tape().given(targets.clone(), axes)
}

/// (batch, head, query, channel) → (batch, token, heads): of the stream's targets, or of all positions.
fn taken<'t>(context: Var<'t>, own: &StreamPlaces) -> Var<'t> {
    let Some(targets) = &own.targets else { return crate::nn::from_heads(context) };
    let token = Axis::along(Kind::Token, targets.shape()[1], crate::tape::Stream::QUERY);
    let axes = Axes::new([context.axis(Kind::Batch), token, context.axis(Kind::Query)]);
    let mapping = context.tape().given(targets.clone(), axes);
    let taken = context.product(mapping, Kind::Query, 1.0).named(&name::TARGETS_TAKEN); // (batch, head, channel, token)
    let order = [Kind::Batch, Kind::Token, Kind::Head, Kind::Channel];
    taken.arrange(&order).merge(Kind::Head, Kind::Channel, Kind::Heads)
}
