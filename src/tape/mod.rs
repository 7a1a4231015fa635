//! The tape: a model writes its equations over named axes, and what it wrote is kept as a [`Graph`].
//!
//! No shape depends on a value, so building never needs a number: a model only ever builds, over shapes. The graph is then
//! counted, drawn, run, run backwards or replayed with a value replaced, all by the same few functions; a model does not
//! know which. Handles ([`Var`]) live only while a tape is built.

mod axis;
mod backward;
mod edit;
mod graph;
mod mask;
mod operation;
mod ops;
mod parameter;
mod record;
mod run;
pub mod vocabulary;

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use smallvec::SmallVec;

pub use axis::{Axes, Axis, Kind, Stream};
pub use backward::Gradients;
pub use edit::Edit;
pub use graph::{Attention, Graph, Node, NodeId, Scope, ScopeId, Source};
pub use mask::{Cell, Effect, FUTURE, HAND, Mask, NO_ENTITY, OWN_CONTENT, PADDING, PERMUTATION, Reason, Rule, WINDOW};
pub use operation::{InputGradients, Line, Operation, Reads, Shapes, Values};
pub use ops::{Ids, LinearLayout, Look, Looks, Targets};
pub use parameter::{Entry, Parameter, ParameterId, Parameters, SharedParameters};
pub use record::{Derivation, Record, Term};
pub use run::{Keep, Run};
pub use vocabulary::Name;

use crate::tensor::{Activation, Tensor};

/// Where a pass is written down while a model builds it.
#[derive(Default)]
pub struct Tape {
    state: RefCell<State>,
}

#[derive(Default)]
struct State {
    graph: Building,
    /// The scope that is open.
    open: u32,
}

#[derive(Default)]
struct Building {
    nodes: Vec<Node>,
    scopes: Vec<Scope>,
    outputs: Vec<(String, NodeId)>,
    /// The node of each parameter that was used, by id.
    parameters: Vec<Option<NodeId>>,
}

impl Tape {
    /// An empty tape.
    pub fn new() -> Self {
        let tape = Self::default();
        tape.state.borrow_mut().graph.scopes.push(Scope { name: &vocabulary::PASS, index: None, parent: None });
        tape
    }

    /// Runs `build` inside a named scope.
    pub fn scope<T>(&self, name: &'static Name, build: impl FnOnce() -> T) -> T {
        self.scope_at(name, None, build)
    }

    /// Runs `build` inside a named and numbered scope (layer 3).
    pub fn numbered<T>(&self, name: &'static Name, index: usize, build: impl FnOnce() -> T) -> T {
        self.scope_at(name, Some(index), build)
    }

    fn scope_at<T>(&self, name: &'static Name, index: Option<usize>, build: impl FnOnce() -> T) -> T {
        let parent = {
            let mut state = self.state.borrow_mut();
            let parent = state.open;
            state.open = state.graph.scopes.len() as u32;
            state.graph.scopes.push(Scope { name, index, parent: Some(ScopeId(parent)) });
            parent
        };
        let result = build();
        self.state.borrow_mut().open = parent;
        result
    }

    fn push(&self, source: Source, inputs: &[NodeId], axes: Axes) -> Var<'_> {
        let mut state = self.state.borrow_mut();
        let scope = ScopeId(state.open);
        let id = NodeId(state.graph.nodes.len() as u32);
        state.graph.nodes.push(Node { source, inputs: inputs.into(), axes, scope, name: None });
        Var { tape: self, id }
    }

    /// A value from outside: a cache, a picture, a memory.
    pub fn given(&self, value: Tensor, axes: Axes) -> Var<'_> {
        assert_eq!(axes.shape().as_slice(), value.shape(), "a given value and its axes");
        self.push(Source::Given(Some(value)), &[], axes)
    }

    /// A value from outside of which only the shape is known, for counting.
    pub fn given_shape(&self, axes: Axes) -> Var<'_> {
        self.push(Source::Given(None), &[], axes)
    }

    /// A parameter; the same node wherever it is used.
    pub fn parameter(&self, parameter: &Parameter) -> Var<'_> {
        let place = parameter.id.0 as usize;
        if let Some(id) = self.state.borrow().graph.parameters.get(place).copied().flatten() {
            return Var { tape: self, id };
        }
        let var = self.push(Source::Parameter(parameter.id), &[], parameter.axes.clone());
        let parameters = &mut self.state.borrow_mut().graph.parameters;
        if parameters.len() <= place {
            parameters.resize(place + 1, None);
        }
        parameters[place] = Some(var.id);
        var
    }

    /// The rows of a table (entry, feature) that belong to ids: (ids..., feature).
    pub fn gather(&self, table: &Parameter, ids: &Arc<Ids>) -> Var<'_> {
        let table = self.parameter(table);
        table.apply(Arc::new(ops::Gather { ids: Arc::clone(ids) }), &[])
    }

    /// Gives a value an official name, under which it can be had from the record.
    pub fn output(&self, name: impl Into<String>, var: Var<'_>) {
        self.state.borrow_mut().graph.outputs.push((name.into(), var.id));
    }

    /// The value that has an official name; the last where several took it.
    pub fn find_output(&self, name: &str) -> Option<Var<'_>> {
        let state = self.state.borrow();
        let (_, id) = state.graph.outputs.iter().rev().find(|(output, _)| output == name)?;
        Some(Var { tape: self, id: *id })
    }

    /// Ends building.
    pub fn finish(self) -> Arc<Graph> {
        let Building { nodes, scopes, outputs, .. } = self.state.into_inner().graph;
        Arc::new(Graph { nodes, scopes, outputs })
    }
}

/// A value on a tape that is being built: a small copyable handle.
#[derive(Clone, Copy)]
pub struct Var<'t> {
    tape: &'t Tape,
    id: NodeId,
}

impl fmt::Debug for Var<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Var {} {:?}", self.id.0, self.axes())
    }
}

impl<'t> Var<'t> {
    /// The tape that the value stands on.
    pub fn tape(self) -> &'t Tape {
        self.tape
    }

    /// Its node.
    pub fn id(self) -> NodeId {
        self.id
    }

    /// Its named axes.
    pub fn axes(self) -> Axes {
        self.tape.state.borrow().graph.nodes[self.id.index()].axes.clone()
    }

    /// The axis of a kind that must be there.
    pub fn axis(self, kind: Kind) -> Axis {
        let axes = self.axes();
        axes[axes.place(kind)].clone()
    }

    /// The length of a kind that must be there.
    pub fn len_of(self, kind: Kind) -> usize {
        self.axes().len_of(kind)
    }

    /// Gives the value its name: then it is a step that a person can stop at.
    #[must_use]
    pub fn named(self, name: &'static Name) -> Self {
        self.tape.state.borrow_mut().graph.nodes[self.id.index()].name = Some(name);
        self
    }

    fn apply(self, operation: Arc<dyn Operation>, others: &[Var<'t>]) -> Var<'t> {
        let inputs: SmallVec<[NodeId; 3]> = std::iter::once(self.id).chain(others.iter().map(|var| var.id)).collect();
        let axes = {
            let state = self.tape.state.borrow();
            let shapes: SmallVec<[&Axes; 3]> = inputs.iter().map(|id| &state.graph.nodes[id.index()].axes).collect();
            operation.axes(&shapes)
        };
        self.tape.push(Source::Computed(operation), &inputs, axes)
    }

    /// `x Wᵀ + b`: the last axis of `x` becomes the axis `to` of the weight.
    #[must_use]
    pub fn linear(self, weight: Var<'t>, bias: Option<Var<'t>>, to: Kind) -> Self {
        let operation = Arc::new(ops::Linear { to });
        match bias {
            Some(bias) => self.apply(operation, &[weight, bias]),
            None => self.apply(operation, &[weight]),
        }
    }

    /// The sum of products over one axis, times a constant. Other axes of the same kind run along together; the rest of
    /// the left, then of the right, come last.
    #[must_use]
    pub fn product(self, other: Var<'t>, over: Kind, scale: f32) -> Self {
        self.apply(Arc::new(ops::Product { over, scale }), &[other])
    }

    /// The scores with hidden places filled as the mask says.
    #[must_use]
    pub fn masked(self, mask: &Arc<Mask>) -> Self {
        self.apply(Arc::new(ops::Masked { mask: Arc::clone(mask), own: BTreeMap::new() }), &[])
    }

    /// Exponentials over the last axis, divided by their sum.
    #[must_use]
    pub fn softmax(self) -> Self {
        self.apply(Arc::new(ops::Softmax { of_visible: false }), &[])
    }

    /// The softmax, where a row whose scores were all replaced by the lowest number gets zeros instead of equal shares.
    #[must_use]
    pub fn softmax_of_visible(self) -> Self {
        self.apply(Arc::new(ops::Softmax { of_visible: true }), &[])
    }

    /// The rows of a table (entry, feature) that was computed: (ids..., feature).
    #[must_use]
    pub fn rows(self, ids: &Arc<Ids>) -> Self {
        self.apply(Arc::new(ops::Gather { ids: Arc::clone(ids) }), &[])
    }

    /// From each row along `over` the numbers at the places that `ids` name. Axes that both have run along together;
    /// those that only the ids have come last.
    #[must_use]
    pub fn pick(self, ids: &Arc<Ids>, over: Kind) -> Self {
        self.apply(Arc::new(ops::Pick { ids: Arc::clone(ids), over }), &[])
    }

    /// What stands `by` places further along an axis; zeros where nothing does.
    #[must_use]
    pub fn shifted(self, kind: Kind, by: isize) -> Self {
        self.apply(Arc::new(ops::Shift { kind, by }), &[])
    }

    /// The logarithm of the softmax over the last axis.
    #[must_use]
    pub fn log_softmax(self) -> Self {
        self.apply(Arc::new(ops::LogSoftmax), &[])
    }

    /// A function of each number.
    #[must_use]
    pub fn activation(self, function: Activation) -> Self {
        self.apply(Arc::new(ops::Activate { function }), &[])
    }

    /// The mean over the last axis.
    #[must_use]
    pub fn mean(self) -> Self {
        self.apply(Arc::new(ops::Mean), &[])
    }

    /// `√(variance + epsilon)` over the last axis.
    #[must_use]
    pub fn deviation(self, mean: Var<'t>, epsilon: f32) -> Self {
        self.apply(Arc::new(ops::Deviation { epsilon }), &[mean])
    }

    /// `(x − mean) ÷ deviation × scale + shift`, scale and shift along the last axis.
    #[must_use]
    pub fn normalise(self, mean: Var<'t>, deviation: Var<'t>, scale: Var<'t>, shift: Var<'t>) -> Self {
        self.apply(Arc::new(ops::Normalise), &[mean, deviation, scale, shift])
    }

    /// The mean of `−ln softmax(x)[target]` over the rows that count: a loss, one number.
    #[must_use]
    pub fn cross_entropy(self, targets: &Arc<Targets>) -> Self {
        self.apply(Arc::new(ops::CrossEntropy { targets: Arc::clone(targets) }), &[])
    }

    /// The mean of `−ln` of the weight that a head gives to where it should look: a loss, one number. The value holds
    /// weights (batch, head, query, key).
    #[must_use]
    pub fn focus(self, wanted: &Arc<Looks>) -> Self {
        self.apply(Arc::new(ops::Focus { wanted: Arc::clone(wanted) }), &[])
    }

    /// The same value, through which no gradient passes: a frozen layer, a memory.
    #[must_use]
    pub fn detached(self) -> Self {
        self.apply(Arc::new(ops::Detach), &[])
    }

    /// `√(mean square + epsilon)` over the last axis.
    #[must_use]
    pub fn root_mean_square(self, epsilon: f32) -> Self {
        self.apply(Arc::new(ops::RootMeanSquare { epsilon }), &[])
    }

    /// `x ÷ size × scale`, a size for each row and a scale along the last axis.
    #[must_use]
    pub fn rescale(self, size: Var<'t>, scale: Var<'t>) -> Self {
        self.apply(Arc::new(ops::Rescale), &[size, scale])
    }

    /// The same axes in another order.
    #[must_use]
    pub fn arrange(self, order: &[Kind]) -> Self {
        self.apply(Arc::new(ops::Arrange { order: order.into() }), &[])
    }

    /// One axis as two.
    #[must_use]
    pub fn split(self, kind: Kind, outer: Axis, inner: Axis) -> Self {
        self.apply(Arc::new(ops::Split { kind, outer, inner }), &[])
    }

    /// Two axes as one, in the place of the inner one.
    #[must_use]
    pub fn merge(self, outer: Kind, inner: Kind, into: Kind) -> Self {
        self.apply(Arc::new(ops::Merge { outer, inner, into }), &[])
    }

    /// The same numbers, an axis in another part (a token as a query).
    #[must_use]
    pub fn rename(self, from: Kind, to: Kind) -> Self {
        self.apply(Arc::new(ops::Rename { from, to }), &[])
    }

    /// A range of one axis, under the name `to`.
    #[must_use]
    pub fn slice(self, kind: Kind, range: std::ops::Range<usize>, to: Kind) -> Self {
        self.apply(Arc::new(ops::Slice { kind, range, to }), &[])
    }

    /// One index of an axis.
    #[must_use]
    pub fn select(self, kind: Kind, index: usize) -> Self {
        self.apply(Arc::new(ops::Select { kind, index }), &[])
    }

    /// This value, then another, along one axis: a cache and what is new.
    #[must_use]
    pub fn append(self, new: Var<'t>, kind: Kind) -> Self {
        self.apply(Arc::new(ops::Append { kind }), &[new])
    }
}

impl<'t> std::ops::Add for Var<'t> {
    type Output = Var<'t>;

    /// The sum; an axis that one side lacks runs along.
    fn add(self, other: Var<'t>) -> Var<'t> {
        self.apply(Arc::new(ops::Combine { how: ops::How::Add }), &[other])
    }
}

impl<'t> std::ops::Mul for Var<'t> {
    type Output = Var<'t>;

    /// The product number by number; an axis that one side lacks runs along.
    fn mul(self, other: Var<'t>) -> Var<'t> {
        self.apply(Arc::new(ops::Combine { how: ops::How::Multiply }), &[other])
    }
}

impl<'t> std::ops::Mul<f32> for Var<'t> {
    type Output = Var<'t>;

    fn mul(self, factor: f32) -> Var<'t> {
        self.apply(Arc::new(ops::Scale { factor }), &[])
    }
}
