//! Facts of several entries side by side.

use super::entry::{Entry, Fact, citation};
use super::estimate::parameters;
use super::values::Text;
use super::words::FACTS;

/// A row of a comparison.
#[derive(Clone, Debug)]
pub struct Row {
    /// Which field.
    pub field: &'static str,
    /// What a person reads for it.
    pub title: Text,
    /// What each entry has.
    pub cells: Vec<Cell>,
    /// Whether all are the same.
    pub same: bool,
}

/// What one entry has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cell {
    /// What a person reads.
    pub text: Text,
    /// How sure it is, if it is not stated.
    pub status: Option<&'static str>,
    /// Where it stands.
    pub source: String,
    /// What decides whether two are the same.
    key: String,
}

impl Cell {
    fn plain(text: Text) -> Self {
        Self { key: text.en.clone(), text, status: None, source: String::new() }
    }
}

/// The facts of entries, row by row; fields that none of them has are left out.
pub fn compare(entries: &[&Entry]) -> Vec<Row> {
    type Read = fn(&Entry) -> Text;
    let head: [(&'static str, [&str; 2], Read); 6] = [
        ("kind", ["kind", "类型"], |entry| Text::new(entry.head.kind.en, entry.head.kind.zh)),
        ("released", ["came out", "发布"], |entry| Text::same(entry.head.released.to_string())),
        ("organisations", ["by", "机构"], |entry| Text::same(entry.head.organisations.join(", "))),
        ("parameters", ["parameters", "参数量"], all_parameters),
        ("lineage", ["from", "来自"], lineage),
        ("objectives", ["objectives", "训练目标"], objectives),
    ];
    let row = |field, title, cells: Vec<Cell>| {
        let same = cells.windows(2).all(|pair| pair[0].key == pair[1].key);
        Row { field, title, cells, same }
    };
    let mut rows: Vec<Row> = head
        .into_iter()
        .map(|(field, [en, zh], read)| {
            row(field, Text::new(en, zh), entries.iter().map(|entry| Cell::plain(read(entry))).collect())
        })
        .collect();
    for field in FACTS {
        let facts: Vec<Option<&Fact>> = entries.iter().map(|entry| entry.fact(field.id)).collect();
        if facts.iter().any(Option::is_some) {
            rows.push(row(field.id, Text::new(field.en, field.zh), facts.into_iter().map(cell).collect()));
        }
    }
    rows
}

fn cell(fact: Option<&Fact>) -> Cell {
    let Some(fact) = fact else { return Cell::plain(Text::same("–")) };
    let text = said(fact);
    // Words and numbers decide where there are any: two sentences about the same thing are never the same.
    let words: Vec<&str> = fact.is.iter().map(|word| word.id).collect();
    let key = match (&fact.value, words.is_empty()) {
        (Some(value), _) => format!("{:e}", value.high),
        (None, false) => words.join(" "),
        (None, true) => text.en.clone(),
    };
    Cell { text, status: fact.status.map(|status| status.id), source: citation(&fact.source), key }
}

/// A fact as one line: words, number, sentence, or why there is none of them.
pub fn said(fact: &Fact) -> Text {
    let mut parts: Vec<Text> = Vec::new();
    if !fact.is.is_empty() {
        let join =
            |read: fn(&super::Word) -> &str| fact.is.iter().map(|word| read(word)).collect::<Vec<_>>().join(", ");
        parts.push(Text::new(join(|word| word.en), join(|word| word.zh)));
    }
    parts.extend(fact.value.as_ref().map(|value| Text::same(value.to_string())));
    parts.extend(fact.text.clone());
    if parts.is_empty() || fact.status.is_some_and(|status| status.id == "presumed") {
        parts.extend(fact.why.clone());
    }
    let join = |read: fn(&Text) -> &String, by: &str| {
        parts.iter().map(|part| read(part).as_str()).collect::<Vec<_>>().join(by)
    };
    Text::new(join(|text| &text.en, "; "), join(|text| &text.zh, "；"))
}

fn all_parameters(entry: &Entry) -> Text {
    let sizes =
        entry.variants.iter().filter_map(|variant| Some(format!("{} {}", variant.name, parameters(variant)?.short())));
    let list: Vec<String> = sizes.collect();
    if list.is_empty() { entry.unknown_size() } else { Text::same(list.join(" · ")) }
}

/// A number in three figures: `124M`, `1.56B`.
pub fn short(number: f64) -> String {
    let units = [(1e12, "T"), (1e9, "B"), (1e6, "M"), (1e3, "K")];
    let Some((unit, suffix)) = units.into_iter().find(|(unit, _)| number >= 0.9995 * unit) else {
        return format!("{number:.0}");
    };
    let scaled = number / unit;
    let decimals = if scaled < 9.995 { 2 } else { usize::from(scaled < 99.95) };
    format!("{scaled:.decimals$}{suffix}")
}

fn lineage(entry: &Entry) -> Text {
    let name = |link: &super::Link| {
        link.from.clone().map(Text::same).or_else(|| link.outside.clone()).unwrap_or_else(|| Text::same("–"))
    };
    let names: Vec<Text> = entry.lineage.iter().map(name).collect();
    let join = |read: fn(&Text) -> &String| names.iter().map(|name| read(name).as_str()).collect::<Vec<_>>().join(", ");
    if names.is_empty() { Text::same("–") } else { Text::new(join(|text| &text.en), join(|text| &text.zh)) }
}

fn objectives(entry: &Entry) -> Text {
    let join = |read: fn(&super::Word) -> &str| {
        entry.objectives.iter().map(|objective| read(objective.word)).collect::<Vec<_>>().join(", ")
    };
    Text::new(join(|word| word.en), join(|word| word.zh))
}

#[cfg(test)]
mod tests {
    use super::{compare, short};
    use crate::catalog::Catalog;

    #[test]
    fn numbers_have_three_figures() {
        let shorts = [124_439_808.0, 1.5576e9, 11.3e9, 1.2e12, 999.0, 999_999.0].map(short);
        assert_eq!(shorts, ["124M", "1.56B", "11.3B", "1.20T", "999", "1.00M"]);
    }

    #[test]
    fn words_decide_what_is_the_same() {
        let catalog = Catalog::built_in();
        let of = |id: &str| catalog.entry(id).expect("an entry");
        let rows = compare(&[of("gpt-2"), of("t5")]);
        let same = |field: &str| rows.iter().find(|row| row.field == field).expect("a row").same;
        assert!(same("tied_embeddings") && same("licence"));
        assert!(!same("positions") && !same("context") && !same("kind"));
    }
}
