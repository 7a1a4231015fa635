//! Number by number: sums, products, a constant factor. An axis that one side lacks runs along.

use std::sync::Arc;

use ndarray::Zip;
use smallvec::{SmallVec, smallvec};

use super::super::axis::Axes;
use super::super::operation::{InputGradients, Line, Operation, Reads, Shapes, Values};
use super::{align, cell_of, flat, number, sum_to};
use crate::tensor::{Pool, Tensor, pointwise, rows};

/// What is done with two numbers.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum How {
    /// Their sum.
    Add,
    /// Their product.
    Multiply,
}

impl How {
    fn of(self, a: f32, b: f32) -> f32 {
        match self {
            How::Add => a + b,
            How::Multiply => a * b,
        }
    }
}

/// Two values number by number.
pub struct Combine {
    pub how: How,
}

/// The side with all axes of the result, and the other.
fn sides(axes: &[&Axes]) -> (usize, usize) {
    if axes[0].rank() >= axes[1].rank() { (0, 1) } else { (1, 0) }
}

/// Whether `small` is the innermost axes of `large`, in their order.
fn is_row_of(small: &Axes, large: &Axes) -> bool {
    small.rank() <= large.rank() && small.iter().rev().zip(large.iter().rev()).all(|(a, b)| a == b)
}

impl Operation for Combine {
    fn name(&self) -> &'static str {
        match self.how {
            How::Add => "sum",
            How::Multiply => "times",
        }
    }

    fn axes(&self, inputs: &[&Axes]) -> Axes {
        let (large, small) = sides(inputs);
        for axis in inputs[small] {
            let other = inputs[large].get(axis.kind);
            assert_eq!(other.map(|a| a.len), Some(axis.len), "{:?} and {:?}", inputs[large], inputs[small]);
        }
        inputs[large].clone()
    }

    fn evaluate(&self, inputs: &mut SmallVec<[Tensor; 3]>, shapes: &Shapes<'_>, pool: &Arc<Pool>) -> Tensor {
        let (large, small) = sides(&shapes.inputs);
        let (small_axes, large_axes) = (shapes.inputs[small], shapes.inputs[large]);
        let other = inputs[small].clone();
        inputs.remove(small);
        let mut out = inputs.remove(0).into_owned(pool);
        if is_row_of(small_axes, large_axes) {
            let other = other.contiguous(pool);
            match self.how {
                How::Add if small_axes.rank() == large_axes.rank() => pointwise::add_assign(&mut out, flat(&other)),
                How::Add => rows::add_row_assign(&mut out, flat(&other)),
                How::Multiply => {
                    let row = flat(&other);
                    out.chunks_exact_mut(row.len().max(1)).for_each(|out| pointwise::mul_assign(out, row));
                }
            }
        } else {
            let mut view = ndarray::ArrayViewMutD::from_shape(shapes.output.shape().as_slice(), &mut out)
                .expect("a buffer of the result's size");
            let other = align(&other, small_axes, large_axes);
            Zip::from(&mut view).and(&other.view()).for_each(|out, &b| *out = self.how.of(*out, b));
        }
        pool.tensor(out, &shapes.output.shape())
    }

    fn cost(&self, shapes: &Shapes<'_>) -> u64 {
        shapes.output.size() as u64
    }

    fn reads(&self) -> Reads {
        match self.how {
            How::Add => Reads::NOTHING,
            How::Multiply => Reads::INPUTS,
        }
    }

    fn gradient(&self, grad: &Tensor, values: &Values<'_>, shapes: &Shapes<'_>, pool: &Arc<Pool>) -> InputGradients {
        let side = |own: usize| {
            let full = match self.how {
                How::Add => grad.clone(),
                How::Multiply => {
                    let other = align(values.input(1 - own), shapes.inputs[1 - own], shapes.output);
                    let mut product = grad.clone().into_owned(pool);
                    pointwise::mul_assign(&mut product, flat(&other.contiguous(pool)));
                    pool.tensor(product, &shapes.output.shape())
                }
            };
            let axes = shapes.inputs[own];
            if axes == shapes.output { full } else { sum_to(&full, shapes.output, axes, pool) }
        };
        smallvec![Some(side(0)), Some(side(1))]
    }

    fn formula(&self, _shapes: &Shapes<'_>) -> String {
        match self.how {
            How::Add => "y = a + b".to_owned(),
            How::Multiply => "y = a × b".to_owned(),
        }
    }

    fn summed(&self) -> u8 {
        if self.how == How::Add { 0b11 } else { 0 }
    }

    fn derive(&self, cell: &[usize], inputs: &[Tensor], shapes: &Shapes<'_>) -> Vec<Line> {
        let terms = match self.how {
            How::Add => ["a", "+ b"],
            How::Multiply => ["a", "× b"],
        };
        let line = |side: usize| {
            let source = cell_of(cell, shapes.inputs[side], shapes.output);
            Line::read(terms[side], inputs[side].at(&source), side, source)
        };
        vec![line(0), line(1)]
    }
}

/// A constant times every number.
pub struct Scale {
    pub factor: f32,
}

impl Operation for Scale {
    fn name(&self) -> &'static str {
        "scale"
    }

    fn axes(&self, inputs: &[&Axes]) -> Axes {
        inputs[0].clone()
    }

    fn evaluate(&self, inputs: &mut SmallVec<[Tensor; 3]>, shapes: &Shapes<'_>, pool: &Arc<Pool>) -> Tensor {
        let mut out = inputs.remove(0).into_owned(pool);
        pointwise::scale_assign(&mut out, self.factor);
        pool.tensor(out, &shapes.output.shape())
    }

    fn cost(&self, shapes: &Shapes<'_>) -> u64 {
        shapes.output.size() as u64
    }

    fn reads(&self) -> Reads {
        Reads::NOTHING
    }

    fn gradient(&self, grad: &Tensor, _: &Values<'_>, shapes: &Shapes<'_>, pool: &Arc<Pool>) -> InputGradients {
        let mut out = grad.clone().into_owned(pool);
        pointwise::scale_assign(&mut out, self.factor);
        smallvec![Some(pool.tensor(out, &shapes.output.shape()))]
    }

    fn factor(&self) -> Option<f32> {
        Some(self.factor)
    }

    fn formula(&self, _shapes: &Shapes<'_>) -> String {
        format!("y = x × {}", number(self.factor))
    }

    fn summed(&self) -> u8 {
        1
    }

    fn derive(&self, cell: &[usize], inputs: &[Tensor], _shapes: &Shapes<'_>) -> Vec<Line> {
        let x = inputs[0].at(cell);
        vec![Line::read("x", x, 0, cell.into()), Line::computed(format!("× {}", number(self.factor)), x * self.factor)]
    }
}
