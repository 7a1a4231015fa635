//! The frozen result of building: nodes in the order of running, the scopes they stand in, and the named outputs.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use smallvec::SmallVec;

use super::axis::Axes;
use super::operation::{Operation, Shapes};
use super::parameter::ParameterId;
use super::vocabulary::Name;
use super::{Cell, Mask, Reason, Stream};
use crate::tensor::Tensor;

/// A node by its place in the order of running.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct NodeId(pub u32);

impl NodeId {
    /// Its place in lists with an entry a node.
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// A scope by its place in the order of opening; 0 is the whole pass.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ScopeId(pub u32);

/// Where a node's value comes from.
#[derive(Clone)]
pub enum Source {
    /// Put in from outside; `None` where only shapes are counted.
    Given(Option<Tensor>),
    /// A parameter.
    Parameter(ParameterId),
    /// Computed from other nodes.
    Computed(Arc<dyn Operation>),
}

/// One value of the pass.
#[derive(Clone)]
pub struct Node {
    /// Where the value comes from.
    pub source: Source,
    /// What it is computed from.
    pub inputs: SmallVec<[NodeId; 3]>,
    /// The named axes of the value.
    pub axes: Axes,
    /// The scope it was made in.
    pub scope: ScopeId,
    /// Its name, where it is a step of its own.
    pub name: Option<&'static Name>,
}

impl Node {
    /// The operation, where the node is computed.
    pub fn operation(&self) -> Option<&Arc<dyn Operation>> {
        match &self.source {
            Source::Computed(operation) => Some(operation),
            _ => None,
        }
    }
}

/// A named part of the pass: embeddings, a layer, its attention.
#[derive(Clone, Debug)]
pub struct Scope {
    /// What it is.
    pub name: &'static Name,
    /// Which one, where there are several (layer 3).
    pub index: Option<usize>,
    /// The scope around it; the whole pass has none.
    pub parent: Option<ScopeId>,
}

/// All nodes of one pass, in the order of running. It holds its inputs (token ids, masks, given tensors), so it can be
/// run again and again with any values of its parameters.
pub struct Graph {
    pub(super) nodes: Vec<Node>,
    pub(super) scopes: Vec<Scope>,
    pub(super) outputs: Vec<(String, NodeId)>,
}

impl Graph {
    /// The nodes in the order of running.
    pub fn nodes(&self) -> impl DoubleEndedIterator<Item = (NodeId, &Node)> {
        self.nodes.iter().enumerate().map(|(i, node)| (NodeId(i as u32), node))
    }

    /// How many nodes there are.
    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    /// Whether nothing was built.
    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }

    /// One node.
    pub fn node(&self, id: NodeId) -> &Node {
        &self.nodes[id.index()]
    }

    /// The scopes in the order of opening, the whole pass first.
    pub fn scopes(&self) -> impl Iterator<Item = (ScopeId, &Scope)> {
        self.scopes.iter().enumerate().map(|(i, scope)| (ScopeId(i as u32), scope))
    }

    /// One scope.
    pub fn scope(&self, id: ScopeId) -> &Scope {
        &self.scopes[id.0 as usize]
    }

    /// The outputs by their official names, in the order of being made.
    pub fn outputs(&self) -> &[(String, NodeId)] {
        &self.outputs
    }

    /// An output by its official name.
    pub fn output(&self, name: &str) -> Option<NodeId> {
        self.outputs.iter().find(|(n, _)| n == name).map(|&(_, id)| id)
    }

    /// The axes around a node.
    pub fn shapes(&self, id: NodeId) -> Shapes<'_> {
        let node = self.node(id);
        Shapes { inputs: node.inputs.iter().map(|&input| &self.node(input).axes).collect(), output: &node.axes }
    }

    /// The path of a scope, `layer.3/attention`; empty for the whole pass.
    pub fn scope_path(&self, id: ScopeId) -> String {
        let scope = self.scope(id);
        let own = match scope.index {
            Some(index) => format!("{}.{index}", scope.name.id),
            None => scope.name.id.to_owned(),
        };
        match scope.parent {
            None => String::new(),
            Some(ScopeId(0)) => own,
            Some(parent) => format!("{}/{own}", self.scope_path(parent)),
        }
    }

    /// The path of a node: its scopes, then its name or the name of its operation.
    pub fn path(&self, id: NodeId) -> String {
        let node = self.node(id);
        let own = match (&node.name, &node.source) {
            (Some(name), _) => name.id,
            (None, Source::Computed(operation)) => operation.name(),
            (None, Source::Given(_)) => "given",
            (None, Source::Parameter(_)) => "parameter",
        };
        match self.scope_path(node.scope) {
            scope if scope.is_empty() => own.to_owned(),
            scope => format!("{scope}/{own}"),
        }
    }

    /// The steps that a person walks through: named nodes, in the order of running.
    pub fn steps(&self) -> impl DoubleEndedIterator<Item = NodeId> {
        self.nodes().filter(|(_, node)| node.name.is_some() && node.operation().is_some()).map(|(id, _)| id)
    }

    /// The nearest node at or before `id` that is no pure change of axes.
    pub fn through_views(&self, mut id: NodeId) -> NodeId {
        while self.node(id).operation().is_some_and(|operation| operation.is_view()) {
            id = self.node(id).inputs[0];
        }
        id
    }

    /// The attentions of the pass: every value named `weights`, with its layer and streams.
    pub fn attentions(&self) -> Vec<Attention> {
        let weights = self.nodes().filter(|(_, node)| node.name == Some(&super::vocabulary::WEIGHTS));
        weights.map(|(id, _)| self.attention(id)).collect()
    }

    fn attention(&self, weights: NodeId) -> Attention {
        use super::{Kind, vocabulary as name};
        let node = self.node(weights);
        let (query, key) = (node.axes.get(Kind::Query), node.axes.get(Kind::Key));
        let streams = (query.map_or(Stream::NONE, |a| a.stream), key.map_or(Stream::NONE, |a| a.stream));
        let sibling = |name: &'static Name| {
            self.nodes().find(|(_, n)| n.scope == node.scope && n.name == Some(name)).map(|(id, _)| id)
        };
        let before = self.hiding_before(weights);
        let hides = || self.node(before?).operation();
        Attention {
            weights,
            scores: sibling(&name::SCORES),
            content: sibling(&name::CONTENT_SCORES),
            masked: sibling(&name::MASKED),
            hiding: before.filter(|_| hides().is_some_and(|operation| operation.mask().is_some())),
            query: sibling(&name::QUERY),
            key: sibling(&name::KEY),
            value: sibling(&name::VALUE),
            context: sibling(&name::CONTEXT),
            mask: hides().and_then(|operation| operation.mask()).cloned(),
            head_masks: hides().and_then(|operation| operation.head_masks()).cloned().unwrap_or_default(),
            layer: self.layer_of(node.scope),
            query_stream: streams.0,
            key_stream: streams.1,
            heads: node.axes.get(Kind::Head).map_or(1, |a| a.len),
        }
    }

    /// What is turned into weights, pure changes of axes looked through.
    fn hiding_before(&self, weights: NodeId) -> Option<NodeId> {
        Some(self.through_views(*self.node(weights).inputs.first()?))
    }

    fn layer_of(&self, scope: ScopeId) -> usize {
        let mut at = Some(scope);
        while let Some(id) = at {
            let scope = self.scope(id);
            if let Some(index) = scope.index {
                return index;
            }
            at = scope.parent;
        }
        0
    }

    /// Floating-point operations of the whole pass.
    pub fn cost(&self) -> u64 {
        self.nodes().map(|(id, _)| self.cost_of(id)).sum()
    }

    /// Floating-point operations of one node.
    pub fn cost_of(&self, id: NodeId) -> u64 {
        let node = self.node(id);
        node.operation().map_or(0, |operation| operation.cost(&self.shapes(id)))
    }
}

/// One attention of the pass: where its tensors stand. What an architecture does not have is `None`.
#[derive(Clone, Debug)]
pub struct Attention {
    /// After the softmax, with axes head, query, key.
    pub weights: NodeId,
    /// Before mask and softmax.
    pub scores: Option<NodeId>,
    /// The part of the scores that comes from what query and key hold, where their distance adds another.
    pub content: Option<NodeId>,
    /// The scores with hidden places filled.
    pub masked: Option<NodeId>,
    /// The step that applies the mask.
    pub hiding: Option<NodeId>,
    /// Query vectors of the heads.
    pub query: Option<NodeId>,
    /// Key vectors of the heads.
    pub key: Option<NodeId>,
    /// Value vectors of the heads.
    pub value: Option<NodeId>,
    /// The values summed by the weights, a vector a head.
    pub context: Option<NodeId>,
    /// What is hidden, and why.
    pub mask: Option<Arc<Mask>>,
    /// The masks of heads that do not share that one.
    pub head_masks: BTreeMap<usize, Arc<Mask>>,
    /// Counted from 0.
    pub layer: usize,
    /// Whose positions look.
    pub query_stream: Stream,
    /// Whose positions are looked at.
    pub key_stream: Stream,
    /// How many heads there are.
    pub heads: usize,
}

impl Attention {
    /// What a head may not see, and why.
    pub fn mask_of(&self, head: usize) -> Option<&Arc<Mask>> {
        self.head_masks.get(&head).or(self.mask.as_ref())
    }

    /// The reason that hides a cell from a head, or, without one, from all heads.
    pub fn reason(&self, head: Option<usize>, cell: Cell) -> Option<&'static Reason> {
        if let Some(head) = head {
            return self.mask_of(head)?.reason(cell);
        }
        let first = self.mask_of(0)?.reason(cell)?;
        let all = self.head_masks.is_empty()
            || (0..self.heads).all(|head| self.mask_of(head).is_some_and(|mask| mask.reason(cell).is_some()));
        all.then_some(first)
    }

    /// Whether each cell can be seen by a head, or, without one, by any: of the first example, row-major over (query, key).
    /// `None` where nothing is hidden.
    pub fn visible(&self, head: Option<usize>) -> Option<Cow<'_, [bool]>> {
        let one = |head: usize| self.mask_of(head).map(|mask| Cow::Borrowed(mask.visible()));
        if head.is_some() || self.head_masks.is_empty() {
            return one(head.unwrap_or(0));
        }
        let mut any = one(0)?.into_owned();
        for head in 1..self.heads {
            let visible = one(head)?;
            any.iter_mut().zip(visible.iter()).for_each(|(any, visible)| *any |= visible);
        }
        Some(Cow::Owned(any))
    }

    /// The word that tells this attention from the model's others: `cross` where one stream looks at another.
    pub fn stream(&self) -> &'static str {
        if self.is_cross() { "cross" } else { self.query_stream.0 }
    }

    /// Whether one stream looks at another, so that queries and keys do not count the same positions.
    pub fn is_cross(&self) -> bool {
        self.query_stream.positions() != self.key_stream.positions()
    }
}
