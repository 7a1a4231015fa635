//! What a model is trained to do: from a text to what the model is given, and what it should make of it.
//!
//! An objective is a sum of weighted terms over one pass. It takes the user's own text as well as a training document.

mod causal;
pub(super) mod masked;
mod spans;
mod text_to_text;

pub use masked::sentence_starts;

use rand::rngs::StdRng;
use thiserror::Error;

use super::example::Example;
use crate::models::Model;
use crate::text::{Special, TextError, Tokenizer};

/// What an objective starts from.
#[derive(Clone, Copy, Debug, Default)]
pub struct Source<'a> {
    /// The text.
    pub text: &'a str,
    /// What belongs to it: the sentence that follows, a translation, an answer.
    pub pair: Option<&'a str>,
    /// Where that begins in the document that both are of, in bytes.
    pub pair_at: usize,
    /// Something that does not belong to it, for objectives that must tell the difference.
    pub stranger: Option<&'a str>,
}

/// Why a text cannot serve.
#[derive(Debug, Error)]
pub enum ObjectiveError {
    /// The tokenizer failed.
    #[error(transparent)]
    Text(#[from] TextError),
    /// The tokenizer lacks a token that the objective puts in.
    #[error("{objective} puts in the token {token}, which the tokenizer does not have")]
    Token {
        /// Which objective.
        objective: &'static str,
        /// What it needs.
        token: String,
    },
    /// The text is too short for it.
    #[error("{objective} needs {needed}. Give a longer text")]
    Short {
        /// Which objective.
        objective: &'static str,
        /// How much it needs.
        needed: &'static str,
    },
    /// The class has nothing that it could read.
    #[error("{objective} does not fit {class}. Objectives that do: {known}")]
    Unfit {
        /// Which objective.
        objective: &'static str,
        /// Which class.
        class: &'static str,
        /// Those that fit.
        known: String,
    },
    /// The second text is missing.
    #[error("{objective} needs a second text, {what}. Give it with --pair")]
    Pair {
        /// Which objective.
        objective: &'static str,
        /// What the second text is.
        what: &'static str,
    },
}

/// What an objective makes of a document of the world.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Material {
    /// Its text.
    Text,
    /// Its text, and a text that has nothing to do with it.
    TextAndStranger,
    /// A task in words, and its answer.
    Task,
}

/// How a text becomes an example.
pub trait Objective: Send + Sync {
    /// What it is called in files and commands.
    fn id(&self) -> &'static str;

    /// Its name, in English and Chinese.
    fn name(&self) -> [&'static str; 2];

    /// What it asks of the model, in English and Chinese.
    fn explained(&self) -> [&'static str; 2];

    /// What the model is given for this text, and what it should say.
    ///
    /// # Errors
    /// Where the text is too short, something it needs is missing, or the tokenizer cannot split it.
    fn example(&self, source: Source<'_>, tokenizer: &Tokenizer, draw: &mut StdRng) -> Result<Example, ObjectiveError>;

    /// Whether a model of this class can be trained by it.
    fn fits(&self, model: &dyn Model) -> bool;

    /// What it takes of a document.
    fn material(&self) -> Material {
        Material::Text
    }

    /// Whether texts may stand one after another in a row of a batch.
    fn joins(&self) -> bool {
        false
    }
}

/// All objectives: a new one is a line here.
static OBJECTIVES: &[&dyn Objective] = &[
    &causal::CausalLm,
    &masked::MaskedLm::PLAIN,
    &masked::BertPretraining::PUBLISHED,
    &spans::SpanCorruption::PUBLISHED,
    &text_to_text::TextToText,
];

/// The objectives that there are.
pub fn objectives() -> &'static [&'static dyn Objective] {
    OBJECTIVES
}

/// Those that a model can be trained by, in the order of the list.
pub fn fitting(model: &dyn Model) -> impl Iterator<Item = &'static dyn Objective> {
    OBJECTIVES.iter().copied().filter(move |objective| objective.fits(model))
}

/// Refuses an objective that a model cannot be trained by.
///
/// # Errors
/// Where it does not fit.
pub fn check(objective: &dyn Objective, model: &dyn Model) -> Result<(), ObjectiveError> {
    if objective.fits(model) {
        return Ok(());
    }
    let known: Vec<&str> = fitting(model).map(Objective::id).collect();
    let known = if known.is_empty() { "none".to_owned() } else { known.join(", ") };
    Err(ObjectiveError::Unfit { objective: objective.id(), class: model.class(), known })
}

/// The objective of an id.
pub fn objective(id: &str) -> Option<&'static dyn Objective> {
    OBJECTIVES.iter().find(|objective| objective.id() == id).copied()
}

/// The id of a special token that an objective puts in.
fn special(objective: &'static str, tokenizer: &Tokenizer, which: Special) -> Result<u32, ObjectiveError> {
    let missing = || ObjectiveError::Token { objective, token: format!("{which:?}").to_uppercase() };
    tokenizer.special(which).ok_or_else(missing)
}
