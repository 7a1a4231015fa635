//! The catalogue: one YAML file a model, compiled in or read from a directory, and what can be worked out from it.
//!
//! The form of the files is described in `catalog/README.md`. An entry is read when it is needed; at the start only what
//! stands above its summary is.

pub mod browse;
mod check;
pub mod compare;
mod count;
mod dimensions;
mod entry;
pub mod estimate;
mod fault;
mod library;
pub mod read;
mod values;
pub mod words;

pub use count::{Count, Counted, counts};
pub use dimensions::Dimensions;
pub use entry::{
    Claim, Entry, Fact, Figure, Head, Link, Objective, Page, Paper, Part, Practised, Source, Variant, citation,
};
pub use fault::{CatalogError, Fault};
pub use library::Catalog;
pub use read::line_of_keys;
pub use values::{Cited, Date, Quantity, Text, is_cjk};
pub use words::Word;
