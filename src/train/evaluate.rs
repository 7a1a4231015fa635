//! What a model has learned, on documents that it never learned from: losses, claims, and what its heads do.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::example::{Example, Origins, Output, collate};
use super::guide::{Attention, Job};
use super::lesson::Lesson;
use super::objective::ObjectiveError;
use super::recipe::Recipe;
use super::step::{Batch, Learner};
use super::trainer::TrainError;
use crate::models::Predicts;
use crate::tape::{Keep, Record, Run, Stream};
use crate::text::{Special, Tokenizer};
use crate::world::{Document, Mark, Split, World};

/// What can be measured of a mini.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Claim {
    /// The weight on the tokens that followed earlier copies, of the best head that was not taught to look there.
    Induction,
    /// The share of the random names of a list written again that are continued right.
    NamesContinued,
    /// How far the loss is above the entropy of what makes the texts, in nats a token.
    AboveEntropy,
    /// The share of a story's things, mentioned before and hidden, that are found.
    MaskedObject,
    /// The share of the hidden pronouns that are found, of those that follow from who is meant.
    MaskedPronoun,
    /// The weight from pronouns and later mentions on the others, of the best head.
    Coreference,
    /// The share of the sentences that are translated to the letter.
    Translated,
    /// The weight from a word that is written on the word that it translates, of the best head.
    Alignment,
}

/// A claim, and what was promised of it.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Promise {
    /// What.
    pub claim: Claim,
    /// At least so much; of the loss, at most.
    pub value: f32,
}

impl Promise {
    /// Whether a measured number keeps it.
    pub fn kept(self, measured: f32) -> bool {
        if self.claim == Claim::AboveEntropy { measured <= self.value } else { measured >= self.value }
    }
}

/// How well a head does a job.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
pub struct HeadScore {
    /// Which attention.
    pub stream: Attention,
    /// Which layer.
    pub layer: usize,
    /// Which head.
    pub head: usize,
    /// Which job.
    pub job: Job,
    /// The weight on where the job says to look: the mean over the queries that have such a place.
    pub score: f32,
    /// What a head that looks everywhere alike would have.
    pub chance: f32,
    /// Whether an auxiliary loss aimed at it.
    pub taught: bool,
}

/// A model that is examined.
#[derive(Clone, Copy)]
pub struct Examination<'a> {
    /// The model, its values, buffers.
    pub learner: Learner<'a>,
    /// How texts become tokens.
    pub tokenizer: &'a Tokenizer,
    /// What it was made by.
    pub recipe: &'a Recipe,
    /// Which documents; never those that it learned from.
    pub split: Split,
    /// How many documents each number rests on.
    pub documents: usize,
}

/// Weight and chance summed over queries.
#[derive(Clone, Copy, Default)]
struct Tally {
    weight: f64,
    chance: f64,
    queries: usize,
}

impl Examination<'_> {
    /// Documents of some genres.
    fn documents(&self, genres: &[&str]) -> impl Iterator<Item = Document> {
        let mix: Vec<(&str, f64)> = genres.iter().map(|&genre| (genre, 1.0)).collect();
        World::shipped().documents(&mix, self.split, 7).take(self.documents)
    }

    fn predicts(&self) -> Predicts {
        self.learner.model.predicts().0
    }

    /// The genres that the recipe takes for an objective.
    fn learned(&self, genre: &str) -> bool {
        self.recipe.tasks.iter().any(|task| task.genres.iter().any(|(name, share)| name == genre && *share > 0.0))
    }

    /// A document as the model reads it, nothing hidden.
    fn plain(&self, document: &Document) -> Result<Option<(Lesson, Example)>, ObjectiveError> {
        Lesson::read_by(self.learner.model, document, self.tokenizer)
    }

    /// Whether the model reads one text and writes another.
    fn reads_source(&self) -> bool {
        self.learner.model.target_start().is_some()
    }

    fn fits(&self, example: &Example) -> bool {
        self.learner.model.sizes().holds(example.len())
    }

    fn record(&self, example: &Example) -> Result<Record, TrainError> {
        let graph = self.learner.model.graph(&collate(std::slice::from_ref(example)))?;
        Ok(graph.run(self.learner.parameters, &Keep::Outputs, Run::new(self.learner.pool)).expect("nobody cancels"))
    }

    /// The token that each position finds most probable.
    fn best(&self, record: &Record) -> Vec<u32> {
        let logits = record.output(self.learner.model.predicts().1).expect("a class that predicts");
        let columns = logits.shape().last().copied().unwrap_or(1).max(1);
        let best = |row: &[f32]| (0..columns).max_by(|&a, &b| row[a].total_cmp(&row[b])).unwrap_or(0) as u32;
        logits.to_vec().chunks_exact(columns).map(best).collect()
    }

    /// What a claim comes to.
    ///
    /// # Errors
    /// Where a document cannot be read.
    pub fn measure(&self, claim: Claim, heads: &[HeadScore]) -> Result<f32, TrainError> {
        let strongest = |job: Job, emergent: bool| {
            let of = heads.iter().filter(|head| head.job == job && !(emergent && head.taught));
            of.map(|head| head.score).fold(0.0, f32::max)
        };
        match claim {
            Claim::Induction => Ok(strongest(Job::Induction, true)),
            Claim::Coreference => Ok(strongest(Job::Coreference, false)),
            Claim::Alignment => Ok(strongest(Job::Alignment, false)),
            Claim::AboveEntropy => self.above_entropy(),
            Claim::NamesContinued => self.names_continued(),
            Claim::MaskedObject => self.found(Mark::Object),
            Claim::MaskedPronoun => self.found(Mark::Pronoun),
            Claim::Translated => self.translated(),
        }
    }

    /// The loss of whole documents behind an end-of-text token, less the entropy of what makes them, a token.
    fn above_entropy(&self) -> Result<f32, TrainError> {
        let end = self.tokenizer.special(Special::Eos);
        let task = &self.recipe.tasks[0];
        let mix: Vec<(&str, f64)> = task.genres.iter().map(|(genre, share)| (genre.as_str(), *share)).collect();
        let (mut nats, mut entropy, mut tokens) = (0.0f64, 0.0f64, 0usize);
        for document in World::shipped().documents(&mix, self.split, 7).take(self.documents) {
            let Some((_, example)) = self.plain(&document)? else { continue };
            let Some(end) = end else { continue };
            let start = Example {
                rows: vec![super::Row::ids("input_ids", &[end], end)],
                terms: vec![super::Term { name: "start", weight: 1.0, output: Output::Tokens, targets: vec![None] }],
                origins: vec![Origins { stream: Stream::DECODER, ranges: std::iter::once(0..0).collect() }],
            };
            let mut whole = start;
            whole.join(example);
            if !self.fits(&whole) {
                continue;
            }
            let losses = self.learner.losses(&Batch { examples: vec![whole], guidance: Vec::new() })?;
            nats += f64::from(losses.terms[0]) * losses.counted as f64;
            entropy += document.nats;
            tokens += losses.counted;
        }
        Ok(((nats - entropy) / tokens.max(1) as f64) as f32)
    }

    /// The share of the names in later copies of a list all of whose tokens are the most probable ones.
    fn names_continued(&self) -> Result<f32, TrainError> {
        let (mut right, mut all) = (0usize, 0usize);
        for document in self.documents(&["names"]) {
            let Some((_, example)) = self.plain(&document)? else { continue };
            if !self.fits(&example) {
                continue;
            }
            let best = self.best(&self.record(&example)?);
            let ids = &example.rows[0].values;
            let origins = &example.origins[0];
            for range in document.marked(Mark::Repeated) {
                for word in words(&document.text, range) {
                    let places: Vec<usize> = origins.within(&word).collect();
                    right += usize::from(places.iter().all(|&at| at > 0 && i64::from(best[at - 1]) == ids[at]));
                    all += 1;
                }
            }
        }
        Ok(right as f32 / all.max(1) as f32)
    }

    /// The share of the marked words of stories that are found where they are hidden.
    fn found(&self, mark: Mark) -> Result<f32, TrainError> {
        let Some(mask) = self.tokenizer.special(Special::Mask) else { return Ok(0.0) };
        let (mut right, mut all) = (0usize, 0usize);
        for document in self.documents(&["story"]) {
            let Some((_, example)) = self.plain(&document)? else { continue };
            if !self.fits(&example) {
                continue;
            }
            for range in document.marked(mark) {
                let places: Vec<usize> = example.origins[0].within(range).collect();
                let mut hidden = example.clone();
                for &at in &places {
                    hidden.rows[0].values[at] = i64::from(mask);
                }
                let best = self.best(&self.record(&hidden)?);
                right += usize::from(places.iter().all(|&at| i64::from(best[at]) == example.rows[0].values[at]));
                all += 1;
            }
        }
        Ok(right as f32 / all.max(1) as f32)
    }

    /// The share of the sentences that are translated to the letter. What is written greedily is right in every token
    /// exactly where each right beginning is continued right, which one pass tells.
    fn translated(&self) -> Result<f32, TrainError> {
        let (mut right, mut all) = (0usize, 0usize);
        for document in self.documents(&["parallel"]) {
            let Some((_, example)) = self.plain(&document)? else { continue };
            let best = self.best(&self.record(&example)?);
            let mut targets = example.terms[0].targets.iter().zip(&best);
            right += usize::from(targets.all(|(target, best)| target.is_none_or(|target| target == *best)));
            all += 1;
        }
        Ok(right as f32 / all.max(1) as f32)
    }

    /// How well each head does each job, on documents in which the job is there to do.
    ///
    /// # Errors
    /// Where a document cannot be read.
    pub fn heads(&self) -> Result<Vec<HeadScore>, TrainError> {
        let mut tallies: BTreeMap<(Job, Attention, usize, usize), Tally> = BTreeMap::new();
        let jobs: &[(Job, &[&str])] = &[
            (Job::Previous, &["story"]),
            (Job::Next, &["story"]),
            (Job::Coreference, &["story"]),
            (Job::Answer, &["story"]),
            (Job::Induction, &["names", "list"]),
            (Job::Alignment, &["parallel"]),
        ];
        for &(job, genres) in jobs {
            let genres: Vec<&str> = if self.reads_source() { vec!["parallel"] } else { genres.to_vec() };
            let genres: Vec<&str> = genres.into_iter().filter(|genre| self.learned(genre)).collect();
            if genres.is_empty() {
                continue;
            }
            for document in self.documents(&genres) {
                let Some((lesson, example)) = self.plain(&document)? else { continue };
                if self.fits(&example) {
                    self.tally(job, &lesson, &example, &mut tallies)?;
                }
            }
        }
        let taught = |job, stream, layer, head| {
            self.recipe.guides.iter().any(|g| (g.job, g.stream, g.layer, g.head) == (job, stream, layer, head))
        };
        let score = |((job, stream, layer, head), tally): ((Job, Attention, usize, usize), Tally)| HeadScore {
            stream,
            layer,
            head,
            job,
            score: (tally.weight / tally.queries.max(1) as f64) as f32,
            chance: (tally.chance / tally.queries.max(1) as f64) as f32,
            taught: taught(job, stream, layer, head),
        };
        Ok(tallies.into_iter().map(score).collect())
    }

    fn tally(
        &self,
        job: Job,
        lesson: &Lesson,
        example: &Example,
        tallies: &mut BTreeMap<(Job, Attention, usize, usize), Tally>,
    ) -> Result<(), TrainError> {
        let record = self.record(example)?;
        for attention in self.attentions() {
            let looks = lesson.looks(job, attention, example);
            if looks.is_empty() || (job == Job::Alignment) != (attention == Attention::Cross) {
                continue;
            }
            for layer in 0..self.learner.model.sizes().layers {
                let mut names = attention.outputs().iter().map(|output| format!("{output}.{layer}"));
                let Some(weights) = names.find_map(|name| record.output(&name)) else { continue };
                let (heads, keys) = (weights.shape()[1], weights.shape()[3]);
                for (query, wanted) in &looks {
                    let seen = if attention == Attention::Decoder { query + 1 } else { keys };
                    for head in 0..heads {
                        let tally = tallies.entry((job, attention, layer, head)).or_default();
                        let weight: f32 = wanted.iter().map(|&key| weights.at(&[0, head, *query, key])).sum();
                        tally.weight += f64::from(weight);
                        tally.chance += wanted.len() as f64 / seen as f64;
                        tally.queries += 1;
                    }
                }
            }
        }
        Ok(())
    }

    /// The attentions that the model has.
    fn attentions(&self) -> Vec<Attention> {
        match (self.reads_source(), self.predicts()) {
            (true, _) => Attention::ALL.to_vec(),
            (false, Predicts::Masked) => vec![Attention::Encoder],
            (false, _) => vec![Attention::Decoder],
        }
    }
}

/// The words of a range of a text.
fn words(text: &str, range: &std::ops::Range<usize>) -> Vec<std::ops::Range<usize>> {
    let mut words = Vec::new();
    for part in text[range.clone()].split_whitespace() {
        let start = part.as_ptr() as usize - text.as_ptr() as usize;
        words.push(start..start + part.trim_end_matches('.').len());
    }
    words
}
