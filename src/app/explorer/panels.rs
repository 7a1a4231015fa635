//! The panels over a screen: opened, led, and given what was worked out for them.

use super::{App, Effect};
use crate::app::{Command, Panel, Place, Screen, Study, Target, Work, panel};
use crate::explore::Prompt;
use crate::models::Predicts;

impl App {
    /// Opens a panel, or closes it by the key that opened it.
    pub(super) fn toggle_panel(&mut self, mut panel: Panel) -> Vec<Effect> {
        if self.pass.is_none() {
            return Vec::new();
        }
        self.tokenization.open = false;
        if self.panel.as_ref().is_some_and(|open| open.place() == panel.place()) {
            return self.close_panel();
        }
        let masked = self.shown().filter(|pass| pass.predicts() == Predicts::Masked);
        if let (Panel::Lens(_), Some(pass)) = (&panel, masked) {
            // What one wants to see of such a model is what it puts where a token is masked.
            let positions = pass.predicted_positions();
            let here = positions.contains(&self.cursor.query);
            self.cursor.query = positions.first().copied().filter(|_| !here).unwrap_or(self.cursor.query);
        }
        if let Some(pass) = self.shown() {
            // The token under the cursor is one of the stream that the screen shows.
            panel.begin(self.stream(pass));
        }
        let asks = matches!(panel, Panel::Patching(_)) && self.other.is_none();
        self.panel = Some(panel);
        if asks { self.ask_other_text() } else { self.study() }
    }

    fn close_panel(&mut self) -> Vec<Effect> {
        self.panel = None;
        let studying = self.job.as_ref().is_some_and(|job| matches!(job.work, Work::Study(_)));
        let mut effects = if studying { self.stop() } else { Vec::new() };
        effects.extend(self.on_screen());
        effects
    }

    fn ask_other_text(&mut self) -> Vec<Effect> {
        let begin = self.other.clone().unwrap_or_else(|| self.shell.prompt.text().to_owned());
        self.shell.ask_other_text(&begin);
        Vec::new()
    }

    pub(super) fn take_other_text(&mut self, text: String) -> Vec<Effect> {
        if self.place() == Place::Compare {
            self.compare.set_other(text);
            return Vec::new();
        }
        self.other = Some(text);
        if let Some(panel) = &mut self.panel {
            panel.forget();
        }
        self.study()
    }

    pub(super) fn panel_command(&mut self, command: Command) -> Vec<Effect> {
        let (Some(pass), Some(panel)) = (self.shown().cloned(), &mut self.panel) else { return Vec::new() };
        let asked = panel.command(command, &pass, pass.measured(), &mut self.cursor);
        self.panel_asked(asked)
    }

    pub(super) fn panel_click(&mut self, target: Target) -> Vec<Effect> {
        let (Some(pass), Some(panel)) = (self.shown().cloned(), &mut self.panel) else { return Vec::new() };
        let asked = panel.click(target, pass.measured(), &mut self.cursor);
        self.panel_asked(asked)
    }

    fn panel_asked(&mut self, asked: panel::Asked) -> Vec<Effect> {
        match asked {
            panel::Asked::Nothing => Vec::new(),
            panel::Asked::Close => self.close_panel(),
            panel::Asked::OtherText => self.ask_other_text(),
            panel::Asked::Study => self.study_anew(),
            panel::Asked::Step(node) => {
                let Some(pass) = self.shown().cloned() else { return Vec::new() };
                self.shell.screen = Screen::Steps;
                self.steps.show(&pass, node);
                self.opened()
            }
            panel::Asked::Head(index, head) => {
                self.shell.screen = Screen::Attention;
                (self.attention.index, self.attention.head, self.attention.average) = (index, head, false);
                self.attention.trail = super::Trail::default();
                self.opened()
            }
        }
    }

    /// Works out what the open panel shows, where it does not have it yet.
    pub(in crate::app) fn study(&mut self) -> Vec<Effect> {
        if self.panel.as_ref().is_some_and(Panel::is_empty) { self.study_anew() } else { Vec::new() }
    }

    fn study_anew(&mut self) -> Vec<Effect> {
        // The pass that it will be of is still on its way.
        let coming = |work: &Work| matches!(work, Work::Run(_) | Work::Decode(..) | Work::Replay(..) | Work::Load(_));
        if self.job.as_ref().is_some_and(|job| coming(&job.work)) {
            return Vec::new();
        }
        let (Some(pass), Some(panel)) = (self.shown().cloned(), &self.panel) else { return Vec::new() };
        let study = match panel {
            Panel::Heads(_) => return Vec::new(),
            Panel::Lens(_) => Study::Lens(pass),
            Panel::Follow(panel) => {
                let (stream, position) = panel.place(&pass, &self.cursor);
                Study::Follow(pass, stream, position)
            }
            Panel::Contributions(panel) => {
                let question = panel.question(&pass);
                Study::Contributions(pass, question)
            }
            Panel::Rollout(panel) => {
                let stream = panel.stream(&pass);
                Study::Rollout(pass, stream)
            }
            Panel::Attribution(panel) => {
                let question = panel.question(&pass);
                Study::Attribution(pass, question)
            }
            Panel::Patching(panel) => {
                let Some(other) = &self.other else { return Vec::new() };
                let other = self.subject.as_ref().map_or_else(|| Prompt::of(other), |subject| subject.prompt(other));
                let what = panel.what;
                Study::Patching(pass, other, what)
            }
        };
        self.start(Work::Study(study))
    }
}
