//! The same logits at other temperatures, as a small map.

use ratatui::layout::Rect;

use super::View;
use crate::app::Word;
use crate::app::decode::OTHERS;
use crate::ui::{Canvas, Tone, number, text};

/// Columns of the row labels, and of a cell with the blank behind it.
const GUTTER: u16 = 7;
const CELL: u16 = 6;
/// Where there is little room.
const FEW: [usize; 4] = [0, 2, 4, 6];

/// Title, the tokens, and a row a temperature: as many as fit.
pub fn draw(canvas: &mut Canvas<'_>, area: Rect, view: &View<'_>) {
    let rows = usize::from(area.height.saturating_sub(2));
    let temperatures: Vec<usize> = if rows >= OTHERS.len() { (0..OTHERS.len()).collect() } else { FEW.to_vec() };
    let others = &view.outlook.others;
    let across = usize::from(area.width.saturating_sub(GUTTER) / CELL).min(others[0].len());
    let largest = temperatures.iter().flat_map(|&t| &others[t][..across]).copied().fold(0.0, f32::max);
    let end = if largest <= 0.5 { 0.5 } else { 1.0 };
    let hint = Word::OtherTemperaturesHint.fill(view.language, &[&number::short_weight(end)]);
    canvas.title(area, view.word(Word::OtherTemperatures), &hint, false);
    for place in 0..across {
        header(canvas, area, view, place);
    }
    for (row, &temperature) in temperatures.iter().take(rows).enumerate() {
        let y = area.y + 2 + row as u16;
        let label = text::left(&format!("T {:?}", OTHERS[temperature]), usize::from(GUTTER));
        canvas.say(area, area.x, y, &label, Tone::Dim);
        for (place, &share) in others[temperature][..across].iter().enumerate() {
            let style = canvas.theme.on_weight(share / end);
            let x = area.x + GUTTER + place as u16 * CELL;
            canvas.put(area, x, y, &text::left(&number::weight(share), usize::from(CELL - 1)), style);
        }
    }
}

fn header(canvas: &mut Canvas<'_>, area: Rect, view: &View<'_>, place: usize) {
    let id = view.outlook.candidates[place].id;
    let tone = match (id == view.outlook.choice.id, place < view.outlook.kept) {
        (true, _) => Tone::Accent,
        (_, true) => Tone::Dim,
        _ => Tone::Faint,
    };
    let label = text::fit(&view.subject.label(id), usize::from(CELL - 1));
    canvas.say(area, area.x + GUTTER + place as u16 * CELL, area.y + 1, &label, tone);
}
