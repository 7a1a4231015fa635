//! `y = x Wᵀ + b`.

use super::{Init, Weights};
use crate::checkpoint::Result;
use crate::tape::{Axes, Axis, Kind, LinearLayout, Parameter, Var};

/// The deviation that most of these models start their weights with.
const DEVIATION: f32 = 0.02;

/// A product with a learned weight, and a learned bias if there is one.
pub struct Linear {
    weight: Parameter,
    bias: Option<Parameter>,
    to: Kind,
}

impl Linear {
    /// `nn.Linear`: weight (out, in) and bias (out).
    ///
    /// # Errors
    /// Where the parameters are missing or misshapen.
    pub fn new(weights: &Weights<'_>, from: Axis, to: Axis) -> Result<Self> {
        Self::of_layout(weights, LinearLayout::OutIn, from, to)
    }

    /// GPT-2's `Conv1D`: weight (in, out) and bias (out).
    ///
    /// # Errors
    /// Where the parameters are missing or misshapen.
    pub fn conv1d(weights: &Weights<'_>, from: Axis, to: Axis) -> Result<Self> {
        Self::of_layout(weights, LinearLayout::InOut, from, to)
    }

    /// A weight (out, in) that something else owns (a tied table), with or without a bias.
    pub fn tied(weight: &Parameter, bias: Option<Parameter>) -> Self {
        Self { weight: weight.clone(), bias, to: weight.axes[0].kind }
    }

    /// A weight (out, in) that something else owns, with the bias at `weights`.
    ///
    /// # Errors
    /// Where the bias is missing or misshapen.
    pub fn tied_with_bias(weight: &Parameter, weights: &Weights<'_>) -> Result<Self> {
        let bias = weights.parameter("bias", Axes::new([weight.axes[0].clone()]), Init::Zeros)?;
        Ok(Self::tied(weight, Some(bias)))
    }

    /// `nn.Linear` without a bias.
    ///
    /// # Errors
    /// Where the weight is missing or misshapen.
    pub fn without_bias(weights: &Weights<'_>, from: Axis, to: Axis) -> Result<Self> {
        Self::starting(weights, from, to, DEVIATION)
    }

    /// The same, its weight starting with another deviation.
    ///
    /// # Errors
    /// Where the weight is missing or misshapen.
    pub fn starting(weights: &Weights<'_>, from: Axis, to: Axis, deviation: f32) -> Result<Self> {
        let kind = to.kind;
        let axes = weight_axes(LinearLayout::OutIn, from, to);
        Ok(Self { weight: weights.parameter("weight", axes, Init::Normal(deviation))?, bias: None, to: kind })
    }

    fn of_layout(weights: &Weights<'_>, layout: LinearLayout, from: Axis, to: Axis) -> Result<Self> {
        let kind = to.kind;
        let bias = Axes::new([to.clone()]);
        let weight = weights.parameter("weight", weight_axes(layout, from, to), Init::Normal(DEVIATION))?;
        Ok(Self { weight, bias: Some(weights.parameter("bias", bias, Init::Zeros)?), to: kind })
    }

    /// x (…, in) → (…, out).
    pub fn forward<'t>(&self, x: Var<'t>) -> Var<'t> {
        let bias = self.bias.as_ref().map(|bias| x.tape().parameter(bias));
        x.linear(x.tape().parameter(&self.weight), bias, self.to)
    }
}

fn weight_axes(layout: LinearLayout, from: Axis, to: Axis) -> Axes {
    // Both sides of a square weight would have one name.
    let from = if from.kind == to.kind { from.renamed(Kind::Incoming) } else { from };
    match layout {
        LinearLayout::OutIn => Axes::new([to, from]),
        LinearLayout::InOut => Axes::new([from, to]),
    }
}
