//! The two steps of a root-mean-square norm, each over the last axis: the root mean square, and the scaled result.
//! <https://arxiv.org/abs/1910.07467>

use std::sync::Arc;

use smallvec::{SmallVec, smallvec};

use super::super::axis::Axes;
use super::super::operation::{InputGradients, Line, Operation, Reads, Shapes, Values};
use super::{flat, largest_terms, number};
use crate::tensor::{Dims, Pool, Tensor, rows};

/// `√(Σ x² ÷ n + epsilon)` over the last axis.
pub struct RootMeanSquare {
    pub epsilon: f32,
}

/// `x ÷ size × scale`; inputs x, the size of each row, a scale along the last axis.
pub struct Rescale;

impl Operation for RootMeanSquare {
    fn name(&self) -> &'static str {
        "root mean square"
    }

    fn axes(&self, inputs: &[&Axes]) -> Axes {
        inputs[0].without(inputs[0].last().kind)
    }

    fn evaluate(&self, inputs: &mut SmallVec<[Tensor; 3]>, shapes: &Shapes<'_>, pool: &Arc<Pool>) -> Tensor {
        let x = inputs[0].contiguous(pool);
        let mut out = pool.take(shapes.output.size());
        rows::root_mean_square_rows(flat(&x), self.epsilon, &mut out, shapes.inputs[0].last().len);
        pool.tensor(out, &shapes.output.shape())
    }

    fn cost(&self, shapes: &Shapes<'_>) -> u64 {
        2 * shapes.inputs[0].size() as u64
    }

    fn reads(&self) -> Reads {
        Reads { inputs: 1, output: true }
    }

    /// `∂y/∂x = x ÷ (n y)`.
    fn gradient(&self, grad: &Tensor, values: &Values<'_>, shapes: &Shapes<'_>, pool: &Arc<Pool>) -> InputGradients {
        let columns = shapes.inputs[0].last().len.max(1);
        let (x, y) = (values.input(0).contiguous(pool), values.output().contiguous(pool));
        let grad = grad.contiguous(pool);
        let mut out = pool.take(x.len());
        let rows = out.chunks_exact_mut(columns).zip(flat(&x).chunks_exact(columns));
        for ((out, x), (grad, y)) in rows.zip(flat(&grad).iter().zip(flat(&y))) {
            let factor = grad / (columns as f32 * y);
            out.iter_mut().zip(x).for_each(|(out, x)| *out = factor * x);
        }
        smallvec![Some(pool.tensor(out, &shapes.inputs[0].shape()))]
    }

    fn formula(&self, shapes: &Shapes<'_>) -> String {
        format!("y = √(Σ x² ÷ {} + {:.0e})", shapes.inputs[0].last().len, self.epsilon)
    }

    fn derive(&self, cell: &[usize], inputs: &[Tensor], shapes: &Shapes<'_>) -> Vec<Line> {
        let count = shapes.inputs[0].last().len;
        let mut sum = 0.0f64;
        let mut lines = largest_terms(count, |i| {
            let source: Dims = cell.iter().copied().chain(std::iter::once(i)).collect();
            let x = inputs[0].at(&source);
            let square = f64::from(x).powi(2);
            sum += square;
            Line::read(format!("x{i}²  x{i} = {}", number(x)), square as f32, 0, source)
        });
        let mean = sum / count as f64;
        lines.push(Line::computed(format!("Σ ÷ {count}"), mean as f32));
        lines.push(Line::computed("√", (mean + f64::from(self.epsilon)).sqrt() as f32));
        lines
    }
}

impl Operation for Rescale {
    fn name(&self) -> &'static str {
        "rescale"
    }

    fn axes(&self, inputs: &[&Axes]) -> Axes {
        let [x, size, scale] = [inputs[0], inputs[1], inputs[2]];
        assert_eq!(size.size() * x.last().len, x.size(), "sizes {size:?} of {x:?}");
        assert_eq!(scale.size(), x.last().len, "a scale {scale:?} of {x:?}");
        x.clone()
    }

    fn evaluate(&self, inputs: &mut SmallVec<[Tensor; 3]>, shapes: &Shapes<'_>, pool: &Arc<Pool>) -> Tensor {
        let [x, size, scale] = [0, 1, 2].map(|i: usize| inputs[i].contiguous(pool));
        let mut out = pool.take(shapes.output.size());
        rows::rescale_rows(flat(&x), flat(&size), flat(&scale), &mut out);
        pool.tensor(out, &shapes.output.shape())
    }

    fn cost(&self, shapes: &Shapes<'_>) -> u64 {
        2 * shapes.output.size() as u64
    }

    fn reads(&self) -> Reads {
        Reads::INPUTS
    }

    fn gradient(&self, grad: &Tensor, values: &Values<'_>, shapes: &Shapes<'_>, pool: &Arc<Pool>) -> InputGradients {
        let columns = shapes.output.last().len.max(1);
        let [x, size, scale] = [0, 1, 2].map(|i| values.input(i).contiguous(pool));
        let grad = grad.contiguous(pool);
        let scale = flat(&scale);
        let (mut dx, mut dsize, mut dscale) = (pool.take(x.len()), pool.take(size.len()), pool.take(columns));
        dscale.fill(0.0);
        for (row, dx) in dx.chunks_exact_mut(columns).enumerate() {
            let x = &flat(&x)[row * columns..][..columns];
            let g = &flat(&grad)[row * columns..][..columns];
            let size = flat(&size)[row];
            let mut dot = 0.0f32;
            for i in 0..columns {
                let unit = x[i] / size;
                dx[i] = g[i] * scale[i] / size;
                dot += g[i] * scale[i] * unit;
                dscale[i] += g[i] * unit;
            }
            dsize[row] = -dot / size;
        }
        smallvec![
            Some(pool.tensor(dx, &shapes.inputs[0].shape())),
            Some(pool.tensor(dsize, &shapes.inputs[1].shape())),
            Some(pool.tensor(dscale, &shapes.inputs[2].shape())),
        ]
    }

    fn summed(&self) -> u8 {
        1
    }

    fn formula(&self, _shapes: &Shapes<'_>) -> String {
        "y = x ÷ size × scale".to_owned()
    }

    fn derive(&self, cell: &[usize], inputs: &[Tensor], _shapes: &Shapes<'_>) -> Vec<Line> {
        let (row, feature) = (&cell[..cell.len() - 1], cell[cell.len() - 1]);
        let x = inputs[0].at(cell);
        let (size, scale) = (inputs[1].at(row), inputs[2].at(&[feature]));
        vec![
            Line::read("x", x, 0, cell.into()),
            Line::read(format!("÷ size {}", number(size)), x / size, 1, row.into()),
            Line::read(format!("× scale {}", number(scale)), x / size * scale, 2, smallvec![feature]),
        ]
    }
}
