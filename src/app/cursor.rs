//! One cursor per model, kept across heads, layers and views.

use super::Action;

/// The tokens and the feature that the cursor is on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Cursor {
    /// The token that looks, or the row of any other tensor.
    pub query: usize,
    /// The token that is looked at.
    pub key: usize,
    /// The number of a vector.
    pub feature: usize,
}

impl Cursor {
    /// Moves over a map of so many queries and keys.
    pub fn step(&mut self, action: Action, times: isize, queries: usize, keys: usize) {
        const PAGE: isize = 8;
        let along = |place: usize, by: isize, len: usize| place.saturating_add_signed(by).min(len.saturating_sub(1));
        match action {
            Action::MoveUp => self.query = along(self.query, -times, queries),
            Action::MoveDown => self.query = along(self.query, times, queries),
            Action::MoveLeft => self.key = along(self.key, -times, keys),
            Action::MoveRight => self.key = along(self.key, times, keys),
            Action::PageUp => self.query = along(self.query, -PAGE * times, queries),
            Action::PageDown => self.query = along(self.query, PAGE * times, queries),
            Action::Home => self.key = 0,
            Action::End => self.key = keys.saturating_sub(1),
            _ => {}
        }
        self.query = self.query.min(queries.saturating_sub(1));
        self.key = self.key.min(keys.saturating_sub(1));
    }
}
