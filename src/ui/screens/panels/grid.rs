//! A table of layers and positions whose cells hold words or numbers on a ground that tells their size.

use crate::ui::hits::Grid;
use crate::ui::widgets::scroll;
use crate::ui::{Canvas, Tone, text};
use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};

/// Columns of the names of the rows.
pub const NAMES: u16 = 9;

/// What stands at a row and a column, and how it looks; `None` where there is nothing.
pub type CellWords<'a> = dyn Fn(&Canvas<'_>, usize, usize) -> Option<(String, Style)> + 'a;

/// The table; it scrolls both ways so that the cursor is seen.
pub struct Table<'a> {
    /// The names of the rows, the uppermost first.
    pub rows: &'a [String],
    /// The heads of the columns.
    pub heads: &'a [String],
    /// Columns of a cell, its gap included.
    pub width: u16,
    /// Row, counted from above, and column.
    pub cursor: (usize, usize),
    /// What stands in a cell, and how it looks; `None` where there is none.
    pub cell: &'a CellWords<'a>,
}

impl Table<'_> {
    /// How many columns of the screen the whole table takes.
    pub fn whole(columns: usize, width: u16) -> usize {
        usize::from(NAMES) + columns * usize::from(width)
    }

    /// Draws it; returns the rows of the screen that were used.
    pub fn draw(&self, canvas: &mut Canvas<'_>, area: Rect) -> u16 {
        let down = usize::from(area.height.saturating_sub(1)).min(self.rows.len());
        let across = usize::from(area.width.saturating_sub(NAMES) / self.width).min(self.heads.len());
        let first = (
            scroll::window(self.cursor.0, self.rows.len(), down),
            scroll::window(self.cursor.1, self.heads.len(), across),
        );
        let inner = usize::from(self.width - 1);
        for column in 0..across {
            let at = first.1 + column;
            let style = label(canvas, at == self.cursor.1);
            let x = area.x + NAMES + column as u16 * self.width;
            canvas.put(area, x, area.y, &text::fit(&self.heads[at], inner), style);
        }
        for line in 0..down {
            let row = first.0 + line;
            let y = area.y + 1 + line as u16;
            let style = label(canvas, row == self.cursor.0);
            canvas.put(area, area.x, y, &text::fit(&self.rows[row], usize::from(NAMES - 1)), style);
            for column in 0..across {
                let x = area.x + NAMES + column as u16 * self.width;
                self.draw_cell(canvas, Rect { x, y, width: self.width - 1, height: 1 }, (row, first.1 + column));
            }
        }
        let cells = Rect { x: area.x + NAMES, y: area.y + 1, width: across as u16 * self.width, height: down as u16 };
        let size = (self.rows.len(), self.heads.len());
        canvas.hits.push_grid(cells, Grid { map: 0, first, cell: (self.width, 1), step: (1, 1), size });
        if across < self.heads.len() {
            let more = format!("{}–{} / {}", first.1, first.1 + across - 1, self.heads.len());
            if usize::from(area.right().saturating_sub(cells.right())) > text::width(&more) {
                canvas.say_right(area, area.y, &more, Tone::Faint);
            }
        }
        down as u16 + 1
    }

    fn draw_cell(&self, canvas: &mut Canvas<'_>, place: Rect, (row, column): (usize, usize)) {
        let Some((words, style)) = (self.cell)(canvas, row, column) else { return };
        let chosen = (row, column) == self.cursor;
        let style = if chosen { canvas.theme.cursor_on(style).add_modifier(Modifier::UNDERLINED) } else { style };
        canvas.put(place, place.x, place.y, &words, style);
        if chosen {
            let before = Rect { x: place.x - 1, width: 1, ..place };
            canvas.put(before, before.x, before.y, "▸", canvas.theme.cursor_label());
            canvas.hits.set_cursor(before.x, before.y);
        }
    }
}

fn label(canvas: &Canvas<'_>, chosen: bool) -> Style {
    if chosen { canvas.theme.cursor_label() } else { canvas.theme.style(Tone::Dim) }
}
