//! Cards of the catalogue: their estimates, and the way from an entry to its small trained model.

use super::{App, Effect};
use crate::app::estimates;
use crate::app::shell::Gravity;
use crate::app::{Action, Command, Place, Screen, Target, Word};
use crate::catalog::Catalog;
use std::sync::Arc;

impl App {
    pub(super) fn card_command(&mut self, command: Command) -> Vec<Effect> {
        match command.action {
            Action::Back => {
                self.catalogue.opened = None;
                self.shell.screen = Screen::Catalogue;
                return self.on_screen();
            }
            Action::ShowEstimates | Action::Into => self.catalogue.estimating = true,
            _ if self.estimate(command) => {}
            _ => self.scroll_by(command),
        }
        Vec::new()
    }

    pub(super) fn estimates_command(&mut self, command: Command) -> Vec<Effect> {
        if !self.estimate(command) && self.catalogue.estimates.walk(command) {
            self.catalogue.estimating = false;
        }
        Vec::new()
    }

    /// Another variant or another length of text; whether that was asked for.
    fn estimate(&mut self, command: Command) -> bool {
        let catalog: Arc<Catalog> = Arc::clone(self.catalogue.catalog());
        let entry = self.catalogue.opened.as_deref().and_then(|id| catalog.entry(id).ok());
        entry.is_some_and(|entry| self.catalogue.estimates.command(command, entry))
    }

    pub(super) fn estimates_click(&mut self, target: Target) {
        if let Target::Row { list: estimates::LIST, row } = target {
            self.catalogue.estimates.click(row);
        }
    }

    /// Opens the small trained model of the entry that is shown or chosen.
    pub(super) fn open_mini(&mut self) -> Vec<Effect> {
        let entry = match self.place() {
            Place::Card | Place::Estimates => self.catalogue.card(),
            _ => self.catalogue.entry(),
        };
        match entry.and_then(|entry| entry.mini()) {
            Some(mini) => self.open_model(mini.id),
            None => {
                self.shell.say(Gravity::Info, Word::NoMini.text(self.shell.language));
                Vec::new()
            }
        }
    }

    /// A model was opened out of the catalogue: now that is what one wants to see.
    pub(super) fn leave_catalogue(&mut self) {
        let places = [Place::Catalogue, Place::CatalogueFilter, Place::FactTable, Place::Card, Place::Estimates];
        if places.contains(&self.place()) {
            self.shell.screen = Screen::Steps;
            self.catalogue.opened = None;
            self.catalogue.comparing = false;
        }
    }
}
