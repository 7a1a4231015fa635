//! Cross-attention as lines: the target above, the source below, and what one token of the target looks at.

use ratatui::layout::Rect;
use ratatui::style::Style;

use super::{GUTTER, Scene, Sentence, draw_heads, draw_outside, draw_row, draw_sentence, head_title};
use crate::app::Word;
use crate::app::attention::THRESHOLDS;
use crate::tape::Kind;
use crate::ui::screens::shown::axis_labels;
use crate::ui::theme::Paint;
use crate::ui::{Canvas, Tone};

/// Rows between the two sentences: down from the query, along, and down to the keys.
const BETWEEN: u16 = 3;

/// Draws title, both sentences with the lines between them, and the same query in every head.
pub fn draw(canvas: &mut Canvas<'_>, area: Rect, scene: &Scene<'_>) {
    let labels = |kind| axis_labels(scene.pass, scene.attention.weights, kind);
    let (queries, keys) = scene.size();
    let cursor = scene.app.cursor.query.min(queries - 1);
    let row = weights(scene, cursor);
    let strongest = (0..keys).max_by(|&a, &b| row[a].total_cmp(&row[b])).unwrap_or(0);
    let flat = |y: u16| Rect { x: area.x + GUTTER, y, width: area.width - GUTTER, height: 1 };
    let target = Sentence::new(labels(Kind::Query), cursor, flat(area.y + 2));
    let source = Sentence::new(labels(Kind::Key), strongest, flat(area.y + 3 + BETWEEN));

    let name = target.labels.get(cursor).cloned().unwrap_or_default();
    let least = THRESHOLDS[scene.app.attention.threshold];
    let hint = Word::CrossLinesHint.fill(canvas.language, &[&name, &least]);
    canvas.title(Rect { height: 1, ..area }, &head_title(scene, canvas.language), &hint, true);
    draw_outside(canvas, Rect { y: area.y + 1, height: 1, ..area }, scene, &source, cursor);
    let side = |canvas: &mut Canvas<'_>, y: u16, word: Word| {
        canvas.say(area, area.x + 1, y, word.text(canvas.language), Tone::Dim);
    };
    side(canvas, target.area.y, Word::TargetText);
    side(canvas, source.area.y, Word::SourceText);
    draw_sentence(canvas, &target, Some(cursor), |token| (token, scene.app.cursor.key));
    draw_sentence(canvas, &source, None, |token| (cursor, token));
    let sky = Rect { y: target.area.y + 1, height: BETWEEN, ..target.area };
    if let Some(from) = target.foot(cursor) {
        let seen = (0..keys).filter(|&key| row[key] >= least);
        let ends: Vec<(u16, f32)> = seen.filter_map(|key| Some((source.foot(key)?, row[key]))).collect();
        connect(canvas, sky, from, &ends);
    }
    let below = source.area.y + 1;
    draw_row(canvas, Rect { y: below, height: 1, ..area }, scene, &source, cursor);
    let rest = Rect { y: below + 2, height: area.bottom().saturating_sub(below + 2), ..area };
    draw_heads(canvas, rest, scene, &source, cursor);
}

/// The weights of one query.
fn weights(scene: &Scene<'_>, query: usize) -> Vec<f32> {
    scene.row(query)
}

/// A line down from the query, along a rail, and down to each key.
fn connect(canvas: &mut Canvas<'_>, sky: Rect, from: u16, ends: &[(u16, f32)]) {
    let columns = || ends.iter().map(|&(x, _)| x).chain(std::iter::once(from));
    let (Some(first), Some(last)) = (columns().min(), columns().max()) else { return };
    if ends.is_empty() {
        return;
    }
    let weight_at = |x: u16| ends.iter().filter(|(end, _)| *end == x).map(|(_, weight)| *weight).reduce(f32::max);
    let strongest = ends.iter().map(|(_, weight)| *weight).fold(0.0, f32::max);
    let style = |canvas: &Canvas<'_>, weight: f32| Style::new().fg(canvas.theme.weight_colour(weight.max(0.5)));
    let rail = sky.y + 1;
    let plain = style(canvas, strongest);
    canvas.set(sky, from, sky.y, Paint { glyph: '┃', style: plain });
    for x in first..=last {
        let end = weight_at(x);
        let glyph = corner([x == from, end.is_some(), x > first, x < last]);
        let style = end.map_or(plain, |weight| style(canvas, weight));
        canvas.set(sky, x, rail, Paint { glyph, style });
        if end.is_some() {
            canvas.set(sky, x, rail + 1, Paint { glyph: '┃', style });
        }
    }
}

/// The glyph that joins lines from above, from below, from the left and from the right.
fn corner(lines: [bool; 4]) -> char {
    match lines {
        [true, true, true, true] => '╋',
        [true, true, true, false] => '┫',
        [true, true, false, true] => '┣',
        [true, false, true, true] => '┻',
        [false, true, true, true] => '┳',
        [true, false, true, false] => '┛',
        [true, false, false, true] => '┗',
        [false, true, true, false] => '┓',
        [false, true, false, true] => '┏',
        [_, _, false, false] => '┃',
        _ => '━',
    }
}
