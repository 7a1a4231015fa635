//! The size of the large map's cells: a long text is shown whole, and gone into by powers of two down to single tokens.

use std::ops::Range;

use super::{AttentionState, Size};
use crate::app::Cursor;

/// So many tokens are a text that is shown cell by cell and scrolled; a longer one is shown whole.
pub const LONG: usize = 64;

impl AttentionState {
    /// Tokens along the side of a cell of the map.
    pub fn block(&self) -> usize {
        match self.size {
            Size::Fit => self.fitted.max(1),
            Size::Blocks(block) => block,
            Size::Small | Size::Large => 1,
        }
    }

    /// The next finer size around the cursor; the finest stays.
    pub fn zoom_in(&mut self) {
        self.size = match self.block() {
            block @ 3.. => Size::Blocks(block / 2),
            2 => Size::Small,
            _ if self.fitted > 1 => Size::Large,
            _ => self.size,
        };
    }

    /// The next coarser size, until the whole text is shown.
    pub fn zoom_out(&mut self) {
        self.size = match self.size {
            Size::Large if self.fitted > 1 => Size::Small,
            Size::Small | Size::Blocks(_) if self.block() * 2 < self.fitted => Size::Blocks(self.block() * 2),
            _ => Size::Fit,
        };
    }

    /// The queries and keys that the cell under the cursor holds.
    pub fn held(&self, cursor: &Cursor) -> (Range<usize>, Range<usize>) {
        let block = self.block();
        let held = |at: usize| at / block * block..(at / block + 1) * block;
        (held(cursor.query), held(cursor.key))
    }
}
