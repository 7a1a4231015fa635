//! What a screen shows on a page of its own, without tabs and keys, as long as it needs to be.

use ratatui::layout::Rect;

use super::{card, fact_table, timeline};
use crate::app::{App, Word};
use crate::ui::frame::Body;
use crate::ui::{Canvas, Tone};

/// What is on the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sheet {
    /// The card of the opened entry.
    Card,
    /// The facts of the marked entries.
    Facts,
    /// The timeline.
    Timeline,
}

/// Draws it at the top of an area that is long enough; returns how many rows it took, with a margin.
pub fn draw(canvas: &mut Canvas<'_>, area: Rect, app: &App, sheet: Sheet) -> u16 {
    let inner = Rect { x: area.x + 2, y: area.y + 1, width: area.width - 4, height: area.height - 1 };
    let body = Body { area: inner, compact: false };
    match sheet {
        Sheet::Card => card::draw(canvas, body, app),
        Sheet::Facts => fact_table::draw(canvas, body, app),
        Sheet::Timeline => picture(canvas, inner, app),
    }
    used(canvas, area) + 1
}

fn picture(canvas: &mut Canvas<'_>, area: Rect, app: &App) {
    let language = canvas.language;
    let height = timeline::height(&app.timeline, area.width).min(area.height.saturating_sub(5));
    canvas.say(area, area.x, area.y, Word::Timeline.text(language), Tone::Title);
    timeline::alone(canvas, Rect { y: area.y + 2, height, ..area }, &app.timeline);
    let mut x = area.x;
    let y = area.y + 3 + height;
    for (words, tone) in timeline::legend(language) {
        x = canvas.say(area, x, y, &words, tone);
    }
    canvas.say(area, x + 3, y, Word::SizeLegend.text(language), Tone::Dim);
}

/// The rows down to the last that is written on.
fn used(canvas: &Canvas<'_>, area: Rect) -> u16 {
    let written = |y: &u16| (area.x..area.right()).any(|x| !canvas.buffer[(x, *y)].symbol().trim().is_empty());
    (area.y..area.bottom()).rev().find(written).map_or(0, |y| y - area.y + 1)
}
