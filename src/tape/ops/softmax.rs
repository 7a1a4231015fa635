//! Exponentials divided by their sum, over the last axis.

use std::sync::Arc;

use smallvec::{SmallVec, smallvec};

use super::super::axis::Axes;
use super::super::operation::{InputGradients, Line, Operation, Reads, Shapes, Values};
use super::{at, flat, number};
use crate::tensor::{Pool, Tensor, rows};

/// `y = e^x ÷ Σ e^x`; with `of_visible` a row that is hidden whole, by the lowest number there is, gets zeros.
pub struct Softmax {
    pub of_visible: bool,
}

/// Whether every score of a row was replaced by the lowest number.
fn is_hidden(row: &[f32]) -> bool {
    row.iter().all(|&x| x <= f32::MIN)
}

/// `y = x − ln Σ e^x`.
pub struct LogSoftmax;

/// The row of numbers that a cell stands in.
fn row(tensor: &Tensor, cell: &[usize], length: usize) -> Vec<f32> {
    let last = cell.len() - 1;
    (0..length).map(|i| tensor.at(&at(cell, last, i))).collect()
}

fn largest(row: &[f32]) -> f32 {
    row.iter().copied().fold(f32::NEG_INFINITY, f32::max)
}

fn sum_of_exponentials(row: &[f32], largest: f32) -> f32 {
    row.iter().map(|x| f64::from(x - largest).exp()).sum::<f64>() as f32
}

impl Operation for Softmax {
    fn name(&self) -> &'static str {
        "softmax"
    }

    fn axes(&self, inputs: &[&Axes]) -> Axes {
        inputs[0].clone()
    }

    fn evaluate(&self, inputs: &mut SmallVec<[Tensor; 3]>, shapes: &Shapes<'_>, pool: &Arc<Pool>) -> Tensor {
        let mut out = inputs.remove(0).into_owned(pool);
        let columns = shapes.output.last().len;
        let rows = || out.chunks_exact(columns.max(1)).enumerate();
        let hidden = rows().filter(|(_, row)| self.of_visible && is_hidden(row)).map(|(place, _)| place);
        let hidden: Vec<usize> = hidden.collect();
        rows::softmax_rows_in_place(&mut out, columns);
        for place in hidden {
            out[place * columns..][..columns].fill(0.0);
        }
        pool.tensor(out, &shapes.output.shape())
    }

    fn cost(&self, shapes: &Shapes<'_>) -> u64 {
        4 * shapes.output.size() as u64
    }

    fn reads(&self) -> Reads {
        Reads::OUTPUT
    }

    fn gradient(&self, grad: &Tensor, values: &Values<'_>, shapes: &Shapes<'_>, pool: &Arc<Pool>) -> InputGradients {
        let weights = values.output().contiguous(pool);
        let mut out = pool.take(shapes.output.size());
        rows::softmax_backward_rows(flat(&weights), flat(&grad.contiguous(pool)), &mut out, shapes.output.last().len);
        smallvec![Some(pool.tensor(out, &shapes.output.shape()))]
    }

    fn formula(&self, shapes: &Shapes<'_>) -> String {
        let hidden = if self.of_visible { ", 0 where all are hidden" } else { "" };
        format!("y = e^x ÷ Σ e^x over {}{hidden}", shapes.output.last().len)
    }

    fn derive(&self, cell: &[usize], inputs: &[Tensor], shapes: &Shapes<'_>) -> Vec<Line> {
        let row = row(&inputs[0], cell, shapes.output.last().len);
        let (x, largest) = (inputs[0].at(cell), largest(&row));
        let (up, sum) = ((x - largest).exp(), sum_of_exponentials(&row, largest));
        if self.of_visible && is_hidden(&row) {
            return vec![Line::read("x", x, 0, cell.into()), Line::computed("all are hidden", 0.0)];
        }
        vec![
            Line::read("x", x, 0, cell.into()),
            Line::computed(format!("e^(x − {})", number(largest)), up),
            Line::computed("÷ Σ", sum),
            Line::computed("=", up / sum),
        ]
    }
}

impl Operation for LogSoftmax {
    fn name(&self) -> &'static str {
        "log_softmax"
    }

    fn axes(&self, inputs: &[&Axes]) -> Axes {
        inputs[0].clone()
    }

    fn evaluate(&self, inputs: &mut SmallVec<[Tensor; 3]>, shapes: &Shapes<'_>, pool: &Arc<Pool>) -> Tensor {
        let x = inputs.remove(0).contiguous(pool);
        let mut out = pool.take(shapes.output.size());
        rows::log_softmax_rows(flat(&x), &mut out, shapes.output.last().len);
        pool.tensor(out, &shapes.output.shape())
    }

    fn cost(&self, shapes: &Shapes<'_>) -> u64 {
        4 * shapes.output.size() as u64
    }

    fn reads(&self) -> Reads {
        Reads::OUTPUT
    }

    /// `dx = dy − softmax · Σ dy`.
    fn gradient(&self, grad: &Tensor, values: &Values<'_>, shapes: &Shapes<'_>, pool: &Arc<Pool>) -> InputGradients {
        let logs = values.output().contiguous(pool);
        let columns = shapes.output.last().len.max(1);
        let mut out = grad.clone().into_owned(pool);
        for (grad, logs) in out.chunks_exact_mut(columns).zip(flat(&logs).chunks_exact(columns)) {
            let sum: f32 = grad.iter().sum();
            grad.iter_mut().zip(logs).for_each(|(grad, log)| *grad -= log.exp() * sum);
        }
        smallvec![Some(pool.tensor(out, &shapes.output.shape()))]
    }

    fn formula(&self, shapes: &Shapes<'_>) -> String {
        format!("y = x − ln Σ e^x over {}", shapes.output.last().len)
    }

    fn derive(&self, cell: &[usize], inputs: &[Tensor], shapes: &Shapes<'_>) -> Vec<Line> {
        let row = row(&inputs[0], cell, shapes.output.last().len);
        let (x, largest) = (inputs[0].at(cell), largest(&row));
        let log = sum_of_exponentials(&row, largest).ln() + largest;
        vec![Line::read("x", x, 0, cell.into()), Line::computed("− ln Σ e^x", log), Line::computed("=", x - log)]
    }
}
