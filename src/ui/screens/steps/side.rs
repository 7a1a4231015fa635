//! How to read the colours, and what the row under the cursor comes to.

use ratatui::layout::Rect;

use super::look::{Look, Seen};
use super::picture::{Screen, Shown};
use crate::app::Word;
use crate::ui::screens::shown;
use crate::ui::widgets::legend::mask_legend;
use crate::ui::widgets::{Legend, Reason};
use crate::ui::{Canvas, Tone, number, text};

/// Draws the legend upright, right of the values.
pub fn draw(canvas: &mut Canvas<'_>, area: Rect, screen: &Screen<'_>, step: (usize, usize)) {
    let value = &screen.after;
    let (Some(seen), Some(extent)) = (&value.seen, value.extent) else { return };
    let language = canvas.language;
    let mut area = area;
    if is_coloured(screen, value) {
        let title = if extent.weights { Word::Weight } else { Word::Value }.text(language);
        let legend = Legend { title, scale: extent.scale(screen.app.steps.range) };
        area = below(area, legend.draw(canvas, area) + 1);
    }
    for line in words(canvas, screen, value, step) {
        let rows = canvas.say_wrapped(area, &line, Tone::Dim);
        area = below(area, rows);
    }
    if value.look() == Look::Maps {
        draw_mask(canvas, below(area, 1), seen, seen.slice(screen.app));
    } else if let Some((mean, deviation)) = moments(value, seen, screen) {
        draw_moments(canvas, below(area, 1), mean, deviation);
    }
}

/// Draws the legend along one row, for small windows.
pub fn draw_along(canvas: &mut Canvas<'_>, area: Rect, screen: &Screen<'_>, step: (usize, usize)) {
    let value = &screen.after;
    let (Some(_), Some(extent)) = (&value.seen, value.extent) else { return };
    let mut x = area.x;
    if is_coloured(screen, value) {
        let legend = Legend { title: "", scale: extent.scale(screen.app.steps.range) };
        x = legend.draw_along(canvas, area, 9) + 2;
    }
    for line in words(canvas, screen, value, step) {
        if usize::from(x) + text::width(&line) > usize::from(area.right()) {
            return;
        }
        x = canvas.say(area, x, area.y, &line, Tone::Dim) + 2;
    }
}

/// Whether there are colours to be read.
fn is_coloured(screen: &Screen<'_>, value: &Shown) -> bool {
    value.is(Look::Maps) || (value.is(Look::Strip) && !screen.app.steps.table)
}

/// What must be said of the colours: pooled cells, a changed range, numbers beyond it.
fn words(canvas: &Canvas<'_>, screen: &Screen<'_>, value: &Shown, step: (usize, usize)) -> Vec<String> {
    let (language, range) = (canvas.language, screen.app.steps.range);
    let mut lines = Vec::new();
    match step {
        (1, 1) => {}
        (1, features) => lines.push(Word::CellFeatures.fill(language, &[&features])),
        (rows, cols) => lines.push(Word::CellHolds.fill(language, &[&rows, &cols])),
    }
    if range != 0 && is_coloured(screen, value) {
        let times = if range > 0 { (1u32 << range).to_string() } else { format!("1/{}", 1u32 << -range) };
        lines.push(Word::RangeTimes.fill(language, &[&times]));
    }
    let beyond = value.extent.and_then(|extent| extent.beyond(range));
    if let Some(largest) = beyond.filter(|_| is_coloured(screen, value)) {
        lines.push(Word::LargestValue.fill(language, &[&number::significant(largest, 3)]));
    }
    lines
}

/// Mean and deviation of the row under the cursor.
fn moments(value: &Shown, seen: &Seen, screen: &Screen<'_>) -> Option<(f32, f32)> {
    let row = match value.look() {
        Look::Strip => seen.row(0, value.place(screen.app).0),
        Look::Column => (0..seen.size().1).flat_map(|row| seen.row(0, row)).collect(),
        Look::List => seen.row(0, 0),
        _ => return None,
    };
    let count = row.len().max(1) as f64;
    let mean = row.iter().copied().map(f64::from).sum::<f64>() / count;
    let squares = row.iter().map(|&number| (f64::from(number) - mean).powi(2)).sum::<f64>();
    Some((mean as f32, (squares / count).sqrt() as f32))
}

fn draw_moments(canvas: &mut Canvas<'_>, area: Rect, mean: f32, deviation: f32) {
    let language = canvas.language;
    for (place, (word, number)) in [(Word::RowMean, mean), (Word::RowDeviation, deviation)].into_iter().enumerate() {
        let y = area.y + 3 * place as u16;
        if y + 1 >= area.bottom() {
            return;
        }
        canvas.say(area, area.x, y, word.text(language), Tone::Dim);
        canvas.say(area, area.x, y + 1, &shown::short_figure(number), Tone::Text);
    }
}

fn draw_mask(canvas: &mut Canvas<'_>, area: Rect, seen: &Seen, head: usize) {
    let Some(mask) = seen.attention.as_ref().and_then(|attention| attention.mask_of(head)) else { return };
    let census = mask.census(0);
    let reasons: Vec<(&Reason, usize)> =
        census.iter().filter_map(|(reason, count)| Some((Reason::named(reason.word)?, *count))).collect();
    let (_, queries, keys) = seen.size();
    if area.height as usize > 3 * reasons.len().max(1) {
        mask_legend(canvas, area, &reasons, queries * keys);
    }
}

fn below(area: ratatui::layout::Rect, rows: u16) -> Rect {
    let rows = rows.min(area.height);
    Rect { y: area.y + rows, height: area.height - rows, ..area }
}
