//! A learned vector for each of a fixed number of things.

use std::sync::Arc;

use super::{Init, Weights};
use crate::checkpoint::Result;
use crate::tape::{Axes, Axis, Ids, Parameter, Tape, Var};

/// A table (entry, feature).
pub struct Embedding {
    table: Parameter,
}

impl Embedding {
    /// `nn.Embedding`.
    ///
    /// # Errors
    /// Where the table is missing or misshapen.
    pub fn new(weights: &Weights<'_>, entries: Axis, features: Axis) -> Result<Self> {
        Self::starting(weights, entries, features, 0.02)
    }

    /// The same, starting with another deviation.
    ///
    /// # Errors
    /// Where the table is missing or misshapen.
    pub fn starting(weights: &Weights<'_>, entries: Axis, features: Axis, deviation: f32) -> Result<Self> {
        let table = weights.parameter("weight", Axes::new([entries, features]), Init::Normal(deviation))?;
        Ok(Self { table })
    }

    /// The table itself, for a head that is tied to it.
    pub fn table(&self) -> &Parameter {
        &self.table
    }

    /// ids (batch, token) → (batch, token, feature).
    pub fn forward<'t>(&self, tape: &'t Tape, ids: &Arc<Ids>) -> Var<'t> {
        tape.gather(&self.table, ids)
    }
}
