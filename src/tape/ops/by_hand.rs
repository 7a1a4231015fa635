//! What somebody put in the place of a step: heads that give nothing, numbers that no model computed.

use std::sync::Arc;

use smallvec::{SmallVec, smallvec};

use super::super::axis::{Axes, Kind};
use super::super::operation::{InputGradients, Line, Operation, Reads, Shapes, Values};
use crate::tensor::{Pool, Tensor};

/// An operation whose result is zero for some heads.
pub struct Silenced {
    pub operation: Arc<dyn Operation>,
    pub heads: Vec<usize>,
}

impl Silenced {
    fn silence(&self, value: Tensor, axes: &Axes, pool: &Arc<Pool>) -> Tensor {
        let place = axes.place(Kind::Head);
        let inner: usize = axes.iter().skip(place + 1).map(|axis| axis.len).product();
        let count = axes[place].len.max(1);
        let mut data = value.into_owned(pool);
        for (index, plane) in data.chunks_exact_mut(inner.max(1)).enumerate() {
            if self.heads.contains(&(index % count)) {
                plane.fill(0.0);
            }
        }
        pool.tensor(data, &axes.shape())
    }

    fn is_silent(&self, cell: &[usize], axes: &Axes) -> bool {
        self.heads.contains(&cell[axes.place(Kind::Head)])
    }
}

impl Operation for Silenced {
    fn name(&self) -> &'static str {
        self.operation.name()
    }

    fn axes(&self, inputs: &[&Axes]) -> Axes {
        self.operation.axes(inputs)
    }

    fn evaluate(&self, inputs: &mut SmallVec<[Tensor; 3]>, shapes: &Shapes<'_>, pool: &Arc<Pool>) -> Tensor {
        let value = self.operation.evaluate(inputs, shapes, pool);
        self.silence(value, shapes.output, pool)
    }

    fn cost(&self, shapes: &Shapes<'_>) -> u64 {
        self.operation.cost(shapes)
    }

    fn reads(&self) -> Reads {
        self.operation.reads()
    }

    fn gradient(&self, grad: &Tensor, values: &Values<'_>, shapes: &Shapes<'_>, pool: &Arc<Pool>) -> InputGradients {
        let grad = self.silence(grad.clone(), shapes.output, pool);
        self.operation.gradient(&grad, values, shapes, pool)
    }

    fn formula(&self, shapes: &Shapes<'_>) -> String {
        let heads: Vec<String> = self.heads.iter().map(usize::to_string).collect();
        format!("{}; y = 0 (heads {})", self.operation.formula(shapes), heads.join(", "))
    }

    fn derive(&self, cell: &[usize], inputs: &[Tensor], shapes: &Shapes<'_>) -> Vec<Line> {
        if self.is_silent(cell, shapes.output) {
            return vec![Line::computed("y", 0.0)];
        }
        self.operation.derive(cell, inputs, shapes)
    }

    fn reads_halves(&self) -> bool {
        self.operation.reads_halves()
    }
}

/// Numbers in the place of a computation; it has no inputs.
pub struct Stated {
    pub value: Tensor,
    pub axes: Axes,
    /// What the numbers are.
    pub formula: String,
}

impl Operation for Stated {
    fn name(&self) -> &'static str {
        "by hand"
    }

    fn axes(&self, _: &[&Axes]) -> Axes {
        self.axes.clone()
    }

    fn evaluate(&self, _: &mut SmallVec<[Tensor; 3]>, _: &Shapes<'_>, _: &Arc<Pool>) -> Tensor {
        self.value.clone()
    }

    fn cost(&self, _: &Shapes<'_>) -> u64 {
        0
    }

    fn reads(&self) -> Reads {
        Reads::NOTHING
    }

    fn gradient(&self, _: &Tensor, _: &Values<'_>, _: &Shapes<'_>, _: &Arc<Pool>) -> InputGradients {
        smallvec![]
    }

    fn formula(&self, _: &Shapes<'_>) -> String {
        self.formula.clone()
    }

    fn derive(&self, cell: &[usize], _: &[Tensor], _: &Shapes<'_>) -> Vec<Line> {
        vec![Line::computed("y", self.value.at(cell))]
    }
}
