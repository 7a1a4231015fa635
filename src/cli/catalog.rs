//! The catalogue that is meant: that of `--catalog`, or the one that is compiled in; and what its commands share.

use std::path::Path;
use std::sync::Arc;

use color_eyre::eyre::bail;

use crate::app::Language;
use crate::catalog::browse::Facet;
use crate::catalog::{Catalog, CatalogError, Entry, Text, Word};

/// Opens it.
///
/// # Errors
/// Where the directory is none, or holds no entry.
pub fn open(dir: Option<&Path>) -> Result<Arc<Catalog>, CatalogError> {
    dir.map_or_else(|| Ok(Catalog::built_in()), |dir| Catalog::open(dir).map(Arc::new))
}

/// A text in a language.
pub fn pick(text: &Text, language: Language) -> &str {
    language.pick(&text.en, &text.zh)
}

/// A word in a language.
pub fn word(word: &'static Word, language: Language) -> &'static str {
    language.pick(word.en, word.zh)
}

/// Whether an entry has a value of a facet; capitals do not matter.
pub fn is(entry: &Entry, facet: Facet, value: &str) -> bool {
    facet.values(entry).iter().any(|own| own.eq_ignore_ascii_case(value))
}

/// Refuses a value that no entry has, with those that there are.
///
/// # Errors
/// Where no entry has it.
pub fn has_value(entries: &[&Entry], facet: Facet, value: &str) -> color_eyre::Result<()> {
    if !entries.iter().any(|entry| is(entry, facet, value)) {
        let there: Vec<String> = facet.counted(entries.iter().copied()).into_iter().map(|(value, _)| value).collect();
        bail!("no model has the {} {value:?}; there are {}", facet.text().en, there.join(", "));
    }
    Ok(())
}
