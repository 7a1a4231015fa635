//! The pass changed by hand: heads off, masks painted, positions swapped; what that asks for and what came of it.

use std::sync::Arc;

use super::{App, Effect};
use crate::app::attention::Asked;
use crate::app::job::Work;
use crate::app::shell::Gravity;
use crate::app::{Command, Place, Target, Trail, Word};
use crate::explore::{Edits, Pass};

impl App {
    pub(super) fn attention_command(&mut self, command: Command) -> Asked {
        let (Some(pass), Some(shown)) = (self.pass.clone(), self.shown().cloned()) else { return Asked::Nothing };
        let language = self.shell.language;
        if let Some(asked) = self.attention.paint_command(command, &pass, &mut self.cursor, language) {
            return asked;
        }
        self.attention.command(command, &shown, &mut self.cursor)
    }

    pub(super) fn attention_asked(&mut self, asked: Asked) -> Vec<Effect> {
        match asked {
            Asked::Nothing => self.shown().cloned().map_or_else(Vec::new, |pass| self.open_hidden(&pass)),
            Asked::Replay => self.replay(),
            Asked::Say(words) => {
                self.shell.say(Gravity::Info, words);
                Vec::new()
            }
            Asked::SayAndReplay(words) => {
                self.shell.say(Gravity::Info, words);
                self.replay()
            }
        }
    }

    /// A click while the mask is painted: on a cell it begins a stroke, anywhere else it does what it does.
    pub(super) fn click_paint(&mut self, target: Target) -> Vec<Effect> {
        let (Some(pass), Some(shown)) = (self.pass.clone(), self.shown().cloned()) else { return Vec::new() };
        self.attention.click(target, &shown, &mut self.cursor);
        let Target::Cell { row, col, .. } = target else { return self.open_hidden(&shown) };
        let asked = self.attention.begin_stroke((row, col), &pass);
        self.attention_asked(asked)
    }

    /// The stroke goes on over another cell; what lies beside the map is not clicked by it.
    pub(super) fn drag_paint(&mut self, target: Target) -> Vec<Effect> {
        let (Some(pass), Target::Cell { row, col, .. }) = (self.pass.clone(), target) else { return Vec::new() };
        (self.cursor.query, self.cursor.key) = (row, col);
        let asked = self.attention.go_on_stroke((row, col), &pass);
        self.attention_asked(asked)
    }

    /// Changes the pass that is shown, from now on.
    pub fn change(&mut self, edits: Edits) -> Vec<Effect> {
        self.attention.edits = edits;
        self.replay()
    }

    /// Runs the pass again as it was changed; where nothing is changed any more the pass itself is shown.
    pub(in crate::app) fn replay(&mut self) -> Vec<Effect> {
        let Some(pass) = self.pass.clone() else { return Vec::new() };
        let mut edits = self.attention.edits.clone();
        edits.fit(&pass);
        if !edits.is_empty() {
            return self.start(Work::Replay(pass, edits));
        }
        let mut effects = Vec::new();
        if self.job.as_ref().is_some_and(|job| matches!(job.work, Work::Replay(..))) {
            // A replay that is on its way is of no interest any more.
            effects = self.stop();
        }
        if self.attention.edited.take().is_some() {
            effects.extend(self.another_is_shown());
        }
        effects
    }

    pub(super) fn take_edited(&mut self, pass: Arc<Pass>) -> Vec<Effect> {
        self.attention.edited = Some(pass);
        self.another_is_shown()
    }

    /// What was worked out from the pass that was shown before is of no use now.
    fn another_is_shown(&mut self) -> Vec<Effect> {
        (self.attention.trail, self.steps.trail) = (Trail::default(), Trail::default());
        if let Some(panel) = &mut self.panel {
            panel.forget();
        }
        self.on_screen()
    }

    /// What was painted and does not fit the new text is told.
    pub(super) fn say_lost(&mut self, (cells, positions): (usize, bool)) {
        let language = self.shell.language;
        let mut words = Vec::new();
        if cells > 0 {
            words.push(Word::CellsDropped.fill(language, &[&cells]));
        }
        if positions {
            words.push(Word::PositionsDropped.text(language).to_owned());
        }
        if !words.is_empty() {
            self.shell.say(Gravity::Info, words.join(" \u{b7} "));
        }
    }

    /// How the shown pass was changed, where the open screen shows it.
    pub fn changed(&self) -> Option<&Edits> {
        let shows = matches!(
            self.place(),
            Place::Steps
                | Place::Attention
                | Place::AttentionLines
                | Place::Fill
                | Place::Heads
                | Place::Lens
                | Place::Attribution
                | Place::Follow
                | Place::Contributions
                | Place::Rollout
                | Place::Patching
        );
        self.shown().map(|pass| &pass.edits).filter(|edits| shows && !edits.is_empty())
    }
}
