//! What a tokenizer is made of.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::{BuildError, Result};

/// The method of a family.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// Byte-pair encoding over bytes, as in GPT-2.
    ByteLevel,
    /// Longest match over words in small letters, as in BERT.
    WordPiece,
    /// The most probable pieces, as in T5.
    Unigram,
}

/// How the tokenizer of one model is made.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Recipe {
    /// The method.
    pub kind: Kind,
    /// How many pieces a trained vocabulary has, special ones included; a unigram vocabulary takes all words.
    #[serde(default)]
    pub pieces: usize,
    /// The special tokens, in the order of their numbers from 0.
    pub special: Vec<String>,
    /// How often each word of the texts is added to them, so that rare ones become whole pieces too.
    #[serde(default)]
    pub at_least: usize,
    /// Tokens that stand for what was left out of a text, at the end of the vocabulary.
    #[serde(default)]
    pub sentinels: usize,
    /// The genres that it is made of, with their shares.
    pub mix: BTreeMap<String, f64>,
}

impl Recipe {
    /// The recipes of all shipped tokenizers by the model's id.
    ///
    /// # Errors
    /// Where the shipped file is broken.
    pub fn all() -> Result<BTreeMap<String, Self>> {
        Ok(serde_yaml::from_str(include_str!("../../../assets/world/tokenizers.yaml"))?)
    }

    /// The recipe of a model.
    ///
    /// # Errors
    /// Where there is none.
    pub fn of(id: &str) -> Result<Self> {
        let mut all = Self::all()?;
        all.remove(id).ok_or_else(|| {
            let known = all.into_keys().collect::<Vec<_>>().join(", ");
            BuildError::Unknown { id: id.to_owned(), known }
        })
    }
}
