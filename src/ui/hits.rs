//! What was drawn where, so that the mouse can be answered.

use crate::app::Target;
use ratatui::layout::Rect;

/// The rectangles of one frame, collected while it is drawn.
#[derive(Clone, Debug, Default)]
pub struct Hits {
    spots: Vec<(Rect, Spot)>,
    cursor: Option<(u16, u16)>,
    scroll_limit: Option<usize>,
    fitted: Option<usize>,
}

#[derive(Clone, Copy, Debug)]
enum Spot {
    Fixed(Target),
    Grid(Grid),
    Prompt { first: usize },
}

/// Cells of a map in one rectangle: kept as a rule instead of a rectangle a cell.
#[derive(Clone, Copy, Debug)]
pub struct Grid {
    /// Which map of the screen.
    pub map: u8,
    /// Row and column of the cell in the upper left corner.
    pub first: (usize, usize),
    /// Columns and rows of the screen that a cell takes.
    pub cell: (u16, u16),
    /// Rows and columns of the matrix that one cell of the screen holds.
    pub step: (usize, usize),
    /// Rows and columns of the matrix.
    pub size: (usize, usize),
}

impl Grid {
    fn at(&self, dx: u16, dy: u16) -> Target {
        let along = |offset: u16, size: u16, step: usize| usize::from(offset / size.max(1)) * step.max(1);
        let row = self.first.0 + along(dy, self.cell.1, self.step.0);
        let col = self.first.1 + along(dx, self.cell.0, self.step.1);
        Target::Cell {
            map: self.map,
            row: row.min(self.size.0.saturating_sub(1)),
            col: col.min(self.size.1.saturating_sub(1)),
        }
    }
}

impl Hits {
    /// Nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Remembers what was drawn in a rectangle; what is drawn later lies on top.
    pub fn push(&mut self, area: Rect, target: Target) {
        if !area.is_empty() {
            self.spots.push((area, Spot::Fixed(target)));
        }
    }

    /// Remembers the cells of a map.
    pub fn push_grid(&mut self, area: Rect, grid: Grid) {
        if !area.is_empty() {
            self.spots.push((area, Spot::Grid(grid)));
        }
    }

    /// Remembers the text of the prompt, whose first visible column is given.
    pub fn push_prompt(&mut self, area: Rect, first: usize) {
        if !area.is_empty() {
            self.spots.push((area, Spot::Prompt { first }));
        }
    }

    /// Says where the terminal's own cursor belongs.
    pub fn set_cursor(&mut self, x: u16, y: u16) {
        self.cursor = Some((x, y));
    }

    /// Says how many lines the screen can be scrolled by: more are known only where it is drawn.
    pub fn set_scroll_limit(&mut self, lines: usize) {
        self.scroll_limit = Some(lines);
    }

    /// How many lines the screen can be scrolled by, where it scrolls.
    pub fn scroll_limit(&self) -> Option<usize> {
        self.scroll_limit
    }

    /// Says how many tokens a side a cell of the large map holds where it is shown whole.
    pub fn set_fitted(&mut self, block: usize) {
        self.fitted = Some(block);
    }

    /// How many that are, where such a map was drawn.
    pub fn fitted(&self) -> Option<usize> {
        self.fitted
    }

    /// Where the terminal's own cursor belongs.
    pub fn cursor(&self) -> Option<(u16, u16)> {
        self.cursor
    }

    /// What lies at that place of the screen.
    pub fn at(&self, x: u16, y: u16) -> Option<Target> {
        let here = |area: &Rect| area.contains((x, y).into());
        self.spots.iter().rev().find(|(area, _)| here(area)).map(|(area, spot)| match spot {
            Spot::Fixed(target) => *target,
            Spot::Grid(grid) => grid.at(x - area.x, y - area.y),
            Spot::Prompt { first } => Target::Prompt(first + usize::from(x - area.x)),
        })
    }

    /// Forgets everything below: an overlay takes every click.
    pub fn clear(&mut self) {
        self.spots.clear();
        self.cursor = None;
        self.scroll_limit = None;
        self.fitted = None;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_drawn_lies_on_top() {
        let mut hits = Hits::new();
        hits.push(Rect::new(0, 0, 10, 10), Target::Pane(1));
        hits.push(Rect::new(2, 2, 3, 1), Target::Tab(4));
        assert_eq!(hits.at(3, 2), Some(Target::Tab(4)));
        assert_eq!(hits.at(3, 3), Some(Target::Pane(1)));
        assert_eq!(hits.at(10, 3), None);
    }

    #[test]
    fn cells_of_a_grid() {
        let mut hits = Hits::new();
        let grid = Grid { map: 2, first: (5, 1), cell: (2, 1), step: (1, 3), size: (9, 30) };
        hits.push_grid(Rect::new(10, 4, 20, 6), grid);
        assert_eq!(hits.at(13, 5), Some(Target::Cell { map: 2, row: 6, col: 4 }));
        assert_eq!(hits.at(29, 9), Some(Target::Cell { map: 2, row: 8, col: 28 }));
    }
}
