//! Where the parts of a map go: gutter, header, cells, and which part of the matrix is shown.

use super::{Drawn, Heatmap, Labels, Zoom};
use crate::ui::{text, widgets::scroll};
use ratatui::layout::Rect;
use unicode_segmentation::UnicodeSegmentation;

/// The geometry of one map.
#[derive(Clone, Copy, Debug)]
pub(super) struct Layout {
    pub cells: Rect,
    pub cell: (u16, u16),
    pub first: (usize, usize),
    /// Cells shown, down and across; a pooled cell counts once.
    pub count: (usize, usize),
    pub step: (usize, usize),
    pub labels: Labels,
    pub zoom: Zoom,
    pub label_width: u16,
    size: (usize, usize),
}

impl Layout {
    pub fn of(map: &Heatmap<'_>, area: Rect) -> Self {
        let gutter = if map.labels == Labels::None { 0 } else { map.label_width + 2 };
        let width = area.width.saturating_sub(gutter);
        // Only where everything may fit do labels stand on the stairs: a long text need not be looked through.
        let fits = map.size.0 <= usize::from(area.height) && map.size.1 * 2 <= usize::from(width);
        let causal = map.labels == Labels::Auto && fits && map.is_causal();
        let zoom = map.zoom_for(width, area.height, causal);
        let labels = map.labels_for(zoom, width, area.height, causal);
        let header = map.header_rows(labels);
        let (cell, pixels) = cell_of(zoom);
        let height = area.height.saturating_sub(header);
        let room = room(width, height, cell, pixels);
        let step = match zoom {
            Zoom::Whole if map.pools.is_some() => {
                let step = pool(map.size, room).0.next_power_of_two();
                (step, step)
            }
            Zoom::Whole => pool(map.size, room),
            Zoom::Blocks(step) => (step.max(1), step.max(1)),
            _ => (1, 1),
        };
        let total = (map.size.0.div_ceil(step.0), map.size.1.div_ceil(step.1));
        let count = (total.0.min(room.0), total.1.min(room.1));
        let (row, col) = map.cursor.unwrap_or((0, 0));
        let along = |at: usize, step: usize, total: usize, count: usize| scroll::window(at / step, total, count) * step;
        let first = (along(row, step.0, total.0, count.0), along(col, step.1, total.1, count.1));
        let lines = if pixels { count.0.div_ceil(2) } else { count.0 };
        let cells = Rect {
            x: area.x + gutter.min(area.width),
            y: area.y + header.min(area.height),
            width: count.1 as u16 * cell.0,
            height: lines as u16 * cell.1,
        };
        let label_width = gutter.saturating_sub(2);
        Self { cells, cell, first, count, step, labels, zoom, label_width, size: map.size }
    }

    /// Whether cells are single columns of half blocks.
    pub fn is_pixels(&self) -> bool {
        cell_of(self.zoom).1
    }

    /// The upper left corner of a cell, by its place among those shown.
    pub fn corner(&self, row: usize, col: usize) -> (u16, u16) {
        let line = if self.is_pixels() { row / 2 } else { row };
        (self.cells.x + col as u16 * self.cell.0, self.cells.y + line as u16 * self.cell.1)
    }

    /// The place among the shown cells of a cell of the matrix.
    pub fn place(&self, row: usize, col: usize) -> Option<(usize, usize)> {
        let row = row.checked_sub(self.first.0)? / self.step.0;
        let col = col.checked_sub(self.first.1)? / self.step.1;
        (row < self.count.0 && col < self.count.1).then_some((row, col))
    }

    pub fn drawn(&self) -> Drawn {
        let rows = (self.count.0 * self.step.0).min(self.size.0.saturating_sub(self.first.0));
        let cols = (self.count.1 * self.step.1).min(self.size.1.saturating_sub(self.first.1));
        Drawn {
            cells: self.cells,
            first: self.first,
            shown: (rows, cols),
            step: self.step,
            labels: self.labels,
            zoom: self.zoom,
        }
    }
}

/// Columns and rows of one cell, and whether cells are half blocks.
fn cell_of(zoom: Zoom) -> ((u16, u16), bool) {
    match zoom {
        Zoom::Numbers => ((4, 2), false),
        Zoom::Wide => ((3, 1), false),
        Zoom::Fit | Zoom::Cell => ((2, 1), false),
        Zoom::Half | Zoom::Whole | Zoom::Blocks(_) => ((1, 1), true),
    }
}

/// How many cells go into so much room, down and across.
fn room(width: u16, height: u16, cell: (u16, u16), pixels: bool) -> (usize, usize) {
    let lines = if pixels { height * 2 } else { height / cell.1 };
    (usize::from(lines), usize::from(width / cell.0))
}

/// How many values a cell must hold for everything to fit; the same both ways, so that the diagonal stays one.
fn pool(size: (usize, usize), room: (usize, usize)) -> (usize, usize) {
    let step = size.0.div_ceil(room.0.max(1)).max(size.1.div_ceil(room.1.max(1))).max(1);
    (step, step)
}

impl Heatmap<'_> {
    /// The zoom that is drawn: `Fit` takes the largest that shows everything.
    fn zoom_for(&self, width: u16, height: u16, causal: bool) -> Zoom {
        if self.zoom != Zoom::Fit {
            return self.zoom;
        }
        let fits = |zoom: Zoom| {
            let labels = self.labels_for(zoom, width, height, causal);
            let height = height.saturating_sub(self.header_rows(labels));
            let (cell, pixels) = cell_of(zoom);
            let room = room(width, height, cell, pixels);
            self.size.0 <= room.0 && self.size.1 <= room.1
        };
        // Wide cells are for upright labels only; elsewhere square ones read better.
        let wide = !causal && matches!(self.labels, Labels::Auto | Labels::Stacked);
        let order = [(wide, Zoom::Wide), (true, Zoom::Cell), (true, Zoom::Half)];
        order.into_iter().find(|&(use_it, zoom)| use_it && fits(zoom)).map_or(Zoom::Whole, |(_, zoom)| zoom)
    }

    fn labels_for(&self, zoom: Zoom, width: u16, height: u16, causal: bool) -> Labels {
        let (cell, pixels) = cell_of(zoom);
        match self.labels {
            Labels::None => return Labels::None,
            _ if pixels => return Labels::Index,
            Labels::Auto => {}
            chosen => return chosen,
        }
        let room = room(width, height, cell, false);
        if causal && self.size.0 <= room.0 && self.size.1 <= room.1 {
            return Labels::Stair;
        }
        // Upright labels are worth their rows only while the map keeps most of the height, and not where only they
        // would make it too tall.
        let stack = self.stack_rows();
        let fits = |header: u16| self.size.0 * usize::from(cell.1) <= usize::from(height.saturating_sub(header));
        if stack > 0 && height >= stack * 3 && (fits(stack) || !fits(1)) { Labels::Stacked } else { Labels::Index }
    }

    /// Rows above the cells.
    fn header_rows(&self, labels: Labels) -> u16 {
        match labels {
            Labels::Stacked => self.stack_rows(),
            Labels::Index => 1,
            _ => 0,
        }
    }

    /// Rows of the longest upright label, as far as there may be.
    pub(super) fn stack_rows(&self) -> u16 {
        let longest = self.col_labels.iter().map(|label| label.graphemes(true).filter(|g| text::width(g) > 0).count());
        (longest.max().unwrap_or(0) as u16).min(self.stack)
    }
}
