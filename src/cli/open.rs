//! `headscope open`, and `headscope` alone: where the command line hands over to the explorer.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args as ClapArgs;

use super::explorer;
use crate::app::address::{AddressError, SCHEME};
use crate::app::{Address, Language};
use crate::minis;
use crate::term::{ColorChoice, depth};

/// The mini that `headscope` alone opens.
const FIRST: &str = "gpt-2";

/// The arguments of `open`.
#[derive(ClapArgs)]
pub struct Args {
    /// The mini, the checkpoint directory, or an address as `y` copies it; without one the catalogue opens.
    #[arg(value_name = "MODEL|ADDRESS", value_parser = what)]
    what: Option<What>,
    #[command(flatten)]
    view: View,
}

/// What is to be opened.
#[derive(Clone, Debug)]
pub enum What {
    /// A model.
    Model(PathBuf),
    /// What a screen showed.
    Address(Address),
}

/// An address where it looks like one, else a model.
fn what(argument: &str) -> Result<What, AddressError> {
    if argument.trim_start().starts_with(SCHEME) {
        return argument.parse().map(What::Address);
    }
    Ok(What::Model(PathBuf::from(argument)))
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

    /// The language that was asked for, or that of the locale.
    pub fn language(&self) -> Language {
        language(self.lang.as_deref())
    }

    /// As the explorer takes it.
    pub fn options(self) -> explorer::Options {
        explorer::Options {
            language: language(self.lang.as_deref()),
            depth: depth::detect(self.color.unwrap_or_default(), depth::variable),
            mouse: !self.no_mouse,
            text: self.text,
            address: None,
            tour: None,
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
    let mut options = args.view.options();
    let model = match args.what {
        None => None,
        Some(What::Model(model)) => Some(model),
        Some(What::Address(address)) => Some(by_address(address, &mut options)),
    };
    Ok(ExitCode::from(explorer::open(model.as_deref(), catalog, &options)?))
}

/// Lets the explorer begin at an address; gives the model that it needs. An address that names none is shown beside
/// the model that `headscope` alone opens.
pub fn by_address(mut address: Address, options: &mut explorer::Options) -> PathBuf {
    if let Some(text) = options.text.take() {
        address.set_text(&text);
    }
    let model = address.model.take().unwrap_or_else(|| FIRST.to_owned());
    options.address = Some(address);
    PathBuf::from(model)
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
