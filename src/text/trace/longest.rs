//! WordPiece as BERT uses it (Wu et al., 2016, <https://arxiv.org/abs/1609.08144>; `tokenization.py` of
//! google-research/bert): the longest beginning of what is left of a word that stands in the vocabulary is its next piece.

use std::collections::HashMap;
use std::ops::Range;

use serde::Deserialize;

use super::Piece;

/// The vocabulary and its marks: the fields of `tokenizer.json`.
#[derive(Debug, Deserialize)]
pub(in crate::text) struct WordPiece {
    vocab: HashMap<String, u32>,
    unk_token: String,
    continuing_subword_prefix: String,
    max_input_chars_per_word: usize,
}

/// A part of the word that was looked up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Try {
    /// Which part, in bytes of the word.
    pub part: Range<usize>,
    /// The number of the piece, where it stands in the vocabulary.
    pub found: Option<u32>,
}

/// Why a word is unknown as a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unmatched {
    /// It has more characters than are looked at.
    TooLong {
        /// How many it has.
        characters: usize,
        /// How many are looked at.
        most: usize,
    },
    /// Nothing in the vocabulary goes on from a place: its byte in the word.
    NoPiece(usize),
}

/// The search for a word's pieces.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LongestMatch {
    /// Everything that was looked up, in order.
    pub tries: Vec<Try>,
    /// What pieces that continue a word begin with in the vocabulary.
    pub prefix: String,
    /// Why the word is unknown, where it is.
    pub unmatched: Option<Unmatched>,
}

impl LongestMatch {
    /// How the vocabulary would write what was looked up.
    pub fn written(&self, word: &str, part: &Range<usize>) -> String {
        let prefix = if part.start > 0 { self.prefix.as_str() } else { "" };
        format!("{prefix}{}", word.get(part.clone()).unwrap_or_default())
    }

    /// The piece that a step looks for.
    pub(super) fn piece_at(&self, step: usize) -> usize {
        if self.unmatched.is_some() {
            return 0;
        }
        self.tries.iter().take(step).filter(|tried| tried.found.is_some()).count()
    }
}

impl WordPiece {
    /// Looks for the pieces of a word.
    pub fn longest(&self, word: &str) -> LongestMatch {
        let (characters, most) = (word.chars().count(), self.max_input_chars_per_word);
        let mut longest =
            LongestMatch { tries: Vec::new(), prefix: self.continuing_subword_prefix.clone(), unmatched: None };
        if characters > most {
            longest.unmatched = Some(Unmatched::TooLong { characters, most });
            return longest;
        }
        let mut start = 0;
        while start < word.len() {
            let Some(end) = self.next(word, start, &mut longest) else {
                longest.unmatched = Some(Unmatched::NoPiece(start));
                break;
            };
            start = end;
        }
        longest
    }

    /// The end of the longest piece that begins at a place; every part that was looked up is noted.
    fn next(&self, word: &str, start: usize, longest: &mut LongestMatch) -> Option<usize> {
        let ends = word[start..].char_indices().rev().map(|(at, character)| start + at + character.len_utf8());
        for end in ends {
            let part = start..end;
            let found = self.vocab.get(&longest.written(word, &part)).copied();
            longest.tries.push(Try { part, found });
            if found.is_some() {
                return Some(end);
            }
        }
        None
    }

    /// The pieces that the search leads to.
    pub fn pieces(&self, word: &str, longest: &LongestMatch) -> Vec<Piece> {
        if longest.unmatched.is_some() {
            let id = self.vocab.get(&self.unk_token).copied();
            return id.map(|id| Piece { piece: self.unk_token.clone(), id }).into_iter().collect();
        }
        let found = longest.tries.iter().filter_map(|tried| Some((tried, tried.found?)));
        found.map(|(tried, id)| Piece { piece: longest.written(word, &tried.part), id }).collect()
    }
}
