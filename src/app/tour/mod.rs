//! Tours: addresses one after the other, with words that say what to look at there.
//!
//! A tour is a YAML file; those of `assets/tours` are compiled in, and anybody's own is read in the same way. What the
//! words claim and can be measured stands beside them as `expect`, so that it can be held against the model.

mod expect;
mod read;
mod state;
#[cfg(test)]
mod tests;

use std::path::Path;
use std::sync::{Arc, LazyLock};

use super::Address;
use crate::catalog::{Fault, Text};
pub use expect::Expect;
pub use state::Touring;

// TOURS: the files of `assets/tours`, listed when this is built.
include!(concat!(env!("OUT_DIR"), "/tours.rs"));

/// A tour.
#[derive(Clone, Debug, PartialEq)]
pub struct Tour {
    /// The name of its file.
    pub id: String,
    /// What it is called.
    pub title: Text,
    /// What one sees on it.
    pub summary: Text,
    /// Where it leads, in this order; there is one at least.
    pub stops: Vec<Stop>,
}

/// A stop of a tour.
#[derive(Clone, Debug, PartialEq)]
pub struct Stop {
    /// What is shown.
    pub address: Address,
    /// What to look at, and why.
    pub words: Text,
    /// Keys to try, and what they do.
    pub keys: Option<Text>,
    /// What the words claim and can be measured.
    pub expect: Vec<Expect>,
}

/// Why there is no tour.
#[derive(Debug, thiserror::Error)]
pub enum TourError {
    /// There are faults in it.
    #[error("{}", lines(.0))]
    Faulty(Vec<Fault>),
}

fn lines(faults: &[Fault]) -> String {
    faults.iter().map(Fault::to_string).collect::<Vec<_>>().join("\n")
}

static BUILT_IN: LazyLock<Vec<Arc<Tour>>> = LazyLock::new(|| {
    let tour = |(file, yaml): &(&str, &str)| Tour::parse(file, yaml).ok().map(Arc::new);
    let mut tours: Vec<Arc<Tour>> = TOURS.iter().filter_map(tour).collect();
    let order =
        ["causal-mask", "both-sides", "induction", "cross-attention", "relative-position", "three-architectures"];
    tours.sort_by_key(|tour| order.iter().position(|id| *id == tour.id).unwrap_or(order.len()));
    tours
});

impl Tour {
    /// The tours that come with the program, from the simplest on.
    pub fn built_in() -> &'static [Arc<Self>] {
        &BUILT_IN
    }

    /// The one of an id.
    pub fn find(id: &str) -> Option<Arc<Self>> {
        Self::built_in().iter().find(|tour| tour.id == id).map(Arc::clone)
    }

    /// Reads a tour.
    ///
    /// # Errors
    /// Where anything is wrong with it: everything that is, with line and field.
    pub fn parse(file: &str, yaml: &str) -> Result<Self, TourError> {
        let id =
            Path::new(file).file_stem().map_or_else(|| file.to_owned(), |stem| stem.to_string_lossy().into_owned());
        read::tour(file, &id, yaml).map_err(TourError::Faulty)
    }
}
