//! `headscope list`: the models of the catalogue, filtered, sorted and grouped.

mod local;

use std::fmt::Write as _;
use std::path::Path;

use clap::ValueEnum;
use serde_json::{Value, json};

use super::table::{Align, Table};
use super::{catalog, open, output};
use crate::app::Language;
use crate::catalog::Entry;
use crate::catalog::browse::{Facet, Order, Search};
use crate::catalog::estimate::parameters;

/// The arguments.
#[derive(clap::Args)]
pub struct Args {
    /// Only models whose name, organisation, ideas or words match, in either language.
    query: Option<String>,
    /// Only those of a kind: encoder, decoder, encoder-decoder, experts, image-text, image-generator, undisclosed.
    #[arg(long)]
    kind: Option<String>,
    /// Only those of a part of the survey: encoders, gpt-t5, instruct, text-to-image, image-to-text, related.
    #[arg(long)]
    section: Option<String>,
    /// Only those that came out in a year.
    #[arg(long)]
    year: Option<String>,
    /// Only those by an organisation.
    #[arg(long)]
    organisation: Option<String>,
    /// Only those with a position scheme: learned, sinusoidal, relative, bias, rotary, alibi, none.
    #[arg(long)]
    positions: Option<String>,
    /// Only those with a licence: open, restricted, non-commercial, partly, not-released.
    #[arg(long)]
    licence: Option<String>,
    /// What to sort by.
    #[arg(long, default_value = "date")]
    sort: Sort,
    /// What to group by.
    #[arg(long)]
    group: Option<Group>,
    /// The checkpoints in the Hugging Face cache of this machine instead, and whether they can be opened.
    #[arg(long, conflicts_with_all = ["kind", "section", "year", "organisation", "positions", "licence", "sort", "group"])]
    local: bool,
    /// The language of the table: en or zh. The locale decides where it is not given.
    #[arg(long, value_parser = ["en", "zh"])]
    lang: Option<String>,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

#[derive(Clone, Copy, ValueEnum)]
enum Sort {
    Date,
    Name,
    Parameters,
    Context,
    Tokens,
}

#[derive(Clone, Copy, ValueEnum)]
enum Group {
    Section,
    Kind,
    Year,
    Organisation,
    Positions,
    Licence,
}

impl Group {
    fn facet(self) -> Facet {
        match self {
            Self::Section => Facet::Section,
            Self::Kind => Facet::Kind,
            Self::Year => Facet::Year,
            Self::Organisation => Facet::Organisation,
            Self::Positions => Facet::Positions,
            Self::Licence => Facet::Licence,
        }
    }
}

impl Args {
    fn filters(&self) -> Vec<(Facet, &str)> {
        let asked = [
            (Facet::Kind, &self.kind),
            (Facet::Section, &self.section),
            (Facet::Year, &self.year),
            (Facet::Organisation, &self.organisation),
            (Facet::Positions, &self.positions),
            (Facet::Licence, &self.licence),
        ];
        asked.into_iter().filter_map(|(facet, value)| Some((facet, value.as_deref()?))).collect()
    }
}

/// Lists and prints.
///
/// # Errors
/// Where the catalogue cannot be read, or a filter names what no model has.
pub fn run(args: &Args, dir: Option<&Path>) -> color_eyre::Result<()> {
    if args.local {
        let query = args.query.as_deref().unwrap_or_default();
        return local::run(query, open::language(args.lang.as_deref()), args.json);
    }
    let catalog = catalog::open(dir)?;
    let all = catalog.entries();
    if all.len() < catalog.len() {
        let faulty = catalog.len() - all.len();
        output::warn(format!("{faulty} of {} entries cannot be read; `headscope check` says why", catalog.len()));
    }
    let filters = args.filters();
    for (facet, value) in &filters {
        catalog::has_value(&all, *facet, value)?;
    }
    let mut search = Search::new(args.query.as_deref().unwrap_or_default());
    let fits = |entry: &&Entry| filters.iter().all(|(facet, value)| catalog::is(entry, *facet, value));
    let mut entries: Vec<&Entry> = all.into_iter().filter(fits).filter(|entry| search.score(entry).is_some()).collect();
    let order = Order::ALL[args.sort as usize];
    entries.sort_by(|a, b| order.compare(a, b));
    if args.json {
        let list: Vec<Value> = entries.iter().map(|entry| json_of(entry)).collect();
        return Ok(output::print_json(&Value::from(list))?);
    }
    let language = open::language(args.lang.as_deref());
    Ok(output::print(&plain(&entries, args.group.map(Group::facet), language, output::columns()))?)
}

fn json_of(entry: &Entry) -> Value {
    let variants: Vec<Value> = entry
        .variants
        .iter()
        .map(|variant| {
            let published: Vec<String> = variant.published.iter().map(|figure| figure.value.to_string()).collect();
            let published = if published.is_empty() { Value::Null } else { published.join(", ").into() };
            json!({"name": variant.name, "published": published})
        })
        .collect();
    let head = &entry.head;
    json!({"id": head.id, "name": head.name, "organisations": head.organisations, "released": head.released.month(),
        "section": head.section.id, "kind": head.kind.id, "executable": entry.is_executable(), "mini": entry.mini().map(|mini| mini.id),
        "variants": variants})
}

fn plain(entries: &[&Entry], group: Option<Facet>, language: Language, columns: usize) -> String {
    let mut text = String::new();
    let Some(facet) = group else {
        text.push_str(&table(entries, language, columns));
        let _ = writeln!(text, "\n{}", count(entries.len(), language));
        text.push_str(&marks(entries, language));
        return text;
    };
    for (value, number) in facet.counted(entries.iter().copied()) {
        let label = facet.label(&value);
        let label = catalog::pick(&label, language);
        let _ = writeln!(text, "{label}  {number}");
        let own: Vec<&Entry> = entries.iter().copied().filter(|entry| catalog::is(entry, facet, &value)).collect();
        text.push_str(&table(&own, language, columns));
        text.push('\n');
    }
    let _ = writeln!(text, "{}", count(entries.len(), language));
    text.push_str(&marks(entries, language));
    text
}

/// What the marks in the table mean, as far as they stand there.
fn marks(entries: &[&Entry], language: Language) -> String {
    let sizes = || entries.iter().flat_map(|entry| &entry.variants).filter_map(parameters);
    let explained = [
        (
            entries.iter().any(|entry| entry.mini().is_some()),
            ["▸ has a small trained model: headscope open ID", "▸ 有训练好的小模型：headscope open ID"],
        ),
        (sizes().any(|size| !size.counted), ["≈ published, not counted", "≈ 公布值，未计数"]),
        (sizes().any(|size| size.status.is_some()), ["? presumed or from memory", "? 推测或凭记忆"]),
    ];
    let lines = explained.into_iter().filter(|(is_there, _)| *is_there);
    lines.flat_map(|(_, [en, zh])| [language.pick(en, zh), "\n"]).collect()
}

fn count(number: usize, language: Language) -> String {
    match (number, language) {
        (1, Language::En) => "1 model".to_owned(),
        (n, Language::En) => format!("{n} models"),
        (n, Language::Zh) => format!("{n} 个模型"),
    }
}

fn table(entries: &[&Entry], language: Language, columns: usize) -> String {
    let mut table = Table::new(&[
        ("id", Align::Left),
        ("", Align::Left),
        (language.pick("name", "名称"), Align::Left),
        (language.pick("by", "机构"), Align::Left),
        (language.pick("date", "日期"), Align::Right),
        (language.pick("kind", "类型"), Align::Left),
        (language.pick("parameters", "参数量"), Align::Right),
    ]);
    for entry in entries {
        let head = &entry.head;
        let kind = language.pick(head.kind.en, head.kind.zh).to_owned();
        table.row([
            head.id.clone(),
            entry.mini().map_or_else(String::new, |_| "▸".to_owned()),
            head.name.clone(),
            head.organisations.join(", "),
            head.released.month(),
            kind,
            largest(entry, language),
        ]);
    }
    table.render(columns)
}

/// The largest of its variants, and whether the number is counted or only published.
fn largest(entry: &Entry, language: Language) -> String {
    let sizes = entry.variants.iter().filter_map(parameters);
    match sizes.max_by(|a, b| a.number.total_cmp(&b.number)) {
        Some(size) => size.short(),
        None => catalog::pick(&entry.unknown_size(), language).to_owned(),
    }
}
