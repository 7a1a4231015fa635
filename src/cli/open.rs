//! `headscope open`, and `headscope` alone: where the command line hands over to the explorer.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args as ClapArgs;

use super::explorer;
use crate::app::Language;
use crate::minis;
use crate::term::{ColorChoice, depth};

/// The mini that `headscope` alone opens.
const FIRST: &str = "gpt-2";

/// The arguments of `open`.
#[derive(ClapArgs)]
pub struct Args {
    /// The mini, or the checkpoint directory; without one the catalogue opens.
    model: Option<PathBuf>,
    #[command(flatten)]
    view: View,
}

/// How the explorer begins.
#[derive(ClapArgs, Clone, Debug, Default)]
pub struct View {
    /// The text to begin with; `first || second` is a pair, `source => target` gives a target.
    #[arg(long)]
    text: Option<String>,
    /// The language of the interface: en or zh. The locale decides where it is not given.
    #[arg(long, value_parser = ["en", "zh"])]
    lang: Option<String>,
    /// Colours: auto, never, 16, 256 or truecolor [default: auto].
    #[arg(long)]
    color: Option<ColorChoice>,
    /// Leave the mouse to the terminal, so that text can be selected.
    #[arg(long)]
    no_mouse: bool,
}

impl View {
    /// The first option that was given, as it is written.
    pub fn given(&self) -> Option<&'static str> {
        let options = [
            ("--text", self.text.is_some()),
            ("--lang", self.lang.is_some()),
            ("--color", self.color.is_some()),
            ("--no-mouse", self.no_mouse),
        ];
        options.into_iter().find_map(|(option, given)| given.then_some(option))
    }

    fn options(self) -> explorer::Options {
        explorer::Options {
            language: language(self.lang.as_deref()),
            depth: depth::detect(self.color.unwrap_or_default(), depth::variable),
            mouse: !self.no_mouse,
            text: self.text,
        }
    }
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
    Ok(ExitCode::from(explorer::open(args.model.as_deref(), catalog, &args.view.options())?))
}

/// `headscope` without a command: the explorer on a mini; on the catalogue where that was not trained.
///
/// # Errors
/// Where the catalogue cannot be read or there is no terminal to draw on.
pub fn without_model(view: View, catalog: Option<&Path>) -> color_eyre::Result<ExitCode> {
    let trained = minis::find(FIRST).is_some_and(|mini| mini.is_trained());
    let first = trained.then(|| Path::new(FIRST));
    Ok(ExitCode::from(explorer::open(first, catalog, &view.options())?))
}
