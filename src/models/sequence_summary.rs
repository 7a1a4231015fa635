//! The fields by which several architectures say how a text becomes one vector: the official `SequenceSummary`.

use serde::Deserialize;
use serde_json::Value;

use super::{Config, ModelError};
use crate::nn::{Linear, Pick, Summary, Weights};
use crate::tape::Axis;

/// The fields of `SequenceSummary`.
#[expect(clippy::struct_field_names, reason = "the official names")]
#[derive(Deserialize)]
#[serde(default)]
pub(super) struct SequenceSummary {
    summary_type: Type,
    summary_use_proj: bool,
    summary_activation: Option<String>,
    summary_proj_to_labels: bool,
}

/// Which vector stands for the text. `attn` is in no official code.
#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Type {
    First,
    Last,
    Mean,
    /// A place that is given; the last where none is.
    ClsIndex,
}

impl Default for SequenceSummary {
    fn default() -> Self {
        Self {
            summary_type: Type::First,
            summary_use_proj: true,
            summary_activation: None,
            summary_proj_to_labels: true,
        }
    }
}

impl SequenceSummary {
    /// Reads the fields; `defaults` (an object) are those of the architecture.
    ///
    /// # Errors
    /// Where a field has the wrong type.
    pub fn read(config: &Config<'_>, defaults: &Value) -> Result<Self, ModelError> {
        config.read_over(defaults, &[])
    }

    /// The axis of the vector that comes out.
    ///
    /// # Errors
    /// Where the number of labels is none.
    pub fn to(&self, config: &Config<'_>, feature: &Axis) -> Result<Axis, ModelError> {
        if self.summary_use_proj && self.summary_proj_to_labels { config.classes() } else { Ok(feature.clone()) }
    }

    /// The summary, its product at `sequence_summary.summary`.
    ///
    /// # Errors
    /// Where a parameter is missing or misshapen, or there is no such activation.
    pub fn build(&self, config: &Config<'_>, weights: &Weights<'_>, feature: &Axis) -> Result<Summary, ModelError> {
        let to = self.to(config, feature)?;
        let product = || Linear::new(&weights.at("sequence_summary.summary"), feature.clone(), to);
        let bend = self.summary_activation.as_deref().filter(|named| !named.is_empty());
        Ok(Summary {
            pick: match self.summary_type {
                Type::First => Pick::First,
                Type::Last | Type::ClsIndex => Pick::Last,
                Type::Mean => Pick::Mean,
            },
            product: self.summary_use_proj.then(product).transpose()?,
            activation: bend.map(|named| config.activation("summary_activation", named)).transpose()?,
        })
    }
}
