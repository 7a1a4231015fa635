//! A recorded pass with some of its steps doing something else: another mask, heads that give nothing, other rows of a
//! table, a value in the place of a computation.
//!
//! The graph keeps its nodes, axes and names, and only what a node does changes, so every value behind it follows, its
//! derivation tells what was really computed, and all that reads a record reads the changed one the same way.

use std::collections::BTreeMap;
use std::sync::Arc;

use smallvec::SmallVec;

use super::graph::{Graph, NodeId, Source};
use super::mask::Mask;
use super::operation::Operation;
use super::ops::{Gather, Ids, Masked, Silenced, Stated};
use super::record::Record;
use super::run::{Run, evaluate};
use super::{Axes, Kind};
use crate::tensor::Tensor;

/// What a node does instead.
#[derive(Clone)]
pub enum Edit {
    /// A node that hides scores hides these; some heads may have a mask of their own.
    Mask(Arc<Mask>, BTreeMap<usize, Arc<Mask>>),
    /// These heads give zeros.
    Silence(Vec<usize>),
    /// A node that reads rows of a table reads these.
    Rows(Arc<Ids>),
    /// These numbers stand there, whatever stands before; the formula says what they are.
    Value(Tensor, String),
}

impl Edit {
    /// The source and the inputs of a node that is edited.
    ///
    /// # Panics
    /// Where the edit does not fit the node: its axes would change, or it is none that the edit is about.
    fn of(self, graph: &Graph, id: NodeId) -> (Arc<dyn Operation>, SmallVec<[NodeId; 3]>) {
        let node = graph.node(id);
        let own = || node.operation().unwrap_or_else(|| panic!("{} computes nothing", graph.path(id)));
        let operation: Arc<dyn Operation> = match self {
            Edit::Mask(mask, own_masks) => {
                assert!(own().mask().is_some(), "{} hides nothing", graph.path(id));
                Arc::new(Masked { mask, own: own_masks })
            }
            Edit::Silence(heads) => {
                assert!(node.axes.find(Kind::Head).is_some(), "{} has no heads", graph.path(id));
                Arc::new(Silenced { operation: Arc::clone(own()), heads })
            }
            Edit::Rows(ids) => {
                let fits = own().ids().is_some_and(|own| own.axes == ids.axes);
                assert!(fits, "{} reads no such rows", graph.path(id));
                Arc::new(Gather { ids })
            }
            Edit::Value(value, formula) => {
                assert_eq!(value.shape(), node.axes.shape().as_slice(), "{}", graph.path(id));
                return (Arc::new(Stated { value, axes: node.axes.clone(), formula }), SmallVec::new());
            }
        };
        let inputs: SmallVec<[&Axes; 3]> = node.inputs.iter().map(|&input| &graph.node(input).axes).collect();
        assert_eq!(operation.axes(&inputs), node.axes, "{}", graph.path(id));
        (operation, node.inputs.clone())
    }
}

impl Graph {
    /// The same graph where some nodes do something else.
    ///
    /// # Panics
    /// Where an edit does not fit its node.
    fn edited(&self, edits: Vec<(NodeId, Edit)>) -> Arc<Graph> {
        let mut nodes = self.nodes.clone();
        for (id, edit) in edits {
            let (operation, inputs) = edit.of(self, id);
            let node = &mut nodes[id.index()];
            (node.source, node.inputs) = (Source::Computed(operation), inputs);
        }
        Arc::new(Graph { nodes, scopes: self.scopes.clone(), outputs: self.outputs.clone() })
    }
}

impl Record {
    /// The same pass where some nodes do something else, each named once: everything that depends on them is computed
    /// anew, the rest is shared to the bit. `None` where it was cancelled.
    ///
    /// # Panics
    /// Where an edit does not fit its node.
    pub fn edited(&self, edits: Vec<(NodeId, Edit)>, run: Run<'_>) -> Option<Record> {
        let mut dirty = vec![false; self.graph().len()];
        for (id, _) in &edits {
            dirty[id.index()] = true;
        }
        let graph = self.graph().edited(edits);
        for (id, node) in graph.nodes() {
            dirty[id.index()] |= node.inputs.iter().any(|input| dirty[input.index()]);
        }
        let known = |id: NodeId| if dirty[id.index()] { None } else { self.get(id) };
        let values = evaluate(&graph, self.parameters(), &known, &self.kept(), run)?;
        Some(self.of_graph(graph, values))
    }
}
