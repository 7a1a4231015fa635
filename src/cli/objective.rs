//! `headscope objective`: what a model would be trained on, made from the user's own text.

use std::path::{Path, PathBuf};

use color_eyre::eyre::eyre;
use serde_json::{Value, json};

use super::model;
use super::output::{self, number};
use super::table::{Align, Table};
use crate::explore::{Exercise, Subject, TermLoss};
use crate::train::objective::{Objective, objective, objectives};

/// The arguments.
#[derive(clap::Args)]
pub struct Args {
    /// The id of a mini or of a catalogue's entry, or a checkpoint directory.
    model: PathBuf,
    /// The text.
    text: String,
    /// What belongs to it: the sentence that follows, or the answer that should be written.
    #[arg(long)]
    pair: Option<String>,
    /// Which objective, instead of the one that the model was trained by.
    #[arg(long)]
    objective: Option<String>,
    /// The same seed corrupts the text in the same way.
    #[arg(long, default_value_t = 0)]
    seed: u64,
    /// So many times over, as if the text came again in each epoch.
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u64).range(1..=1000))]
    epochs: u64,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

/// Makes the example, runs the model on it and prints both.
///
/// # Errors
/// Where the model cannot be opened or the text cannot serve.
pub fn run(args: &Args, catalog: Option<&Path>) -> color_eyre::Result<()> {
    let subject = model::open(&args.model, catalog)?;
    let mut prompt = crate::explore::Prompt::of(&args.text);
    if subject.writes_target() {
        prompt.target.clone_from(&args.pair);
    } else {
        prompt.pair.clone_from(&args.pair);
    }
    let objective = match &args.objective {
        Some(id) => objective(id).ok_or_else(|| unknown(id))?,
        None => subject.objective(&prompt)?,
    };
    let epochs = (args.seed..).take(args.epochs as usize);
    let exercises = epochs.map(|seed| subject.exercise(objective, &prompt, seed)).collect::<Result<Vec<_>, _>>()?;
    if args.json {
        let mut first = exercises[0].json(&subject);
        if exercises.len() > 1 {
            first["epochs"] = exercises.iter().map(|exercise| exercise.json(&subject)).collect();
        }
        return Ok(output::print_json(&first)?);
    }
    let parts: Vec<String> = exercises.iter().map(|exercise| exercise.plain(objective, output::columns())).collect();
    Ok(output::print(&parts.join("\n"))?)
}

fn unknown(id: &str) -> color_eyre::Report {
    let known: Vec<&str> = objectives().iter().map(|objective| objective.id()).collect();
    eyre!("there is no objective {id:?}. Known: {}", known.join(", "))
}

impl Exercise {
    fn json(&self, subject: &Subject) -> Value {
        let terms: Vec<Value> = self
            .terms
            .iter()
            .map(|term| json!({"name": term.name, "weight": term.weight, "loss": finite(term.loss)}))
            .collect();
        let mut value = json!({
            "objective": self.objective.id(),
            "input": self.input.iter().map(|token| &token.text).collect::<Vec<_>>(),
            "targets": self.targets.iter().map(|t| t.as_ref().map(|token| &token.text)).collect::<Vec<_>>(),
            "counted": self.targets.iter().map(Option::is_some).collect::<Vec<_>>(),
            "terms": terms,
            "loss": finite(self.loss),
        });
        if let Some(unigram) = subject.unigram_loss(self) {
            value["unigram_loss"] = finite(unigram);
        }
        value
    }

    fn plain(&self, objective: &dyn Objective, columns: usize) -> String {
        let mut text = format!("{}: {}\n\n", objective.name()[0], objective.explained()[0]);
        let mut table = Table::new(&[("place", Align::Right), ("input", Align::Left), ("target", Align::Left)]);
        for place in 0..self.input.len().max(self.targets.len()) {
            let input = self.input.get(place).map_or("", |token| &token.text);
            let target = self.targets.get(place).and_then(Option::as_ref).map_or("", |token| &token.text);
            table.row(vec![place.to_string(), input.to_owned(), target.to_owned()]);
        }
        text.push_str(&table.render(columns));
        text.push('\n');
        let term = |term: &TermLoss| format!("{} {} × {}\n", term.name, number(term.loss), term.weight);
        text.extend(self.terms.iter().map(term));
        text + "loss " + &number(self.loss) + "\n"
    }
}

fn finite(x: f32) -> Value {
    if x.is_finite() { json!(x) } else { Value::Null }
}
