//! The loss of predictions: how improbable the model found what was there.

use std::sync::Arc;

use smallvec::{SmallVec, smallvec};

use super::super::axis::Axes;
use super::super::operation::{InputGradients, Line, Operation, Reads, Shapes, Values};
use super::{flat, largest_terms, number};
use crate::tensor::{Dims, Pool, Tensor, pointwise, rows};

/// What should have been predicted at each place.
#[derive(Clone, Debug, PartialEq)]
pub struct Targets {
    /// One for each row of the logits, in their order; `None` where the loss does not count.
    pub classes: Vec<Option<u32>>,
    /// What the sum is divided by: how many places count, in all parts of a batch together.
    pub divisor: f32,
}

impl Targets {
    /// The mean over the places that count.
    pub fn mean(classes: Vec<Option<u32>>) -> Arc<Self> {
        let counted = classes.iter().flatten().count();
        Arc::new(Self { classes, divisor: counted.max(1) as f32 })
    }
}

/// `−Σ ln softmax(x)[target] ÷ divisor` over the rows that count: one number.
pub struct CrossEntropy {
    pub targets: Arc<Targets>,
}

/// `−ln softmax(row)[class]`; `scratch` is as long as the row.
fn surprise(row: &[f32], class: u32, scratch: &mut [f32]) -> f32 {
    rows::log_softmax_rows(row, scratch, row.len());
    -scratch[class as usize]
}

impl CrossEntropy {
    /// The rows that count: which, and the class that was right there.
    fn counted(&self) -> impl Iterator<Item = (usize, u32)> + '_ {
        self.targets.classes.iter().enumerate().filter_map(|(row, class)| class.map(|class| (row, class)))
    }
}

impl Operation for CrossEntropy {
    fn name(&self) -> &'static str {
        "cross_entropy"
    }

    fn axes(&self, inputs: &[&Axes]) -> Axes {
        let (logits, classes) = (inputs[0], inputs[0].last().len);
        assert_eq!(logits.size(), classes * self.targets.classes.len(), "targets for {logits:?}");
        assert!(self.counted().all(|(_, class)| (class as usize) < classes), "a target beyond the {classes} classes");
        Axes::default()
    }

    fn evaluate(&self, inputs: &mut SmallVec<[Tensor; 3]>, shapes: &Shapes<'_>, pool: &Arc<Pool>) -> Tensor {
        let logits = inputs[0].contiguous(pool);
        let columns = shapes.inputs[0].last().len;
        let mut scratch = pool.take(columns);
        let rows = flat(&logits);
        let sum: f64 = self
            .counted()
            .map(|(row, class)| f64::from(surprise(&rows[row * columns..][..columns], class, &mut scratch)))
            .sum();
        pool.tensor(vec![(sum / f64::from(self.targets.divisor)) as f32], &[])
    }

    fn cost(&self, shapes: &Shapes<'_>) -> u64 {
        4 * (self.counted().count() * shapes.inputs[0].last().len) as u64
    }

    fn reads(&self) -> Reads {
        Reads::FIRST
    }

    /// `dx = (softmax(x) − [target]) · dy ÷ divisor` in the rows that count.
    fn gradient(&self, grad: &Tensor, values: &Values<'_>, shapes: &Shapes<'_>, pool: &Arc<Pool>) -> InputGradients {
        let columns = shapes.inputs[0].last().len;
        let factor = grad.at(&[]) / self.targets.divisor;
        let mut out = values.input(0).clone().into_owned(pool);
        for (row, target) in out.chunks_exact_mut(columns).zip(&self.targets.classes) {
            let Some(class) = target else {
                row.fill(0.0);
                continue;
            };
            rows::softmax_rows_in_place(row, columns);
            row[*class as usize] -= 1.0;
            pointwise::scale_assign(row, factor);
        }
        smallvec![Some(pool.tensor(out, &shapes.inputs[0].shape()))]
    }

    fn formula(&self, _shapes: &Shapes<'_>) -> String {
        format!("y = Σ −ln p(target) ÷ {}", number(self.targets.divisor))
    }

    fn derive(&self, _cell: &[usize], inputs: &[Tensor], shapes: &Shapes<'_>) -> Vec<Line> {
        let axes = shapes.inputs[0];
        let columns = axes.last().len;
        let counted: Vec<(usize, u32)> = self.counted().collect();
        let mut scratch = vec![0.0; columns];
        let mut sum = 0.0f64;
        let mut lines = largest_terms(counted.len(), |term| {
            let (row, class) = counted[term];
            let cell = |column| cell_at(axes, row * columns + column);
            let numbers: Vec<f32> = (0..columns).map(|column| inputs[0].at(&cell(column))).collect();
            let value = surprise(&numbers, class, &mut scratch);
            sum += f64::from(value);
            Line::read(format!("−ln p{row}[{class}]"), value, 0, cell(class as usize))
        });
        lines.push(Line::computed("Σ", sum as f32));
        let divisor = self.targets.divisor;
        lines.push(Line::computed(format!("÷ {}", number(divisor)), (sum / f64::from(divisor)) as f32));
        lines
    }
}

/// The cell at a place of a row-major tensor.
fn cell_at(axes: &Axes, mut place: usize) -> Dims {
    let mut cell = Dims::from_elem(0, axes.rank());
    for (index, axis) in axes.iter().enumerate().rev() {
        cell[index] = place % axis.len;
        place /= axis.len;
    }
    cell
}
