//! Bars of amounts.

use crate::ui::{Canvas, Tone};
use ratatui::layout::Rect;

/// Half cells that a fraction fills: something above one in two hundred always shows.
fn halves(fraction: f32, columns: u16) -> u16 {
    let all = f32::from(columns) * 2.0;
    let halves = (fraction.clamp(0.0, 1.0) * all).round() as u16;
    if fraction >= 0.005 { halves.max(1) } else { halves }
}

/// A bar from 0 to 1 in half cells, `━━━╸────`, in one row.
pub fn bar(canvas: &mut Canvas<'_>, area: Rect, fraction: f32, tone: Tone) {
    let halves = if fraction.is_nan() { 0 } else { halves(fraction, area.width) };
    let (full, half) = (halves / 2, halves % 2);
    // Without colours the line behind would be read as a part of the bar.
    let rest = if canvas.theme.is_mono() { " " } else { "─" };
    for column in 0..area.width {
        let (glyph, tone) = match column {
            c if c < full => ("━", tone),
            c if c == full && half == 1 => ("╸", tone),
            _ => (rest, Tone::Rule),
        };
        canvas.say(area, area.x + column, area.y, glyph, tone);
    }
}

/// A scale with a knob on it: `━━━●──────`.
pub fn slider(canvas: &mut Canvas<'_>, area: Rect, fraction: f32) {
    let last = area.width.saturating_sub(1);
    let knob = (fraction.clamp(0.0, 1.0) * f32::from(last)).round() as u16;
    for column in 0..area.width {
        let (glyph, tone) = match column {
            c if c < knob => ("━", Tone::Dim),
            c if c == knob => ("●", Tone::Accent),
            _ => ("─", Tone::Rule),
        };
        canvas.say(area, area.x + column, area.y, glyph, tone);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_in_half_cells() {
        let filled = [1.0, 0.62, 0.3, 0.02, 0.004, 0.0, 7.0, -1.0].map(|fraction| halves(fraction, 12));
        assert_eq!(filled, [24, 15, 7, 1, 0, 0, 24, 0]);
    }
}
