//! The card of an entry: everything the catalogue says of a model.

use ratatui::layout::Rect;

use super::catalogue::{name_of, pick};
use super::estimates::amount;
use super::page::Page;
use super::told;
use crate::app::estimates::Row;
use crate::app::{Action, App, Language, Place, Word};
use crate::catalog::compare::said;
use crate::catalog::estimate::sizes;
use crate::catalog::{Count, Entry, Variant, Word as Term, citation, counts};
use crate::ui::frame::Body;
use crate::ui::{Canvas, Tone, number};

/// From here on two panes stand side by side.
const TWO_PANES: u16 = 110;
/// Columns of a pane at most.
const WIDEST: u16 = 92;

/// Draws the screen.
pub fn draw(canvas: &mut Canvas<'_>, body: Body, app: &App) {
    let Some(entry) = app.catalogue.card() else { return };
    let (area, language) = (body.area, canvas.language);
    let below = |rows| Word::LinesBelow.fill(language, &[&rows]);
    if area.width < TWO_PANES {
        let mut page = Page::new(area.width.saturating_sub(2).min(WIDEST));
        Card { entry, app, language, page: &mut page }.left();
        Card { entry, app, language, page: &mut page }.right();
        page.draw(canvas, Rect { x: area.x + 1, width: area.width - 2, ..area }, app.scroll, &below);
        canvas.hits.set_scroll_limit(page.len().saturating_sub(usize::from(area.height)));
        return;
    }
    let width = ((area.width - 3) / 2).min(WIDEST);
    let mut pages = [Page::new(width), Page::new(width)];
    let [left, right] = &mut pages;
    Card { entry, app, language, page: left }.left();
    Card { entry, app, language, page: right }.right();
    left.draw(canvas, Rect { width, ..area }, app.scroll, &below);
    canvas.divider(area.x + width + 1, area);
    right.draw(canvas, Rect { x: area.x + width + 3, width, ..area }, app.scroll, &below);
    let longest = left.len().max(right.len());
    canvas.hits.set_scroll_limit(longest.saturating_sub(usize::from(area.height)));
}

struct Card<'a> {
    entry: &'a Entry,
    app: &'a App,
    language: Language,
    page: &'a mut Page,
}

impl Card<'_> {
    fn term(&self, term: &'static Term) -> &'static str {
        self.language.pick(term.en, term.zh)
    }

    /// How sure a statement is; nothing where a source states it.
    fn sure(&self, status: Option<&'static Term>) -> String {
        status.map(|status| format!(" [{}]", self.term(status))).unwrap_or_default()
    }

    fn title(&mut self, word: Word) {
        self.page.title(word.text(self.language), "");
    }

    /// What it is: head, summary, ideas, sizes, facts.
    fn left(&mut self) {
        let entry = self.entry;
        let head = &entry.head;
        let (by, date) = (head.organisations.join(", "), head.released.to_string());
        let pieces = [
            (head.name.as_str(), Tone::Focused),
            ("  ", Tone::Text),
            (&by, Tone::Dim),
            ("  ", Tone::Text),
            (self.term(head.kind), Tone::Strong),
        ];
        self.page.row(&pieces, Some((&date, Tone::Dim)));
        let place = head.paper.arxiv.as_ref().map(|number| format!("  arXiv:{number}"));
        let place = place.or_else(|| head.paper.url.as_ref().map(|url| format!("  {url}"))).unwrap_or_default();
        self.page.text(&format!("{}{place}", head.paper.title), Tone::Faint);
        if entry.mini().is_some() {
            let words = Word::MiniHere.fill(self.language, &[&self.key(Action::OpenMini)]);
            self.page.item("▸", &words, Tone::Accent, Tone::Accent);
        }
        if let Some(note) = &entry.confidence_note {
            let words = format!("{}: {}", self.term(entry.confidence), pick(note, self.language));
            self.page.item("?", &words, Tone::Warm, Tone::Dim);
        }
        self.page.blank();
        self.page.text(&pick(&entry.summary, self.language), Tone::Text);
        // Before the ideas: how large it is, is asked most, and should need no scrolling.
        self.sizes();
        self.title(Word::SetsApart);
        for idea in &entry.ideas {
            self.page.item("·", &pick(idea, self.language), Tone::Faint, Tone::Text);
        }
        self.facts();
        self.title(Word::ObjectivesTitle);
        for objective in &entry.objectives {
            let text =
                objective.text.as_ref().map(|text| format!(": {}", pick(text, self.language))).unwrap_or_default();
            let words = format!("{}{text}{}", self.term(objective.word), self.sure(objective.status));
            self.page.item("·", &words, Tone::Faint, Tone::Text);
        }
        for practised in entry.practised() {
            let words = Word::TryObjective.fill(self.language, &[&practised.command()]);
            self.page.item("▸", &words, Tone::Accent, Tone::Dim);
        }
    }

    /// Counted and published numbers of every variant.
    fn sizes(&mut self) {
        let language = self.language;
        self.page.title(Word::CountedSizes.text(language), Word::CountedHint.text(language));
        for variant in &self.entry.variants {
            let published: Vec<String> = variant
                .published
                .iter()
                .map(|figure| format!("{}{}", figure.value, self.sure(figure.status)))
                .collect();
            let published = if published.is_empty() {
                String::new()
            } else {
                Word::PublishedAs.fill(language, &[&published.join(", ")])
            };
            let size = sizes(variant);
            let active: Vec<String> =
                variant.active.iter().map(|figure| format!("{}{}", figure.value, self.sure(figure.status))).collect();
            let active =
                if active.is_empty() { String::new() } else { Word::ActiveOf.fill(language, &[&active.join(", ")]) };
            let shape: Vec<String> = [("×", size.layers), ("d", size.d_model), ("h", size.heads)]
                .into_iter()
                .filter_map(|(mark, size)| Some(format!("{mark}{}", size?)))
                .collect();
            let (counted, tone) = counted(variant, language);
            let pieces = [
                (variant.name.as_str(), Tone::Strong),
                ("  ", Tone::Text),
                (&shape.join(" "), Tone::Dim),
                ("  ", Tone::Text),
                (&published, Tone::Dim),
                (&active, Tone::Dim),
            ];
            self.page.row(&pieces, Some((&counted, tone)));
            if let Some(embeddings) = embeddings(variant, language) {
                self.page.item(" ", &embeddings, Tone::Text, Tone::Dim);
            }
        }
        // Behind all of the numbers, so that those stand together.
        for variant in &self.entry.variants {
            for text in [&variant.about, &variant.why_different, &variant.unknown].into_iter().flatten() {
                let words = format!("{}: {}", variant.name, pick(text, language));
                self.page.item("·", &words, Tone::Faint, Tone::Dim);
            }
        }
    }

    fn facts(&mut self) {
        self.title(Word::FactsTitle);
        for (field, fact) in &self.entry.facts {
            let name = self.language.pick(field.en, field.zh);
            let tone = if fact.is_unknown() { Tone::Dim } else { Tone::Text };
            let words = format!("{}{}", pick(&said(fact), self.language), self.sure(fact.status));
            self.page.row(&[(name, Tone::Dim)], Some((&citation(&fact.source), Tone::Faint)));
            self.page.item(" ", &words, Tone::Text, tone);
            for part in &fact.parts {
                let cells = [Some(&part.name), part.size.as_ref(), part.share.as_ref()];
                let cells: Vec<String> = cells.into_iter().flatten().map(|text| pick(text, self.language)).collect();
                self.page.item("  ·", &cells.join(", "), Tone::Faint, Tone::Dim);
            }
        }
    }

    /// What is said of it: the survey's claims, estimates, descent, notes, sources.
    fn right(&mut self) {
        let (entry, language) = (self.entry, self.language);
        if !entry.survey.is_empty() {
            let hint = Word::ClaimsCount.fill(language, &[&entry.survey.len()]);
            self.page.title(Word::SurveySays.text(language), &hint);
        }
        told::claims(self.page, &entry.survey, language);
        self.estimates();
        self.lineage();
        for (word, texts) in [(Word::OmittedTitle, &entry.omitted), (Word::NotesTitle, &entry.notes)] {
            if !texts.is_empty() {
                self.title(word);
                for text in texts {
                    self.page.item("·", &pick(text, language), Tone::Faint, Tone::Text);
                }
            }
        }
        told::sources(self.page, &entry.sources, language);
    }

    /// Of the chosen variant and length of text, with formulas.
    fn estimates(&mut self) {
        let (state, language) = (&self.app.catalogue.estimates, self.language);
        let Some(variant) = self.entry.variants.get(state.variant) else { return };
        let context = state.context().map_or_else(|| "?".to_owned(), number::thousands);
        let hint = Word::EstimatesHint.fill(language, &[&variant.name, &context]);
        self.page.title(Word::EstimatesTitle.text(language), &hint);
        for row in &state.rows {
            let Row::Estimate(estimate) = row else { continue };
            let published = estimate
                .published
                .map(|number| format!("  {}", Word::PublishedAs.fill(language, &[&format!("{number:.2e}")])));
            let published = published.unwrap_or_default();
            let name = self.term(estimate.what);
            let pieces =
                [(name, Tone::Text), ("  ", Tone::Text), (estimate.formula, Tone::Faint), (&published, Tone::Dim)];
            self.page.row(&pieces, Some((&amount(estimate), Tone::Text)));
        }
        let key = self.key(Action::ShowEstimates);
        self.page.text(&Word::MoreEstimates.fill(language, &[&key]), Tone::Accent);
    }

    /// The key of an action on the card.
    fn key(&self, action: Action) -> String {
        self.app.shell.keymap.keys_for(Place::Card, action, self.language).into_iter().next().unwrap_or_default()
    }

    fn lineage(&mut self) {
        let state = &self.app.catalogue;
        let id = &self.entry.head.id;
        let heirs: Vec<(String, &'static Term)> = state
            .catalog()
            .entries()
            .into_iter()
            .filter_map(|heir| {
                let link = heir.lineage.iter().find(|link| link.from.as_ref() == Some(id))?;
                Some((heir.head.name.clone(), link.how))
            })
            .collect();
        if self.entry.lineage.is_empty() && heirs.is_empty() {
            return;
        }
        self.title(Word::LineageTitle);
        for link in &self.entry.lineage {
            let named = link.from.as_ref().map(|id| name_of(state, id));
            let name =
                named.or_else(|| link.outside.as_ref().map(|name| pick(name, self.language))).unwrap_or_default();
            let text = link.text.as_ref().map(|text| format!(": {}", pick(text, self.language))).unwrap_or_default();
            let words = format!("{} {name}{text}{}", self.term(link.how), self.sure(link.status));
            self.page.item("←", &words, Tone::Accent, Tone::Text);
        }
        for (name, how) in heirs {
            self.page.item("→", &format!("{name} ({})", self.term(how)), Tone::Accent, Tone::Text);
        }
    }
}

/// The count of the main class, or that there is no code yet.
fn counted(variant: &Variant, language: Language) -> (String, Tone) {
    match counts(variant).first().map(|counted| &counted.count) {
        Some(Count::Exact(number)) => (number::thousands(*number), Tone::Strong),
        Some(_) => (Word::NotExecutable.text(language).to_owned(), Tone::Faint),
        None => (unknown(variant, language), Tone::Faint),
    }
}

/// How many of the counted parameters are looked up, and their share.
fn embeddings(variant: &Variant, language: Language) -> Option<String> {
    let counted = counts(variant).first()?;
    let (all, embeddings) = (counted.count.number()?, counted.embeddings?);
    #[allow(clippy::cast_precision_loss)]
    let share = 100.0 * embeddings as f64 / all as f64;
    Some(Word::EmbeddingsOf.fill(language, &[&number::thousands(embeddings), &format!("{share:.1}")]))
}

/// That a size is kept back, or just not known.
fn unknown(variant: &Variant, language: Language) -> String {
    match variant.sizes_status {
        Some(status) if status.id == "undisclosed" => language.pick(status.en, status.zh).to_owned(),
        _ => Word::UnknownSize.text(language).to_owned(),
    }
}
