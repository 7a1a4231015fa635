//! `headscope export screen`: any screen of the explorer, as it is after some keys.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args as ClapArgs;
use color_eyre::eyre::eyre;

use super::exhibit::{self, Exhibit, Paper};
use super::form::Target;
use crate::app::{App, Input, Key, Language};
use crate::cli::explorer::{self, settle};
use crate::cli::{catalog, model};

/// The arguments of `export screen`.
#[derive(ClapArgs)]
pub struct Args {
    /// The mini, or the checkpoint directory; without one the catalogue is drawn.
    model: Option<PathBuf>,
    /// The text that the model reads.
    #[arg(long)]
    text: Option<String>,
    /// Keys parted by blanks, as the explorer names them (`4 l l Up`).
    #[arg(long, default_value = "")]
    keys: String,
    /// Columns and rows.
    #[arg(long, default_value = "120x36", value_parser = size)]
    size: (u16, u16),
    #[command(flatten)]
    target: Target,
}

/// `120x36`.
pub fn size(text: &str) -> Result<(u16, u16), String> {
    let parse = |number: &str| number.parse::<u16>().ok().filter(|n| (1..=1000).contains(n));
    let size = text.split_once('x').and_then(|(columns, rows)| parse(columns).zip(parse(rows)));
    size.ok_or_else(|| "expected columns and rows like 120x36".to_owned())
}

/// Draws and writes.
///
/// # Errors
/// Where the model cannot be opened, a key is none, or the file cannot be written.
pub fn run(args: &Args, dir: Option<&Path>) -> color_eyre::Result<()> {
    let subject = args.model.as_deref().map(|model| model::open(model, dir)).transpose()?.map(Arc::new);
    let catalog = catalog::open(dir)?;
    let mut app = explorer::app(subject, catalog, args.target.language(), true, args.text.as_deref())?;
    args.target.paper().theme.clone_into(&mut app.shell.theme);
    let begin = app.begin();
    settle(&mut app, begin);
    for key in args.keys.split_whitespace() {
        let key: Key = key.parse().map_err(|error| eyre!("--keys: {key:?} is no key: {error}"))?;
        let effects = app.update(Input::Key(key));
        settle(&mut app, effects);
    }
    args.target.write(&Screen { app: &app, size: args.size })
}

/// A screen as it is drawn, of so many columns and rows.
pub struct Screen<'a> {
    /// What is drawn.
    pub app: &'a App,
    /// Columns and rows.
    pub size: (u16, u16),
}

impl Exhibit for Screen<'_> {
    fn title(&self) -> String {
        let place = self.app.place().word().text(self.language());
        self.app.subject.as_ref().map_or_else(|| place.to_owned(), |subject| format!("{}, {place}", subject.name))
    }

    fn language(&self) -> Language {
        self.app.shell.language
    }

    fn drawing(&self, paper: Paper) -> color_eyre::Result<String> {
        exhibit::screen(self.app, self.size, paper)
    }
}
