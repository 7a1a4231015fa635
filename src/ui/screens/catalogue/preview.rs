//! The model under the cursor, short.

use ratatui::layout::Rect;

use super::{name_of, pick};
use crate::app::Word;
use crate::app::catalogue::CatalogueState;
use crate::catalog::{Count, Entry, Variant, counts};
use crate::ui::screens::page::Page;
use crate::ui::{Canvas, Tone, number};

/// Draws it.
pub fn draw(canvas: &mut Canvas<'_>, area: Rect, state: &CatalogueState, entry: &Entry) {
    let language = canvas.language;
    let mut page = Page::new(area.width);
    let head = &entry.head;
    let date = head.released.to_string();
    page.row(
        &[(&head.name, Tone::Focused), ("  ", Tone::Text), (&head.organisations.join(", "), Tone::Dim)],
        Some((&date, Tone::Dim)),
    );
    let kind = language.pick(head.kind.en, head.kind.zh);
    let section = language.pick(head.section.en, head.section.zh);
    page.row(&[(kind, Tone::Strong), ("  ", Tone::Text), (section, Tone::Faint)], None);
    page.blank();
    page.text(&pick(&entry.summary, language), Tone::Text);
    page.title(Word::SetsApart.text(language), "");
    for idea in &entry.ideas {
        page.item("·", &pick(idea, language), Tone::Faint, Tone::Text);
    }
    page.title(Word::CountedSizes.text(language), "");
    for variant in &entry.variants {
        let (words, tone) = size(variant, language);
        page.row(&[(&variant.name, Tone::Dim)], Some((&words, tone)));
    }
    lines(&mut page, state, entry, language);
    page.draw(canvas, area, 0, &|rows| Word::LinesBelow.fill(language, &[&rows]));
}

/// The count of the main class; where there is no code yet, what was published.
pub fn size(variant: &Variant, language: crate::app::Language) -> (String, Tone) {
    if let Some(Count::Exact(number)) = counts(variant).first().map(|counted| &counted.count) {
        return (number::thousands(*number), Tone::Text);
    }
    match variant.published.last() {
        Some(figure) => (format!("≈ {}", figure.value), Tone::Dim),
        None => (Word::UnknownSize.text(language).to_owned(), Tone::Faint),
    }
}

/// Descent, and how the survey's claims stand.
fn lines(page: &mut Page, state: &CatalogueState, entry: &Entry, language: crate::app::Language) {
    let from: Vec<String> = entry
        .lineage
        .iter()
        .filter_map(|link| {
            let named = link.from.as_ref().map(|id| name_of(state, id));
            named.or_else(|| link.outside.as_ref().map(|name| pick(name, language)))
        })
        .collect();
    let to: Vec<String> = state
        .catalog()
        .entries()
        .into_iter()
        .filter(|heir| heir.lineage.iter().any(|link| link.from.as_deref() == Some(&entry.head.id)))
        .map(|heir| heir.head.name.clone())
        .collect();
    page.blank();
    for (word, names) in [(Word::ComesFrom, from), (Word::LeadsTo, to)] {
        if !names.is_empty() {
            page.text(&word.fill(language, &[&names.join(", ")]), Tone::Dim);
        }
    }
    if !entry.survey.is_empty() {
        let count = |verdict: &str| entry.survey.iter().filter(|claim| claim.verdict.id == verdict).count();
        let marks = [
            ("✓", "correct", Tone::Text),
            ("≈", "imprecise", Tone::Warm),
            ("✗", "wrong", Tone::Bad),
            ("?", "unverified", Tone::Faint),
        ];
        let shown: Vec<(String, Tone)> = marks
            .into_iter()
            .filter(|(_, verdict, _)| count(verdict) > 0)
            .map(|(mark, verdict, tone)| (format!("{mark}{}  ", count(verdict)), tone))
            .collect();
        let mut pieces = vec![(Word::SurveySays.text(language), Tone::Dim), ("  ", Tone::Text)];
        pieces.extend(shown.iter().map(|(words, tone)| (words.as_str(), *tone)));
        page.row(&pieces, None);
    }
}
