//! One token followed through all layers: its vector from the embeddings to the output, what wrote into it at each part
//! of each layer, and what the model's head would predict from it there.
//!
//! Everything is read from the record: the stream is found from the graph (`trunk.rs`), what a head wrote is its context
//! through its rows of the output product, and the predictions are a replay with the vectors of all depths put in the
//! place of what the last layer gives.

use super::change::{likeliest, standings};
use super::residual::{LayerEnds, layer_ends, layer_of, stream_of};
use super::spot::{Spot, cosine, dot, length};
use super::trunk::{Move, part_scope, stands_in, trunk};
use super::{ExploreError, Pass};
use crate::models::Predicts;
use crate::tape::{Axes, Axis, Graph, Kind, Name, NodeId, Record, Run, Stream, vocabulary as name};
use crate::tensor::Tensor;

/// How many predictions are kept for each depth.
const TOP: usize = 5;
/// How many tokens that a head took from are kept.
const SOURCES: usize = 4;

/// A summand of the embeddings.
#[derive(Clone, Debug, PartialEq)]
pub struct Summand {
    /// What it is.
    pub name: &'static Name,
    /// Its value.
    pub node: NodeId,
    /// The length of its vector.
    pub norm: f32,
    /// Its cosine with the sum.
    pub cosine: f32,
}

/// What one head wrote.
#[derive(Clone, Debug, PartialEq)]
pub struct HeadWrite {
    /// Which head.
    pub head: usize,
    /// The length of its vector.
    pub norm: f32,
    /// How far it goes in the direction of everything that its attention wrote; those of all heads and of the bias add up
    /// to 1.
    pub share: f32,
    /// The positions that it looked at most, and how much.
    pub from: Vec<(usize, f32)>,
}

/// What a part of a layer added to the vector.
#[derive(Clone, Debug, PartialEq)]
pub struct Addition {
    /// What was added: before the norm, where one follows the sum.
    pub node: NodeId,
    /// The length of what was added.
    pub norm: f32,
    /// Its cosine with the vector that it was added to.
    pub cosine: f32,
    /// The place of the attention, where one wrote.
    pub attention: Option<usize>,
    /// Its heads, those that wrote most first; empty where what it wrote is no sum over heads.
    pub heads: Vec<HeadWrite>,
}

/// One stop on the way.
#[derive(Clone, Debug, PartialEq)]
pub struct Passed {
    /// The layer; `None` at the embeddings.
    pub layer: Option<usize>,
    /// What was passed: the embeddings, or a part of a layer.
    pub name: &'static Name,
    /// The vector there: (batch, token, feature).
    pub node: NodeId,
    /// The summands, at the embeddings.
    pub summands: Vec<Summand>,
    /// What was added, in a layer.
    pub written: Option<Addition>,
    /// Whether the sum was normed in the stream itself.
    pub normed: bool,
    /// The length of the vector.
    pub norm: f32,
    /// Its cosine with the vector of the stop before.
    pub cosine: Option<f32>,
    /// What the head would predict from it, the likeliest first, and how likely; empty where no head reads the stream.
    pub predicted: Vec<(u32, f32)>,
}

/// A token's way.
#[derive(Clone, Debug, PartialEq)]
pub struct Follow {
    /// Whose token.
    pub stream: Stream,
    /// Which one.
    pub position: usize,
    /// From the embeddings to the last layer.
    pub stops: Vec<Passed>,
}

impl Follow {
    /// Follows a token through a record of a pass: its own, or a replay. `None` where it was cancelled.
    ///
    /// # Errors
    /// Where the stream has no layers or no such position.
    pub fn of(
        pass: &Pass,
        record: &Record,
        (stream, position): (Stream, usize),
        run: Run<'_>,
    ) -> Result<Option<Self>, ExploreError> {
        let graph = record.graph();
        let Some(last) = layer_ends(graph).into_iter().rfind(|ends| ends.stream == stream) else {
            return Err(ExploreError::Prompt(format!("this model has no layers that {:?} runs through", stream.0)));
        };
        let positions = graph.node(last.exit).axes.len_of(Kind::Token);
        if position >= positions {
            let end = positions.saturating_sub(1);
            let message = format!("there is no position {position}: the text has {positions}, 0 to {end}");
            return Err(ExploreError::Prompt(message));
        }
        let spot = Spot { record, stream, position, pool: run.pool };
        let mut stops = Stops { pass, spot: &spot, found: Vec::new() };
        let moves = trunk(graph, last.exit);
        for (done, step) in moves.iter().enumerate() {
            if run.cancel.is_some_and(|cancel| cancel.load(std::sync::atomic::Ordering::Relaxed)) {
                return Ok(None);
            }
            stops.pass(step);
            if let Some(progress) = run.progress {
                progress(done, moves.len() + 1);
            }
        }
        let mut stops = stops.measured();
        if let Some(logits) = reading(pass, graph, stream) {
            let rows: Vec<Vec<f32>> = stops.iter().map(|stop| spot.row(stop.node)).collect();
            let Some(predicted) = predictions(&spot, (last, logits), &rows, run) else { return Ok(None) };
            stops.iter_mut().zip(predicted).for_each(|(stop, predicted)| stop.predicted = predicted);
        }
        Ok(Some(Self { stream, position, stops }))
    }

    /// Whether the stream is normed behind each sum, so that what is added is meant before the norm.
    pub fn is_post_norm(&self) -> bool {
        self.stops.iter().any(|stop| stop.normed && stop.written.is_some())
    }
}

/// The stops found so far.
struct Stops<'a> {
    pass: &'a Pass,
    spot: &'a Spot<'a>,
    found: Vec<Passed>,
}

impl Stops<'_> {
    fn pass(&mut self, step: &Move) {
        match step {
            Move::Begin { parts, sum } => {
                let whole = self.spot.row(*sum);
                let summands = parts.iter().map(|&node| {
                    let row = self.spot.row(node);
                    let name = self.spot.graph().node(node).name.unwrap_or(&name::EMBEDDINGS);
                    Summand { name, node, norm: length(&row), cosine: cosine(&row, &whole) }
                });
                let summands = summands.collect();
                self.push(None, &name::EMBEDDINGS, *sum, summands, None);
            }
            Move::Add { before, summand, sum } => {
                let graph = self.spot.graph();
                let scope = part_scope(graph, *summand);
                let layer = layer_of(graph, graph.node(*summand).scope).and_then(|scope| graph.scope(scope).index);
                let name = scope.map_or(&name::RESIDUAL, |scope| graph.scope(scope).name);
                let written = self.written(*before, *summand);
                self.push(layer, name, *sum, Vec::new(), Some(written));
            }
            Move::Change { after } => {
                if let Some(stop) = self.found.last_mut() {
                    (stop.node, stop.normed) = (*after, true);
                }
            }
        }
    }

    fn push(
        &mut self,
        layer: Option<usize>,
        name: &'static Name,
        node: NodeId,
        summands: Vec<Summand>,
        written: Option<Addition>,
    ) {
        let (norm, cosine, predicted) = (0.0, None, Vec::new());
        self.found.push(Passed { layer, name, node, summands, written, normed: false, norm, cosine, predicted });
    }

    /// The stops with the lengths of their vectors.
    fn measured(mut self) -> Vec<Passed> {
        let mut before: Option<Vec<f32>> = None;
        for stop in &mut self.found {
            let row = self.spot.row(stop.node);
            stop.norm = length(&row);
            stop.cosine = before.map(|before| cosine(&before, &row));
            before = Some(row);
        }
        self.found
    }

    fn written(&self, before: NodeId, summand: NodeId) -> Addition {
        let graph = self.spot.graph();
        let [stream, row] = [before, summand].map(|node| self.spot.row(node));
        let attention = part_scope(graph, summand).and_then(|scope| {
            let inside = |a: &crate::tape::Attention| {
                a.query_stream == self.spot.stream && stands_in(graph, graph.node(a.weights).scope, scope)
            };
            self.pass.attentions.iter().position(inside)
        });
        let heads = attention.and_then(|index| self.heads(index, summand, &row)).unwrap_or_default();
        Addition { node: summand, norm: length(&row), cosine: cosine(&row, &stream), attention, heads }
    }

    /// What each head of an attention wrote; `None` where what it wrote is no sum over heads.
    fn heads(&self, index: usize, summand: NodeId, whole: &[f32]) -> Option<Vec<HeadWrite>> {
        let attention = &self.pass.attentions[index];
        let written = vectors_of_heads(self.spot, attention.context?, summand)?;
        let weights = self.spot.value(attention.weights);
        let axes = self.spot.axes(attention.weights);
        let size = dot(whole, whole);
        let write = |(head, row): (usize, &Vec<f32>)| {
            let looked = weights.select(axes.place(Kind::Head), head).to_vec();
            let mut from: Vec<(usize, f32)> = looked.into_iter().enumerate().collect();
            from.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
            from.truncate(SOURCES);
            from.retain(|(_, weight)| *weight > 0.0);
            let share = if size > 0.0 { (dot(row, whole) / size) as f32 } else { 0.0 };
            HeadWrite { head, norm: length(row), share, from }
        };
        let mut heads: Vec<HeadWrite> = written.iter().enumerate().map(write).collect();
        heads.sort_by(|a, b| b.norm.total_cmp(&a.norm));
        Some(heads)
    }
}

/// The vector that each head writes: its context through everything linear up to what is added, without biases.
fn vectors_of_heads(spot: &Spot<'_>, context: NodeId, summand: NodeId) -> Option<Vec<Vec<f32>>> {
    let graph = spot.graph();
    let mut way = Vec::new();
    let mut at = summand;
    while at != context {
        graph.node(at).operation().filter(|operation| operation.summed() & 1 == 1 && operation.name() != "sum")?;
        way.push(at);
        at = graph.node(at).inputs[0];
    }
    let axes = spot.axes(context);
    let place = axes.find(Kind::Head)?;
    let value = spot.value(context);
    let alone = |head: usize| {
        // The context with all other heads silent.
        let mut data = vec![0.0; value.len()];
        let inner: usize = value.shape()[place + 1..].iter().product();
        let numbers = value.to_vec();
        for (cell, number) in numbers.into_iter().enumerate() {
            if cell / inner % value.shape()[place] == head {
                data[cell] = number;
            }
        }
        (Tensor::new(data, value.shape()), axes.clone())
    };
    let through = |head: usize| {
        let mut value = alone(head);
        for &node in way.iter().rev() {
            let mut inputs = vec![value];
            let operation = graph.node(node).operation()?;
            let learned = graph.node(node).inputs.iter().enumerate().skip(1);
            // What is only added, a bias or a shift, is nobody's.
            let used = learned.filter(|(input, _)| operation.summed() >> input & 1 == 0);
            inputs.extend(used.map(|(_, &input)| (spot.value(input), spot.axes(input))));
            if inputs.len() < graph.node(node).inputs.len() && operation.name() != "linear" {
                return None;
            }
            let output = spot.axes(node);
            value = (spot.evaluate(node, &inputs, &output)?, output);
        }
        Some(value.0.to_vec())
    };
    (0..value.shape()[place]).map(through).collect()
}

/// The logits that are read from a stream.
fn reading(pass: &Pass, graph: &Graph, stream: Stream) -> Option<NodeId> {
    let logits = pass.logits_node().filter(|_| pass.predicts() != Predicts::Nothing)?;
    (stream_of(graph, logits) == Some(stream)).then_some(logits)
}

/// What the head predicts from vectors that are put in the place of what the last layer gives.
fn predictions(
    spot: &Spot<'_>,
    (last, logits): (LayerEnds, NodeId),
    rows: &[Vec<f32>],
    run: Run<'_>,
) -> Option<Vec<Vec<(u32, f32)>>> {
    let graph = spot.graph();
    let axes = &graph.node(last.exit).axes;
    let tokens = axes.len_of(Kind::Token);
    // A head that reads each position alone is asked about as many vectors at once as there are positions.
    let alone = reads_positions_alone(graph, last.exit, logits);
    let at_once = if alone { tokens } else { 1 };
    let mut predicted = Vec::with_capacity(rows.len());
    for rows in rows.chunks(at_once.max(1)) {
        let mut data = spot.record.value(last.exit).to_vec();
        let width = axes.len_of(Kind::Feature);
        let first = if alone { 0 } else { spot.position };
        for (place, row) in rows.iter().enumerate() {
            data[(first + place) * width..][..width].copy_from_slice(row);
        }
        let replaced = [(last.exit, Tensor::new(data, &axes.shape()))];
        let inner = Run { progress: None, ..run };
        let values = spot.record.replay_for(&replaced, &[logits], inner)?.swap_remove(0).select(0, 0);
        for place in 0..rows.len() {
            predicted.push(top(&values.select(0, first + place).to_vec()));
        }
    }
    Some(predicted)
}

/// Whether what is made between two values never goes from one position to another.
fn reads_positions_alone(graph: &Graph, from: NodeId, to: NodeId) -> bool {
    let token = |axes: &Axes| axes.get(Kind::Token).cloned();
    let wanted: Option<Axis> = token(&graph.node(from).axes);
    let mut open = vec![to];
    let mut seen = vec![false; graph.len()];
    while let Some(id) = open.pop() {
        if id <= from || std::mem::replace(&mut seen[id.index()], true) {
            continue;
        }
        let node = graph.node(id);
        if node.operation().is_some() && token(&node.axes) != wanted {
            return false;
        }
        open.extend(node.inputs.iter().copied());
    }
    true
}

/// The likeliest tokens and how likely they are.
fn top(logits: &[f32]) -> Vec<(u32, f32)> {
    let ids = likeliest(logits, TOP);
    let mut found: Vec<_> = ids.iter().copied().zip(standings(logits, &ids)).collect();
    found.sort_by_key(|(id, standing)| (standing.rank, *id));
    found.into_iter().map(|(id, standing)| (id, standing.probability)).collect()
}

#[cfg(test)]
mod tests;
