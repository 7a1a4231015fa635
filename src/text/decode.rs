//! Tokens back into text, one at a time.

use super::tokenizer::Tokenizer;

/// After so many tokens that complete no character, they are given as they are: a model may well write nonsense.
const MAX_PENDING: usize = 16;

/// Turns tokens into text as they come, holding back bytes until they form a character.
#[derive(Debug)]
pub struct Decoder<'a> {
    tokenizer: &'a Tokenizer,
    /// The tokens given out last, which decide whether a space goes before the next, and those held back.
    window: Vec<u32>,
    /// How many of the window were given out.
    given: usize,
}

impl<'a> Decoder<'a> {
    pub(super) fn new(tokenizer: &'a Tokenizer) -> Self {
        Self { tokenizer, window: Vec::new(), given: 0 }
    }

    /// Takes a token and gives the text that it completes; empty while a character lacks bytes.
    pub fn push(&mut self, id: u32) -> String {
        self.window.push(id);
        let pending = self.window.len() - self.given;
        self.take(pending >= MAX_PENDING)
    }

    /// The text of whatever was held back, with `�` for bytes that form no character.
    pub fn finish(&mut self) -> String {
        self.take(true)
    }

    fn take(&mut self, even_incomplete: bool) -> String {
        let before = self.tokenizer.decode(&self.window[..self.given]);
        let after = self.tokenizer.decode(&self.window);
        if after.ends_with('\u{fffd}') && !even_incomplete {
            return String::new();
        }
        let new = match after.strip_prefix(&before) {
            Some(new) => new.to_owned(),
            // The new token changed how the ones before it are written (WordPiece joins `'` and `s`): what was given
            // out stays, and goes on where the two part.
            None => after[common_prefix(&before, &after)..].to_owned(),
        };
        self.window.drain(..self.given);
        self.given = self.window.len();
        new
    }
}

fn common_prefix(a: &str, b: &str) -> usize {
    a.chars().zip(b.chars()).take_while(|(a, b)| a == b).map(|(a, _)| a.len_utf8()).sum()
}
