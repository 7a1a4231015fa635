//! MODEL on the command line: the path of a checkpoint directory.

use std::path::Path;

use color_eyre::eyre::{bail, eyre};

use crate::catalog::Catalog;
use crate::explore::{Prompt, Subject};

/// Opens the model that is meant.
///
/// # Errors
/// Where there is none, or its checkpoint cannot be used.
pub fn open(model: &Path) -> color_eyre::Result<Subject> {
    known(model)?;
    Ok(Subject::open(model)?)
}

/// Refuses a name that is no path, in words that say so.
///
/// # Errors
/// Where there is no such path and it looks like a name.
pub fn known(model: &Path) -> color_eyre::Result<()> {
    let name = model.as_os_str().to_string_lossy();
    if !is_path(model) {
        if let Ok(entry) = Catalog::built_in().entry(&name) {
            bail!(
                "{} is in the catalogue, and there is no checkpoint of it here to run. Give the path of a directory \
                 with config.json and model.safetensors; `headscope show {name}` says what is known of it",
                entry.head.name
            );
        }
        bail!(
            "there is no model {name:?}: nothing here has this name, and no model is known by it. Give the path of a \
             directory with config.json and model.safetensors"
        );
    }
    Ok(())
}

/// Whether it is a path rather than a name.
pub fn is_path(model: &Path) -> bool {
    let name = model.as_os_str().to_string_lossy();
    let looks = name.contains(['/', '\\']) || name.starts_with('.');
    let named = looks || (model.extension().is_some() && Catalog::built_in().entry(&name).is_err());
    !name.is_empty() && (named || model.exists())
}

/// The user's text, and the pair if the model reads pairs.
///
/// # Errors
/// Where a pair is given to a model that reads one text.
pub fn prompt(subject: &Subject, text: &str, pair: Option<&str>) -> color_eyre::Result<Prompt> {
    if pair.is_some() && !subject.model().reads_pairs() {
        return Err(eyre!("{} reads one text: it takes no --pair", subject.class()));
    }
    Ok(Prompt { text: text.to_owned(), pair: pair.map(str::to_owned) })
}
