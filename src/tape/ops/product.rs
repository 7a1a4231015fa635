//! The sum of products over named axes: `out[batch.., left.., right..] = scale · Σ left · right`.

use std::sync::Arc;

use ndarray::{ArrayView2, ArrayViewMut2, Ix2, Ix3};
use smallvec::{SmallVec, smallvec};

use super::super::axis::{Axes, Axis, Kind};
use super::super::operation::{InputGradients, Line, Operation, Reads, Shapes, Values};
use super::{largest_terms, number};
use crate::tensor::product::{matmul, matmul_batched};
use crate::tensor::{Dims, Pool, Tensor, pointwise};

/// A product over one axis; axes that both sides have run along together.
pub struct Product {
    pub over: Kind,
    pub scale: f32,
}

/// The axes that both sides have and that are not summed over.
fn shared<'a>(left: &'a Axes, right: &'a Axes, over: &'a [Kind]) -> impl Iterator<Item = &'a Axis> {
    left.iter().filter(move |axis| !over.contains(&axis.kind) && right.find(axis.kind).is_some())
}

/// The axes that only one side has.
fn alone<'a>(side: &'a Axes, other: &'a Axes) -> impl Iterator<Item = &'a Axis> {
    side.iter().filter(move |axis| other.find(axis.kind).is_none())
}

fn result_axes(left: &Axes, right: &Axes, over: &[Kind]) -> Axes {
    Axes::new(shared(left, right, over).chain(alone(left, right)).chain(alone(right, left)).cloned())
}

/// The tensor with its axes in three groups, the last two merged: (batch.., rows, columns).
fn grouped(tensor: &Tensor, axes: &Axes, groups: [&[Kind]; 3], pool: &Arc<Pool>) -> Tensor {
    let order: Dims = groups.iter().flat_map(|kinds| kinds.iter().map(|&kind| axes.place(kind))).collect();
    let view = tensor.permute(&order);
    let first = groups[0].len();
    let view = merged(view, first + groups[1].len(), groups[2].len(), pool);
    merged(view, first, groups[1].len(), pool)
}

fn merged(view: Tensor, place: usize, count: usize, pool: &Arc<Pool>) -> Tensor {
    match count {
        0 => view.broadcast(place, 1),
        1 => view,
        _ => view.merge(place, count, pool),
    }
}

/// The product over several axes and the axes of the result.
pub(super) fn contract(
    (left, left_axes): (&Tensor, &Axes),
    (right, right_axes): (&Tensor, &Axes),
    over: &[Kind],
    scale: f32,
    pool: &Arc<Pool>,
) -> (Tensor, Axes) {
    let axes = result_axes(left_axes, right_axes, over);
    let batch: SmallVec<[Kind; 4]> = shared(left_axes, right_axes, over).map(|a| a.kind).collect();
    let rows: SmallVec<[Kind; 4]> = alone(left_axes, right_axes).map(|a| a.kind).collect();
    let columns: SmallVec<[Kind; 4]> = alone(right_axes, left_axes).map(|a| a.kind).collect();
    // The scale goes to the smaller of the left side and the result.
    let early = scale != 1.0 && left.len() < axes.size();
    let scaled = early.then(|| {
        let mut data = left.clone().into_owned(pool);
        pointwise::scale_assign(&mut data, scale);
        pool.tensor(data, left.shape())
    });
    let left = grouped(scaled.as_ref().unwrap_or(left), left_axes, [&batch, &rows, over], pool);
    let right = grouped(right, right_axes, [&batch, over, &columns], pool);
    let mut out = pool.take(axes.size());
    multiply(&left, &right, &mut out);
    if scale != 1.0 && !early {
        pointwise::scale_assign(&mut out, scale);
    }
    (pool.tensor(out, &axes.shape()), axes)
}

/// Products of the two last axes, one for each index of the axes before.
fn multiply(left: &Tensor, right: &Tensor, out: &mut [f32]) {
    let outer = left.shape().len() - 2;
    let (m, n) = (left.shape()[outer], right.shape()[outer + 1]);
    match outer {
        0 => matmul(plane(left), plane(right), plane_mut(out, m, n), false),
        1 => batched(left, right, out),
        // Heads inside a batch do not lie at one stride: a group of products for each index of the outermost axis.
        _ => {
            let each = out.len() / left.shape()[0].max(1);
            for (index, out) in out.chunks_exact_mut(each.max(1)).enumerate() {
                multiply(&left.select(0, index), &right.select(0, index), out);
            }
        }
    }
}

fn batched(left: &Tensor, right: &Tensor, out: &mut [f32]) {
    let (batch, m, n) = (left.shape()[0], left.shape()[1], right.shape()[2]);
    let out = ndarray::ArrayViewMut3::from_shape((batch, m, n), out).expect("a buffer of the product's size");
    let left = left.view().into_dimensionality::<Ix3>().expect("three axes");
    let right = right.view().into_dimensionality::<Ix3>().expect("three axes");
    matmul_batched(left, right, out, false);
}

fn plane(tensor: &Tensor) -> ArrayView2<'_, f32> {
    tensor.view().into_dimensionality::<Ix2>().expect("two axes")
}

fn plane_mut(out: &mut [f32], rows: usize, columns: usize) -> ArrayViewMut2<'_, f32> {
    ArrayViewMut2::from_shape((rows, columns), out).expect("a buffer of the product's size")
}

impl Operation for Product {
    fn name(&self) -> &'static str {
        "product"
    }

    fn axes(&self, inputs: &[&Axes]) -> Axes {
        let (left, right) = (inputs[0], inputs[1]);
        assert_eq!(left.len_of(self.over), right.len_of(self.over), "{left:?} · {right:?} over {:?}", self.over);
        for axis in shared(left, right, &[self.over]) {
            assert_eq!(axis.len, right.len_of(axis.kind), "{left:?} · {right:?} along {:?}", axis.kind);
        }
        result_axes(left, right, &[self.over])
    }

    fn evaluate(&self, inputs: &mut SmallVec<[Tensor; 3]>, shapes: &Shapes<'_>, pool: &Arc<Pool>) -> Tensor {
        let (left, right) = ((&inputs[0], shapes.inputs[0]), (&inputs[1], shapes.inputs[1]));
        contract(left, right, &[self.over], self.scale, pool).0
    }

    fn cost(&self, shapes: &Shapes<'_>) -> u64 {
        shapes.output.size() as u64 * 2 * shapes.inputs[0].len_of(self.over) as u64
    }

    fn reads(&self) -> Reads {
        Reads::INPUTS
    }

    fn gradient(&self, grad: &Tensor, values: &Values<'_>, shapes: &Shapes<'_>, pool: &Arc<Pool>) -> InputGradients {
        let (left, right) = (shapes.inputs[0], shapes.inputs[1]);
        let side = |value: &Tensor, axes: &Axes, own: &Axes| {
            let over: SmallVec<[Kind; 4]> = alone(axes, own).map(|a| a.kind).collect();
            let (gradient, made) = contract((grad, shapes.output), (value, axes), &over, self.scale, pool);
            super::align(&gradient, &made, own)
        };
        smallvec![Some(side(values.input(1), right, left)), Some(side(values.input(0), left, right))]
    }

    fn factor(&self) -> Option<f32> {
        Some(self.scale)
    }

    fn formula(&self, shapes: &Shapes<'_>) -> String {
        let terms = shapes.inputs[0].len_of(self.over);
        match self.scale {
            1.0 => format!("y = Σ a·b over {terms}"),
            scale => format!("y = Σ a·b over {terms} × {}", number(scale)),
        }
    }

    fn derive(&self, cell: &[usize], inputs: &[Tensor], shapes: &Shapes<'_>) -> Vec<Line> {
        let cells: SmallVec<[(Dims, usize); 2]> = shapes
            .inputs
            .iter()
            .map(|axes| (super::cell_of(cell, axes, shapes.output), axes.place(self.over)))
            .collect();
        let mut sum = 0.0f64;
        let mut lines = largest_terms(shapes.inputs[0].len_of(self.over), |k| {
            let [a_cell, b_cell] = [0, 1].map(|side| super::at(&cells[side].0, cells[side].1, k));
            let (a, b) = (inputs[0].at(&a_cell), inputs[1].at(&b_cell));
            sum += f64::from(a) * f64::from(b);
            Line::read(format!("a{k}·b{k} = {} × {}", number(a), number(b)), a * b, 0, a_cell).and(1, b_cell)
        });
        if self.scale != 1.0 {
            lines.push(Line::computed("Σ a·b", sum as f32));
            lines.push(Line::computed(format!("× {}", number(self.scale)), sum as f32 * self.scale));
        }
        lines
    }
}
