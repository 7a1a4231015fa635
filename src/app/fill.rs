//! Filling masks in: what a model like BERT expects at each masked position.

use super::decode::LISTED;
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
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
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
        let mut candidates = pass.candidates(self.position(pass, cursor), &plain, LISTED);
        candidates.truncate(LISTED);
        candidates
    }

    /// Does what a command asks.
    pub fn command(&mut self, command: Command, pass: &Pass, cursor: &mut usize) -> Asked {
        let masks = pass.predicted_positions().len();
        let by: isize = match command.action {
            Action::MoveRight | Action::CursorRight => 1,
            Action::MoveLeft | Action::CursorLeft => -1,
            _ => 0,
        };
        if by != 0 {
            self.chosen = 0;
            let by = by * command.times() as isize;
            let along_tokens = matches!(command.action, Action::CursorLeft | Action::CursorRight);
            if masks == 0 || along_tokens {
                *cursor = cursor.saturating_add_signed(by).min(pass.tokens.len().saturating_sub(1));
            } else {
                // There may be fewer masks than when it was chosen: one was filled in.
                self.mask = self.mask.min(masks - 1).saturating_add_signed(by).min(masks - 1);
            }
        }
        match command.action {
            Action::MoveUp => self.chosen = self.chosen.saturating_sub(command.times()),
            Action::MoveDown => self.move_down(command.times(), pass, *cursor),
            Action::Into | Action::Accept => return self.put(self.chosen, pass, *cursor),
            Action::TakeCandidate => return self.put(command.times().saturating_sub(1), pass, *cursor),
            Action::Back => return Asked::Leave,
            _ => {}
        }
        Asked::Nothing
    }

    fn move_down(&mut self, by: usize, pass: &Pass, cursor: usize) {
        self.chosen = (self.chosen + by).min(self.candidates(pass, cursor).len().saturating_sub(1));
    }

    /// A click on a candidate takes it, one on a token looks at it.
    pub fn click(&mut self, target: Target, pass: &Pass, cursor: &mut usize) -> Asked {
        match target {
            Target::Row { list, row } => {
                // Each mask has a list of its own.
                if pass.predicted_positions().len() > 1 {
                    self.mask = usize::from(list);
                }
                return self.put(row, pass, *cursor);
            }
            Target::Cell { col, .. } => {
                self.chosen = 0;
                let masked = pass.predicted_positions();
                match masked.iter().position(|&position| position == col) {
                    Some(mask) => self.mask = mask,
                    None if col < pass.tokens.len() => *cursor = col,
                    None => {}
                }
            }
            _ => {}
        }
        Asked::Nothing
    }

    fn put(&self, place: usize, pass: &Pass, cursor: usize) -> Asked {
        let found = self.candidates(pass, cursor).get(place).copied();
        found.map_or(Asked::Nothing, |candidate| Asked::Put(self.position(pass, cursor), candidate.id))
    }
}

#[cfg(test)]
mod tests;
