//! How a tokenizer gets from a text to its tokens: the text is normalised, split into words, and each word into pieces.

use tokenizers::{Model, OffsetReferential, OffsetType, PreTokenizer};

use super::guard::guarded;
use super::{Result, TextError, Tokenizer};

/// The way from a text to its pieces, before tokens are added around them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trace {
    /// The text after normalising; `None` where the tokenizer takes it as it is.
    pub normalised: Option<String>,
    /// What it was split into, in order.
    pub words: Vec<Word>,
}

/// A part of the text that is split into pieces by itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word {
    /// As the model of the tokenizer sees it: normalised, in a byte-level alphabet where there is one.
    pub text: String,
    /// Where it begins in the user's text, in characters.
    pub start: usize,
    /// Where it ends, in characters.
    pub end: usize,
    /// Whether it is a token of its own right, taken out before anything else was done (`[MASK]`).
    pub whole: bool,
    /// Its pieces.
    pub pieces: Vec<Piece>,
}

/// An entry of the vocabulary.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    /// How the vocabulary writes it.
    pub piece: String,
    /// Its number.
    pub id: u32,
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
        let inner = self.inner();
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
            let pieces = tokens.into_iter().map(|token| Piece { piece: token.value, id: token.id }).collect();
            Ok(Word { text: text.to_owned(), start, end, whole, pieces })
        });
        Ok(Trace { normalised, words: words.collect::<tokenizers::Result<_>>()? })
    }
}
