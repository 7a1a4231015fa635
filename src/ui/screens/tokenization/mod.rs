//! How the text becomes tokens: its words on the left, the steps of one of them on the right; or all tokenizers side by
//! side.

mod beside;
mod lattice;
mod longest;
mod merges;
mod steps;
#[cfg(test)]
mod tests;

use ratatui::layout::Rect;

use crate::app::tokenization::{Shown, TokenizationState, WORDS};
use crate::app::{Action, App, Place, Word as Said};
use crate::text::{Style, Word, spelled};
use crate::ui::frame::{Body, Status};
use crate::ui::widgets::{Align, Cell, List, Row};
use crate::ui::{Canvas, Tone, text};

/// Draws the view.
pub fn draw(canvas: &mut Canvas<'_>, body: Body, app: &App) {
    let (state, language) = (&app.tokenization, canvas.language);
    let Some(shown) = state.shown.as_deref() else {
        canvas.say(body.area, body.area.x, body.area.y, Said::CuttingText.text(language), Tone::Dim);
        return;
    };
    let rest = draw_title(canvas, body, state, shown);
    if shown.shelf.0.is_empty() {
        canvas.say_wrapped(rest, Said::NoTokenizers.text(language), Tone::Warm);
    } else if state.all {
        beside::draw(canvas, rest, state, shown);
    } else if let Err(fault) = &shown.words {
        canvas.say_wrapped(rest, fault, Tone::Warm);
    } else if state.words().is_empty() {
        let keys = app.shell.keymap.keys_for(Place::Global, Action::EditPrompt, language);
        let key = keys.into_iter().next().unwrap_or_default();
        canvas.say_wrapped(rest, &Said::EmptyText.fill(language, &[&key]), Tone::Dim);
    } else {
        draw_steps(canvas, rest, state, body.compact);
    }
}

/// Right of the prompt: into how many tokens the text is cut.
pub fn status(app: &App) -> Status {
    let shown = app.tokenization.shown.as_deref();
    let cut = shown.and_then(|shown| shown.cuts.get(shown.wanted.chosen)?.as_ref().ok());
    let Some(cut) = cut else { return Status::default() };
    let tokens = Said::TokenCount.fill(app.shell.language, &[&cut.tokens.len()]);
    Status { bar: None, pieces: vec![(tokens, Tone::Dim)] }
}

fn draw_title(canvas: &mut Canvas<'_>, body: Body, state: &TokenizationState, shown: &Shown) -> Rect {
    let (area, language) = (body.area, canvas.language);
    let hint = match state.tokenizer().filter(|_| !state.all) {
        Some(shelved) => {
            let pieces = shelved.tokenizer.vocab_size();
            Said::TokenizationOf.fill(language, &[&shelved.name, &shelved.tokenizer.kind().name(), &pieces])
        }
        None => Said::AllTokenizersTitle.text(language).to_owned(),
    };
    canvas.title(Rect { height: 1, ..area }, Said::TokenizationTitle.text(language), &hint, true);
    let number = Said::TokenizerNumber.fill(language, &[&(shown.wanted.chosen + 1), &shown.shelf.0.len()]);
    let used = text::width(Said::TokenizationTitle.text(language)) + text::width(&hint) + 5;
    if used + text::width(&number) <= usize::from(area.width) {
        canvas.say_right(area, area.y, &number, Tone::Faint);
    }
    let above = if body.compact { 1 } else { 2 };
    Rect { y: area.y + above, height: area.height.saturating_sub(above), ..area }
}

fn draw_steps(canvas: &mut Canvas<'_>, area: Rect, state: &TokenizationState, compact: bool) {
    let wide = if compact { 22 } else { (area.width / 4).clamp(26, 40) }.min(area.width / 2);
    let left = Rect { width: wide, ..area };
    let right = Rect { x: area.x + wide + 3, width: area.width.saturating_sub(wide + 3), ..area };
    canvas.divider(area.x + wide + 1, area);
    let style = state.tokenizer().map_or(Style::Plain, |shelved| shelved.tokenizer.kind().style());
    draw_words(canvas, left, state, style);
    if let Some((_, word)) = state.word() {
        steps::draw(canvas, right, state, word, style);
    }
}

fn draw_words(canvas: &mut Canvas<'_>, area: Rect, state: &TokenizationState, style: Style) {
    let language = canvas.language;
    let (title, hint) = (Said::WordsOfText.text(language), Said::WordsOfTextHint.text(language));
    let room = usize::from(area.width).saturating_sub(text::width(title) + 2);
    canvas.title(Rect { height: 1, ..area }, title, &text::fit(hint, room), false);
    let columns = [(area.width.saturating_sub(6), Align::Left), (3, Align::Right)];
    let rows: Vec<Row> = state.words().iter().map(|(part, word)| row(*part, word, style)).collect();
    let rest = Rect { y: area.y + 1, height: area.height.saturating_sub(1), ..area };
    List { columns: &columns, rows: &rows, selected: Some(state.word), list: WORDS }.draw(canvas, rest);
}

fn row(part: usize, word: &Word, style: Style) -> Row {
    let label = if word.whole { format!("‹{}›", word.text) } else { spelled(&word.text, style) };
    let mark = if part > 0 { "‖ " } else { "" };
    let tone = match word.pieces.len() {
        _ if !word.agrees => Tone::Bad,
        0 | 1 => Tone::Dim,
        _ => Tone::Text,
    };
    Row::Entry(vec![Cell::Text(format!("{mark}{label}"), tone), Cell::Text(word.pieces.len().to_string(), tone)])
}
