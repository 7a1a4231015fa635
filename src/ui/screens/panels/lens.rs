//! What each layer would predict, as a table of layers and positions, the last layer on top.

use super::super::shown::numbered;
use super::{found, titled};
use crate::app::panel::LensPanel;
use crate::app::{App, Word};
use crate::explore::{Lens, LensRow, Pass};
use crate::tape::Kind;
use crate::ui::frame::Body;
use crate::ui::hits::Grid;
use crate::ui::widgets::{bar, scroll};
use crate::ui::{Canvas, Tone, number, text};
use ratatui::layout::Rect;
use ratatui::style::Modifier;

/// Columns of the names of layers.
const NAMES: u16 = 9;
/// Columns of a cell: a token, its probability, and a gap.
const CELL: u16 = 12;
/// Rows below the table.
const BELOW: u16 = 3;

/// The table with its place on the screen.
struct Table<'a> {
    lens: &'a Lens,
    app: &'a App,
    labels: Vec<String>,
    area: Rect,
    /// The first row from above and the first position shown, and how many.
    first: (usize, usize),
    shown: (usize, usize),
    cursor: (usize, usize),
}

/// Draws the table and, below, the cell under the cursor.
pub fn draw(canvas: &mut Canvas<'_>, body: Body, app: &App, pass: &Pass, panel: &LensPanel) {
    let language = canvas.language;
    let area = titled(canvas, body, Word::LensTitle, Word::LensHint.text(language));
    let Some(lens) = found(canvas, area, &panel.found) else { return };
    let labels = pass.labels(Kind::Token, lens.positions(), lens.stream);
    let labels: Vec<String> = labels.iter().map(|token| token.label.clone()).collect();
    let rows = lens.rows.len();
    let room = usize::from(area.height.saturating_sub(BELOW + 1)).min(rows);
    let across = usize::from(area.width.saturating_sub(NAMES) / CELL).min(labels.len());
    let cursor = (panel.row(), app.cursor.query.min(lens.positions().saturating_sub(1)));
    let first = (scroll::window(rows - 1 - cursor.0, rows, room), scroll::window(cursor.1, labels.len(), across));
    let table = Table { lens, app, labels, area, first, shown: (room, across), cursor };
    table.draw(canvas);
    let below = Rect { y: area.y + 2 + room as u16, ..area };
    let below = Rect { height: area.bottom().saturating_sub(below.y), ..below };
    table.draw_cell_words(canvas, below);
}

impl Table<'_> {
    /// The row of the table that stands so far from above.
    fn row(&self, from_above: usize) -> usize {
        self.lens.rows.len() - 1 - from_above
    }

    fn name(&self, row: &LensRow) -> String {
        let language = self.app.shell.language;
        row.layer.map_or_else(
            || Word::EmbeddingsRow.text(language).to_owned(),
            |layer| Word::LayerRow.fill(language, &[&layer]),
        )
    }

    fn draw(&self, canvas: &mut Canvas<'_>) {
        let head = Rect { height: 1, ..self.area };
        let positions = self.first.1..self.first.1 + self.shown.1;
        for (column, position) in positions.clone().enumerate() {
            let x = self.area.x + NAMES + column as u16 * CELL;
            let style = if position == self.cursor.1 { canvas.theme.cursor_label() } else { canvas.theme.style(Tone::Label) };
            canvas.put(head, x, head.y, &text::fit(&numbered(&self.labels, position), usize::from(CELL - 1)), style);
        }
        for line in 0..self.shown.0 {
            let row = self.row(self.first.0 + line);
            let y = self.area.y + 1 + line as u16;
            let style = if row == self.cursor.0 { canvas.theme.cursor_label() } else { canvas.theme.style(Tone::Dim) };
            let place = Rect { y, height: 1, ..self.area };
            canvas.put(place, place.x, y, &text::fit(&self.name(&self.lens.rows[row]), usize::from(NAMES - 1)), style);
            for (column, position) in positions.clone().enumerate() {
                let x = self.area.x + NAMES + column as u16 * CELL;
                self.draw_cell(canvas, Rect { x, y, width: CELL - 1, height: 1 }, (row, position));
            }
        }
        let cells = Rect {
            x: self.area.x + NAMES,
            y: self.area.y + 1,
            width: self.shown.1 as u16 * CELL,
            height: self.shown.0 as u16,
        };
        let size = (self.lens.rows.len(), self.labels.len());
        canvas.hits.push_grid(cells, Grid { map: 0, first: self.first, cell: (CELL, 1), step: (1, 1), size });
    }

    fn draw_cell(&self, canvas: &mut Canvas<'_>, place: Rect, (row, position): (usize, usize)) {
        let Some(cell) = self.lens.rows[row].cells.get(position) else { return };
        let label = self.app.subject.as_ref().map_or_else(String::new, |subject| subject.label(cell.id));
        let chosen = (row, position) == self.cursor;
        let style = canvas.theme.on_weight(cell.probability);
        let style = if chosen { canvas.theme.cursor_on(style).add_modifier(Modifier::UNDERLINED) } else { style };
        let number = number::short_weight(cell.probability);
        let wide = usize::from(place.width);
        let label = text::left(&text::fit(&label, wide - 4), wide - 4);
        canvas.put(place, place.x, place.y, &format!("{label} {}", text::right(&number, 3)), style);
        if chosen {
            canvas.put(place, place.x.saturating_sub(1), place.y, "▸", canvas.theme.cursor_label());
            let before = Rect { x: place.x.saturating_sub(1), width: 1, ..place };
            canvas.put(before, before.x, before.y, "▸", canvas.theme.cursor_label());
            canvas.hits.set_cursor(before.x, before.y);
        }
    }

    /// What is predicted at the cursor, and how far the model's own word has come there.
    fn draw_cell_words(&self, canvas: &mut Canvas<'_>, area: Rect) {
        let language = canvas.language;
        let (row, position) = self.cursor;
        let (Some(subject), Some(last)) = (&self.app.subject, self.lens.rows.last()) else { return };
        let Some((cell, own)) = self.lens.rows[row].cells.get(position).zip(last.cells.get(position)) else { return };
        let name = self.name(&self.lens.rows[row]);
        let pieces = [
            (format!("{name}, {}", numbered(&self.labels, position)), Tone::Accent),
            (format!("  {} ", Word::PredictsHere.text(language)), Tone::Dim),
            (subject.label(cell.id), Tone::Title),
            (format!(" {}", number::weight(cell.probability)), Tone::Text),
        ];
        let pieces: Vec<(&str, Tone)> = pieces.iter().map(|(words, tone)| (words.as_str(), *tone)).collect();
        canvas.say_all(area, area.x, area.y, &pieces);
        let probability = number::weight(cell.last.probability);
        let words = Word::FinalWord.fill(language, &[&subject.label(own.id), &probability, &cell.last.rank]);
        let x = canvas.say(area, area.x, area.y + 1, &words, Tone::Dim);
        if x + 14 < area.right() {
            bar(canvas, Rect { x: x + 2, y: area.y + 1, width: 12, height: 1 }, cell.last.probability, Tone::Text);
        }
    }
}
