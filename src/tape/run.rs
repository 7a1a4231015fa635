//! Running a graph: which values are needed, when each is used last, and what is kept.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use smallvec::SmallVec;

use super::graph::{Graph, NodeId, Source};
use super::parameter::Parameters;
use super::record::Record;
use crate::tensor::{Element, Pool, Tensor};

/// Which values are there when a run is over. Outputs always are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Keep {
    /// The outputs alone.
    Outputs,
    /// Every value.
    Everything,
    /// What the backward pass reads.
    Learning,
    /// These nodes beside the outputs.
    Nodes(Vec<NodeId>),
    /// As much as fits into so many bytes: everything, or else what is between the layers and the attention weights, or
    /// else only what is between the layers, even where that is more. The outputs come on top. Parameters and given values
    /// cost nothing: somebody else holds them.
    Within(usize),
}

/// How a graph is run.
#[derive(Clone, Copy)]
pub struct Run<'a> {
    /// Where buffers come from and go back to.
    pub pool: &'a Arc<Pool>,
    /// Set from another thread to end the run early.
    pub cancel: Option<&'a AtomicBool>,
    /// Told the nodes done and the nodes in all, now and then.
    pub progress: Option<&'a (dyn Fn(usize, usize) + Sync)>,
}

impl<'a> Run<'a> {
    /// A run that nobody cancels or watches.
    pub fn new(pool: &'a Arc<Pool>) -> Self {
        Self { pool, cancel: None, progress: None }
    }
}

impl Graph {
    /// Runs the whole graph. `None` where it was cancelled.
    pub fn run(self: &Arc<Self>, parameters: &Arc<Parameters>, keep: &Keep, run: Run<'_>) -> Option<Record> {
        let wanted = self.wanted(keep);
        let values = evaluate(self, parameters, &|_| None, &wanted, run)?;
        Some(Record::new(Arc::clone(self), Arc::clone(parameters), values, Arc::clone(run.pool)))
    }

    /// A flag for each node: whether its value outlives the run.
    pub(super) fn wanted(&self, keep: &Keep) -> Vec<bool> {
        let mut wanted = vec![*keep == Keep::Everything; self.len()];
        for (_, id) in self.outputs() {
            wanted[id.index()] = true;
        }
        match keep {
            Keep::Outputs | Keep::Everything => {}
            Keep::Learning => self.mark_learning(&mut wanted),
            Keep::Nodes(nodes) => nodes.iter().for_each(|id| wanted[id.index()] = true),
            Keep::Within(bytes) => self.mark_within(*bytes, &mut wanted),
        }
        wanted
    }

    fn mark_learning(&self, wanted: &mut [bool]) {
        for (id, node) in self.nodes() {
            let Some(operation) = node.operation() else { continue };
            let reads = operation.reads();
            wanted[id.index()] |= reads.output;
            for (place, input) in node.inputs.iter().enumerate() {
                wanted[input.index()] |= reads.inputs >> place.min(7) & 1 == 1;
            }
        }
    }

    fn mark_within(&self, bytes: usize, wanted: &mut [bool]) {
        use super::vocabulary as name;
        let size = |nodes: &[NodeId]| nodes.iter().map(|&id| self.kept_bytes(id)).sum::<usize>();
        let named = |names: &[&'static super::Name]| -> Vec<NodeId> {
            let named = self.nodes().filter(|(_, node)| node.name.is_some_and(|name| names.contains(&name)));
            named.map(|(id, _)| id).collect()
        };
        let all: Vec<NodeId> = self.nodes().map(|(id, _)| id).collect();
        let choices = [all, named(&[&name::RESIDUAL, &name::WEIGHTS, &name::NORMALISED]), named(&[&name::RESIDUAL])];
        let last = choices.len() - 1;
        let fits = choices.iter().position(|nodes| size(nodes) <= bytes).unwrap_or(last);
        for id in &choices[fits] {
            wanted[id.index()] = true;
        }
    }

    /// The bytes that keeping a value takes beyond those of the values before it.
    fn kept_bytes(&self, id: NodeId) -> usize {
        let node = self.node(id);
        match node.operation() {
            Some(operation) if !operation.shares_data() => 4 * node.axes.size(),
            _ => 0,
        }
    }
}

/// What a run has to compute: a flag and the last user for each node.
struct Plan {
    needed: Vec<bool>,
    last_use: Vec<u32>,
}

impl Plan {
    /// Goes back from what is wanted to what is known.
    fn new(graph: &Graph, known: &dyn Fn(NodeId) -> Option<Tensor>, wanted: &[bool]) -> (Self, Vec<Option<Tensor>>) {
        let mut needed = wanted.to_vec();
        let mut last_use = vec![0; graph.len()];
        let mut values = vec![None; graph.len()];
        for (id, node) in graph.nodes().rev() {
            if !needed[id.index()] {
                continue;
            }
            values[id.index()] = known(id);
            if values[id.index()].is_some() {
                continue;
            }
            for input in &node.inputs {
                needed[input.index()] = true;
                last_use[input.index()] = last_use[input.index()].max(id.0);
            }
        }
        (Self { needed, last_use }, values)
    }
}

/// Computes the wanted values from the known ones. A value is let go at its last use, so that the step may write its
/// result over it. `None` where the run was cancelled.
pub(super) fn evaluate(
    graph: &Graph,
    parameters: &Parameters,
    known: &dyn Fn(NodeId) -> Option<Tensor>,
    wanted: &[bool],
    run: Run<'_>,
) -> Option<Vec<Option<Tensor>>> {
    let (plan, mut values) = Plan::new(graph, known, wanted);
    for (id, node) in graph.nodes() {
        if !plan.needed[id.index()] || values[id.index()].is_some() {
            continue;
        }
        if run.cancel.is_some_and(|cancel| cancel.load(Ordering::Relaxed)) {
            return None;
        }
        let value = match &node.source {
            Source::Given(value) => value.clone().expect("a graph built over shapes only is counted, not run"),
            Source::Parameter(parameter) => parameters.value(*parameter).clone(),
            Source::Computed(operation) => {
                let mut inputs: SmallVec<[Tensor; 3]> = SmallVec::new();
                for (place, input) in node.inputs.iter().enumerate() {
                    let again = node.inputs[place + 1..].contains(input);
                    let dies = plan.last_use[input.index()] == id.0 && !wanted[input.index()] && !again;
                    let slot = &mut values[input.index()];
                    let value = if dies { slot.take() } else { slot.clone() };
                    let value = value.expect("inputs are computed before their users");
                    let widen = value.element() != Element::F32 && !operation.reads_halves();
                    inputs.push(if widen { value.widened() } else { value });
                }
                operation.evaluate(&mut inputs, &graph.shapes(id), run.pool)
            }
        };
        debug_assert_eq!(value.shape(), node.axes.shape().as_slice(), "{}", graph.path(id));
        values[id.index()] = Some(value);
        if let Some(progress) = run.progress {
            progress(id.index() + 1, graph.len());
        }
    }
    for (value, &wanted) in values.iter_mut().zip(wanted) {
        if !wanted {
            *value = None;
        }
    }
    Some(values)
}

#[cfg(test)]
mod tests {
    use super::super::{Axes, Axis, Effect, FUTURE, Kind, Mask, Rule, Tape, vocabulary as name};
    use super::*;

    #[test]
    fn a_budget_counts_what_is_held_for_it_alone() {
        let tape = Tape::new();
        let axes = Axes::new([Axis::new(Kind::Batch, 1), Axis::new(Kind::Query, 2), Axis::new(Kind::Feature, 8)]);
        let x = tape.given(Tensor::zeros(&axes.shape()), axes);
        let sum = (x + x).named(&name::RESIDUAL); // 64 bytes
        let halves = sum.split(Kind::Feature, Axis::new(Kind::Head, 2), Axis::new(Kind::Channel, 4)); // shared
        let mask = Mask::new(
            1,
            &Axis::new(Kind::Query, 2),
            &Axis::new(Kind::Key, 4),
            vec![Rule::new(&FUTURE, Effect::Replace(-1.0), |cell| cell.key > cell.query)],
        );
        let weights = halves.rename(Kind::Channel, Kind::Key).slice(Kind::Head, 0..1, Kind::Head);
        let masked = weights.select(Kind::Head, 0).masked(&mask); // 32 bytes
        tape.output("y", masked.softmax()); // 32 bytes
        let graph = tape.finish();
        let kept = |bytes| graph.wanted(&Keep::Within(bytes)).iter().filter(|wanted| **wanted).count();
        assert_eq!((kept(128), kept(127)), (graph.len(), 2));
    }
}
