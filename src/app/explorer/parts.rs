//! The parts of the model that its card draws: each leads to its steps.

use super::{App, Effect};
use crate::app::{Action, Command, Screen};

/// The parts in the drawing, for the mouse; an entry is a line of the tree of steps.
pub const PARTS: u8 = 45;

impl App {
    pub(super) fn model_command(&mut self, command: Command) -> Vec<Effect> {
        let times = command.times() as isize;
        match (command.action, self.part) {
            (Action::NextPane, _) => self.choose_part(times),
            (Action::PreviousPane, _) => self.choose_part(-times),
            (Action::Into | Action::Accept, Some(line)) => return self.open_part(line),
            (Action::Back, _) => self.part = None,
            _ => {
                // Whoever scrolls looks at something else.
                self.part = None;
                self.scroll_by(command);
            }
        }
        Vec::new()
    }

    /// From one part to the next, and round.
    fn choose_part(&mut self, by: isize) {
        let lines: Vec<usize> = self.summary.iter().flat_map(|summary| summary.drawn()).map(|part| part.line).collect();
        let now = self.part.and_then(|line| lines.iter().position(|own| *own == line));
        let next = match (now, by > 0) {
            (Some(now), _) => now as isize + by,
            (None, true) => by - 1,
            (None, false) => by,
        };
        self.part = lines.get(next.rem_euclid(lines.len().max(1) as isize) as usize).copied();
    }

    /// Shows the steps of a part.
    pub(super) fn open_part(&mut self, line: usize) -> Vec<Effect> {
        let Some(pass) = self.shown().cloned() else { return Vec::new() };
        (self.shell.screen, self.part, self.writing) = (Screen::Steps, Some(line), false);
        self.steps.show_line(&pass, line);
        self.opened()
    }
}
