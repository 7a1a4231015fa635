//! Every head of a record measured against every pattern.

use std::sync::Arc;

use super::targets::{Sides, Targets};
use super::{Link, Pattern, Score};
use crate::explore::Pass;
use crate::tape::{Attention, Kind, Mask, Record};
use crate::tensor::Tensor;

/// What one head does, pattern by pattern, as far as the text has them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct HeadScores {
    /// In the order of [`Pattern::NAMED`], links behind them.
    pub scores: Vec<Score>,
}

impl HeadScores {
    /// What the head is named after: the pattern that is furthest above chance, where one clearly is.
    pub fn job(&self) -> Option<&Score> {
        let clear = self.scores.iter().filter(|score| score.is_clear());
        clear.max_by(|a, b| a.above_chance().total_cmp(&b.above_chance()))
    }

    /// The score of one pattern.
    pub fn of(&self, pattern: &Pattern) -> Option<&Score> {
        self.scores.iter().find(|score| score.pattern == *pattern)
    }
}

/// A head with one of its scores.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Ranked<'a> {
    /// Which attention, by its place in the pass.
    pub index: usize,
    /// Which head of it.
    pub head: usize,
    /// The score.
    pub score: &'a Score,
}

/// All heads of a record, measured.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Measured {
    heads: Vec<Vec<HeadScores>>,
}

impl Measured {
    /// Measures a record of a pass: its own, or a replay.
    pub fn of(pass: &Pass, record: &Record, links: &[Link]) -> Self {
        let links: Vec<Link> = pass.known().iter().chain(links).cloned().collect();
        let mut known: Vec<(Seen<'_>, Vec<Targets>)> = Vec::new();
        let heads = pass.attentions.iter().map(|attention| {
            let Some(weights) = record.get(attention.weights) else { return Vec::new() };
            let weights = weights.select(0, 0);
            let of = |head: usize| {
                let seen = Seen { attention, mask: attention.mask_of(head) };
                let place = known.iter().position(|(other, _)| other.is_like(&seen)).unwrap_or_else(|| {
                    let targets = seen.sides(pass).targets(&links);
                    known.push((seen, targets));
                    known.len() - 1
                });
                measure(&weights.select(0, head), &known[place].1)
            };
            (0..weights.shape()[0]).map(of).collect()
        });
        Self { heads: heads.collect() }
    }

    /// One head's scores; `None` where its weights are not at hand.
    pub fn head(&self, index: usize, head: usize) -> Option<&HeadScores> {
        self.heads.get(index)?.get(head)
    }

    /// The patterns that were measured.
    pub fn patterns(&self) -> Vec<&Pattern> {
        let mut patterns: Vec<&Pattern> = Vec::new();
        for score in self.heads.iter().flatten().flat_map(|head| &head.scores) {
            if !patterns.contains(&&score.pattern) {
                patterns.push(&score.pattern);
            }
        }
        patterns
    }

    /// All heads with all their scores, or with those of one pattern: clear ones first, each part from the highest
    /// score down.
    pub fn ranked(&self, pattern: Option<&Pattern>) -> Vec<Ranked<'_>> {
        let heads = self.heads.iter().enumerate().flat_map(|(index, heads)| {
            heads
                .iter()
                .enumerate()
                .flat_map(move |(head, scores)| scores.scores.iter().map(move |score| Ranked { index, head, score }))
        });
        let mut ranked: Vec<Ranked<'_>> =
            heads.filter(|ranked| pattern.is_none_or(|pattern| ranked.score.pattern == *pattern)).collect();
        ranked.sort_by(|a, b| {
            let clear = b.score.is_clear().cmp(&a.score.is_clear());
            clear.then(b.score.score.total_cmp(&a.score.score))
        });
        ranked
    }
}

/// What a head can see.
#[derive(Clone, Copy)]
struct Seen<'a> {
    attention: &'a Attention,
    mask: Option<&'a Arc<Mask>>,
}

impl<'a> Seen<'a> {
    /// Whether another has the same tokens and the same mask, so that the patterns lie in the same places.
    fn is_like(&self, other: &Self) -> bool {
        let mask = match (self.mask, other.mask) {
            (Some(one), Some(two)) => Arc::<Mask>::ptr_eq(one, two),
            (one, two) => one.is_none() && two.is_none(),
        };
        let streams = |seen: &Self| (seen.attention.query_stream, seen.attention.key_stream);
        mask && streams(self) == streams(other)
    }

    fn sides(&self, pass: &'a Pass) -> Sides<'a> {
        let attention = self.attention;
        let axes = &pass.record.graph().node(attention.weights).axes;
        let labels = |kind, stream| pass.labels(kind, axes.len_of(kind), stream);
        let keys = labels(Kind::Key, attention.key_stream);
        Sides::new(attention, self.mask.map(Arc::as_ref), labels(Kind::Query, attention.query_stream), keys)
    }
}

/// One head's weights (query, key).
pub(super) fn measure(plane: &Tensor, targets: &[Targets]) -> HeadScores {
    let keys = plane.shape()[1];
    let copy = if plane.as_slice().is_none() { plane.to_vec() } else { Vec::new() };
    let plane = plane.as_slice().unwrap_or(&copy);
    let score = |targets: &Targets| {
        let rows = targets.rows.iter();
        let sum: f32 = rows.flat_map(|(query, places)| places.iter().map(move |key| plane[query * keys + key])).sum();
        let queries = targets.rows.len();
        let score = sum / queries.max(1) as f32;
        Score { pattern: targets.pattern.clone(), score, chance: targets.chance, queries }
    };
    HeadScores { scores: targets.iter().map(score).collect() }
}

/// How many keys a head's attention is spread over: e to the entropy, the mean over the queries.
pub fn spread(weights: &Tensor, head: usize) -> f32 {
    let plane = weights.select(0, 0).select(0, head).to_vec();
    let (queries, keys) = (weights.shape()[2], weights.shape()[3]);
    let entropy = |row: &[f32]| -row.iter().filter(|&&w| w > 0.0).map(|w| w * w.ln()).sum::<f32>();
    plane.chunks_exact(keys.max(1)).map(|row| entropy(row).exp()).sum::<f32>() / queries.max(1) as f32
}
