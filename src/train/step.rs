//! The loss and the gradient of one batch.

use std::sync::Arc;

use rayon::prelude::*;
use thiserror::Error;

use super::example::{Example, Output, collate, targets};
use super::guide::{Guidance, Guide};
use crate::models::{InputError, Model};
use crate::tape::{Graph, Keep, Looks, ParameterId, Parameters, Run, Tape, Var, vocabulary as name};
use crate::tensor::{Pool, Tensor};

/// A batch is worked on in so many parts at a time, whatever the machine: its result is the same on any number of cores.
const PARTS: usize = 2;

/// Some examples, and where guided heads should look in them.
#[derive(Default)]
pub struct Batch {
    /// The examples.
    pub examples: Vec<Example>,
    /// One for each guide.
    pub guidance: Vec<Guidance>,
}

/// What a batch cost.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Losses {
    /// The weighted sum of the objective's terms, without what guides add.
    pub loss: f32,
    /// Each term of the objective before its weight: the mean over the places that count.
    pub terms: Vec<f32>,
    /// What each guide adds before its weight: the mean over its queries.
    pub guides: Vec<f32>,
    /// The places that counted, in all terms.
    pub counted: usize,
}

/// Why a batch has no loss.
#[derive(Debug, Error)]
pub enum LossError {
    /// The model does not take the inputs.
    #[error(transparent)]
    Input(#[from] InputError),
    /// The model has nothing that a term or a guide reads.
    #[error("{class} has no output {output}, which the loss reads")]
    Output {
        /// The class.
        class: &'static str,
        /// What is missing.
        output: String,
    },
    /// The tokenizer knows more tokens than the model.
    #[error("the token {token} should be predicted, but {class} knows {known}. The tokenizer is not this model's")]
    Token {
        /// What should be predicted.
        token: u32,
        /// The class.
        class: &'static str,
        /// How many it tells apart.
        known: usize,
    },
}

/// Gradients by parameter.
pub type ParameterGradients = Vec<(ParameterId, Vec<f32>)>;

/// What the sums of a whole batch are divided by.
struct Divisors {
    terms: Vec<f32>,
    guides: Vec<f32>,
}

impl Divisors {
    fn of(batch: &Batch) -> Self {
        let terms = batch.examples.first().map_or(0, |example| example.terms.len());
        let counted = |term: usize| -> usize {
            batch.examples.iter().map(|example| example.terms[term].targets.iter().flatten().count()).sum()
        };
        Self {
            terms: (0..terms).map(|term| counted(term).max(1) as f32).collect(),
            guides: batch.guidance.iter().map(|guidance| guidance.queries().max(1) as f32).collect(),
        }
    }
}

/// Everything that a pass over a batch needs beside the batch.
#[derive(Clone, Copy)]
pub struct Learner<'a> {
    /// The code.
    pub model: &'a dyn Model,
    /// The values.
    pub parameters: &'a Arc<Parameters>,
    /// Buffers.
    pub pool: &'a Arc<Pool>,
}

impl Learner<'_> {
    /// The losses of a batch and their gradient; each guide counts with the weight that stands beside it.
    ///
    /// # Errors
    /// Where the model does not take the inputs, or has nothing that the loss reads.
    pub fn gradients(
        &self,
        batch: &Batch,
        guides: &[(&Guide, f32)],
    ) -> Result<(Losses, ParameterGradients), LossError> {
        let divisors = Divisors::of(batch);
        let parts: Vec<(Losses, Vec<(ParameterId, Tensor)>)> = parts_of(batch)
            .into_par_iter()
            .map(|range| {
                let graph = self.graph(batch, range, &divisors, guides)?;
                let record = self.run(&graph, &Keep::Learning);
                let loss = graph.output("loss").expect("written by `add_losses`");
                let gradients = record.gradients(&[(loss, Tensor::new(vec![1.0], &[]))], &[], self.pool);
                Ok((losses(&record, batch), gradients.into_parameters()))
            })
            .collect::<Result<_, LossError>>()?;
        Ok(added(parts))
    }

    /// The losses of a batch alone.
    ///
    /// # Errors
    /// Where the model does not take the inputs, or has nothing that the loss reads.
    pub fn losses(&self, batch: &Batch) -> Result<Losses, LossError> {
        let divisors = Divisors::of(batch);
        let parts = parts_of(batch).into_par_iter().map(|range| {
            let graph = self.graph(batch, range, &divisors, &[])?;
            Ok((losses(&self.run(&graph, &Keep::Outputs), batch), Vec::new()))
        });
        Ok(added(parts.collect::<Result<_, LossError>>()?).0)
    }

    fn graph(
        &self,
        batch: &Batch,
        range: std::ops::Range<usize>,
        divisors: &Divisors,
        guides: &[(&Guide, f32)],
    ) -> Result<Arc<Graph>, LossError> {
        let examples = &batch.examples[range.clone()];
        let tape = Tape::new();
        let inputs = collate(examples);
        inputs.only(self.model.arguments())?;
        self.model.build(&tape, &inputs)?;
        tape.scope(&name::OBJECTIVE, || {
            let mut parts = self.terms(&tape, examples, divisors)?;
            for (index, (guide, weight)) in guides.iter().enumerate() {
                let (looks, divisor) = (batch.guidance[index].looks(range.clone()), divisors.guides[index]);
                if looks.is_empty() {
                    continue;
                }
                let weights = guide.weights(&tape).ok_or_else(|| self.missing(guide.output()))?;
                let focus = weights.focus(&Arc::new(Looks { head: guide.head, looks, divisor }));
                tape.output(format!("guide.{index}"), focus.named(&name::LOSS));
                parts.push(focus * *weight);
            }
            let loss = parts.into_iter().reduce(|sum, part| sum + part).expect("an objective has a term");
            tape.output("loss", loss.named(&name::LOSS));
            Ok(())
        })
        .map(|()| tape.finish())
    }

    fn missing(&self, output: impl Into<String>) -> LossError {
        LossError::Output { class: self.model.class(), output: output.into() }
    }

    /// The weighted terms of the objective; outputs `term.N` before their weights.
    fn terms<'t>(&self, tape: &'t Tape, examples: &[Example], divisors: &Divisors) -> Result<Vec<Var<'t>>, LossError> {
        let terms = examples.first().map_or(&[][..], |example| &example.terms).iter().enumerate();
        terms
            .map(|(index, term)| {
                let output = match term.output {
                    Output::Tokens => Some(self.model.predicts().1),
                    Output::Whole => self.model.judges(),
                };
                let logits = output.and_then(|output| tape.find_output(output));
                let logits = logits.ok_or_else(|| self.missing(output.unwrap_or(term.name)))?;
                let known = logits.axes().last().len;
                let tokens = logits.axes().size() / known / examples.len();
                let targets = targets(examples, index, tokens, divisors.terms[index]);
                if let Some(&token) = targets.classes.iter().flatten().find(|class| **class as usize >= known) {
                    return Err(LossError::Token { token, class: self.model.class(), known });
                }
                let loss = logits.cross_entropy(&targets);
                tape.output(format!("term.{index}"), loss.named(&name::LOSS));
                Ok(loss * term.weight)
            })
            .collect()
    }

    fn run(&self, graph: &Arc<Graph>, keep: &Keep) -> crate::tape::Record {
        graph.run(self.parameters, keep, Run::new(self.pool)).expect("a run that nobody cancels")
    }
}

fn parts_of(batch: &Batch) -> Vec<std::ops::Range<usize>> {
    let count = batch.examples.len();
    let each = count.div_ceil(PARTS).max(1);
    (0..count).step_by(each).map(|start| start..count.min(start + each)).collect()
}

/// The share of a part in the losses of its batch.
fn losses(record: &crate::tape::Record, batch: &Batch) -> Losses {
    let first = &batch.examples[0].terms;
    let value = |index: usize| record.output(&format!("term.{index}")).map_or(0.0, |loss| loss.at(&[]));
    let terms: Vec<f32> = (0..first.len()).map(value).collect();
    let loss = terms.iter().zip(first).map(|(loss, term)| loss * term.weight).sum();
    let guide = |index: usize| record.output(&format!("guide.{index}")).map_or(0.0, |loss| loss.at(&[]));
    let guides = (0..batch.guidance.len()).map(guide).collect();
    Losses { loss, terms, guides, counted: batch.examples.iter().map(Example::counted).sum() }
}

/// The parts of a batch added up, always in the same order.
fn added(parts: Vec<(Losses, Vec<(ParameterId, Tensor)>)>) -> (Losses, ParameterGradients) {
    let mut parts = parts.into_iter();
    let Some((mut losses, first)) = parts.next() else { return Default::default() };
    let mut gradients: ParameterGradients = first.into_iter().map(|(id, gradient)| (id, gradient.to_vec())).collect();
    for (more, others) in parts {
        losses.loss += more.loss;
        losses.terms.iter_mut().zip(more.terms).for_each(|(sum, term)| *sum += term);
        losses.guides.iter_mut().zip(more.guides).for_each(|(sum, guide)| *sum += guide);
        for (id, gradient) in others {
            match gradients.iter_mut().find(|(known, _)| *known == id) {
                None => gradients.push((id, gradient.to_vec())),
                Some((_, sum)) => sum.iter_mut().zip(gradient.to_vec()).for_each(|(sum, more)| *sum += more),
            }
        }
    }
    (losses, gradients)
}
