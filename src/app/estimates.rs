//! The estimates of an entry: which variant and which length of text are chosen, and which estimate is open.

use super::{Action, Command};
use crate::catalog::estimate::{Estimate, context, estimates};
use crate::catalog::{Entry, Variant};
use crate::explore::{Component, components};

/// The list of estimates, for the mouse.
pub const LIST: u8 = 42;
/// The longest text that can be chosen: sixteen million tokens.
const LONGEST: u64 = 1 << 24;
/// The text that is chosen from where an entry says nothing of its length.
const USUAL: u64 = 1024;
/// Rows of a page.
const PAGE: isize = 10;

/// Something that can be opened.
#[derive(Clone, Debug)]
pub enum Row {
    /// Where so many of all parameters are.
    Part(Component, u64),
    /// An estimate.
    Estimate(Estimate),
}

/// The estimates of one variant for one length of text.
#[derive(Clone, Debug, Default)]
pub struct Estimates {
    /// Which variant.
    pub variant: usize,
    /// The chosen length; the model's own where none was chosen.
    pub chosen: Option<u64>,
    /// The model's own.
    own: Option<u64>,
    /// What is shown: parts first, where there is code.
    pub rows: Vec<Row>,
    /// The row under the cursor.
    pub at: usize,
    /// Whether it is open.
    pub open: bool,
    /// Whether they have the screen for themselves.
    pub shown: bool,
}

impl Row {
    /// Its name in files.
    pub fn id(&self) -> String {
        match self {
            Self::Part(part, _) => part.path(),
            Self::Estimate(estimate) => estimate.what.id.to_owned(),
        }
    }
}

impl Estimates {
    /// Those of the first variant.
    pub fn of(entry: &Entry) -> Self {
        let mut state = Self::default();
        state.work_out(entry);
        state
    }

    /// The length of text that they are for, where that is known.
    pub fn context(&self) -> Option<u64> {
        self.chosen.or(self.own)
    }

    fn work_out(&mut self, entry: &Entry) {
        self.rows.clear();
        let Some(variant) = entry.variants.get(self.variant) else { return };
        self.own = context(entry, variant);
        self.rows.extend(parts(variant));
        self.rows.extend(estimates(entry, variant, self.chosen).into_iter().map(Row::Estimate));
        self.at = self.at.min(self.rows.len().saturating_sub(1));
    }

    /// Chooses a variant and a length of text; the model's own length where none is chosen.
    pub fn choose(&mut self, variant: usize, context: Option<u64>, entry: &Entry) {
        self.variant = variant.min(entry.variants.len().saturating_sub(1));
        self.chosen = context.map(|context| context.clamp(1, LONGEST));
        self.work_out(entry);
    }

    /// Does what a command asks; whether that was for here.
    pub fn command(&mut self, command: Command, entry: &Entry) -> bool {
        let times = command.times() as isize;
        match command.action {
            Action::PreviousVariant => self.variant_by(-times, entry),
            Action::NextVariant => self.variant_by(times, entry),
            Action::ContextDown => self.context_by(-times, entry),
            Action::ContextUp => self.context_by(times, entry),
            Action::OwnContext => {
                self.chosen = None;
                self.work_out(entry);
            }
            _ => return false,
        }
        true
    }

    fn variant_by(&mut self, by: isize, entry: &Entry) {
        self.variant = self.variant.saturating_add_signed(by).min(entry.variants.len().saturating_sub(1));
        self.work_out(entry);
    }

    /// Doubles or halves the length, over and over.
    fn context_by(&mut self, by: isize, entry: &Entry) {
        let now = self.context().unwrap_or(USUAL);
        let steps = by.unsigned_abs().min(24) as u32;
        let next = if by > 0 { now.saturating_mul(1 << steps).min(LONGEST) } else { (now >> steps).max(1) };
        self.chosen = Some(next).filter(|next| Some(*next) != self.own);
        self.work_out(entry);
    }

    /// Moves over the rows, opens and closes; whether there is nothing left to close.
    pub fn walk(&mut self, command: Command) -> bool {
        let times = command.times() as isize;
        let by = match command.action {
            Action::Back if self.open => {
                self.open = false;
                return false;
            }
            Action::Back => return true,
            Action::Into | Action::Accept | Action::Derive => {
                self.open = !self.open;
                return false;
            }
            Action::MoveUp => -times,
            Action::MoveDown => times,
            Action::PageUp => -PAGE * times,
            Action::PageDown => PAGE * times,
            Action::Home => isize::MIN / 2,
            Action::End => isize::MAX / 2,
            _ => return false,
        };
        self.at = self.at.saturating_add_signed(by).min(self.rows.len().saturating_sub(1));
        false
    }

    /// A click: chooses, and opens or closes what was chosen already.
    pub fn click(&mut self, row: usize) {
        if row < self.rows.len() {
            self.open = if self.at == row { !self.open } else { true };
            self.at = row;
        }
    }
}

/// Where the parameters are, where there is code that says it.
fn parts(variant: &Variant) -> Vec<Row> {
    let loaded = variant.classes.first().and_then(|class| variant.shapes(class).ok());
    let parts = loaded.and_then(|loaded| Some((components(&loaded).ok()?, loaded.parameters.count())));
    let Some((parts, all)) = parts else { return Vec::new() };
    parts.into_iter().map(|part| Row::Part(part, all)).collect()
}

#[cfg(test)]
mod tests {
    use super::{Action, Command, Estimates, Row};
    use crate::catalog::Catalog;

    fn cache(state: &Estimates) -> f64 {
        let found = state.rows.iter().find_map(|row| match row {
            Row::Estimate(estimate) if estimate.what.id == "cache" => Some(estimate.value),
            _ => None,
        });
        found.expect("a cache")
    }

    #[test]
    fn every_size_and_length_can_be_reached() {
        let catalog = Catalog::built_in();
        let entry = catalog.entry("gpt-2").expect("an entry");
        let mut state = Estimates::of(entry);
        let own = cache(&state);
        for (action, times) in [(Action::ContextUp, 2.0), (Action::ContextDown, 1.0), (Action::ContextDown, 0.5)] {
            assert!(state.command(action.into(), entry));
            assert_eq!(cache(&state), times * own);
        }
        state.command(Command { action: Action::ContextUp, count: Some(200) }, entry);
        assert_eq!(state.context(), Some(super::LONGEST));
        state.command(Action::OwnContext.into(), entry);
        assert_eq!((state.context(), cache(&state)), (Some(1024), own));
        for _ in 0..20 {
            state.command(Action::NextVariant.into(), entry);
        }
        assert_eq!(state.variant + 1, entry.variants.len());
        // 48 layers of width 1600 instead of 12 of 768.
        assert_eq!(cache(&state), own * 48.0 * 1600.0 / (12.0 * 768.0));
    }

    #[test]
    fn parts_come_to_the_whole() {
        let catalog = Catalog::built_in();
        let state = Estimates::of(catalog.entry("gpt-2").expect("an entry"));
        let (mut sum, mut whole) = (0, 0);
        for row in &state.rows {
            if let Row::Part(part, all) = row {
                sum += part.parameters;
                whole = *all;
                let one: u64 = part.pieces.iter().map(crate::explore::Piece::numbers).sum();
                assert_eq!(one * part.times as u64, part.parameters, "{}", part.path());
            }
        }
        assert_eq!((sum, whole), (124_439_808, 124_439_808));
    }
}
