//! What is changed by hand on the command line: heads off, masks, positions; and `headscope run` with any of them, which
//! shows the prediction before and after.

use std::fmt::Write as _;

use color_eyre::eyre::{OptionExt, WrapErr, bail};
use serde_json::{Value, json};

use super::output::{self, share, texts_of, warn};
use super::table::{Align, Table};
use crate::explore::{
    Change, Edits, HeadPlace, Pass, Preset, Prompt, Scheme, Standing, Subject, cells_from_json, changes,
};
use crate::models::Predicts;
use crate::tape::Run;

/// What is changed beside heads that are off.
#[derive(clap::Args)]
pub struct ByHand {
    /// Hide and open cells of the mask in all layers: causal, both, window:N, sentence, self, or a JSON file with rows of 0
    /// and 1 (1 is seen) or a list of [query, key] to hide; cross:FILE where a model has several attentions.
    #[arg(long, value_name = "[STREAM:]PRESET|FILE")]
    pub mask: Option<String>,
    /// Put other positions in the place of the model's own: none, sinusoidal, shuffled, reversed, shift:N, alibi.
    #[arg(long, value_name = "SCHEME")]
    pub positions: Option<String>,
}

impl ByHand {
    /// Whether nothing is asked for.
    pub fn is_empty(&self) -> bool {
        self.mask.is_none() && self.positions.is_none()
    }

    /// Refuses positions that do not fit.
    fn scheme(positions: &str, pass: &Pass) -> color_eyre::Result<Scheme> {
        let Some(scheme) = Scheme::of(positions) else {
            let all: Vec<String> = Scheme::ALL.iter().map(|scheme| scheme.id()).collect();
            bail!("there is no position scheme {positions:?}; there is {}", all.join(", "));
        };
        match scheme.edits(&pass.record) {
            Ok(_) => Ok(scheme),
            Err(misfit) => {
                let fitting: Vec<String> = Scheme::fitting(pass).iter().map(|scheme| scheme.id()).collect();
                let instead =
                    if fitting.is_empty() { String::new() } else { format!(". What fits: {}", fitting.join(", ")) };
                bail!("positions {positions} do not fit this model: {misfit}{instead}")
            }
        }
    }

    /// The edits to a pass; the mask is that of `stream` where the argument names none.
    ///
    /// # Errors
    /// Where the words or the file cannot be used, or what they ask for does not fit the model and the text.
    pub fn edits(&self, pass: &Pass, stream: Option<&str>) -> color_eyre::Result<Edits> {
        let positions = self.positions.as_ref().map(|positions| Self::scheme(positions, pass)).transpose()?;
        let mut edits = Edits { positions, ..Edits::default() };
        if let Some(mask) = &self.mask {
            paint(&mut edits, pass, mask, stream)?;
        }
        Ok(edits)
    }
}

/// Paints what an argument says on all layers of a stream.
fn paint(edits: &mut Edits, pass: &Pass, argument: &str, stream: Option<&str>) -> color_eyre::Result<()> {
    let streams = pass.streams();
    let named = argument.split_once(':').filter(|(name, _)| streams.contains(name));
    let (stream, what) = match (named, stream, streams.as_slice()) {
        (Some((stream, what)), _, _) => (stream, what),
        (None, Some(stream), _) => (stream, argument),
        (None, None, [only]) => (*only, argument),
        (None, None, []) => bail!("this model has no attention that could be masked"),
        (None, None, several) => {
            bail!("say which attention the mask is for: {}, as in {}:{argument}", several.join(", "), several[0])
        }
    };
    let attentions = pass.attentions.iter().enumerate().filter(|(_, attention)| attention.stream() == stream);
    let heads: Vec<HeadPlace> =
        attentions.flat_map(|(index, attention)| (0..attention.heads).map(move |head| (index, head))).collect();
    let first = heads.first().and_then(|&(index, _)| pass.attentions[index].mask.clone());
    let Some(mask) = first else { bail!("the {stream} attention of this model has no mask that could be changed") };
    let axes = mask.axes();
    let size = (axes[1].len, axes[2].len);
    if let Some(preset) = Preset::of(what) {
        let labels = |place: usize| pass.labels(axes[place].kind, axes[place].len, axes[place].stream);
        edits.paint(pass, heads, |attention, mask| preset.cells(mask, (labels(1), labels(2)), attention.is_cross()));
        return Ok(());
    }
    let presets = "causal, both, window:N, sentence and self";
    let text = std::fs::read_to_string(what)
        .wrap_err_with(|| format!("--mask {what}: neither a preset ({presets}) nor a file that can be read"))?;
    let cells = cells_from_json(&text, size).wrap_err_with(|| format!("--mask {what}"))?;
    edits.paint(pass, heads, |_, _| cells.clone());
    Ok(())
}

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

/// Runs the prompt as it is and changed by hand, and prints the candidates before and after.
///
/// # Errors
/// Where the text or what is to be changed cannot be used, or the model predicts no tokens.
pub fn run(
    subject: &Subject,
    prompt: &Prompt,
    (off, by_hand): (Option<&str>, &ByHand),
    shown: Shown,
) -> color_eyre::Result<()> {
    if subject.predicts().0 == Predicts::Nothing {
        bail!(
            "{} predicts no tokens: its outputs are vectors or judgements, so there is no prediction to compare",
            subject.class()
        );
    }
    let cancelled = "the run was cancelled";
    let pass =
        Pass::run_whole(subject, prompt, super::run::TARGET_STEPS, Run::new(subject.pool()))?.ok_or_eyre(cancelled)?;
    let mut edits = by_hand.edits(&pass, None)?;
    if let Some(off) = off {
        edits.off = pass.heads_named(off)?.into_iter().collect();
    }
    let changed = pass.edited(&edits, Run::new(subject.pool()))?.ok_or_eyre(cancelled)?;
    let names: Vec<String> = edits.off.iter().map(|&(index, head)| pass.head_name(index, head)).collect();
    let positions = if shown.all { (0..pass.output_tokens().len()).collect() } else { pass.predicted_positions() };
    if positions.is_empty() && !shown.json {
        warn("no token is masked; write the mask token in the text, or use --all");
    }
    let outcome = |position: usize| {
        let (before, after) = (pass.logits_at(position)?, changed.logits_at(position)?);
        let label = pass.output_tokens().get(position)?.label.clone();
        Some(Outcome { position, label, changes: changes(&before, &after, shown.top) })
    };
    let outcomes: Vec<Outcome> = positions.into_iter().filter_map(outcome).collect();
    if shown.json {
        let predictions: Vec<Value> = outcomes.iter().map(|outcome| json_of(subject, outcome)).collect();
        let mut result = json!({"model": subject.name, "class": subject.class(),
            "tokens": texts_of(subject, &pass.tokens), "off": names});
        if let Some(mask) = &by_hand.mask {
            result["mask"] = json!({"asked": mask, "cells": cells(&edits)});
        }
        if let Some(scheme) = edits.positions {
            result["positions"] = json!(scheme.id());
        }
        result["predictions"] = json!(predictions);
        return Ok(output::print_json(&result)?);
    }
    let mut parts = Vec::new();
    if !names.is_empty() {
        parts.push(format!("without {}", names.join(", ")));
    }
    if let Some(mask) = &by_hand.mask {
        parts.push(format!("mask {mask} (cells changed: {})", cells(&edits)));
    }
    parts.extend(edits.positions.map(|scheme| format!("positions {}", scheme.id())));
    Ok(output::print(&plain(subject, &parts.join(", "), &outcomes))?)
}

/// How many cells of a head's mask are changed: of the head where most are.
fn cells(edits: &Edits) -> usize {
    edits.masks.values().map(|painting| painting.len()).max().unwrap_or(0)
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

fn plain(subject: &Subject, changed: &str, outcomes: &[Outcome]) -> String {
    let mut text = format!("{} ({}) {changed}\n", subject.name, subject.class());
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
