//! The tokenizers of the shipped models, made from the texts of the small world by each family's own method.
//!
//! What is made is fixed by `assets/world/tokenizers.yaml` and the world: the same file on every machine.

mod byte_level;
mod recipe;
mod unigram;
mod word_piece;

#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use serde_json::Value;

pub use recipe::{Kind, Recipe};

use crate::world::{Split, World};

/// Documents that a vocabulary is made of.
const DOCUMENTS: usize = 12_000;
/// Where their drawing begins.
const SEED: u64 = 0;

/// A tokenizer that cannot be made.
#[derive(Debug, thiserror::Error)]
pub enum BuildError {
    /// The file of recipes is wrong.
    #[error("assets/world/tokenizers.yaml cannot be read: {0}")]
    Recipes(#[from] serde_yaml::Error),
    /// There is no recipe for this model.
    #[error("there is no recipe for a tokenizer of {id}; there are {known}")]
    Unknown {
        /// What was asked for.
        id: String,
        /// The models that have one.
        known: String,
    },
    /// The library that trains or writes it refused.
    #[error("the tokenizer cannot be made: {0}")]
    Library(String),
}

impl From<tokenizers::Error> for BuildError {
    fn from(error: tokenizers::Error) -> Self {
        Self::Library(error.to_string())
    }
}

/// What every step of the making returns.
pub type Result<T, E = BuildError> = std::result::Result<T, E>;

/// Makes a tokenizer and returns the text of its `tokenizer.json`, in one line.
///
/// # Errors
/// Where the library refuses, which a sound recipe does not lead to.
pub fn build(recipe: &Recipe, world: &World) -> Result<String> {
    let mix: Vec<(&str, f64)> = recipe.mix.iter().map(|(genre, share)| (genre.as_str(), *share)).collect();
    let texts = world.documents(&mix, Split::Train, SEED).take(DOCUMENTS).map(|document| document.text);
    let mut texts: Vec<String> = texts.collect();
    if recipe.at_least > 0 {
        let words: BTreeSet<String> = texts.iter().flat_map(|text| words(text)).collect();
        let known = words.iter().filter(|word| !world.is_random(word));
        texts.extend(known.flat_map(|word| std::iter::repeat_n(format!(" {word}"), recipe.at_least)));
    }
    let tokenizer = match recipe.kind {
        Kind::ByteLevel => byte_level::build(recipe, &texts)?,
        Kind::WordPiece => word_piece::build(recipe, &texts)?,
        Kind::Unigram => unigram::build(recipe, &texts, world)?,
    };
    compact(&tokenizer.to_string(false)?)
}

/// The words that stand in a text.
fn words(text: &str) -> impl Iterator<Item = String> {
    text.split(|c: char| !c.is_alphabetic()).filter(|word| !word.is_empty()).map(str::to_owned)
}

/// The file without what every reader adds by itself: merges as `a b` instead of lists.
fn compact(json: &str) -> Result<String> {
    let problem = |error: serde_json::Error| BuildError::Library(error.to_string());
    let mut value: Value = serde_json::from_str(json).map_err(problem)?;
    if let Some(merges) = value.pointer_mut("/model/merges").and_then(Value::as_array_mut) {
        for merge in merges {
            let parts = merge.as_array().map(|parts| parts.iter().filter_map(Value::as_str).collect::<Vec<_>>());
            if let Some(parts) = parts {
                *merge = Value::String(parts.join(" "));
            }
        }
    }
    serde_json::to_string(&value).map_err(problem)
}
