//! `headscope open`, and `headscope` alone: where the command line hands over to the explorer.

use std::path::Path;

use color_eyre::eyre::bail;

/// Opens the explorer, on a model if one is given.
///
/// # Errors
/// Where it cannot be opened.
pub fn open(model: Option<&Path>) -> color_eyre::Result<()> {
    // What cannot be opened is said before the terminal is touched.
    if let Some(model) = model {
        super::model::open(model)?;
    }
    bail!("the explorer needs a terminal; `headscope --help` lists the commands that print their results")
}
