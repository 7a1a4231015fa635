//! Glyphs of hidden cells: each reason has its own, colour only repeats it.

use crate::app::{Language, Word};

/// A reason for hiding a cell, as it is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reason {
    /// Its name as scripts see it.
    pub name: &'static str,
    /// Its glyph.
    pub glyph: char,
    /// The glyph where only ASCII can be shown.
    pub ascii: char,
    /// Its name for people.
    pub word: Word,
}

const fn reason(name: &'static str, glyph: char, ascii: char, word: Word) -> Reason {
    Reason { name, glyph, ascii, word }
}

/// Every reason that has a glyph.
pub const REASONS: [Reason; 12] = [
    reason("future", '╱', '/', Word::Future),
    reason("padding", '×', 'x', Word::Padding),
    reason("segment", '│', '|', Word::Segment),
    reason("window", '╌', '-', Word::Window),
    reason("pattern", '∷', ':', Word::Pattern),
    reason("permutation", '╲', '\\', Word::Permutation),
    reason("self", '○', 'o', Word::OwnContent),
    reason("no_entity", '∅', '0', Word::NoEntity),
    reason("memory", '═', '=', Word::Memory),
    reason("modality", '┼', '+', Word::Modality),
    reason("target", '◇', '*', Word::HeldOut),
    reason("hand", '⊠', '#', Word::Hand),
];

/// The glyph of the future, which stays fainter than the others because it covers most of a causal map.
pub const FUTURE: char = '╱';

impl Reason {
    /// The reason of that name.
    pub fn named(name: &str) -> Option<&'static Self> {
        REASONS.iter().find(|reason| reason.name == name)
    }

    /// Its name in that language.
    pub fn text(&self, language: Language) -> &'static str {
        self.word.text(language)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn no_two_reasons_look_alike() {
        let glyphs: BTreeSet<char> = REASONS.iter().map(|reason| reason.glyph).collect();
        let ascii: BTreeSet<char> = REASONS.iter().map(|reason| reason.ascii).collect();
        assert_eq!((glyphs.len(), ascii.len()), (REASONS.len(), REASONS.len()));
        assert!(REASONS.iter().all(|reason| reason.ascii.is_ascii()));
        assert_eq!(Reason::named("window").map(|reason| reason.glyph), Some('╌'));
    }
}
