//! How a tokenizer gets from a text to its tokens: the text is normalised, split into words, and each word into pieces,
//! step by step as its method goes about it.
//!
//! The steps are made here from the tokenizer's own data (merges, vocabulary, scores), and the pieces they lead to are
//! held against what the library gives: where the two differ, [`Word::agrees`] says so.

mod lattice;
mod longest;
mod merges;
mod rules;
#[cfg(test)]
mod tests;

pub use lattice::{BestPath, Path, Place, WayIn};
pub use longest::{LongestMatch, Try, Unmatched};
pub use merges::{Merge, Merges, Origin, State, Symbol};
pub(super) use rules::Rules;

use tokenizers::{Model, OffsetReferential, OffsetType, PreTokenizer};

use super::guard::guarded;
use super::{Result, TextError, Tokenizer};

/// The way from a text to its pieces, before tokens are added around them.
#[derive(Debug, Clone, PartialEq)]
pub struct Trace {
    /// The text after normalising; `None` where the tokenizer takes it as it is.
    pub normalised: Option<String>,
    /// What it was split into, in order.
    pub words: Vec<Word>,
}

/// A part of the text that is split into pieces by itself.
#[derive(Debug, Clone, PartialEq)]
pub struct Word {
    /// As the model of the tokenizer sees it: normalised, in a byte-level alphabet where there is one.
    pub text: String,
    /// Where it begins in the user's text, in characters.
    pub start: usize,
    /// Where it ends, in characters.
    pub end: usize,
    /// Whether it is a token of its own right, taken out before anything else was done (`[MASK]`).
    pub whole: bool,
    /// Its pieces, as the library gives them.
    pub pieces: Vec<Piece>,
    /// The steps that lead to them.
    pub way: Way,
    /// Whether the steps lead to the same pieces. They do not where a file asks for chance (BPE dropout).
    pub agrees: bool,
}

/// An entry of the vocabulary.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    /// How the vocabulary writes it.
    pub piece: String,
    /// Its number.
    pub id: u32,
}

/// The steps by which a word becomes its pieces.
#[derive(Debug, Clone, PartialEq)]
pub enum Way {
    /// None: it is a token of its own right.
    Whole,
    /// Pairs of neighbours are joined, the one first learned first (BPE).
    Merges(Merges),
    /// The longest beginning that stands in the vocabulary is taken off, again and again (WordPiece).
    Longest(LongestMatch),
    /// Of all ways to cut it the one with the highest sum of scores is found (Unigram).
    BestPath(BestPath),
    /// It is looked up (`WordLevel`); whether it was found.
    Lookup(bool),
}

impl Way {
    /// How many steps there are, at least one: what stands at the beginning is the first.
    pub fn len(&self) -> usize {
        match self {
            Self::Whole | Self::Lookup(_) => 1,
            Self::Merges(merges) => merges.merges.len() + 1,
            Self::Longest(longest) => longest.tries.len().max(1),
            Self::BestPath(path) => path.places.len().max(1),
        }
    }

    /// Never: a word that stands somewhere has a first step.
    pub fn is_empty(&self) -> bool {
        false
    }

    fn piece_at(&self, step: usize) -> usize {
        match self {
            Self::Whole | Self::Lookup(_) => 0,
            Self::Merges(merges) => merges.piece_at(step),
            Self::Longest(longest) => longest.piece_at(step),
            Self::BestPath(path) => path.piece_at(step),
        }
    }
}

impl Word {
    /// The piece of the result that a step works on; several steps may lead to one (`<unk>` for unknown neighbours).
    pub fn piece_at(&self, step: usize) -> usize {
        let step = step.min(self.way.len() - 1);
        self.way.piece_at(step).min(self.pieces.len().saturating_sub(1))
    }
}

impl Tokenizer {
    /// How the tokens of a text come about.
    ///
    /// # Errors
    /// If the tokenizer cannot split it.
    pub fn trace(&self, text: &str) -> Result<Trace> {
        guarded(|| self.traced(text).map_err(|error| error.to_string()))
            .and_then(|traced| traced)
            .map_err(|problem| TextError::Encode { path: self.path().to_owned(), problem })
    }

    /// The same three calls, in the same order, by which the crate encodes.
    fn traced(&self, text: &str) -> tokenizers::Result<Trace> {
        let (inner, rules) = (self.inner(), self.rules()?);
        let normalizer = inner.get_normalizer();
        let mut parts = inner.get_added_vocabulary().extract_and_normalize(normalizer, text);
        let splits = parts.get_splits(OffsetReferential::Original, OffsetType::Char);
        let normalised = normalizer.map(|_| splits.iter().map(|(text, _, _)| *text).collect());
        if let Some(splitter) = inner.get_pre_tokenizer() {
            splitter.pre_tokenize(&mut parts)?;
        }
        let splits = parts.get_splits(OffsetReferential::Original, OffsetType::Char);
        let words = splits.into_iter().map(|(text, (start, end), tokens)| {
            let (whole, tokens) = match tokens {
                Some(tokens) => (true, tokens.clone()),
                None => (false, inner.get_model().tokenize(text)?),
            };
            let pieces: Vec<Piece> =
                tokens.into_iter().map(|token| Piece { piece: token.value, id: token.id }).collect();
            let (way, own) = if whole { (Way::Whole, pieces.clone()) } else { rules.way(text) };
            Ok(Word { text: text.to_owned(), start, end, whole, agrees: own == pieces, pieces, way })
        });
        Ok(Trace { normalised, words: words.collect::<tokenizers::Result<_>>()? })
    }
}
