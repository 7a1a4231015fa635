//! The writing screen's state: how tokens are chosen, and the text so far.

use std::sync::Arc;
use std::time::Duration;

use super::{Action, Command, Target};
use crate::explore::{Candidate, Decoding, Sampling, candidates};

/// How many candidates are shown at least.
pub const SHOWN: usize = 9;
/// How long a token is shown while playing.
pub const PAUSE: Duration = Duration::from_millis(350);

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

/// The state of the screen.
#[derive(Clone, Default)]
pub struct DecodeState {
    /// The text so far; `None` before the first pass.
    pub decoding: Option<Arc<Decoding>>,
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
pub enum Asked {
    /// Nothing.
    Nothing,
    /// Write a token: what sampling chooses, or this one.
    Write(Option<u32>),
    /// Leave the screen.
    Leave,
}

const TEMPERATURES: [f32; 11] = [0.0, 0.1, 0.3, 0.5, 0.7, 0.8, 0.9, 1.0, 1.2, 1.5, 2.0];
const KEPT: [Option<usize>; 8] = [None, Some(1), Some(2), Some(5), Some(10), Some(20), Some(40), Some(100)];
const SHARES: [f32; 9] = [0.1, 0.25, 0.5, 0.7, 0.8, 0.9, 0.95, 0.99, 1.0];

/// The neighbour of a setting in its list; beyond the ends it goes round where `round` is set.
fn neighbour<T: Copy + PartialEq>(list: &[T], now: T, up: bool, round: bool) -> T {
    let place = list.iter().position(|&x| x == now).unwrap_or(0);
    let last = list.len() - 1;
    let next = match (up, place) {
        (true, p) if p == last => {
            if round {
                0
            } else {
                last
            }
        }
        (true, p) => p + 1,
        (false, 0) => {
            if round {
                last
            } else {
                0
            }
        }
        (false, p) => p - 1,
    };
    list[next]
}

impl DecodeState {
    /// The candidates for the next token.
    pub fn candidates(&self) -> Vec<Candidate> {
        self.decoding.as_ref().map_or_else(Vec::new, |d| candidates(&d.newest().logits(), &self.sampling, SHOWN))
    }

    /// Takes a new state of the text.
    pub fn take(&mut self, decoding: Arc<Decoding>) {
        self.decoding = Some(decoding);
        self.chosen = 0;
    }

    /// The text with the settings of now.
    pub fn with_sampling(&self) -> Option<Arc<Decoding>> {
        self.decoding.as_ref().map(|decoding| Arc::new(decoding.with_sampling(self.sampling)))
    }

    /// Does what a command asks.
    pub fn command(&mut self, command: Command) -> Asked {
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
            Action::MoveUp => self.chosen = self.chosen.saturating_sub(command.times()),
            Action::MoveDown => {
                self.chosen = (self.chosen + command.times()).min(self.candidates().len().saturating_sub(1));
            }
            Action::Temperature => self.change(Setting::Temperature, true, true),
            Action::TopK => self.change(Setting::TopK, true, true),
            Action::TopP => self.change(Setting::TopP, true, true),
            Action::RangeUp => self.change(self.setting, true, false),
            Action::RangeDown => self.change(self.setting, false, false),
            Action::Seed => self.sampling.seed = self.sampling.seed.wrapping_add(command.times() as u64),
            Action::Back => return Asked::Leave,
            _ => {}
        }
        Asked::Nothing
    }

    fn write(&self, place: usize) -> Asked {
        self.candidates().get(place).map_or(Asked::Nothing, |candidate| Asked::Write(Some(candidate.id)))
    }

    fn change(&mut self, setting: Setting, up: bool, round: bool) {
        self.setting = setting;
        let sampling = &mut self.sampling;
        match setting {
            Setting::Temperature => {
                sampling.temperature = neighbour(&TEMPERATURES, sampling.temperature, up, round);
            }
            Setting::TopK => sampling.top_k = neighbour(&KEPT, sampling.top_k, up, round),
            Setting::TopP => sampling.top_p = neighbour(&SHARES, sampling.top_p, up, round),
        }
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
