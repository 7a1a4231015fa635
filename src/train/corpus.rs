//! The batches of a run: each follows from the recipe, the seed and the step alone, so that a run can be taken up anywhere.

use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

use super::example::Example;
use super::guide::Guidance;
use super::lesson::Lesson;
use super::objective::{Material, ObjectiveError};
use super::recipe::{Recipe, Task};
use super::step::Batch;
use crate::text::Tokenizer;
use crate::world::{Document, Split, World};

/// Batches made from the world as a recipe says.
pub struct Corpus<'a> {
    /// What is made.
    pub recipe: &'a Recipe,
    /// How texts become tokens.
    pub tokenizer: &'a Tokenizer,
    /// Which documents.
    pub split: Split,
}

/// Documents of one task, one after another.
struct Supply<'a> {
    task: &'a Task,
    documents: Box<dyn Iterator<Item = Document>>,
}

/// An example, and by guide where to look in it: from each query to keys.
type Guided = (Example, Vec<Vec<(usize, Vec<usize>)>>);

/// One number from several that have nothing to do with each other.
fn mixed(parts: &[u64]) -> u64 {
    parts.iter().fold(0xcbf2_9ce4_8422_2325, |hash, part| {
        let hash = (hash ^ part).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        hash ^ (hash >> 29)
    })
}

impl<'a> Corpus<'a> {
    /// The batch of a step.
    ///
    /// # Errors
    /// Where the tokenizer does not fit the recipe's objectives.
    pub fn batch(&self, step: usize) -> Result<Batch, ObjectiveError> {
        let seed = self.recipe.seed;
        let mut draw = StdRng::seed_from_u64(mixed(&[seed, step as u64]));
        let mut supplies: Vec<Supply<'a>> = self.supplies(mixed(&[seed, step as u64, 1]));
        let length = self.recipe.phase(step).length;
        let mut batch = Batch::default();
        batch.guidance.resize(self.recipe.guides.len(), Guidance::default());
        for _ in 0..self.recipe.batch {
            let place = chosen(&supplies, &mut draw);
            let (example, looks) = self.row(&mut supplies[place], length, &mut draw)?;
            batch.examples.push(example);
            for (guidance, looks) in batch.guidance.iter_mut().zip(looks) {
                guidance.examples.push(looks);
            }
        }
        Ok(batch)
    }

    fn supplies(&self, seed: u64) -> Vec<Supply<'a>> {
        let supply = |(place, task): (usize, &'a Task)| {
            let mix: Vec<(&str, f64)> = task.genres.iter().map(|(genre, share)| (genre.as_str(), *share)).collect();
            let documents = World::shipped().documents(&mix, self.split, mixed(&[seed, place as u64]));
            Supply { task, documents: Box::new(documents) }
        };
        self.recipe.tasks.iter().enumerate().map(supply).collect()
    }

    /// One example, or several joined, of at most so many tokens; and by guide where to look in it.
    fn row(&self, supply: &mut Supply<'_>, length: usize, draw: &mut StdRng) -> Result<Guided, ObjectiveError> {
        let joins = Recipe::objective(supply.task).joins();
        let (mut row, mut looks) = self.example(supply, length, joins, draw)?;
        while joins && row.len() < length {
            let (next, more) = self.example(supply, length, joins, draw)?;
            let shift = row.len();
            row.join(next);
            for (looks, more) in looks.iter_mut().zip(more) {
                let moved = |(query, keys): (usize, Vec<usize>)| {
                    (query + shift, keys.into_iter().map(|key| key + shift).collect())
                };
                looks.extend(more.into_iter().map(moved));
            }
        }
        row.truncate(length);
        for looks in &mut looks {
            looks.retain(|(query, keys)| *query < length && keys.iter().all(|&key| key < length));
        }
        Ok((row, looks))
    }

    /// The example of the next document that fits.
    fn example(
        &self,
        supply: &mut Supply<'_>,
        length: usize,
        joins: bool,
        draw: &mut StdRng,
    ) -> Result<Guided, ObjectiveError> {
        /// Documents that are looked at before a text that is too long is taken after all and cut.
        const TRIES: usize = 1000;
        let objective = Recipe::objective(supply.task);
        let mut short = None;
        for tried in 0..TRIES {
            let Some(document) = supply.documents.next() else { break };
            let material = objective.material();
            let stranger = if material == Material::TextAndStranger { stranger(supply, draw) } else { None };
            let lesson = match material {
                Material::Task => Lesson::task(&document),
                Material::Text | Material::TextAndStranger => Some(Lesson::text(&document)),
            };
            let Some(lesson) = lesson else { continue };
            let example = match lesson.example(objective, stranger.as_deref(), self.tokenizer, draw) {
                Err(error @ ObjectiveError::Short { .. }) => {
                    short = Some(error);
                    continue;
                }
                example => example?,
            };
            if !joins && example.len() > length && tried + 1 < TRIES {
                continue;
            }
            let guides = self.recipe.guides.iter();
            let looks = guides.map(|guide| lesson.looks(guide.job, guide.stream, &example)).collect();
            return Ok((example, looks));
        }
        Err(short.unwrap_or(ObjectiveError::Short { objective: objective.id(), needed: "documents that it can use" }))
    }
}

/// The end of some other document.
fn stranger(supply: &mut Supply<'_>, draw: &mut StdRng) -> Option<String> {
    let other = supply.documents.next()?;
    let from = draw.random_range(0..other.sentences.len().max(1));
    other.sentences.get(from).map(|sentence| other.text[sentence.start..].to_owned())
}

/// A task drawn by its share.
fn chosen(supplies: &[Supply<'_>], draw: &mut StdRng) -> usize {
    let total: f64 = supplies.iter().map(|supply| supply.task.share).sum();
    let mut left = draw.random::<f64>() * total;
    let place = supplies.iter().position(|supply| {
        left -= supply.task.share;
        left < 0.0
    });
    place.unwrap_or(supplies.len() - 1)
}

/// The loss that the frequency of each token alone would give on some targets: for each −ln of its share among the
/// targets of so many batches, averaged.
///
/// # Errors
/// As [`Corpus::batch`].
pub fn unigram_loss(corpus: &Corpus<'_>, batches: usize, targets: &[u32]) -> Result<f32, ObjectiveError> {
    let mut counts: std::collections::HashMap<u32, f64> = std::collections::HashMap::new();
    let mut all = 0.0;
    for step in 0..batches {
        for token in corpus.batch(step)?.examples.iter().flat_map(Example::token_targets) {
            *counts.entry(token).or_default() += 1.0;
            all += 1.0;
        }
    }
    // One more of each token, so that none that never came is impossible.
    let unseen = corpus.tokenizer.vocab_size() as f64;
    let surprise = |token: &u32| -((counts.get(token).copied().unwrap_or(0.0) + 1.0) / (all + unseen)).ln();
    Ok((targets.iter().map(surprise).sum::<f64>() / targets.len().max(1) as f64) as f32)
}
