//! `headscope completions`: scripts that let a shell complete the command line.

use clap::CommandFactory;
use clap_complete::Shell;

use super::{Cli, output};

/// The arguments.
#[derive(clap::Args)]
pub struct Args {
    /// The shell.
    shell: Shell,
}

/// Prints the script.
///
/// # Errors
/// Where stdout cannot be written.
pub fn run(args: &Args) -> color_eyre::Result<()> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "headscope", &mut script);
    Ok(output::print_bytes(&script)?)
}
