//! One exploration: from a model and the user's text to tokens, a recorded pass, predictions and decoding. No drawing
//! and no keys: screens and commands read the same results.

mod attribute;
mod card;
mod change;
pub mod compare;
mod contributions;
mod count;
mod cut;
mod decode;
mod edits;
mod exercise;
mod follow;
mod known;
mod lens;
mod off;
mod overview;
mod painting;
mod pass;
mod patch;
mod patterns;
pub mod pooled;
mod positions;
mod predict;
mod prompt;
mod residual;
mod rollout;
mod spot;
mod steps;
mod subject;
pub mod summary;
#[cfg(test)]
pub mod trial;
mod trunk;

pub use attribute::{Attributed, Attribution, Question};
pub use card::{Card, HeadNote};
pub use change::{Change, Standing, changes};
pub use contributions::{Contribution, Contributions, GridRow, Part};
pub use count::{Component, Piece, Shared, components, shared, unused};
pub use cut::{Cut, Mark, Shelf, Shelved};
pub use decode::{Decoding, Step};
pub use edits::{Edits, HeadPlace};
pub use exercise::{Exercise, Fate, TermLoss, Written};
pub use follow::{Addition, Follow, HeadWrite, Passed, Summand};
pub use lens::{Lens, LensCell, LensRow};
pub use overview::Overview;
pub use painting::{CellWanted, Painting, Preset, cells_from_json};
pub use pass::{Pass, TokenView};
pub use patch::{Answers, PatchCell, PatchRow, Patched, Patching};
pub use patterns::{HeadScores, Link, Measured, Pattern, Ranked, Score, spread};
pub use pooled::{Pooled, Pools};
pub use positions::{Misfit, SHUFFLE, Scheme};
pub use predict::{Candidate, Choice, Expected, Sampling, candidates, choose, entropy, share, shares};
pub use prompt::Prompt;
pub use residual::{LayerEnds, layer_ends};
pub use rollout::Rollout;
pub use steps::{Item, ItemKind, StepTree};
pub use subject::Subject;
pub use summary::Summary;

use crate::checkpoint::CheckpointError;
use crate::models::{InputError, ModelError};
use crate::text::TextError;
use crate::train::LossError;
use crate::train::objective::ObjectiveError;

/// What can go wrong between a model, a text and a pass.
#[derive(Debug, thiserror::Error)]
pub enum ExploreError {
    /// The checkpoint's files.
    #[error(transparent)]
    Checkpoint(#[from] CheckpointError),
    /// Its configuration or tensors.
    #[error(transparent)]
    Model(#[from] ModelError),
    /// Its tokenizer.
    #[error(transparent)]
    Text(#[from] TextError),
    /// The tokens of the text.
    #[error(transparent)]
    Input(#[from] InputError),
    /// The text does not serve an objective.
    #[error(transparent)]
    Objective(#[from] ObjectiveError),
    /// There is no loss of it.
    #[error(transparent)]
    Loss(#[from] LossError),
    /// A mini of which there are no weights yet.
    #[error("the mini {id} was not trained yet. `headscope train {id}` makes one; then open its directory")]
    Untrained {
        /// Which.
        id: &'static str,
    },
    /// The text is not what this model reads.
    #[error("{0}")]
    Prompt(String),
}
