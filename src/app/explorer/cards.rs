//! Cards of the catalogue and their estimates.

use std::sync::Arc;

use super::{App, Effect};
use crate::app::catalogue::Asked as CatalogueAsked;
use crate::app::shell::Gravity;
use crate::app::{Action, Command, Screen, Target, Word, estimates, timeline};
use crate::catalog::Catalog;

impl App {
    pub(super) fn card_command(&mut self, command: Command) -> Vec<Effect> {
        match command.action {
            Action::Back => {
                self.catalogue.opened = None;
                self.shell.screen = self.card_from;
                return self.on_screen();
            }
            Action::ShowEstimates | Action::Into => self.catalogue.estimates.shown = true,
            _ if self.estimate(command) => {}
            _ => self.scroll_by(command),
        }
        Vec::new()
    }

    pub(super) fn estimates_command(&mut self, command: Command) -> Vec<Effect> {
        if !self.estimate(command) && self.catalogue.estimates.walk(command) {
            self.catalogue.estimates.shown = false;
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

    pub(super) fn catalogue_asked(&mut self, asked: CatalogueAsked) -> Vec<Effect> {
        let word = match asked {
            CatalogueAsked::Nothing => return Vec::new(),
            CatalogueAsked::Card => {
                (self.shell.screen, self.card_from, self.scroll) = (Screen::Model, Screen::Catalogue, 0);
                return Vec::new();
            }
            CatalogueAsked::Survey => {
                self.scroll = 0;
                return Vec::new();
            }
            CatalogueAsked::Compare => return self.open_compare(),
            CatalogueAsked::NoSurvey => Word::NoSurvey,
            CatalogueAsked::MarkFirst => Word::MarkTwo,
            CatalogueAsked::MarkedEnough => Word::MarkedAll,
        };
        self.shell.say(Gravity::Info, word.text(self.shell.language));
        Vec::new()
    }

    pub(super) fn timeline_asked(&mut self, asked: timeline::Asked) -> Vec<Effect> {
        if let timeline::Asked::Card(id) = asked
            && self.catalogue.open_card(&id)
        {
            (self.shell.screen, self.card_from, self.scroll) = (Screen::Model, Screen::Timeline, 0);
        }
        Vec::new()
    }
}
