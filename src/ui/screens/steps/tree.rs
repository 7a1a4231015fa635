//! The pass as a tree: what is done is bright, what is to come is grey.

use ratatui::layout::Rect;

use crate::app::{App, Word, steps};
use crate::explore::{Item, ItemKind, Pass};
use crate::tape::{Axes, Kind};
use crate::ui::screens::shown;
use crate::ui::widgets::{Tree, TreeRow};
use crate::ui::{Canvas, Tone, text};

/// Draws the tree with the line that parts it from what it leads to.
pub fn draw(canvas: &mut Canvas<'_>, area: Rect, app: &App, pass: &Pass, compact: bool) {
    canvas.divider(area.right() + 1, Rect { width: area.width + 2, ..area });
    let mut room = area;
    if !compact {
        let steps = Word::StepsInside.fill(canvas.language, &[&pass.tree.step_count()]);
        canvas.title(area, Word::ThePass.text(canvas.language), &steps, false);
        room = Rect { y: area.y + 2, height: area.height.saturating_sub(2), ..area };
    }
    let visible = app.steps.visible(pass);
    let mut rows: Vec<TreeRow> = visible.iter().map(|&line| row(canvas, app, pass, line)).collect();
    for row in &mut rows {
        keep_name(row, usize::from(area.width));
    }
    let selected = visible.iter().position(|&line| line == app.steps.line).unwrap_or(0);
    Tree { rows: &rows, selected, list: steps::TREE }.draw(canvas, room);
    if !compact && rows.len() + 2 <= usize::from(room.height) {
        draw_key(canvas, Rect { y: room.y + rows.len() as u16 + 1, height: 1, ..room });
    }
}

fn row(canvas: &Canvas<'_>, app: &App, pass: &Pass, line: usize) -> TreeRow {
    let item = &pass.tree.items()[line];
    let open = app.steps.open.contains(&line);
    let tone = match (line <= app.steps.line, item.is_scope() && open) {
        (true, true) => Tone::Title,
        (true, false) => Tone::Text,
        (false, _) => Tone::Faint,
    };
    TreeRow {
        depth: item.depth,
        fold: item.is_scope().then_some(open),
        label: label(item, canvas.language),
        size: size(canvas, pass, line, item, open),
        tone,
    }
}

/// Where a name and its size have no room beside each other, the name stays whole.
fn keep_name(row: &mut TreeRow, width: usize) {
    let used = 3 + 2 * row.depth + text::width(&row.label) + 1 + text::width(&row.size);
    if used > width {
        row.size.clear();
    }
}

/// What a line is called.
pub fn label(item: &Item, language: crate::app::Language) -> String {
    shown::scope_name(item.name, item.index, language)
}

/// The shape of what a line comes to; equal parts (the layers) say how many steps are folded in them.
fn size(canvas: &Canvas<'_>, pass: &Pass, line: usize, item: &Item, open: bool) -> String {
    match (item.kind, item.index) {
        (ItemKind::Scope(_), Some(_)) if open => String::new(),
        (ItemKind::Scope(_), Some(_)) => Word::StepsInside.fill(canvas.language, &[&pass.tree.steps_inside(line)]),
        _ => shape(&pass.record.graph().node(item.result).axes),
    }
}

/// A shape without the batch: `21×64`.
pub fn shape(axes: &Axes) -> String {
    let lengths: Vec<String> =
        axes.iter().filter(|axis| axis.kind != Kind::Batch).map(|axis| axis.len.to_string()).collect();
    if lengths.is_empty() { "1".to_owned() } else { lengths.join("×") }
}

fn draw_key(canvas: &mut Canvas<'_>, area: Rect) {
    let language = canvas.language;
    let pieces = [
        (Word::Done.text(language), Tone::Faint),
        (" ", Tone::Faint),
        (Word::Bright.text(language), Tone::Text),
        ("   ", Tone::Faint),
        (Word::ToCome.text(language), Tone::Faint),
    ];
    let width: usize = pieces.iter().map(|(piece, _)| text::width(piece)).sum();
    if width < usize::from(area.width) {
        canvas.say_all(area, area.x + 1, area.y, &pieces);
    }
}
