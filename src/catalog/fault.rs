//! What can be wrong with a catalogue.

use std::fmt;
use std::path::PathBuf;

use serde::Serialize;

/// A rule that a catalogue does not keep, and where.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Fault {
    /// The file, within the catalogue.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
    /// The way to the field, `variants[2].published`; empty where the file as a whole is meant.
    pub field: String,
    /// What is wrong and what was expected.
    pub message: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: ", self.file, self.line)?;
        if self.field.is_empty() { f.write_str(&self.message) } else { write!(f, "{}: {}", self.field, self.message) }
    }
}

/// A catalogue, or an entry of it, that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum CatalogError {
    /// The directory cannot be read.
    #[error("{}: cannot be read as a catalogue ({source}). Expected a directory of YAML files, one a model", .path.display())]
    Directory {
        /// Which.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// There is no entry in it.
    #[error("{}: holds no entry. Expected YAML files, one a model; catalog/README.md of the sources describes them", .path.display())]
    Empty {
        /// Which.
        path: PathBuf,
    },
    /// A file of it cannot be read.
    #[error("{}: {problem}", .path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        problem: String,
    },
    /// No entry has this id.
    #[error("the catalogue has no model {id:?}{}", suggestion(.near))]
    Unknown {
        /// What was asked for.
        id: String,
        /// What may have been meant.
        near: Vec<String>,
    },
    /// The entry is faulty.
    #[error("{fault}{}", more(*.others))]
    Faulty {
        /// The first fault.
        fault: Fault,
        /// How many more there are.
        others: usize,
    },
}

fn suggestion(names: &[String]) -> String {
    if names.is_empty() {
        return ". `headscope list` shows them all".to_owned();
    }
    format!(". Near it are {}", names.join(", "))
}

fn more(others: usize) -> String {
    match others {
        0 => String::new(),
        1 => " (and one more; `headscope check` lists them)".to_owned(),
        n => format!(" (and {n} more; `headscope check` lists them)"),
    }
}
