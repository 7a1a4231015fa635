//! The model: what it is, how large, where its parameters are, what a pass costs, and how it is built.

mod drawing;
mod facts;
mod line;
#[cfg(test)]
mod tests;

use ratatui::layout::Rect;

use crate::app::explorer::parts::PARTS;
use crate::app::{App, Target, Word};
use crate::ui::frame::Body;
use crate::ui::{Canvas, Tone};
pub(super) use line::Line;

/// Columns of the drawing with its counts: at least, and at most.
const DRAWING: (u16, u16) = (54, 64);
/// Columns of the facts at most: figures far from their names are hard to read.
const FACTS: u16 = 84;
/// From here on both stand side by side.
const TWO_PANES: u16 = 114;

/// Draws the screen.
pub fn draw(canvas: &mut Canvas<'_>, body: Body, app: &App) {
    let Some(summary) = &app.summary else { return super::waiting(canvas, body, app) };
    let (area, language) = (body.area, app.shell.language);
    if area.width < TWO_PANES {
        let width = area.width.saturating_sub(2).min(FACTS);
        let mut lines = facts::lines(summary, language, width);
        lines.push(Line::new());
        lines.extend(drawing::lines(summary, language, width.min(DRAWING.1)));
        parted(canvas, Rect { x: area.x + 1, width, ..area }, &lines, app);
        canvas.hits.set_scroll_limit(lines.len().saturating_sub(usize::from(area.height)));
        return;
    }
    let left = (area.width * 13 / 24).min(FACTS);
    let right = (area.width - left - 3).min(DRAWING.1).max(DRAWING.0.min(area.width - left - 3));
    let facts = facts::lines(summary, language, left);
    let drawing = drawing::lines(summary, language, right);
    scrolled(canvas, Rect { width: left, ..area }, &facts, app.scroll);
    canvas.divider(area.x + left + 1, area);
    parted(canvas, Rect { x: area.x + left + 3, width: right, ..area }, &drawing, app);
    let longest = facts.len().max(drawing.len());
    canvas.hits.set_scroll_limit(longest.saturating_sub(usize::from(area.height)));
}

/// Lines of which some lead to the steps of a part; the chosen one is always seen.
fn parted(canvas: &mut Canvas<'_>, area: Rect, lines: &[Line], app: &App) {
    let chosen = app.part.and_then(|part| lines.iter().position(|line| line.part() == Some(part)));
    // The last row may say how many lines follow.
    let rows = usize::from(area.height).saturating_sub(1);
    let scroll = chosen.map_or(app.scroll, |line| app.scroll.clamp((line + 1).saturating_sub(rows), line));
    let first = scrolled(canvas, area, lines, scroll);
    for (row, line) in (0..area.height).zip(lines.iter().skip(first)) {
        let place = Rect { y: area.y + row, height: 1, ..area };
        if let Some(part) = line.part() {
            canvas.hits.push(place, Target::Row { list: PARTS, row: part });
            if app.part == Some(part) {
                canvas.select(place);
            }
        }
    }
}

/// The lines from the scrolled one on, but never less than a window full of them; returns which is the first.
pub(super) fn scrolled(canvas: &mut Canvas<'_>, area: Rect, lines: &[Line], scroll: usize) -> usize {
    let rows = usize::from(area.height);
    let first = scroll.min(lines.len().saturating_sub(rows));
    // What goes on below is said, or nobody would scroll.
    let more = first + rows < lines.len();
    let shown = if more { rows.saturating_sub(1) } else { rows };
    for (row, line) in lines.iter().skip(first).take(shown).enumerate() {
        line.draw(canvas, Rect { y: area.y + row as u16, height: 1, ..area });
    }
    if more {
        let words = Word::LinesBelow.fill(canvas.language, &[&(lines.len() - first - shown)]);
        canvas.say(area, area.x, area.y + shown as u16, &words, Tone::Accent);
    }
    first
}
