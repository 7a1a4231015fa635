//! `headscope export attention`: one head over a text, as the attention screen shows it, and its weights as numbers.

use std::path::Path;
use std::sync::Arc;

use clap::Args as ClapArgs;
use color_eyre::eyre::OptionExt;
use serde_json::Value;

use super::exhibit::{Exhibit, Paper};
use super::form::Target;
use super::markdown::{Markdown, escaped};
use super::screen::{Screen, size};
use crate::app::{Language, Screen as Tab, Word};
use crate::cli::attention::{Map, Which, shown};
use crate::cli::explorer::settle;
use crate::cli::model::OnText;
use crate::cli::{catalog, explorer};
use crate::explore::Subject;
use crate::tape::Reason;

/// The arguments of `export attention`.
#[derive(ClapArgs)]
pub struct Args {
    #[command(flatten)]
    on: OnText,
    #[command(flatten)]
    which: Which,
    /// Columns and rows of the picture.
    #[arg(long, default_value = "120x36", value_parser = size)]
    size: (u16, u16),
    #[command(flatten)]
    form: Target,
}

/// Draws and writes.
///
/// # Errors
/// Where the model or the text cannot be used, there is no such head, or the file cannot be written.
pub fn run(args: &Args, dir: Option<&Path>) -> color_eyre::Result<()> {
    let (subject, prompt) = args.on.open(dir)?;
    let subject = Arc::new(subject);
    let text = prompt.line();
    let catalog = catalog::open(dir)?;
    let mut app = explorer::app(Some(Arc::clone(&subject)), catalog, args.form.language(), true, Some(&text))?;
    app.shell.screen = Tab::Attention;
    let begin = app.begin();
    settle(&mut app, begin);
    let fault = app.fault.clone();
    let pass = app.pass.clone().ok_or_else(|| color_eyre::eyre::eyre!(fault.unwrap_or_default()))?;
    (app.attention.index, app.attention.head) = (args.which.find(&subject, &pass)?, args.which.head);
    let changes = app.change(args.which.edits(&pass, app.attention.index)?);
    settle(&mut app, changes);
    let head = Head::shown(&app).ok_or_eyre("there is no attention in this pass")?;
    args.form.write(&Exhibited { screen: Screen { app: &app, size: args.size }, head })
}

/// The head that a screen shows large, or the average.
pub struct Head<'a> {
    subject: &'a Subject,
    map: Map<'a>,
}

impl<'a> Head<'a> {
    /// As the screen shows it.
    pub fn shown(app: &'a crate::app::App) -> Option<Self> {
        let (subject, pass) = (app.subject.as_deref()?, app.shown()?);
        let state = &app.attention;
        state.attention(pass)?;
        let head = (!state.average).then_some(state.head);
        Some(Self { subject, map: Map::new(pass, state.index, head) })
    }
}

/// It as an exhibit.
pub struct Exhibited<'a> {
    /// The screen that is drawn.
    pub screen: Screen<'a>,
    /// The head that is told.
    pub head: Head<'a>,
}

impl Exhibit for Exhibited<'_> {
    fn title(&self) -> String {
        self.head.map.title(&self.head.subject.name)
    }

    fn language(&self) -> Language {
        self.screen.language()
    }

    fn drawing(&self, paper: Paper) -> color_eyre::Result<String> {
        self.screen.drawing(paper)
    }

    fn markdown(&self) -> Option<String> {
        Some(markdown(&self.title(), &self.head.map, self.language()))
    }

    fn json(&self) -> color_eyre::Result<Option<Value>> {
        Ok(Some(self.head.map.json(self.head.subject)))
    }
}

/// A row for each query, a column for each key; hidden places have the glyph of the reason, explained below.
fn markdown(title: &str, map: &Map<'_>, language: Language) -> String {
    let mut page = Markdown::default();
    page.heading(1, title);
    page.paragraph(Word::RowSumsToOne.text(language));
    let mut titles = vec![String::new()];
    titles.extend(map.keys.iter().map(|key| escaped(&key.label)));
    let mut reasons: Vec<&Reason> = Vec::new();
    let rows: Vec<Vec<String>> = map
        .queries
        .iter()
        .enumerate()
        .map(|(query, token)| {
            let mut cells = vec![escaped(&token.label)];
            cells.extend((0..map.keys.len()).map(|key| {
                let reason = map.reason(query, key);
                reasons.extend(reason.filter(|reason| !reasons.contains(reason)));
                escaped(&shown(map.weight(query, key), reason))
            }));
            cells
        })
        .collect();
    page.table(&titles, &rows);
    let told = reasons.iter().map(|reason| {
        format!("{} {}", escaped(&reason.glyph.to_string()), escaped(language.pick(reason.en, reason.zh)))
    });
    page.list(&told.collect::<Vec<_>>());
    page.finish()
}
