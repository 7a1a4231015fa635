//! A sequence moved along its positions; what comes in at the end is zero.

use std::sync::Arc;

use smallvec::{SmallVec, smallvec};

use super::super::axis::{Axes, Kind};
use super::super::operation::{InputGradients, Line, Operation, Reads, Shapes, Values};
use crate::tensor::{Pool, Tensor};

/// `y[t] = x[t + by]`, and 0 where `x` has no such position.
pub struct Shift {
    pub kind: Kind,
    pub by: isize,
}

/// See [`Shift`].
fn shifted(x: &Tensor, axes: &Axes, place: usize, by: isize, pool: &Arc<Pool>) -> Tensor {
    let len = axes[place].len;
    let kept = len.saturating_sub(by.unsigned_abs());
    let (from, to) = if by >= 0 { (len - kept, 0) } else { (0, len - kept) };
    let mut out = pool.take(axes.size());
    out.fill(0.0);
    let mut view = ndarray::ArrayViewMutD::from_shape(axes.shape().as_slice(), &mut out).expect("a buffer of x's size");
    let range = ndarray::Slice::from(to..to + kept);
    view.slice_axis_mut(ndarray::Axis(place), range).assign(&x.slice(place, from..from + kept).view());
    pool.tensor(out, &axes.shape())
}

impl Operation for Shift {
    fn name(&self) -> &'static str {
        "shift"
    }

    fn axes(&self, inputs: &[&Axes]) -> Axes {
        let _ = inputs[0].place(self.kind);
        inputs[0].clone()
    }

    fn evaluate(&self, inputs: &mut SmallVec<[Tensor; 3]>, shapes: &Shapes<'_>, pool: &Arc<Pool>) -> Tensor {
        shifted(&inputs[0], shapes.output, shapes.output.place(self.kind), self.by, pool)
    }

    fn cost(&self, _shapes: &Shapes<'_>) -> u64 {
        0
    }

    fn reads(&self) -> Reads {
        Reads::NOTHING
    }

    fn gradient(&self, grad: &Tensor, _: &Values<'_>, shapes: &Shapes<'_>, pool: &Arc<Pool>) -> InputGradients {
        smallvec![Some(shifted(grad, shapes.output, shapes.output.place(self.kind), -self.by, pool))]
    }

    fn formula(&self, _shapes: &Shapes<'_>) -> String {
        let (name, by) = (self.kind.name(), self.by);
        format!("y = x[{name} {by:+}], 0 outside")
    }

    fn derive(&self, cell: &[usize], inputs: &[Tensor], shapes: &Shapes<'_>) -> Vec<Line> {
        let place = shapes.output.place(self.kind);
        let from = cell[place].checked_add_signed(self.by).filter(|&from| from < shapes.output[place].len);
        match from {
            None => vec![Line::computed("outside", 0.0)],
            Some(from) => {
                let source = super::at(cell, place, from);
                vec![Line::read("x", inputs[0].at(&source), 0, source)]
            }
        }
    }
}
