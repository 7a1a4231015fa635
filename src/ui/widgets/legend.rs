//! The legend of a ramp: what the colours mean, from where to where.

use super::{Reason, Scale, heatmap::hidden_paint};
use crate::{
    app::Word,
    ui::{Canvas, Tone, number, text, theme::Paint},
};
use ratatui::layout::Rect;

/// A legend; `title` says what is measured.
#[derive(Clone, Copy, Debug)]
pub struct Legend<'a> {
    /// What is measured.
    pub title: &'a str,
    /// The ramp and its range.
    pub scale: Scale,
}

impl Legend<'_> {
    /// Rows of an upright legend, its title included.
    pub const ROWS: u16 = 12;

    fn end(&self) -> f32 {
        let (Scale::Weights(end) | Scale::Signed(end)) = self.scale;
        end
    }

    /// Upright, largest value on top; two columns of colour and the numbers beside them. Returns the rows used.
    pub fn draw(&self, canvas: &mut Canvas<'_>, area: Rect) -> u16 {
        canvas.say(area, area.x, area.y, self.title, Tone::Dim);
        let (rows, labels): (u16, Vec<u16>) = match self.scale {
            Scale::Weights(_) => (11, vec![0, 2, 4, 6, 8, 10]),
            Scale::Signed(_) => (9, vec![0, 4, 8]),
        };
        let widest = match self.scale {
            Scale::Weights(end) => format!("{end:.1}").len(),
            Scale::Signed(end) => number::signed(end).len(),
        };
        for row in 0..rows {
            let y = area.y + 1 + row;
            let place = 1.0 - f32::from(row) / f32::from(rows - 1);
            let (paint, value) = match self.scale {
                Scale::Weights(end) => (canvas.theme.weight(place), format!("{:.1}", place * end)),
                Scale::Signed(end) => {
                    let place = place * 2.0 - 1.0;
                    let value = if row == rows / 2 { "0.0".into() } else { number::signed(place * end) };
                    (canvas.theme.signed(place), value)
                }
            };
            // As in a map, two dots would be denser than the shade above them.
            let first = if paint.glyph == '·' { Paint { glyph: ' ', ..paint } } else { paint };
            canvas.set(area, area.x, y, first);
            canvas.set(area, area.x + 1, y, paint);
            if labels.contains(&row) {
                canvas.say(area, area.x + 3, y, &text::right(&value, widest), Tone::Dim);
            }
        }
        (rows + 1).min(area.height)
    }

    /// Along one row: `weight  0 ▒▒▒▒▒▒ 1`. Returns the column after it.
    pub fn draw_along(&self, canvas: &mut Canvas<'_>, area: Rect, columns: u16) -> u16 {
        let (low, high) = match self.scale {
            Scale::Weights(end) => ("0".to_owned(), number::significant(end, 2)),
            Scale::Signed(end) => (number::signed(-end), number::signed(end)),
        };
        let high = high.trim_end_matches(".0").to_owned();
        let mut x = area.x;
        if !self.title.is_empty() {
            x = canvas.say(area, x, area.y, self.title, Tone::Dim) + 2;
        }
        x = canvas.say(area, x, area.y, &low, Tone::Dim) + 1;
        for column in 0..columns {
            let place = f32::from(column) / f32::from(columns.max(2) - 1);
            let paint = match self.scale {
                Scale::Weights(_) => canvas.theme.weight(place),
                Scale::Signed(_) => canvas.theme.signed(place * 2.0 - 1.0),
            };
            canvas.set(area, x + column, area.y, paint);
        }
        canvas.say(area, x + columns + 1, area.y, &high, Tone::Dim)
    }

    /// The range in a few characters: `±13.1`.
    pub fn range(&self) -> String {
        match self.scale {
            Scale::Weights(end) => format!("0–{}", number::significant(end, 2)),
            Scale::Signed(end) => format!("±{end:.1}"),
        }
    }

    /// Whether anything but zero is on the scale.
    pub fn is_flat(&self) -> bool {
        self.end() <= 0.0
    }
}

/// The reasons of a mask under each other, with how many cells each hides. Returns the rows used.
pub fn mask_legend(canvas: &mut Canvas<'_>, area: Rect, reasons: &[(&Reason, usize)], cells: usize) -> u16 {
    canvas.say(area, area.x, area.y, Word::Mask.text(canvas.language), Tone::Dim);
    if reasons.is_empty() {
        canvas.say(area, area.x, area.y + 1, Word::None.text(canvas.language), Tone::Text);
        return 2;
    }
    let mut y = area.y + 1;
    for (reason, count) in reasons {
        let paint = hidden_paint(canvas.theme, reason.glyph);
        canvas.set(area, area.x, y, paint);
        canvas.set(area, area.x + 1, y, paint);
        y += 1;
        for line in text::wrap(reason.text(canvas.language), area.width.into()) {
            canvas.say(area, area.x, y, &line, Tone::Text);
            y += 1;
        }
        canvas.say(area, area.x, y, &format!("{count}/{cells}"), Tone::Dim);
        y += 1;
    }
    y - area.y
}
