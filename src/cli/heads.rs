//! `headscope heads`: all heads ranked by what they do on a text, beside chance.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use color_eyre::eyre::{OptionExt, WrapErr, bail};
use serde::Deserialize;
use serde_json::{Value, json};

use super::model::Asked;
use super::output::{self, warn};
use super::table::{Align, Table};
use crate::explore::{Link, Measured, Pass, Pattern, Ranked, Subject};
use crate::tape::Run;

/// Rows that are printed where nobody says how many.
const ROWS: usize = 20;

/// The arguments.
#[derive(clap::Args)]
pub struct Args {
    #[command(flatten)]
    asked: Asked,
    /// Only this pattern: previous, next, first, itself, same, duplicate, induction, delimiter, or a kind of --gold.
    #[arg(long)]
    pattern: Option<String>,
    /// Links of this text that somebody knows: a JSON file with [{"kind", "queries": [position], "keys": [position]}].
    #[arg(long)]
    gold: Option<PathBuf>,
    /// How many rows to print; 0 prints all. JSON always has all.
    #[arg(long, default_value_t = ROWS)]
    rows: usize,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Gold {
    kind: String,
    #[serde(default)]
    stream: Option<String>,
    queries: Vec<usize>,
    keys: Vec<usize>,
}

/// Runs the model and prints the list.
///
/// # Errors
/// Where the model, the text or the links cannot be used, or the pattern is none.
pub fn run(args: &Args, catalog: Option<&Path>) -> color_eyre::Result<()> {
    let (subject, prompt) = args.asked.open(catalog)?;
    if let Some(fault) = subject.card_fault() {
        warn(format_args!("warning: {fault}"));
    }
    let links = args.gold.as_deref().map_or_else(|| Ok(Vec::new()), links)?;
    let pass = Pass::run_whole(&subject, &prompt, super::run::TARGET_STEPS, Run::new(subject.pool()))?
        .ok_or_eyre("the run was cancelled")?;
    check(&links, &pass)?;
    let pattern = args.pattern.as_deref().map(|word| pattern(word, pass.known().iter().chain(&links))).transpose()?;
    let measured = Measured::of(&pass, &pass.record, &links);
    let list = List { subject: &subject, pass: &pass, ranked: measured.ranked(pattern.as_ref()) };
    if args.asked.json {
        return Ok(output::print_json(&list.json())?);
    }
    Ok(output::print(&list.plain(args.rows, output::columns()))?)
}

fn links(path: &Path) -> color_eyre::Result<Vec<Link>> {
    let text = std::fs::read_to_string(path).wrap_err_with(|| format!("cannot read {}", path.display()))?;
    let gold: Vec<Gold> = serde_json::from_str(&text).wrap_err_with(|| {
        format!("{}: expected [{{\"kind\": \"coreference\", \"queries\": [15], \"keys\": [0, 10]}}, …]", path.display())
    })?;
    let link =
        |gold: Gold| Link { kind: gold.kind.into(), stream: gold.stream, queries: gold.queries, keys: gold.keys };
    Ok(gold.into_iter().map(link).collect())
}

/// A link outside the text is a mistake that would otherwise only make a number smaller.
fn check(links: &[Link], pass: &Pass) -> color_eyre::Result<()> {
    let tokens = pass.tokens.len();
    let far = links.iter().filter(|link| link.stream.is_none()).flat_map(|link| link.queries.iter().chain(&link.keys));
    if let Some(place) = far.copied().find(|place| *place >= tokens) {
        bail!("--gold links position {place}, but the text has {tokens} tokens, counted from 0");
    }
    Ok(())
}

/// A pattern that any text has, or a kind of link that is known of this one.
fn pattern<'a>(word: &str, links: impl Iterator<Item = &'a Link>) -> color_eyre::Result<Pattern> {
    let gold = links.map(|link| Pattern::Gold(link.kind.clone()));
    let known: Vec<Pattern> = Pattern::NAMED.into_iter().chain(gold).collect();
    if let Some(pattern) = known.iter().find(|pattern| pattern.id() == word) {
        return Ok(pattern.clone());
    }
    let mut words: Vec<&str> = known.iter().map(Pattern::id).collect();
    words.dedup();
    bail!("there is no pattern {word:?}; there is: {}", words.join(", "))
}

struct List<'a> {
    subject: &'a Subject,
    pass: &'a Pass,
    ranked: Vec<Ranked<'a>>,
}

impl List<'_> {
    fn json(&self) -> Value {
        let heads = self.ranked.iter().map(|ranked| {
            let attention = &self.pass.attentions[ranked.index];
            let score = ranked.score;
            let mut head = json!({"stream": attention.stream(), "layer": attention.layer, "head": ranked.head,
                "pattern": score.pattern.id(), "score": score.score, "chance": score.chance, "queries": score.queries,
                "clear": score.is_clear(), "taught": false});
            if let Some(note) = self.subject.note(attention.stream(), attention.layer, ranked.head) {
                head["taught"] = json!(note.taught);
                head["note"] =
                    json!({"job": note.job, "score": note.score, "chance": note.chance, "taught": note.taught});
            }
            head
        });
        let tokens: Vec<String> = output::texts_of(self.subject, &self.pass.tokens);
        json!({"model": self.subject.name, "class": self.subject.class(), "tokens": tokens,
            "heads": heads.collect::<Vec<_>>()})
    }

    fn plain(&self, rows: usize, columns: usize) -> String {
        let mut text =
            format!("{}: share of attention on this text, {} tokens\n\n", self.subject.name, self.pass.tokens.len());
        if self.ranked.is_empty() {
            text.push_str("no query of this text has such a place\n");
            return text;
        }
        let mut table = Table::new(&[
            ("head", Align::Left),
            ("pattern", Align::Left),
            ("share", Align::Right),
            ("chance", Align::Right),
            ("queries", Align::Right),
            ("", Align::Left),
        ]);
        let shown = if rows == 0 { self.ranked.len() } else { rows.min(self.ranked.len()) };
        for Ranked { index, head, score } in &self.ranked[..shown] {
            let attention = &self.pass.attentions[*index];
            let note = self.subject.note(attention.stream(), attention.layer, *head).filter(|note| note.taught);
            let taught = note.map(|note| format!("† taught: {}", note.job));
            let quiet = (!score.is_clear()).then(|| "not clearly above chance".to_owned());
            table.row([
                self.pass.head_name(*index, *head),
                score.pattern.id().to_owned(),
                format!("{:.2}", score.score),
                format!("{:.2}", score.chance),
                score.queries.to_string(),
                [taught, quiet].into_iter().flatten().collect::<Vec<_>>().join("; "),
            ]);
        }
        text.push_str(&table.render(columns));
        if shown < self.ranked.len() {
            let _ = writeln!(text, "… {} more; --rows 0 prints all", self.ranked.len() - shown);
        }
        let mut patterns: Vec<&Pattern> = Vec::new();
        for ranked in &self.ranked[..shown] {
            if !patterns.contains(&&ranked.score.pattern) {
                patterns.push(&ranked.score.pattern);
            }
        }
        text.push('\n');
        for pattern in patterns {
            let _ = writeln!(text, "{}: {}", pattern.id(), pattern.means());
        }
        text
    }
}
