//! A function of each number: the bend between two products.

use std::sync::Arc;

use smallvec::{SmallVec, smallvec};

use super::super::axis::Axes;
use super::super::operation::{InputGradients, Line, Operation, Reads, Shapes, Values};
use super::flat;
use crate::tensor::{Activation, Pool, Tensor};

/// One of the functions that feed-forward networks use.
pub struct Activate {
    pub function: Activation,
}

impl Operation for Activate {
    fn name(&self) -> &'static str {
        self.function.name()
    }

    fn axes(&self, inputs: &[&Axes]) -> Axes {
        inputs[0].clone()
    }

    fn evaluate(&self, inputs: &mut SmallVec<[Tensor; 3]>, shapes: &Shapes<'_>, pool: &Arc<Pool>) -> Tensor {
        let mut out = inputs.remove(0).into_owned(pool);
        self.function.forward_in_place(&mut out);
        pool.tensor(out, &shapes.output.shape())
    }

    fn cost(&self, shapes: &Shapes<'_>) -> u64 {
        8 * shapes.output.size() as u64
    }

    fn reads(&self) -> Reads {
        Reads::FIRST
    }

    fn gradient(&self, grad: &Tensor, values: &Values<'_>, shapes: &Shapes<'_>, pool: &Arc<Pool>) -> InputGradients {
        let x = values.input(0).contiguous(pool);
        let mut out = pool.take(shapes.output.size());
        self.function.backward(flat(&x), flat(&grad.contiguous(pool)), &mut out);
        smallvec![Some(pool.tensor(out, &shapes.output.shape()))]
    }

    fn formula(&self, _shapes: &Shapes<'_>) -> String {
        format!("y = {}(x)", self.function.name())
    }

    fn derive(&self, cell: &[usize], inputs: &[Tensor], _shapes: &Shapes<'_>) -> Vec<Line> {
        let x = inputs[0].at(cell);
        vec![
            Line::read("x", x, 0, cell.into()),
            Line::computed(format!("{}(x)", self.function.name()), self.function.value(x)),
        ]
    }
}
