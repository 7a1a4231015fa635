//! Names of rows and columns: in the gutter, on the staircase, stacked, or as every 4th index.

use super::{Heatmap, Labels, Layout};
use crate::ui::{Canvas, Tone, text};
use ratatui::{layout::Rect, style::Style};
use unicode_segmentation::UnicodeSegmentation;

/// Between two written indices, in cells.
const EVERY: usize = 4;

impl Heatmap<'_> {
    pub(super) fn draw_labels(&self, canvas: &mut Canvas<'_>, area: Rect, layout: &Layout) {
        if layout.labels == Labels::None {
            return;
        }
        self.draw_gutter(canvas, area, layout);
        match layout.labels {
            Labels::Stair => self.draw_stair(canvas, area, layout),
            Labels::Stacked => self.draw_stacked(canvas, area, layout),
            _ => self.draw_indices(canvas, area, layout),
        }
    }

    /// The style of a label: the accent at the cursor, else one of two greys so that the eye keeps its row.
    fn label_style(canvas: &Canvas<'_>, index: usize, cursor: bool) -> Style {
        match (cursor, index % 2) {
            (true, _) => canvas.theme.cursor_label(),
            (false, 0) => canvas.theme.style(Tone::Label),
            (false, _) => canvas.theme.style(Tone::LabelDim),
        }
    }

    /// Row labels, right-aligned, `▸` after that of the cursor.
    fn draw_gutter(&self, canvas: &mut Canvas<'_>, area: Rect, layout: &Layout) {
        let x = layout.cells.x.saturating_sub(layout.label_width + 2);
        let here = self.cursor.and_then(|(row, col)| layout.place(row, col)).map(|place| place.0);
        for place in 0..layout.count.0 {
            let row = layout.first.0 + place * layout.step.0;
            let at_cursor = here == Some(place);
            let Some(label) = self.gutter_label(layout, place, at_cursor) else { continue };
            let (_, y) = layout.corner(place, 0);
            let style = Self::label_style(canvas, row, at_cursor);
            let label = text::right(&label, usize::from(layout.label_width));
            canvas.put(area, x, y, &label, style);
            if at_cursor {
                canvas.put(area, x + layout.label_width, y, "▸", style);
            }
        }
    }

    /// The label of a row; where two or more rows share a line of the screen, every 4th index and the cursor's row.
    fn gutter_label(&self, layout: &Layout, place: usize, at_cursor: bool) -> Option<String> {
        let row = layout.first.0 + place * layout.step.0;
        let name = |row: usize| self.row_labels.get(row).cloned();
        if !layout.is_pixels() {
            return name(row).or_else(|| (row.is_multiple_of(EVERY) || at_cursor).then(|| row.to_string()));
        }
        if at_cursor {
            let (row, _) = self.cursor?;
            return name(row).or_else(|| Some(row.to_string()));
        }
        // The line of the cursor has its own label.
        let cursor_line = self.cursor.and_then(|(row, col)| layout.place(row, col)).map(|(place, _)| place / 2);
        (place.is_multiple_of(EVERY) && cursor_line != Some(place / 2)).then(|| row.to_string())
    }

    /// Labels right of the diagonal: each names its row and its column at once and costs no room.
    fn draw_stair(&self, canvas: &mut Canvas<'_>, area: Rect, layout: &Layout) {
        let cursor_col = self.cursor.map(|(_, col)| col);
        for place in 0..layout.count.0 {
            let index = layout.first.0 + place;
            let (Some(label), Some(col)) = (self.row_labels.get(index), index.checked_sub(layout.first.1)) else {
                continue;
            };
            let (x, y) = layout.corner(place, col + 1);
            let at_cursor = cursor_col == Some(index);
            let style = Self::label_style(canvas, index, at_cursor);
            let after = canvas.put(area, x, y, if at_cursor { "◂" } else { " " }, style);
            let after = canvas.put(area, after, y, label, style);
            if after < layout.cells.right() {
                canvas.put(area, after, y, " ", Style::new());
            }
        }
    }

    /// Upright labels over the columns, standing on the map.
    fn draw_stacked(&self, canvas: &mut Canvas<'_>, area: Rect, layout: &Layout) {
        let rows = usize::from(self.stack_rows());
        let cursor_col = self.cursor.map(|(_, col)| col);
        for place in 0..layout.count.1 {
            let col = layout.first.1 + place;
            let Some(label) = self.col_labels.get(col) else { continue };
            let style = Self::label_style(canvas, col, cursor_col == Some(col));
            let letters = stacked(label, rows);
            let top = layout.cells.y - letters.len() as u16;
            for (line, letter) in letters.iter().enumerate() {
                let inset = (layout.cell.0.saturating_sub(text::width(letter) as u16)) / 2;
                canvas.put(area, layout.corner(0, place).0 + inset, top + line as u16, letter, style);
            }
        }
    }

    /// Every 4th index, and `▾` over the cursor's column.
    fn draw_indices(&self, canvas: &mut Canvas<'_>, area: Rect, layout: &Layout) {
        let y = layout.cells.y.saturating_sub(1);
        let cursor = self.cursor.and_then(|(row, col)| layout.place(row, col)).map(|(_, col)| layout.corner(0, col).0);
        let room = |x: u16, label: &str| {
            let end = x + text::width(label) as u16;
            end <= layout.cells.right() && !cursor.is_some_and(|cursor| (x..=end).contains(&cursor))
        };
        for place in (0..layout.count.1).step_by(EVERY) {
            let label = (layout.first.1 + place * layout.step.1).to_string();
            let (x, _) = layout.corner(0, place);
            if room(x, &label) {
                canvas.say(area, x, y, &label, Tone::Faint);
            }
        }
        if let Some(x) = cursor {
            canvas.put(area, x, y, "▾", canvas.theme.cursor_label());
        }
    }
}

/// The letters of an upright label, `…` as the last where it is too long.
fn stacked(label: &str, rows: usize) -> Vec<&str> {
    let letters: Vec<&str> = label.graphemes(true).filter(|letter| text::width(letter) > 0).collect();
    if letters.len() <= rows {
        return letters;
    }
    let mut cut = letters[..rows.saturating_sub(1)].to_vec();
    cut.push("…");
    cut
}
