//! `headscope man`: the manual page.

use clap::CommandFactory;

use super::{Cli, output};

/// Prints the page, in roff.
///
/// # Errors
/// Where stdout cannot be written.
pub fn run() -> color_eyre::Result<()> {
    let mut page = Vec::new();
    clap_mangen::Man::new(Cli::command()).render(&mut page)?;
    Ok(output::print_bytes(&page)?)
}
