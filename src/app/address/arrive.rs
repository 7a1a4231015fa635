//! Going to an address. What it needs comes one after the other: the model, the pass over the text, the pass without
//! some heads; each part of the place is put back as soon as what it stands on is there.

use super::spots::{Step, at};
use super::{Address, spot};
use crate::app::explorer::{App, Effect};
use crate::app::shell::Gravity;
use crate::app::{Language, Word, Work};

/// An address on the way to being shown.
pub struct Arrival {
    /// Where to.
    pub address: Address,
    /// Whether what is being put back now was asked for already.
    pub asked: bool,
    stage: Stage,
    misfits: Vec<String>,
    language: Language,
}

/// What is being put back.
#[derive(Clone, Copy)]
enum Stage {
    Model,
    Place,
    Part(usize),
}

impl Arrival {
    fn new(address: Address, language: Language) -> Self {
        Self { address, asked: false, stage: Stage::Model, misfits: Vec::new(), language }
    }

    /// Notes something that this model or text does not have.
    pub fn misfit(&mut self, word: Word, values: &[&dyn std::fmt::Display]) {
        self.misfits.push(word.fill(self.language, values));
    }

    /// The number of a key where there are so many places for it, the nearest one where there are fewer.
    pub fn place(&mut self, key: &str, many: usize) -> Option<usize> {
        let asked = self.address.number(key)?;
        if asked >= many {
            self.misfit(Word::AddressBeyond, &[&key, &asked, &many]);
        }
        Some(asked.min(many.saturating_sub(1)))
    }
}

impl App {
    /// The address of what is shown; while another one is on its way, that.
    pub fn address(&self) -> Option<Address> {
        if let Some(arrival) = &self.arrival {
            return Some(arrival.address.clone());
        }
        let spot = at(self.screen_place())?;
        let mut address = Address::of(spot, self.model_name());
        for part in spot.parts {
            (part.take)(self, &mut address);
        }
        Some(address)
    }

    /// By what the model can be opened again.
    fn model_name(&self) -> Option<String> {
        let subject = self.subject.as_ref()?;
        let path = subject.path.display().to_string();
        Some(if path.is_empty() { subject.name.clone() } else { path })
    }

    /// Shows what an address says, as soon as all that it needs is there. What this model or text does not have is
    /// said, and the nearest is shown.
    pub fn go(&mut self, address: Address) -> Vec<Effect> {
        self.shell.put_away();
        self.panel = None;
        self.tokenization.open = false;
        self.arrival = Some(Arrival::new(address, self.shell.language));
        self.arrive()
    }

    /// Goes on to where an address leads, as far as what has come allows.
    pub(in crate::app) fn arrive(&mut self) -> Vec<Effect> {
        let mut effects = Vec::new();
        while let Some(mut arrival) = self.arrival.take() {
            let step = match arrival.stage {
                Stage::Model => self.put_model(&arrival),
                Stage::Place => self.put_place(&arrival),
                Stage::Part(part) => {
                    let parts = spot(arrival.address.place()).map_or(&[][..], |spot| spot.parts);
                    let Some(part) = parts.get(part) else {
                        effects.extend(self.arrived(arrival));
                        return effects;
                    };
                    (part.put)(self, &mut arrival)
                }
            };
            if let Step::Wait(more) = step {
                effects.extend(more);
                arrival.asked = true;
                self.arrival = Some(arrival);
                return effects;
            }
            arrival.asked = false;
            arrival.stage = match arrival.stage {
                Stage::Model => Stage::Place,
                Stage::Place => Stage::Part(0),
                Stage::Part(part) => Stage::Part(part + 1),
            };
            self.arrival = Some(arrival);
        }
        effects
    }

    fn put_model(&mut self, arrival: &Arrival) -> Step {
        let Some(model) = &arrival.address.model else { return Step::Done };
        if arrival.asked {
            let loads = self.job.as_ref().is_some_and(|job| matches!(job.work, Work::Load(_)));
            return if loads { Step::Wait(Vec::new()) } else { Step::Done };
        }
        if self.model_name().as_ref() == Some(model) {
            return Step::Done;
        }
        Step::Wait(self.open_model(model))
    }

    fn put_place(&mut self, arrival: &Arrival) -> Step {
        if let Some(spot) = spot(arrival.address.place()) {
            self.scroll = 0;
            (spot.open)(self);
        }
        Step::Done
    }

    /// Everything is as the address says, or as near as can be.
    fn arrived(&mut self, mut arrival: Arrival) -> Vec<Effect> {
        let place = arrival.address.place();
        if at(self.screen_place()).is_none_or(|spot| spot.name != place) {
            arrival.misfit(Word::AddressNoPlace, &[&place]);
        }
        if let Some(first) = arrival.misfits.first() {
            let more = arrival.misfits.len() - 1;
            let also = if more > 0 { Word::AndMore.fill(arrival.language, &[&more]) } else { String::new() };
            self.shell.say(Gravity::Warning, format!("{first}{also}"));
        }
        self.on_screen()
    }
}
