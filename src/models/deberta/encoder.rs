//! Embeddings, the layers, and the convolution that version 2 may have behind the first of them.

use super::attention::{Attention, Distances, Table};
use super::{DebertaConfig, Pass, Version};
use crate::models::{Config, ModelError};
use crate::nn::{Embedding, FeedForward, Init, LayerNorm, Linear, Weights};
use crate::tape::{Axes, Axis, Kind, Parameter, Tape, Var, vocabulary as name};
use crate::tensor::Activation;

struct Embeddings {
    word: Embedding,
    position: Option<Embedding>,
    segment: Option<Embedding>,
    /// From the width of the tables to that of the model, where they differ.
    projection: Option<Linear>,
    norm: LayerNorm,
}

impl Embeddings {
    fn new(weights: &Weights<'_>, words: &Weights<'_>, config: &DebertaConfig) -> Result<Self, ModelError> {
        let narrow = Axis::new(Kind::Feature, config.embedding_size());
        let table = |weights: &Weights<'_>, kind, entries| -> Result<Embedding, ModelError> {
            Ok(Embedding::new(weights, Axis::new(kind, entries), narrow.clone())?)
        };
        let position = config
            .position_biased_input
            .then(|| table(&weights.at("position_embeddings"), Kind::Position, config.max_position_embeddings));
        let segment = (config.type_vocab_size > 0)
            .then(|| table(&weights.at("token_type_embeddings"), Kind::Segment, config.type_vocab_size));
        let differs = config.embedding_size() != config.hidden_size;
        let projection =
            differs.then(|| Linear::without_bias(&weights.at("embed_proj"), narrow.clone(), config.feature()));
        Ok(Self {
            word: table(words, Kind::Vocabulary, config.vocab_size)?,
            position: position.transpose()?,
            segment: segment.transpose()?,
            projection: projection.transpose()?,
            norm: LayerNorm::new(&weights.at("LayerNorm"), &config.feature(), config.layer_norm_eps)?,
        })
    }

    /// (batch, token, feature).
    fn forward<'t>(&self, tape: &'t Tape, pass: &Pass) -> Var<'t> {
        tape.scope(&name::EMBEDDINGS, || {
            let mut x = self.word.forward(tape, &pass.ids).named(&name::TOKEN_EMBEDDING);
            if let (Some(table), Some(positions)) = (&self.position, &pass.positions) {
                x = x + table.forward(tape, positions).named(&name::POSITION_EMBEDDING);
            }
            if let (Some(table), Some(segments)) = (&self.segment, &pass.segments) {
                x = x + table.forward(tape, segments).named(&name::SEGMENT_EMBEDDING);
            }
            if self.position.is_some() || self.segment.is_some() {
                x = x.named(&name::RESIDUAL);
            }
            if let Some(projection) = &self.projection {
                x = projection.forward(x).named(&name::EMBEDDING_PROJECTION);
            }
            without_padding(self.norm.forward(x), pass)
        })
    }
}

/// The vectors of padding become zeros, where a mask is given.
fn without_padding<'t>(x: Var<'t>, pass: &Pass) -> Var<'t> {
    let Some(kept) = &pass.kept else { return x };
    (x * x.tape().given(kept.clone(), x.axes().without(Kind::Feature))).named(&name::PADDING_ZEROED)
}

struct Layer {
    attention: Attention,
    feed_forward: FeedForward,
    norm: LayerNorm,
}

impl Layer {
    fn new(
        weights: &Weights<'_>,
        config: &DebertaConfig,
        activation: Activation,
        version: Version,
    ) -> Result<Self, ModelError> {
        let (feature, inner) = (config.feature(), Axis::new(Kind::Inner, config.intermediate_size));
        let output = weights.at("output");
        Ok(Self {
            attention: Attention::new(&weights.at("attention"), config, version)?,
            feed_forward: FeedForward {
                inner: Linear::new(&weights.at("intermediate.dense"), feature.clone(), inner.clone())?,
                activation,
                outer: Linear::new(&output.at("dense"), inner, feature.clone())?,
            },
            norm: LayerNorm::new(&output.at("LayerNorm"), &feature, config.layer_norm_eps)?,
        })
    }

    fn forward<'t>(&self, x: Var<'t>, vectors: Option<Var<'t>>, pass: &Pass) -> (Var<'t>, Var<'t>) {
        let (x, weights) = self.attention.forward(x, vectors, pass);
        let passed = x.tape().scope(&name::FEED_FORWARD, || self.feed_forward.forward(x));
        (self.norm.forward((x + passed).named(&name::RESIDUAL)), weights)
    }
}

/// Each position from a few around it: `nn.Conv1d` along the tokens, with as many features out as in.
struct Convolution {
    /// (feature, channel, distance): the channels of the feature's group.
    weight: Parameter,
    bias: Parameter,
    activation: Activation,
    norm: LayerNorm,
    groups: usize,
}

impl Convolution {
    fn new(weights: &Weights<'_>, config: &Config<'_>, own: &DebertaConfig) -> Result<Self, ModelError> {
        let conv = weights.at("conv");
        let channel = Axis::new(Kind::Channel, own.hidden_size / own.conv_groups);
        let axes = Axes::new([own.feature(), channel, Axis::new(Kind::Distance, own.conv_kernel_size)]);
        Ok(Self {
            weight: conv.parameter("weight", axes, Init::Normal(0.02))?,
            bias: conv.parameter("bias", Axes::new([own.feature()]), Init::Zeros)?,
            activation: config.activation("conv_act", &own.conv_act)?,
            norm: LayerNorm::new(&weights.at("LayerNorm"), &own.feature(), own.layer_norm_eps)?,
            groups: own.conv_groups,
        })
    }

    /// The embeddings x, convolved and added to what layer 0 made: (batch, token, feature).
    fn forward<'t>(&self, x: Var<'t>, layer: Var<'t>, pass: &Pass) -> Var<'t> {
        let tape = x.tape();
        tape.scope(&name::CONVOLUTION, || {
            let sum = self.neighbours(x) + tape.parameter(&self.bias);
            let convolved = without_padding(sum.named(&name::CONVOLVED), pass);
            let active = convolved.activation(self.activation).named(&name::ACTIVATION);
            without_padding(self.norm.forward((layer + active).named(&name::RESIDUAL)), pass)
        })
    }

    /// `Σ W_k x[t + k − middle]`, group by group.
    fn neighbours<'t>(&self, x: Var<'t>) -> Var<'t> {
        let (features, width) = (self.weight.axes[0].len, self.weight.axes[2].len);
        let group = || Axis::new(Kind::Head, self.groups);
        let each = features / self.groups;
        let weight = x.tape().parameter(&self.weight);
        let weight = weight.split(Kind::Feature, group(), Axis::new(Kind::Inner, each)); // (head, inner, channel, distance)
        let apart = x.split(Kind::Feature, group(), Axis::new(Kind::Channel, each)); // (batch, token, head, channel)
        let step = |place: usize| {
            let moved = apart.shifted(Kind::Token, place as isize - (width / 2) as isize);
            moved.product(weight.select(Kind::Distance, place), Kind::Channel, 1.0) // (head, batch, token, inner)
        };
        let sum = (1..width).fold(step(0), |sum, place| sum + step(place));
        sum.arrange(&[Kind::Batch, Kind::Token, Kind::Head, Kind::Inner]).merge(Kind::Head, Kind::Inner, Kind::Feature)
    }
}

/// Everything below the heads.
pub struct Encoder {
    embeddings: Embeddings,
    table: Option<Table>,
    layers: Vec<Layer>,
    convolution: Option<Convolution>,
}

impl Encoder {
    pub fn new(
        config: &Config<'_>,
        weights: &Weights<'_>,
        words: &Weights<'_>,
        own: &DebertaConfig,
        version: Version,
    ) -> Result<Self, ModelError> {
        let activation = config.activation("hidden_act", &own.hidden_act)?;
        let encoder = weights.at("encoder");
        let normed = own.norm_rel_ebd.to_lowercase().split('|').any(|word| word.trim() == "layer_norm");
        let norm = (normed && version == Version::Two)
            .then(|| LayerNorm::new(&encoder.at("LayerNorm"), &own.feature(), own.layer_norm_eps))
            .transpose()?;
        let table = own.relative_attention.then(|| Table::new(&encoder, own, norm, version));
        let layers = (0..own.num_hidden_layers)
            .map(|layer| Layer::new(&encoder.at("layer").at(layer), own, activation, version));
        let convolves = version == Version::Two && own.conv_kernel_size > 0;
        let convolution = convolves.then(|| Convolution::new(&encoder.at("conv"), config, own));
        Ok(Self {
            embeddings: Embeddings::new(&weights.at("embeddings"), words, own)?,
            table: table.transpose()?,
            layers: layers.collect::<Result<_, _>>()?,
            convolution: convolution.transpose()?,
        })
    }

    /// The table of tokens, for a head that is tied to it.
    pub fn words(&self) -> &Embedding {
        &self.embeddings.word
    }

    /// The distances of a text of these tokens, where they count.
    pub fn distances(&self, token: &Axis) -> Option<Distances> {
        self.table.as_ref().map(|table| table.buckets.distances(token))
    }

    /// (batch, token, feature), with the official outputs on the way.
    pub fn forward<'t>(&self, tape: &'t Tape, pass: &Pass) -> Var<'t> {
        let embedded = self.embeddings.forward(tape, pass);
        let vectors = self.table.as_ref().zip(pass.distances.as_ref()).map(|(table, d)| table.forward(tape, d));
        let mut x = embedded;
        tape.output("hidden_states.0", x);
        for (index, layer) in self.layers.iter().enumerate() {
            let weights;
            (x, weights) = tape.numbered(&name::LAYER, index, || {
                let (x, weights) = layer.forward(x, vectors, pass);
                let convolution = self.convolution.as_ref().filter(|_| index == 0);
                (convolution.map_or(x, |convolution| convolution.forward(embedded, x, pass)), weights)
            });
            tape.output(format!("hidden_states.{}", index + 1), x);
            tape.output(format!("attentions.{index}"), weights);
        }
        x
    }
}
