//! Filling masks in: what a model like BERT expects at each masked position.

use super::{Action, Command, Target};
use crate::explore::{Candidate, Pass, Sampling};

/// The state of the screen.
#[derive(Clone, Debug, Default)]
pub struct FillState {
    /// Which of the masked positions.
    pub mask: usize,
    /// The candidate under the cursor.
    pub chosen: usize,
}

/// What a command asks beyond the screen.
pub enum Asked {
    /// Nothing.
    Nothing,
    /// Put this token in the place of the token at this position.
    Put(usize, u32),
    /// Leave the screen.
    Leave,
}

impl FillState {
    /// The masked positions, or else the token under the cursor: what would the model expect there?
    pub fn positions(pass: &Pass, cursor: usize) -> Vec<usize> {
        let masked = pass.predicted_positions();
        if masked.is_empty() { vec![cursor.min(pass.tokens.len().saturating_sub(1))] } else { masked }
    }

    /// The position that is looked at.
    pub fn position(&self, pass: &Pass, cursor: usize) -> usize {
        let positions = Self::positions(pass, cursor);
        positions[self.mask.min(positions.len() - 1)]
    }

    /// The candidates at that position.
    pub fn candidates(&self, pass: &Pass, cursor: usize) -> Vec<Candidate> {
        let plain = Sampling { temperature: 1.0, ..Sampling::default() };
        pass.candidates(self.position(pass, cursor), &plain, super::decode::SHOWN)
            .into_iter()
            .take(super::decode::SHOWN)
            .collect()
    }

    /// Does what a command asks.
    pub fn command(&mut self, command: Command, pass: &Pass, cursor: &mut usize) -> Asked {
        let masks = pass.predicted_positions().len();
        let by: isize = match command.action {
            Action::NextToken | Action::MoveRight => 1,
            Action::TakeBack | Action::MoveLeft => -1,
            _ => 0,
        };
        if by != 0 {
            self.chosen = 0;
            if masks == 0 {
                *cursor = cursor.saturating_add_signed(by).min(pass.tokens.len().saturating_sub(1));
            } else {
                self.mask = self.mask.saturating_add_signed(by).min(masks - 1);
            }
        }
        match command.action {
            Action::MoveUp => self.chosen = self.chosen.saturating_sub(command.times()),
            Action::MoveDown => self.chosen = (self.chosen + command.times()).min(super::decode::SHOWN - 1),
            Action::Into | Action::Accept => return self.put(self.chosen, pass, *cursor),
            Action::TakeCandidate => return self.put(command.times().saturating_sub(1), pass, *cursor),
            Action::Back => return Asked::Leave,
            _ => {}
        }
        Asked::Nothing
    }

    /// A click on a candidate takes it.
    pub fn click(&mut self, target: Target, pass: &Pass, cursor: usize) -> Asked {
        match target {
            Target::Row { row, .. } => self.put(row, pass, cursor),
            _ => Asked::Nothing,
        }
    }

    fn put(&self, place: usize, pass: &Pass, cursor: usize) -> Asked {
        let found = self.candidates(pass, cursor).get(place).copied();
        found.map_or(Asked::Nothing, |candidate| Asked::Put(self.position(pass, cursor), candidate.id))
    }
}
