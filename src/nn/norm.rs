//! Normalisation over the features of each token.

use super::{Init, Weights};
use crate::checkpoint::Result;
use crate::tape::{Axes, Axis, Name, Parameter, Var, vocabulary as name};

/// `(x − mean) ÷ √(variance + ε) × scale + shift`, <https://arxiv.org/abs/1607.06450>.
pub struct LayerNorm {
    scale: Parameter,
    shift: Parameter,
    epsilon: f32,
}

impl LayerNorm {
    /// `nn.LayerNorm`.
    ///
    /// # Errors
    /// Where the parameters are missing or misshapen.
    pub fn new(weights: &Weights<'_>, features: &Axis, epsilon: f32) -> Result<Self> {
        let axes = Axes::new([features.clone()]);
        let scale = weights.parameter("weight", axes.clone(), Init::Ones)?;
        let shift = weights.parameter("bias", axes, Init::Zeros)?;
        Ok(Self { scale, shift, epsilon })
    }

    /// x (…, feature) → the same.
    pub fn forward<'t>(&self, x: Var<'t>) -> Var<'t> {
        self.forward_as(&name::NORM, x)
    }

    /// The same under another name (the norm behind the last layer).
    pub fn forward_as<'t>(&self, scope: &'static Name, x: Var<'t>) -> Var<'t> {
        let tape = x.tape();
        tape.scope(scope, || {
            let mean = x.mean().named(&name::MEAN);
            let deviation = x.deviation(mean, self.epsilon).named(&name::DEVIATION);
            let (scale, shift) = (tape.parameter(&self.scale), tape.parameter(&self.shift));
            x.normalise(mean, deviation, scale, shift).named(&name::NORMALISED)
        })
    }
}

/// `x ÷ √(mean square + ε) × scale`, over the features of each token, <https://arxiv.org/abs/1910.07467>.
pub struct RmsNorm {
    scale: Parameter,
    epsilon: f32,
}

impl RmsNorm {
    /// `T5LayerNorm`, `LlamaRMSNorm`: no mean is taken off and nothing is added.
    ///
    /// # Errors
    /// Where the scale is missing or misshapen.
    pub fn new(weights: &Weights<'_>, features: &Axis, epsilon: f32) -> Result<Self> {
        Ok(Self { scale: weights.parameter("weight", Axes::new([features.clone()]), Init::Ones)?, epsilon })
    }

    /// x (…, feature) → the same.
    pub fn forward<'t>(&self, x: Var<'t>) -> Var<'t> {
        self.forward_as(&name::NORM, x)
    }

    /// The same under another name (the norm behind the last layer).
    pub fn forward_as<'t>(&self, scope: &'static Name, x: Var<'t>) -> Var<'t> {
        let tape = x.tape();
        tape.scope(scope, || {
            let size = x.root_mean_square(self.epsilon).named(&name::ROOT_MEAN_SQUARE);
            x.rescale(size, tape.parameter(&self.scale)).named(&name::RESCALED)
        })
    }
}
