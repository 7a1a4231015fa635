//! An objective tried on the user's own text: what the model would be given, what it should say, what it says.

use rand::SeedableRng;
use rand::rngs::StdRng;

use super::{ExploreError, Prompt, Subject};
use crate::models::Predicts;
use crate::text::{Special, Tokenizer};
use crate::train::objective::{Material, Objective, Source, check, fitting, sentence_starts};
use crate::train::{Batch, Corpus, Example, Learner, Output, Term, unigram_loss};
use crate::world::{Split, World};

/// A token of an exercise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    /// Its number.
    pub id: u32,
    /// As it is shown.
    pub text: String,
}

/// A term of the objective with its loss.
#[derive(Clone, Debug, PartialEq)]
pub struct TermLoss {
    /// What it is called.
    pub name: &'static str,
    /// What it is multiplied by in the sum.
    pub weight: f32,
    /// The mean over the places that count, in nats.
    pub loss: f32,
    /// The class that it should have found, where it judges the example as a whole.
    pub class: Option<u32>,
}

/// What became of a token that the model reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It stands there as it was written, and does not count.
    Plain,
    /// The mask token or a sentinel stands in its place.
    Hidden,
    /// Another token, chosen at random, stands in its place.
    Replaced,
    /// It was chosen and stands there all the same.
    Kept,
}

/// One example of an objective, and what the model makes of it.
pub struct Exercise {
    /// Which objective.
    pub objective: &'static dyn Objective,
    /// What the model reads.
    pub input: Vec<Written>,
    /// What it should say at each place; `None` where the loss does not count. Along the input, or along the target of a
    /// model that writes one.
    pub targets: Vec<Option<Written>>,
    /// What became of each token of the input.
    pub fates: Vec<Fate>,
    /// What the decoder reads while it says the targets, where the model writes one.
    pub given: Vec<Written>,
    /// The terms.
    pub terms: Vec<TermLoss>,
    /// Their weighted sum.
    pub loss: f32,
}

impl Subject {
    /// The objective that this model is trained by on such a prompt: of those that fit, the last that the prompt has
    /// enough text for.
    ///
    /// # Errors
    /// Where it predicts nothing.
    pub fn objective(&self, prompt: &Prompt) -> Result<&'static dyn Objective, ExploreError> {
        let serves = |objective: &&'static dyn Objective| match objective.material() {
            Material::Text => true,
            Material::TextAndStranger => prompt.pair.is_some() || !sentence_starts(&prompt.text).is_empty(),
            Material::Task => prompt.target.is_some(),
        };
        fitting(self.model()).filter(serves).last().ok_or_else(|| {
            let class = self.class();
            ExploreError::Prompt(format!("{class} predicts nothing, so there is nothing to train it by"))
        })
    }

    /// All objectives that fit this model, in the order of the list.
    pub fn objectives(&self) -> Vec<&'static dyn Objective> {
        fitting(self.model()).collect()
    }

    /// An objective on the user's text; the same seed corrupts it the same way.
    ///
    /// # Errors
    /// Where there is no tokenizer, or the text cannot serve.
    pub fn exercise(
        &self,
        objective: &'static dyn Objective,
        prompt: &Prompt,
        seed: u64,
    ) -> Result<Exercise, ExploreError> {
        let tokenizer = self.tokenizer().ok_or_else(|| {
            ExploreError::Prompt("there is no tokenizer beside this checkpoint, which objectives need".to_owned())
        })?;
        check(objective, self.model())?;
        let mut draw = StdRng::seed_from_u64(seed);
        let stranger =
            self.as_mini().and_then(|_| World::shipped().documents(&[("story", 1.0)], Split::Test, seed).next());
        let source = Source {
            text: &prompt.text,
            pair: prompt.target.as_deref().or(prompt.pair.as_deref()),
            pair_at: 0,
            stranger: stranger.as_ref().map(|document| document.text.as_str()),
        };
        let example = objective.example(source, tokenizer, &mut draw)?;
        let batch = Batch { examples: vec![example], guidance: Vec::new() };
        let learner = Learner { model: self.model(), parameters: self.parameters(), pool: self.pool() };
        let losses = learner.losses(&batch)?;
        let example = &batch.examples[0];
        let terms = example.terms.iter().zip(&losses.terms);
        let class = |term: &Term| match term.output {
            Output::Tokens => None,
            Output::Whole => term.targets.first().copied().flatten(),
        };
        let loss =
            |(term, &loss): (&Term, &f32)| TermLoss { name: term.name, weight: term.weight, loss, class: class(term) };
        let terms = terms.map(loss).collect();
        let (input, targets) = (read(example, "input_ids", tokenizer), targets(example, tokenizer));
        let given = read(example, "decoder_input_ids", tokenizer);
        let fates = fates(&input, &targets, !given.is_empty(), self.predicts().0, tokenizer);
        Ok(Exercise { objective, input, targets, fates, given, terms, loss: losses.loss })
    }
}

/// Batches that tell how frequent each token is: enough for a number with two digits, in a few milliseconds.
const UNIGRAM_BATCHES: usize = 8;

impl Subject {
    /// The loss that the frequency of each token alone would give in the places that count; known of minis, since only
    /// their texts are.
    pub fn unigram_loss(&self, exercise: &Exercise) -> Option<f32> {
        let (recipe, tokenizer) = (self.recipe()?, self.tokenizer()?);
        let corpus = Corpus { recipe: &recipe, tokenizer, split: Split::Train };
        let targets: Vec<u32> = exercise.targets.iter().flatten().map(|token| token.id).collect();
        unigram_loss(&corpus, UNIGRAM_BATCHES, &targets).ok()
    }
}

fn written(id: u32, tokenizer: &Tokenizer) -> Written {
    Written { id, text: tokenizer.label(id).unwrap_or_else(|| id.to_string()) }
}

fn read(example: &Example, argument: &str, tokenizer: &Tokenizer) -> Vec<Written> {
    let row = example.rows.iter().find(|row| row.argument == argument);
    let ids = row.map_or(&[][..], |row| row.values.as_slice());
    ids.iter().map(|&id| written(id as u32, tokenizer)).collect()
}

fn fates(
    input: &[Written],
    targets: &[Option<Written>],
    decodes: bool,
    predicts: Predicts,
    tokenizer: &Tokenizer,
) -> Vec<Fate> {
    let mask = tokenizer.special(Special::Mask);
    let fate = |(place, token): (usize, &Written)| match (predicts, targets.get(place).and_then(Option::as_ref)) {
        // What stands for a span was put in by the objective; the targets are along another sequence.
        _ if decodes && is_sentinel(token, tokenizer) => Fate::Hidden,
        (Predicts::Masked, Some(_)) if Some(token.id) == mask => Fate::Hidden,
        (Predicts::Masked, Some(target)) if target.id == token.id => Fate::Kept,
        (Predicts::Masked, Some(_)) => Fate::Replaced,
        _ => Fate::Plain,
    };
    input.iter().enumerate().map(fate).collect()
}

/// Whether a token stands for a span.
fn is_sentinel(token: &Written, tokenizer: &Tokenizer) -> bool {
    tokenizer.piece(token.id).is_some_and(|piece| piece.starts_with("<extra_id_"))
}

fn targets(example: &Example, tokenizer: &Tokenizer) -> Vec<Option<Written>> {
    let term = example.terms.iter().find(|term| term.output == Output::Tokens);
    let targets = term.map_or(&[][..], |term| term.targets.as_slice());
    targets.iter().map(|target| target.map(|id| written(id, tokenizer))).collect()
}
