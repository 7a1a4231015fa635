//! A run: step after step, saved and taken up again.

use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use half::f16;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use thiserror::Error;

use super::adamw::{AdamW, Moments};
use super::card::{Card, Made};
use super::corpus::{Corpus, unigram_loss};
use super::evaluate::Examination;
use super::objective::ObjectiveError;
use super::recipe::{Recipe, RecipeError};
use super::step::{Batch, Learner, LossError, Losses};
use crate::checkpoint::{CheckpointError, TensorFile, write_half_tensors, write_tensors};
use crate::models::{self, InputError, Loaded, ModelError};
use crate::tape::{ParameterId, Parameters};
use crate::tensor::{Pool, Tensor};
use crate::text::{TextError, Tokenizer};
use crate::world::Split;

/// Why a run cannot start or go on.
#[derive(Debug, Error)]
pub enum TrainError {
    /// The configuration.
    #[error(transparent)]
    Model(#[from] ModelError),
    /// The tokenizer.
    #[error(transparent)]
    Text(#[from] TextError),
    /// The recipe.
    #[error(transparent)]
    Recipe(#[from] RecipeError),
    /// An example.
    #[error(transparent)]
    Objective(#[from] ObjectiveError),
    /// A batch.
    #[error(transparent)]
    Input(#[from] InputError),
    /// The loss of a batch.
    #[error(transparent)]
    Loss(#[from] LossError),
    /// What was saved, or is to be.
    #[error(transparent)]
    Checkpoint(#[from] CheckpointError),
    /// A file of the run.
    #[error("{path}: {problem}")]
    File {
        /// Where.
        path: String,
        /// What is wrong.
        problem: String,
    },
    /// The numbers are no numbers any more.
    #[error("the loss is no number any more after step {step}. Try a lower learning rate")]
    Diverged {
        /// When.
        step: usize,
    },
}

/// What a run starts from: the texts of its files.
#[derive(Clone, Copy, Debug)]
pub struct Materials<'a> {
    /// Which mini.
    pub id: &'a str,
    /// `config.json`.
    pub config: &'a str,
    /// `tokenizer.json`.
    pub tokenizer: &'a str,
    /// `recipe.yaml`.
    pub recipe: &'a str,
}

/// What is noted beside saved values.
#[derive(Debug, PartialEq, Deserialize, Serialize)]
struct Progress {
    step: usize,
    seconds: f32,
    recipe: Recipe,
}

/// A run at some step.
pub struct Trainer {
    recipe: Recipe,
    loaded: Loaded,
    parameters: Arc<Parameters>,
    tokenizer: Tokenizer,
    rule: AdamW,
    pool: Arc<Pool>,
    step: usize,
    /// How long the steps took.
    seconds: f32,
    validation: Batch,
}

/// Documents that each number of a card rests on.
pub const EXAMINED: usize = 200;
/// Batches that tell how frequent each token is.
const UNIGRAM_BATCHES: usize = 64;
/// Names of the files of a run.
const STATE: &str = "training.safetensors";
const PROGRESS: &str = "training.json";

impl Trainer {
    /// A run at its first step. `adjust` may change the recipe (steps, seed) before anything follows from it.
    ///
    /// # Errors
    /// Where a file is not what it should be.
    pub fn new(materials: &Materials<'_>, adjust: impl FnOnce(&mut Recipe)) -> Result<Self, TrainError> {
        let config: Map<String, Value> = serde_json::from_str(materials.config).map_err(|source| TrainError::File {
            path: format!("{}/config.json", materials.id),
            problem: source.to_string(),
        })?;
        let tokenizer = Tokenizer::from_json(format!("{}/tokenizer.json", materials.id), materials.tokenizer)?;
        let shapes = models::shapes(&config)?;
        let mut recipe = Recipe::parse(&format!("{}/recipe.yaml", materials.id), materials.recipe, &shapes)?;
        adjust(&mut recipe);
        let loaded = models::random(&config, recipe.seed)?;
        let mut parameters = Parameters::clone(&loaded.parameters);
        recipe.start.apply(&mut parameters);
        let rule = AdamW::new(recipe.optimiser, parameters.len());
        let validation = validation(&recipe, &tokenizer)?;
        let parameters = Arc::new(parameters);
        Ok(Self {
            recipe,
            loaded,
            parameters,
            tokenizer,
            rule,
            pool: Arc::default(),
            step: 0,
            seconds: 0.0,
            validation,
        })
    }

    /// What is followed.
    pub fn recipe(&self) -> &Recipe {
        &self.recipe
    }

    /// The model, without the learned values.
    pub fn model(&self) -> &dyn models::Model {
        &*self.loaded.model
    }

    /// The values as they are now.
    pub fn parameters(&self) -> &Arc<Parameters> {
        &self.parameters
    }

    /// How texts become tokens.
    pub fn tokenizer(&self) -> &Tokenizer {
        &self.tokenizer
    }

    /// Steps done.
    pub fn steps_done(&self) -> usize {
        self.step
    }

    /// Whether all steps are done.
    pub fn is_done(&self) -> bool {
        self.step >= self.recipe.steps
    }

    fn corpus(&self) -> Corpus<'_> {
        Corpus { recipe: &self.recipe, tokenizer: &self.tokenizer, split: Split::Train }
    }

    fn learner(&self) -> Learner<'_> {
        Learner { model: &*self.loaded.model, parameters: &self.parameters, pool: &self.pool }
    }

    /// One step. The losses are those before it; the tokens are those that the model read.
    ///
    /// # Errors
    /// Where a batch cannot be made, or the loss is no number.
    pub fn advance(&mut self) -> Result<(Losses, usize), TrainError> {
        let start = Instant::now();
        let batch = self.corpus().batch(self.step)?;
        let weight = |guide: &super::Guide| guide.weight_at(self.step, self.recipe.steps);
        let guides: Vec<_> = self.recipe.guides.iter().map(|guide| (guide, weight(guide))).collect();
        let (losses, mut gradients) = self.learner().gradients(&batch, &guides)?;
        if !losses.loss.is_finite() {
            return Err(TrainError::Diverged { step: self.step });
        }
        gradients.retain(|(id, _)| self.trains(*id));
        let rate = self.recipe.schedule.rate(self.step, self.recipe.steps);
        self.rule.step(Arc::make_mut(&mut self.parameters), &mut gradients, rate, &self.pool);
        self.step += 1;
        self.seconds += start.elapsed().as_secs_f32();
        Ok((losses, batch.examples.iter().map(super::Example::len).sum()))
    }

    /// Whether the phase trains a parameter.
    fn trains(&self, id: ParameterId) -> bool {
        let name = &self.parameters.entry(id).name;
        let phase = self.recipe.phase(self.step);
        phase.trainable.as_ref().is_none_or(|names| names.iter().any(|prefix| name.starts_with(prefix)))
    }

    /// The losses on documents that are never learned from.
    ///
    /// # Errors
    /// Where the model does not take them.
    pub fn validate(&self) -> Result<Losses, TrainError> {
        Ok(self.learner().losses(&self.validation)?)
    }

    /// The card of what was learned so far, with the weights rounded as they are saved.
    ///
    /// # Errors
    /// Where a document cannot be read.
    pub fn card(&self, id: &str, machine: &str) -> Result<Card, TrainError> {
        let rounded = Arc::new(rounded(&self.parameters));
        let learner = Learner { parameters: &rounded, ..self.learner() };
        let targets: Vec<u32> = self.validation.examples.iter().flat_map(super::Example::token_targets).collect();
        let made = Made {
            id: id.to_owned(),
            steps: self.step,
            seconds: self.seconds,
            machine: machine.to_owned(),
            validation: learner.losses(&self.validation)?,
            unigram: unigram_loss(&self.corpus(), UNIGRAM_BATCHES, &targets)?,
        };
        let (tokenizer, recipe) = (&self.tokenizer, &self.recipe);
        Card::of(made, &Examination { learner, tokenizer, recipe, split: Split::Test, documents: EXAMINED })
    }

    /// Saves everything that the run goes on from into a directory that is there, and the model as it is now as a
    /// checkpoint in half precision.
    ///
    /// # Errors
    /// Where a file cannot be written.
    pub fn save(&self, dir: &Path, materials: &Materials<'_>) -> Result<(), TrainError> {
        let text = |name: &str, content: &str| write_text(&dir.join(name), content);
        text("config.json", materials.config)?;
        text("tokenizer.json", materials.tokenizer)?;
        let values: Vec<_> = self
            .parameters
            .iter()
            .map(|(id, entry)| (entry.name.clone(), entry.axes.shape().to_vec(), self.parameters.value(id).to_vec()))
            .collect();
        let plain: Vec<_> = values.iter().map(|(name, shape, data)| (name, shape, data.as_slice())).collect();
        write_half_tensors(dir.join("model.safetensors"), &plain)?;
        let mut state: Vec<(String, Vec<usize>, &[f32])> = Vec::new();
        for ((name, shape, data), moments) in values.iter().zip(self.rule.moments()) {
            state.push((format!("value.{name}"), shape.clone(), data));
            for (kind, moment) in [("first", &moments.first), ("second", &moments.second)] {
                state.push((format!("{kind}.{name}"), vec![moment.len()], moment));
            }
        }
        write_tensors(dir.join(STATE), &state)?;
        let progress = Progress { step: self.step, seconds: self.seconds, recipe: self.recipe.clone() };
        let progress = serde_json::to_string_pretty(&progress).map_err(|error| wrong(&dir.join(PROGRESS), &error))?;
        text(PROGRESS, &progress)
    }

    /// Goes on from what was saved, where it was saved for the same recipe. `false` where nothing was saved.
    ///
    /// # Errors
    /// Where what was saved belongs to another recipe or cannot be read.
    pub fn resume(&mut self, dir: &Path) -> Result<bool, TrainError> {
        let path = dir.join(PROGRESS);
        let text = match std::fs::read_to_string(&path) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(false),
            text => text.map_err(|error| wrong(&path, &error))?,
        };
        let progress: Progress = serde_json::from_str(&text).map_err(|error| wrong(&path, &error))?;
        if progress.recipe != self.recipe {
            let problem = "it was saved for another recipe, seed or number of steps. Give another --out, or remove it";
            return Err(TrainError::File { path: path.display().to_string(), problem: problem.to_owned() });
        }
        let file = TensorFile::open(dir.join(STATE))?;
        let numbers = |name: String| -> Result<Vec<f32>, TrainError> {
            let missing = || wrong(&dir.join(STATE), &format!("the tensor {name} is missing"));
            Ok(file.tensor(&name).ok_or_else(missing)?.to_f32()?)
        };
        let parameters = Arc::make_mut(&mut self.parameters);
        let ids: Vec<_> = parameters.iter().map(|(id, entry)| (id, entry.name.clone(), entry.axes.shape())).collect();
        let mut moments = Vec::with_capacity(ids.len());
        for (id, name, shape) in ids {
            let values = numbers(format!("value.{name}"))?;
            if values.len() != shape.iter().product::<usize>() {
                return Err(wrong(&dir.join(STATE), &format!("the tensor value.{name} has another shape")));
            }
            parameters.set(id, Tensor::new(values, &shape));
            moments
                .push(Moments { first: numbers(format!("first.{name}"))?, second: numbers(format!("second.{name}"))? });
        }
        self.rule = AdamW::resumed(self.recipe.optimiser, moments, progress.step);
        self.step = progress.step;
        self.seconds = progress.seconds;
        Ok(true)
    }
}

/// The values as half precision holds them.
fn rounded(parameters: &Parameters) -> Parameters {
    let mut rounded = parameters.clone();
    for (id, entry) in parameters.iter() {
        let values = parameters.value(id).to_vec().into_iter().map(|x| f16::from_f32(x).to_f32()).collect();
        rounded.set(id, Tensor::new(values, &entry.axes.shape()));
    }
    rounded
}

/// The documents that are watched while learning, as examples of the last phase.
fn validation(recipe: &Recipe, tokenizer: &Tokenizer) -> Result<Batch, TrainError> {
    let recipe = Recipe { seed: 1, batch: 64, guides: Vec::new(), ..recipe.clone() };
    let corpus = Corpus { recipe: &recipe, tokenizer, split: Split::Validation };
    Ok(corpus.batch(recipe.steps - 1)?)
}

fn write_text(path: &Path, text: &str) -> Result<(), TrainError> {
    std::fs::write(path, text).map_err(|error| wrong(path, &error))
}

fn wrong(path: &Path, problem: &dyn std::fmt::Display) -> TrainError {
    TrainError::File { path: path.display().to_string(), problem: problem.to_string() }
}
