//! Vectors as strips of signed colour: one row a token, half a column a feature where there are many.

use super::{Scale, heatmap::hidden_paint, scroll};
use crate::ui::{Canvas, Tone, hits::Grid, text};
use ratatui::layout::Rect;

/// A matrix of tokens by features.
#[derive(Clone, Copy)]
pub struct Strip<'a> {
    size: (usize, usize),
    value: &'a dyn Fn(usize, usize) -> f32,
    row_labels: &'a [String],
    label_width: u16,
    scale: Scale,
    cursor: Option<(usize, usize)>,
    header: bool,
    map: u8,
}

/// What was drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Drawn {
    /// Where the cells are.
    pub cells: Rect,
    /// Features that one column of the screen holds.
    pub features: usize,
    /// First row shown and how many.
    pub rows: (usize, usize),
}

/// How features fill the columns of the screen.
#[derive(Clone, Copy)]
struct Columns {
    /// Two values side by side in a column.
    halves: bool,
    /// Features in each value.
    pool: usize,
}

impl Columns {
    fn of(features: usize, room: usize) -> Self {
        if features <= room {
            return Self { halves: false, pool: 1 };
        }
        Self { halves: true, pool: features.div_ceil(room.max(1) * 2).max(1) }
    }

    fn features(self) -> usize {
        if self.halves { 2 * self.pool } else { 1 }
    }
}

impl<'a> Strip<'a> {
    /// So many tokens of so many features.
    pub fn new(tokens: usize, features: usize, value: &'a dyn Fn(usize, usize) -> f32) -> Self {
        let size = (tokens, features);
        Self {
            size,
            value,
            row_labels: &[],
            label_width: 0,
            scale: Scale::Signed(1.0),
            cursor: None,
            header: false,
            map: 0,
        }
    }

    /// The names of the rows, in a gutter of so many columns; 0 draws only the cursor's mark.
    #[must_use]
    pub fn named(mut self, rows: &'a [String], columns: u16) -> Self {
        (self.row_labels, self.label_width) = (rows, columns);
        self
    }

    /// The range; weights are possible too.
    #[must_use]
    pub fn scale(mut self, scale: Scale) -> Self {
        self.scale = scale;
        self
    }

    /// The value under the cursor.
    #[must_use]
    pub fn cursor(mut self, cursor: Option<(usize, usize)>) -> Self {
        self.cursor = cursor;
        self
    }

    /// Whether feature indices stand above.
    #[must_use]
    pub fn header(mut self, header: bool) -> Self {
        self.header = header;
        self
    }

    /// Which map of the screen this is, for the mouse.
    #[must_use]
    pub fn map(mut self, map: u8) -> Self {
        self.map = map;
        self
    }

    /// Draws into the upper left of the area.
    pub fn draw(&self, canvas: &mut Canvas<'_>, area: Rect) -> Drawn {
        let area = area.intersection(canvas.buffer.area);
        let gutter = if self.row_labels.is_empty() && self.cursor.is_none() { 0 } else { self.label_width + 1 };
        let header = u16::from(self.header);
        let room = usize::from(area.width.saturating_sub(gutter));
        let columns = Columns::of(self.size.1, room);
        let shown = self.size.0.min(usize::from(area.height.saturating_sub(header)));
        let first = scroll::window(self.cursor.map_or(0, |(row, _)| row), self.size.0, shown);
        let width = self.size.1.div_ceil(columns.features()).min(room) as u16;
        let cells = Rect {
            x: area.x + gutter.min(area.width),
            y: area.y + header.min(area.height),
            width,
            height: shown as u16,
        };
        let drawn = Drawn { cells, features: columns.features(), rows: (first, shown) };
        if !cells.is_empty() {
            self.draw_parts(canvas, area, columns, drawn);
        }
        drawn
    }

    fn draw_parts(&self, canvas: &mut Canvas<'_>, area: Rect, columns: Columns, drawn: Drawn) {
        self.draw_cells(canvas, columns, drawn);
        self.draw_gutter(canvas, area, drawn);
        if self.header {
            self.draw_header(canvas, area, drawn);
        }
        self.draw_cursor(canvas, drawn);
        let step = (1, drawn.features);
        let grid = Grid { map: self.map, first: (drawn.rows.0, 0), cell: (1, 1), step, size: self.size };
        canvas.hits.push_grid(drawn.cells, grid);
    }

    fn draw_cells(&self, canvas: &mut Canvas<'_>, columns: Columns, drawn: Drawn) {
        for line in 0..drawn.cells.height {
            let row = drawn.rows.0 + usize::from(line);
            for column in 0..drawn.cells.width {
                let from = usize::from(column) * drawn.features;
                let value = |from: usize| self.strongest(row, from, columns.pool).map(|value| self.scale.place(value));
                let paint = match (columns.halves, self.scale) {
                    (true, _) => canvas.theme.signed_beside(value(from), value(from + columns.pool)),
                    (false, Scale::Signed(_)) => canvas.theme.signed(value(from).unwrap_or(0.0)),
                    (false, Scale::Weights(_)) => canvas.theme.weight(value(from).unwrap_or(0.0)),
                };
                canvas.set(drawn.cells, drawn.cells.x + column, drawn.cells.y + line, paint);
            }
        }
    }

    fn strongest(&self, row: usize, from: usize, pool: usize) -> Option<f32> {
        let features = from..(from + pool).min(self.size.1);
        features.map(|feature| (self.value)(row, feature)).reduce(|one, two| self.scale.stronger(one, two))
    }

    fn draw_gutter(&self, canvas: &mut Canvas<'_>, area: Rect, drawn: Drawn) {
        for line in 0..drawn.rows.1 {
            let row = drawn.rows.0 + line;
            let at_cursor = self.cursor.is_some_and(|(cursor, _)| cursor == row);
            let style = match (at_cursor, row % 2) {
                (true, _) => canvas.theme.cursor_label(),
                (false, 0) => canvas.theme.style(Tone::Label),
                (false, _) => canvas.theme.style(Tone::LabelDim),
            };
            let y = drawn.cells.y + line as u16;
            if let Some(label) = self.row_labels.get(row).filter(|_| self.label_width > 0) {
                canvas.put(area, area.x, y, &text::right(label, usize::from(self.label_width)), style);
            }
            if at_cursor {
                canvas.put(area, drawn.cells.x.saturating_sub(1), y, "▸", style);
            }
        }
    }

    /// Feature indices every eight columns, and `▾` over the cursor's.
    fn draw_header(&self, canvas: &mut Canvas<'_>, area: Rect, drawn: Drawn) {
        let y = drawn.cells.y.saturating_sub(1);
        let cursor = self.cursor.map(|(_, feature)| drawn.cells.x + (feature / drawn.features) as u16);
        for column in (0..drawn.cells.width).step_by(8) {
            let label = (usize::from(column) * drawn.features).to_string();
            let x = drawn.cells.x + column;
            let end = x + label.len() as u16;
            if end <= drawn.cells.right() && !cursor.is_some_and(|cursor| (x..=end).contains(&cursor)) {
                canvas.say(area, x, y, &label, Tone::Faint);
            }
        }
        if let Some(x) = cursor.filter(|&x| x < drawn.cells.right()) {
            canvas.put(area, x, y, "▾", canvas.theme.cursor_label());
        }
    }

    fn draw_cursor(&self, canvas: &mut Canvas<'_>, drawn: Drawn) {
        let Some((row, feature)) = self.cursor else { return };
        let Some(line) = row.checked_sub(drawn.rows.0).filter(|&line| line < drawn.rows.1) else { return };
        let (x, y) = (drawn.cells.x + (feature / drawn.features) as u16, drawn.cells.y + line as u16);
        let value = self.scale.place((self.value)(row, feature));
        canvas.hits.set_cursor(x, y);
        let style = canvas.theme.cursor_on(canvas.theme.on_signed(value));
        canvas.put(drawn.cells, x, y, "◆", style);
    }
}

/// Places that are not filled yet, such as the rest of a cache.
pub fn room_left(canvas: &mut Canvas<'_>, area: Rect) {
    let paint = hidden_paint(canvas.theme, '·');
    for y in area.y..area.bottom() {
        for x in area.x..area.right() {
            canvas.set(area, x, y, paint);
        }
    }
}
