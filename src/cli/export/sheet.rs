//! `headscope export card | comparison | timeline`: what the catalogue says, on a page that is as long as it needs to be.

use std::path::Path;
use std::sync::Arc;

use clap::Args as ClapArgs;
use color_eyre::eyre::bail;
use serde_json::Value;

use super::exhibit::{self, Exhibit, Paper};
use super::form::Target;
use super::{card, tables};
use crate::app::{App, Input, Language, Message, Screen, Word};
use crate::catalog::browse::Facet;
use crate::catalog::compare::compare;
use crate::catalog::{Catalog, Entry};
use crate::cli::{self, explorer};
use crate::ui::screens::sheet::Sheet;

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
    let mut app = app(&catalog, args.target.language())?;
    (app.catalogue.opened, app.shell.screen) = (Some(entry.head.id.clone()), Screen::Model);
    args.target.write(&Card { app: &app, catalog: &catalog, entry })
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
    let mut app = app(&catalog, args.target.language())?;
    app.catalogue.marked = ids;
    args.target.write(&Comparison { app: &app, entries })
}

/// Exports the timeline.
///
/// # Errors
/// Where there is no such model or lane, or the file cannot be written.
pub fn timeline(args: &TimelineArgs, dir: Option<&Path>) -> color_eyre::Result<()> {
    let catalog = crate::cli::catalog::open(dir)?;
    let mut app = app(&catalog, args.target.language())?;
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
    args.target.write(&Timeline { app: &app, catalog: &catalog, columns: args.columns })
}

fn app(catalog: &Arc<Catalog>, language: Language) -> color_eyre::Result<App> {
    let mut app = explorer::app(None, Arc::clone(catalog), language, true, None)?;
    app.update(Input::Message(Message::CatalogueRead));
    Ok(app)
}

/// The card of a model.
pub struct Card<'a> {
    /// Where it is open.
    pub app: &'a App,
    /// Where it stands.
    pub catalog: &'a Catalog,
    /// What it is of.
    pub entry: &'a Entry,
}

impl Exhibit for Card<'_> {
    fn title(&self) -> String {
        self.entry.head.name.clone()
    }

    fn language(&self) -> Language {
        self.app.shell.language
    }

    fn drawing(&self, paper: Paper) -> color_eyre::Result<String> {
        exhibit::page(self.app, Sheet::Card, 96, paper)
    }

    fn markdown(&self) -> Option<String> {
        Some(card::markdown(self.catalog, self.entry, self.language()))
    }

    fn json(&self) -> color_eyre::Result<Option<Value>> {
        let variants: Vec<_> = self.entry.variants.iter().collect();
        Ok(Some(cli::show::json(self.entry, &variants, None)?))
    }
}

/// The facts of several models.
pub struct Comparison<'a> {
    /// Where they are marked.
    pub app: &'a App,
    /// The models.
    pub entries: Vec<&'a Entry>,
}

impl Exhibit for Comparison<'_> {
    fn title(&self) -> String {
        let names: Vec<&str> = self.entries.iter().map(|entry| entry.head.name.as_str()).collect();
        names.join(self.language().pick(", ", "、"))
    }

    fn language(&self) -> Language {
        self.app.shell.language
    }

    fn drawing(&self, paper: Paper) -> color_eyre::Result<String> {
        exhibit::page(self.app, Sheet::Facts, 20 + 44 * self.entries.len() as u16, paper)
    }

    fn markdown(&self) -> Option<String> {
        Some(tables::comparison(&self.entries, self.language()))
    }

    fn json(&self) -> color_eyre::Result<Option<Value>> {
        Ok(Some(cli::compare::json(&self.entries, &compare(&self.entries))))
    }
}

/// Who came from whom.
pub struct Timeline<'a> {
    /// Where it is shown.
    pub app: &'a App,
    /// Where its models stand.
    pub catalog: &'a Catalog,
    /// How wide it is drawn.
    pub columns: u16,
}

impl Exhibit for Timeline<'_> {
    fn title(&self) -> String {
        Word::Timeline.text(self.language()).to_owned()
    }

    fn language(&self) -> Language {
        self.app.shell.language
    }

    fn drawing(&self, paper: Paper) -> color_eyre::Result<String> {
        exhibit::page(self.app, Sheet::Timeline, self.columns, paper)
    }

    fn markdown(&self) -> Option<String> {
        Some(tables::timeline(self.catalog, &self.app.timeline, self.language()))
    }

    fn json(&self) -> color_eyre::Result<Option<Value>> {
        Ok(Some(tables::timeline_json(self.catalog, &self.app.timeline)?))
    }
}
