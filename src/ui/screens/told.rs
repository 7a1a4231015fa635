//! What cards of models and pages of the survey have in common: claims with their verdicts, and sources.

use super::catalogue::pick;
use super::page::Page;
use crate::app::{Language, Word};
use crate::catalog::{Claim, Source, citation};
use crate::ui::Tone;

/// Each claim with its verdict, and what the primary source says.
pub fn claims(page: &mut Page, claims: &[Claim], language: Language) {
    for claim in claims {
        let (mark, tone) = match claim.verdict.id {
            "correct" => ("✓", Tone::Text),
            "imprecise" => ("≈", Tone::Warm),
            "wrong" => ("✗", Tone::Bad),
            _ => ("?", Tone::Faint),
        };
        page.item(mark, &pick(&claim.says, language), tone, Tone::Text);
        let source = if claim.source.is_empty() { String::new() } else { format!(" ({})", citation(&claim.source)) };
        page.item(" ", &format!("{}{source}", pick(&claim.primary, language)), Tone::Text, Tone::Dim);
    }
}

/// The sources with their keys, and how far each was read.
pub fn sources(page: &mut Page, sources: &[Source], language: Language) {
    page.title(Word::SourcesTitle.text(language), "");
    for source in sources {
        let access = match source.access.id {
            "read" => String::new(),
            _ => format!(" [{}]", language.pick(source.access.en, source.access.zh)),
        };
        let words = format!("{}, {}{access}", pick(&source.title, language), pick(&source.place, language));
        page.item(&source.key, &words, Tone::Accent, Tone::Dim);
    }
}
