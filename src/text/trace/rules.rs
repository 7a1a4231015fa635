//! What a tokenizer's method goes by, read from its own data as the library writes it out.

use std::collections::HashMap;

use serde::Deserialize;
use tokenizers::ModelWrapper;

use super::{Piece, Way, lattice, longest, merges};

/// The data of a method.
#[derive(Debug)]
pub(in crate::text) enum Rules {
    Bpe(merges::Bpe),
    WordPiece(longest::WordPiece),
    Unigram(lattice::Unigram),
    WordLevel(WordLevel),
}

/// Whole words and their numbers.
#[derive(Debug, Deserialize)]
pub(in crate::text) struct WordLevel {
    vocab: HashMap<String, u32>,
    unk_token: String,
}

impl Rules {
    /// Reads what the library writes of its model: the fields of `tokenizer.json`, whatever file it came from.
    pub fn of(model: &ModelWrapper) -> tokenizers::Result<Self> {
        let json = serde_json::to_string(model)?;
        Ok(match model {
            ModelWrapper::BPE(_) => Self::Bpe(merges::Bpe::new(serde_json::from_str(&json)?)),
            ModelWrapper::WordPiece(_) => Self::WordPiece(serde_json::from_str(&json)?),
            ModelWrapper::Unigram(_) => Self::Unigram(lattice::Unigram::new(serde_json::from_str(&json)?)),
            ModelWrapper::WordLevel(_) => Self::WordLevel(serde_json::from_str(&json)?),
        })
    }

    /// The steps of a word and the pieces that they lead to.
    pub fn way(&self, word: &str) -> (Way, Vec<Piece>) {
        match self {
            Self::Bpe(rules) => {
                let merges = rules.merges(word);
                let pieces = merges.pieces();
                (Way::Merges(merges), pieces)
            }
            Self::WordPiece(rules) => {
                let longest = rules.longest(word);
                let pieces = rules.pieces(word, &longest);
                (Way::Longest(longest), pieces)
            }
            Self::Unigram(rules) => {
                let path = rules.best_path(word);
                let pieces = rules.pieces(word, &path);
                (Way::BestPath(path), pieces)
            }
            Self::WordLevel(WordLevel { vocab, unk_token }) => {
                let found = vocab.contains_key(word);
                let piece = if found { word } else { unk_token };
                let id = vocab.get(piece).copied();
                (Way::Lookup(found), id.map(|id| Piece { piece: piece.to_owned(), id }).into_iter().collect())
            }
        }
    }
}
