//! `headscope open`, and `headscope` alone: where the command line hands over to the explorer.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args as ClapArgs;
use color_eyre::eyre::eyre;

use super::config::{self, Own};
use super::explorer;
use super::state::Store;
use crate::app::address::{AddressError, SCHEME};
use crate::app::memory::Memory;
use crate::app::{Address, Language, Word};
use crate::minis;
use crate::term::{ColorChoice, depth};
use crate::ui::ColorDepth;

/// The mini that `headscope` alone opens.
pub const FIRST: &str = "gpt-2";

/// The arguments of `open`.
#[derive(ClapArgs)]
pub struct Args {
    /// The mini, the checkpoint directory, ORG/NAME of the Hugging Face cache, or an address as `y` copies it; without
    /// one the catalogue opens.
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
    /// The theme: dark, light, cividis, contrast, mono, or one of your own [default: dark].
    #[arg(long, value_name = "NAME")]
    theme: Option<String>,
    /// Lay this file of keys over all others; its form is that of `headscope config default keys`.
    #[arg(long, value_name = "FILE")]
    keys: Option<PathBuf>,
    /// Begin anew instead of going on where the explorer was left.
    #[arg(long)]
    fresh: bool,
}

impl View {
    /// The first option that was given, as it is written.
    pub fn given(&self) -> Option<&'static str> {
        let options = [
            ("--text", self.text.is_some()),
            ("--lang", self.lang.is_some()),
            ("--color", self.color.is_some()),
            ("--no-mouse", self.no_mouse),
            ("--theme", self.theme.is_some()),
            ("--keys", self.keys.is_some()),
            ("--fresh", self.fresh),
        ];
        options.into_iter().find_map(|(option, given)| given.then_some(option))
    }

    /// The language that was asked for, or that is set, or that of the locale.
    pub fn language(&self) -> Language {
        language(self.lang.as_deref())
    }

    /// What was asked for here, else what is set by the user's files, else what comes with the program.
    pub fn options(self, own: Own) -> color_eyre::Result<explorer::Options> {
        let mut own = own;
        if let Some(file) = &self.keys {
            own.lay_keys(file).map_err(|fault| eyre!("{fault}"))?;
        }
        if let Some(theme) = &self.theme {
            own.themes.named(theme, ColorDepth::TrueColor)?;
        }
        let language = self.lang.as_deref().and_then(Language::from_code).or(own.settings.language);
        let color = self.color.or(own.settings.color).unwrap_or_default();
        let (store, memory) = Store::open();
        let language = language.unwrap_or_else(|| Language::from_environment(depth::variable));
        let mut faults: Vec<String> =
            own.faults.iter().map(|fault| Word::SettingsFault.fill(language, &[fault])).collect();
        let memory = memory.unwrap_or_else(|fault| {
            faults.push(Word::StateFault.fill(language, &[&fault]));
            Memory::default()
        });
        Ok(explorer::Options {
            language,
            depth: depth::detect(color, depth::variable),
            mouse: !self.no_mouse && own.settings.mouse.unwrap_or(true),
            text: self.text,
            theme: self.theme.or(own.settings.theme),
            keymap: own.keymap,
            themes: own.themes,
            faults,
            store,
            memory,
            resumes: false,
            address: None,
            tour: None,
        })
    }
}

/// The language that was asked for, or that is set, or that of the locale.
pub fn language(asked: Option<&str>) -> Language {
    let asked = asked.and_then(Language::from_code).or_else(|| config::settings().language);
    asked.unwrap_or_else(|| Language::from_environment(depth::variable))
}

/// Opens the explorer on a model.
///
/// # Errors
/// Where the model cannot be opened or there is no terminal to draw on.
pub fn run(args: Args, catalog: Option<&Path>) -> color_eyre::Result<ExitCode> {
    let mut options = args.view.options(config::load()?)?;
    let model = match args.what {
        None => None,
        Some(What::Model(model)) => Some(model),
        Some(What::Address(address)) => Some(by_address(address, &mut options)),
    };
    Ok(ExitCode::from(explorer::open(model.as_deref(), catalog, options)?))
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
    let own = config::load()?;
    let set = own.settings.model.clone();
    let goes_on = !view.fresh && view.text.is_none() && own.settings.restore.unwrap_or(true);
    let (language, theme) = (view.lang.is_some(), view.theme.is_some());
    let mut options = view.options(own)?;
    let trained = minis::find(FIRST).is_some_and(|mini| mini.is_trained());
    let first = set.or_else(|| trained.then(|| FIRST.to_owned()));
    let Some(address) = options.memory.address().filter(|_| goes_on) else {
        return Ok(ExitCode::from(explorer::open(first.as_deref().map(Path::new), catalog, options)?));
    };
    // What was asked for now counts more than what was so the last time.
    options.memory.language.take_if(|_| language);
    options.memory.theme.take_if(|_| theme);
    match address.model.as_deref().map(|model| super::model::open(Path::new(model), catalog)).transpose() {
        Ok(subject) => {
            (options.resumes, options.address) = (true, Some(address));
            Ok(ExitCode::from(explorer::begin(subject, catalog, options)?))
        }
        Err(error) => {
            options.faults.push(Word::NotRestored.fill(options.language, &[&error]));
            Ok(ExitCode::from(explorer::open(first.as_deref().map(Path::new), catalog, options)?))
        }
    }
}
