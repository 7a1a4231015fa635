//! `headscope open`, and `headscope` alone: where the command line hands over to the explorer.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use super::explorer;
use crate::app::Language;
use crate::term::{ColorChoice, depth};
use clap::Args as ClapArgs;

/// The arguments of `open`.
#[derive(ClapArgs)]
pub struct Args {
    /// The checkpoint directory; without one the catalogue opens.
    model: Option<PathBuf>,
    /// The text to begin with; `first || second` is a pair, `source => target` gives a target.
    #[arg(long)]
    text: Option<String>,
    /// The language of the interface: en or zh. The locale decides where it is not given.
    #[arg(long, value_parser = ["en", "zh"])]
    lang: Option<String>,
    /// Colours: auto, never, 16, 256 or truecolor.
    #[arg(long, default_value = "auto")]
    color: ColorChoice,
    /// Leave the mouse to the terminal, so that text can be selected.
    #[arg(long)]
    no_mouse: bool,
}

/// The language that was asked for, or that of the locale.
pub fn language(asked: Option<&str>) -> Language {
    asked.and_then(Language::from_code).unwrap_or_else(|| Language::from_environment(depth::variable))
}

/// Opens the explorer on a model.
///
/// # Errors
/// Where the model cannot be opened or there is no terminal to draw on.
pub fn run(args: Args, catalog: Option<&Path>) -> color_eyre::Result<ExitCode> {
    let options = explorer::Options {
        language: language(args.lang.as_deref()),
        depth: depth::detect(args.color, depth::variable),
        mouse: !args.no_mouse,
        text: args.text,
    };
    Ok(ExitCode::from(explorer::open(args.model.as_deref(), catalog, &options)?))
}

/// `headscope` without a command: the catalogue.
///
/// # Errors
/// Where the catalogue cannot be read or there is no terminal to draw on.
pub fn without_model(catalog: Option<&Path>) -> color_eyre::Result<ExitCode> {
    let options = explorer::Options {
        language: language(None),
        depth: depth::detect(ColorChoice::default(), depth::variable),
        mouse: true,
        text: None,
    };
    Ok(ExitCode::from(explorer::open(None, catalog, &options)?))
}
