//! Values that are lists: candidates, a number for each token, the rows taken from a table.

use ratatui::layout::Rect;

use super::look::{Look, Seen};
use super::picture::{Screen, Shown};
use crate::app::steps::{RANKED, largest};
use crate::app::{App, Language, Target, Word};
use crate::explore::Pass;
use crate::tape::Kind;
use crate::ui::screens::shown;
use crate::ui::widgets::{Align, Cell, List, Row, bar, scroll};
use crate::ui::{Canvas, Tone, number, text};

/// Draws the likeliest entries for the token under the cursor; returns the column behind them.
pub fn ranked(canvas: &mut Canvas<'_>, area: Rect, screen: &Screen<'_>, seen: &Seen) -> u16 {
    let logits = seen.row(0, 0);
    let best = largest(&logits, usize::from(area.height.saturating_sub(1)).max(screen.app.steps.rank + 1).min(RANKED));
    // One softmax over the whole vocabulary serves all rows.
    let top = best.first().map_or(0.0, |&id| logits[id]);
    let sum: f64 = logits.iter().map(|&logit| f64::from(logit - top).exp()).sum();
    let share = |id: usize| (f64::from(logits[id] - top).exp() / sum) as f32;
    let width = area.width.min(64);
    let label = 16.min(width.saturating_sub(26));
    let bar = width.saturating_sub(label + 3 + 4 + 7 + 5);
    draw_head_of_ranks(canvas, Rect { width, height: 1, ..area }, canvas.language);
    let rows: Vec<Row> = best
        .iter()
        .enumerate()
        .map(|(rank, &id)| {
            let name = screen.app.subject.as_ref().map_or_else(|| id.to_string(), |s| s.label(id as u32));
            let tone = if rank == 0 { Tone::Accent } else { Tone::Dim };
            let figure = Cell::dim(format!("{:.2}", logits[id]));
            Row::Entry(vec![
                Cell::dim((rank + 1).to_string()),
                Cell::text(name),
                Cell::Bar(share(id) / share(best[0]).max(f32::MIN_POSITIVE), tone),
                Cell::text(number::weight(share(id))),
                figure,
            ])
        })
        .collect();
    let sides = [Align::Right, Align::Left, Align::Left, Align::Right, Align::Right];
    let widths = [3, label, bar, 4, 7];
    let columns: Vec<(u16, Align)> = widths.into_iter().zip(sides).collect();
    let room = Rect { y: area.y + 1, height: area.height.saturating_sub(1), width, ..area };
    let list = List { columns: &columns, rows: &rows, selected: Some(screen.app.steps.rank), list: 0 };
    let first = list.draw(canvas, room);
    for line in 0..usize::from(room.height).min(rows.len() - first.min(rows.len())) {
        let place = Rect { y: room.y + line as u16, height: 1, ..room };
        canvas.hits.push(place, Target::Cell { map: 0, row: screen.app.cursor.query, col: first + line });
    }
    area.x + width
}

fn draw_head_of_ranks(canvas: &mut Canvas<'_>, area: Rect, language: Language) {
    canvas.say_right(area, area.y, Word::LogitWord.text(language), Tone::Faint);
    let right = Rect { width: area.width.saturating_sub(8), ..area };
    canvas.say_right(right, area.y, Word::ProbabilityWord.text(language), Tone::Faint);
}

/// Draws numbers under each other, in several columns where they are many; returns the column behind them.
pub fn listed(canvas: &mut Canvas<'_>, area: Rect, screen: &Screen<'_>, value: &Shown, seen: &Seen) -> u16 {
    const WIDTH: u16 = 30;
    let numbers: Vec<f32> = (0..seen.size().1).flat_map(|row| seen.row(0, row)).collect();
    let end = value.extent.map_or(1.0, |extent| extent.largest);
    let area = Rect { y: area.y + 1, height: area.height.saturating_sub(1), ..area };
    if value.is(Look::Gauge) {
        return gauge(canvas, area, numbers.first().copied().unwrap_or(f32::NAN));
    }
    let (row, col) = value.place(screen.app);
    let chosen = if value.is(Look::Column) { row } else { col };
    let lines = usize::from(area.height).max(1);
    let across = usize::from((area.width + 2) / (WIDTH + 2)).clamp(1, numbers.len().div_ceil(lines).max(1));
    let width = if across == 1 { area.width.min(44) } else { WIDTH };
    let first = scroll::window(chosen, numbers.len(), lines * across);
    for (place, (index, &number)) in numbers.iter().enumerate().skip(first).take(lines * across).enumerate() {
        let x = area.x + (place / lines) as u16 * (WIDTH + 2);
        let line = Rect { x, y: area.y + (place % lines) as u16, width, height: 1 };
        let label = seen.rows.get(index).cloned().unwrap_or_else(|| index.to_string());
        entry(canvas, line, &label, number, end, index == chosen);
        let (row, col) = if value.is(Look::Column) { (index, 0) } else { (0, index) };
        canvas.hits.push(line, Target::Cell { map: value.map(), row, col });
    }
    (area.x + across as u16 * (width + 2)).min(area.right())
}

/// A label, a bar as long as the number is far from zero, and the number.
fn entry(canvas: &mut Canvas<'_>, line: Rect, label: &str, value: f32, end: f32, chosen: bool) {
    const FIGURE: u16 = 10;
    let style = if chosen { canvas.theme.cursor_label() } else { canvas.theme.style(Tone::Label) };
    canvas.put(line, line.x, line.y, &text::right(label, 6), style);
    if chosen {
        canvas.put(line, line.x + 6, line.y, "▸", style);
        canvas.hits.set_cursor(line.x, line.y);
    }
    let room = Rect { x: line.x + 8, width: line.width.saturating_sub(8 + FIGURE), ..line };
    let share = if end > 0.0 { value.abs() / end } else { 0.0 };
    bar(canvas, room, share, if chosen { Tone::Accent } else { Tone::Dim });
    let tone = if chosen { Tone::Focused } else { Tone::Text };
    canvas.say_right(line, line.y, &shown::figure(value), tone);
}

fn gauge(canvas: &mut Canvas<'_>, area: Rect, value: f32) -> u16 {
    canvas.say(area, area.x + 1, area.y, &shown::figure(value), Tone::Focused);
    let line = Rect { x: area.x + 1, y: area.y + 1, width: area.width.min(32).saturating_sub(1), height: 1 };
    if (0.0..=1.0).contains(&value) && area.height > 1 {
        bar(canvas, line, value, Tone::Accent);
    }
    area.x + area.width.min(34)
}

/// The rows that a step takes from a table: one for each token.
pub struct Taken {
    name: String,
    rows: Vec<(String, usize)>,
}

impl Taken {
    /// Columns that it wants.
    pub const WIDTH: u16 = 26;

    /// What the step under the cursor takes; `None` where it takes nothing from a table.
    pub fn by(app: &App, pass: &Pass) -> Option<Self> {
        let item = pass.tree.items().get(app.steps.line)?;
        let graph = pass.record.graph();
        let node = graph.through_views(pass.tree.items().get(pass.tree.line_of_step(item.first_step))?.result);
        let here = graph.node(node);
        let table = *here.inputs.first()?;
        if here.operation()?.name() != "gather" || pass.record.get(table).is_none() || pass.record.get(node).is_none() {
            return None;
        }
        let axis = here.axes.iter().find(|axis| axis.kind.is_sequence() && axis.kind != Kind::Key)?;
        let labels = shown::axis_labels(pass, node, axis.kind);
        let place = here.axes.find(axis.kind)?;
        let row_of = |token: usize| {
            let cell: Vec<usize> = (0..here.axes.rank()).map(|at| if at == place { token } else { 0 }).collect();
            pass.record.derive(node, &cell).terms.first()?.sources.first()?.1.first().copied()
        };
        let rows = labels.into_iter().enumerate().filter_map(|(token, label)| Some((label, row_of(token)?))).collect();
        let name = shown::path_of(pass, table, Language::En);
        Some(Self { name, rows })
    }

    /// What it is called.
    pub fn title(&self, language: Language) -> String {
        let short = self.name.strip_suffix(".weight").unwrap_or(&self.name);
        Word::RowsOf.fill(language, &[&short.rsplit('.').next().unwrap_or(short)])
    }

    /// Draws the tokens with the number of the row that each takes.
    pub fn draw(&self, canvas: &mut Canvas<'_>, area: Rect, app: &App) {
        let area = Rect { y: area.y + 1, height: area.height.saturating_sub(1), ..area };
        let chosen = app.cursor.query.min(self.rows.len().saturating_sub(1));
        let first = scroll::window(chosen, self.rows.len(), usize::from(area.height));
        let shown = self.rows.iter().enumerate().skip(first).take(usize::from(area.height));
        for (line, (index, (label, row))) in shown.enumerate() {
            let place = Rect { y: area.y + line as u16, height: 1, width: area.width.min(20), ..area };
            let theme = canvas.theme;
            let grey = if index % 2 == 0 { Tone::Label } else { Tone::LabelDim };
            let style = if index == chosen { theme.cursor_label() } else { theme.style(grey) };
            canvas.put(place, place.x, place.y, &text::right(label, 6), style);
            if index == chosen {
                canvas.put(place, place.x + 6, place.y, "▸", style);
            }
            let tone = if index == chosen { Tone::Focused } else { Tone::Text };
            canvas.say_right(Rect { width: 16, ..place }, place.y, &row.to_string(), tone);
            canvas.hits.push(place, Target::Cell { map: 0, row: index, col: app.cursor.feature });
        }
    }
}
