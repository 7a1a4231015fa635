//! The objective view of the model screen: what the model would be trained on, made from the user's own text.

use std::sync::Arc;

use super::Command;
use super::action::Action;
use crate::explore::{Exercise, ExploreError, Prompt, Subject};
use crate::train::objective::{Objective, ObjectiveError, objective};

/// What is to be tried.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trial {
    /// The text.
    pub prompt: Prompt,
    /// Which objective; the one that the model was trained by where none was chosen.
    pub objective: Option<&'static str>,
    /// The same number corrupts the text in the same way.
    pub seed: u64,
}

/// What came of it.
pub struct Tried {
    /// The example, and what the model makes of it.
    pub exercise: Exercise,
    /// The loss that token frequencies alone would give, where they are known.
    pub unigram: Option<f32>,
}

/// Why a text cannot serve.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refused {
    /// A second text is missing: the answer that should be written.
    NeedsAnswer,
    /// Something else.
    Other(String),
}

impl Trial {
    /// Tries it, on the thread it is called on.
    ///
    /// # Errors
    /// Where the text or the model cannot serve.
    pub fn run(&self, subject: &Subject) -> Result<Tried, Refused> {
        let chosen = self.objective.and_then(objective);
        let objective = chosen.map_or_else(|| subject.objective(&self.prompt), Ok)?;
        let exercise = subject.exercise(objective, &self.prompt, self.seed)?;
        let unigram = subject.unigram_loss(&exercise);
        Ok(Tried { exercise, unigram })
    }
}

impl From<ExploreError> for Refused {
    fn from(error: ExploreError) -> Self {
        match error {
            ExploreError::Objective(ObjectiveError::Pair { .. }) => Self::NeedsAnswer,
            error => Self::Other(error.to_string()),
        }
    }
}

/// The state of the view.
#[derive(Clone, Default)]
pub struct ObjectiveState {
    /// Whether it lies over the model's card.
    pub open: bool,
    /// The objective that was chosen.
    pub chosen: Option<&'static str>,
    /// Which corruption, from 0.
    pub seed: u64,
    /// The newest trial that ended, and what came of it.
    pub shown: Option<(Trial, Result<Arc<Tried>, Refused>)>,
}

/// What a command asks beyond the view.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asked {
    /// Nothing of it.
    Scroll,
    /// Try again, with what was changed.
    Try,
    /// Leave the view.
    Leave,
}

impl ObjectiveState {
    /// The trial that the view should show of a text.
    pub fn wanted(&self, prompt: Prompt) -> Trial {
        Trial { prompt, objective: self.chosen, seed: self.seed }
    }

    /// Whether that is what it shows.
    pub fn shows(&self, trial: &Trial) -> bool {
        self.shown.as_ref().is_some_and(|(shown, _)| shown == trial)
    }

    /// Takes what came of a trial; says whether only the epoch is another, and the example the same nevertheless.
    pub fn take(&mut self, trial: Trial, tried: Result<Arc<Tried>, Refused>) -> bool {
        let same = match (&self.shown, &tried) {
            (Some((before, Ok(old))), Ok(new)) => {
                let (old, new) = (&old.exercise, &new.exercise);
                let text = before.prompt == trial.prompt && before.seed != trial.seed;
                let example = old.objective.id() == new.objective.id() && old.input == new.input;
                text && example && old.targets == new.targets
            }
            _ => false,
        };
        self.shown = Some((trial, tried));
        same
    }

    /// The objective in force: the chosen one, or the model's own on this text.
    pub fn objective(&self, subject: &Subject, prompt: &Prompt) -> Option<&'static dyn Objective> {
        self.chosen.and_then(objective).or_else(|| subject.objective(prompt).ok())
    }

    /// Does what a command asks.
    pub fn command(&mut self, command: Command, subject: &Subject, prompt: &Prompt) -> Asked {
        let times = command.times() as u64;
        match command.action {
            Action::NextEpoch => self.seed = self.seed.saturating_add(times),
            Action::PreviousEpoch => self.seed = self.seed.saturating_sub(times),
            Action::OtherObjective => {
                let fitting = subject.objectives();
                let now = self.objective(subject, prompt).map(Objective::id);
                let at = fitting.iter().position(|objective| Some(objective.id()) == now).unwrap_or(0);
                self.chosen = fitting.get((at + command.times()) % fitting.len().max(1)).map(|next| next.id());
            }
            Action::Back => return Asked::Leave,
            _ => return Asked::Scroll,
        }
        Asked::Try
    }
}

#[cfg(test)]
mod tests;
