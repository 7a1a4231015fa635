//! Two to four models side by side: their parts aligned by name, their tokens by the characters of the text, their heads
//! by what they measurably do, and the differences of their maps. Everything is read from graphs, masks, parameters and
//! records; no architecture is known here by name.

mod align;
mod difference;
mod figures;
mod form;
mod heads;
mod part;
mod scores;
mod sentences;
mod sides;
mod structure;
#[cfg(test)]
mod tests;
mod texts;

pub use difference::{Difference, Map, difference};
pub use figures::Figures;
pub use form::{Block, Form, Stack};
pub use heads::{Match, nearest};
pub use part::{Facet, Part};
pub use sides::{Comparison, FactRow, Lacks, Side, open_mini};
pub use structure::{Cell, Row, Section, Telling, rows};
pub use texts::{Alignment, Sequence};
