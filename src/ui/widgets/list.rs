//! Lists: ranked candidates, tables of figures, entries with bars.

use super::{bar::bar, scroll};
use crate::{
    app::Target,
    ui::{Canvas, Tone, text},
};
use ratatui::layout::Rect;

/// On which side of its column a text stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Align {
    /// Words.
    #[default]
    Left,
    /// Figures.
    Right,
}

/// What one column of a row shows.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell {
    /// A text in a tone.
    Text(String, Tone),
    /// A bar from 0 to 1 in a tone.
    Bar(f32, Tone),
    /// Nothing.
    Empty,
}

impl Cell {
    /// A text as it is read.
    pub fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into(), Tone::Text)
    }

    /// A text in grey.
    pub fn dim(text: impl Into<String>) -> Self {
        Self::Text(text.into(), Tone::Dim)
    }
}

/// One row of a list.
#[derive(Clone, Debug, PartialEq)]
pub enum Row {
    /// An entry that can be chosen.
    Entry(Vec<Cell>),
    /// A group's title.
    Heading(String),
    /// A line across with words at its end: where a cut falls.
    Cut(String),
}

/// A list with columns.
#[derive(Clone, Copy, Debug)]
pub struct List<'a> {
    /// Width and side of each column; one blank stands between two.
    pub columns: &'a [(u16, Align)],
    /// The rows.
    pub rows: &'a [Row],
    /// The row that has the cursor.
    pub selected: Option<usize>,
    /// Which list of the screen this is, for the mouse.
    pub list: u8,
}

impl List<'_> {
    /// Draws the rows around the selected one; the first column of the area is for the focus bar. Returns the first
    /// row shown.
    pub fn draw(&self, canvas: &mut Canvas<'_>, area: Rect) -> usize {
        let area = area.intersection(canvas.buffer.area);
        let shown = usize::from(area.height);
        let first = scroll::window(self.selected.unwrap_or(0), self.rows.len(), shown);
        for (line, (index, row)) in self.rows.iter().enumerate().skip(first).take(shown).enumerate() {
            let place = Rect { y: area.y + line as u16, height: 1, ..area };
            match row {
                Row::Entry(cells) => self.draw_entry(canvas, place, index, cells),
                Row::Heading(title) => {
                    canvas.say(place, place.x + 1, place.y, title, Tone::Title);
                }
                Row::Cut(words) => draw_cut(canvas, place, words),
            }
        }
        first
    }

    fn draw_entry(&self, canvas: &mut Canvas<'_>, place: Rect, index: usize, cells: &[Cell]) {
        let selected = self.selected == Some(index);
        let mut x = place.x + 1;
        for (cell, &(width, align)) in cells.iter().zip(self.columns) {
            let room = Rect { x: x.min(place.right()), width: width.min(place.right().saturating_sub(x)), ..place };
            draw_cell(canvas, room, cell, align, selected);
            x = x.saturating_add(width + 1);
        }
        if selected {
            canvas.select(place);
            canvas.put(place, place.x, place.y, "▌", canvas.theme.cursor_label());
            canvas.hits.set_cursor(place.x, place.y);
        }
        canvas.hits.push(place, Target::Row { list: self.list, row: index });
    }
}

fn draw_cell(canvas: &mut Canvas<'_>, room: Rect, cell: &Cell, align: Align, selected: bool) {
    match cell {
        Cell::Text(words, tone) => {
            let words = match align {
                Align::Left => text::fit(words, usize::from(room.width)),
                Align::Right => text::right(words, usize::from(room.width)),
            };
            // The row under the cursor is read, whatever it is otherwise.
            let tone = if selected && *tone == Tone::Text { Tone::Focused } else { *tone };
            canvas.say(room, room.x, room.y, &words, tone);
        }
        Cell::Bar(fraction, tone) => bar(canvas, room, *fraction, if selected { Tone::Accent } else { *tone }),
        Cell::Empty => {}
    }
}

fn draw_cut(canvas: &mut Canvas<'_>, place: Rect, words: &str) {
    let width = text::width(words) as u16;
    let line = place.width.saturating_sub(width + 2);
    let x = place.x + 1;
    canvas.line(Rect { x, width: line, ..place }, '╌', Tone::Warm);
    canvas.say(place, x + line + 1, place.y, words, Tone::Warm);
}
