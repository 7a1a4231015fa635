//! `headscope patch`: what of a pass over another text brings that text's answer with it.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use color_eyre::eyre::OptionExt;
use serde_json::{Value, json};

use super::attribute::token;
use super::model;
use super::output::{self, number, share};
use super::table::{Align, Table};
use crate::explore::{Answers, Pass, PatchRow, Patched, Patching, Subject};
use crate::tape::Run;

/// The arguments.
#[derive(clap::Args)]
pub struct Args {
    /// The id of a mini or of a catalogue's entry, or a checkpoint directory.
    model: PathBuf,
    /// The text into whose pass values are put.
    text: String,
    /// The text from whose pass they are taken; it has as many tokens.
    #[arg(long)]
    from: String,
    /// Put in what each head gathers, instead of the vector of each position before each layer.
    #[arg(long)]
    heads: bool,
    /// The token that the other text leads to [default: its likeliest one].
    #[arg(long)]
    answer: Option<String>,
    /// The token that it is compared with [default: the likeliest one of this text].
    #[arg(long)]
    against: Option<String>,
    /// What an encoder-decoder is to have written in both texts [default: what it writes after the first].
    #[arg(long)]
    target: Option<String>,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

/// Runs both texts, then the first one again for each value, and prints the grid.
///
/// # Errors
/// Where the model or the texts cannot be used, or their tokens are not as many.
pub fn run(args: &Args, catalog: Option<&Path>) -> color_eyre::Result<()> {
    let subject = model::open(&args.model, catalog)?;
    let cancelled = "the run was cancelled";
    let prompt = |text: &str| model::prompt(&subject, text, None, args.target.as_deref());
    let run = || Run::new(subject.pool());
    let base =
        Pass::run_whole(&subject, &prompt(&args.text)?, super::run::TARGET_STEPS, run())?.ok_or_eyre(cancelled)?;
    let source = Pass::run_beside(&subject, &prompt(&args.from)?, &base, run())?.ok_or_eyre(cancelled)?;
    let what = if args.heads { Patched::Heads } else { Patched::Residual };
    let named = |word: &Option<String>| word.as_deref().map(|word| token(&subject, word)).transpose();
    let asked = Answers { answer: named(&args.answer)?, against: named(&args.against)? };
    let found = Patching::of(&base, &source, what, asked, Run::new(subject.pool()))?.ok_or_eyre(cancelled)?;
    if args.json {
        return Ok(output::print_json(&json_of(&subject, &base, &source, &found))?);
    }
    Ok(output::print(&plain(&subject, &found, output::columns()))?)
}

fn json_of(subject: &Subject, base: &Pass, source: &Pass, found: &Patching) -> Value {
    let token = |id: u32| json!({"token": subject.written(&[id]), "id": id});
    let row = |row: &PatchRow| {
        let cells = row.cells.iter().map(|cell| {
            let (id, probability) = cell.predicted;
            json!({"effect": cell.effect, "difference": cell.difference,
                "predicted": {"token": subject.written(&[id]), "id": id, "probability": probability}})
        });
        json!({"stream": row.stream, "layer": row.layer, "cells": cells.collect::<Vec<_>>()})
    };
    let what = if found.what == Patched::Heads { "head" } else { "position" };
    json!({"model": subject.name, "class": subject.class(), "columns": what, "position": found.position,
        "tokens": output::texts_of(subject, &base.tokens), "from": output::texts_of(subject, &source.tokens),
        "answer": token(found.answer), "against": token(found.against),
        "difference": found.differences.0, "difference_from": found.differences.1,
        "rows": found.rows.iter().map(row).collect::<Vec<_>>()})
}

/// Positions or heads go down, layers go right.
fn plain(subject: &Subject, found: &Patching, columns: usize) -> String {
    let [answer, against] = [found.answer, found.against].map(|id| subject.label(id));
    let (here, there) = found.differences;
    let mut text = format!(
        "{} ({}): {answer} against {against} at position {}: {} here, {} in the other text\n\
         effect of one value from the other text: 0 nothing, 1 its whole answer\n\n",
        subject.name,
        subject.class(),
        found.position,
        number(here),
        number(there)
    );
    let several = found.rows.windows(2).any(|pair| pair[0].stream != pair[1].stream);
    let name =
        |row: &PatchRow| if several { format!("{} {}", row.stream, row.layer) } else { format!("layer {}", row.layer) };
    let names: Vec<String> = found.rows.iter().map(name).collect();
    let side = if found.what == Patched::Heads { "head" } else { "at" };
    let mut heads = vec![(side, Align::Right), ("token", Align::Left), ("from", Align::Left)];
    if found.what == Patched::Heads {
        heads.truncate(1);
    }
    heads.extend(names.iter().map(|name| (name.as_str(), Align::Right)));
    let mut table = Table::new(&heads);
    let longest = found.rows.iter().map(|row| row.cells.len()).max().unwrap_or(0);
    for place in 0..longest {
        let mut cells = vec![place.to_string()];
        if found.what == Patched::Residual {
            let pair = found.rows.iter().find_map(|row| row.tokens.get(place)).cloned().unwrap_or_default();
            let from = if pair.0 == pair.1 { String::new() } else { pair.1 };
            cells.extend([pair.0, from]);
        }
        cells.extend(
            found.rows.iter().map(|row| row.cells.get(place).map_or_else(String::new, |c| format!("{:.2}", c.effect))),
        );
        table.row(cells);
    }
    text.push_str(&table.render(columns));
    if let Some((row, place)) = found.strongest() {
        let row = &found.rows[row];
        let (id, probability) = row.cells[place].predicted;
        let predicted = format!("{} {}", subject.label(id), share(probability));
        let _ = writeln!(text, "\nmost: {}, {side} {place}; then predicted: {predicted}", name(row));
    }
    text
}
