//! A value as a table of numbers.

use ratatui::layout::Rect;

use super::look::Seen;
use super::picture::{Screen, Shown};
use crate::ui::hits::Grid;
use crate::ui::screens::shown;
use crate::ui::widgets::scroll;
use crate::ui::{Canvas, Tone, text};

/// Columns of a number, with the blank before it.
const WIDTH: u16 = 8;
/// Columns of the row labels and the mark of the cursor.
const GUTTER: u16 = 7;

/// Draws rows and columns around the cursor; returns the column behind them.
pub fn draw(canvas: &mut Canvas<'_>, area: Rect, screen: &Screen<'_>, value: &Shown, seen: &Seen) -> u16 {
    let Some(numbers) = seen.numbers() else { return area.right() };
    let (_, rows, cols) = seen.size();
    let (row, col) = value.place(screen.app);
    let across = usize::from(area.width.saturating_sub(GUTTER) / WIDTH).min(cols);
    let down = usize::from(area.height.saturating_sub(1)).min(rows);
    let (first_row, first_col) = (scroll::window(row, rows, down), scroll::window(col, cols, across));
    let cells = Rect { x: area.x + GUTTER, y: area.y + 1, width: across as u16 * WIDTH, height: down as u16 };
    for place in 0..across {
        let index = first_col + place;
        let column = Rect { x: cells.x + place as u16 * WIDTH, width: WIDTH, ..area };
        let style = if index == col { canvas.theme.cursor_label() } else { canvas.theme.style(Tone::Faint) };
        canvas.put(column, column.x, area.y, &text::right(&index.to_string(), usize::from(WIDTH)), style);
    }
    for line in 0..down {
        let index = first_row + line;
        let y = cells.y + line as u16;
        draw_label(canvas, area, y, seen.rows.get(index).map_or("", String::as_str), index, index == row);
        for place in 0..across {
            let here = (index, first_col + place);
            let column = Rect { x: cells.x + place as u16 * WIDTH, width: WIDTH, ..area };
            let figure = text::right(&shown::short_figure(numbers[[0, here.0, here.1]]), usize::from(WIDTH));
            if here == (row, col) {
                let style = canvas.theme.chosen();
                canvas.put(column, column.x, y, &figure, style);
                canvas.hits.set_cursor(column.x, y);
            } else {
                canvas.say(column, column.x, y, &figure, if index == row { Tone::Text } else { Tone::Dim });
            }
        }
    }
    let grid =
        Grid { map: value.map(), first: (first_row, first_col), cell: (WIDTH, 1), step: (1, 1), size: (rows, cols) };
    canvas.hits.push_grid(cells, grid);
    cells.right()
}

fn draw_label(canvas: &mut Canvas<'_>, area: Rect, y: u16, label: &str, index: usize, chosen: bool) {
    let grey = if index.is_multiple_of(2) { Tone::Label } else { Tone::LabelDim };
    let style = if chosen { canvas.theme.cursor_label() } else { canvas.theme.style(grey) };
    canvas.put(area, area.x, y, &text::right(label, 6), style);
    if chosen {
        canvas.put(area, area.x + 6, y, "▸", style);
    }
}
