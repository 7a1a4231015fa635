//! `headscope export`: a screen as a picture, after some keys; cards, comparisons and the timeline on a page. No
//! terminal is needed.

mod card;
mod markdown;
mod sheet;
mod tables;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use clap::{Args as ClapArgs, Subcommand};
use color_eyre::eyre::{WrapErr, eyre};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::explorer::{self, carry_out};
use crate::app::{App, Effect, Input, Key, Message};
use crate::ui::svg::{Ground, svg};
use crate::ui::{self, Canvas, ColorDepth, Hits, Theme};

/// What is to be written.
#[derive(Subcommand)]
pub enum Args {
    /// A screen of the explorer as it is after some keys.
    Screen(ScreenArgs),
    /// The card of a model, with its sources.
    Card(sheet::CardArgs),
    /// The facts of two to four models side by side.
    Comparison(sheet::ComparisonArgs),
    /// Who came from whom and when.
    Timeline(sheet::TimelineArgs),
}

/// The arguments of `export screen`.
#[derive(ClapArgs)]
pub struct ScreenArgs {
    /// A checkpoint directory; without one the catalogue is drawn.
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
    /// The theme: dark or light.
    #[arg(long, default_value = "dark", value_parser = ["dark", "light"])]
    theme: String,
    /// The language: en or zh. The locale decides where it is not given.
    #[arg(long, value_parser = ["en", "zh"])]
    lang: Option<String>,
    /// The picture to write.
    #[arg(long)]
    svg: PathBuf,
}

/// `120x36`.
fn size(text: &str) -> Result<(u16, u16), String> {
    let parse = |number: &str| number.parse::<u16>().ok().filter(|n| (1..=1000).contains(n));
    let size = text.split_once('x').and_then(|(columns, rows)| parse(columns).zip(parse(rows)));
    size.ok_or_else(|| "expected columns and rows like 120x36".to_owned())
}

/// Draws and writes.
///
/// # Errors
/// Where the model cannot be opened, a key is none, or the file cannot be written.
pub fn run(args: &Args, catalog: Option<&Path>) -> color_eyre::Result<()> {
    match args {
        Args::Screen(args) => screen(args, catalog),
        Args::Card(args) => sheet::card(args, catalog),
        Args::Comparison(args) => sheet::comparison(args, catalog),
        Args::Timeline(args) => sheet::timeline(args, catalog),
    }
}

fn screen(args: &ScreenArgs, catalog: Option<&Path>) -> color_eyre::Result<()> {
    let subject = args.model.as_deref().map(|model| super::model::open(model, catalog)).transpose()?.map(Arc::new);
    let catalog = super::catalog::open(catalog)?;
    let language = super::open::language(args.lang.as_deref());
    let mut app = explorer::app(subject, catalog, language, true, args.text.as_deref())?;
    app.shell.theme = if args.theme == "light" { "light" } else { "dark" }.to_owned();
    let begin = app.begin();
    settle(&mut app, begin);
    for key in args.keys.split_whitespace() {
        let key: Key = key.parse().map_err(|error| eyre!("--keys: {key:?} is no key: {error}"))?;
        let effects = app.update(Input::Key(key));
        settle(&mut app, effects);
    }
    let buffer = draw(&app, args.size)?;
    let ground = if args.theme == "light" { Ground::LIGHT } else { Ground::DARK };
    std::fs::write(&args.svg, svg(&buffer, ground)).wrap_err_with(|| format!("cannot write {}", args.svg.display()))
}

/// Does all work at once, on this thread.
fn settle(app: &mut App, mut effects: Vec<Effect>) {
    while let Some(effect) = effects.pop() {
        let message = match effect {
            Effect::Start(job) => {
                let subject = app.subject.clone();
                Message::Done(job.id, carry_out(&job, subject.as_deref(), &AtomicBool::new(false), &|_| {}))
            }
            Effect::ReadCatalogue(catalog) => {
                catalog.entries();
                Message::CatalogueRead
            }
            // A picture does not depend on what lies on this machine.
            Effect::LookInCache => Message::CacheFound(Arc::default()),
            _ => continue,
        };
        effects.extend(app.update(Input::Message(message)));
    }
}

fn draw(app: &App, size: (u16, u16)) -> color_eyre::Result<Buffer> {
    let area = Rect::new(0, 0, size.0, size.1);
    let mut buffer = Buffer::empty(area);
    let theme = Theme::named(&app.shell.theme, ColorDepth::TrueColor)?;
    let mut hits = Hits::new();
    let language = app.shell.language;
    let mut canvas = Canvas { buffer: &mut buffer, theme: &theme, hits: &mut hits, language };
    ui::screens::draw_on(&mut canvas, area, app);
    Ok(buffer)
}
