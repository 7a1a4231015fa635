//! Cards of the catalogue and their estimates.

use super::{App, Effect};
use crate::app::estimates;
use crate::app::{Action, Command, Target};
use crate::catalog::Catalog;
use std::sync::Arc;

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
}
