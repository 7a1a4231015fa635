//! Contributions to a logit: what every head and every feed-forward network adds to it directly (direct logit attribution;
//! Elhage et al. 2021, "A mathematical framework for transformer circuits").
//!
//! The stream is a sum, and the way from it to a logit is a sum too once what the norms divide by is taken as it was in
//! this pass: the final norm, the norms of later layers where they stand in the stream itself (BERT), and a bend in the
//! head, of which the factor is taken by which it let each number through. So the contributions add up to the logit
//! exactly. What a part does through later parts that read it is theirs, not its own.

use super::lens::predicting;
use super::residual::{layer_of, stream_of};
use super::spot::{Spot, dot, is_bend};
use super::trunk::stands_in;
use super::{ExploreError, Pass, Question};
use crate::tape::{Graph, Kind, Name, NodeId, Record, Run, Source, Stream, vocabulary as name};
use crate::tensor::Tensor;

/// Who contributes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// A summand of the embeddings.
    Embedding(&'static Name),
    /// A head, by place of its attention.
    Head(usize, usize),
    /// The feed-forward network of a layer.
    FeedForward,
    /// A bias of a product, the shift of a norm.
    Bias,
    /// Something else that is no sum of what stood before it.
    Other(&'static Name),
}

/// What one part adds to the logit.
#[derive(Clone, Debug, PartialEq)]
pub struct Contribution {
    /// Who.
    pub part: Part,
    /// In which layer, where it stands in one.
    pub layer: Option<usize>,
    /// The value that was added: the head's context, the network's output, the bias.
    pub node: NodeId,
    /// How much.
    pub value: f32,
}

/// A logit taken apart.
#[derive(Clone, Debug, PartialEq)]
pub struct Contributions {
    /// The position whose logits were read.
    pub position: usize,
    /// The token.
    pub token: u32,
    /// Its logit.
    pub logit: f32,
    /// Its probability.
    pub probability: f32,
    /// The stream that leads to it.
    pub stream: Stream,
    /// The parts in the order of running.
    pub parts: Vec<Contribution>,
    /// What a bend in the head leaves over: mostly nothing.
    pub left_over: f32,
}

/// A row of the grid of layers and heads: one attention, and the network behind it.
#[derive(Clone, Debug, PartialEq)]
pub struct GridRow {
    /// The layer.
    pub layer: usize,
    /// The place of the attention, where the layer has one here.
    pub attention: Option<usize>,
    /// What each of its heads adds.
    pub heads: Vec<f32>,
    /// The network's value and what it adds, in the last row of its layer.
    pub feed: Option<(NodeId, f32)>,
}

impl Contributions {
    /// Takes a logit of a record of a pass apart: its own, or a replay. `None` where it was cancelled.
    ///
    /// # Errors
    /// Where the model predicts no tokens, or there is no such position or token.
    pub fn of(pass: &Pass, record: &Record, question: Question, run: Run<'_>) -> Result<Option<Self>, ExploreError> {
        let logits = predicting(pass)?;
        let graph = record.graph();
        let (position, row) = question.position_of(pass, record)?;
        let token = question.token_of(&row)?;
        let stream = stream_of(graph, logits).unwrap_or(Stream::NONE);
        let spot = Spot { record, stream, position, pool: run.pool };
        let mut seed = vec![0.0; row.len()];
        seed[token as usize] = 1.0;
        let seed = Tensor::new(seed, &spot.axes(logits).shape());
        let mut parts = Vec::new();
        let left_over = spot.trace(
            (logits, seed),
            |id| is_whole(graph, id),
            |id, grad| {
                parts.extend(contributions(pass, &spot, id, grad));
            },
        );
        if run.cancel.is_some_and(|cancel| cancel.load(std::sync::atomic::Ordering::Relaxed)) {
            return Ok(None);
        }
        parts.reverse();
        let (logit, probability) = (row[token as usize], super::share(&row, token));
        Ok(Some(Self { position, token, logit, probability, stream, parts, left_over: left_over as f32 }))
    }

    /// Everything added up: the logit, but for rounding.
    pub fn total(&self) -> f32 {
        self.sum(|_| true)
    }

    /// What the parts add for which `which` holds. What is left over counts as a bias.
    pub fn sum(&self, which: impl Fn(Part) -> bool) -> f32 {
        let parts = self.parts.iter().filter(|found| which(found.part)).map(|found| f64::from(found.value));
        let left_over = if which(Part::Bias) { f64::from(self.left_over) } else { 0.0 };
        (parts.sum::<f64>() + left_over) as f32
    }

    /// What a head adds; `None` where it is no summand of this logit.
    pub fn of_head(&self, index: usize, head: usize) -> Option<f32> {
        self.parts.iter().find(|found| found.part == Part::Head(index, head)).map(|found| found.value)
    }

    /// The grid of layers and heads, in the order of running.
    pub fn grid(&self) -> Vec<GridRow> {
        let mut rows: Vec<GridRow> = Vec::new();
        for found in &self.parts {
            let (layer, last) =
                (found.layer.unwrap_or_default(), rows.last_mut().filter(|row| Some(row.layer) == found.layer));
            match (found.part, last) {
                (Part::Head(index, _), Some(row)) if row.attention == Some(index) => row.heads.push(found.value),
                (Part::Head(index, _), _) => {
                    rows.push(GridRow { layer, attention: Some(index), heads: vec![found.value], feed: None });
                }
                (Part::FeedForward, Some(row)) if row.feed.is_none() => row.feed = Some((found.node, found.value)),
                (Part::FeedForward, _) => {
                    rows.push(GridRow {
                        layer,
                        attention: None,
                        heads: Vec::new(),
                        feed: Some((found.node, found.value)),
                    });
                }
                _ => {}
            }
        }
        rows
    }

    /// The parts but for the biases, those that add or take most first.
    pub fn ranked(&self) -> Vec<&Contribution> {
        let mut ranked: Vec<&Contribution> = self.parts.iter().filter(|found| found.part != Part::Bias).collect();
        ranked.sort_by(|a, b| b.value.abs().total_cmp(&a.value.abs()));
        ranked
    }
}

/// Whether a value counts as a whole, though it is a sum itself.
fn is_whole(graph: &Graph, id: NodeId) -> bool {
    let mut at = Some(graph.node(id).scope);
    let is_computed = graph.node(id).operation().is_some();
    while let Some(scope) = at.filter(|_| is_computed) {
        let scope = graph.scope(scope);
        if scope.name == &name::FEED_FORWARD {
            return true;
        }
        at = scope.parent;
    }
    // A bend inside a layer is the layer's own doing; only the head's is gone through.
    graph.node(id).operation().is_some_and(|operation| is_bend(&**operation))
        && layer_of(graph, graph.node(id).scope).is_some()
}

/// What ends at a node: one part, or one a head.
fn contributions(pass: &Pass, spot: &Spot<'_>, id: NodeId, grad: &Tensor) -> Vec<Contribution> {
    let graph = spot.graph();
    let node = graph.node(id);
    let layer = layer_of(graph, node.scope).and_then(|scope| graph.scope(scope).index);
    let value = spot.value(id);
    let one = |part| {
        let value = dot(&value.to_vec(), &grad.to_vec()) as f32;
        vec![Contribution { part, layer, node: id, value }]
    };
    if matches!(node.source, Source::Parameter(_)) {
        return one(Part::Bias);
    }
    let inside =
        |wanted: &Name| graph.scopes().any(|(id, scope)| scope.name == wanted && stands_in(graph, node.scope, id));
    let attention = pass.attentions.iter().position(|attention| attention.context == Some(id));
    match (attention, spot.axes(id).find(Kind::Head)) {
        (Some(index), Some(place)) => {
            let head = |head: usize| {
                let [value, grad] = [&value, grad].map(|tensor| tensor.select(place, head).to_vec());
                let value = dot(&value, &grad) as f32;
                Contribution { part: Part::Head(index, head), layer, node: id, value }
            };
            // The parts stand in reverse until all are found.
            (0..value.shape()[place]).rev().map(head).collect()
        }
        _ if inside(&name::FEED_FORWARD) => one(Part::FeedForward),
        _ if layer.is_none() && node.operation().is_some_and(|operation| operation.name() == "gather") => {
            one(Part::Embedding(node.name.unwrap_or(&name::EMBEDDINGS)))
        }
        _ => one(Part::Other(node.name.unwrap_or(graph.scope(node.scope).name))),
    }
}

#[cfg(test)]
mod tests;
