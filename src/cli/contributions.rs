//! `headscope contributions`: what each head and feed-forward network adds to a logit directly.

use std::fmt::Write as _;
use std::path::Path;

use color_eyre::eyre::OptionExt;
use serde_json::{Value, json};

use super::attribute::token;
use super::model::Asked;
use super::output::{self, number, share};
use super::table::{Align, Table};
use crate::explore::{Contribution, Contributions, Part, Pass, Question, Subject};
use crate::tape::Run;

/// Lines that are printed where nobody asks for more.
const ROWS: usize = 20;

/// The arguments.
#[derive(clap::Args)]
pub struct Args {
    #[command(flatten)]
    asked: Asked,
    /// The position whose prediction is asked about [default: the first masked one, or the last].
    #[arg(long)]
    position: Option<usize>,
    /// The token whose logit is taken apart, as it would be written, or its id [default: the likeliest].
    #[arg(long)]
    token: Option<String>,
    /// How many parts are listed below the grid, 0 for all.
    #[arg(long, default_value_t = ROWS)]
    rows: usize,
}

/// Runs the model and prints the logit taken apart.
///
/// # Errors
/// Where the model or the text cannot be used, or there is no such position or token.
pub fn run(args: &Args, catalog: Option<&Path>) -> color_eyre::Result<()> {
    let (subject, prompt) = args.asked.open(catalog)?;
    let token = args.token.as_deref().map(|word| token(&subject, word)).transpose()?;
    let pass = Pass::run_whole(&subject, &prompt, super::run::TARGET_STEPS, Run::new(subject.pool()))?
        .ok_or_eyre("the run was cancelled")?;
    let question = Question { position: args.position, token };
    let found = Contributions::of(&pass, &pass.record, question, Run::new(subject.pool()))?
        .ok_or_eyre("the run was cancelled")?;
    if args.asked.json {
        return Ok(output::print_json(&json_of(&subject, &pass, &found))?);
    }
    Ok(output::print(&plain(&subject, &pass, &found, args.rows, output::columns()))?)
}

/// What a part is called: its kind, and its name where it has one.
fn kind(part: Part) -> (&'static str, Option<&'static str>) {
    match part {
        Part::Embedding(name) => ("embedding", Some(name.id)),
        Part::Head(..) => ("head", None),
        Part::FeedForward => ("feed_forward", None),
        Part::Bias => ("bias", None),
        Part::Other(name) => ("other", Some(name.id)),
    }
}

fn json_of(subject: &Subject, pass: &Pass, found: &Contributions) -> Value {
    let part = |part: &Contribution| {
        let (kind, name) = kind(part.part);
        let (stream, head) = match part.part {
            Part::Head(index, head) => (Some(pass.attentions[index].stream()), Some(head)),
            _ => (None, None),
        };
        let step = pass.record.graph().path(part.node);
        json!({"kind": kind, "name": name, "layer": part.layer, "stream": stream, "head": head, "step": step,
            "value": part.value})
    };
    let sum = |which: fn(Part) -> bool| found.sum(which);
    json!({"model": subject.name, "class": subject.class(), "method": "direct logit attribution, norms held",
        "position": found.position, "token": subject.written(&[found.token]), "id": found.token, "logit": found.logit,
        "probability": found.probability, "total": found.total(),
        "sums": {"embeddings": sum(|part| matches!(part, Part::Embedding(_))), "heads": sum(|part| matches!(part, Part::Head(..))),
            "feed_forward": sum(|part| part == Part::FeedForward), "biases": sum(|part| part == Part::Bias),
            "others": sum(|part| matches!(part, Part::Other(_)))},
        "parts": found.parts.iter().map(part).collect::<Vec<_>>()})
}

fn plain(subject: &Subject, pass: &Pass, found: &Contributions, rows: usize, columns: usize) -> String {
    let sum = |which: fn(Part) -> bool| number(found.sum(which));
    let mut text = format!(
        "{} ({}): what adds to {:?} at position {}; logit {}, {}\n\
         embeddings {}, heads {}, feed-forward {}, biases {}; together {}\n\
         directly: what a part does through later parts counts as theirs; norms divide as they did in this pass\n\n",
        subject.name,
        subject.class(),
        subject.written(&[found.token]),
        found.position,
        number(found.logit),
        share(found.probability),
        sum(|part| matches!(part, Part::Embedding(_))),
        sum(|part| matches!(part, Part::Head(..))),
        sum(|part| part == Part::FeedForward),
        sum(|part| part == Part::Bias),
        number(found.total()),
    );
    text.push_str(&grid(pass, found).render(columns));
    text.push('\n');
    let ranked = found.ranked();
    let shown = if rows == 0 { ranked.len() } else { rows.min(ranked.len()) };
    let mut table = Table::new(&[("part", Align::Left), ("adds", Align::Right)]);
    for part in &ranked[..shown] {
        table.row([name(pass, part), number(part.value)]);
    }
    text.push_str(&table.render(columns));
    if shown < ranked.len() {
        let _ = writeln!(text, "{} more; --rows 0 prints all", ranked.len() - shown);
    }
    text
}

fn grid(pass: &Pass, found: &Contributions) -> Table {
    let grid = found.grid();
    let heads = grid.iter().map(|row| row.heads.len()).max().unwrap_or(0);
    let names: Vec<String> = (0..heads).map(|head| format!("head {head}")).collect();
    let mut columns = vec![("layer", Align::Left)];
    columns.extend(names.iter().map(|name| (name.as_str(), Align::Right)));
    columns.push(("feed-forward", Align::Right));
    let mut table = Table::new(&columns);
    for row in &grid {
        let attention = row.attention.map(|index| &pass.attentions[index]).filter(|attention| attention.is_cross());
        let name = attention
            .map_or_else(|| row.layer.to_string(), |attention| format!("{} {}", row.layer, attention.stream()));
        let of_head = |head| row.heads.get(head).copied().map_or_else(String::new, number);
        let feed = row.feed.map_or_else(String::new, |(_, value)| number(value));
        table.row(std::iter::once(name).chain((0..heads).map(of_head)).chain([feed]));
    }
    table
}

fn name(pass: &Pass, part: &Contribution) -> String {
    match (part.part, part.layer) {
        (Part::Head(index, head), _) => format!("head {}", pass.head_name(index, head)),
        (Part::FeedForward, Some(layer)) => format!("feed-forward {layer}"),
        (Part::Embedding(name) | Part::Other(name), None) => format!("{} ({})", name.en, kind(part.part).0),
        (Part::Embedding(name) | Part::Other(name), Some(layer)) => format!("{} of layer {layer}", name.en),
        (part, _) => kind(part).0.to_owned(),
    }
}
