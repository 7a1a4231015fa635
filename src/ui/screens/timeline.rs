//! Who came from whom and when: models by date in lanes, the lines between them, and what is known of the chosen one.

mod kin;
mod picture;
#[cfg(test)]
mod tests;

use ratatui::layout::Rect;

use super::catalogue::pick;
use crate::app::timeline::TimelineState;
use crate::app::{App, Word};
use crate::ui::frame::{Body, Status};
use crate::ui::{Canvas, Tone};

/// From here on the chosen model is described beside the picture.
const BESIDE: u16 = 170;
/// Columns of what is said there.
const SIDE: u16 = 50;
/// Below this many rows there are no rows to spare.
const TALL: u16 = 26;

/// Draws the screen.
pub fn draw(canvas: &mut Canvas<'_>, body: Body, app: &App) {
    let (area, state) = (body.area, &app.timeline);
    if !state.is_ready() {
        canvas.say(area, area.x + 1, area.y, Word::ReadingCatalogue.text(canvas.language), Tone::Dim);
        return;
    }
    if area.width >= BESIDE {
        let left = Rect { width: area.width - SIDE - 3, ..area };
        picture::draw(canvas, left, state);
        canvas.divider(left.right() + 1, area);
        kin::beside(canvas, Rect { x: left.right() + 3, width: SIDE, ..area }, app);
        return;
    }
    let rule = u16::from(area.height >= TALL);
    let below = if area.height >= TALL { 4 } else { 3 };
    let top = Rect { height: area.height - below - rule, ..area };
    picture::draw(canvas, top, state);
    if rule > 0 {
        canvas.line(Rect { y: top.bottom(), height: 1, ..area }, '─', Tone::Rule);
    }
    kin::below(canvas, Rect { y: top.bottom() + rule, height: below, ..area }, app);
}

/// The picture alone, for a page: as wide as asked for and as high as it needs to be.
pub fn alone(canvas: &mut Canvas<'_>, area: Rect, state: &TimelineState) {
    picture::draw(canvas, area, state);
}

/// Rows that the picture of so many columns takes.
pub fn height(state: &TimelineState, width: u16) -> u16 {
    picture::height(state, width)
}

/// Right of the tabs: how many models, and how they are arranged.
pub fn loaded(app: &App) -> Vec<String> {
    let (state, language) = (&app.timeline, app.shell.language);
    let shown = if state.is_ready() { state.shown().len() } else { app.catalogue.catalog().len() };
    let arranged = match state.only() {
        Some(only) => Word::OnlyThis.fill(language, &[&language.pick(only.en, only.zh)]),
        None => Word::LanesBy.fill(language, &[&pick(&state.lanes.text(), language)]),
    };
    vec![Word::ModelCount.fill(language, &[&shown]), arranged]
}

/// Right of the prompt: how to read the lines.
pub fn status(app: &App) -> Status {
    Status { bar: None, pieces: legend(app.shell.language) }
}

/// What the two kinds of line mean.
pub fn legend(language: crate::app::Language) -> Vec<(String, Tone)> {
    vec![
        ("─ ".to_owned(), Tone::Text),
        (Word::BuiltOn.text(language).to_owned(), Tone::Dim),
        ("   ┄ ".to_owned(), Tone::Text),
        (Word::TakesPart.text(language).to_owned(), Tone::Dim),
    ]
}
