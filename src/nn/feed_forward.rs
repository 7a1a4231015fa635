//! The position-wise feed-forward network, <https://arxiv.org/abs/1706.03762> section 3.3.

use super::Linear;
use crate::tape::{Var, vocabulary as name};
use crate::tensor::Activation;

/// `W₂ f(W₁ x + b₁) + b₂`, for each position alone.
pub struct FeedForward {
    /// From the features to the inner width.
    pub inner: Linear,
    /// The bend between the products.
    pub activation: Activation,
    /// From the inner width back to the features.
    pub outer: Linear,
}

impl FeedForward {
    /// x (…, feature) → the same. Steps are named inside the scope that is open.
    pub fn forward<'t>(&self, x: Var<'t>) -> Var<'t> {
        let hidden = self.inner.forward(x).named(&name::HIDDEN); // (…, inner)
        let active = hidden.activation(self.activation).named(&name::ACTIVATION);
        self.outer.forward(active).named(&name::FEED_FORWARD_OUTPUT) // (…, feature)
    }
}

/// `W₂ (f(W_g x) · W₁ x)`, <https://arxiv.org/abs/2002.05202>: what passes is decided feature by feature.
pub struct GatedFeedForward {
    /// From the features to the gate.
    pub gate: Linear,
    /// From the features to the inner width.
    pub inner: Linear,
    /// The bend of the gate.
    pub activation: Activation,
    /// From the inner width back to the features.
    pub outer: Linear,
}

impl GatedFeedForward {
    /// x (…, feature) → the same. Steps are named inside the scope that is open.
    pub fn forward<'t>(&self, x: Var<'t>) -> Var<'t> {
        let gate = self.gate.forward(x).named(&name::GATE).activation(self.activation).named(&name::ACTIVATION);
        let hidden = self.inner.forward(x).named(&name::HIDDEN); // (…, inner)
        self.outer.forward((gate * hidden).named(&name::GATED)).named(&name::FEED_FORWARD_OUTPUT) // (…, feature)
    }
}
