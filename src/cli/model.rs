//! MODEL on the command line: the path of a checkpoint directory.

use std::path::Path;

use color_eyre::eyre::{bail, eyre};

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
    let is_path = name.contains(['/', '\\']) || name.starts_with('.') || model.extension().is_some();
    if model.as_os_str().is_empty() || (!is_path && !model.exists()) {
        bail!(
            "there is no model {name:?}: nothing here has this name, and no model is known by it. Give the path of a \
             directory with config.json and model.safetensors"
        );
    }
    Ok(())
}

/// The user's text, with the pair if the model reads pairs, and the target if it writes one.
///
/// # Errors
/// Where a pair or a target is given to a model that takes none.
pub fn prompt(subject: &Subject, text: &str, pair: Option<&str>, target: Option<&str>) -> color_eyre::Result<Prompt> {
    let class = subject.class();
    if pair.is_some() && !subject.model().reads_pairs() {
        return Err(eyre!("{class} reads one text: it takes no --pair"));
    }
    if target.is_some() && !subject.writes_target() {
        return Err(eyre!("{class} has no decoder beside its encoder: it takes no --target"));
    }
    Ok(Prompt { text: text.to_owned(), pair: pair.map(str::to_owned), target: target.map(str::to_owned) })
}
