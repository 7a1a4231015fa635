//! The timeline's screen: which models are shown in which lanes, which is chosen, and where its lines lead.

pub mod family;
pub mod grid;
pub mod layout;

use super::{Action, Command, Target};
use crate::catalog::browse::Facet;
use crate::catalog::{Entry, Word};

pub use family::{Family, Line, Model, Size};
pub use layout::{Layout, layout};

/// The models, for the mouse: rows are places in the family.
pub const MODELS: u8 = 42;
/// The lanes, for the mouse.
pub const LANES: u8 = 43;
/// Parents and children of the chosen model, for the mouse: rows are places in the family.
pub const KIN: u8 = 44;
/// So many models a page of keys.
const PAGE: usize = 10;
/// How wide the picture can be made, as a multiple of the window.
pub const ZOOMS: [u16; 3] = [1, 2, 3];

/// What a command asks of the explorer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Asked {
    /// Nothing.
    Nothing,
    /// To open the card of this entry.
    Card(String),
}

/// The state of the screen.
pub struct TimelineState {
    family: Family,
    ready: bool,
    /// What the lanes are: kinds or sections.
    pub lanes: Facet,
    /// The one lane that is shown, if not all are.
    only: Option<&'static Word>,
    /// Whether lines are drawn along which only an idea or a part was taken.
    pub ideas: bool,
    chosen: usize,
    /// The parent and the child that the keys lead to next, where they were chosen.
    next: (Option<usize>, Option<usize>),
    zoom: usize,
}

impl Default for TimelineState {
    fn default() -> Self {
        Self {
            family: Family::default(),
            ready: false,
            lanes: Facet::Kind,
            only: None,
            ideas: true,
            chosen: 0,
            next: (None, None),
            zoom: 0,
        }
    }
}

impl TimelineState {
    /// All entries were read.
    pub fn arrived(&mut self, entries: &[&Entry]) {
        (self.family, self.ready) = (Family::of(entries), true);
        self.choose(0);
    }

    /// Whether the entries were read.
    pub fn is_ready(&self) -> bool {
        self.ready
    }

    /// All models and lines.
    pub fn family(&self) -> &Family {
        &self.family
    }

    /// The models that are shown, by their places in the family, in the order of time.
    pub fn shown(&self) -> Vec<usize> {
        let fits = |model: &usize| self.only.is_none_or(|only| self.family.models[*model].lane(self.lanes) == only);
        (0..self.family.models.len()).filter(fits).collect()
    }

    /// The one lane that is shown, if not all are.
    pub fn only(&self) -> Option<&'static Word> {
        self.only
    }

    /// The chosen model, by its place in the family.
    pub fn chosen(&self) -> Option<usize> {
        (self.chosen < self.family.models.len()).then_some(self.chosen)
    }

    /// How many windows wide the picture is.
    pub fn zoom(&self) -> u16 {
        ZOOMS[self.zoom]
    }

    /// The picture for a window of so many columns and rows.
    pub fn layout(&self, window: (u16, u16)) -> Layout {
        layout(&self.family, &self.shown(), self.lanes, self.ideas, (window.0.saturating_mul(self.zoom()), window.1))
    }

    /// The parent that the keys lead to next: the one that was chosen, else the first that it was built on.
    pub fn next_parent(&self) -> Option<usize> {
        self.next.0.or_else(|| {
            let solid = self.family.parents(self.chosen).find(|line| line.is_solid());
            solid.or_else(|| self.family.parents(self.chosen).next()).map(|line| line.parent)
        })
    }

    /// The child that the keys lead to next.
    pub fn next_child(&self) -> Option<usize> {
        self.next.1.or_else(|| {
            let solid = self.family.children(self.chosen).find(|line| line.is_solid());
            solid.or_else(|| self.family.children(self.chosen).next()).map(|line| line.child)
        })
    }

    /// Chooses a model; a filter that hides it goes.
    pub fn choose(&mut self, model: usize) {
        let Some(chosen) = self.family.models.get(model) else { return };
        if self.only.is_some_and(|only| chosen.lane(self.lanes) != only) {
            self.only = None;
        }
        (self.chosen, self.next) = (model, (None, None));
    }

    /// Chooses nothing, for a picture in which no line stands out.
    pub fn choose_none(&mut self) {
        (self.chosen, self.next) = (usize::MAX, (None, None));
    }

    /// The parent and the child that the keys were told to lead to.
    pub fn led(&self) -> (Option<usize>, Option<usize>) {
        self.next
    }

    /// Tells the keys which parent and which child to lead to; those that the chosen model does not have are left out.
    pub fn lead(&mut self, parent: Option<usize>, child: Option<usize>) {
        let parent = parent.filter(|parent| self.family.parents(self.chosen).any(|line| line.parent == *parent));
        let child = child.filter(|child| self.family.children(self.chosen).any(|line| line.child == *child));
        self.next = (parent, child);
    }

    /// Makes the picture so many windows wide: the nearest of [`ZOOMS`].
    pub fn set_zoom(&mut self, windows: usize) {
        self.zoom = ZOOMS.iter().rposition(|&zoom| usize::from(zoom) <= windows).unwrap_or(0);
    }

    /// Chooses a model by the id of its entry.
    pub fn choose_id(&mut self, id: &str) {
        if let Some(model) = self.family.find(id) {
            self.choose(model);
        }
    }

    /// A command.
    pub fn command(&mut self, command: Command) -> Asked {
        let times = command.times();
        match command.action {
            Action::MoveUp => self.step(times, false),
            Action::MoveDown => self.step(times, true),
            Action::PageUp => self.step(PAGE * times, false),
            Action::PageDown => self.step(PAGE * times, true),
            Action::Home => self.step(usize::MAX, false),
            Action::End => self.step(usize::MAX, true),
            Action::MoveLeft => (0..times).for_each(|_| self.ascend()),
            Action::MoveRight => (0..times).for_each(|_| self.descend()),
            Action::NextParent => {
                let all: Vec<usize> = self.family.parents(self.chosen).map(|line| line.parent).collect();
                self.next.0 = following(&all, self.next_parent());
            }
            Action::NextChild => {
                let all: Vec<usize> = self.family.children(self.chosen).map(|line| line.child).collect();
                self.next.1 = following(&all, self.next_child());
            }
            Action::GroupBy => {
                self.lanes = if self.lanes == Facet::Kind { Facet::Section } else { Facet::Kind };
                self.only = None;
            }
            Action::OnlyLane => self.next_lane(),
            Action::Ideas => self.ideas = !self.ideas,
            Action::Zoom => self.zoom = (self.zoom + 1) % ZOOMS.len(),
            Action::Back => self.only = None,
            Action::Into => return self.open(),
            _ => {}
        }
        Asked::Nothing
    }

    /// A click: chooses a model, opens the one that is chosen already; on a lane, shows it alone or all.
    pub fn click(&mut self, target: Target) -> Asked {
        match target {
            Target::Row { list: MODELS, row } if row == self.chosen => return self.open(),
            Target::Row { list: MODELS | KIN, row } => self.choose(row),
            Target::Row { list: LANES, row } => {
                let lane = self.words().get(row).copied();
                self.show_only(if self.only.is_some() { None } else { lane });
            }
            _ => {}
        }
        Asked::Nothing
    }

    fn open(&self) -> Asked {
        self.family.models.get(self.chosen).map_or(Asked::Nothing, |model| Asked::Card(model.id.clone()))
    }

    /// To the neighbour in time, among those that are shown.
    fn step(&mut self, by: usize, later: bool) {
        let shown = self.shown();
        let Some(at) = shown.iter().position(|&model| model == self.chosen) else { return };
        let to = if later { at.saturating_add(by).min(shown.len() - 1) } else { at.saturating_sub(by) };
        if to != at {
            self.choose(shown[to]);
        }
    }

    /// Up the line of descent; the way back leads to where one came from.
    fn ascend(&mut self) {
        if let Some(parent) = self.next_parent() {
            let from = self.chosen;
            self.choose(parent);
            self.next.1 = Some(from);
        }
    }

    fn descend(&mut self) {
        if let Some(child) = self.next_child() {
            let from = self.chosen;
            self.choose(child);
            self.next.0 = Some(from);
        }
    }

    /// The lanes that the family has.
    pub fn words(&self) -> Vec<&'static Word> {
        let all: Vec<usize> = (0..self.family.models.len()).collect();
        layout::lanes(&self.family, &all, self.lanes)
    }

    fn next_lane(&mut self) {
        let words = self.words();
        let next = match self.only {
            None => words.first(),
            Some(only) => words.iter().position(|word| *word == only).and_then(|at| words.get(at + 1)),
        };
        self.show_only(next.copied());
    }

    /// Shows one lane alone; a chosen model that is not in it gives way to the first that is.
    pub fn show_only(&mut self, lane: Option<&'static Word>) {
        self.only = lane;
        let shown = self.shown();
        if !shown.contains(&self.chosen)
            && let Some(&first) = shown.first()
        {
            self.choose(first);
        }
    }
}

/// The one after this, the first after the last.
fn following(all: &[usize], now: Option<usize>) -> Option<usize> {
    let at = all.iter().position(|model| Some(*model) == now)?;
    all.get((at + 1) % all.len()).copied()
}

#[cfg(test)]
mod tests;
