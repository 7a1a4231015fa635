//! `headscope compare`: the facts of several models side by side.

use std::path::Path;

use color_eyre::eyre::bail;
use serde_json::{Value, json};

use super::catalog::pick;
use super::wrap::Paper;
use super::{catalog, open, output};
use crate::catalog::Entry;
use crate::catalog::compare::{Cell, Row, compare};

/// The arguments.
#[derive(clap::Args)]
pub struct Args {
    /// The ids of two to four models.
    #[arg(required = true, num_args = 2..=4)]
    ids: Vec<String>,
    /// Only what differs.
    #[arg(long)]
    differences: bool,
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
/// Where the catalogue lacks one of them, or one is named twice.
pub fn run(args: &Args, dir: Option<&Path>) -> color_eyre::Result<()> {
    let catalog = catalog::open(dir)?;
    let entries: Vec<&Entry> = args.ids.iter().map(|id| catalog.find(id)).collect::<Result<_, _>>()?;
    let ids: Vec<&str> = entries.iter().map(|entry| entry.head.id.as_str()).collect();
    if let Some((_, twice)) = ids.iter().enumerate().find(|(i, id)| ids[..*i].contains(id)) {
        bail!("{twice} is named twice: name two to four different models");
    }
    let mut rows = compare(&entries);
    rows.retain(|row| !args.differences || !row.same);
    if args.json {
        return Ok(output::print_json(&json(&entries, &rows))?);
    }
    let language = open::language(args.lang.as_deref());
    let mut paper = Paper::new(output::columns());
    for row in &rows {
        let mark = if row.same { "=" } else { "≠" };
        paper.line(&format!("{mark} {}", pick(&row.title, language)));
        if row.same && row.cells.iter().all(|cell| cell.text == row.cells[0].text) {
            paper.item(" ", pick(&row.cells[0].text, language));
            continue;
        }
        for (entry, cell) in entries.iter().zip(&row.cells) {
            let status = cell.status.and_then(|id| crate::catalog::words::find(crate::catalog::words::STATUSES, id));
            let status = status.map(|word| format!(" [{}]", catalog::word(word, language))).unwrap_or_default();
            paper.item(&entry.head.name, &format!("{}{status}", pick(&cell.text, language)));
        }
    }
    Ok(output::print(&paper.finish())?)
}

/// The facts as JSON.
pub fn json(entries: &[&Entry], rows: &[Row]) -> Value {
    let ids: Vec<&str> = entries.iter().map(|entry| entry.head.id.as_str()).collect();
    let facts: Vec<Value> = rows
        .iter()
        .map(|row| {
            let column = |read: fn(&Cell) -> Value| row.cells.iter().map(read).collect::<Value>();
            json!({"field": row.field, "values": column(|cell| json!(cell.text)), "same": row.same,
                "status": column(|cell| json!(cell.status)), "source": column(|cell| json!(cell.source))})
        })
        .collect();
    json!({"models": ids, "facts": facts})
}
