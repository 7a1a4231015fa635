//! The models of a comparison: what is known of each, and everything that can be said of all without running them.

use super::figures::Figures;
use super::form::Form;
use super::structure::{Row, rows};
use crate::catalog::compare::{compare, short};
use crate::catalog::estimate::{parameters, sizes};
use crate::catalog::{Catalog, Entry, Text, Variant, Word};
use crate::explore::Subject;
use crate::minis;
use crate::models::{Loaded, ModelError};

/// Why nothing can be said of a model's parts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Lacks {
    /// There is no code for the architecture.
    Code,
    /// No configuration of it is known.
    Config,
    /// There is code, and it refuses the configuration.
    Refused(String),
}

/// One model of a comparison.
#[derive(Clone, Debug)]
pub struct Side {
    /// The id of its entry or mini, or the name of a checkpoint.
    pub id: String,
    /// As people write it.
    pub name: String,
    /// Which of its published sizes; nothing where it is a checkpoint.
    pub variant: Option<String>,
    /// What sort of model it is, where the catalogue has it.
    pub kind: Option<&'static Word>,
    /// Whether there is a small trained model of it to run.
    pub runs: bool,
    /// Its parts, or why there are none.
    pub form: Result<Form, Lacks>,
    /// Its sizes and what it takes.
    pub figures: Figures,
}

/// A fact of all models.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FactRow {
    /// Which field.
    pub field: &'static str,
    /// What a person reads for it.
    pub title: Text,
    /// What each model has.
    pub cells: Vec<Text>,
    /// How sure each is, if it is not stated.
    pub status: Vec<Option<&'static str>>,
    /// Where each stands.
    pub sources: Vec<String>,
    /// Whether all are the same.
    pub same: bool,
}

/// Models side by side.
#[derive(Clone, Debug)]
pub struct Comparison {
    /// The length of text that memory and work are for; that of each model's own where none was chosen and none is
    /// common.
    pub length: Option<u64>,
    /// The models.
    pub sides: Vec<Side>,
    /// Sizes, memory and work in a few rows.
    pub figures: Vec<FactRow>,
    /// All facts of the catalogue.
    pub facts: Vec<FactRow>,
    /// Their parts.
    pub rows: Vec<Row>,
}

/// How large a variant is: its parameters and its width.
#[derive(Clone, Copy, Debug)]
struct Near {
    parameters: f64,
    width: Option<f64>,
}

impl Near {
    fn of(variant: &Variant) -> Option<Self> {
        let width = sizes(variant).d_model.map(|width| width as f64);
        Some(Self { parameters: parameters(variant)?.number, width })
    }

    /// How many times one is larger than the other, by logarithm. Of equal width differences are those of the parts, so
    /// the width counts twice.
    fn far(self, other: Self) -> f64 {
        let width = self.width.zip(other.width).map_or(0.0, |(one, two)| (one / two).ln().abs());
        (self.parameters / other.parameters).ln().abs() + 2.0 * width
    }
}

/// The variant that is nearest in size, of those with code where there are any; the first where no size is asked for.
fn variant(entry: &Entry, near: Option<Near>) -> Option<&Variant> {
    let coded: Vec<&Variant> =
        entry.variants.iter().filter(|v| parameters(v).is_some_and(|size| size.counted)).collect();
    let all: Vec<&Variant> = if coded.is_empty() { entry.variants.iter().collect() } else { coded };
    let Some(near) = near else { return all.first().copied() };
    let far = |variant: &&Variant| Near::of(variant).map_or(f64::INFINITY, |own| own.far(near));
    all.into_iter().min_by(|a, b| far(a).total_cmp(&far(b)))
}

fn form(loaded: &Loaded) -> Result<Form, Lacks> {
    let graph = loaded.model.graph(&loaded.model.smallest_inputs());
    graph.map(|graph| Form::of(&graph)).map_err(|error| Lacks::Refused(error.to_string()))
}

fn form_of(variant: &Variant) -> Result<Form, Lacks> {
    let Some(class) = variant.classes.first().filter(|_| !variant.config.is_empty()) else {
        return Err(if variant.config.is_empty() { Lacks::Config } else { Lacks::Code });
    };
    match variant.shapes(class) {
        Ok(loaded) => form(&loaded),
        Err(ModelError::UnknownType { .. } | ModelError::UnknownClass { .. }) => Err(Lacks::Code),
        Err(error) => Err(Lacks::Refused(error.to_string())),
    }
}

impl Side {
    fn of_entry(entry: &Entry, near: Option<Near>) -> (Self, Option<&Variant>) {
        let variant = variant(entry, near);
        let side = Self {
            id: entry.head.id.clone(),
            name: entry.head.name.clone(),
            variant: variant.map(|variant| variant.name.clone()),
            kind: Some(entry.head.kind),
            runs: entry.mini().is_some(),
            form: variant.map_or(Err(Lacks::Config), form_of),
            figures: Figures::default(),
        };
        (side, variant)
    }

    fn of_subject(subject: &Subject) -> Self {
        let graph = subject.model().graph(&subject.model().smallest_inputs());
        Self {
            id: subject.name.clone(),
            name: subject.name.clone(),
            variant: None,
            kind: None,
            runs: true,
            form: graph.map(|graph| Form::of(&graph)).map_err(|error| Lacks::Refused(error.to_string())),
            figures: Figures::default(),
        }
    }
}

/// Where a model of a comparison is read from.
enum Origin<'a> {
    Entry(&'a Entry, Option<&'a Variant>),
    Subject(&'a Subject),
}

impl Comparison {
    /// Compares models by id: entries of the catalogue by a published size each, of sizes near to each other; minis that
    /// have no entry and the checkpoint that is open by what they are.
    ///
    /// # Errors
    /// A sentence, where an id is neither.
    pub fn of(catalog: &Catalog, ids: &[String], open: &[&Subject], length: Option<u64>) -> Result<Self, String> {
        let mut near = None;
        let mut sides: Vec<(Side, Origin<'_>)> = Vec::new();
        for id in ids {
            let found = match (catalog.entry(id), open.iter().find(|subject| subject.name == *id)) {
                (Ok(entry), _) => {
                    let (side, variant) = Side::of_entry(entry, near);
                    (side, Origin::Entry(entry, variant))
                }
                (Err(_), Some(subject)) => (Side::of_subject(subject), Origin::Subject(subject)),
                (Err(error), None) => return Err(error.to_string()),
            };
            if let Origin::Entry(_, Some(variant)) = &found.1 {
                near = near.or_else(|| Near::of(variant));
            }
            sides.push(found);
        }
        let longest = |(_, origin): &(Side, Origin<'_>)| match origin {
            Origin::Entry(entry, Some(variant)) => crate::catalog::estimate::context(entry, variant),
            Origin::Entry(entry, None) => entry.fact("context")?.value.as_ref()?.whole(),
            Origin::Subject(subject) => subject.sizes().context.map(|context| context as u64),
        };
        // Without a choice: what all of them can read.
        let length = length.or(sides.iter().filter_map(longest).min());
        for (side, origin) in &mut sides {
            side.figures = match origin {
                Origin::Entry(entry, Some(variant)) => Figures::of_variant(entry, variant, length),
                Origin::Entry(_, None) => Figures::default(),
                Origin::Subject(subject) => Figures::of_subject(subject, length),
            };
        }
        let entries: Vec<Option<&Entry>> = sides
            .iter()
            .map(|(_, origin)| if let Origin::Entry(entry, _) = origin { Some(*entry) } else { None })
            .collect();
        let facts = facts(&entries);
        let sides: Vec<Side> = sides.into_iter().map(|(side, _)| side).collect();
        let forms: Vec<Option<&Form>> = sides.iter().map(|side| side.form.as_ref().ok()).collect();
        let figures = figures(&sides, &facts, length);
        let rows = rows(&forms);
        Ok(Self { length, sides, figures, facts, rows })
    }
}

/// Opens a model of a comparison to run it: the mini of an id.
///
/// # Errors
/// Where there is none, in words for the reader; or it cannot be opened.
pub fn open_mini(id: &str) -> Result<Option<Subject>, String> {
    let Some(mini) = minis::find(id).filter(minis::Mini::is_trained) else { return Ok(None) };
    Subject::mini(&mini).map(Some).map_err(|error| error.to_string())
}

fn facts(entries: &[Option<&Entry>]) -> Vec<FactRow> {
    let known: Vec<&Entry> = entries.iter().flatten().copied().collect();
    if known.is_empty() {
        return Vec::new();
    }
    let place = |at: usize| entries[..at].iter().flatten().count();
    compare(&known)
        .into_iter()
        .map(|row| {
            let cell = |at: usize| entries[at].and_then(|_| row.cells.get(place(at)));
            let all = 0..entries.len();
            FactRow {
                field: row.field,
                title: row.title.clone(),
                cells: all
                    .clone()
                    .map(|at| cell(at).map_or_else(|| Text::same("–"), |cell| cell.text.clone()))
                    .collect(),
                status: all.clone().map(|at| cell(at).and_then(|cell| cell.status)).collect(),
                sources: all.map(|at| cell(at).map_or_else(String::new, |cell| cell.source.clone())).collect(),
                same: row.same && known.len() == entries.len(),
            }
        })
        .collect()
}

/// Bytes in the unit that reads best.
fn bytes(count: f64) -> String {
    let units = [(1u64 << 40, "TiB"), (1 << 30, "GiB"), (1 << 20, "MiB"), (1 << 10, "KiB")];
    let unit = units.into_iter().find(|(unit, _)| count >= *unit as f64);
    unit.map_or_else(|| format!("{count:.0} B"), |(unit, name)| format!("{:.1} {name}", count / unit as f64))
}

/// The few rows that stand above everything else: how it reads, how large it is, what it takes, what it learned.
fn figures(sides: &[Side], facts: &[FactRow], length: Option<u64>) -> Vec<FactRow> {
    let unknown = || Text::same("–");
    let fact = |field: &str, at: usize| {
        let row = facts.iter().find(|row| row.field == field)?;
        row.cells.get(at).filter(|text| text.en != "–").cloned()
    };
    let with = |text: Option<Text>, number: Option<u64>| match (
        text,
        number.map(|number| super::part::grouped(number as usize)),
    ) {
        (Some(text), Some(number)) => {
            Text::new(format!("{}, {number}", first_clause(&text.en)), format!("{}，{number}", first_clause(&text.zh)))
        }
        (Some(text), None) => Text::new(first_clause(&text.en), first_clause(&text.zh)),
        (None, Some(number)) => Text::same(number),
        (None, None) => unknown(),
    };
    let row = |field, [en, zh]: [String; 2], read: &dyn Fn(usize, &Figures) -> Text| {
        let cells: Vec<Text> = sides.iter().enumerate().map(|(at, side)| read(at, &side.figures)).collect();
        let same = cells.windows(2).all(|pair| pair[0] == pair[1]);
        let (status, sources) = (vec![None; cells.len()], vec![String::new(); cells.len()]);
        FactRow { field, title: Text::new(en, zh), cells, status, sources, same }
    };
    let plain = |en: &str, zh: &str| [en.to_owned(), zh.to_owned()];
    let at = |en: &str, zh: &str| match length {
        Some(length) => [format!("{en}, {length}"), format!("{zh} {length}")],
        None => plain(en, zh),
    };
    vec![
        row("tokens", plain("tokens", "词元"), &|at, figures| with(fact("tokenizer", at), figures.vocabulary)),
        row("places", plain("positions", "位置"), &|at, figures| with(fact("positions", at), figures.context)),
        row("layers", plain("layers", "层数"), &|_, figures| match figures.layers {
            Some((layers, Some(decoder))) => Text::same(format!("{layers} + {decoder}")),
            Some((layers, None)) => Text::same(layers.to_string()),
            None => unknown(),
        }),
        row("width_heads", plain("width, heads", "宽度、头数"), &|_, figures| match (figures.width, figures.heads)
        {
            (Some(width), Some(heads)) => Text::same(format!("{width}, {heads}")),
            (Some(width), None) => Text::same(width.to_string()),
            _ => unknown(),
        }),
        row("count", plain("parameters", "参数量"), &|_, figures| match figures.parameters {
            Some(count) if figures.counted => Text::same(super::part::grouped(count as usize)),
            Some(count) => Text::same(format!("≈ {}", short(count))),
            None => unknown(),
        }),
        row("memory", at("memory", "内存"), &|_, figures| match (figures.weights, figures.cache) {
            (Some(weights), Some(cache)) => Text::new(
                format!("{} + {} cache", bytes(weights), bytes(cache)),
                format!("{} + 缓存 {}", bytes(weights), bytes(cache)),
            ),
            (Some(weights), None) => Text::same(bytes(weights)),
            _ => unknown(),
        }),
        row("work", at("FLOPs", "运算量"), &|_, figures| match figures.work {
            Some(work) => Text::new(format!("{} a token", short(work)), format!("每词元 {}", short(work))),
            None => unknown(),
        }),
        row("trained_to", plain("trained to", "训练目标"), &|at, _| fact("objectives", at).unwrap_or_else(unknown)),
    ]
}

/// What stands before the first semicolon: the words of a fact, without its sentence.
fn first_clause(text: &str) -> &str {
    text.split(['；', ';']).next().unwrap_or(text).trim()
}
