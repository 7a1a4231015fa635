//! What a run left: the graph with its values. Screens, files and replays read it by node.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use super::graph::{Graph, NodeId, ScopeId, Source};
use super::parameter::Parameters;
use super::run::{Run, evaluate};
use crate::tensor::{Dims, Pool, Tensor};

/// Recomputed values that are held for the next question, in numbers (256 MiB).
const HELD_AT_MOST: usize = 64 << 20;

/// A frozen run. What was not kept is recomputed from what was, by the same operations.
pub struct Record {
    graph: Arc<Graph>,
    parameters: Arc<Parameters>,
    values: Vec<Option<Tensor>>,
    recomputed: Mutex<HashMap<NodeId, Tensor>>,
    pool: Arc<Pool>,
}

/// One term of a worked example; its sources open in turn.
#[derive(Clone, Debug, PartialEq)]
pub struct Term {
    /// The term, in symbols and numbers.
    pub term: String,
    /// Its number.
    pub value: f32,
    /// The cells that the number was made from.
    pub sources: Vec<(NodeId, Dims)>,
}

/// How one cell came about.
#[derive(Clone, Debug, PartialEq)]
pub struct Derivation {
    /// The node, once pure changes of axes are looked through.
    pub node: NodeId,
    /// The cell in it.
    pub cell: Dims,
    /// The formula, in symbols.
    pub formula: String,
    /// Its terms with the numbers put in.
    pub terms: Vec<Term>,
    /// The recorded number.
    pub value: f32,
}

impl Record {
    pub(super) fn new(
        graph: Arc<Graph>,
        parameters: Arc<Parameters>,
        values: Vec<Option<Tensor>>,
        pool: Arc<Pool>,
    ) -> Self {
        Self { graph, parameters, values, recomputed: Mutex::default(), pool }
    }

    /// What was run.
    pub fn graph(&self) -> &Arc<Graph> {
        &self.graph
    }

    /// The parameters that it was run with.
    pub fn parameters(&self) -> &Arc<Parameters> {
        &self.parameters
    }

    /// A value that is at hand without computing.
    pub fn get(&self, id: NodeId) -> Option<Tensor> {
        if let Some(value) = &self.values[id.index()] {
            return Some(value.clone());
        }
        match &self.graph.node(id).source {
            Source::Parameter(parameter) => self.parameters.entry(*parameter).value.clone(),
            Source::Given(value) => value.clone(),
            Source::Computed(_) => self.recomputed.lock().unwrap_or_else(PoisonError::into_inner).get(&id).cloned(),
        }
    }

    /// A value, recomputed from the nearest kept ones where it was not kept.
    pub fn value(&self, id: NodeId) -> Tensor {
        self.get(id).unwrap_or_else(|| self.recompute(&[id]).swap_remove(0))
    }

    /// Several values, in one go.
    fn values(&self, ids: &[NodeId]) -> Vec<Tensor> {
        let missing: Vec<NodeId> = ids.iter().copied().filter(|id| self.get(*id).is_none()).collect();
        let made: HashMap<NodeId, Tensor> = missing.iter().copied().zip(self.recompute(&missing)).collect();
        // What was at hand a moment ago may have been let go for what was made.
        ids.iter().map(|id| made.get(id).cloned().unwrap_or_else(|| self.value(*id))).collect()
    }

    /// Recomputes all values of a scope, so that [`Record::get`] has them at hand.
    pub fn open(&self, scope: ScopeId) {
        let inside = |id: ScopeId| {
            let mut at = Some(id);
            while let Some(id) = at {
                if id == scope {
                    return true;
                }
                at = self.graph.scope(id).parent;
            }
            false
        };
        let nodes: Vec<NodeId> = self
            .graph
            .nodes()
            .filter(|(id, node)| inside(node.scope) && self.get(*id).is_none())
            .map(|(id, _)| id)
            .collect();
        self.recompute(&nodes);
    }

    /// Computes values that are not at hand, and holds them for the next question. They are returned too: another
    /// thread may make room for its own before anybody can ask.
    fn recompute(&self, nodes: &[NodeId]) -> Vec<Tensor> {
        if nodes.is_empty() {
            return Vec::new();
        }
        let mut wanted = vec![false; self.graph.len()];
        for id in nodes {
            wanted[id.index()] = true;
        }
        let known = |id: NodeId| self.get(id);
        let values = evaluate(&self.graph, &self.parameters, &known, &wanted, Run::new(&self.pool));
        let values = values.expect("a run that nobody cancels");
        let made: Vec<Tensor> =
            nodes.iter().map(|id| values[id.index()].clone().expect("a wanted value is computed")).collect();
        let mut held = self.recomputed.lock().unwrap_or_else(PoisonError::into_inner);
        let more: usize = made.iter().map(Tensor::len).sum();
        if held.values().map(Tensor::len).sum::<usize>() + more > HELD_AT_MOST {
            held.clear();
        }
        held.extend(nodes.iter().copied().zip(made.iter().cloned()));
        made
    }

    /// A flag for each node: whether its value is held.
    pub(super) fn kept(&self) -> Vec<bool> {
        self.values.iter().map(Option::is_some).collect()
    }

    /// Values of a graph with the same nodes.
    pub(super) fn of_graph(&self, graph: Arc<Graph>, values: Vec<Option<Tensor>>) -> Self {
        Self::new(graph, Arc::clone(&self.parameters), values, Arc::clone(&self.pool))
    }

    /// The value of an output.
    pub fn output(&self, name: &str) -> Option<Tensor> {
        self.graph.output(name).map(|id| self.value(id))
    }

    /// Bytes of all values held.
    pub fn bytes(&self) -> usize {
        self.values.iter().flatten().map(Tensor::bytes).sum()
    }

    /// The same pass with some values replaced: everything that depends on them is computed anew, the rest is shared.
    /// What is put in stands as it is, even where it would depend on another value that is put in; to have a step do
    /// something else instead, see [`Record::edited`]. In a replay of a replay, what was put in before holds only where it does not depend on what is put in now.
    /// `None` where it was cancelled.
    pub fn replay(&self, replaced: &[(NodeId, Tensor)], run: Run<'_>) -> Option<Record> {
        let mut wanted = self.kept();
        for (id, _) in replaced {
            wanted[id.index()] = true;
        }
        let values = self.evaluate_replaced(replaced, &wanted, run)?;
        Some(self.of_graph(Arc::clone(&self.graph), values))
    }

    /// A few values of such a replay, where the rest of it is of no interest: what they do not depend on is not
    /// computed, and nothing is kept. `None` where it was cancelled.
    pub fn replay_for(&self, replaced: &[(NodeId, Tensor)], wanted: &[NodeId], run: Run<'_>) -> Option<Vec<Tensor>> {
        let mut flags = vec![false; self.graph.len()];
        for id in wanted {
            flags[id.index()] = true;
        }
        let values = self.evaluate_replaced(replaced, &flags, run)?;
        Some(wanted.iter().map(|id| values[id.index()].clone().expect("a wanted value is computed")).collect())
    }

    fn evaluate_replaced(
        &self,
        replaced: &[(NodeId, Tensor)],
        wanted: &[bool],
        run: Run<'_>,
    ) -> Option<Vec<Option<Tensor>>> {
        let mut dirty = vec![false; self.graph.len()];
        for (id, value) in replaced {
            assert_eq!(value.shape(), self.graph.node(*id).axes.shape().as_slice(), "{}", self.graph.path(*id));
            dirty[id.index()] = true;
        }
        for (id, node) in self.graph.nodes() {
            dirty[id.index()] |= node.inputs.iter().any(|input| dirty[input.index()]);
        }
        let known = |id: NodeId| {
            let put_in = replaced.iter().find(|(node, _)| *node == id).map(|(_, value)| value.clone());
            put_in.or_else(|| if dirty[id.index()] { None } else { self.get(id) })
        };
        evaluate(&self.graph, &self.parameters, &known, wanted, run)
    }

    /// How one cell came about: the formula with the numbers put in.
    pub fn derive(&self, mut id: NodeId, cell: &[usize]) -> Derivation {
        let mut cell = Dims::from_slice(cell);
        loop {
            let node = self.graph.node(id);
            let value = self.value(id).at(&cell);
            let Source::Computed(operation) = &node.source else {
                return Derivation { node: id, cell, formula: String::new(), terms: Vec::new(), value };
            };
            let shapes = self.graph.shapes(id);
            let inputs = self.values(&node.inputs);
            let lines = operation.derive(&cell, &inputs, &shapes);
            if operation.is_view() {
                let (input, source) = lines[0].sources[0].clone();
                (id, cell) = (node.inputs[input], source);
                continue;
            }
            let terms = lines
                .into_iter()
                .map(|line| Term {
                    term: line.term,
                    value: line.value,
                    sources: line.sources.into_iter().map(|(input, cell)| (node.inputs[input], cell)).collect(),
                })
                .collect();
            return Derivation { node: id, cell, formula: operation.formula(&shapes), terms, value };
        }
    }
}
