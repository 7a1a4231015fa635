//! Which tokens of a prompt a model has never seen in a word.

use super::{Language, World};
use crate::text::Encoding;

impl World {
    /// For each token of an encoded text whether it belongs to a word that a model of these languages has never seen.
    /// `texts` are the text and its pair, as they were encoded; special tokens are never unseen, written out or added.
    pub fn unseen(&self, encoding: &Encoding, texts: [&str; 2], languages: &[Language]) -> Vec<bool> {
        let unknown: Vec<Vec<_>> = (0..texts.len())
            .map(|sequence| {
                // A special token that was typed is no word, and parts the words beside it.
                let mut text = texts[sequence].as_bytes().to_vec();
                let of = |token: &&crate::text::Token| token.special && token.sequence == Some(sequence as u8);
                encoding.tokens.iter().filter(of).for_each(|token| text[token.bytes.clone()].fill(b' '));
                self.unknown(&String::from_utf8_lossy(&text), languages)
            })
            .collect();
        let tokens = encoding.tokens.iter().map(|token| match token.sequence {
            Some(sequence) if !token.special => {
                let words = unknown.get(usize::from(sequence)).into_iter().flatten();
                words.into_iter().any(|word| word.start < token.bytes.end && token.bytes.start < word.end)
            }
            _ => false,
        });
        tokens.collect()
    }
}
