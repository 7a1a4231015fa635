//! The card of a model as Markdown: everything the catalogue says of it, with the sources.

use super::markdown::{Markdown, escaped, source, sure, with_source};
use crate::app::{Language, Word};
use crate::catalog::compare::said;
use crate::catalog::estimate::{Estimate, Unit, estimates};
use crate::catalog::{Catalog, Count, Entry, Link, Text, Variant, counts};
use crate::cli::output;

/// The card.
pub fn markdown(catalog: &Catalog, entry: &Entry, language: Language) -> String {
    let mut card = Card { page: Markdown::default(), catalog, entry, language };
    card.head();
    card.texts(Word::SetsApart, &entry.ideas);
    card.lineage();
    card.sizes();
    card.facts();
    card.objectives();
    card.claims();
    card.estimates();
    card.texts(Word::OmittedTitle, &entry.omitted);
    card.texts(Word::NotesTitle, &entry.notes);
    card.title(Word::SourcesTitle);
    card.page.list(&entry.sources.iter().map(|own| source(own, language)).collect::<Vec<_>>());
    card.page.finish()
}

struct Card<'a> {
    page: Markdown,
    catalog: &'a Catalog,
    entry: &'a Entry,
    language: Language,
}

impl Card<'_> {
    fn pick<'t>(&self, text: &'t Text) -> &'t str {
        self.language.pick(&text.en, &text.zh)
    }

    fn title(&mut self, word: Word) {
        self.page.heading(2, word.text(self.language));
    }

    fn head(&mut self) {
        let (head, language) = (&self.entry.head, self.language);
        self.page.heading(1, &head.name);
        let (kind, section) =
            (language.pick(head.kind.en, head.kind.zh), language.pick(head.section.en, head.section.zh));
        let facts = [&head.organisations.join(", "), &head.released.to_string(), kind, section];
        self.page.paragraph(&facts.map(|fact: &str| fact).join(" · "));
        let address = head.paper.arxiv.as_ref().map(|number| format!("https://arxiv.org/abs/{number}"));
        match address.as_ref().or(head.paper.url.as_ref()) {
            Some(address) => self.page.block(&format!("[{}](<{address}>)", escaped(&head.paper.title))),
            None => self.page.paragraph(&head.paper.title),
        }
        if let Some(note) = &head.released_note {
            let note = self.pick(note).to_owned();
            self.page.paragraph(&note);
        }
        if let Some(note) = &self.entry.confidence_note {
            let confidence = self.entry.confidence;
            let words = format!("? {}: {}", language.pick(confidence.en, confidence.zh), self.pick(note));
            self.page.paragraph(&words);
        }
        let summary = self.pick(&self.entry.summary).to_owned();
        self.page.paragraph(&summary);
    }

    fn texts(&mut self, title: Word, texts: &[Text]) {
        if !texts.is_empty() {
            self.title(title);
            let items: Vec<String> = texts.iter().map(|text| escaped(self.pick(text))).collect();
            self.page.list(&items);
        }
    }

    fn lineage(&mut self) {
        let id = &self.entry.head.id;
        let mut items: Vec<String> = self
            .entry
            .lineage
            .iter()
            .map(|link| format!("← {}", link_words(self.catalog, link, self.language)))
            .collect();
        for heir in self.catalog.entries() {
            if let Some(link) = heir.lineage.iter().find(|link| link.from.as_ref() == Some(id)) {
                let how = self.language.pick(link.how.en, link.how.zh);
                items.push(format!("→ **{}** ({how})", escaped(&heir.head.name)));
            }
        }
        if !items.is_empty() {
            self.title(Word::LineageTitle);
            self.page.list(&items);
        }
    }

    fn sizes(&mut self) {
        let language = self.language;
        self.title(Word::CountedSizes);
        let titles = [("", ""), ("published", "公布"), ("counted from shapes", "按形状计数"), ("notes", "说明")];
        let titles = titles.map(|(en, zh)| language.pick(en, zh).to_owned());
        let rows: Vec<Vec<String>> = self.entry.variants.iter().map(|variant| self.size(variant)).collect();
        self.page.table(&titles, &rows);
    }

    fn size(&self, variant: &Variant) -> Vec<String> {
        let published = variant.published.iter().map(|figure| {
            let words = with_source(&figure.value.to_string(), &figure.source);
            format!("{words}{}", sure(figure.status, self.language))
        });
        let counted = match counts(variant).first().map(|counted| &counted.count) {
            Some(Count::Exact(number)) => output::grouped(*number),
            Some(_) => Word::NotExecutable.text(self.language).to_owned(),
            None => Word::UnknownSize.text(self.language).to_owned(),
        };
        let notes = [&variant.about, &variant.why_different, &variant.unknown];
        let notes: Vec<String> = notes.into_iter().flatten().map(|text| escaped(self.pick(text))).collect();
        vec![escaped(&variant.name), published.collect::<Vec<_>>().join("; "), counted, notes.join(" ")]
    }

    fn facts(&mut self) {
        let language = self.language;
        self.title(Word::FactsTitle);
        let titles = [("fact", "项目"), ("what is so", "内容"), ("where it stands", "出处")];
        let titles = titles.map(|(en, zh)| language.pick(en, zh).to_owned());
        let rows: Vec<Vec<String>> = self
            .entry
            .facts
            .iter()
            .map(|(field, fact)| {
                let parts = fact.parts.iter().map(|part| {
                    let cells = [Some(&part.name), part.size.as_ref(), part.share.as_ref()];
                    let cells: Vec<&str> = cells.into_iter().flatten().map(|text| self.pick(text)).collect();
                    format!("<br>· {}", escaped(&cells.join(", ")))
                });
                let words = format!("{}{}", escaped(self.pick(&said(fact))), sure(fact.status, language));
                let source = escaped(&crate::catalog::citation(&fact.source));
                vec![language.pick(field.en, field.zh).to_owned(), words + &parts.collect::<String>(), source]
            })
            .collect();
        self.page.table(&titles, &rows);
    }

    fn objectives(&mut self) {
        let language = self.language;
        let items: Vec<String> = self
            .entry
            .objectives
            .iter()
            .map(|objective| {
                let text = objective.text.as_ref().map(|text| format!(": {}", self.pick(text))).unwrap_or_default();
                let words = format!("{}{text}", language.pick(objective.word.en, objective.word.zh));
                with_source(&words, &objective.source) + &sure(objective.status, language)
            })
            .collect();
        if !items.is_empty() {
            self.title(Word::ObjectivesTitle);
            self.page.list(&items);
        }
    }

    fn claims(&mut self) {
        let language = self.language;
        let items: Vec<String> = self
            .entry
            .survey
            .iter()
            .map(|claim| {
                let verdict = language.pick(claim.verdict.en, claim.verdict.zh);
                let primary = with_source(self.pick(&claim.primary), &claim.source);
                format!("{}<br>**{verdict}**: {primary}", escaped(self.pick(&claim.says)))
            })
            .collect();
        if !items.is_empty() {
            self.title(Word::SurveySays);
            self.page.list(&items);
        }
    }

    /// Of every variant, with formulas.
    fn estimates(&mut self) {
        let language = self.language;
        let mut rows = Vec::new();
        for variant in &self.entry.variants {
            for estimate in estimates(self.entry, variant, None) {
                let what = language.pick(estimate.what.en, estimate.what.zh);
                let worked = format!("{} = {}", estimate.formula, estimate.worked);
                rows.push(vec![escaped(&variant.name), what.to_owned(), amount(&estimate), escaped(&worked)]);
            }
        }
        if !rows.is_empty() {
            self.title(Word::EstimatesTitle);
            let titles = [("", ""), ("what", "项目"), ("estimate", "估计"), ("formula", "公式")];
            self.page.table(&titles.map(|(en, zh)| language.pick(en, zh).to_owned()), &rows);
        }
    }
}

fn amount(estimate: &Estimate) -> String {
    match estimate.unit {
        Unit::Bytes => output::bytes(estimate.value as u64),
        Unit::Parameters => output::grouped(estimate.value as u64),
        Unit::Flops => format!("{:.2e} FLOPs", estimate.value),
    }
}

/// A line of descent: how, from whom, what was taken, and where that stands.
pub fn link_words(catalog: &Catalog, link: &Link, language: Language) -> String {
    let pick = |text: &Text| language.pick(&text.en, &text.zh).clone();
    let named = link.from.as_ref().map(|id| catalog.entry(id).map_or_else(|_| id.clone(), |e| e.head.name.clone()));
    let name = named.or_else(|| link.outside.as_ref().map(pick)).unwrap_or_default();
    let text = link.text.as_ref().map(|text| format!(": {}", pick(text))).unwrap_or_default();
    let how = language.pick(link.how.en, link.how.zh);
    format!("{how} **{}**{}{}", escaped(&name), with_source(&text, &link.source), sure(link.status, language))
}
