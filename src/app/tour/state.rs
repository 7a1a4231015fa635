//! Being on a tour.

use std::sync::Arc;

use super::{Stop, Tour};
use crate::app::explorer::{App, Effect};
use crate::app::palette::{Choice, Entry};
use crate::app::shell::Gravity;
use crate::app::{Action, Language, Place, Word};

/// A tour and how far one has come.
#[derive(Clone, Debug)]
pub struct Touring {
    /// Which.
    pub tour: Arc<Tour>,
    /// The stop, from 0.
    pub at: usize,
    /// Whether the key before was one that goes back, and had nothing to go back from.
    leaving: bool,
}

impl Touring {
    /// The stop that is shown.
    pub fn stop(&self) -> &Stop {
        &self.tour.stops[self.at.min(self.tour.stops.len() - 1)]
    }
}

impl Tour {
    /// As the list of tours shows it: what it is about, and below it what one sees.
    pub fn entry(&self, language: Language) -> Entry {
        let stops = Word::TourStops.fill(language, &[&self.stops.len()]);
        Entry {
            title: language.pick(&self.title.en, &self.title.zh).clone(),
            note: format!("{} · {stops}", Word::Tour.text(language)),
            also: format!("{} {}", language.pick(&self.title.zh, &self.title.en), Word::Tour.text(language.other())),
            detail: language.pick(&self.summary.en, &self.summary.zh).clone(),
            choice: Choice::Tour(self.id.clone()),
        }
    }
}

impl App {
    /// Begins a tour at its first stop.
    pub fn begin_tour(&mut self, tour: Arc<Tour>) -> Vec<Effect> {
        self.tour = Some(Touring { tour, at: 0, leaving: false });
        self.show_stop()
    }

    pub(in crate::app) fn find_tour(&mut self, id: &str) -> Vec<Effect> {
        Tour::find(id).map_or_else(Vec::new, |tour| self.begin_tour(tour))
    }

    fn show_stop(&mut self) -> Vec<Effect> {
        let Some(touring) = &mut self.tour else { return Vec::new() };
        touring.leaving = false;
        let address = touring.stop().address.clone();
        self.go(address)
    }

    /// The key of tours: lists them, or leaves the one that is on.
    pub(in crate::app) fn tours_key(&mut self) -> Vec<Effect> {
        if self.tour.take().is_none() {
            self.shell.open_tours();
        }
        Vec::new()
    }

    /// On to the next stop, or back to the one before.
    pub(in crate::app) fn turn_stop(&mut self, on: bool) -> Vec<Effect> {
        let language = self.shell.language;
        let key = |app: &Self| app.shell.keymap.keys_for(Place::Global, Action::Tours, language).into_iter().next();
        let Some(touring) = &mut self.tour else {
            let words = Word::NoTour.fill(language, &[&key(self).unwrap_or_default()]);
            self.shell.say(Gravity::Info, words);
            return Vec::new();
        };
        if on && touring.at + 1 >= touring.tour.stops.len() {
            let words = Word::LastStop.fill(language, &[&key(self).unwrap_or_default()]);
            self.shell.say(Gravity::Info, words);
            return Vec::new();
        }
        touring.at = if on { touring.at + 1 } else { touring.at.saturating_sub(1) };
        self.show_stop()
    }

    /// Going back twice where there is nothing to go back from leaves the tour. `before` is what was shown before.
    pub(in crate::app) fn went_back(&mut self, action: Action, before: Option<&str>) {
        let after = self.address().map(|address| address.to_string());
        let Some(touring) = &mut self.tour else { return };
        let stayed = action == Action::Back && before == after.as_deref();
        if stayed && touring.leaving {
            self.tour = None;
            return;
        }
        touring.leaving = stayed;
        if stayed {
            self.shell.say(Gravity::Info, Word::BackAgainLeaves.text(self.shell.language));
        }
    }
}
