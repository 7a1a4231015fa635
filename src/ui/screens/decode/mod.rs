//! Writing token by token: the text, the candidates, the settings, the cache.

mod cache;
mod candidates;
mod others;
mod settings;
#[cfg(test)]
mod tests;
mod text;
mod undecided;

use std::sync::Arc;

use ratatui::layout::Rect;

use crate::app::decode::Outlook;
use crate::app::{App, Language, Word};
use crate::explore::{Decoding, Sampling, Subject};
use crate::ui::frame::{Body, Status};
use crate::ui::{Canvas, Tone};

/// From here on the cache stands in a pane of its own.
const TWO_PANES: u16 = 100;
/// Columns of the left pane: what the candidates need, and no more than can be read.
const LEFT: (u16, u16) = (66, 110);
/// Rows around the list: title and header, the draw, three settings, and blanks between them.
const AROUND: u16 = 8;

/// What every part of the screen reads.
struct View<'a> {
    app: &'a App,
    subject: &'a Subject,
    decoding: &'a Arc<Decoding>,
    outlook: &'a Outlook,
    sampling: &'a Sampling,
    language: Language,
}

impl<'a> View<'a> {
    fn of(app: &'a App) -> Option<Self> {
        Some(Self {
            app,
            subject: app.subject.as_deref()?,
            decoding: app.decode.decoding.as_ref()?,
            outlook: app.decode.outlook.as_ref()?,
            sampling: &app.decode.sampling,
            language: app.shell.language,
        })
    }

    fn word(&self, word: Word) -> &'static str {
        word.text(self.language)
    }

    /// Tokens that the cache holds, and that the model can read; `None` where it sets no limit.
    fn tokens(&self) -> (usize, Option<usize>) {
        (self.decoding.newest().pass.output_tokens().len(), self.subject.sizes().context)
    }
}

/// Draws the screen.
pub fn draw(canvas: &mut Canvas<'_>, body: Body, app: &App) {
    match View::of(app) {
        Some(view) if body.area.width >= TWO_PANES && !body.compact => draw_wide(canvas, body.area, &view),
        Some(view) => draw_narrow(canvas, body.area, &view),
        None => super::waiting(canvas, body, app),
    }
}

fn draw_wide(canvas: &mut Canvas<'_>, area: Rect, view: &View<'_>) {
    // The room is kept for more lines from the start, so that nothing moves when the text grows into them.
    let lines = (area.height / 15).saturating_sub(1).clamp(1, 4);
    let used = text::draw(canvas, area, view, lines);
    let below = Rect { y: area.y + used, height: area.height - used, ..area };
    let wide = (area.width * 11 / 20).clamp(LEFT.0, LEFT.1);
    canvas.divider(area.x + wide, below);
    draw_left(canvas, Rect { width: wide - 1, ..below }, view);
    let x = area.x + wide + 2;
    draw_right(canvas, Rect { x, width: area.right() - x, ..below }, view);
}

fn draw_left(canvas: &mut Canvas<'_>, area: Rect, view: &View<'_>) {
    let others = match area.height {
        h if h >= 36 => 8,
        h if h >= AROUND + 13 => 4,
        _ => 0,
    };
    let below = if others > 0 { others + 3 } else { 0 };
    let list = area.height.saturating_sub(AROUND + below);
    let [list, choice, settings, others] = stacked(area, [list + 2, 1, 3, others + 2]);
    canvas.title(list, view.word(Word::Candidates), "", true);
    candidates::draw(canvas, from_row(list, 1), view);
    candidates::choice(canvas, choice, view);
    settings::draw(canvas, settings, view);
    if below > 0 {
        others::draw(canvas, others, view);
    }
}

fn draw_right(canvas: &mut Canvas<'_>, area: Rect, view: &View<'_>) {
    let chart = if area.height >= 40 { 6 } else { 2 };
    let cache = area.height.saturating_sub(chart + 3);
    let [cache, chart] = stacked(area, [cache, chart + 2]);
    cache::draw(canvas, cache, view);
    undecided::draw(canvas, chart, view);
}

/// One column: the candidates in full, the rest in a line each.
fn draw_narrow(canvas: &mut Canvas<'_>, area: Rect, view: &View<'_>) {
    let used = text::draw_short(canvas, area, view);
    let below = from_row(area, used);
    let settings = if below.height >= 15 { 3 } else { 1 };
    let chart = u16::from(below.height >= 15);
    let list = below.height.saturating_sub(settings + chart + 2);
    candidates::draw(canvas, Rect { height: list, ..below }, view);
    let mut rest = from_row(below, list);
    candidates::choice(canvas, rest, view);
    rest = from_row(rest, 1);
    if settings == 3 {
        settings::draw(canvas, rest, view);
    } else {
        settings::line(canvas, rest, view);
    }
    rest = from_row(rest, settings);
    cache::line(canvas, rest, view);
    undecided::line(canvas, from_row(rest, 1), view);
}

/// Areas of so many rows under each other, a blank row between them.
fn stacked<const N: usize>(area: Rect, rows: [u16; N]) -> [Rect; N] {
    let mut y = area.y;
    rows.map(|rows| {
        let place = Rect { y, height: rows, ..area }.intersection(area);
        y += rows + 1;
        place
    })
}

/// What is left of an area below so many rows.
fn from_row(area: Rect, rows: u16) -> Rect {
    let rows = rows.min(area.height);
    Rect { y: area.y + rows, height: area.height - rows, ..area }
}

/// Right of the prompt.
pub fn status(app: &App) -> Status {
    let Some(view) = View::of(app) else { return Status::default() };
    let (tokens, context) = view.tokens();
    let language = view.language;
    let dim = |text: String| (text, Tone::Dim);
    let mut pieces = Vec::new();
    if view.sampling.temperature > 0.0 {
        pieces.push(dim(format!("{} {}   ", view.word(Word::SeedOf), view.sampling.seed)));
    }
    pieces.push(dim(format!("{} ", view.word(Word::Token))));
    pieces.push((tokens.to_string(), if app.is_full() { Tone::Warm } else { Tone::Title }));
    if let Some(context) = context {
        pieces.push(dim(format!(" {} {context}", Word::Of.text(language))));
    }
    Status { bar: None, pieces }
}
