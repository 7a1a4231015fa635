//! The command line: everything on a screen can be had by a command.

mod explorer;
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
    /// Open the explorer on a checkpoint directory.
    Open {
        /// The directory.
        model: PathBuf,
    },
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

fn open(path: &std::path::Path) -> color_eyre::Result<ExitCode> {
    let get = crate::term::depth::variable;
    let options = explorer::Options {
        language: crate::app::Language::from_environment(get),
        depth: crate::term::depth::detect(crate::term::ColorChoice::Auto, get),
        mouse: true,
        text: None,
    };
    Ok(ExitCode::from(explorer::open(path, &options)?))
}

/// Runs the command line.
///
/// # Errors
/// Where the work failed, with context.
pub fn main() -> color_eyre::Result<ExitCode> {
    match Cli::parse().command {
        Command::Open { model } => return open(&model),
        Command::Forward { checkpoint, input, output } => forward::run(&checkpoint, &input, &output)?,
    }
    Ok(ExitCode::SUCCESS)
}
