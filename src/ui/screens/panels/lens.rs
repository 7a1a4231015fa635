//! What each layer would predict, as a table of layers and positions, the last layer on top.

use super::super::shown::numbered;
use super::grid::{NAMES, Table};
use super::{found, place_words, titled};
use crate::app::panel::LensPanel;
use crate::app::{App, Word};
use crate::explore::{Lens, LensRow, Pass};
use crate::tape::Kind;
use crate::ui::frame::Body;
use crate::ui::widgets::bar;
use crate::ui::{Canvas, Tone, number, text};
use ratatui::layout::Rect;

/// Columns of a cell: a token, its probability, and a gap.
const CELL: u16 = 12;
/// Rows below the table.
const BELOW: u16 = 3;

/// What the words below the table read.
struct Scene<'a> {
    lens: &'a Lens,
    app: &'a App,
    pass: &'a Pass,
    labels: Vec<String>,
    /// Row of the lens, and position.
    cursor: (usize, usize),
}

/// Draws the table and, below, the cell under the cursor.
pub fn draw(canvas: &mut Canvas<'_>, body: Body, app: &App, pass: &Pass, panel: &LensPanel) {
    let area = titled(canvas, body, Word::LensTitle, Word::LensHint.text(canvas.language));
    let Some(lens) = found(canvas, area, panel.found.as_ref()) else { return };
    let labels = pass.labels(Kind::Token, lens.positions(), lens.stream);
    let labels: Vec<String> = labels.iter().map(|token| token.label.clone()).collect();
    let cursor = (panel.row(), app.cursor.query.min(lens.positions().saturating_sub(1)));
    let scene = Scene { lens, app, pass, labels, cursor };
    let table = Rect { height: area.height.saturating_sub(BELOW), ..area };
    let used = scene.draw_table(canvas, table) + 1;
    let below = Rect { y: area.y + used, height: area.height.saturating_sub(used), ..area };
    scene.draw_cell_words(canvas, below);
}

impl Scene<'_> {
    fn name(&self, row: &LensRow) -> String {
        let language = self.app.shell.language;
        row.layer.map_or_else(
            || Word::EmbeddingsRow.text(language).to_owned(),
            |layer| Word::LayerRow.fill(language, &[&layer]),
        )
    }

    fn draw_table(&self, canvas: &mut Canvas<'_>, area: Rect) -> u16 {
        let last = self.lens.rows.len() - 1;
        let rows: Vec<String> = self.lens.rows.iter().rev().map(|row| self.name(row)).collect();
        let heads: Vec<String> = (0..self.labels.len()).map(|position| numbered(&self.labels, position)).collect();
        let cell = |canvas: &Canvas<'_>, row: usize, position: usize| {
            let cell = self.lens.rows[last - row].cells.get(position)?;
            let label = self.app.subject.as_ref()?.label(cell.id);
            let wide = usize::from(CELL) - 5;
            let number = text::right(&number::short_weight(cell.probability), 3);
            let words = format!("{} {number}", text::left(&text::fit(&label, wide), wide));
            Some((words, canvas.theme.on_weight(cell.probability)))
        };
        let cursor = (last - self.cursor.0, self.cursor.1);
        Table { rows: &rows, heads: &heads, width: CELL, cursor, cell: &cell }.draw(canvas, area)
    }

    /// What is predicted at the cursor, and how far the model's own word has come there.
    fn draw_cell_words(&self, canvas: &mut Canvas<'_>, area: Rect) {
        let language = canvas.language;
        let (row, position) = self.cursor;
        let (Some(subject), Some(last)) = (&self.app.subject, self.lens.rows.last()) else { return };
        let Some((cell, own)) = self.lens.rows[row].cells.get(position).zip(last.cells.get(position)) else { return };
        let place = place_words(self.pass, &numbered(&self.labels, position), language);
        let pieces = [
            (format!("{}, {place}", self.name(&self.lens.rows[row])), Tone::Accent),
            (format!("  {} ", Word::PredictsHere.text(language)), Tone::Dim),
            (subject.label(cell.id), Tone::Title),
            (format!(" {}", number::weight(cell.probability)), Tone::Text),
        ];
        let pieces: Vec<(&str, Tone)> = pieces.iter().map(|(words, tone)| (words.as_str(), *tone)).collect();
        canvas.say_all(area, area.x, area.y, &pieces);
        let probability = number::weight(cell.last.probability);
        let word = subject.label(own.id);
        let words = Word::FinalWord.fill(language, &[&word, &probability, &cell.last.rank]);
        let x = canvas.say(area, area.x, area.y + 1, &words, Tone::Dim);
        if usize::from(area.height) > self.lens.rows.len() + 3 {
            let below = Rect { y: area.y + 3, height: area.height - 3, ..area };
            let title = Word::RiseOf.fill(language, &[&word, &place]);
            self.draw_rise(canvas, below, &title);
        } else if x + 14 < area.right() {
            bar(canvas, Rect { x: x + 2, y: area.y + 1, width: 12, height: 1 }, cell.last.probability, Tone::Text);
        }
    }

    /// How likely the model's own word is from layer to layer.
    fn draw_rise(&self, canvas: &mut Canvas<'_>, area: Rect, title: &str) {
        let language = canvas.language;
        canvas.title(Rect { height: 1, ..area }, title, Word::RiseHint.text(language), false);
        for (line, (row, cells)) in self.lens.rows.iter().enumerate().rev().enumerate() {
            let Some(cell) = cells.cells.get(self.cursor.1) else { continue };
            let place = Rect { y: area.y + 1 + line as u16, height: 1, ..area };
            let tone = if row == self.cursor.0 { Tone::Accent } else { Tone::Text };
            canvas.say(place, place.x, place.y, &self.name(cells), tone);
            let width = area.width.saturating_sub(NAMES + 20).min(40);
            bar(canvas, Rect { x: place.x + NAMES, width, ..place }, cell.last.probability, tone);
            let number = number::weight(cell.last.probability);
            let rank = format!("{number}  {} {}", Word::RankColumn.text(language), cell.last.rank);
            canvas.say(place, place.x + NAMES + width + 1, place.y, &rank, tone);
        }
    }
}
