//! The cells of a map, and the cursor upon them.

use super::{Heatmap, Labels, Layout, Zoom};
use crate::ui::{
    Canvas, Tone, number,
    theme::{Paint, Theme},
    widgets::{Scale, reason},
};
use ratatui::style::Style;

/// Below this a number is not written into its cell: the colour says enough, and the eye finds the others.
const WRITTEN_FROM: f32 = 0.045;

/// The glyph of a hidden cell.
pub fn hidden_paint(theme: &Theme, glyph: char) -> Paint {
    let tone = if glyph == reason::FUTURE { Tone::Future } else { Tone::Hidden };
    Paint { glyph, style: theme.style(tone) }
}

impl Heatmap<'_> {
    pub(super) fn draw_cells(&self, canvas: &mut Canvas<'_>, layout: &Layout) {
        if layout.is_pixels() {
            return self.draw_pixels(canvas, layout);
        }
        for row in 0..layout.count.0 {
            for col in 0..layout.count.1 {
                self.draw_cell(canvas, layout, row, col);
            }
        }
    }

    fn draw_cell(&self, canvas: &mut Canvas<'_>, layout: &Layout, row: usize, col: usize) {
        let at = (layout.first.0 + row, layout.first.1 + col);
        let (x, y) = layout.corner(row, col);
        let hidden = (self.hidden)(at.0, at.1);
        let value = self.scale.place((self.value)(at.0, at.1));
        let paint = match hidden {
            Some(glyph) => hidden_paint(canvas.theme, glyph),
            None => self.paint(canvas.theme, value),
        };
        for dy in 0..layout.cell.1 {
            for dx in 0..layout.cell.0 {
                // A dot in every column would be denser than the shade above it.
                let dot = paint.glyph == '·' && dx + 1 < layout.cell.0;
                let paint = if dot { Paint { glyph: ' ', ..paint } } else { paint };
                canvas.set(layout.cells, x + dx, y + dy, paint);
            }
        }
        if layout.zoom == Zoom::Numbers && hidden.is_none() && value.abs() >= WRITTEN_FROM {
            let style = self.ink(canvas.theme, value);
            canvas.put(layout.cells, x, y, &self.written((self.value)(at.0, at.1)), style);
        }
    }

    fn paint(&self, theme: &Theme, place: f32) -> Paint {
        match self.scale {
            Scale::Weights(_) => theme.weight(place),
            Scale::Signed(_) => theme.signed(place),
        }
    }

    fn ink(&self, theme: &Theme, place: f32) -> Style {
        match self.scale {
            Scale::Weights(_) => theme.on_weight(place),
            Scale::Signed(_) => theme.on_signed(place),
        }
    }

    /// A number in the four columns of a cell.
    fn written(&self, value: f32) -> String {
        match self.scale {
            Scale::Weights(end) if end <= 1.0 => format!(" {}", number::short_weight(value)),
            _ if value.abs() < 10.0 => format!("{value:4.1}"),
            _ => format!("{value:4.0}"),
        }
    }

    fn draw_pixels(&self, canvas: &mut Canvas<'_>, layout: &Layout) {
        for line in 0..layout.cells.height {
            for col in 0..layout.count.1 {
                let (top, bottom) = (usize::from(line) * 2, usize::from(line) * 2 + 1);
                let value = |row: usize| {
                    let inside = row < layout.count.0;
                    inside.then(|| self.pooled(layout, row, col)).flatten().map(|value| self.scale.place(value))
                };
                let (upper, lower) = (value(top), value(bottom));
                let paint = match (upper, lower) {
                    (None, None) => self.hidden_pixel(canvas.theme, layout, top, col),
                    _ if self.scale_is_signed() => canvas.theme.signed_pair(upper, lower),
                    _ => canvas.theme.weight_pair(upper, lower),
                };
                canvas.set(layout.cells, layout.cells.x + col as u16, layout.cells.y + line, paint);
            }
        }
    }

    fn scale_is_signed(&self) -> bool {
        matches!(self.scale, Scale::Signed(_))
    }

    /// What stands where both halves are hidden: the reason's glyph, or the ground in small maps.
    fn hidden_pixel(&self, theme: &Theme, layout: &Layout, row: usize, col: usize) -> Paint {
        let at = (layout.first.0 + row * layout.step.0, layout.first.1 + col * layout.step.1);
        let glyph = (self.hidden)(at.0.min(self.size.0.saturating_sub(1)), at.1);
        match glyph.filter(|_| !self.blank_hidden) {
            Some(glyph) => hidden_paint(theme, glyph),
            None => Paint { glyph: ' ', style: Style::new() },
        }
    }

    /// `[ ]` around the cell, `◆` where it is one column wide; the terminal's own cursor goes there too.
    pub(super) fn draw_cursor(&self, canvas: &mut Canvas<'_>, layout: &Layout) {
        let Some((row, col)) = self.cursor.filter(|_| self.labels != Labels::None) else { return };
        let Some(place) = layout.place(row, col) else { return };
        let (x, y) = layout.corner(place.0, place.1);
        canvas.hits.set_cursor(x, y);
        let hidden = (self.hidden)(row, col).is_some();
        let value = self.scale.place((self.value)(row, col));
        let cell = if hidden { canvas.theme.cursor_label() } else { self.ink(canvas.theme, value) };
        let style = canvas.theme.cursor_on(cell);
        if layout.is_pixels() {
            canvas.put(layout.cells, x, y, "◆", style);
            return;
        }
        let inner = usize::from(layout.cell.0).saturating_sub(2);
        let number = self.cursor_number(layout, row, col, hidden);
        let first =
            number.map_or_else(|| format!("[{}]", " ".repeat(inner)), |number| format!("[{}", number.trim_start()));
        canvas.put(layout.cells, x, y, &first, style);
        if layout.cell.1 > 1 {
            canvas.put(layout.cells, x, y + 1, &format!("[{}]", " ".repeat(inner)), style);
        }
    }

    /// The number in the cursor's cell, where it leaves a column for the bracket.
    fn cursor_number(&self, layout: &Layout, row: usize, col: usize, hidden: bool) -> Option<String> {
        let wide = layout.zoom == Zoom::Numbers && !hidden;
        wide.then(|| self.written((self.value)(row, col))).filter(|number| number.trim_start().chars().count() < 4)
    }
}
