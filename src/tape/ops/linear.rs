//! `y = x Wᵀ + b`.

use std::sync::Arc;

use ndarray::{ArrayView2, ArrayViewMut2, Ix2};
use smallvec::{SmallVec, smallvec};

use super::super::axis::{Axes, Kind};
use super::super::operation::{InputGradients, Line, Operation, Reads, Shapes, Values};
use super::{flat, largest_terms, number};
use crate::tensor::product::{HalfMatrix, matmul, matmul_half};
use crate::tensor::{Dims, Pool, Tensor, rows};

/// How a checkpoint stores a weight. Both are multiplied where they lie.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinearLayout {
    /// (out, in), as `nn.Linear` does.
    OutIn,
    /// (in, out), as GPT-2's `Conv1D` does.
    InOut,
}

/// The product of the last axis with a weight, whose axis `to` takes its place, and a bias if there is one.
pub struct Linear {
    pub to: Kind,
}

impl Linear {
    fn layout(&self, weight: &Axes) -> LinearLayout {
        if weight.place(self.to) == 0 { LinearLayout::OutIn } else { LinearLayout::InOut }
    }

    /// The cell of the weight for an output and an input index.
    fn weight_cell(&self, weight: &Axes, out: usize, incoming: usize) -> Dims {
        match self.layout(weight) {
            LinearLayout::OutIn => smallvec![out, incoming],
            LinearLayout::InOut => smallvec![incoming, out],
        }
    }
}

fn matrix(data: &[f32], columns: usize) -> ArrayView2<'_, f32> {
    ArrayView2::from_shape((data.len() / columns.max(1), columns), data).expect("rows of equal length")
}

fn matrix_mut(data: &mut [f32], columns: usize) -> ArrayViewMut2<'_, f32> {
    ArrayViewMut2::from_shape((data.len() / columns.max(1), columns), data).expect("rows of equal length")
}

fn floats(weight: &Tensor) -> ArrayView2<'_, f32> {
    // The view borrows the tensor's storage, not the dynamic shape.
    weight.view().into_dimensionality::<Ix2>().expect("a weight has two axes")
}

impl Operation for Linear {
    fn name(&self) -> &'static str {
        "linear"
    }

    fn axes(&self, inputs: &[&Axes]) -> Axes {
        let (x, weight) = (inputs[0], inputs[1]);
        assert_eq!(weight.rank(), 2, "a weight has two axes: {weight:?}");
        let incoming = &weight[1 - weight.place(self.to)];
        assert_eq!(x.last().len, incoming.len, "{x:?} through a weight {weight:?}");
        if let Some(bias) = inputs.get(2) {
            assert_eq!(bias.size(), weight.len_of(self.to), "a bias {bias:?} for {weight:?}");
        }
        x.replaced(x.rank() - 1, weight[weight.place(self.to)].clone())
    }

    fn evaluate(&self, inputs: &mut SmallVec<[Tensor; 3]>, shapes: &Shapes<'_>, pool: &Arc<Pool>) -> Tensor {
        let x = inputs[0].contiguous(pool);
        let weight = &inputs[1];
        let bias = inputs.get(2).map(|bias| bias.contiguous(pool));
        let (columns, outgoing) = (shapes.inputs[0].last().len, shapes.output.last().len);
        let transposed = self.layout(shapes.inputs[1]) == LinearLayout::OutIn;
        let mut out = pool.take(shapes.output.size());
        let rows_of_x = matrix(flat(&x), columns);
        if let Some(half) = half_matrix(weight, transposed) {
            matmul_half(rows_of_x, half, matrix_mut(&mut out, outgoing));
            if let Some(bias) = bias {
                rows::add_row_assign(&mut out, flat(&bias));
            }
        } else {
            if let Some(bias) = &bias {
                out.chunks_exact_mut(outgoing).for_each(|row| row.copy_from_slice(flat(bias)));
            }
            let weight = floats(weight);
            let weight = if transposed { weight.reversed_axes() } else { weight };
            matmul(rows_of_x, weight, matrix_mut(&mut out, outgoing), bias.is_some());
        }
        pool.tensor(out, &shapes.output.shape())
    }

    fn cost(&self, shapes: &Shapes<'_>) -> u64 {
        let biased = u64::from(shapes.inputs.len() > 2);
        shapes.output.size() as u64 * (2 * shapes.inputs[0].last().len as u64 + biased)
    }

    fn reads(&self) -> Reads {
        Reads { inputs: 0b11, output: false }
    }

    fn gradient(&self, grad: &Tensor, values: &Values<'_>, shapes: &Shapes<'_>, pool: &Arc<Pool>) -> InputGradients {
        let (x_axes, weight_axes) = (shapes.inputs[0], shapes.inputs[1]);
        let grad = grad.contiguous(pool);
        let dy = matrix(flat(&grad), shapes.output.last().len);
        let x = values.input(0).contiguous(pool);
        let x = matrix(flat(&x), x_axes.last().len);
        let weight = values.input(1).widened();
        let weight = floats(&weight);
        let mut dx = pool.take(x_axes.size());
        let mut dw = pool.take(weight_axes.size());
        match self.layout(weight_axes) {
            LinearLayout::OutIn => {
                matmul(dy, weight, matrix_mut(&mut dx, x.ncols()), false);
                matmul(dy.reversed_axes(), x, matrix_mut(&mut dw, x.ncols()), false);
            }
            LinearLayout::InOut => {
                matmul(dy, weight.reversed_axes(), matrix_mut(&mut dx, x.ncols()), false);
                matmul(x.reversed_axes(), dy, matrix_mut(&mut dw, dy.ncols()), false);
            }
        }
        let mut gradients =
            smallvec![Some(pool.tensor(dx, &x_axes.shape())), Some(pool.tensor(dw, &weight_axes.shape()))];
        if shapes.inputs.len() > 2 {
            let mut db = pool.take(dy.ncols());
            rows::sum_rows(flat(&grad), &mut db);
            gradients.push(Some(pool.tensor(db, &shapes.inputs[2].shape())));
        }
        gradients
    }

    fn summed(&self) -> u8 {
        0b101
    }

    /// That of the weight is large, and not made where x's or the bias's is wanted.
    fn gradient_of(
        &self,
        input: usize,
        grad: &Tensor,
        values: &Values<'_>,
        shapes: &Shapes<'_>,
        pool: &Arc<Pool>,
    ) -> Option<Tensor> {
        let (x_axes, weight_axes) = (shapes.inputs[0], shapes.inputs[1]);
        let grad = grad.contiguous(pool);
        let dy = matrix(flat(&grad), shapes.output.last().len);
        match input {
            0 => {
                let weight = values.input(1);
                let back = self.layout(weight_axes) == LinearLayout::InOut;
                let mut dx = pool.take(x_axes.size());
                let out = matrix_mut(&mut dx, x_axes.last().len);
                if let Some(half) = half_matrix(weight, back) {
                    matmul_half(dy, half, out);
                } else {
                    let weight = floats(weight);
                    matmul(dy, if back { weight.reversed_axes() } else { weight }, out, false);
                }
                Some(pool.tensor(dx, &x_axes.shape()))
            }
            2 => {
                let mut db = pool.take(dy.ncols());
                rows::sum_rows(flat(&grad), &mut db);
                Some(pool.tensor(db, &shapes.inputs[2].shape()))
            }
            _ => None,
        }
    }

    fn formula(&self, shapes: &Shapes<'_>) -> String {
        let terms = shapes.inputs[0].last().len;
        let bias = if shapes.inputs.len() > 2 { " + b" } else { "" };
        format!("y = Σ x·w over {terms}{bias}")
    }

    fn derive(&self, cell: &[usize], inputs: &[Tensor], shapes: &Shapes<'_>) -> Vec<Line> {
        let last = cell.len() - 1;
        let mut lines = largest_terms(shapes.inputs[0].last().len, |incoming| {
            let x_cell = super::at(cell, last, incoming);
            let w_cell = self.weight_cell(shapes.inputs[1], cell[last], incoming);
            let (x, w) = (inputs[0].at(&x_cell), inputs[1].at(&w_cell));
            Line::read(format!("x{incoming}·w{incoming} = {} × {}", number(x), number(w)), x * w, 0, x_cell)
                .and(1, w_cell)
        });
        if let Some(bias) = inputs.get(2) {
            lines.push(Line::read("+ b", bias.at(&[cell[last]]), 2, smallvec![cell[last]]));
        }
        lines
    }

    fn reads_halves(&self) -> bool {
        true
    }
}

fn half_matrix(weight: &Tensor, transposed: bool) -> Option<HalfMatrix<'_>> {
    if let Some(view) = weight.f16_view() {
        let view = view.into_dimensionality::<Ix2>().expect("a weight has two axes");
        return Some(HalfMatrix::F16(if transposed { view.reversed_axes() } else { view }));
    }
    let view = weight.bf16_view()?.into_dimensionality::<Ix2>().expect("a weight has two axes");
    Some(HalfMatrix::Bf16(if transposed { view.reversed_axes() } else { view }))
}
