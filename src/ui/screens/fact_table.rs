//! The facts of the marked models side by side.

use ratatui::layout::Rect;

use super::catalogue::pick;
use crate::app::{App, Word};
use crate::catalog::Entry;
use crate::catalog::compare::{Row, compare};
use crate::ui::frame::Body;
use crate::ui::{Canvas, Tone, text};

/// Columns of the names of fields.
const NAMES: u16 = 15;

/// Draws the screen.
pub fn draw(canvas: &mut Canvas<'_>, body: Body, app: &App) {
    let state = &app.catalogue;
    let entries: Vec<&Entry> = state.marked.iter().filter_map(|id| state.catalog().entry(id).ok()).collect();
    if entries.is_empty() {
        return;
    }
    let area = body.area;
    let width = (area.width.saturating_sub(NAMES + 2) / entries.len() as u16).saturating_sub(2);
    let column = |at: usize| area.x + NAMES + 2 + at as u16 * (width + 2);
    for (at, entry) in entries.iter().enumerate() {
        canvas.say(area, column(at), area.y, &text::fit(&entry.head.name, width.into()), Tone::Focused);
    }
    let rows = compare(&entries);
    let lines: Vec<Vec<Piece>> = rows.iter().flat_map(|row| lines(row, width, canvas)).collect();
    let room = Rect { y: area.y + 1, height: area.height - 1, ..area };
    let height = usize::from(room.height);
    let first = app.scroll.min(lines.len().saturating_sub(height));
    let more = first + height < lines.len();
    let shown = if more { height - 1 } else { height };
    for (y, pieces) in lines.iter().skip(first).take(shown).enumerate() {
        for (at, words, tone) in pieces {
            let x = at.map_or(area.x, column);
            canvas.say(room, x, room.y + y as u16, words, *tone);
        }
    }
    if more {
        let words = Word::LinesBelow.fill(canvas.language, &[&(lines.len() - first - shown)]);
        canvas.say(room, room.x, room.bottom() - 1, &words, Tone::Accent);
    }
    canvas.hits.set_scroll_limit(lines.len().saturating_sub(height));
}

/// A text in the column of an entry, or in that of the names.
type Piece = (Option<usize>, String, Tone);

/// The lines of one row: what differs stands out, by its mark and by its tone.
fn lines(row: &Row, width: u16, canvas: &Canvas<'_>) -> Vec<Vec<Piece>> {
    let language = canvas.language;
    let (mark, tone) = if row.same { ("=", Tone::Dim) } else { ("≠", Tone::Text) };
    let status = |id: &str| crate::catalog::words::find(crate::catalog::words::STATUSES, id);
    let cells: Vec<Vec<String>> = row
        .cells
        .iter()
        .map(|cell| {
            let status = cell.status.and_then(status).map(|word| format!(" [{}]", language.pick(word.en, word.zh)));
            let words = pick(&cell.text, language) + &status.unwrap_or_default();
            text::wrap(&words, usize::from(width.max(1)))
        })
        .collect();
    let height = cells.iter().map(Vec::len).max().unwrap_or(1);
    let mut lines: Vec<Vec<Piece>> = vec![Vec::new(); height + 1];
    let name = text::fit(&format!("{mark} {}", pick(&row.title, language)), NAMES.into());
    lines[0].push((None, name, if row.same { Tone::Dim } else { Tone::Warm }));
    for (at, cell) in cells.into_iter().enumerate() {
        for (y, words) in cell.into_iter().enumerate() {
            lines[y].push((Some(at), words, tone));
        }
    }
    lines
}
