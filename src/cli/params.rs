//! `headscope params`: exact counts from a configuration alone.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use serde_json::{Map, Value, json};

use super::output::{self, grouped};
use super::table::{Align, Table};
use super::{catalog, model, open};
use crate::app::Language;
use crate::catalog::{CatalogError, Count, Entry, Figure, Variant, counts};
use crate::checkpoint::Checkpoint;
use crate::explore::{Component, Shared, components, shared, unused};
use crate::local;
use crate::models::{self, Loaded};

/// The arguments.
#[derive(clap::Args)]
pub struct Args {
    /// The id of a model of the catalogue, a checkpoint directory, of which config.json is enough, or ORG/NAME
    /// of the Hugging Face cache.
    model: PathBuf,
    /// The language of the table: en or zh. The locale decides where it is not given.
    #[arg(long, value_parser = ["en", "zh"])]
    lang: Option<String>,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

/// Counts and prints.
///
/// # Errors
/// Where there is no configuration or it cannot be built.
pub fn run(args: &Args, dir: Option<&Path>) -> color_eyre::Result<()> {
    let catalog = catalog::open(dir)?;
    match args.model.to_str().map(|id| catalog.find(id)) {
        Some(Ok(entry)) => return of_entry(entry, open::language(args.lang.as_deref()), args.json),
        // An entry that is there and faulty is meant all the same.
        Some(Err(error @ CatalogError::Faulty { .. })) => return Err(error.into()),
        Some(Err(error)) if !model::is_path(&args.model) && model::cached(&args.model).is_none() => {
            return Err(error.into());
        }
        _ => {}
    }
    let cached = model::cached(&args.model).map(|found| found.dir);
    if cached.is_none() {
        model::known(&args.model)?;
    }
    let checkpoint = Checkpoint::open_config_only(cached.as_ref().unwrap_or(&args.model))?;
    let loaded = models::shapes(checkpoint.config())?;
    let dir = checkpoint.dir();
    let dir = dir.canonicalize().unwrap_or_else(|_| dir.to_owned());
    let last = || dir.file_name().map_or_else(|| dir.display().to_string(), |name| name.to_string_lossy().into_owned());
    let id = local::repository_of(&dir).unwrap_or_else(last);
    let counted =
        Counted { id, parts: components(&loaded)?, shared: shared(&loaded)?, unused: unused(&loaded)?, loaded };
    if args.json {
        return Ok(output::print_json(&counted.json(checkpoint.config()))?);
    }
    Ok(output::print(&counted.plain(output::columns()))?)
}

/// The variants of an entry, counted class by class.
fn of_entry(entry: &Entry, language: Language, json: bool) -> color_eyre::Result<()> {
    if json {
        let variants: Vec<Value> = entry.variants.iter().map(variant_json).collect();
        return Ok(output::print_json(&json!({"id": entry.head.id, "variants": variants}))?);
    }
    let mut table = Table::new(&[
        (language.pick("variant", "规模"), Align::Left),
        (language.pick("class", "类"), Align::Left),
        (language.pick("counted", "计数"), Align::Right),
        (language.pick("published", "公布"), Align::Left),
        (language.pick("why different", "差异原因"), Align::Left),
    ]);
    for variant in &entry.variants {
        let published = marked(variant, language);
        let why = variant.why_different.as_ref().or(variant.unknown.as_ref());
        let why = why.map_or("", |text| catalog::pick(text, language));
        let mut first = [variant.name.clone(), published, why.to_owned()];
        let counted = counts(variant).iter().map(|counted| (counted.class.clone(), said(&counted.count, language)));
        let counted: Vec<_> = counted.collect();
        let none = counted.is_empty().then(|| ("–".to_owned(), language.pick("no config", "无配置").to_owned()));
        for (class, count) in counted.into_iter().chain(none) {
            let [name, published, why] = std::mem::take(&mut first);
            table.row([name, class, count, published, why]);
        }
    }
    Ok(output::print(&table.render(output::columns()))?)
}

fn said(count: &Count, language: Language) -> String {
    match count {
        Count::Exact(number) => grouped(*number),
        Count::NotYet => language.pick("not executable yet", "尚不可运行").to_owned(),
        Count::Refused(error) => error.to_string(),
    }
}

/// The published figures of a variant, those that nobody who knows has stated with a question mark; and those of the
/// parameters that one token uses.
fn marked(variant: &Variant, language: Language) -> String {
    let list = |figures: &[Figure]| {
        let mark = |figure: &Figure| format!("{}{}", figure.value, if figure.status.is_some() { "?" } else { "" });
        figures.iter().map(mark).collect::<Vec<_>>().join(", ")
    };
    match (variant.published.is_empty(), variant.active.is_empty()) {
        (true, _) => "–".to_owned(),
        (false, true) => list(&variant.published),
        (false, false) => {
            format!("{} ({} {})", list(&variant.published), language.pick("active", "激活"), list(&variant.active))
        }
    }
}

/// The published figures of a variant.
fn published(variant: &Variant) -> Option<String> {
    let figures: Vec<String> = variant.published.iter().map(|figure| figure.value.to_string()).collect();
    (!figures.is_empty()).then(|| figures.join(", "))
}

fn variant_json(variant: &Variant) -> Value {
    let exact: Map<String, Value> = counts(variant)
        .iter()
        .filter_map(|counted| Some((counted.class.clone(), counted.count.number()?.into())))
        .collect();
    let executable = !exact.is_empty();
    let mut value = json!({"name": variant.name, "published": published(variant), "parameters": exact,
        "classes": variant.classes, "executable": executable});
    for (key, text) in [("why_different", &variant.why_different), ("unknown", &variant.unknown)] {
        if let Some(text) = text {
            value[key] = json!(text);
        }
    }
    if !variant.active.is_empty() {
        value["active_published"] = variant.active.iter().map(|figure| figure.value.to_string()).collect();
    }
    value
}

struct Counted {
    id: String,
    loaded: Loaded,
    parts: Vec<Component>,
    shared: Vec<Shared>,
    unused: Vec<String>,
}

impl Counted {
    fn total(&self) -> u64 {
        self.loaded.parameters.count()
    }

    /// Bytes of the weights by how many bits a number has.
    fn memory(&self) -> [(&'static str, u64); 2] {
        [("fp32", 4 * self.total()), ("fp16", 2 * self.total())]
    }

    fn json(&self, config: &Map<String, Value>) -> Value {
        let components: Vec<Value> = self
            .parts
            .iter()
            .map(|part| json!({"name": part.path(), "times": part.times, "parameters": part.parameters}))
            .collect();
        let shared: Vec<Value> =
            self.shared.iter().map(|s| json!({"parameter": s.parameter, "places": s.places})).collect();
        let memory: Map<String, Value> =
            self.memory().into_iter().map(|(name, b)| (name.to_owned(), b.into())).collect();
        let class = self.loaded.model.class();
        json!({"id": self.id, "variants": [{"name": self.id, "published": null,
            "parameters": {class: self.total()}, "class": class, "components": components, "shared": shared, "unused": self.unused,
            "memory": memory, "config": config}]})
    }

    fn plain(&self, columns: usize) -> String {
        let total = self.total();
        let class = self.loaded.model.class();
        let mut text = format!("{}: {} parameters ({class})\n\n", self.id, grouped(total));
        let mut table = Table::new(&[
            ("part", Align::Left),
            ("times", Align::Right),
            ("parameters", Align::Right),
            ("share", Align::Right),
        ]);
        for part in &self.parts {
            let name = part.scopes.iter().map(|name| name.en).collect::<Vec<_>>().join(" / ");
            let share = output::share(part.parameters as f32 / total.max(1) as f32);
            table.row([name, part.times.to_string(), grouped(part.parameters), share]);
        }
        text.push_str(&table.render(columns));
        text.push('\n');
        for (name, count) in self.memory() {
            let _ = writeln!(text, "{name}  {} of weights", output::bytes(count));
        }
        for Shared { parameter, places } in &self.shared {
            let _ = writeln!(text, "\nCounted once, though used in {}: {parameter}", places.join(" and "));
        }
        if !self.unused.is_empty() {
            let _ = writeln!(text, "\nStored, but used by no pass: {}", self.unused.join(", "));
        }
        text
    }
}
