//! `headscope train`: makes a mini from its recipe, or makes it anew.

use std::io::IsTerminal;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use color_eyre::eyre::{WrapErr, bail, eyre};
use indicatif::{ProgressBar, ProgressStyle};
use serde_json::json;

use super::output;
use crate::minis::{self, Mini};
use crate::train::{Card, Materials, Promise, Trainer};

/// The arguments.
#[derive(clap::Args)]
pub struct Args {
    /// Which mini.
    id: String,
    /// Steps in all, instead of those of the recipe.
    #[arg(long, value_parser = clap::value_parser!(u64).range(1..))]
    steps: Option<u64>,
    /// The seed, instead of that of the recipe.
    #[arg(long)]
    seed: Option<u64>,
    /// The directory for the checkpoint; one that holds an unfinished run is taken up where it ended.
    #[arg(long)]
    out: Option<PathBuf>,
    /// Print a line of JSON for each report.
    #[arg(long)]
    json: bool,
}

/// Steps between two reports.
const EVERY: usize = 50;
/// Steps between two times that the run is saved.
const SAVED_EVERY: usize = 500;
/// The exit status of a run that Ctrl-C ended.
const INTERRUPTED: u8 = 130;

/// Trains until the steps are done or Ctrl-C asks to stop; either way everything is saved.
///
/// # Errors
/// Where there is no such mini, or a file of the run cannot be read or written.
pub fn run(args: &Args) -> color_eyre::Result<ExitCode> {
    let mini = minis::find(&args.id).ok_or_else(|| unknown(&args.id))?;
    let materials = materials(&mini)?;
    let out = args.out.clone().unwrap_or_else(|| PathBuf::from(format!("{}-mini", mini.id)));
    std::fs::create_dir_all(&out).wrap_err_with(|| format!("the directory {} cannot be made", out.display()))?;
    let mut trainer = Trainer::new(&materials, |recipe| {
        recipe.steps = args.steps.map_or(recipe.steps, |steps| steps as usize);
        recipe.seed = args.seed.unwrap_or(recipe.seed);
    })?;
    if trainer.resume(&out)? {
        eprintln!("goes on after step {} of {}, from {}", trainer.steps_done(), trainer.recipe().steps, out.display());
    }
    let stop = Arc::new(AtomicBool::new(false));
    watch(&stop)?;
    let mut reports = Reports::new(args.json, &trainer);
    while !trainer.is_done() && !stop.load(Ordering::Relaxed) {
        let (losses, tokens) = trainer.advance()?;
        reports.step(&trainer, losses.loss, tokens)?;
        if trainer.steps_done().is_multiple_of(SAVED_EVERY) {
            trainer.save(&out, &materials)?;
        }
    }
    reports.end();
    trainer.save(&out, &materials)?;
    if trainer.is_done() {
        let card = trainer.card(mini.id, &machine())?;
        let text = serde_json::to_string_pretty(&card)?;
        std::fs::write(out.join("card.json"), text + "\n").wrap_err("the card cannot be written")?;
        tell(&card);
        eprintln!("{} steps done: {}", trainer.steps_done(), opened(&out));
        return Ok(ExitCode::SUCCESS);
    }
    eprintln!("stopped and saved after step {}: the same command goes on from there", trainer.steps_done());
    Ok(ExitCode::from(INTERRUPTED))
}

/// What this machine's processor is called, and how many threads it runs.
fn machine() -> String {
    let threads = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let info = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let line = info.lines().find_map(|line| line.strip_prefix("model name"));
    let name = line.map_or("an unknown processor", |line| line.trim_start_matches(['\t', ' ', ':']));
    format!("{name}, {threads} threads")
}

/// The claims, one a line.
fn tell(card: &Card) {
    eprintln!("validation loss {:.3} (unigrams alone {:.3})", card.validation_loss, card.unigram_loss);
    for kept in &card.claims {
        let claim = serde_json::to_value(kept.claim).unwrap_or_default();
        let holds =
            if (Promise { claim: kept.claim, value: kept.promised }).kept(kept.measured) { "kept" } else { "BROKEN" };
        eprintln!("{} {:.3}, promised {} : {holds}", claim.as_str().unwrap_or_default(), kept.measured, kept.promised);
    }
}

fn opened(out: &Path) -> String {
    format!("headscope open {}", out.display())
}

fn unknown(id: &str) -> color_eyre::Report {
    let known: Vec<&str> = minis::all().filter(|mini| mini.text("recipe.yaml").is_some()).map(|mini| mini.id).collect();
    eyre!("there is no recipe for {id:?}. Those that can be trained: {}", known.join(", "))
}

/// The texts that a run starts from.
fn materials(mini: &Mini) -> color_eyre::Result<Materials<'static>> {
    let text = |name: &str| mini.text(name).ok_or_else(|| eyre!("assets/models/{} has no {name}", mini.id));
    if mini.text("recipe.yaml").is_none() {
        bail!(unknown(mini.id));
    }
    Ok(Materials {
        id: mini.id,
        config: text("config.json")?,
        tokenizer: text("tokenizer.json")?,
        recipe: text("recipe.yaml")?,
    })
}

/// Raises the flag at the first Ctrl-C or request to end; a second one ends at once.
fn watch(stop: &Arc<AtomicBool>) -> color_eyre::Result<()> {
    #[cfg(unix)]
    for signal in [signal_hook::consts::SIGINT, signal_hook::consts::SIGTERM] {
        signal_hook::flag::register_conditional_shutdown(signal, INTERRUPTED.into(), Arc::clone(stop))?;
        signal_hook::flag::register(signal, Arc::clone(stop))?;
    }
    Ok(())
}

/// What is told while a run goes on: a bar on a terminal, lines elsewhere.
struct Reports {
    json: bool,
    bar: ProgressBar,
    terminal: bool,
    since: Instant,
    tokens: usize,
    loss: f32,
    steps: usize,
}

impl Reports {
    fn new(json: bool, trainer: &Trainer) -> Self {
        let terminal = std::io::stderr().is_terminal() && !json;
        let bar = if terminal { ProgressBar::new(trainer.recipe().steps as u64) } else { ProgressBar::hidden() };
        let style = ProgressStyle::with_template("{bar:24} {pos}/{len}  {msg}  {eta} left");
        bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
        bar.set_position(trainer.steps_done() as u64);
        bar.reset_eta();
        Self { json, bar, terminal, since: Instant::now(), tokens: 0, loss: 0.0, steps: 0 }
    }

    fn step(&mut self, trainer: &Trainer, loss: f32, tokens: usize) -> color_eyre::Result<()> {
        self.tokens += tokens;
        self.loss += loss;
        self.steps += 1;
        let done = trainer.steps_done();
        self.bar.set_position(done as u64);
        if !done.is_multiple_of(EVERY) && !trainer.is_done() {
            return Ok(());
        }
        let rate = self.tokens as f64 / self.since.elapsed().as_secs_f64();
        let loss = self.loss / self.steps as f32;
        let validation = trainer.validate()?.loss;
        let line = format!("loss {loss:.3}  validation {validation:.3}  {rate:.0} tokens/s");
        if self.json {
            output::print_json(&json!({
                "step": done, "loss": loss, "validation_loss": validation, "tokens_per_second": rate.round(),
            }))?;
        } else if self.terminal {
            self.bar.set_message(line);
        } else {
            eprintln!("step {done} of {}  {line}", trainer.recipe().steps);
        }
        (self.since, self.tokens, self.loss, self.steps) = (Instant::now(), 0, 0.0, 0);
        Ok(())
    }

    fn end(&self) {
        self.bar.abandon();
    }
}
