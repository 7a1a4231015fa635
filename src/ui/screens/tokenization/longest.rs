//! WordPiece: every part of the word that was looked up, under its place in the word.

use super::steps::{Scene, Told};
use crate::app::Word as Said;
use crate::text::{LongestMatch, Unmatched};
use crate::ui::{Tone, text};

/// What was looked up at a step: what was done before it grey, what was cut off as dots.
pub fn row(scene: &Scene<'_>, longest: &LongestMatch, step: usize) -> Told {
    let word = scene.word.text.as_str();
    let Some(tried) = longest.tries.get(step) else { return Told::of(scene.show(word), Tone::Bad) };
    let (before, part, cut) = (&word[..tried.part.start], &word[tried.part.clone()], &word[tried.part.end..]);
    let dots = |text: &str| "·".repeat(text::width(&scene.show(text)));
    let tone = if tried.found.is_some() { Tone::Accent } else { Tone::Text };
    let parts = vec![(dots(before), Tone::Faint), (scene.show(part), tone), (dots(cut), Tone::Faint)];
    let written = scene.show(&longest.written(word, &tried.part));
    let (note, tone) = match tried.found {
        Some(id) => (format!("{written}  ✓ {}", Said::InVocabulary.fill(scene.language, &[&id])), Tone::Accent),
        None => (format!("{written}  ✗"), Tone::Dim),
    };
    Told { parts, focus: 1, ..Told::default() }.note(note, tone)
}

/// What the look-up gave, and what was found so far.
pub fn below(scene: &Scene<'_>, longest: &LongestMatch) -> Vec<Told> {
    let word = scene.word.text.as_str();
    let mut lines = Vec::new();
    if let Some(tried) = longest.tries.get(scene.step) {
        let written = scene.show(&longest.written(word, &tried.part));
        let words = match tried.found {
            Some(id) => Said::InVocabulary.fill(scene.language, &[&id]),
            None => Said::NotInVocabulary.text(scene.language).to_owned(),
        };
        let tone = if tried.found.is_some() { Tone::Accent } else { Tone::Text };
        lines.push(Told { parts: vec![(written, tone), (format!("   {words}"), Tone::Dim)], ..Told::default() });
    }
    if scene.step + 1 >= longest.tries.len() {
        let words = match longest.unmatched {
            Some(Unmatched::TooLong { characters, most }) => {
                Said::TooLongWord.fill(scene.language, &[&characters, &most])
            }
            Some(Unmatched::NoPiece(_)) => Said::NothingGoesOn.text(scene.language).to_owned(),
            None => return lines,
        };
        lines.push(Told::of(words, Tone::Bad));
    }
    lines
}
