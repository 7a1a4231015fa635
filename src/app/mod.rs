//! The state of the program and what changes it: no drawing, no terminal, no files.

pub mod action;
pub mod key;
pub mod keys;
pub mod language;
pub mod palette;
pub mod place;
pub mod prompt;
pub mod shell;
pub mod target;
pub mod words;

pub use action::{Action, Command};
pub use key::{Code, Key};
pub use keys::Keymap;
pub use language::Language;
pub use place::{Place, Screen};
pub use prompt::Prompt;
pub use shell::Shell;
pub use target::Target;
pub use words::Word;
