//! A pass at one position of one stream: what its values hold there, and which numbers a number there is made of.

use std::collections::BTreeMap;
use std::sync::Arc;

use smallvec::SmallVec;

use crate::tape::{Axes, Axis, Graph, Kind, NodeId, Operation, Record, Shapes, Stream, Values};
use crate::tensor::{Activation, Pool, Tensor};

/// One position of a record's first example.
pub(super) struct Spot<'a> {
    pub record: &'a Record,
    pub stream: Stream,
    pub position: usize,
    pub pool: &'a Arc<Pool>,
}

/// How a value leads back to others.
pub(super) enum Back {
    /// It is a sum of these inputs, each put through something linear.
    Sum(SmallVec<[usize; 3]>),
    /// It is its one input times a factor for each number, taken from the pass, and what that leaves over.
    Factor,
    /// Nothing of the kind.
    End,
}

impl Spot<'_> {
    pub fn graph(&self) -> &Graph {
        self.record.graph()
    }

    /// Whether an axis runs along the stream, so that one of its places is this position.
    fn is_along(&self, axis: &Axis) -> bool {
        matches!(axis.kind, Kind::Token | Kind::Query) && axis.stream == self.stream
    }

    /// The axes of a value, those along the stream and the examples one long.
    pub fn axes(&self, id: NodeId) -> Axes {
        let cut = |axis: &Axis| match axis.kind {
            _ if self.is_along(axis) => Axis::along(axis.kind, 1, axis.stream),
            Kind::Batch => Axis::new(Kind::Batch, 1),
            _ => axis.clone(),
        };
        Axes::new(self.graph().node(id).axes.iter().map(cut))
    }

    /// A value at this position, with [`Spot::axes`].
    pub fn value(&self, id: NodeId) -> Tensor {
        let mut value = self.record.value(id);
        for (place, axis) in self.graph().node(id).axes.iter().enumerate() {
            if self.is_along(axis) {
                value = value.slice(place, self.position..self.position + 1);
            } else if axis.kind == Kind::Batch {
                value = value.slice(place, 0..1);
            }
        }
        value
    }

    /// Its numbers.
    pub fn row(&self, id: NodeId) -> Vec<f32> {
        self.value(id).to_vec()
    }

    /// How a value leads back. What a norm divides by and what a gate lets through are taken from the pass.
    pub fn back(&self, id: NodeId) -> Back {
        let node = self.graph().node(id);
        let Some(operation) = node.operation() else { return Back::End };
        let summed = operation.summed();
        if summed != 0 {
            return Back::Sum((0..node.inputs.len()).filter(|&place| summed >> place.min(7) & 1 == 1).collect());
        }
        let is_learned = |place: usize| self.graph().node(node.inputs[place]).operation().is_none();
        match operation.name() {
            "times" if is_learned(1) => Back::Sum(SmallVec::from_slice(&[0])),
            "times" if is_learned(0) => Back::Sum(SmallVec::from_slice(&[1])),
            _ if is_bend(&**operation) => Back::Factor,
            _ => Back::End,
        }
    }

    /// From the gradient with respect to a value to that of one of the inputs that it is a sum of.
    pub fn gradient(&self, id: NodeId, input: usize, grad: &Tensor) -> Option<Tensor> {
        let node = self.graph().node(id);
        let operation = node.operation()?;
        let axes: Vec<Axes> = node.inputs.iter().map(|&input| self.axes(input)).collect();
        let output = self.axes(id);
        let shapes = Shapes { inputs: axes.iter().collect(), output: &output };
        let reads = operation.reads();
        let halves = operation.reads_halves();
        let read = |(place, &input): (usize, &NodeId)| {
            let read = reads.inputs >> place.min(7) & 1 == 1;
            read.then(|| if halves { self.value(input) } else { self.value(input).widened() })
        };
        let inputs: SmallVec<[Option<Tensor>; 3]> = node.inputs.iter().enumerate().map(read).collect();
        let own = reads.output.then(|| self.value(id));
        operation.gradient_of(input, grad, &Values::new(&inputs, own.as_ref()), &shapes, self.pool)
    }

    /// The value of an operation over other inputs than those of the pass, at so many places of the stream at once.
    pub fn evaluate(&self, id: NodeId, inputs: &[(Tensor, Axes)], output: &Axes) -> Option<Tensor> {
        let operation = self.graph().node(id).operation()?;
        let shapes = Shapes { inputs: inputs.iter().map(|(_, axes)| axes).collect(), output };
        let mut values: SmallVec<[Tensor; 3]> = inputs.iter().map(|(value, _)| value.clone()).collect();
        Some(operation.evaluate(&mut values, &shapes, self.pool))
    }

    /// Goes back from a number through everything that is a sum, and tells `end` where it ends: with the gradient there.
    /// The products of gradient and value at the ends, and what is returned, add up to the number. `stop` says where it
    /// ends early.
    pub fn trace(
        &self,
        (from, seed): (NodeId, Tensor),
        stop: impl Fn(NodeId) -> bool,
        mut end: impl FnMut(NodeId, &Tensor),
    ) -> f64 {
        let mut left_over = 0.0;
        let mut open: BTreeMap<NodeId, Tensor> = BTreeMap::from([(from, seed)]);
        while let Some((id, grad)) = open.pop_last() {
            let inputs = &self.graph().node(id).inputs;
            let back = if stop(id) { Back::End } else { self.back(id) };
            match back {
                Back::Sum(places) => {
                    for place in places {
                        if let Some(part) = self.gradient(id, place, &grad) {
                            add(&mut open, inputs[place], part);
                        }
                    }
                }
                Back::Factor => {
                    let (x, y, g) = (self.row(inputs[0]), self.row(id), grad.to_vec());
                    let factor: Vec<f32> = x.iter().zip(&y).map(|(x, y)| factor(*x, *y)).collect();
                    let terms = g.iter().zip(&factor).zip(x.iter().zip(&y));
                    left_over +=
                        terms.map(|((g, f), (x, y))| f64::from(*g) * (f64::from(*y) - f64::from(f * x))).sum::<f64>();
                    let part = g.iter().zip(&factor).map(|(g, factor)| g * factor).collect();
                    add(&mut open, inputs[0], Tensor::new(part, &self.axes(inputs[0]).shape()));
                }
                Back::End => end(id, &grad),
            }
        }
        left_over
    }
}

/// Adds a part to the gradient that has come to a value so far.
fn add(open: &mut BTreeMap<NodeId, Tensor>, id: NodeId, part: Tensor) {
    let sum = match open.remove(&id) {
        None => part,
        Some(sum) => {
            let both = sum.to_vec().iter().zip(part.to_vec()).map(|(a, b)| a + b).collect();
            Tensor::new(both, part.shape())
        }
    };
    open.insert(id, sum);
}

/// Whether an operation is a function of each number that is no sum.
pub(super) fn is_bend(operation: &dyn Operation) -> bool {
    operation.summed() == 0 && Activation::from_name(operation.name()).is_some()
}

/// `y ÷ x`, or nothing where x is so small that it would say nothing.
fn factor(x: f32, y: f32) -> f32 {
    let factor = y / x;
    if x.abs() > 1e-20 && factor.is_finite() { factor } else { 0.0 }
}

/// The sum of products.
pub(super) fn dot(a: &[f32], b: &[f32]) -> f64 {
    a.iter().zip(b).map(|(a, b)| f64::from(*a) * f64::from(*b)).sum()
}

/// The length of a vector.
pub(super) fn length(x: &[f32]) -> f32 {
    dot(x, x).sqrt() as f32
}

/// The cosine of the angle between two vectors; 0 where one of them is nothing.
pub(super) fn cosine(a: &[f32], b: &[f32]) -> f32 {
    let lengths = (dot(a, a) * dot(b, b)).sqrt();
    if lengths > 0.0 { (dot(a, b) / lengths) as f32 } else { 0.0 }
}
