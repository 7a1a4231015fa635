//! Layer normalisation, <https://arxiv.org/abs/1607.06450>.

use super::{Init, Weights};
use crate::checkpoint::Result;
use crate::tape::{Axes, Axis, Name, Parameter, Var, vocabulary as name};

/// `(x − mean) ÷ √(variance + ε) × scale + shift`, over the features of each token.
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
