//! `headscope reference`: every command with all its options, as Markdown. `docs/commands.md` is made so.

use clap::CommandFactory;
use clap_markdown::MarkdownOptions;

use super::{Cli, output};

/// Prints the reference.
///
/// # Errors
/// Where stdout cannot be written.
pub fn run() -> color_eyre::Result<()> {
    let options = MarkdownOptions::new().title("Commands".to_owned()).show_footer(false);
    let text = clap_markdown::help_markdown_command_custom(&Cli::command(), &options);
    Ok(output::print(&format!("{}\n", text.trim_end()))?)
}
