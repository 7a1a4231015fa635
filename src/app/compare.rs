//! The compare screen's state: which models, on which text, which head, which token, and what is shown of them.

mod lines;
mod maps;
#[cfg(test)]
mod tests;
mod work;

use std::sync::Arc;

use super::{Action, Command, Target};
use crate::explore::compare::Comparison;
use crate::minis::{self, Mini};

pub use lines::Line;
pub use maps::Column;
pub use work::{Compared, Comparing, Outcome, Ran, Refused};

/// So many can be compared.
pub const MOST: usize = 4;
/// The list of rows, for the mouse.
pub const ROWS: u8 = 43;
/// The titles of the models.
pub const MODELS: u8 = 44;
/// The length to begin with where none of the models says one.
const USUAL: u64 = 1024;
/// Rows of a page.
const PAGE: isize = 10;

/// How much is shown of what.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum View {
    /// A few figures, one block, and the maps.
    #[default]
    Together,
    /// All parts, from the tables to the head.
    Parts,
    /// All facts of the catalogue.
    Facts,
}

/// What has the keys.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Pane {
    /// Figures, parts, facts.
    #[default]
    Rows,
    /// The maps; the cursor is on that of [`CompareState::lead`].
    Maps,
}

/// How the head of a column is chosen that does not lead.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Matching {
    /// By what it does: the one nearest to the head that leads.
    #[default]
    Nearest,
    /// By hand.
    ByHand,
}

/// Where the shown heads come from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum HeadsFrom {
    /// What they do was measured, or keys chose them.
    #[default]
    Screen,
    /// An address gave them: they stay when the models have run.
    Address,
}

/// What rows and maps show otherwise than usual.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Shown {
    /// Whether equal rows are left out.
    pub only_differences: bool,
    /// Whether numbers stand in the maps.
    pub numbers: bool,
    /// Whether the maps beside the one that leads are differences from it.
    pub difference: bool,
}

/// What a command asks beyond the screen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Asked {
    /// Nothing.
    Nothing,
    /// Another model, to be chosen from a list.
    Add,
    /// To say that no more can be added.
    Enough,
    /// To say that two have to stay.
    Few,
    /// Another text for the model that leads.
    OtherText,
    /// To go back to where one came from.
    Leave,
}

/// The state of the screen. What is plain here is what an address says; what was worked out is asked for.
#[derive(Clone, Default)]
pub struct CompareState {
    /// The models by id, or the name of the checkpoint that is open.
    pub models: Vec<String>,
    /// The second text of the one model that is compared with itself.
    pub other: Option<String>,
    /// How much is shown of what.
    pub view: View,
    /// What has the keys.
    pub pane: Pane,
    /// The column whose head and tokens the others follow.
    pub lead: usize,
    /// The shown head of each column: place of the attention and head.
    pub heads: Vec<(usize, usize)>,
    /// The query under the cursor, in the column that leads.
    pub query: usize,
    /// The key under the cursor, in the column that leads.
    pub key: usize,
    /// The row under the cursor.
    pub row: usize,
    /// Whether it is open, so that its sentence is read.
    pub open: bool,
    /// What rows and maps show otherwise than usual.
    pub shown: Shown,
    /// How each column's head is chosen.
    pub matching: Matching,
    /// The length of text that memory and work are for; what all can read where none was chosen.
    pub length: Option<u64>,
    /// The marks of the catalogue that were taken over.
    taken: Vec<String>,
    heads_from: HeadsFrom,
    /// Whether nobody chose the models.
    supposed: bool,
    compared: Option<Compared>,
    runs: Vec<(String, String, Result<Ran, Refused>)>,
    /// Whether work was stopped: it begins again when something changes.
    pub(super) stopped: bool,
}

impl CompareState {
    /// The longest text that memory and work can be asked for.
    pub const LONGEST: u64 = 1 << 24;

    /// Takes the models to begin with: those that are marked, else the open one beside another that runs.
    pub fn begin(&mut self, marked: &[String], open: Option<&str>) {
        let fresh = marked != self.taken && !marked.is_empty();
        self.taken = marked.to_vec();
        if !(fresh || self.supposed || self.models.is_empty()) {
            return;
        }
        let mut models: Vec<String> = match marked.len() {
            0 | 1 => open.into_iter().map(str::to_owned).chain(marked.iter().cloned()).collect(),
            _ => marked.to_vec(),
        };
        models.dedup();
        if models.len() < 2 {
            if let Some(other) = another(models.first().map(String::as_str)) {
                models.push(other);
            }
            if models.len() < 2
                && let Some(other) = another(None).filter(|other| !models.contains(other))
            {
                models.push(other);
            }
        }
        models.truncate(MOST);
        if models != self.models {
            self.set_models(models);
            self.supposed = marked.is_empty();
        }
    }

    /// Compares these models.
    pub fn set_models(&mut self, models: Vec<String>) {
        (self.models, self.other, self.lead) = (models, None, 0);
        (self.row, self.open, self.stopped, self.supposed) = (0, false, false, false);
        self.heads.clear();
    }

    /// Shows these heads, one of each column, when the models have run; without any they are found.
    pub fn set_heads(&mut self, heads: Vec<(usize, usize)>) {
        self.heads_from = if heads.is_empty() { HeadsFrom::Screen } else { HeadsFrom::Address };
        self.heads = heads;
    }

    /// Adds a model.
    pub fn add(&mut self, id: String) {
        self.other = None;
        if !self.models.contains(&id) && self.models.len() < MOST {
            self.models.push(id);
            (self.supposed, self.stopped) = (false, false);
        }
    }

    /// Compares the model that leads with itself on another text.
    pub fn set_other(&mut self, text: String) {
        let id = self.column_ids().get(self.lead).cloned();
        self.models.truncate(MOST);
        if let Some(id) = id {
            self.models.retain(|own| *own != id);
            self.models.insert(0, id);
        }
        (self.other, self.lead, self.stopped) = (Some(text), 0, false);
        self.heads.clear();
        self.pane = Pane::Maps;
    }

    /// Whether one model is compared on two texts.
    pub fn on_two_texts(&self) -> bool {
        self.other.is_some()
    }

    /// Whether work was stopped, so that what is not at hand does not come.
    pub fn is_stopped(&self) -> bool {
        self.stopped
    }

    /// The model of each column.
    pub fn column_ids(&self) -> Vec<String> {
        match (&self.other, self.models.first()) {
            (Some(_), Some(id)) => vec![id.clone(), id.clone()],
            _ => self.models.clone(),
        }
    }

    /// The text of a column, where `text` is that of the prompt.
    pub fn text_of<'t>(&'t self, column: usize, text: &'t str) -> &'t str {
        match &self.other {
            Some(other) if column == 1 => other,
            _ => text,
        }
    }

    /// What is known of the models; `None` until it was worked out, or where it cannot be.
    pub fn comparison(&self) -> Option<&Arc<Comparison>> {
        self.compared.as_ref()?.found.as_ref().ok()
    }

    /// Why nothing can be said of the models.
    pub fn fault(&self) -> Option<&str> {
        self.compared.as_ref()?.found.as_ref().err().map(String::as_str)
    }

    /// The length that memory and work are for.
    pub fn shown_length(&self) -> u64 {
        self.length.or(self.comparison().and_then(|found| found.length)).unwrap_or(USUAL)
    }

    /// Does what a command asks; `text` is that of the prompt.
    pub fn command(&mut self, command: Command, text: &str) -> Asked {
        let times = command.times() as isize;
        self.stopped = false;
        match command.action {
            Action::AddModel if self.models.len() >= MOST => return Asked::Enough,
            Action::AddModel => return Asked::Add,
            Action::DropModel => return self.drop_model(),
            Action::OtherText => return Asked::OtherText,
            Action::OnlyDifferences => {
                self.shown.only_differences ^= true;
                self.row = 0;
            }
            Action::StructureView => self.next_view(),
            Action::Numbers => (self.shown.numbers, self.pane) = (!self.shown.numbers, Pane::Maps),
            Action::DifferenceMap => (self.shown.difference, self.pane) = (!self.shown.difference, Pane::Maps),
            Action::MatchByHand => {
                self.matching = match self.matching {
                    Matching::Nearest => Matching::ByHand,
                    Matching::ByHand => Matching::Nearest,
                };
                self.follow(text);
            }
            Action::ContextDown => self.length_by(-times),
            Action::ContextUp => self.length_by(times),
            Action::NextPane => self.next_pane(1, text),
            Action::PreviousPane => self.next_pane(-1, text),
            Action::NextHead => self.move_head(times, text),
            Action::PreviousHead => self.move_head(-times, text),
            Action::NextLayer => self.move_layer(times, text),
            Action::PreviousLayer => self.move_layer(-times, text),
            Action::Into | Action::Accept if self.pane == Pane::Rows => self.open = !self.open,
            Action::Back => return self.back(),
            action if self.pane == Pane::Maps => self.move_cell(action, times, text),
            action => self.move_row(action, times),
        }
        Asked::Nothing
    }

    fn drop_model(&mut self) -> Asked {
        if self.other.take().is_some() {
            self.lead = 0;
            self.heads.clear();
            return Asked::Nothing;
        }
        if self.models.len() <= 2 {
            return Asked::Few;
        }
        // What has the cursor goes; the last one where the cursor is on the rows.
        let place = if self.pane == Pane::Maps { self.lead } else { self.models.len() - 1 };
        self.models.remove(place.min(self.models.len() - 1));
        (self.lead, self.supposed) = (0, false);
        self.heads.clear();
        Asked::Nothing
    }

    fn next_view(&mut self) {
        self.view = match self.view {
            View::Together => View::Parts,
            View::Parts => View::Facts,
            View::Facts => View::Together,
        };
        (self.row, self.open, self.pane) = (0, false, Pane::Rows);
    }

    fn back(&mut self) -> Asked {
        if self.open {
            self.open = false;
        } else if self.view != View::Together {
            self.view = View::Facts;
            self.next_view();
        } else if self.shown.difference {
            self.shown.difference = false;
        } else if self.other.is_some() {
            return self.drop_model();
        } else {
            return Asked::Leave;
        }
        Asked::Nothing
    }

    fn length_by(&mut self, by: isize) {
        let (now, steps) = (self.shown_length(), by.unsigned_abs().min(24) as u32);
        self.length =
            Some(if by > 0 { now.saturating_mul(1 << steps).min(Self::LONGEST) } else { (now >> steps).max(1) });
    }

    /// From the rows to one map after another, and back to the rows.
    fn next_pane(&mut self, by: isize, text: &str) {
        let columns = self.column_ids().len() as isize;
        let here = if self.pane == Pane::Rows { 0 } else { 1 + self.lead as isize };
        let next = (here + by).rem_euclid(columns + 1);
        if self.view != View::Together {
            self.view = View::Together;
        }
        self.pane = if next == 0 { Pane::Rows } else { Pane::Maps };
        if next > 0 {
            self.lead_by((next - 1) as usize, text);
        }
    }

    fn move_row(&mut self, action: Action, times: isize) {
        let by = match action {
            Action::MoveUp => -times,
            Action::MoveDown => times,
            Action::PageUp => -PAGE * times,
            Action::PageDown => PAGE * times,
            Action::Home => isize::MIN / 2,
            Action::End => isize::MAX / 2,
            _ => return,
        };
        let rows = self.lines().iter().filter(|line| line.is_row()).count();
        self.row = self.row.saturating_add_signed(by).min(rows.saturating_sub(1));
    }

    /// A click or drag.
    pub fn click(&mut self, target: Target, text: &str) {
        self.stopped = false;
        match target {
            Target::Row { list: ROWS, row } => {
                self.open = if self.row == row && self.pane == Pane::Rows { !self.open } else { self.open };
                (self.row, self.pane) = (row, Pane::Rows);
            }
            Target::Row { list: MODELS, row } => {
                self.pane = Pane::Maps;
                self.lead_by(row, text);
            }
            Target::Cell { map, row, col } => {
                self.pane = Pane::Maps;
                self.lead_by(usize::from(map), text);
                (self.query, self.key) = (row, col);
                self.keep(text);
            }
            _ => {}
        }
    }
}

/// A trained mini that is another model than this one: not a twin of it.
fn another(than: Option<&str>) -> Option<String> {
    let twin = |id: &str| than.is_some_and(|than| id.starts_with(than) || than.starts_with(id));
    minis::all().filter(Mini::is_trained).map(|mini| mini.id).find(|id| !twin(id)).map(str::to_owned)
}
