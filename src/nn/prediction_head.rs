//! The head that fills masked words in, as BERT has it: a product, a bend and a norm before the comparison with the
//! vocabulary.

use super::{Init, LayerNorm, Linear, Weights};
use crate::checkpoint::Result;
use crate::tape::{Axes, Axis, Kind, Parameter, Var, vocabulary as name};
use crate::tensor::Activation;

/// Where the parameters of the head lie: architectures call them differently.
pub struct HeadPlaces<'a> {
    /// The product.
    pub transform: Weights<'a>,
    /// The norm.
    pub norm: Weights<'a>,
    /// The weight that is compared with, where it is not the token table.
    pub decoder: Weights<'a>,
    /// Where `bias` lies.
    pub bias: Weights<'a>,
}

/// The sizes of the head.
#[derive(Clone, Copy, Debug)]
pub struct HeadSizes {
    /// Numbers of a token's vector behind the last layer.
    pub from: usize,
    /// Numbers of the vectors that it is compared with.
    pub to: usize,
    /// Entries of the vocabulary.
    pub vocabulary: usize,
    /// The bend.
    pub activation: Activation,
    /// What the norm adds to the variance.
    pub epsilon: f32,
}

/// `norm(f(W x + b)) Eᵀ + c`, where E is mostly the token table itself.
pub struct PredictionHead {
    transform: Linear,
    activation: Activation,
    norm: LayerNorm,
    decoder: Linear,
}

impl PredictionHead {
    /// Takes the parameters; `table` is what the head is tied to, if it is.
    ///
    /// # Errors
    /// Where one is missing or misshapen.
    pub fn new(places: &HeadPlaces<'_>, sizes: &HeadSizes, table: Option<&Parameter>) -> Result<Self> {
        let (from, to) = (Axis::new(Kind::Feature, sizes.from), Axis::new(Kind::Feature, sizes.to));
        let vocabulary = Axis::new(Kind::Vocabulary, sizes.vocabulary);
        let bias = places.bias.parameter("bias", Axes::new([vocabulary.clone()]), Init::Zeros)?;
        let decoder = if let Some(table) = table {
            Linear::tied(table, Some(bias))
        } else {
            let axes = Axes::new([vocabulary, to.clone()]);
            Linear::tied(&places.decoder.parameter("weight", axes, Init::Normal(0.02))?, Some(bias))
        };
        Ok(Self {
            transform: Linear::new(&places.transform, from, to.clone())?,
            activation: sizes.activation,
            norm: LayerNorm::new(&places.norm, &to, sizes.epsilon)?,
            decoder,
        })
    }

    /// x (batch, token, feature) → (batch, token, vocabulary).
    pub fn forward<'t>(&self, x: Var<'t>) -> Var<'t> {
        x.tape().scope(&name::PREDICTION_HEAD, || {
            let x = self.transform.forward(x).named(&name::TRANSFORM);
            let x = self.norm.forward(x.activation(self.activation).named(&name::ACTIVATION));
            self.decoder.forward(x).named(&name::LOGITS)
        })
    }
}
