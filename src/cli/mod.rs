//! The command line: everything on a screen can be had by a command.

mod forward;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// See inside transformers: every step, head and mask of a forward pass.
#[derive(Parser)]
#[command(version, about)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Run one forward pass of a checkpoint on given tensors and write every output.
    Forward {
        /// The checkpoint directory: config.json and model.safetensors.
        #[arg(long)]
        checkpoint: PathBuf,
        /// A safetensors file with the arguments under their official names.
        #[arg(long)]
        input: PathBuf,
        /// The safetensors file to write.
        #[arg(long)]
        output: PathBuf,
    },
}

/// Runs the command line.
///
/// # Errors
/// Where the work failed, with context.
pub fn main() -> color_eyre::Result<ExitCode> {
    match Cli::parse().command {
        Command::Forward { checkpoint, input, output } => forward::run(&checkpoint, &input, &output)?,
    }
    Ok(ExitCode::SUCCESS)
}
