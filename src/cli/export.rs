//! `headscope export`: attention, cards, comparisons, the timeline and whole screens as pictures, pages, words and
//! numbers. No terminal is needed; the key that saves in the explorer writes the same.

mod attention;
mod card;
mod compared;
mod exhibit;
mod form;
mod markdown;
mod page;
mod save;
mod screen;
mod sheet;
mod tables;

use std::path::Path;

use clap::Subcommand;

use crate::app::{App, Place};
use exhibit::Exhibit;
pub use save::{draft, file_name};

/// What is to be written.
#[derive(Subcommand)]
pub enum Args {
    /// One attention head over a text.
    Attention(attention::Args),
    /// A screen of the explorer as it is after some keys.
    Screen(screen::Args),
    /// The card of a model, with its sources.
    Card(sheet::CardArgs),
    /// The facts of two to four models side by side.
    Comparison(sheet::ComparisonArgs),
    /// Who came from whom and when.
    Timeline(sheet::TimelineArgs),
}

/// Draws and writes.
///
/// # Errors
/// Where there is no such model, a key is none, or the file cannot be written.
pub fn run(args: &Args, catalog: Option<&Path>) -> color_eyre::Result<()> {
    match args {
        Args::Attention(args) => attention::run(args, catalog),
        Args::Screen(args) => screen::run(args, catalog),
        Args::Card(args) => sheet::card(args, catalog),
        Args::Comparison(args) => sheet::comparison(args, catalog),
        Args::Timeline(args) => sheet::timeline(args, catalog),
    }
}

/// What an open screen exports: more than itself where it shows something that has words and numbers.
pub fn of<'a>(app: &'a App, size: (u16, u16)) -> Box<dyn Exhibit + 'a> {
    let catalog = app.catalogue.catalog();
    let entry = || app.catalogue.opened.as_ref().and_then(|id| catalog.entry(id).ok());
    let screen = screen::Screen { app, size };
    match app.place() {
        Place::Card | Place::Estimates => match entry() {
            Some(entry) => Box::new(sheet::Card { app, catalog, entry }),
            None => Box::new(screen),
        },
        Place::Compare => match app.compare.comparison() {
            Some(found) => Box::new(compared::Compared { screen, found: std::sync::Arc::clone(found) }),
            None => Box::new(screen),
        },
        Place::Timeline => Box::new(sheet::Timeline { app, catalog, columns: size.0.max(80) }),
        Place::Attention | Place::AttentionLines => match attention::Head::shown(app) {
            Some(head) => Box::new(attention::Exhibited { screen, head }),
            None => Box::new(screen),
        },
        _ => Box::new(screen),
    }
}
