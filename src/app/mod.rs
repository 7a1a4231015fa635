//! The state of the program and what changes it: no drawing, no terminal, no files.

pub mod action;
pub mod attention;
pub mod catalogue;
pub mod cursor;
pub mod decode;
pub mod derive;
pub mod estimates;
pub mod examples;
pub mod explorer;
pub mod fill;
pub mod job;
pub mod key;
pub mod keys;
pub mod language;
pub mod objective;
pub mod opening;
pub mod palette;
pub mod panel;
pub mod place;
pub mod prompt;
pub mod saving;
pub mod shell;
pub mod steps;
pub mod study;
pub mod target;
pub mod timeline;
#[cfg(test)]
pub mod trial;
pub mod words;

pub use action::{Action, Command};
pub use cursor::Cursor;
pub use derive::Trail;
pub use explorer::{App, Effect, Input};
pub use job::{Job, Message, Opening, Outcome, Recorded, Work};
pub use key::{Code, Key};
pub use keys::Keymap;
pub use language::Language;
pub use panel::Panel;
pub use place::{Place, Screen};
pub use prompt::Prompt;
pub use saving::{Form, Saving};
pub use shell::Shell;
pub use study::{Finding, Study};
pub use target::Target;
pub use words::Word;
