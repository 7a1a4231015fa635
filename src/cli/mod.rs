//! The command line: everything on a screen can be had by a command.

mod explorer;
mod forward;
mod picture;

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
    /// Write what a screen shows to a file.
    #[command(subcommand)]
    Export(Export),
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

#[derive(Subcommand)]
enum Export {
    /// A screen of the explorer as it is after some keys.
    Screen {
        /// A checkpoint directory.
        model: PathBuf,
        /// The text that the model reads.
        #[arg(long)]
        text: Option<String>,
        /// Keys parted by blanks, as the explorer names them (`4 l l Up`).
        #[arg(long, default_value = "")]
        keys: String,
        /// Columns and rows.
        #[arg(long, default_value = "120x36", value_parser = size)]
        size: (u16, u16),
        /// The theme: dark or light.
        #[arg(long, default_value = "dark", value_parser = ["dark", "light"])]
        theme: String,
        /// The language: en or zh; the locale decides where it is not given.
        #[arg(long, value_parser = ["en", "zh"])]
        lang: Option<String>,
        /// The picture to write.
        #[arg(long)]
        svg: PathBuf,
    },
}

/// `120x36`.
fn size(text: &str) -> Result<(u16, u16), String> {
    let parse = |number: &str| number.parse::<u16>().ok().filter(|n| (1..=1000).contains(n));
    let size = text.split_once('x').and_then(|(columns, rows)| parse(columns).zip(parse(rows)));
    size.ok_or_else(|| "expected columns and rows like 120x36".to_owned())
}

fn export(export: Export) -> color_eyre::Result<()> {
    let Export::Screen { model, text, keys, size, theme, lang, svg } = export;
    let get = crate::term::depth::variable;
    let language = lang.as_deref().and_then(crate::app::Language::from_code);
    let language = language.unwrap_or_else(|| crate::app::Language::from_environment(get));
    let theme = if theme == "light" { "light" } else { "dark" };
    picture::write(&model, &svg, &picture::Options { language, text, keys, size, theme })
}

/// Runs the command line.
///
/// # Errors
/// Where the work failed, with context.
pub fn main() -> color_eyre::Result<ExitCode> {
    match Cli::parse().command {
        Command::Export(what) => export(what)?,
        Command::Open { model } => return open(&model),
        Command::Forward { checkpoint, input, output } => forward::run(&checkpoint, &input, &output)?,
    }
    Ok(ExitCode::SUCCESS)
}
