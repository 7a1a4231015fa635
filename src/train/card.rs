//! What is written beside a mini: how it was made, what it has learned, what its heads do.

use serde::{Deserialize, Serialize};

use super::evaluate::{Claim, Examination, HeadScore};
use super::step::Losses;
use super::trainer::TrainError;
use crate::world::{Split, World};

/// A head is named for a job from this weight on, and where it is this many times what chance would give.
const NAMED_FROM: (f32, f32) = (0.3, 2.0);

/// The card of a mini: `card.json`.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
pub struct Card {
    /// Which mini.
    pub id: String,
    /// The official class.
    pub class: String,
    /// How many numbers it has.
    pub parameters: u64,
    /// What decided everything.
    pub seed: u64,
    /// Steps done.
    pub steps: usize,
    /// How long they took, in seconds, and on what.
    pub seconds: f32,
    /// The machine.
    pub machine: String,
    /// The loss of the objective on documents that were never learned from, in nats.
    pub validation_loss: f32,
    /// What the loss would be if nothing but the frequency of each token were known.
    pub unigram_loss: f32,
    /// The mean of the choices that made the documents, in nats a document.
    pub entropy_per_document: f32,
    /// What was promised, and what was measured on the test documents.
    pub claims: Vec<Kept>,
    /// The heads that do a job, the best first.
    pub heads: Vec<HeadScore>,
}

/// A claim with its numbers.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize, Serialize)]
pub struct Kept {
    /// What.
    pub claim: Claim,
    /// What was promised.
    pub promised: f32,
    /// What was measured.
    pub measured: f32,
}

/// How a run went.
#[derive(Clone, Debug)]
pub struct Made {
    /// Which mini.
    pub id: String,
    /// Steps done.
    pub steps: usize,
    /// How long they took, in seconds.
    pub seconds: f32,
    /// The machine.
    pub machine: String,
    /// The losses on the validation documents.
    pub validation: Losses,
    /// What token frequencies alone would give there.
    pub unigram: f32,
}

impl Card {
    /// Examines a model and writes down what is found.
    ///
    /// # Errors
    /// Where a document cannot be read.
    pub fn of(made: Made, examination: &Examination<'_>) -> Result<Self, TrainError> {
        let mut heads = examination.heads()?;
        let recipe = examination.recipe;
        let claims = recipe.claims.iter().map(|promise| {
            let measured = examination.measure(promise.claim, &heads)?;
            Ok(Kept { claim: promise.claim, promised: promise.value, measured })
        });
        let claims = claims.collect::<Result<_, TrainError>>()?;
        heads.retain(|head| head.taught || (head.score >= NAMED_FROM.0 && head.score >= NAMED_FROM.1 * head.chance));
        heads.sort_by(|a, b| b.score.total_cmp(&a.score));
        Ok(Self {
            id: made.id,
            class: examination.learner.model.class().to_owned(),
            parameters: examination.learner.parameters.count(),
            seed: recipe.seed,
            steps: made.steps,
            seconds: made.seconds,
            machine: made.machine,
            validation_loss: made.validation.loss,
            unigram_loss: made.unigram,
            entropy_per_document: entropy(examination),
            claims,
            heads,
        })
    }
}

/// The mean over documents of the recipe's genres.
fn entropy(examination: &Examination<'_>) -> f32 {
    const DOCUMENTS: usize = 2000;
    let tasks = examination.recipe.tasks.iter();
    let mix: Vec<(&str, f64)> =
        tasks.flat_map(|task| task.genres.iter().map(|(name, share)| (name.as_str(), *share * task.share))).collect();
    let documents = World::shipped().documents(&mix, Split::Train, 11).take(DOCUMENTS);
    (documents.map(|document| document.nats).sum::<f64>() / DOCUMENTS as f64) as f32
}
