//! The cell under the cursor worked out: from query and key to the weight and what it adds; where the query looks most.

use ratatui::layout::Rect;

use super::super::jobs;
use super::super::shown::{axis_labels, is_at_hand, numbered_within};
use super::Scene;
use crate::app::Word;
use crate::app::attention::AttentionState;
use crate::tape::{Kind, NodeId};
use crate::ui::widgets::{Scale, Strip, bar};
use crate::ui::{Canvas, Tone, number, text};

/// Rows below the large map.
pub const ROWS: u16 = 6;
/// Rows in a small window.
pub const COMPACT_ROWS: u16 = 9;

/// The numbers of one cell, as far as the architecture has them.
struct Cell {
    /// Σ q·k, before any scale.
    dot: Option<f32>,
    channels: usize,
    scale: Option<f32>,
    /// What the distance adds, where it adds anything.
    bias: Option<f32>,
    score: Option<f32>,
    weight: f32,
    /// The length of the value vector.
    value: Option<f32>,
}

fn read(scene: &Scene<'_>) -> Cell {
    let (head, cursor) = (scene.app.attention.head, scene.app.cursor);
    let (queries, keys) = scene.size();
    let (query, key) = (cursor.query.min(queries - 1), cursor.key.min(keys - 1));
    let weight = scene.weights.at(&[0, head, query, key]);
    let at =
        |node: Option<NodeId>| node.and_then(|id| scene.record.get(id)).map(|scores| scores.at(&[0, head, query, key]));
    let (score, content) = (at(scene.attention.scores), at(scene.attention.content));
    let bias = score.zip(content).map(|(score, content)| score - content);
    let q = vector(scene, scene.attention.query, query, head);
    let k = vector(scene, scene.attention.key, key, head);
    let dot = q.as_ref().zip(k.as_ref()).map(|(q, k)| q.iter().zip(k).map(|(a, b)| a * b).sum::<f32>());
    let scale = dot.zip(content.or(score)).map(|(dot, score)| score / dot).filter(|scale| scale.is_finite());
    let value = vector(scene, scene.attention.value, key, head).map(|v| v.iter().map(|x| x * x).sum::<f32>().sqrt());
    Cell { dot, channels: q.map_or(0, |q| q.len()), scale, bias, score, weight, value }
}

/// A position's vector of one head: (batch, position, head, channel).
fn vector(scene: &Scene<'_>, node: Option<NodeId>, position: usize, head: usize) -> Option<Vec<f32>> {
    let node = node?;
    let value = scene.record.get(node)?;
    let axes = &scene.record.graph().node(node).axes;
    let position_axis = axes.find(Kind::Query).or(axes.find(Kind::Key))?;
    let keys = axes.find(Kind::Key).is_some();
    let past = if keys { scene.size().1.saturating_sub(value.shape()[position_axis]) } else { 0 };
    // Keys that an earlier pass made stand in the cache, not in this node.
    let position = position.checked_sub(past)?;
    let row = value.select(position_axis, position.min(value.shape()[position_axis].saturating_sub(1)));
    let head_axis = axes.without(axes[position_axis].kind).find(Kind::Head)?;
    Some(row.select(head_axis, head).select(0, 0).to_vec())
}

/// Names of query and key, the steps from one number to the next, and the strongest keys beside them.
pub fn draw(canvas: &mut Canvas<'_>, area: Rect, scene: &Scene<'_>) {
    draw_names(canvas, Rect { height: 1, ..area }, scene);
    let strips = area.bottom() - 1;
    let middle = Rect { y: area.y + 1, height: area.height.saturating_sub(2).min(4), ..area };
    let width = (area.width * 2 / 3).clamp(30, 46);
    let left = Rect { width, ..middle };
    if !draw_reason(canvas, left, scene) {
        draw_lines(canvas, left, scene);
    }
    let right = Rect { x: area.x + width + 3, width: area.width - width - 3, ..middle };
    draw_strongest(canvas, right, scene);
    draw_vectors(canvas, Rect { y: strips, height: 1, ..area }, scene);
}

fn draw_names(canvas: &mut Canvas<'_>, area: Rect, scene: &Scene<'_>) {
    let language = canvas.language;
    let cursor = scene.app.cursor;
    let rows = axis_labels(scene.pass, scene.attention.weights, Kind::Query);
    let columns = axis_labels(scene.pass, scene.attention.weights, Kind::Key);
    let at = |labels: &[String], place: usize| labels.get(place).cloned().unwrap_or_default();
    let (query, key) = (at(&rows, cursor.query), at(&columns, cursor.key));
    let strong = canvas.theme.cursor_label();
    let x = canvas.put(area, area.x, area.y, &query, strong);
    let x = canvas.say(area, x + 1, area.y, &Word::QueryAt.fill(language, &[&cursor.query]), Tone::Dim);
    let x = canvas.say(area, x + 2, area.y, "→", Tone::Dim);
    let x = canvas.put(area, x + 2, area.y, &key, strong);
    let x = canvas.say(area, x + 1, area.y, &Word::KeyAt.fill(language, &[&cursor.key]), Tone::Dim);
    let x = match scene.reason(cursor.query, cursor.key) {
        None if scene.is_opened(cursor.query, cursor.key) => {
            canvas.say(area, x + 3, area.y, Word::OpenedByHand.text(language), Tone::Warm)
        }
        None => canvas.say(area, x + 3, area.y, Word::NotMasked.text(language), Tone::Dim),
        Some(_) => canvas.say(area, x + 3, area.y, Word::Hidden.text(language), Tone::Warm),
    };
    // The map shows the average, the numbers are still those of one head.
    if scene.app.attention.average {
        let head = format!("{} {}", Word::HeadTitle.text(language), scene.head_name());
        canvas.say(area, x + 3, area.y, &head, Tone::Text);
    }
}

/// On a hidden cell the numbers give way to the reasons in words; `false` where the cell is visible.
fn draw_reason(canvas: &mut Canvas<'_>, area: Rect, scene: &Scene<'_>) -> bool {
    let Some(mask) = &scene.mask else { return false };
    let cell = AttentionState::mask_cell(&scene.app.cursor);
    let mut y = area.y;
    for reason in mask.reasons(cell) {
        let words = format!("{}{} {}", reason.glyph, reason.glyph, canvas.language.pick(reason.en, reason.zh));
        let rest = Rect { y, height: area.bottom().saturating_sub(y), ..area };
        y += canvas.say_wrapped(rest, &words, Tone::Warm);
    }
    let weight = scene.weights.at(&[0, scene.app.attention.head, cell.query, cell.key]);
    if y > area.y && y < area.bottom() {
        let line = format!("{} {}", Word::WeightLine.text(canvas.language), number::weight(weight));
        canvas.say(area, area.x, y, &line, Tone::Dim);
    }
    y > area.y
}

fn draw_lines(canvas: &mut Canvas<'_>, area: Rect, scene: &Scene<'_>) {
    let language = canvas.language;
    let cell = read(scene);
    let shown = |x: Option<f32>| x.map_or_else(|| "·".to_owned(), |x| number::significant(x, 5));
    let scaled = match (cell.dot, cell.scale) {
        (Some(dot), _) if cell.bias.is_some() => {
            let bias = number::significant(cell.bias.unwrap_or(0.0), 3);
            Word::DistanceBias.fill(language, &[&number::significant(dot, 4), &bias])
        }
        (Some(dot), Some(scale)) => format!("{} × {}", number::significant(dot, 5), number::significant(scale, 3)),
        _ => String::new(),
    };
    let lines = [
        (Word::DotProduct, format!("Σ{} qᵢ kᵢ", text::subscript(cell.channels)), shown(cell.dot)),
        (Word::ScoreLine, scaled, shown(cell.score)),
        (Word::WeightLine, softmax_words(scene), number::weight(cell.weight)),
        (Word::AddsLine, adds_words(&cell), shown(cell.value.map(|value| value * cell.weight))),
    ];
    for (row, (name, words, value)) in lines.iter().enumerate().take(usize::from(area.height)) {
        let line = Rect { y: area.y + row as u16, height: 1, ..area };
        canvas.say(line, area.x, line.y, name.text(language), Tone::Dim);
        // Words that do not fit beside the number are left out, not cut.
        if 7 + text::width(words) + 1 + text::width(value) <= usize::from(area.width) {
            canvas.say(line, area.x + 7, line.y, words, Tone::Dim);
        }
        canvas.say_right(line, line.y, value, if *name == Word::WeightLine { Tone::Title } else { Tone::Text });
    }
}

/// `e^x ÷ Σ e^x = … ÷ …` (x is counted from the largest score), from the tape's own derivation.
fn softmax_words(scene: &Scene<'_>) -> String {
    let cell = scene.app.attention.cell(scene.pass, &scene.app.cursor);
    let Some((node, cell)) = cell.filter(|(node, _)| is_at_hand(scene.record, *node)) else { return String::new() };
    let terms = scene.record.derive(node, &cell).terms;
    match terms.as_slice() {
        [_, raised, sum, ..] => {
            let value = |x: f32| number::significant(x, 3);
            format!("e^x ÷ Σ e^x = {} ÷ {}", value(raised.value), value(sum.value))
        }
        _ => String::new(),
    }
}

fn adds_words(cell: &Cell) -> String {
    match cell.value {
        Some(value) => format!("{} × v   ‖v‖ = {}", number::weight(cell.weight), number::significant(value, 4)),
        None => String::new(),
    }
}

/// The keys that the query looks at most.
fn draw_strongest(canvas: &mut Canvas<'_>, area: Rect, scene: &Scene<'_>) {
    let columns = axis_labels(scene.pass, scene.attention.weights, Kind::Key);
    let (queries, keys) = scene.size();
    let row = scene.row(scene.app.cursor.query.min(queries - 1));
    let mut order: Vec<usize> = (0..keys).collect();
    order.sort_by(|&a, &b| row[b].total_cmp(&row[a]));
    let label = (area.width / 3).clamp(5, 12);
    for (line, &key) in order.iter().take(usize::from(area.height)).enumerate() {
        let y = area.y + line as u16;
        let tone = if line == 0 { Tone::Accent } else { Tone::Text };
        canvas.say(area, area.x, y, &numbered_within(&columns, key, usize::from(label)), tone);
        let width = area.width.saturating_sub(label + 7);
        bar(canvas, Rect { x: area.x + label + 1, y, width, height: 1 }, row[key], tone);
        canvas.say_right(Rect { y, height: 1, ..area }, y, &number::weight(row[key]), Tone::Text);
    }
}

/// Query, key and their products as strips of signed colour.
fn draw_vectors(canvas: &mut Canvas<'_>, area: Rect, scene: &Scene<'_>) {
    let (head, cursor) = (scene.app.attention.head, scene.app.cursor);
    let (Some(q), Some(k)) = (
        vector(scene, scene.attention.query, cursor.query, head),
        vector(scene, scene.attention.key, cursor.key, head),
    ) else {
        return;
    };
    let product: Vec<f32> = q.iter().zip(&k).map(|(a, b)| a * b).collect();
    let width = (area.width.saturating_sub(20)) / 3;
    let mut x = area.x;
    for (name, values) in [("q", &q), ("k", &k), ("q×k", &product)] {
        x = canvas.say(area, x, area.y, name, Tone::Dim) + 1;
        let scale = Scale::signed_for(values.iter().copied());
        let value = |_: usize, i: usize| values[i];
        let place = Rect { x, width, ..area };
        let drawn = Strip::new(1, values.len(), &value).named(&[], 0).header(false).scale(scale).draw(canvas, place);
        x += drawn.cells.width + 2;
    }
    let largest = product.iter().fold(0.0f32, |most, x| most.max(x.abs()));
    canvas.say(area, x - 1, area.y, &format!("±{}", number::significant(largest, 3)), Tone::Dim);
}

/// The same in a small window: where it looks, three lines of numbers, the strongest keys.
pub fn draw_compact(canvas: &mut Canvas<'_>, area: Rect, scene: &Scene<'_>) {
    let cursor = scene.app.cursor;
    let rows = axis_labels(scene.pass, scene.attention.weights, Kind::Query);
    let columns = axis_labels(scene.pass, scene.attention.weights, Kind::Key);
    let half = usize::from(area.width.saturating_sub(3) / 2);
    let at = |labels: &[String], place: usize| {
        let label = labels.get(place).map_or("", String::as_str);
        format!("{}{}", text::fit(label, half.saturating_sub(2)), text::subscript(place))
    };
    let title = format!("{} → {}", at(&rows, cursor.query), at(&columns, cursor.key));
    canvas.put(area, area.x, area.y, &title, canvas.theme.cursor_label());
    let middle = Rect { y: area.y + 1, height: 4.min(area.height.saturating_sub(1)), ..area };
    if !draw_reason(canvas, middle, scene) {
        draw_lines(canvas, Rect { height: middle.height.min(3), ..middle }, scene);
    }
    let state = &scene.app.attention;
    let visible = scene.reason(cursor.query, cursor.key).is_none();
    if let Some(words) = super::map::held(scene, canvas.language) {
        canvas.say(area, area.x, area.y + 4, &text::fit(&words, area.width.into()), Tone::Warm);
    } else if visible && area.height > 5 {
        let caption = jobs::caption(scene.app, scene.pass, (state.index, state.head), area.width.into());
        canvas.say(area, area.x, area.y + 4, &text::fit(&caption, area.width.into()), Tone::Dim);
    }
    let below = Rect { y: area.y + 5, height: area.height.saturating_sub(5), ..area };
    draw_strongest(canvas, below, scene);
}
