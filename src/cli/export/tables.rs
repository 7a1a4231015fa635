//! The comparison and the timeline as Markdown.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::card::link_words;
use super::markdown::{Markdown, escaped, source, sure};
use crate::app::timeline::TimelineState;
use crate::app::{Language, Word};
use crate::catalog::compare::compare;
use crate::catalog::{Catalog, Entry, Text, words};

/// The facts of some models side by side, and all their sources.
pub fn comparison(entries: &[&Entry], language: Language) -> String {
    let pick = |text: &Text| language.pick(&text.en, &text.zh).clone();
    let mut page = Markdown::default();
    let names: Vec<&str> = entries.iter().map(|entry| entry.head.name.as_str()).collect();
    page.heading(1, &names.join(language.pick(", ", "、")));
    let mut titles = vec![String::new()];
    titles.extend(names.iter().map(|name| escaped(name)));
    let rows: Vec<Vec<String>> = compare(entries)
        .iter()
        .map(|row| {
            let mark = if row.same { "=" } else { "≠" };
            let mut cells = vec![format!("{mark} {}", escaped(&pick(&row.title)))];
            cells.extend(row.cells.iter().map(|cell| {
                let status = cell.status.and_then(|id| words::find(words::STATUSES, id));
                let place = if cell.source.is_empty() { String::new() } else { format!(" ({})", cell.source) };
                format!("{}{}{}", escaped(&pick(&cell.text)), sure(status, language), escaped(&place))
            }));
            cells
        })
        .collect();
    page.table(&titles, &rows);
    page.heading(2, Word::SourcesTitle.text(language));
    for entry in entries {
        page.heading(3, &entry.head.name);
        page.list(&entry.sources.iter().map(|own| source(own, language)).collect::<Vec<_>>());
    }
    page.finish()
}

/// The entries of the models that are shown, by date.
fn shown<'a>(catalog: &'a Catalog, state: &TimelineState) -> Vec<&'a Entry> {
    let models = state.shown().into_iter().map(|at| &state.family().models[at]);
    models.filter_map(|model| catalog.entry(&model.id).ok()).collect()
}

/// The models that are shown by date, each with the lines that lead to it.
///
/// # Errors
/// Where they cannot be written as JSON.
pub fn timeline_json(catalog: &Catalog, state: &TimelineState) -> serde_json::Result<Value> {
    let entries = shown(catalog, state).into_iter().map(|entry| {
        let head = &entry.head;
        let links: Vec<_> = entry.lineage.iter().filter(|link| state.ideas || is_solid(link.how.id)).collect();
        Ok(json!({"id": head.id, "name": head.name, "released": head.released.to_string(), "kind": head.kind.id,
            "section": head.section.id, "organisations": head.organisations, "lineage": serde_json::to_value(links)?}))
    });
    entries.collect()
}

/// The models that are shown by date, with whom each comes from and what it took, and the sources of that.
pub fn timeline(catalog: &Catalog, state: &TimelineState, language: Language) -> String {
    let mut page = Markdown::default();
    page.heading(1, Word::Timeline.text(language));
    let titles = [("date", "日期"), ("model", "模型"), ("by", "机构"), ("kind", "类型"), ("from", "来自")];
    let titles = titles.map(|(en, zh)| language.pick(en, zh).to_owned());
    let entries = shown(catalog, state);
    let rows: Vec<Vec<String>> = entries
        .iter()
        .map(|entry| {
            let head = &entry.head;
            let links = entry.lineage.iter().filter(|link| state.ideas || is_solid(link.how.id));
            let from: Vec<String> = links.map(|link| link_words(catalog, link, language)).collect();
            vec![
                head.released.to_string(),
                escaped(&head.name),
                escaped(&head.organisations.join(", ")),
                language.pick(head.kind.en, head.kind.zh).to_owned(),
                from.join("<br>"),
            ]
        })
        .collect();
    page.table(&titles, &rows);
    page.heading(2, Word::SourcesTitle.text(language));
    for entry in entries {
        let cited: BTreeSet<&str> =
            entry.lineage.iter().flat_map(|link| &link.source).map(|place| place.key.as_str()).collect();
        let own = entry.sources.iter().filter(|own| cited.contains(own.key.as_str()));
        let items: Vec<String> = own.map(|own| source(own, language)).collect();
        if !items.is_empty() {
            page.heading(3, &entry.head.name);
            page.list(&items);
        }
    }
    page.finish()
}

fn is_solid(how: &str) -> bool {
    matches!(how, "derived" | "fine-tuned")
}
