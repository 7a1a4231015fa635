//! What an operation is: shape rule, evaluation, cost, gradient, formula and worked numbers, in one place.

use std::collections::BTreeMap;
use std::sync::Arc;

use smallvec::{SmallVec, smallvec};

use super::axis::Axes;
use crate::tensor::{Dims, Pool, Tensor};

/// The named axes around one step.
pub struct Shapes<'a> {
    /// Of each input.
    pub inputs: SmallVec<[&'a Axes; 3]>,
    /// Of the result.
    pub output: &'a Axes,
}

/// The values that a gradient reads; only those that [`Operation::reads`] asked for are there.
pub struct Values<'a> {
    inputs: &'a [Option<Tensor>],
    output: Option<&'a Tensor>,
}

impl<'a> Values<'a> {
    /// Values around one step.
    pub fn new(inputs: &'a [Option<Tensor>], output: Option<&'a Tensor>) -> Self {
        Self { inputs, output }
    }

    /// The value of an input.
    ///
    /// # Panics
    /// Where [`Operation::reads`] did not ask for it.
    pub fn input(&self, place: usize) -> &'a Tensor {
        self.inputs[place].as_ref().expect("an input that the operation's `reads` names")
    }

    /// The value of the result.
    ///
    /// # Panics
    /// Where [`Operation::reads`] did not ask for it.
    pub fn output(&self) -> &'a Tensor {
        self.output.expect("the output that the operation's `reads` names")
    }
}

/// Which values a gradient reads, so that a learning pass keeps those and no others.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Reads {
    /// A bit for each input.
    pub inputs: u8,
    /// The result.
    pub output: bool,
}

impl Reads {
    /// Nothing.
    pub const NOTHING: Reads = Reads { inputs: 0, output: false };
    /// The result alone.
    pub const OUTPUT: Reads = Reads { inputs: 0, output: true };
    /// All inputs.
    pub const INPUTS: Reads = Reads { inputs: u8::MAX, output: false };
    /// The first input alone.
    pub const FIRST: Reads = Reads { inputs: 1, output: false };
}

/// One line of a worked example: a term, its number, and where that number comes from.
#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    /// The term, in symbols.
    pub term: String,
    /// Its number.
    pub value: f32,
    /// The cells that the number was made from: which input, and where in it. Each opens in turn.
    pub sources: SmallVec<[(usize, Dims); 2]>,
}

impl Line {
    /// A line whose number was computed on the way.
    pub fn computed(term: impl Into<String>, value: f32) -> Self {
        Self { term: term.into(), value, sources: SmallVec::new() }
    }

    /// A line whose number is a cell of an input, which opens in turn.
    pub fn read(term: impl Into<String>, value: f32, input: usize, cell: Dims) -> Self {
        Self { term: term.into(), value, sources: smallvec![(input, cell)] }
    }

    /// The same line with one more cell behind it.
    #[must_use]
    pub fn and(mut self, input: usize, cell: Dims) -> Self {
        self.sources.push((input, cell));
        self
    }
}

/// The gradients with respect to the inputs; `None` where an input takes none.
pub type InputGradients = SmallVec<[Option<Tensor>; 3]>;

/// One kind of step. Everything that the tape knows of it stands in its implementation.
pub trait Operation: Send + Sync {
    /// What it is called in messages.
    fn name(&self) -> &'static str;

    /// The shape rule: axes of the result from those of the inputs.
    ///
    /// # Panics
    /// Where they do not fit, since then a model is built wrongly; what comes from outside is checked before.
    fn axes(&self, inputs: &[&Axes]) -> Axes;

    /// The result. The inputs are the operation's own: the buffer of one that nobody else holds may be reused.
    fn evaluate(&self, inputs: &mut SmallVec<[Tensor; 3]>, shapes: &Shapes<'_>, pool: &Arc<Pool>) -> Tensor;

    /// Floating-point operations; a multiplication and an addition count as two.
    fn cost(&self, shapes: &Shapes<'_>) -> u64;

    /// What [`Operation::gradient`] reads.
    fn reads(&self) -> Reads;

    /// Gradients with respect to the inputs from the one with respect to the result.
    fn gradient(&self, grad: &Tensor, values: &Values<'_>, shapes: &Shapes<'_>, pool: &Arc<Pool>) -> InputGradients;

    /// The formula, in symbols.
    fn formula(&self, shapes: &Shapes<'_>) -> String;

    /// The formula with the numbers of one cell put in; the last line is the result.
    fn derive(&self, cell: &[usize], inputs: &[Tensor], shapes: &Shapes<'_>) -> Vec<Line>;

    /// Whether only axes change and no number: then it is no step of its own.
    fn is_view(&self) -> bool {
        false
    }

    /// Whether the result always lies in the memory of the first input.
    fn shares_data(&self) -> bool {
        false
    }

    /// Whether it reads 16-bit numbers as they are; others get them widened.
    fn reads_halves(&self) -> bool {
        false
    }

    /// The constant that every number of the result is multiplied with, where there is one.
    fn factor(&self) -> Option<f32> {
        None
    }

    /// The inputs that the result is a sum of, each put through something linear, while the others are held as they are:
    /// a bit for each, 0 where it is no such sum. A norm is one of what it norms, once its spread is held.
    fn summed(&self) -> u8 {
        0
    }

    /// The gradient with respect to one input of [`Operation::summed`] alone. `values` holds what [`Operation::reads`]
    /// asked for.
    fn gradient_of(
        &self,
        input: usize,
        grad: &Tensor,
        values: &Values<'_>,
        shapes: &Shapes<'_>,
        pool: &Arc<Pool>,
    ) -> Option<Tensor> {
        self.gradient(grad, values, shapes, pool).into_iter().nth(input).flatten()
    }

    /// The mask, where this step applies one.
    fn mask(&self) -> Option<&Arc<super::Mask>> {
        None
    }

    /// The masks of heads that do not share that one, where this step applies any.
    fn head_masks(&self) -> Option<&BTreeMap<usize, Arc<super::Mask>>> {
        None
    }

    /// The numbers of the rows, where this step reads rows of a table.
    fn ids(&self) -> Option<&Arc<super::Ids>> {
        None
    }
}
