//! `headscope compare`: several models side by side: facts, parts, what they take, and what their heads do on a text.

mod heads;
mod plain;

use std::path::Path;

use color_eyre::eyre::{bail, eyre};
use serde_json::{Value, json};

use super::{catalog, open, output};
use crate::catalog::compare::{Cell as FactCell, Row as FactsRow};
use crate::catalog::{Catalog, Entry};
use crate::explore::Subject;
use crate::explore::compare::{Comparison, FactRow, Lacks, Row, Side};

/// The arguments.
#[derive(clap::Args)]
pub struct Args {
    /// The ids of two to four models; one alone with two texts.
    #[arg(required = true, num_args = 1..=4)]
    ids: Vec<String>,
    /// Only what differs.
    #[arg(long)]
    differences: bool,
    /// The length of text that memory and work are for [default: the longest that all of them can read].
    #[arg(long, value_name = "TOKENS", value_parser = clap::value_parser!(u64).range(1..=1 << 24))]
    context: Option<u64>,
    /// Run the small trained models on this text and match their heads; twice, to compare one model on two texts.
    #[arg(long, value_name = "TEXT", num_args = 1)]
    text: Vec<String>,
    /// With a text: show this head of the first model, as layer.head, and those nearest to it.
    #[arg(long, value_name = "L.H", value_parser = heads::place)]
    head: Option<(usize, usize)>,
    /// With --head: in this stream of the first model.
    #[arg(long, value_name = "STREAM")]
    stream: Option<String>,
    /// With a text: the token of the first model whose keys are shown, counted from 0 [default: the last].
    #[arg(long, value_name = "POSITION")]
    query: Option<usize>,
    /// The language: en or zh. The locale decides where it is not given.
    #[arg(long, value_parser = ["en", "zh"])]
    lang: Option<String>,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

/// Compares and prints.
///
/// # Errors
/// Where a model is not known or named twice, or a text cannot be run.
pub fn run(args: &Args, dir: Option<&Path>) -> color_eyre::Result<()> {
    let catalog = catalog::open(dir)?;
    check(args)?;
    let (ids, subjects) = models(args, &catalog)?;
    let open: Vec<&Subject> = subjects.iter().collect();
    let mut comparison = Comparison::of(&catalog, &ids, &open, args.context).map_err(|words| eyre!(words))?;
    let on_text = (!args.text.is_empty()).then(|| heads::OnText::run(args, &ids, subjects)).transpose()?;
    if args.differences {
        comparison.facts.retain(|row| !row.same);
        comparison.figures.retain(|row| !row.same);
        comparison.rows.retain(|row| !row.same);
    }
    if args.json {
        return Ok(output::print_json(&as_json(&comparison, on_text.as_ref()))?);
    }
    let language = open::language(args.lang.as_deref());
    let mut text = plain::comparison(&comparison, args.ids.len() > 1, language);
    if let Some(on_text) = &on_text {
        text += &on_text.plain(language);
    }
    Ok(output::print(&text)?)
}

fn check(args: &Args) -> color_eyre::Result<()> {
    let twice = args.ids.iter().enumerate().find(|(i, id)| args.ids[..*i].contains(id));
    if let Some((_, twice)) = twice {
        bail!("{twice} is named twice: name two to four different models");
    }
    match (args.ids.len(), args.text.len()) {
        (1, 0 | 1) => bail!(
            "one model alone is compared on two texts: headscope compare {0} --text FIRST --text SECOND; or name two to \
             four models",
            args.ids[0]
        ),
        (2.., 2..) => bail!("two texts are for one model; several models are compared on one --text"),
        (_, 3..) => bail!("one model is compared on two texts, not on {}", args.text.len()),
        _ => {}
    }
    let needs_text =
        [("--head", args.head.is_some()), ("--stream", args.stream.is_some()), ("--query", args.query.is_some())];
    if let Some((option, _)) = needs_text.iter().find(|(_, given)| *given && args.text.is_empty()) {
        bail!("{option} shows what a head does on a text: give one with --text");
    }
    Ok(())
}

/// The ids as they are compared, and the checkpoints that are no entries.
fn models(args: &Args, catalog: &Catalog) -> color_eyre::Result<(Vec<String>, Vec<Subject>)> {
    let (mut ids, mut subjects) = (Vec::new(), Vec::new());
    for id in &args.ids {
        if let Ok(entry) = catalog.entry(id) {
            if ids.contains(&entry.head.id) {
                bail!("{id} is {}, which is named already: name two to four different models", entry.head.id);
            }
            ids.push(entry.head.id.clone());
            continue;
        }
        let path = Path::new(id);
        if !super::model::is_path(path) && super::model::mini(path).is_none() {
            // The catalogue's own words, with what is near.
            catalog.find(id)?;
        }
        let subject = super::model::open(path, None)?;
        ids.push(subject.name.clone());
        subjects.push(subject);
    }
    Ok((ids, subjects))
}

/// Everything that is known of the models without running them, and what their heads do on a text.
pub fn as_json(comparison: &Comparison, on_text: Option<&heads::OnText>) -> Value {
    let ids: Vec<&str> = comparison.sides.iter().map(|side| side.id.as_str()).collect();
    let sides: Vec<Value> = comparison.sides.iter().map(side_json).collect();
    let mut value = json!({"models": ids, "context": comparison.length, "sides": sides,
        "facts": comparison.facts.iter().map(fact_json).collect::<Value>(),
        "figures": comparison.figures.iter().map(fact_json).collect::<Value>(),
        "structure": comparison.rows.iter().map(row_json).collect::<Value>()});
    if let Some(on_text) = on_text {
        value["text"] = on_text.json();
    }
    value
}

/// The facts of entries alone.
pub fn json(entries: &[&Entry], rows: &[FactsRow]) -> Value {
    let ids: Vec<&str> = entries.iter().map(|entry| entry.head.id.as_str()).collect();
    let facts: Vec<Value> = rows
        .iter()
        .map(|row| {
            let column = |read: fn(&FactCell) -> Value| row.cells.iter().map(read).collect::<Value>();
            json!({"field": row.field, "values": column(|cell| json!(cell.text)), "same": row.same,
                "status": column(|cell| json!(cell.status)), "source": column(|cell| json!(cell.source))})
        })
        .collect();
    json!({"models": ids, "facts": facts})
}

fn side_json(side: &Side) -> Value {
    let figures = &side.figures;
    let lacks = side.form.as_ref().err().map(|lacks| match lacks {
        Lacks::Code => "no code for this architecture".to_owned(),
        Lacks::Config => "no configuration is known".to_owned(),
        Lacks::Refused(why) => why.clone(),
    });
    json!({"id": side.id, "name": side.name, "variant": side.variant, "kind": side.kind.map(|word| word.id),
        "runs": side.runs, "no_structure": lacks, "parameters": figures.parameters, "counted": figures.counted,
        "weights_fp16_bytes": figures.weights, "cache_fp16_bytes": figures.cache, "flops_per_token": figures.work})
}

fn fact_json(row: &FactRow) -> Value {
    json!({"field": row.field, "values": row.cells, "same": row.same, "status": row.status, "source": row.sources})
}

fn row_json(row: &Row) -> Value {
    let cells: Vec<Value> = row
        .cells
        .iter()
        .map(|cell| match cell {
            None => Value::Null,
            Some(cell) => json!({"line": cell.line, "stacks": cell.tellings.iter()
                .map(|telling| json!({"stack": telling.stack, "line": telling.line})).collect::<Value>()}),
        })
        .collect();
    let present: Vec<bool> = row.cells.iter().map(Option::is_some).collect();
    json!({"path": row.path, "title": row.title, "present": present, "same": row.same, "values": cells,
        "sentence": row.sentence})
}
