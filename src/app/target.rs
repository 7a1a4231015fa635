//! What lies under the mouse, in the program's own terms.

use super::action::Action;

/// What a click or a turn of the wheel meets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Target {
    /// A numbered tab, from 1.
    Tab(u8),
    /// A cell of a map; screens with several maps number them.
    Cell {
        /// Which map.
        map: u8,
        /// Row of the matrix.
        row: usize,
        /// Column of the matrix.
        col: usize,
    },
    /// An entry of a list; screens with several lists number them.
    Row {
        /// Which list.
        list: u8,
        /// Which entry.
        row: usize,
    },
    /// One head's small map.
    Head {
        /// Layer.
        layer: usize,
        /// Head within the layer.
        head: usize,
    },
    /// A key hint.
    Key(Action),
    /// A row of the list of keys: what it tells of is done on what lies below.
    Help(Action),
    /// A display column of the prompt's text.
    Prompt(usize),
    /// A pane, where nothing more precise lies under the mouse.
    Pane(u8),
}
