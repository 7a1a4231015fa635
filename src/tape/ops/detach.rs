//! A value through which no gradient passes.

use std::sync::Arc;

use smallvec::{SmallVec, smallvec};

use super::super::axis::Axes;
use super::super::operation::{InputGradients, Line, Operation, Reads, Shapes, Values};
use crate::tensor::{Pool, Tensor};

/// The same numbers; the backward pass ends here.
pub struct Detach;

impl Operation for Detach {
    fn name(&self) -> &'static str {
        "detach"
    }

    fn axes(&self, inputs: &[&Axes]) -> Axes {
        inputs[0].clone()
    }

    fn evaluate(&self, inputs: &mut SmallVec<[Tensor; 3]>, _shapes: &Shapes<'_>, _pool: &Arc<Pool>) -> Tensor {
        inputs.remove(0)
    }

    fn cost(&self, _shapes: &Shapes<'_>) -> u64 {
        0
    }

    fn reads(&self) -> Reads {
        Reads::NOTHING
    }

    fn gradient(&self, _: &Tensor, _: &Values<'_>, _: &Shapes<'_>, _: &Arc<Pool>) -> InputGradients {
        smallvec![None]
    }

    fn formula(&self, _shapes: &Shapes<'_>) -> String {
        "y = x".to_owned()
    }

    fn derive(&self, cell: &[usize], inputs: &[Tensor], _shapes: &Shapes<'_>) -> Vec<Line> {
        vec![Line::read("x", inputs[0].at(cell), 0, cell.into())]
    }

    fn is_view(&self) -> bool {
        true
    }

    fn shares_data(&self) -> bool {
        true
    }
}
