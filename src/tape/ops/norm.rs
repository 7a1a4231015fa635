//! The three steps of a layer norm, each over the last axis: mean, deviation, and the scaled and shifted result.

use std::sync::Arc;

use smallvec::{SmallVec, smallvec};

use super::super::axis::Axes;
use super::super::operation::{InputGradients, Line, Operation, Reads, Shapes, Values};
use super::{flat, largest_terms, number};
use crate::tensor::{Dims, Pool, Tensor, rows};

/// The mean over the last axis.
pub struct Mean;

/// `√(Σ (x − mean)² ÷ n + epsilon)` over the last axis; inputs x and its mean.
pub struct Deviation {
    pub epsilon: f32,
}

/// `(x − mean) ÷ deviation × scale + shift`; inputs x, mean, deviation, scale, shift.
pub struct Normalise;

fn without_last(axes: &Axes) -> Axes {
    axes.without(axes.last().kind)
}

fn cell_and(cell: &[usize], index: usize) -> Dims {
    cell.iter().copied().chain(std::iter::once(index)).collect()
}

impl Operation for Mean {
    fn name(&self) -> &'static str {
        "mean"
    }

    fn axes(&self, inputs: &[&Axes]) -> Axes {
        without_last(inputs[0])
    }

    fn evaluate(&self, inputs: &mut SmallVec<[Tensor; 3]>, shapes: &Shapes<'_>, pool: &Arc<Pool>) -> Tensor {
        let x = inputs[0].contiguous(pool);
        let mut out = pool.take(shapes.output.size());
        rows::mean_rows(flat(&x), &mut out, shapes.inputs[0].last().len);
        pool.tensor(out, &shapes.output.shape())
    }

    fn cost(&self, shapes: &Shapes<'_>) -> u64 {
        shapes.inputs[0].size() as u64
    }

    fn reads(&self) -> Reads {
        Reads::NOTHING
    }

    fn gradient(&self, grad: &Tensor, _: &Values<'_>, shapes: &Shapes<'_>, pool: &Arc<Pool>) -> InputGradients {
        let columns = shapes.inputs[0].last().len;
        let mut out = pool.take(shapes.inputs[0].size());
        let grad = grad.contiguous(pool);
        for (row, grad) in out.chunks_exact_mut(columns.max(1)).zip(flat(&grad)) {
            row.fill(grad / columns as f32);
        }
        smallvec![Some(pool.tensor(out, &shapes.inputs[0].shape()))]
    }

    fn summed(&self) -> u8 {
        1
    }

    fn formula(&self, shapes: &Shapes<'_>) -> String {
        format!("y = Σ x ÷ {}", shapes.inputs[0].last().len)
    }

    fn derive(&self, cell: &[usize], inputs: &[Tensor], shapes: &Shapes<'_>) -> Vec<Line> {
        let count = shapes.inputs[0].last().len;
        let mut sum = 0.0f64;
        let mut lines = largest_terms(count, |i| {
            let source = cell_and(cell, i);
            let x = inputs[0].at(&source);
            sum += f64::from(x);
            Line::read(format!("x{i}"), x, 0, source)
        });
        lines.push(Line::computed("Σ x", sum as f32));
        lines.push(Line::computed(format!("÷ {count}"), (sum / count as f64) as f32));
        lines
    }
}

impl Operation for Deviation {
    fn name(&self) -> &'static str {
        "deviation"
    }

    fn axes(&self, inputs: &[&Axes]) -> Axes {
        let axes = without_last(inputs[0]);
        assert_eq!(&axes, inputs[1], "a deviation from a mean");
        axes
    }

    fn evaluate(&self, inputs: &mut SmallVec<[Tensor; 3]>, shapes: &Shapes<'_>, pool: &Arc<Pool>) -> Tensor {
        let (x, mean) = (inputs[0].contiguous(pool), inputs[1].contiguous(pool));
        let mut out = pool.take(shapes.output.size());
        rows::deviation_rows(flat(&x), flat(&mean), self.epsilon, &mut out, shapes.inputs[0].last().len);
        pool.tensor(out, &shapes.output.shape())
    }

    fn cost(&self, shapes: &Shapes<'_>) -> u64 {
        3 * shapes.inputs[0].size() as u64
    }

    fn reads(&self) -> Reads {
        Reads { inputs: 0b11, output: true }
    }

    /// `∂y/∂x = (x − mean) ÷ (n y)`; the mean's own part is zero, since deviations from a mean add up to nothing.
    fn gradient(&self, grad: &Tensor, values: &Values<'_>, shapes: &Shapes<'_>, pool: &Arc<Pool>) -> InputGradients {
        let columns = shapes.inputs[0].last().len.max(1);
        let x = values.input(0).contiguous(pool);
        let (mean, y) = (values.input(1).contiguous(pool), values.output().contiguous(pool));
        let grad = grad.contiguous(pool);
        let mut out = pool.take(x.len());
        let rows = out.chunks_exact_mut(columns).zip(flat(&x).chunks_exact(columns));
        for ((out, x), ((grad, mean), y)) in rows.zip(flat(&grad).iter().zip(flat(&mean)).zip(flat(&y))) {
            let factor = grad / (columns as f32 * y);
            out.iter_mut().zip(x).for_each(|(out, x)| *out = factor * (x - mean));
        }
        smallvec![Some(pool.tensor(out, &shapes.inputs[0].shape())), None]
    }

    fn formula(&self, shapes: &Shapes<'_>) -> String {
        format!("y = √(Σ (x − mean)² ÷ {} + {:.0e})", shapes.inputs[0].last().len, self.epsilon)
    }

    fn derive(&self, cell: &[usize], inputs: &[Tensor], shapes: &Shapes<'_>) -> Vec<Line> {
        let count = shapes.inputs[0].last().len;
        let mean = inputs[1].at(cell);
        let mut sum = 0.0f64;
        let mut lines = vec![Line::read("mean", mean, 1, cell.into())];
        lines.extend(largest_terms(count, |i| {
            let source = cell_and(cell, i);
            let x = inputs[0].at(&source);
            let square = (f64::from(x) - f64::from(mean)).powi(2);
            sum += square;
            Line::read(format!("(x{i} − mean)²  x{i} = {}", number(x)), square as f32, 0, source)
        }));
        let variance = sum / count as f64;
        lines.push(Line::computed(format!("Σ ÷ {count}"), variance as f32));
        lines.push(Line::computed("√", (variance + f64::from(self.epsilon)).sqrt() as f32));
        lines
    }
}

impl Operation for Normalise {
    fn name(&self) -> &'static str {
        "normalise"
    }

    fn axes(&self, inputs: &[&Axes]) -> Axes {
        let x = inputs[0];
        for row in &inputs[1..3] {
            assert_eq!(row.size() * x.last().len, x.size(), "mean and deviation {row:?} of {x:?}");
        }
        for feature in &inputs[3..5] {
            assert_eq!(feature.size(), x.last().len, "scale and shift {feature:?} of {x:?}");
        }
        x.clone()
    }

    fn evaluate(&self, inputs: &mut SmallVec<[Tensor; 3]>, shapes: &Shapes<'_>, pool: &Arc<Pool>) -> Tensor {
        let [x, mean, deviation, scale, shift] = [0, 1, 2, 3, 4].map(|i: usize| inputs[i].contiguous(pool));
        let mut out = pool.take(shapes.output.size());
        rows::normalise_rows(flat(&x), flat(&mean), flat(&deviation), flat(&scale), flat(&shift), &mut out);
        pool.tensor(out, &shapes.output.shape())
    }

    fn cost(&self, shapes: &Shapes<'_>) -> u64 {
        4 * shapes.output.size() as u64
    }

    fn reads(&self) -> Reads {
        Reads { inputs: 0b1111, output: false }
    }

    fn gradient(&self, grad: &Tensor, values: &Values<'_>, shapes: &Shapes<'_>, pool: &Arc<Pool>) -> InputGradients {
        let columns = shapes.output.last().len.max(1);
        let [x, mean, deviation, scale] = [0, 1, 2, 3].map(|i| values.input(i).contiguous(pool));
        let grad = grad.contiguous(pool);
        let scale = flat(&scale);
        let mut dx = pool.take(x.len());
        let (mut dmean, mut ddeviation) = (pool.take(mean.len()), pool.take(mean.len()));
        let (mut dscale, mut dshift) = (pool.take(columns), pool.take(columns));
        dscale.fill(0.0);
        dshift.fill(0.0);
        for (row, dx) in dx.chunks_exact_mut(columns).enumerate() {
            let x = &flat(&x)[row * columns..][..columns];
            let g = &flat(&grad)[row * columns..][..columns];
            let (mean, deviation) = (flat(&mean)[row], flat(&deviation)[row]);
            let (mut sum, mut dot) = (0.0f32, 0.0f32);
            for i in 0..columns {
                let unit = (x[i] - mean) / deviation;
                let inner = g[i] * scale[i];
                dx[i] = inner / deviation;
                sum += inner;
                dot += inner * unit;
                dscale[i] += g[i] * unit;
                dshift[i] += g[i];
            }
            dmean[row] = -sum / deviation;
            ddeviation[row] = -dot / deviation;
        }
        let row_shape = shapes.inputs[1].shape();
        smallvec![
            Some(pool.tensor(dx, &shapes.inputs[0].shape())),
            Some(pool.tensor(dmean, &row_shape)),
            Some(pool.tensor(ddeviation, &row_shape)),
            Some(pool.tensor(dscale, &shapes.inputs[3].shape())),
            Some(pool.tensor(dshift, &shapes.inputs[4].shape())),
        ]
    }

    /// Of x, of its mean and of the shift.
    fn summed(&self) -> u8 {
        0b10011
    }

    fn formula(&self, _shapes: &Shapes<'_>) -> String {
        "y = (x − mean) ÷ deviation × scale + shift".to_owned()
    }

    fn derive(&self, cell: &[usize], inputs: &[Tensor], _shapes: &Shapes<'_>) -> Vec<Line> {
        let (row, feature) = (&cell[..cell.len() - 1], cell[cell.len() - 1]);
        let x = inputs[0].at(cell);
        let (mean, deviation) = (inputs[1].at(row), inputs[2].at(row));
        let (scale, shift) = (inputs[3].at(&[feature]), inputs[4].at(&[feature]));
        let unit = (x - mean) / deviation;
        vec![
            Line::read("x", x, 0, cell.into()),
            Line::read(format!("− mean {}", number(mean)), x - mean, 1, row.into()),
            Line::read(format!("÷ deviation {}", number(deviation)), unit, 2, row.into()),
            Line::read(format!("× scale {}", number(scale)), unit * scale, 3, smallvec![feature]),
            Line::read(format!("+ shift {}", number(shift)), unit * scale + shift, 4, smallvec![feature]),
        ]
    }
}
