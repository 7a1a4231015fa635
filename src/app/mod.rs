//! The state of the program and what changes it: no drawing, no terminal, no files.

pub mod action;
pub mod language;
pub mod place;
pub mod target;
pub mod words;

pub use action::{Action, Command};
pub use language::Language;
pub use place::{Place, Screen};
pub use target::Target;
pub use words::Word;
