//! Models side by side as an exhibit: the screen as a picture, figures and parts as tables, all of it as numbers.

use std::sync::Arc;

use serde_json::Value;

use super::exhibit::{Exhibit, Paper};
use super::markdown::{Markdown, escaped};
use super::screen::Screen;
use crate::app::{Language, Word};
use crate::catalog::Text;
use crate::cli::catalog::pick;
use crate::explore::compare::Comparison;

/// The compare screen.
pub struct Compared<'a> {
    /// The screen that is drawn.
    pub screen: Screen<'a>,
    /// What it shows of the models.
    pub found: Arc<Comparison>,
}

impl Exhibit for Compared<'_> {
    fn title(&self) -> String {
        let names: Vec<&str> = self.found.sides.iter().map(|side| side.name.as_str()).collect();
        names.join(self.language().pick(", ", "、"))
    }

    fn language(&self) -> Language {
        self.screen.language()
    }

    fn drawing(&self, paper: Paper) -> color_eyre::Result<String> {
        self.screen.drawing(paper)
    }

    fn markdown(&self) -> Option<String> {
        let language = self.language();
        let mut page = Markdown::default();
        page.heading(1, &self.title());
        let mut titles = vec![String::new(), String::new()];
        titles.extend(self.found.sides.iter().map(|side| escaped(&side.name)));
        let mark = |same: bool| if same { "=" } else { "≠" }.to_owned();
        let told = |text: &Text| escaped(pick(text, language));
        let facts = self.found.figures.iter().map(|row| {
            let cells = row.cells.iter().map(told);
            [told(&row.title), mark(row.same)].into_iter().chain(cells).collect()
        });
        let facts: Vec<Vec<String>> = facts.collect();
        page.table(&titles, &facts);
        page.heading(2, Word::OneBlock.text(language));
        let parts = self.found.rows.iter().map(|row| {
            let cells =
                row.cells.iter().map(|cell| cell.as_ref().map_or_else(|| "·".to_owned(), |cell| told(&cell.line)));
            [escaped(&row.path), mark(row.same)].into_iter().chain(cells).collect()
        });
        let parts: Vec<Vec<String>> = parts.collect();
        page.table(&titles, &parts);
        for row in self.found.rows.iter().filter(|row| row.sentence.is_some()) {
            let sentence = row.sentence.as_ref().map(told).unwrap_or_default();
            page.paragraph(&format!("{}: {sentence}", escaped(&row.path)));
        }
        Some(page.finish())
    }

    fn json(&self) -> color_eyre::Result<Option<Value>> {
        Ok(Some(crate::cli::compare::as_json(&self.found, None)))
    }
}
