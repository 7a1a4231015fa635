//! A matrix as a map: queries down, keys across, every hidden cell with the glyph of its reason.

mod cells;
mod labels;
mod layout;
#[cfg(test)]
mod tests;

use super::Scale;
use crate::ui::{Canvas, hits::Grid};
pub use cells::hidden_paint;
use layout::Layout;
use ratatui::layout::Rect;

/// How large a cell of the matrix is drawn.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Zoom {
    /// The largest that shows the whole matrix, without numbers.
    #[default]
    Fit,
    /// Four columns by two rows, with its number; scrolls.
    Numbers,
    /// Three columns by one row, for stacked labels with room between; scrolls.
    Wide,
    /// Two columns by one row; scrolls.
    Cell,
    /// One column by half a row; scrolls.
    Half,
    /// Half blocks, several values in each until everything fits.
    Whole,
    /// Half blocks of so many values a side, a power of two; scrolls.
    Blocks(usize),
}

/// How rows and columns are named.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Labels {
    /// On the staircase of a causal map, else stacked, else every 4th index.
    #[default]
    Auto,
    /// On the staircase, right of the diagonal.
    Stair,
    /// Upright letters over the column.
    Stacked,
    /// Every 4th index.
    Index,
    /// None at all, for small maps.
    None,
}

/// A matrix to be drawn.
#[derive(Clone, Copy)]
pub struct Heatmap<'a> {
    size: (usize, usize),
    value: &'a dyn Fn(usize, usize) -> f32,
    hidden: &'a dyn Fn(usize, usize) -> Option<char>,
    row_labels: &'a [String],
    col_labels: &'a [String],
    scale: Scale,
    zoom: Zoom,
    labels: Labels,
    label_width: u16,
    stack: u16,
    cursor: Option<(usize, usize)>,
    blank_hidden: bool,
    pools: Option<&'a Blocks<'a>>,
    map: u8,
}

/// The strongest of a block by the values along its side, a power of two, and its row and column among such blocks;
/// `None` where all of it is hidden.
pub type Blocks<'a> = dyn Fn(usize, usize, usize) -> Option<f32> + 'a;

/// What was drawn, for the legend and for what stands beside the map.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Drawn {
    /// Where the cells are.
    pub cells: Rect,
    /// First row and column shown.
    pub first: (usize, usize),
    /// How many rows and columns are shown.
    pub shown: (usize, usize),
    /// Rows and columns of the matrix that one cell holds: `(1, 1)` unless pooled.
    pub step: (usize, usize),
    /// How it was labelled.
    pub labels: Labels,
    /// How large the cells are.
    pub zoom: Zoom,
}

impl Drawn {
    /// Whether a cell stands for several values.
    pub fn is_pooled(&self) -> bool {
        self.step != (1, 1)
    }
}

fn nothing_hidden(_: usize, _: usize) -> Option<char> {
    None
}

impl<'a> Heatmap<'a> {
    /// A matrix of so many rows and columns.
    pub fn new(rows: usize, cols: usize, value: &'a dyn Fn(usize, usize) -> f32) -> Self {
        Self {
            size: (rows, cols),
            value,
            hidden: &nothing_hidden,
            row_labels: &[],
            col_labels: &[],
            scale: Scale::default(),
            zoom: Zoom::Fit,
            labels: Labels::Auto,
            label_width: 6,
            stack: 7,
            cursor: None,
            blank_hidden: false,
            pools: None,
            map: 0,
        }
    }

    /// The glyph of the reason a cell is hidden for, `None` where it is visible.
    #[must_use]
    pub fn hidden(mut self, hidden: &'a dyn Fn(usize, usize) -> Option<char>) -> Self {
        self.hidden = hidden;
        self
    }

    /// The names of rows and columns.
    #[must_use]
    pub fn named(mut self, rows: &'a [String], cols: &'a [String]) -> Self {
        (self.row_labels, self.col_labels) = (rows, cols);
        self
    }

    /// Blocks that were made before, so that a frame need not read a long text's cells. They are a power of two wide.
    #[must_use]
    pub fn blocks(mut self, pools: Option<&'a Blocks<'a>>) -> Self {
        self.pools = pools;
        self
    }

    /// The ramp and its range.
    #[must_use]
    pub fn scale(mut self, scale: Scale) -> Self {
        self.scale = scale;
        self
    }

    /// How large the cells are.
    #[must_use]
    pub fn zoom(mut self, zoom: Zoom) -> Self {
        self.zoom = zoom;
        self
    }

    /// How rows and columns are named.
    #[must_use]
    pub fn labels(mut self, labels: Labels) -> Self {
        self.labels = labels;
        self
    }

    /// For small windows: row labels of 5 columns, stacked labels of 5 rows.
    #[must_use]
    pub fn compact(mut self, compact: bool) -> Self {
        (self.label_width, self.stack) = if compact { (5, 5) } else { (6, 7) };
        self
    }

    /// The cell under the cursor.
    #[must_use]
    pub fn cursor(mut self, cursor: Option<(usize, usize)>) -> Self {
        self.cursor = cursor;
        self
    }

    /// Which map of the screen this is.
    pub fn number(&self) -> u8 {
        self.map
    }

    /// Which map of the screen this is, for the mouse.
    #[must_use]
    pub fn map(mut self, map: u8) -> Self {
        self.map = map;
        self
    }

    /// A small map: no labels, everything fits, hidden cells show the ground.
    #[must_use]
    pub fn small(mut self) -> Self {
        (self.zoom, self.labels, self.blank_hidden, self.cursor) = (Zoom::Whole, Labels::None, true, None);
        self
    }

    /// Draws the map into the upper left of the area.
    pub fn draw(&self, canvas: &mut Canvas<'_>, area: Rect) -> Drawn {
        let area = area.intersection(canvas.buffer.area);
        let layout = Layout::of(self, area);
        if !layout.cells.is_empty() {
            self.draw_cells(canvas, &layout);
            self.draw_labels(canvas, area, &layout);
            self.draw_cursor(canvas, &layout);
            if self.labels != Labels::None {
                canvas.hits.push_grid(layout.cells, self.grid(&layout));
            }
        }
        layout.drawn()
    }

    fn grid(&self, layout: &Layout) -> Grid {
        // Two rows of pixels share a row of the screen; the mouse takes the upper.
        let rows_of_a_line = if layout.is_pixels() { 2 * layout.step.0 } else { layout.step.0 };
        Grid {
            map: self.map,
            first: layout.first,
            cell: layout.cell,
            step: (rows_of_a_line, layout.step.1),
            size: self.size,
        }
    }

    /// The strongest visible value of the block that a cell holds; `None` where all of it is hidden.
    fn pooled(&self, layout: &Layout, row: usize, col: usize) -> Option<f32> {
        let step = layout.step.0;
        if let Some(pools) = self.pools.filter(|_| step > 1) {
            return pools(step, layout.first.0 / step + row, layout.first.1 / step + col);
        }
        let along = |at: usize, step: usize, first: usize, size: usize| {
            let from = first + at * step;
            from.min(size)..(from + step).min(size)
        };
        let rows = along(row, layout.step.0, layout.first.0, self.size.0);
        let cols = along(col, layout.step.1, layout.first.1, self.size.1);
        let visible =
            rows.flat_map(|r| cols.clone().map(move |c| (r, c))).filter(|&(r, c)| (self.hidden)(r, c).is_none());
        visible.map(|(r, c)| (self.value)(r, c)).reduce(|one, two| self.scale.stronger(one, two))
    }

    /// Whether every cell above the diagonal is hidden, so that labels can stand there.
    fn is_causal(&self) -> bool {
        let (rows, cols) = self.size;
        rows == cols && rows > 1 && (0..rows).all(|r| (r + 1..cols).all(|c| (self.hidden)(r, c).is_some()))
    }
}
