//! What of another text brings its answer: a map of layers and positions, or of layers and heads, the last layer on top.

use super::grid::Table;
use super::{found, titled, with_sign};
use crate::app::panel::PatchPanel;
use crate::app::{Action, App, Place, Word};
use crate::explore::{Pass, Patched, Patching};
use crate::ui::frame::Body;
use crate::ui::widgets::{Heatmap, Labels, Legend, Scale};
use crate::ui::{Canvas, Tone, number, text};
use ratatui::layout::Rect;

/// Columns of the legend.
const LEGEND: u16 = 13;
/// Columns of a cell with its number.
const CELL: u16 = 9;
/// Rows below the map.
const BELOW: u16 = 3;

/// Draws the two texts, the map, and the cell under the cursor in words.
pub fn draw(canvas: &mut Canvas<'_>, body: Body, app: &App, pass: &Pass, panel: &PatchPanel) {
    let language = canvas.language;
    let what = match panel.what {
        Patched::Residual => Word::PatchingResidual,
        Patched::Heads => Word::PatchingHeads,
    };
    let area = titled(canvas, body, Word::PatchingTitle, what.text(language));
    let Some(other) = &app.other else {
        let key = app.shell.keymap.keys_for(Place::Patching, Action::OtherText, language).into_iter().next();
        let words = Word::NoOtherText.fill(language, &[&key.unwrap_or_default()]);
        canvas.say(area, area.x, area.y, &words, Tone::Dim);
        return;
    };
    let names = [Word::ThisText, Word::OtherTextTitle].map(|word| word.text(language));
    let side = names.iter().map(|name| text::width(name)).max().unwrap_or(0) as u16 + 2;
    for (row, (name, words)) in names.iter().zip([&pass.prompt.line(), other]).enumerate() {
        let y = area.y + row as u16;
        canvas.say(area, area.x, y, name, Tone::Dim);
        let room = usize::from(area.width.saturating_sub(side));
        canvas.say(area, area.x + side, y, &text::fit(&words.replace(['\n', '\t'], " "), room), Tone::Text);
    }
    let rest = Rect { y: area.y + 3, height: area.height.saturating_sub(3), ..area };
    let Some(patching) = found(canvas, rest, panel.found.as_ref()) else { return };
    draw_answer(canvas, Rect { y: area.y + 2, height: 1, ..area }, app, patching);
    let rest = Rect { y: rest.y + 1, height: rest.height.saturating_sub(1), ..rest };
    let map = Rect { height: rest.height.saturating_sub(BELOW), ..rest };
    draw_map(canvas, map, body.compact, panel, patching);
    let below = Rect { y: rest.bottom().saturating_sub(2), height: 2, ..rest };
    draw_cell(canvas, below, app, panel, patching);
}

fn draw_answer(canvas: &mut Canvas<'_>, area: Rect, app: &App, patching: &Patching) {
    let Some(subject) = &app.subject else { return };
    let [answer, against] = [patching.answer, patching.against].map(|id| subject.label(id));
    let [here, there] = [patching.differences.0, patching.differences.1].map(with_sign);
    let words = Word::PatchingAnswer.fill(canvas.language, &[&answer, &against, &here, &there]);
    canvas.say(area, area.x, area.y, &words, Tone::Title);
}

/// The name of a row: its layer, and its stream where there are several.
fn row_name(patching: &Patching, row: usize) -> String {
    let first = patching.rows.first().map_or("", |row| row.stream);
    let several = patching.rows.iter().any(|row| row.stream != first);
    let row = &patching.rows[row];
    if several { format!("{} {}", row.stream, row.layer) } else { row.layer.to_string() }
}

fn draw_map(canvas: &mut Canvas<'_>, area: Rect, compact: bool, panel: &PatchPanel, patching: &Patching) {
    let rows = patching.rows.len();
    let columns = patching.rows.iter().map(|row| row.cells.len()).max().unwrap_or(0);
    if rows == 0 || columns == 0 {
        return;
    }
    let row = |from_above: usize| &patching.rows[rows - 1 - from_above];
    let value = |r: usize, c: usize| row(r).cells.get(c).map_or(0.0, |cell| cell.effect);
    let hidden = |r: usize, c: usize| (c >= row(r).cells.len()).then_some(' ');
    let names: Vec<String> = (0..rows).map(|r| row_name(patching, rows - 1 - r)).collect();
    let longest = patching.rows.iter().max_by_key(|row| row.cells.len());
    let labels: Vec<String> = match longest.filter(|row| !row.tokens.is_empty()) {
        Some(row) => row.tokens.iter().map(|(here, _)| here.clone()).collect(),
        None => (0..columns).map(|head| head.to_string()).collect(),
    };
    let most = patching.rows.iter().flat_map(|row| &row.cells).fold(1.0f32, |most, cell| most.max(cell.effect.abs()));
    let scale = Scale::Signed(most);
    let cursor = (rows - 1 - panel.cell.0.min(rows - 1), panel.cell.1);
    // Numbers under whole words where all of them fit, else a map.
    if Table::whole(columns, CELL) <= usize::from(area.width) {
        let layer = |name: &String| Word::LayerRow.fill(canvas.language, &[name]);
        let rows: Vec<String> = names.iter().map(layer).collect();
        let cell = |canvas: &Canvas<'_>, r: usize, c: usize| {
            let effect = row(r).cells.get(c)?.effect;
            let words = text::right(&format!("{effect:.2} "), usize::from(CELL) - 1);
            Some((words, canvas.theme.on_signed(scale.place(effect))))
        };
        Table { rows: &rows, heads: &labels, width: CELL, cursor, cell: &cell }.draw(canvas, area);
        return;
    }
    let room = Rect { width: area.width.saturating_sub(if compact { 0 } else { LEGEND }), ..area };
    let drawn = Heatmap::new(rows, columns, &value)
        .hidden(&hidden)
        .named(&names, &labels)
        .labels(Labels::Stacked)
        .compact(compact)
        .scale(scale)
        .cursor(Some(cursor))
        .draw(canvas, room);
    if !compact {
        let beside = Rect { x: drawn.cells.right() + 3, width: LEGEND - 2, ..area };
        Legend { title: Word::Value.text(canvas.language), scale }.draw(canvas, beside);
    }
}

/// The cell under the cursor, and how to read its number.
fn draw_cell(canvas: &mut Canvas<'_>, area: Rect, app: &App, panel: &PatchPanel, patching: &Patching) {
    let language = canvas.language;
    let (row, column) = panel.cell;
    let Some((cells, subject)) = patching.rows.get(row).zip(app.subject.as_ref()) else { return };
    let Some(cell) = cells.cells.get(column) else { return };
    let place = match cells.tokens.get(column) {
        Some((here, there)) if here == there => format!("{here}{}", text::subscript(column)),
        Some((here, there)) => format!("{here}{} ← {there}", text::subscript(column)),
        None => format!("{} {}.{column}", Word::HeadTitle.text(language), row_name(patching, row)),
    };
    let layer = Word::LayerRow.fill(language, &[&row_name(patching, row)]);
    let place = if cells.tokens.is_empty() { place } else { format!("{layer}, {place}") };
    let x = canvas.say(area, area.x, area.y, &place, Tone::Accent);
    let (id, probability) = cell.predicted;
    let effect = number::significant(cell.effect, 3);
    let words = [&effect as &dyn std::fmt::Display, &subject.label(id), &number::weight(probability)];
    canvas.say(area, x + 2, area.y, &Word::PatchingCell.fill(language, &words), Tone::Text);
    canvas.say(area, area.x, area.y + 1, Word::PatchingScale.text(language), Tone::Dim);
}
