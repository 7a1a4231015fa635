//! `headscope lens`: what each layer would predict if the model's head stood right behind it.

use std::path::Path;

use color_eyre::eyre::OptionExt;
use serde_json::{Value, json};

use super::model::Asked;
use super::output::{self, share, texts_of};
use super::table::{Align, Table};
use crate::explore::{Lens, LensRow, Pass, Subject, TokenView};
use crate::tape::{Kind, Run};

/// The arguments.
#[derive(clap::Args)]
pub struct Args {
    #[command(flatten)]
    asked: Asked,
}

/// Runs the model and prints the table.
///
/// # Errors
/// Where the model or the text cannot be used, or the model predicts no tokens.
pub fn run(args: &Args, catalog: Option<&Path>) -> color_eyre::Result<()> {
    let (subject, prompt) = args.asked.open(catalog)?;
    let pass = Pass::run_whole(&subject, &prompt, super::run::TARGET_STEPS, Run::new(subject.pool()))?
        .ok_or_eyre("the run was cancelled")?;
    let lens = Lens::of(&pass, &pass.record, Run::new(subject.pool()))?.ok_or_eyre("the run was cancelled")?;
    let tokens = pass.labels(Kind::Token, lens.positions(), lens.stream);
    if args.asked.json {
        return Ok(output::print_json(&json_of(&subject, tokens, &lens))?);
    }
    Ok(output::print(&plain(&subject, tokens, &lens, output::columns()))?)
}

fn json_of(subject: &Subject, tokens: &[TokenView], lens: &Lens) -> Value {
    let row = |row: &LensRow| {
        let cells = row.cells.iter().map(|cell| {
            json!({"token": subject.written(&[cell.id]), "id": cell.id, "probability": cell.probability,
                "final": {"logit": cell.last.logit, "probability": cell.last.probability, "rank": cell.last.rank}})
        });
        json!({"layer": row.layer, "cells": cells.collect::<Vec<_>>()})
    };
    json!({"model": subject.name, "class": subject.class(), "stream": lens.stream.0, "tokens": texts_of(subject, tokens),
        "rows": lens.rows.iter().map(row).collect::<Vec<_>>()})
}

/// Positions go down, layers go right: a text is longer than a model is deep.
fn plain(subject: &Subject, tokens: &[TokenView], lens: &Lens, columns: usize) -> String {
    let name = |row: &LensRow| row.layer.map_or_else(|| "embeddings".to_owned(), |layer| format!("layer {layer}"));
    let names: Vec<String> = lens.rows.iter().map(name).collect();
    let mut heads = vec![("at", Align::Right), ("token", Align::Left)];
    heads.extend(names.iter().map(|name| (name.as_str(), Align::Left)));
    let mut table = Table::new(&heads);
    for (position, token) in tokens.iter().enumerate() {
        let cells = lens.rows.iter().map(|row| {
            let cell = &row.cells[position];
            format!("{} {}", subject.label(cell.id), share(cell.probability))
        });
        table.row([position.to_string(), token.label.clone()].into_iter().chain(cells));
    }
    format!(
        "{} ({}): what each layer would predict, the head put right behind it\n\n{}",
        subject.name,
        subject.class(),
        table.render(columns)
    )
}
