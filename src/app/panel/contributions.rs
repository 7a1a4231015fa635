//! What each head adds to a logit.

use std::sync::Arc;

use super::{Asked, Found, along_columns, along_rows, moved};
use crate::app::decode::SHOWN;
use crate::app::{Action, Command, Target};
use crate::explore::{Candidate, Contributions, GridRow, Part, Pass, Question, Sampling, candidates};
use crate::tape::Kind;

/// The lists of the panel, for the mouse: what can be asked about, and the parts that add most.
pub const CANDIDATES: u8 = 0;
/// The parts that add most.
pub const RANKED: u8 = 1;

/// What each head adds to a logit.
#[derive(Clone, Default)]
pub struct ContributionsPanel {
    /// The logit taken apart.
    pub found: Found<Contributions>,
    /// The position whose prediction is asked about.
    pub position: Option<usize>,
    /// Which of its candidates.
    pub candidate: usize,
    /// The cell of the grid under the cursor: row, and head or the network behind the heads.
    pub cell: (usize, usize),
    /// Whether the cursor was put there, or stands on what adds most.
    pub moved: bool,
}

impl ContributionsPanel {
    /// Forgets what was asked of another pass.
    pub(super) fn fit(&mut self) {
        (self.position, self.candidate, self.cell, self.moved) = (None, 0, (0, 0), false);
    }

    /// The position that is asked about.
    pub fn position(&self, pass: &Pass) -> usize {
        let usual = pass.predicted_positions().first().copied();
        self.position.or(usual).unwrap_or(positions(pass).saturating_sub(1))
    }

    /// The likeliest tokens there.
    pub fn candidates(&self, pass: &Pass) -> Vec<Candidate> {
        let plain = Sampling { temperature: 1.0, ..Sampling::default() };
        let logits = pass.logits_at(self.position(pass));
        let mut found = logits.map_or_else(Vec::new, |logits| candidates(&logits, &plain, SHOWN));
        found.truncate(SHOWN);
        found
    }

    /// What is asked.
    pub fn question(&self, pass: &Pass) -> Question {
        let token = self.candidates(pass).get(self.candidate).map(|candidate| candidate.id);
        Question { position: Some(self.position(pass)), token }
    }

    /// The logit, where it was taken apart.
    pub fn logit(&self) -> Option<&Contributions> {
        self.found.as_ref()?.as_ref().ok().map(Arc::as_ref)
    }

    pub(super) fn take(&mut self, found: Arc<Contributions>) {
        if !self.moved {
            let first = found.ranked().into_iter().find_map(|part| cell_of(&found.grid(), part.part, part.layer));
            self.cell = first.unwrap_or_default();
        }
        self.found = Some(Ok(found));
    }

    pub(super) fn command(&mut self, command: Command, pass: &Pass) -> Asked {
        let times = command.times() as isize;
        match command.action {
            Action::Into | Action::Accept => return self.opened(),
            Action::NextHead => self.step(0, times),
            Action::PreviousHead => self.step(0, -times),
            Action::NextLayer => self.step(times, 0),
            Action::PreviousLayer => self.step(-times, 0),
            _ => {}
        }
        let before = (self.position(pass), self.candidate);
        let along = along_columns(command);
        if along != 0 {
            (self.position, self.candidate) = (Some(moved(before.0, along, positions(pass))), 0);
        } else {
            self.candidate = moved(self.candidate, along_rows(command), entries(pass).min(SHOWN));
        }
        if before == (self.position(pass), self.candidate) { Asked::Nothing } else { Asked::Study }
    }

    pub(super) fn click(&mut self, target: Target) -> Asked {
        match target {
            Target::Row { list: CANDIDATES, row } if row != self.candidate => {
                self.candidate = row;
                return Asked::Study;
            }
            Target::Row { list: RANKED, row } => {
                let found =
                    self.logit().map(|logit| (logit.ranked().get(row).map(|p| (p.part, p.layer)), logit.grid()));
                if let Some((Some((part, layer)), grid)) = found {
                    return self.put(cell_of(&grid, part, layer));
                }
            }
            Target::Cell { row, col, .. } => return self.put(Some((row, col))),
            _ => {}
        }
        Asked::Nothing
    }

    /// Puts the cursor on a cell; a click on where it stands opens it.
    fn put(&mut self, cell: Option<(usize, usize)>) -> Asked {
        let Some(cell) = cell else { return Asked::Nothing };
        if cell == self.cell {
            return self.opened();
        }
        (self.cell, self.moved) = (cell, true);
        Asked::Nothing
    }

    fn step(&mut self, down: isize, right: isize) {
        let Some(grid) = self.logit().map(Contributions::grid) else { return };
        let columns = columns(&grid);
        self.cell = (moved(self.cell.0, down, grid.len()), moved(self.cell.1, right, columns));
        self.moved = true;
    }

    fn opened(&self) -> Asked {
        let Some(grid) = self.logit().map(Contributions::grid) else { return Asked::Nothing };
        let Some(row) = grid.get(self.cell.0) else { return Asked::Nothing };
        match (row.attention, row.feed) {
            (Some(index), _) if self.cell.1 < row.heads.len() => Asked::Head(index, self.cell.1),
            (_, Some((node, _))) if self.cell.1 + 1 >= columns(&grid) => Asked::Step(node),
            _ => Asked::Nothing,
        }
    }
}

/// Columns of the grid: the heads, and the network behind them.
pub fn columns(grid: &[GridRow]) -> usize {
    grid.iter().map(|row| row.heads.len()).max().unwrap_or(0) + 1
}

/// Where a part stands in the grid.
pub fn cell_of(grid: &[GridRow], part: Part, layer: Option<usize>) -> Option<(usize, usize)> {
    match part {
        Part::Head(index, head) => grid.iter().position(|row| row.attention == Some(index)).map(|row| (row, head)),
        Part::FeedForward => {
            let row = grid.iter().position(|row| row.feed.is_some() && Some(row.layer) == layer)?;
            Some((row, columns(grid) - 1))
        }
        _ => None,
    }
}

fn entries(pass: &Pass) -> usize {
    pass.logits_node().map_or(0, |id| pass.record.graph().node(id).axes.len_of(Kind::Vocabulary))
}

fn positions(pass: &Pass) -> usize {
    pass.logits_node().map_or(0, |id| pass.record.graph().node(id).axes.len_of(Kind::Token))
}
