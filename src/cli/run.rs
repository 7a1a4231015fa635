//! `headscope run`: what a model writes after a text, or puts where a token is masked.

use std::fmt::Write as _;
use std::path::Path;
use std::sync::Arc;

use color_eyre::eyre::{OptionExt, bail};
use serde_json::{Value, json};

use super::changed::ByHand;
use super::model::Asked;
use super::output::{self, candidate_json, number, share, token_json, view_json, visible, warn};
use super::table::{Align, Table};
use crate::explore::{Candidate, Decoding, Pass, Prompt, Sampling, Subject, TokenView, candidates};
use crate::models::Predicts;
use crate::tape::Run;
use crate::text::Token;

/// Tokens that are written where nobody says how many.
const STEPS: usize = 16;
/// The same for a target, which mostly ends by itself.
pub(super) const TARGET_STEPS: usize = 64;

/// The arguments.
#[derive(clap::Args)]
pub struct Args {
    #[command(flatten)]
    asked: Asked,
    /// How many tokens to write, for models that write [default: 16; 64 for a target, 0 behind a given one].
    #[arg(long, conflicts_with_all = ["mask", "positions"])]
    steps: Option<usize>,
    /// Divides the logits before a token is drawn; 0 takes the likeliest [default: 0, or 1 with another option of drawing].
    #[arg(long, value_parser = temperature, conflicts_with_all = ["mask", "positions"])]
    temperature: Option<f32>,
    /// Draw among so many of the likeliest tokens.
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..), conflicts_with_all = ["mask", "positions"])]
    top_k: Option<u32>,
    /// Draw among the likeliest tokens that together reach this probability.
    #[arg(long, value_parser = probability, conflicts_with_all = ["mask", "positions"])]
    top_p: Option<f32>,
    /// The same seed draws the same tokens.
    #[arg(long, conflicts_with_all = ["mask", "positions"])]
    seed: Option<u64>,
    /// How many candidates to show for each prediction.
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..))]
    candidates: u32,
    /// Predict every position, not only masked ones.
    #[arg(long)]
    all: bool,
    /// Switch heads off and show the prediction before and after: LAYER.HEAD, 1.* for a layer, several parted by commas;
    /// cross:1.0 where a model has several attentions.
    #[arg(long, value_name = "HEADS", conflicts_with_all = ["steps", "temperature", "top_k", "top_p", "seed"])]
    off: Option<String>,
    #[command(flatten)]
    by_hand: ByHand,
}

fn temperature(text: &str) -> Result<f32, String> {
    match text.parse() {
        Ok(temperature) if (0.0..f32::INFINITY).contains(&temperature) => Ok(temperature),
        _ => Err("expected a number from 0 on".to_owned()),
    }
}

fn probability(text: &str) -> Result<f32, String> {
    match text.parse() {
        Ok(probability) if probability > 0.0 && probability <= 1.0 => Ok(probability),
        _ => Err("expected a number above 0, at most 1".to_owned()),
    }
}

impl Args {
    fn sampling(&self) -> Sampling {
        let drawn = self.top_k.is_some() || self.top_p.is_some() || self.seed.is_some();
        let usual = Sampling::default();
        Sampling {
            temperature: self.temperature.unwrap_or(if drawn { 1.0 } else { usual.temperature }),
            top_k: self.top_k.map(|k| k as usize),
            top_p: self.top_p.unwrap_or(usual.top_p),
            seed: self.seed.unwrap_or(usual.seed),
        }
    }
}

/// Runs the model and prints what it predicts.
///
/// # Errors
/// Where the model or the text cannot be used.
pub fn run(args: &Args, catalog: Option<&Path>) -> color_eyre::Result<()> {
    let (subject, prompt) = args.asked.open(catalog)?;
    if args.off.is_some() || !args.by_hand.is_empty() {
        let shown = super::changed::Shown { top: args.candidates as usize, all: args.all, json: args.asked.json };
        return super::changed::run(&subject, &prompt, (args.off.as_deref(), &args.by_hand), shown);
    }
    let result = match subject.predicts().0 {
        Predicts::Next => written(&subject, &prompt, args)?,
        _ if args.steps.is_some() => bail!("{} does not write, so it takes no --steps", subject.class()),
        _ => filled(&subject, &prompt, args)?,
    };
    if result.predictions.iter().flat_map(|p| &p.candidates).any(|candidate| !candidate.logit.is_finite()) {
        warn("warning: the logits hold non-finite numbers (NaN or inf); they are null in JSON");
    }
    if args.asked.json {
        return Ok(output::print_json(&result.json(&subject))?);
    }
    result.notes.iter().for_each(warn);
    Ok(output::print(&result.plain(&subject, output::columns()))?)
}

/// What is predicted at a position.
struct Prediction {
    position: usize,
    /// How the token at the position is shown.
    label: String,
    chosen: Option<u32>,
    candidates: Vec<Candidate>,
}

/// What came out.
struct Outcome {
    tokens: Vec<Token>,
    /// The start and what follows it, where the model writes a target.
    target: Vec<TokenView>,
    output: Option<String>,
    /// Why writing ended.
    stopped: Option<&'static str>,
    predictions: Vec<Prediction>,
    /// What a person should know; nothing that JSON does not say.
    notes: Vec<String>,
}

/// Writes tokens until there are enough, the text ends, or the model has no room for more.
fn written(subject: &Subject, prompt: &Prompt, args: &Args) -> color_eyre::Result<Outcome> {
    if args.all {
        bail!("--all is for models that fill masks; {} writes", subject.class());
    }
    let usual = match (subject.writes_target(), &args.asked.on.target) {
        (false, _) => STEPS,
        (true, None) => TARGET_STEPS,
        (true, Some(_)) => 0,
    };
    let steps = args.steps.unwrap_or(usual);
    let run = || Run::new(subject.pool());
    let cancelled = "the run was cancelled";
    let mut decoding = Decoding::start(subject, prompt, args.sampling(), run())?.ok_or_eyre(cancelled)?;
    let first = Arc::clone(&decoding.newest().pass);
    let tokens: Vec<Token> = first.tokens.iter().filter_map(|token| token.source.clone()).collect();
    let (mut ids, mut predictions) = (Vec::new(), given(&first, args));
    let stopped = loop {
        let chosen = (steps > 0).then(|| decoding.next().id);
        predictions.push(prediction(&decoding, chosen, args));
        let Some(id) = chosen else { break "steps" };
        if Some(id) == subject.end() {
            break "end";
        }
        ids.push(id);
        if ids.len() >= steps {
            break "steps";
        }
        if !subject.sizes().holds(first.output_tokens().len() + ids.len()) {
            break "context";
        }
        decoding = decoding.write(subject, Some(id), run())?.ok_or_eyre(cancelled)?;
        decoding.forget();
    };
    let written = steps > 0 || args.steps.is_some() || !subject.writes_target();
    let mut target = first.target.clone();
    if subject.writes_target() {
        target.extend(subject.written_views(&ids));
    }
    let (output, stopped) = (written.then(|| subject.written(&ids)), written.then_some(stopped));
    Ok(Outcome { tokens, target, output, stopped, predictions, notes: Vec::new() })
}

/// What was expected at the places of a given target; that of its last token is where writing begins.
fn given(pass: &Pass, args: &Args) -> Vec<Prediction> {
    let next = |position: usize| pass.target.get(position + 1).map(|token| (position, token.id));
    let places = (0..pass.target.len()).filter_map(next);
    places.map(|(position, id)| predicted(pass, position, Some(id), args)).collect()
}

fn prediction(decoding: &Decoding, chosen: Option<u32>, args: &Args) -> Prediction {
    let pass = &decoding.newest().pass;
    let position = pass.output_tokens().len() - 1;
    let label = pass.output_tokens()[position].label.clone();
    let candidates = shown(candidates(&decoding.newest().logits(), &decoding.sampling, args.candidates as usize), args);
    Prediction { position, label, chosen, candidates }
}

/// What a pass predicts at a position.
fn predicted(pass: &Pass, position: usize, chosen: Option<u32>, args: &Args) -> Prediction {
    let candidates = shown(pass.candidates(position, &args.sampling(), args.candidates as usize), args);
    let label = pass.output_tokens()[position].label.clone();
    Prediction { position, label, chosen: chosen.or(candidates.first().map(|c| c.id)), candidates }
}

/// As many candidates as are wanted.
fn shown(mut candidates: Vec<Candidate>, args: &Args) -> Vec<Candidate> {
    candidates.truncate(args.candidates as usize);
    candidates
}

/// Predicts masked tokens, or all.
fn filled(subject: &Subject, prompt: &Prompt, args: &Args) -> color_eyre::Result<Outcome> {
    let pass = Pass::run(subject, prompt, Run::new(subject.pool()))?.ok_or_eyre("the run was cancelled")?;
    let masked = pass.predicted_positions();
    let predicts = pass.predicts() != Predicts::Nothing;
    let positions = if args.all && predicts { (0..pass.output_tokens().len()).collect() } else { masked.clone() };
    let predictions: Vec<Prediction> =
        positions.into_iter().map(|position| predicted(&pass, position, None, args)).collect();
    let notes = match (predicts, predictions.is_empty(), subject.mask_id()) {
        (false, _, _) => vec![format!("{} predicts no tokens: its outputs are vectors or judgements", subject.class())],
        (true, true, Some(id)) => {
            vec![format!("no token is masked; write {} in the text, or use --all", subject.written(&[id]))]
        }
        (true, true, None) => vec!["no token is masked, and no mask token is known; use --all".to_owned()],
        _ => Vec::new(),
    };
    let output = (!masked.is_empty()).then(|| put_in(subject, &pass.tokens, &predictions, &masked));
    let tokens = pass.tokens.iter().filter_map(|token| token.source.clone()).collect();
    let target = pass.target.clone();
    Ok(Outcome { tokens, target, output, stopped: None, predictions, notes })
}

/// The text with the likeliest token in each masked place.
fn put_in(subject: &Subject, tokens: &[TokenView], predictions: &[Prediction], masked: &[usize]) -> String {
    let mut ids: Vec<u32> = tokens.iter().map(|token| token.id).collect();
    for prediction in predictions.iter().filter(|prediction| masked.contains(&prediction.position)) {
        ids[prediction.position] = prediction.chosen.unwrap_or(ids[prediction.position]);
    }
    subject.tokenizer().map_or_else(|| subject.written(&ids), |tokenizer| tokenizer.decode_plain(&ids))
}

impl Outcome {
    fn json(&self, subject: &Subject) -> Value {
        let predictions: Vec<Value> = self
            .predictions
            .iter()
            .map(|prediction| {
                let candidates: Vec<Value> =
                    prediction.candidates.iter().map(|candidate| candidate_json(subject, candidate)).collect();
                json!({"position": prediction.position, "chosen": prediction.chosen, "candidates": candidates})
            })
            .collect();
        let tokens: Vec<Value> = self.tokens.iter().map(|token| token_json(subject, token)).collect();
        let mut result = json!({"model": subject.name, "class": subject.class(), "tokens": tokens});
        if !self.target.is_empty() {
            let target = self.target.iter().map(|token| view_json(subject, token));
            result["target_tokens"] = target.collect();
        }
        if let Some(output) = &self.output {
            result["output"] = json!(output);
        }
        if let Some(stopped) = self.stopped {
            result["stopped"] = json!(stopped);
        }
        result["predictions"] = json!(predictions);
        result
    }

    fn plain(&self, subject: &Subject, columns: usize) -> String {
        let labels: Vec<String> = self.tokens.iter().map(Token::label).collect();
        let mut text = format!("{} ({})\n", subject.name, subject.class());
        let _ = writeln!(text, "tokens  {}", labels.join(" "));
        if !self.target.is_empty() {
            let labels: Vec<&str> = self.target.iter().map(|token| token.label.as_str()).collect();
            let _ = writeln!(text, "target  {}", labels.join(" "));
        }
        if let Some(output) = &self.output {
            let _ = writeln!(text, "output  {}", visible(output));
        }
        if self.predictions.is_empty() {
            return text;
        }
        let heads = [("position", Align::Right), ("token", Align::Left), ("likeliest", Align::Left)];
        let numbers = [("logit", Align::Right), ("share", Align::Right), ("then", Align::Left)];
        let mut table = Table::new(&[heads.as_slice(), numbers.as_slice()].concat());
        for prediction in &self.predictions {
            let Some((first, rest)) = prediction.candidates.split_first() else { continue };
            let named = |c: &Candidate| {
                let drawn = if Some(c.id) == prediction.chosen && c.id != first.id { "*" } else { "" };
                format!("{drawn}{} {}", subject.label(c.id), share(c.probability))
            };
            let rest: Vec<String> = rest.iter().map(named).collect();
            table.row([
                prediction.position.to_string(),
                prediction.label.clone(),
                subject.label(first.id),
                number(first.logit),
                share(first.probability),
                rest.join("  "),
            ]);
        }
        text.push('\n');
        text.push_str(&table.render(columns));
        text
    }
}
