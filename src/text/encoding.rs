//! The tokens of a text, and where in it each of them came from.

use std::ops::Range;

use super::kind::Style;
use super::label::label;
use super::tokenizer::Tokenizer;

/// One token of an encoded text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    /// Its number in the vocabulary.
    pub id: u32,
    /// How the vocabulary writes it (`Ġthe`, `##ing`).
    pub piece: String,
    /// What the user typed for it; empty for tokens that were added.
    pub text: String,
    /// Where that begins in the user's text, in characters.
    pub start: usize,
    /// Where it ends, in characters; equal to `start` for tokens that were added.
    pub end: usize,
    /// The same in bytes.
    pub bytes: Range<usize>,
    /// Whether it is a special token, added or typed.
    pub special: bool,
    /// Which text it came from: 0 the text, 1 the pair, nothing for tokens that were added.
    pub sequence: Option<u8>,
    /// Its segment (`token_type_ids`).
    pub type_id: u32,
    /// Which word of its text it belongs to, as the tokenizer splits words.
    pub word: Option<u32>,
    style: Style,
}

impl Token {
    /// A token that was written as its own number, where there is no tokenizer.
    pub fn numbered(id: u32, text: &str, start: usize, bytes: Range<usize>) -> Self {
        Self {
            id,
            piece: text.to_owned(),
            text: text.to_owned(),
            start,
            end: start + text.chars().count(),
            bytes,
            special: false,
            sequence: Some(0),
            type_id: 0,
            word: None,
            style: Style::Plain,
        }
    }

    /// A token that a model wrote: what stands for it in the text, and where.
    pub fn written(id: u32, piece: &str, text: &str, start: usize, bytes: Range<usize>, special: bool) -> Self {
        Self { piece: piece.to_owned(), special, ..Self::numbered(id, text, start, bytes) }
    }

    /// How it is shown; see [`label`](super::label()).
    pub fn label(&self) -> String {
        label(&self.piece, self.style, self.special)
    }
}

/// An encoded text, or pair of texts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Encoding {
    /// The tokens in order.
    pub tokens: Vec<Token>,
}

impl Encoding {
    /// The numbers of the tokens (`input_ids`).
    pub fn ids(&self) -> Vec<u32> {
        self.tokens.iter().map(|token| token.id).collect()
    }

    /// The segments of the tokens (`token_type_ids`).
    pub fn type_ids(&self) -> Vec<u32> {
        self.tokens.iter().map(|token| token.type_id).collect()
    }

    /// How many tokens there are.
    pub fn len(&self) -> usize {
        self.tokens.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.tokens.is_empty()
    }

    /// Takes the crate's encoding, whose offsets are bytes of the original texts.
    pub(super) fn new(tokenizer: &Tokenizer, encoding: &tokenizers::Encoding, texts: [&str; 2]) -> Self {
        let places = texts.map(CharIndex::new);
        let tokens = (0..encoding.len()).map(|index| {
            let id = encoding.get_ids()[index];
            let added = encoding.get_special_tokens_mask()[index] == 1;
            let sequence = if added { None } else { encoding.token_to_sequence(index) };
            let (bytes, chars, text) = match sequence {
                Some(sequence @ 0..=1) => {
                    let (start, end) = encoding.get_offsets()[index];
                    let (bytes, chars) = places[sequence].widened(start..end);
                    (bytes.clone(), chars, texts[sequence][bytes].to_owned())
                }
                _ => (0..0, 0..0, String::new()),
            };
            Token {
                id,
                // A unigram model puts the text itself here when it is unknown.
                piece: tokenizer.piece(id).unwrap_or_else(|| encoding.get_tokens()[index].clone()),
                text,
                start: chars.start,
                end: chars.end,
                bytes,
                special: added || tokenizer.is_special(id),
                sequence: sequence.map(|sequence| sequence as u8),
                type_id: encoding.get_type_ids()[index],
                word: if added { None } else { encoding.get_word_ids()[index] },
                style: tokenizer.kind().style(),
            }
        });
        Self { tokens: tokens.collect() }
    }
}

/// From bytes of a text to its characters.
struct CharIndex {
    /// Where each character begins, and at last where the text ends.
    starts: Vec<usize>,
}

impl CharIndex {
    fn new(text: &str) -> Self {
        Self { starts: text.char_indices().map(|(start, _)| start).chain([text.len()]).collect() }
    }

    /// The range widened to whole characters within the text, in bytes and in characters.
    fn widened(&self, bytes: Range<usize>) -> (Range<usize>, Range<usize>) {
        let last = self.starts.len() - 1;
        let start = self.starts.partition_point(|&start| start <= bytes.start).saturating_sub(1).min(last);
        let end = self.starts.partition_point(|&start| start < bytes.end).clamp(start, last);
        (self.starts[start]..self.starts[end], start..end)
    }
}

#[cfg(test)]
mod tests {
    use super::CharIndex;

    #[test]
    fn ranges_are_widened_to_whole_characters() {
        let index = CharIndex::new("aé😀b");
        let cases = [
            (0..1, 0..1, 0..1),
            (1..2, 1..3, 1..2),
            (2..3, 1..3, 1..2),
            (3..7, 3..7, 2..3),
            (4..5, 3..7, 2..3),
            (7..8, 7..8, 3..4),
            (8..8, 8..8, 4..4),
            (3..3, 3..3, 2..2),
            (5..900, 3..8, 2..4),
            (900..901, 8..8, 4..4),
        ];
        for (range, bytes, chars) in cases {
            assert_eq!(index.widened(range.clone()), (bytes, chars), "{range:?}");
        }
        assert_eq!(CharIndex::new("").widened(0..5), (0..0, 0..0));
    }
}
