//! The writing screen's state: how tokens are chosen, and the text so far.

use std::sync::Arc;
use std::time::Duration;

use super::{Action, Command, Target};
use crate::explore::{Candidate, Choice, Decoding, Sampling, candidates, choose, entropy, shares};

/// How many candidates can be taken by a figure.
pub const SHOWN: usize = 9;
/// How many candidates are listed at most.
pub const LISTED: usize = 60;
/// How long a token is shown while playing.
pub const PAUSE: Duration = Duration::from_millis(350);
/// The temperatures that the same logits are shown at.
pub const OTHERS: [f32; 8] = [0.1, 0.25, 0.5, 0.7, 1.0, 1.5, 2.0, 4.0];
/// How many candidates are shown at other temperatures.
const COMPARED: usize = 30;

/// Which setting the range keys change.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Setting {
    /// Divides the logits.
    #[default]
    Temperature,
    /// How many candidates are kept.
    TopK,
    /// How much probability is kept.
    TopP,
}

/// What the newest logits and the settings come to. Made when one of them changes, not at every frame: a vocabulary is
/// long.
#[derive(Clone, Debug, PartialEq)]
pub struct Outlook {
    /// The likeliest tokens, those that are cut off included.
    pub candidates: Vec<Candidate>,
    /// How many tokens the settings leave.
    pub kept: usize,
    /// What would be chosen.
    pub choice: Choice,
    /// How undecided the tempered logits are, in nats.
    pub entropy: f32,
    /// The first candidates' probabilities at each of [`OTHERS`].
    pub others: Vec<Vec<f32>>,
    /// Entries of the vocabulary.
    pub vocabulary: usize,
    /// How many logits are no finite numbers.
    pub broken: usize,
}

impl Outlook {
    fn new(decoding: &Decoding, sampling: &Sampling) -> Self {
        let logits = decoding.newest().logits();
        let mut candidates = candidates(&logits, sampling, LISTED);
        // A share may be too small for the figure that says how much is left to it, and is kept all the same.
        let kept = match sampling.top_k {
            most if sampling.top_p >= 1.0 => most.unwrap_or(usize::MAX).max(1).min(logits.len()),
            _ => candidates.iter().take_while(|candidate| candidate.left != 0.0).count(),
        };
        candidates.truncate(LISTED);
        let ids: Vec<u32> = candidates.iter().take(COMPARED).map(|candidate| candidate.id).collect();
        Self {
            kept,
            choice: choose(&logits, sampling, decoding.steps().len() - 1),
            entropy: entropy(&logits, sampling.temperature),
            others: OTHERS.iter().map(|&temperature| shares(&logits, temperature, &ids)).collect(),
            vocabulary: logits.len(),
            broken: logits.iter().filter(|logit| !logit.is_finite()).count(),
            candidates,
        }
    }

    /// Which setting made the cut; `None` where nothing is cut off.
    pub fn cut_by(&self, sampling: &Sampling) -> Option<Setting> {
        match sampling.top_k {
            _ if self.kept >= self.vocabulary => None,
            Some(most) if self.kept >= most.max(1) => Some(Setting::TopK),
            _ => Some(Setting::TopP),
        }
    }
}

/// The state of the screen.
#[derive(Clone, Default)]
pub struct DecodeState {
    /// The text so far; `None` before the first pass.
    pub decoding: Option<Arc<Decoding>>,
    /// What it and the settings come to.
    pub outlook: Option<Outlook>,
    /// How tokens are chosen.
    pub sampling: Sampling,
    /// Which setting the range keys change.
    pub setting: Setting,
    /// The candidate under the cursor.
    pub chosen: usize,
    /// Whether tokens are written by themselves.
    pub playing: bool,
}

/// What a command asks beyond the screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asked {
    /// Nothing.
    Nothing,
    /// Write a token: what sampling chooses, or this one.
    Write(Option<u32>),
    /// Leave the screen.
    Leave,
}

const TEMPERATURES: [f32; 11] = [0.0, 0.1, 0.3, 0.5, 0.7, 0.8, 0.9, 1.0, 1.2, 1.5, 2.0];
const KEPT: [usize; 7] = [1, 2, 5, 10, 20, 40, 100];
const SHARES: [f32; 9] = [0.1, 0.25, 0.5, 0.7, 0.8, 0.9, 0.95, 0.99, 1.0];

/// The next larger number of a list, or the first one.
fn larger(list: &[f32], now: f32) -> f32 {
    list.iter().copied().find(|&x| x > now).unwrap_or(list[0])
}

/// So many steps of a size further, within limits and rounded, so that 0.8 is met on the way.
fn stepped(now: f32, steps: isize, each: f32, limits: (f32, f32)) -> f32 {
    ((now * each).round() + steps as f32).clamp(limits.0 * each, limits.1 * each) / each
}

impl DecodeState {
    /// The candidates for the next token.
    pub fn candidates(&self) -> &[Candidate] {
        self.outlook.as_ref().map_or(&[], |outlook| &outlook.candidates)
    }

    /// Takes a new state of the text.
    pub fn take(&mut self, decoding: Arc<Decoding>) {
        self.decoding = Some(decoding);
        self.chosen = 0;
        self.look();
    }

    /// Forgets the text: another one is asked for.
    pub fn forget(&mut self) {
        (self.decoding, self.outlook) = (None, None);
    }

    fn look(&mut self) {
        self.outlook = self.decoding.as_ref().map(|decoding| Outlook::new(decoding, &self.sampling));
    }

    /// The text with the settings of now.
    pub fn with_sampling(&self) -> Option<Arc<Decoding>> {
        self.decoding.as_ref().map(|decoding| Arc::new(decoding.with_sampling(self.sampling)))
    }

    /// Does what a command asks.
    pub fn command(&mut self, command: Command) -> Asked {
        let steps = command.times() as isize;
        match command.action {
            Action::Temperature => self.change(Setting::Temperature),
            Action::TopK => self.change(Setting::TopK),
            Action::TopP => self.change(Setting::TopP),
            Action::RangeUp => self.change_finely(steps),
            Action::RangeDown => self.change_finely(-steps),
            Action::Seed => {
                self.sampling.seed = self.sampling.seed.wrapping_add(command.times() as u64);
                self.look();
            }
            _ => return self.write_or_move(command),
        }
        Asked::Nothing
    }

    /// What is no setting stops the playing: settings may be changed while tokens are being written.
    fn write_or_move(&mut self, command: Command) -> Asked {
        self.playing = command.action == Action::Play && !self.playing;
        match command.action {
            Action::NextToken => return Asked::Write(None),
            Action::Play if self.playing => return Asked::Write(None),
            Action::Into | Action::Accept => return self.write(self.chosen),
            Action::TakeCandidate => return self.write(command.times().saturating_sub(1)),
            Action::TakeBack => {
                if let Some(back) = self.decoding.as_ref().and_then(|decoding| decoding.taken_back()) {
                    self.take(Arc::new(back));
                }
            }
            Action::MoveUp => self.move_by(-(command.times() as isize)),
            Action::MoveDown => self.move_by(command.times() as isize),
            Action::PageUp => self.move_by(-(SHOWN as isize)),
            Action::PageDown => self.move_by(SHOWN as isize),
            Action::Home => self.chosen = 0,
            Action::End => self.move_by(LISTED as isize),
            Action::Back => return Asked::Leave,
            _ => {}
        }
        Asked::Nothing
    }

    fn move_by(&mut self, by: isize) {
        self.chosen = self.chosen.saturating_add_signed(by).min(self.candidates().len().saturating_sub(1));
    }

    fn write(&self, place: usize) -> Asked {
        self.candidates().get(place).map_or(Asked::Nothing, |candidate| Asked::Write(Some(candidate.id)))
    }

    /// The next of a few good values; behind the last comes the first.
    fn change(&mut self, setting: Setting) {
        self.setting = setting;
        let sampling = &mut self.sampling;
        match setting {
            Setting::Temperature => sampling.temperature = larger(&TEMPERATURES, sampling.temperature),
            Setting::TopK => {
                let now = sampling.top_k.unwrap_or(0);
                sampling.top_k = KEPT.iter().copied().find(|&kept| kept > now);
            }
            Setting::TopP => sampling.top_p = larger(&SHARES, sampling.top_p),
        }
        self.look();
    }

    /// A small change of the setting that was changed last.
    fn change_finely(&mut self, steps: isize) {
        let sampling = &mut self.sampling;
        match self.setting {
            Setting::Temperature => sampling.temperature = stepped(sampling.temperature, steps, 20.0, (0.0, 2.0)),
            Setting::TopK => {
                let all = self.outlook.as_ref().map_or(usize::MAX, |outlook| outlook.vocabulary);
                let most = KEPT[KEPT.len() - 1].min(all.saturating_sub(1));
                let now = sampling.top_k.unwrap_or(most + 1).min(most + 1);
                let kept = now.saturating_add_signed(steps).max(1);
                sampling.top_k = (kept <= most).then_some(kept);
            }
            Setting::TopP => sampling.top_p = stepped(sampling.top_p, steps, 100.0, (0.01, 1.0)),
        }
        self.look();
    }

    /// A click on a candidate takes it.
    pub fn click(&mut self, target: Target) -> Asked {
        self.playing = false;
        match target {
            Target::Row { row, .. } => self.write(row),
            _ => Asked::Nothing,
        }
    }
}

#[cfg(test)]
mod tests;
