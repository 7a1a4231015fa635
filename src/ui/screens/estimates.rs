//! The estimates of an entry, worked out: each opens its formula, the numbers in it, and where each of these comes from.

use ratatui::layout::Rect;

use super::catalogue::pick;
use super::page::Page;
use crate::app::estimates::{Estimates, LIST, Row};
use crate::app::{App, Language, Target, Word};
use crate::catalog::Entry;
use crate::catalog::compare::short;
use crate::catalog::estimate::{Estimate, Unit};
use crate::explore::Component;
use crate::ui::frame::Body;
use crate::ui::{Canvas, Tone, number, text};

/// Columns at most: figures that stand far from their names are hard to follow.
const WIDEST: u16 = 100;

/// Draws the screen.
pub fn draw(canvas: &mut Canvas<'_>, body: Body, app: &App) {
    let Some(entry) = app.catalogue.card() else { return };
    let (state, language) = (&app.catalogue.estimates, canvas.language);
    let area = Rect { x: body.area.x + 1, width: body.area.width.saturating_sub(2).min(WIDEST), ..body.area };
    let mut page = Page::new(area.width);
    head(&mut page, entry, state, language);
    if state.rows.is_empty() {
        page.text(Word::NothingToEstimate.text(language), Tone::Dim);
    }
    let mut spans = Vec::new();
    for (at, row) in state.rows.iter().enumerate() {
        title(&mut page, state, at, language);
        let first = page.len();
        let chosen = at == state.at;
        line(&mut page, row, chosen, state.open && chosen, language);
        if state.open && chosen {
            match row {
                Row::Part(part, _) => open_part(&mut page, part, language),
                Row::Estimate(estimate) => open_estimate(&mut page, estimate, language),
            }
        }
        spans.push(first..page.len());
    }
    // What is chosen is in sight, with all that was opened of it where that fits.
    let height = usize::from(area.height).saturating_sub(1).max(1);
    let chosen = spans.get(state.at).cloned().unwrap_or_default();
    let first = chosen.end.saturating_sub(height).min(chosen.start);
    let first = first.min(page.len().saturating_sub(usize::from(area.height)));
    page.draw(canvas, area, first, &|rows| Word::LinesBelow.fill(language, &[&rows]));
    for (row, span) in spans.into_iter().enumerate() {
        let y = span.start.checked_sub(first).filter(|y| *y < usize::from(area.height));
        if let Some(y) = y {
            let spot = Rect { y: area.y + y as u16, height: 1, ..area };
            canvas.hits.push(spot, Target::Row { list: LIST, row });
            if row == state.at {
                canvas.select(spot);
            }
        }
    }
}

/// Which variant, and for which length of text.
fn head(page: &mut Page, entry: &Entry, state: &Estimates, language: Language) {
    let Some(variant) = entry.variants.get(state.variant) else { return };
    let context = state.context().map_or_else(|| Word::ContextUnknown.text(language).to_owned(), number::thousands);
    let words =
        Word::EstimatesOf.fill(language, &[&variant.name, &(state.variant + 1), &entry.variants.len(), &context]);
    page.row(&[(&entry.head.name, Tone::Focused), ("  ", Tone::Text), (&words, Tone::Dim)], None);
}

fn title(page: &mut Page, state: &Estimates, at: usize, language: Language) {
    let is_part = |row: &Row| matches!(row, Row::Part(..));
    let part = is_part(&state.rows[at]);
    if at == 0 || part != is_part(&state.rows[at - 1]) {
        let (word, hint) =
            if part { (Word::PartsTitle, Word::CountedHint.text(language)) } else { (Word::WorkedTitle, "") };
        page.title(word.text(language), hint);
    }
}

fn line(page: &mut Page, row: &Row, chosen: bool, open: bool, language: Language) {
    let mark = if open { "▾ " } else { "▸ " };
    let tone = if chosen { Tone::Accent } else { Tone::Faint };
    match row {
        Row::Part(part, all) => {
            let share = 100.0 * part.parameters as f64 / (*all).max(1) as f64;
            let figure = format!("{}  {share:4.1} %", number::thousands(part.parameters));
            page.row(&[(mark, tone), (&name(part, language), Tone::Text)], Some((&figure, Tone::Text)));
        }
        Row::Estimate(estimate) => {
            let name = language.pick(estimate.what.en, estimate.what.zh);
            let pieces = [(mark, tone), (name, Tone::Text), ("  ", Tone::Text), (estimate.formula, Tone::Faint)];
            page.row(&pieces, Some((&amount(estimate), Tone::Text)));
        }
    }
}

fn name(part: &Component, language: Language) -> String {
    let names: Vec<&str> = part.scopes.iter().map(|name| language.pick(name.en, name.zh)).collect();
    let times = if part.times > 1 { format!(" × {}", part.times) } else { String::new() };
    names.join(" / ") + &times
}

/// The parameters of a part with their shapes.
fn open_part(page: &mut Page, part: &Component, language: Language) {
    let (mut sum, of) = (0, Word::FirstOf.fill(language, &[&part.times]));
    for piece in &part.pieces {
        let shape: Vec<String> = piece.shape.iter().map(ToString::to_string).collect();
        let figure = number::thousands(piece.numbers());
        sum += piece.numbers();
        let pieces = [
            ("    ", Tone::Text),
            (piece.name.as_str(), Tone::Dim),
            ("  ", Tone::Text),
            (&shape.join(" · "), Tone::Text),
        ];
        page.row(&pieces, Some((&figure, Tone::Dim)));
    }
    if part.times > 1 {
        page.row(&[("    ", Tone::Text), (&of, Tone::Dim)], Some((&number::thousands(sum), Tone::Dim)));
        let all = Word::AllOf.fill(language, &[&part.times]);
        page.row(&[("    ", Tone::Text), (&all, Tone::Dim)], Some((&number::thousands(part.parameters), Tone::Dim)));
    }
}

/// The formula with its numbers, and a line for each of them.
fn open_estimate(page: &mut Page, estimate: &Estimate, language: Language) {
    page.item("    =", estimate.formula, Tone::Faint, Tone::Text);
    page.item("    =", &estimate.worked, Tone::Faint, Tone::Text);
    page.item("    =", &amount(estimate), Tone::Faint, Tone::Strong);
    for term in &estimate.terms {
        let means = language.pick(term.means.en, term.means.zh);
        let symbol = text::left(term.symbol, 5);
        let value = figure(term.value);
        let pieces = [
            ("    ", Tone::Text),
            (symbol.as_str(), Tone::Accent),
            (means, Tone::Dim),
            ("  ", Tone::Text),
            (&value, Tone::Text),
        ];
        let from = pick(&term.from.text(), language);
        // A long citation has a row of its own.
        let whole = pieces.iter().map(|(words, _)| text::width(words)).sum::<usize>() + 2 + text::width(&from);
        if whole <= page.width() {
            page.row(&pieces, Some((&from, Tone::Dim)));
        } else {
            page.row(&pieces, None);
            page.item("         ", &from, Tone::Text, Tone::Dim);
        }
    }
    page.item("    ", &pick(&estimate.basis, language), Tone::Text, Tone::Dim);
    if let Some(published) = estimate.published {
        let times = format!("{:.2}", estimate.value / published);
        let words = Word::PublishedFigure.fill(language, &[&format!("{published:.2e}"), &times]);
        let place = if estimate.published_source.is_empty() {
            String::new()
        } else {
            format!(" ({})", estimate.published_source)
        };
        page.item("    ", &format!("{words}{place}"), Tone::Text, Tone::Strong);
    }
}

/// A number of a formula as people write it.
fn figure(value: f64) -> String {
    if value < 1e13 { number::thousands(value as u64) } else { format!("{value:.3e} ≈ {}", short(value)) }
}

/// The number of an estimate in its unit.
pub fn amount(estimate: &Estimate) -> String {
    match estimate.unit {
        Unit::Bytes => number::bytes(estimate.value as u64),
        Unit::Parameters => number::thousands(estimate.value as u64),
        Unit::Flops => format!("{:.2e} FLOPs", estimate.value),
    }
}

#[cfg(test)]
mod tests;
