//! How undecided the model was at each step.

use ratatui::layout::Rect;

use super::{View, from_row};
use crate::app::Word;
use crate::ui::{Canvas, Tone, text};

/// Columns of the numbers on the left.
const GUTTER: u16 = 10;
const EIGHTHS: [&str; 9] = [" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"];

/// A step: its entropy, and the first letter of what was taken.
struct Column {
    entropy: f32,
    letter: String,
}

fn columns(view: &View<'_>, most: usize) -> Vec<Column> {
    let steps = view.decoding.steps();
    let first = steps.len().saturating_sub(most);
    steps[first..]
        .iter()
        .map(|step| Column {
            entropy: step.entropy,
            letter: step.choice.map_or_else(|| "·".into(), |choice| first_letter(&view.subject.label(choice.id))),
        })
        .collect()
}

fn first_letter(label: &str) -> String {
    label.chars().find(|c| text::char_width(*c) > 0).map_or_else(|| "·".into(), String::from)
}

fn highest(columns: &[Column]) -> f32 {
    columns.iter().map(|column| column.entropy).filter(|entropy| entropy.is_finite()).fold(0.0, f32::max).max(0.1)
}

/// Title, bars, letters; each step takes two columns.
pub fn draw(canvas: &mut Canvas<'_>, area: Rect, view: &View<'_>) {
    canvas.title(area, view.word(Word::Undecided), view.word(Word::UndecidedHint), false);
    let columns = columns(view, usize::from(area.width.saturating_sub(GUTTER) / 2));
    let chart = Rect { height: area.height.saturating_sub(2), ..from_row(area, 1) };
    let highest = highest(&columns);
    canvas.say(chart, chart.x, chart.y, &format!("{highest:.1}"), Tone::Faint);
    canvas.say(chart, chart.x, chart.bottom().saturating_sub(1), "0", Tone::Faint);
    canvas.say(area, area.x, chart.bottom(), view.word(Word::Took), Tone::Faint);
    for (place, column) in columns.iter().enumerate() {
        let x = chart.x + GUTTER + 2 * place as u16;
        let tone = if place + 1 == columns.len() { Tone::Accent } else { Tone::Dim };
        bar(canvas, chart, x, column.entropy / highest, tone);
        canvas.say(area, x, chart.bottom(), &column.letter, tone);
    }
}

fn bar(canvas: &mut Canvas<'_>, chart: Rect, x: u16, fraction: f32, tone: Tone) {
    let bottom = chart.bottom().saturating_sub(1);
    if fraction.is_nan() {
        canvas.say(chart, x, bottom, "?", Tone::Warm);
        return;
    }
    // The lowest line always shows, so that a step without doubt is seen as one.
    let mut eighths = ((fraction * 8.0 * f32::from(chart.height)).round() as usize).max(1);
    for y in (chart.y..=bottom).rev() {
        canvas.say(chart, x, y, EIGHTHS[eighths.min(8)], tone);
        eighths = eighths.saturating_sub(8);
    }
}

/// In one row, a column a step.
pub fn line(canvas: &mut Canvas<'_>, area: Rect, view: &View<'_>) {
    if area.is_empty() {
        return;
    }
    let x = canvas.say(area, area.x + 1, area.y, view.word(Word::Undecided), Tone::Dim) + 1;
    let columns = columns(view, usize::from(area.right().saturating_sub(x + 10)));
    let highest = highest(&columns);
    let row = Rect { height: 1, ..area };
    for (place, column) in columns.iter().enumerate() {
        let tone = if place + 1 == columns.len() { Tone::Accent } else { Tone::Dim };
        bar(canvas, row, x + place as u16, column.entropy / highest, tone);
    }
    let words = format!("0–{highest:.1} {}", view.word(Word::Nats));
    canvas.say(area, x + columns.len() as u16 + 1, area.y, &words, Tone::Faint);
}
