//! The mouse: what lies under it, and the wheel.

use super::parts::PARTS;
use super::{App, Effect};
use crate::app::{Action, Place, Target, steps};

impl App {
    pub(super) fn click(&mut self, target: Target) -> Vec<Effect> {
        if self.place() == Place::Tokenization {
            self.tokenization.click(target);
            return Vec::new();
        }
        if self.place() == Place::Catalogue || self.place() == Place::CatalogueFilter {
            self.catalogue.filtering = false;
            let asked = self.catalogue.click(target);
            return self.catalogue_asked(asked);
        }
        if self.place() == Place::Timeline {
            let asked = self.timeline.click(target);
            return self.timeline_asked(asked);
        }
        if self.place() == Place::Compare {
            self.compare_click(target);
            return Vec::new();
        }
        if self.place() == Place::Estimates {
            self.estimates_click(target);
            return Vec::new();
        }
        let Some(pass) = self.shown().cloned() else { return Vec::new() };
        if self.panel.is_some() {
            return self.panel_click(target);
        }
        match self.place() {
            Place::Model => match target {
                Target::Row { list: PARTS, row } => self.open_part(row),
                _ => Vec::new(),
            },
            Place::Steps => {
                self.steps.click(target, &pass, &mut self.cursor);
                self.open_hidden(&pass)
            }
            Place::Attention if self.attention.paint.open => self.click_paint(target),
            Place::Attention | Place::AttentionLines => {
                self.attention.click(target, &pass, &mut self.cursor);
                self.open_hidden(&pass)
            }
            Place::Decode => {
                let asked = self.decode.click(target);
                self.decode_asked(asked)
            }
            Place::Fill => {
                let asked = self.fill.click(target, &pass, &mut self.cursor.query);
                self.fill_asked(asked)
            }
            _ => Vec::new(),
        }
    }

    /// The wheel scrolls what lies under it: lists step, heads change, cells move.
    pub(super) fn wheel(&mut self, target: Option<Target>, down: bool) -> Vec<Effect> {
        if let (Some(Target::Cell { row, col, .. }), Place::Attention, None) =
            (target, self.place(), &self.shell.overlay)
            && self.attention.block() > 1
        {
            // The map of a long text: nearer to what lies under the wheel, or away from it.
            (self.cursor.query, self.cursor.key) = (row, col);
            if down {
                self.attention.zoom_out();
            } else {
                self.attention.zoom_in();
            }
            return self.pass.clone().map_or_else(Vec::new, |pass| self.open_hidden(&pass));
        }
        let action = match (target, self.place(), down) {
            _ if self.shell.overlay.is_some() => {
                if down {
                    Action::MoveDown
                } else {
                    Action::MoveUp
                }
            }
            (Some(Target::Head { .. }), _, true) => Action::NextHead,
            (Some(Target::Head { .. }), _, false) => Action::PreviousHead,
            (Some(Target::Row { list: steps::TREE, .. }), Place::Steps, true) => Action::StepForward,
            (Some(Target::Row { list: steps::TREE, .. }), Place::Steps, false) => Action::StepBackward,
            (_, _, true) => Action::MoveDown,
            (_, _, false) => Action::MoveUp,
        };
        let place = self.keys();
        let request = self.shell.act(action.into(), place);
        self.request(request)
    }
}
