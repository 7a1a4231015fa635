//! `headscope export card | comparison | timeline`: as Markdown, or as a picture that is as long as it needs to be.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args as ClapArgs;
use color_eyre::eyre::{WrapErr, bail};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::{card, tables};
use crate::app::{App, Input, Language, Message, Screen};
use crate::catalog::browse::Facet;
use crate::catalog::{Catalog, Entry};
use crate::cli::{explorer, open, output};
use crate::ui::screens::sheet::{Sheet, draw};
use crate::ui::svg::{Ground, svg};
use crate::ui::{Canvas, ColorDepth, Hits, Theme};

/// Where to and how.
#[derive(ClapArgs)]
#[group(id = "format", required = true, multiple = false, args = ["md", "svg"])]
pub struct Target {
    /// Write Markdown to this file; without one, or with `-`, to stdout.
    #[arg(long, value_name = "FILE", num_args = 0..=1, default_missing_value = "-")]
    md: Option<PathBuf>,
    /// Write an SVG picture to this file; without one, or with `-`, to stdout.
    #[arg(long, value_name = "FILE", num_args = 0..=1, default_missing_value = "-")]
    svg: Option<PathBuf>,
    /// The ground of the picture: light, as for print, or dark.
    #[arg(long, default_value = "light", value_parser = ["light", "dark"])]
    theme: String,
    /// The language: en or zh. The locale decides where it is not given.
    #[arg(long, value_parser = ["en", "zh"])]
    lang: Option<String>,
}

/// The arguments of `export card`.
#[derive(ClapArgs)]
pub struct CardArgs {
    /// The id of a model, as `headscope list` gives it.
    id: String,
    #[command(flatten)]
    target: Target,
}

/// The arguments of `export comparison`.
#[derive(ClapArgs)]
pub struct ComparisonArgs {
    /// The ids of two to four models.
    #[arg(required = true, num_args = 2..=4)]
    ids: Vec<String>,
    #[command(flatten)]
    target: Target,
}

/// The arguments of `export timeline`.
#[derive(ClapArgs)]
pub struct TimelineArgs {
    /// The model whose line of descent stands out in the picture.
    #[arg(long, value_name = "ID")]
    of: Option<String>,
    /// What the lanes of the picture are: kind or section.
    #[arg(long, default_value = "kind", value_parser = ["kind", "section"])]
    lanes: String,
    /// Show one kind or section alone.
    #[arg(long, value_name = "LANE")]
    only: Option<String>,
    /// Leave out who took only an idea or a part from whom.
    #[arg(long)]
    built_on: bool,
    /// Columns of the picture.
    #[arg(long, default_value_t = 150, value_parser = clap::value_parser!(u16).range(80..=1000))]
    columns: u16,
    #[command(flatten)]
    target: Target,
}

/// Exports a card.
///
/// # Errors
/// Where there is no such model, or the file cannot be written.
pub fn card(args: &CardArgs, dir: Option<&Path>) -> color_eyre::Result<()> {
    let catalog = crate::cli::catalog::open(dir)?;
    let entry = catalog.find(&args.id)?;
    let language = open::language(args.target.lang.as_deref());
    if args.target.md.is_some() {
        return args.target.write(&card::markdown(&catalog, entry, language));
    }
    let mut app = app(&catalog, language)?;
    (app.catalogue.opened, app.shell.screen) = (Some(entry.head.id.clone()), Screen::Model);
    args.target.picture(&app, Sheet::Card, 96)
}

/// Exports the facts of several models.
///
/// # Errors
/// Where there is no such model, one is named twice, or the file cannot be written.
pub fn comparison(args: &ComparisonArgs, dir: Option<&Path>) -> color_eyre::Result<()> {
    let catalog = crate::cli::catalog::open(dir)?;
    let entries: Vec<&Entry> = args.ids.iter().map(|id| catalog.find(id)).collect::<Result<_, _>>()?;
    let ids: Vec<String> = entries.iter().map(|entry| entry.head.id.clone()).collect();
    if let Some((_, twice)) = ids.iter().enumerate().find(|(i, id)| ids[..*i].contains(id)) {
        bail!("{twice} is named twice: name two to four different models");
    }
    let language = open::language(args.target.lang.as_deref());
    if args.target.md.is_some() {
        return args.target.write(&tables::comparison(&entries, language));
    }
    let mut app = app(&catalog, language)?;
    let columns = 20 + 44 * ids.len() as u16;
    app.catalogue.marked = ids;
    args.target.picture(&app, Sheet::Facts, columns)
}

/// Exports the timeline.
///
/// # Errors
/// Where there is no such model or lane, or the file cannot be written.
pub fn timeline(args: &TimelineArgs, dir: Option<&Path>) -> color_eyre::Result<()> {
    let catalog = crate::cli::catalog::open(dir)?;
    let language = open::language(args.target.lang.as_deref());
    let mut app = app(&catalog, language)?;
    let state = &mut app.timeline;
    state.lanes = if args.lanes == "section" { Facet::Section } else { Facet::Kind };
    state.ideas = !args.built_on;
    if let Some(only) = &args.only {
        let words = state.words();
        let Some(word) = words.iter().find(|word| word.id == only) else {
            let all: Vec<&str> = words.iter().map(|word| word.id).collect();
            bail!("no model has the {} {only:?}; there are {}", args.lanes, all.join(", "));
        };
        state.show_only(Some(word));
    }
    state.choose_none();
    if let Some(id) = &args.of {
        let id = &catalog.find(id)?.head.id;
        let shown = state.family().find(id).is_some_and(|model| state.shown().contains(&model));
        if !shown {
            bail!("{id} is not in the lane {}", args.only.as_deref().unwrap_or_default());
        }
        state.choose_id(id);
    }
    if args.target.md.is_some() {
        return args.target.write(&tables::timeline(&catalog, &app.timeline, language));
    }
    args.target.picture(&app, Sheet::Timeline, args.columns)
}

fn app(catalog: &Arc<Catalog>, language: Language) -> color_eyre::Result<App> {
    let mut app = explorer::app(None, Arc::clone(catalog), language, true, None)?;
    app.update(Input::Message(Message::CatalogueRead));
    Ok(app)
}

impl Target {
    fn write(&self, text: &str) -> color_eyre::Result<()> {
        match self.md.as_ref().or(self.svg.as_ref()) {
            Some(path) if path.as_os_str() != "-" => {
                std::fs::write(path, text).wrap_err_with(|| format!("cannot write {}", path.display()))
            }
            _ => Ok(output::print(text)?),
        }
    }

    fn picture(&self, app: &App, sheet: Sheet, columns: u16) -> color_eyre::Result<()> {
        let theme = if self.theme == "light" { "light" } else { "dark" };
        let ground = if theme == "light" { Ground::LIGHT } else { Ground::DARK };
        let theme = Theme::named(theme, ColorDepth::TrueColor)?;
        // Long enough for anything; what is not written on is cut off.
        let area = Rect::new(0, 0, columns, 4000.min(u16::MAX / columns));
        let mut buffer = Buffer::empty(area);
        let mut hits = Hits::new();
        let mut canvas = Canvas { buffer: &mut buffer, theme: &theme, hits: &mut hits, language: app.shell.language };
        let rows = draw(&mut canvas, area, app, sheet);
        buffer.resize(Rect { height: rows, ..area });
        self.write(&svg(&buffer, ground))
    }
}
