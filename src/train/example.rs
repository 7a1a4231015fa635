//! One training example, and how several become the inputs and targets of one pass.

use std::ops::Range;
use std::sync::Arc;

use crate::models::Inputs;
use crate::tape::{Stream, Targets};

/// An argument of the model, along the tokens of some stream.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// The official name.
    pub argument: &'static str,
    /// A number for each token.
    pub values: Vec<i64>,
    /// What fills a shorter row of a batch up.
    pub fill: i64,
}

impl Row {
    /// A row from token ids.
    pub fn ids(argument: &'static str, ids: &[u32], fill: u32) -> Self {
        Self { argument, values: ids.iter().map(|&id| i64::from(id)).collect(), fill: i64::from(fill) }
    }

    /// Ones for as many tokens, zeros where a batch fills up.
    pub fn visible(argument: &'static str, tokens: usize) -> Self {
        Self { argument, values: vec![1; tokens], fill: 0 }
    }
}

/// Which output of the model a term reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Output {
    /// The one that predicts tokens, whatever its name in this class: a target for each token.
    Tokens,
    /// The one that judges the example as a whole ([`Model::judges`](crate::models::Model::judges)): one target.
    Whole,
}

/// One term of an objective on one example.
#[derive(Clone, Debug, PartialEq)]
pub struct Term {
    /// What it is called.
    pub name: &'static str,
    /// What it is multiplied by in the sum.
    pub weight: f32,
    /// What it reads.
    pub output: Output,
    /// What should be predicted; `None` where the loss does not count.
    pub targets: Vec<Option<u32>>,
}

/// Where the tokens of a stream came from in the text, in bytes; empty for tokens that were added.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origins {
    /// Which stream.
    pub stream: Stream,
    /// A range for each token. In a decoder that is shifted to the right, of the token that the position *predicts*.
    pub ranges: Vec<Range<usize>>,
}

impl Origins {
    /// The positions whose tokens overlap a range.
    pub fn within(&self, range: &Range<usize>) -> impl Iterator<Item = usize> + '_ {
        let Range { start, end } = *range;
        let touches = move |token: &Range<usize>| token.start < token.end && token.start < end && start < token.end;
        self.ranges.iter().enumerate().filter(move |(_, token)| touches(token)).map(|(position, _)| position)
    }
}

/// What a model is given and what it should say to it.
#[derive(Clone, Debug, PartialEq)]
pub struct Example {
    /// The arguments.
    pub rows: Vec<Row>,
    /// The terms of the objective.
    pub terms: Vec<Term>,
    /// Where the tokens came from.
    pub origins: Vec<Origins>,
}

impl Example {
    /// The tokens of its longest row.
    pub fn len(&self) -> usize {
        self.rows.iter().map(|row| row.values.len()).max().unwrap_or(0)
    }

    /// Whether it has no token at all.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The places where the loss counts, over all terms that read tokens.
    pub fn counted(&self) -> usize {
        self.terms.iter().flat_map(|term| &term.targets).flatten().count()
    }

    /// The tokens that should be said where the loss counts.
    pub fn token_targets(&self) -> Vec<u32> {
        let terms = self.terms.iter().filter(|term| term.output == Output::Tokens);
        terms.flat_map(|term| term.targets.iter().flatten().copied()).collect()
    }

    /// The origins of a stream.
    pub fn origins(&self, stream: Stream) -> Option<&Origins> {
        self.origins.iter().find(|origins| origins.stream == stream)
    }

    /// Continues a row of text with the next text. The last token of the one predicts the first of the other.
    pub fn join(&mut self, mut next: Example) {
        let first = next.rows.first().and_then(|row| row.values.first()).map(|&id| id as u32);
        for (term, more) in self.terms.iter_mut().zip(&mut next.terms) {
            if let Some(last) = term.targets.last_mut() {
                *last = first;
            }
            term.targets.append(&mut more.targets);
        }
        for (row, more) in self.rows.iter_mut().zip(&mut next.rows) {
            row.values.append(&mut more.values);
        }
        for (origins, more) in self.origins.iter_mut().zip(&mut next.origins) {
            origins.ranges.append(&mut more.ranges);
        }
    }

    /// Cuts every row after so many tokens.
    pub fn truncate(&mut self, tokens: usize) {
        self.rows.iter_mut().for_each(|row| row.values.truncate(tokens));
        self.terms.iter_mut().filter(|term| term.output == Output::Tokens).for_each(|t| t.targets.truncate(tokens));
        self.origins.iter_mut().for_each(|origins| origins.ranges.truncate(tokens));
    }
}

/// The inputs of one pass over several examples: every argument filled up to its longest row.
pub fn collate(examples: &[Example]) -> Inputs {
    let Some(first) = examples.first() else { return Inputs::default() };
    let mut inputs = Inputs::default();
    for (place, row) in first.rows.iter().enumerate() {
        let longest = examples.iter().map(|example| example.rows[place].values.len()).max().unwrap_or(0);
        let fill = |row: &Row| row.values.iter().copied().chain(std::iter::repeat(row.fill)).take(longest).collect();
        let numbers: Vec<i64> =
            examples.iter().flat_map(|example| -> Vec<i64> { fill(&example.rows[place]) }).collect();
        inputs = inputs.with(row.argument, vec![examples.len(), longest], numbers);
    }
    inputs
}

/// The targets of one term over several examples, filled up to `tokens` where it reads tokens.
pub fn targets(examples: &[Example], term: usize, tokens: usize, divisor: f32) -> Arc<Targets> {
    let classes = examples.iter().flat_map(|example| {
        let term = &example.terms[term];
        let length = if term.output == Output::Tokens { tokens } else { term.targets.len() };
        let filled = term.targets.iter().copied().chain(std::iter::repeat(None)).take(length);
        filled.collect::<Vec<_>>()
    });
    Arc::new(Targets { classes: classes.collect(), divisor })
}
