//! `headscope run --off`: a prediction with heads switched off, beside the one with all of them.

use std::fmt::Write as _;

use color_eyre::eyre::{OptionExt, bail};
use serde_json::{Value, json};

use super::output::{self, share, texts_of, warn};
use super::table::{Align, Table};
use crate::explore::{Change, Pass, Prompt, Standing, Subject, changes};
use crate::models::Predicts;
use crate::tape::Run;

/// What is to be shown.
#[derive(Clone, Copy)]
pub struct Shown {
    /// How many candidates of before, and of after.
    pub top: usize,
    /// Every position, not only the predicted ones.
    pub all: bool,
    /// As JSON.
    pub json: bool,
}

/// What became of one position's prediction.
struct Outcome {
    position: usize,
    label: String,
    changes: Vec<Change>,
}

/// Runs the prompt with and without some heads and prints the candidates before and after.
///
/// # Errors
/// Where the text or the list of heads cannot be used, or the model predicts no tokens.
pub fn run(subject: &Subject, prompt: &Prompt, off: &str, shown: Shown) -> color_eyre::Result<()> {
    if subject.predicts().0 == Predicts::Nothing {
        bail!(
            "{} predicts no tokens: its outputs are vectors or judgements, so there is no prediction to compare",
            subject.class()
        );
    }
    let cancelled = "the run was cancelled";
    let pass =
        Pass::run_whole(subject, prompt, super::run::TARGET_STEPS, Run::new(subject.pool()))?.ok_or_eyre(cancelled)?;
    let heads = pass.heads_named(off)?;
    let names: Vec<String> = heads.iter().map(|&(index, head)| pass.head_name(index, head)).collect();
    let replay =
        pass.without_heads(&heads, Run::new(subject.pool())).ok_or_eyre("these heads cannot be switched off")?;
    let positions = if shown.all { (0..pass.output_tokens().len()).collect() } else { pass.predicted_positions() };
    if positions.is_empty() && !shown.json {
        warn("no token is masked; write the mask token in the text, or use --all");
    }
    let outcome = |position: usize| {
        let (before, after) = (pass.logits_at(position)?, pass.logits_of_replay(&replay, position)?);
        let label = pass.output_tokens().get(position)?.label.clone();
        Some(Outcome { position, label, changes: changes(&before, &after, shown.top) })
    };
    let outcomes: Vec<Outcome> = positions.into_iter().filter_map(outcome).collect();
    if shown.json {
        let predictions: Vec<Value> = outcomes.iter().map(|outcome| json_of(subject, outcome)).collect();
        return Ok(output::print_json(&json!({"model": subject.name, "class": subject.class(),
            "tokens": texts_of(subject, &pass.tokens), "off": names, "predictions": predictions}))?);
    }
    Ok(output::print(&plain(subject, &names, &outcomes))?)
}

fn json_of(subject: &Subject, outcome: &Outcome) -> Value {
    let side = |which: fn(&Change) -> Standing| {
        let candidates = outcome.changes.iter().map(|change| {
            let standing = which(change);
            json!({"token": subject.written(&[change.id]), "id": change.id, "logit": standing.logit,
                "probability": standing.probability, "rank": standing.rank})
        });
        let mut candidates: Vec<Value> = candidates.collect();
        candidates.sort_by_key(|candidate| candidate["rank"].as_u64());
        candidates
    };
    json!({"position": outcome.position, "before": side(|change| change.before), "after": side(|change| change.after)})
}

fn plain(subject: &Subject, names: &[String], outcomes: &[Outcome]) -> String {
    let mut text = format!("{} ({}) without {}\n", subject.name, subject.class(), names.join(", "));
    for outcome in outcomes {
        let _ = writeln!(text, "\nposition {}, {}", outcome.position, outcome.label);
        let mut table = Table::new(&[
            ("token", Align::Left),
            ("before", Align::Right),
            ("after", Align::Right),
            ("rank before", Align::Right),
            ("after", Align::Right),
        ]);
        for Change { id, before, after } in &outcome.changes {
            table.row([
                subject.label(*id),
                share(before.probability),
                share(after.probability),
                before.rank.to_string(),
                after.rank.to_string(),
            ]);
        }
        text.push_str(&table.render(output::columns()));
    }
    text
}
