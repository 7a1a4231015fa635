//! The catalogue's screen: which entries are shown in which order, what is chosen and marked.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::estimates::Estimates;
use super::{Action, Command, Key, Prompt, Target};
use crate::catalog::browse::{Facet, Order, Search};
use crate::catalog::{Catalog, Entry};

/// The list of models, for the mouse.
pub const LIST: u8 = 40;
/// The list of facets.
pub const FACETS: u8 = 41;
/// So many can be compared.
pub const MOST_COMPARED: usize = 4;
/// Rows of a page.
const PAGE: isize = 10;

/// What has the keys.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Pane {
    /// The models.
    #[default]
    List,
    /// What they are told apart by.
    Facets,
}

/// A row of the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Row {
    /// A group: its value and how many are in it.
    Group(String, usize),
    /// An entry, by id.
    Entry(String),
}

/// A row of the facets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FacetRow {
    /// A facet.
    Title(Facet),
    /// A value of it.
    Value {
        /// Whose.
        facet: Facet,
        /// Which.
        value: String,
        /// How many of those that are left have it.
        count: usize,
    },
}

/// What a command asks of the explorer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asked {
    /// Nothing.
    Nothing,
    /// To open the card of the chosen model.
    Card,
    /// To lay the marked models side by side.
    Compare,
    /// To say that two to four models must be marked.
    MarkFirst,
    /// To say that no more can be marked.
    MarkedEnough,
    /// To show the pages of the survey from the top.
    Survey,
    /// To say that there are none.
    NoSurvey,
}

/// The state of the catalogue's screen.
pub struct CatalogueState {
    catalog: Arc<Catalog>,
    /// Whether all entries were read: before, only names and dates are known.
    ready: bool,
    /// What is typed to filter.
    pub query: Prompt,
    /// Whether it is being typed.
    pub filtering: bool,
    /// What the list is sorted by.
    pub order: Order,
    /// What it is grouped by.
    pub group: Option<Facet>,
    /// The values that entries must have: one of each facet that is named.
    pub chosen: BTreeSet<(Facet, String)>,
    /// What has the keys.
    pub pane: Pane,
    /// The models that are marked.
    pub marked: Vec<String>,
    /// The page of the survey that is open.
    pub survey: Option<usize>,
    /// The model whose card is open.
    pub opened: Option<String>,
    /// Its estimates.
    pub estimates: Estimates,
    rows: Vec<Row>,
    facets: Vec<FacetRow>,
    at: usize,
    facet_at: usize,
}

impl CatalogueState {
    /// The screen of a catalogue.
    pub fn new(catalog: Arc<Catalog>) -> Self {
        let mut state = Self {
            catalog,
            ready: false,
            query: Prompt::default(),
            filtering: false,
            order: Order::default(),
            group: Some(Facet::Section),
            chosen: BTreeSet::new(),
            pane: Pane::List,
            marked: Vec::new(),
            survey: None,
            opened: None,
            estimates: Estimates::default(),
            rows: Vec::new(),
            facets: Vec::new(),
            at: 0,
            facet_at: 0,
        };
        state.arrange();
        state
    }

    /// The catalogue.
    pub fn catalog(&self) -> &Arc<Catalog> {
        &self.catalog
    }

    /// Whether all entries were read.
    pub fn is_ready(&self) -> bool {
        self.ready
    }

    /// All entries were read elsewhere.
    pub fn arrived(&mut self) {
        self.ready = true;
        self.arrange();
    }

    /// The rows of the list.
    pub fn rows(&self) -> &[Row] {
        &self.rows
    }

    /// The rows of the facets.
    pub fn facets(&self) -> &[FacetRow] {
        &self.facets
    }

    /// The place of the cursor in the list and in the facets.
    pub fn cursors(&self) -> (usize, usize) {
        (self.at, self.facet_at)
    }

    /// How many entries are shown.
    pub fn shown(&self) -> usize {
        self.rows.iter().filter(|row| matches!(row, Row::Entry(_))).count()
    }

    /// The id of the entry under the cursor.
    pub fn selected(&self) -> Option<&str> {
        match self.rows.get(self.at)? {
            Row::Entry(id) => Some(id),
            Row::Group(..) => None,
        }
    }

    /// The entry under the cursor, once it can be read.
    pub fn entry(&self) -> Option<&Entry> {
        self.catalog.entry(self.selected()?).ok()
    }

    /// The entry whose card is open.
    pub fn card(&self) -> Option<&Entry> {
        self.catalog.entry(self.opened.as_deref()?).ok()
    }

    /// The value of a facet under the cursor.
    pub fn facet_under_cursor(&self) -> Option<(Facet, String)> {
        match self.facets.get(self.facet_at)? {
            FacetRow::Value { facet, value, .. } => Some((*facet, value.clone())),
            FacetRow::Title(_) => None,
        }
    }

    /// Lists anew after its settings were changed from outside, with the cursors on an entry and on a value of a facet.
    pub fn show(&mut self, entry: Option<&str>, facet: Option<&(Facet, String)>) {
        self.arrange();
        let is_entry = |row: &Row| matches!((row, entry), (Row::Entry(id), Some(entry)) if id == entry);
        self.at = self.rows.iter().position(is_entry).unwrap_or(self.at);
        let is_value = |row: &FacetRow| match (row, facet) {
            (FacetRow::Value { facet: own, value, .. }, Some((facet, wanted))) => own == facet && value == wanted,
            _ => false,
        };
        self.facet_at = self.facets.iter().position(is_value).unwrap_or(self.facet_at);
    }

    /// Finds, sorts and groups anew; the cursor stays on its entry where that is still there.
    fn arrange(&mut self) {
        let before = self.selected().map(str::to_owned);
        if self.ready {
            let catalog = Arc::clone(&self.catalog);
            self.fill(&catalog.entries());
        } else {
            self.rows = self.catalog.heads().iter().map(|head| Row::Entry(head.id.clone())).collect();
        }
        let same = |row: &Row| matches!((row, &before), (Row::Entry(id), Some(before)) if id == before);
        let first = self.rows.iter().position(|row| matches!(row, Row::Entry(_)));
        self.at = self.rows.iter().position(same).or(first).unwrap_or(0);
        self.facet_at = self.facet_at.min(self.facets.len().saturating_sub(1));
    }

    fn fill(&mut self, entries: &[&Entry]) {
        let mut search = Search::new(self.query.text());
        let found: Vec<(u32, &Entry)> =
            entries.iter().filter_map(|entry| Some((search.score(entry)?, *entry))).collect();
        let mut shown: Vec<(u32, &Entry)> = found.iter().filter(|(_, entry)| self.fits(entry, None)).copied().collect();
        shown.sort_by(|a, b| self.order.compare(a.1, b.1));
        let typed = !self.query.text().trim().is_empty();
        if typed {
            // What fits best comes first.
            shown.sort_by_key(|(score, _)| std::cmp::Reverse(*score));
        }
        self.rows.clear();
        match self.group.filter(|_| !typed) {
            None => self.rows.extend(shown.iter().map(|(_, entry)| Row::Entry(entry.head.id.clone()))),
            Some(facet) => {
                for (value, count) in facet.counted(shown.iter().map(|(_, entry)| *entry)) {
                    let own = shown.iter().filter(|(_, entry)| facet.values(entry).contains(&value));
                    let own: Vec<Row> = own.map(|(_, entry)| Row::Entry(entry.head.id.clone())).collect();
                    self.rows.push(Row::Group(value, count));
                    self.rows.extend(own);
                }
            }
        }
        self.facets.clear();
        for facet in Facet::ALL {
            self.facets.push(FacetRow::Title(facet));
            // Counted over what the other facets leave: so one sees what choosing a value would give.
            let left = found.iter().map(|(_, entry)| *entry).filter(|entry| self.fits(entry, Some(facet)));
            let values = facet.counted(left).into_iter();
            self.facets.extend(values.map(|(value, count)| FacetRow::Value { facet, value, count }));
        }
        if self.facet_at == 0 {
            self.facet_at = 1;
        }
    }

    /// Whether an entry has one of the chosen values of every facet but one.
    fn fits(&self, entry: &Entry, without: Option<Facet>) -> bool {
        Facet::ALL.into_iter().filter(|facet| Some(*facet) != without).all(|facet| {
            let mut wanted = self.chosen.iter().filter(|(own, _)| *own == facet).peekable();
            wanted.peek().is_none() || {
                let values = facet.values(entry);
                wanted.any(|(_, value)| values.contains(value))
            }
        })
    }

    /// A key that writes, while the filter is typed.
    pub fn type_key(&mut self, key: Key) {
        if self.filtering && self.query.type_key(key) {
            self.arrange();
        }
    }

    /// A pasted text goes into the filter.
    pub fn paste(&mut self, text: &str) {
        self.query.paste(text);
        self.arrange();
    }

    /// A command.
    pub fn command(&mut self, command: Command) -> Asked {
        if let Some(by) = steps(command) {
            self.step(by);
            return Asked::Nothing;
        }
        if self.filtering {
            return self.filter_command(command.action);
        }
        match command.action {
            Action::Filter => self.filtering = true,
            Action::SortBy => self.next_order(),
            Action::GroupBy => self.next_group(),
            Action::Facets | Action::NextPane | Action::PreviousPane => self.other_pane(),
            Action::MoveLeft => self.pane = Pane::Facets,
            Action::MoveRight => self.pane = Pane::List,
            Action::Mark | Action::Into if self.pane == Pane::Facets => self.choose(),
            Action::Mark => return self.mark(),
            Action::CompareMarked if (2..=MOST_COMPARED).contains(&self.marked.len()) => return Asked::Compare,
            Action::CompareMarked => return Asked::MarkFirst,
            Action::Into => return self.open(),
            Action::Survey => return self.open_survey(),
            Action::Back => self.widen(),
            _ => {}
        }
        Asked::Nothing
    }

    fn filter_command(&mut self, action: Action) -> Asked {
        match action {
            Action::Accept => self.filtering = false,
            Action::Back => {
                self.filtering = false;
                self.query.set("");
                self.arrange();
            }
            action if self.query.edit(action) => self.arrange(),
            _ => {}
        }
        Asked::Nothing
    }

    /// Takes back one restriction after another: the typed filter, then the facets.
    fn widen(&mut self) {
        if !self.query.text().is_empty() {
            self.query.set("");
        } else if self.pane == Pane::Facets {
            self.pane = Pane::List;
        } else {
            self.chosen.clear();
        }
        self.arrange();
    }

    fn next_order(&mut self) {
        let at = Order::ALL.iter().position(|order| *order == self.order).unwrap_or(0);
        self.order = Order::ALL[(at + 1) % Order::ALL.len()];
        self.arrange();
    }

    fn next_group(&mut self) {
        let kinds = [Some(Facet::Section), Some(Facet::Kind), Some(Facet::Year), Some(Facet::Positions), None];
        let at = kinds.iter().position(|group| *group == self.group).unwrap_or(0);
        self.group = kinds[(at + 1) % kinds.len()];
        self.arrange();
    }

    fn other_pane(&mut self) {
        self.pane = if self.pane == Pane::List { Pane::Facets } else { Pane::List };
    }

    fn choose(&mut self) {
        if let Some(FacetRow::Value { facet, value, .. }) = self.facets.get(self.facet_at).cloned() {
            let choice = (facet, value);
            if !self.chosen.remove(&choice) {
                self.chosen.insert(choice);
            }
            self.arrange();
        }
    }

    fn mark(&mut self) -> Asked {
        let Some(id) = self.selected().map(str::to_owned) else { return Asked::Nothing };
        match self.marked.iter().position(|marked| *marked == id) {
            Some(at) => {
                self.marked.remove(at);
            }
            None if self.marked.len() == MOST_COMPARED => return Asked::MarkedEnough,
            None => self.marked.push(id),
        }
        self.step(1);
        Asked::Nothing
    }

    fn open(&mut self) -> Asked {
        let Some(id) = self.selected().map(str::to_owned) else { return Asked::Nothing };
        if self.open_card(&id) { Asked::Card } else { Asked::Nothing }
    }

    /// Opens the card of an entry, where it can be read.
    pub fn open_card(&mut self, id: &str) -> bool {
        let catalog = Arc::clone(&self.catalog);
        let Ok(entry) = catalog.entry(id) else { return false };
        (self.estimates, self.opened) = (Estimates::of(entry), Some(entry.head.id.clone()));
        true
    }

    /// Opens the pages of the survey, where there are any.
    fn open_survey(&mut self) -> Asked {
        if self.catalog.pages().is_empty() {
            return Asked::NoSurvey;
        }
        self.survey = Some(0);
        Asked::Survey
    }

    /// To the next page of the survey or the one before, round and round.
    pub fn turn_page(&mut self, on: bool) {
        let count = self.catalog.pages().len();
        if let Some(page) = self.survey.filter(|_| count > 0) {
            self.survey = Some((page + if on { 1 } else { count - 1 }) % count);
        }
    }

    /// Moves the cursor over what can be chosen, leaving out titles.
    fn step(&mut self, by: isize) {
        let choosable: Vec<usize> = match self.pane {
            Pane::Facets if !self.filtering => {
                let values = self.facets.iter().enumerate().filter(|(_, row)| matches!(row, FacetRow::Value { .. }));
                values.map(|(at, _)| at).collect()
            }
            _ => {
                let entries = self.rows.iter().enumerate().filter(|(_, row)| matches!(row, Row::Entry(_)));
                entries.map(|(at, _)| at).collect()
            }
        };
        let facets = self.pane == Pane::Facets && !self.filtering;
        let at = if facets { &mut self.facet_at } else { &mut self.at };
        let now = choosable.iter().position(|place| place == at).unwrap_or(0);
        let next = now.saturating_add_signed(by).min(choosable.len().saturating_sub(1));
        *at = choosable.get(next).copied().unwrap_or(0);
    }

    /// A click: chooses, and opens what was chosen already.
    pub fn click(&mut self, target: Target) -> Asked {
        match target {
            Target::Row { list: LIST, row } if matches!(self.rows.get(row), Some(Row::Entry(_))) => {
                let again = self.at == row && self.pane == Pane::List;
                (self.at, self.pane) = (row, Pane::List);
                if again { self.open() } else { Asked::Nothing }
            }
            Target::Row { list: FACETS, row } if matches!(self.facets.get(row), Some(FacetRow::Value { .. })) => {
                (self.facet_at, self.pane) = (row, Pane::Facets);
                self.choose();
                Asked::Nothing
            }
            _ => Asked::Nothing,
        }
    }
}

/// How far a command moves the cursor.
fn steps(command: Command) -> Option<isize> {
    let times = command.times() as isize;
    match command.action {
        Action::MoveUp => Some(-times),
        Action::MoveDown => Some(times),
        Action::PageUp => Some(-PAGE * times),
        Action::PageDown => Some(PAGE * times),
        Action::Home => Some(isize::MIN / 2),
        Action::End => Some(isize::MAX / 2),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
