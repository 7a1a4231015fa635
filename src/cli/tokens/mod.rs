//! `headscope tokens`: the tokens of a text, and how the tokenizer got there.

mod beside;
mod steps;

use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use super::output::{self, token_json, visible};
use super::table::{Align, Table};
use super::{model, output::text_of};
use crate::explore::{Prompt, Subject};
use crate::text::{Encoding, Trace, Word};

/// The arguments.
#[derive(clap::Args)]
pub struct Args {
    /// The id of a mini or of a catalogue's entry, or a checkpoint directory.
    model: PathBuf,
    /// The text.
    text: String,
    /// Another model whose tokenizer cuts the same text; may be given several times.
    #[arg(long, value_name = "MODEL")]
    with: Vec<PathBuf>,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

/// Splits the text and prints the result.
///
/// # Errors
/// Where the model cannot be opened or the text cannot be split.
pub fn run(args: &Args, catalog: Option<&Path>) -> color_eyre::Result<()> {
    let subject = model::open(&args.model, catalog)?;
    let encoding = subject.encode(&Prompt::of(&args.text))?;
    let trace = subject.tokenizer().map(|tokenizer| tokenizer.trace(&args.text)).transpose()?;
    let cuts = if args.with.is_empty() { Vec::new() } else { beside::cuts(&subject, &args.with, &args.text, catalog)? };
    if args.json {
        let tokens: Vec<Value> = encoding.tokens.iter().map(|token| token_json(&subject, token)).collect();
        let steps = trace.map_or_else(Vec::new, |trace| stages(&subject, &trace, &encoding));
        let mut object = json!({"tokens": tokens, "steps": steps});
        if !cuts.is_empty() {
            object["side_by_side"] = json!(beside::json(&cuts));
        }
        return Ok(output::print_json(&object)?);
    }
    let mut text = match &trace {
        Some(trace) => story(&subject, trace),
        None => "There is no tokenizer beside this checkpoint: the text is token ids.\n".to_owned(),
    };
    text.push('\n');
    text.push_str(&table(&encoding).render(output::columns()));
    if !cuts.is_empty() {
        text.push('\n');
        text.push_str(&beside::table(&cuts).render(output::columns()));
    }
    Ok(output::print(&text)?)
}

/// The stages as JSON; those that do nothing are left out.
fn stages(subject: &Subject, trace: &Trace, encoding: &Encoding) -> Vec<Value> {
    let words = |of: fn(&Word) -> Value| trace.words.iter().map(of).collect::<Vec<Value>>();
    let mut steps = Vec::new();
    if let Some(text) = &trace.normalised {
        steps.push(json!({"step": "normalise", "text": text}));
    }
    steps.push(json!({"step": "split", "words": words(|word| {
        json!({"text": word.text, "start": word.start, "end": word.end, "whole": word.whole})
    })}));
    let method = subject.tokenizer().map(|tokenizer| tokenizer.kind().name());
    steps.push(json!({"step": "pieces", "method": method, "words": words(|word| {
        let pieces: Vec<Value> = word.pieces.iter().map(|p| json!({"piece": p.piece, "id": p.id})).collect();
        json!({"text": word.text, "pieces": pieces, "steps": steps::json(word), "agrees": word.agrees})
    })}));
    let added = encoding.tokens.iter().enumerate().filter(|(_, token)| token.sequence.is_none());
    let added: Vec<Value> = added
        .map(|(position, token)| json!({"position": position, "text": text_of(subject, token), "id": token.id}))
        .collect();
    if !added.is_empty() {
        steps.push(json!({"step": "add", "tokens": added}));
    }
    steps
}

/// The stages as a person reads them.
fn story(subject: &Subject, trace: &Trace) -> String {
    let word = |word: &Word| visible(&word.text);
    let split: Vec<String> = trace.words.iter().map(word).collect();
    let pieces = trace.words.iter().map(|word| {
        let pieces: Vec<String> = word.pieces.iter().map(|piece| visible(&piece.piece)).collect();
        pieces.join(" ")
    });
    let method = subject.tokenizer().map_or("pieces", |tokenizer| tokenizer.kind().name());
    let mut lines = Vec::new();
    if let Some(text) = &trace.normalised {
        lines.push(("normalised", visible(text)));
    }
    lines.push(("words", split.join(" | ")));
    lines.push((method, pieces.collect::<Vec<_>>().join(" | ")));
    let style = subject.tokenizer().map_or(crate::text::Style::Plain, |tokenizer| tokenizer.kind().style());
    // A word that stands there often is told once.
    let mut told: Vec<&str> = Vec::new();
    for word in &trace.words {
        if let Some(way) = steps::told(word, style).filter(|_| !told.contains(&word.text.as_str())) {
            told.push(&word.text);
            lines.push(("", format!("{}: {way}", crate::text::spelled(&word.text, style))));
        }
    }
    lines.into_iter().fold(String::new(), |story, (what, text)| story + &format!("{what:<15}{text}\n"))
}

fn table(encoding: &Encoding) -> Table {
    let mut table = Table::new(&[
        ("position", Align::Right),
        ("token", Align::Left),
        ("id", Align::Right),
        ("text", Align::Left),
        ("from", Align::Right),
        ("to", Align::Right),
    ]);
    for (position, token) in encoding.tokens.iter().enumerate() {
        let place = |at: usize| if token.sequence.is_some() { at.to_string() } else { String::new() };
        let typed = crate::text::label(&token.text, crate::text::Style::Plain, false);
        let cells = [position.to_string(), token.label(), token.id.to_string(), typed];
        table.row(cells.into_iter().chain([place(token.start), place(token.end)]));
    }
    table
}
