//! What can be wrong with a configuration or an input, in words for the person who gave it.

use std::path::PathBuf;

use crate::checkpoint::CheckpointError;

/// A model that cannot be built, and why.
#[derive(Debug, thiserror::Error)]
pub enum ModelError {
    /// No architecture of this type is implemented.
    #[error(
        "{}: model_type {} is not known. Known are: {}",
        .path.display(), shown(.found.as_deref()), .known.join(", ")
    )]
    UnknownType {
        /// Where it was read.
        path: PathBuf,
        /// What it says.
        found: Option<String>,
        /// What could be there.
        known: Vec<&'static str>,
    },
    /// The architecture is implemented, this class of it is not.
    #[error(
        "{}: class {found:?} in architectures is not supported for model_type {model_type}. Supported are: {}",
        .path.display(), .known.join(", ")
    )]
    UnknownClass {
        /// Where it was read.
        path: PathBuf,
        /// What it says.
        found: String,
        /// The architecture.
        model_type: &'static str,
        /// What could be there.
        known: Vec<&'static str>,
    },
    /// An option that would change the result and is not implemented.
    #[error("{}: {field} is {value}, which is not supported (supported: {supported})", .path.display())]
    Unsupported {
        /// Where it was read.
        path: PathBuf,
        /// The field.
        field: &'static str,
        /// What it says.
        value: String,
        /// What it could say.
        supported: &'static str,
    },
    /// A size that no model has.
    #[error("{}: {field} is {found}; expected a number from 1 to {largest}", .path.display())]
    Size {
        /// Where it was read.
        path: PathBuf,
        /// The field.
        field: &'static str,
        /// What it says.
        found: usize,
        /// The largest that is taken.
        largest: usize,
    },
    /// Heads that do not divide the width.
    #[error("{}: {} {} is not divisible by {} {}", .path.display(), .width.0, .width.1, .heads.0, .heads.1)]
    Heads {
        /// Where it was read.
        path: PathBuf,
        /// Field and number.
        width: (&'static str, usize),
        /// Field and number.
        heads: (&'static str, usize),
    },
    /// The checkpoint's files.
    #[error(transparent)]
    Checkpoint(#[from] CheckpointError),
}

fn shown(found: Option<&str>) -> String {
    found.map_or_else(|| "is missing, so the architecture".to_owned(), |name| format!("{name:?}"))
}

/// An input that a model does not take, and why.
#[derive(Debug, thiserror::Error, PartialEq)]
pub enum InputError {
    /// A required argument is not there.
    #[error("the input has no {name}, which the model needs")]
    Missing {
        /// The argument.
        name: &'static str,
    },
    /// An argument that the model does not take.
    #[error("the input has {name}, which the model does not take. It takes: {}", .takes.join(", "))]
    NotTaken {
        /// The argument.
        name: String,
        /// What it takes.
        takes: Vec<&'static str>,
    },
    /// An argument of the wrong shape.
    #[error("{name} has shape {found:?}; expected {expected}")]
    Shape {
        /// The argument.
        name: &'static str,
        /// The shape it has.
        found: Vec<usize>,
        /// The shape that it should have, in words.
        expected: String,
    },
    /// An argument of the wrong type.
    #[error("{name} holds {found}; expected {expected}")]
    Type {
        /// The argument.
        name: &'static str,
        /// What it holds.
        found: &'static str,
        /// What it should hold.
        expected: &'static str,
    },
    /// A number outside its range.
    #[error("{name} holds {found} at position {position}; expected a whole number from 0 to {largest} ({why})")]
    Range {
        /// The argument.
        name: &'static str,
        /// The number.
        found: i64,
        /// Where in the argument it stands, counted over all of it.
        position: usize,
        /// The largest that is taken.
        largest: usize,
        /// The field that sets the limit.
        why: &'static str,
    },
    /// More tokens than the model has positions.
    #[error("the text has {tokens} tokens; the model takes at most {limit} ({why})")]
    TooLong {
        /// Tokens of the text, those in the cache included.
        tokens: usize,
        /// The limit.
        limit: usize,
        /// The field that sets the limit.
        why: &'static str,
    },
    /// No tokens at all.
    #[error("the text is empty: the model needs at least one token")]
    Empty,
}
