//! How far a head's attention is from where it should look: the auxiliary loss by which a head is taught its job.

use std::sync::Arc;

use smallvec::{SmallVec, smallvec};

use super::super::axis::{Axes, Kind};
use super::super::operation::{InputGradients, Line, Operation, Reads, Shapes, Values};
use super::{largest_terms, number};
use crate::tensor::{Dims, Pool, Tensor};

/// A query and the keys that it should look at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Look {
    /// Which example of the batch.
    pub batch: usize,
    /// The position that looks.
    pub query: usize,
    /// The positions to look at, each once.
    pub keys: Vec<usize>,
}

/// Where a head should look.
#[derive(Clone, Debug, PartialEq)]
pub struct Looks {
    /// Which head.
    pub head: usize,
    /// The queries that count.
    pub looks: Vec<Look>,
    /// What the sum is divided by: how many queries count, in all parts of a batch together.
    pub divisor: f32,
}

/// `−Σ ln (weight on the wanted keys) ÷ divisor` over the queries that count: one number.
pub struct Focus {
    pub wanted: Arc<Looks>,
}

/// So that a weight of nothing has a logarithm.
const LEAST: f32 = 1e-9;

impl Focus {
    fn cell(&self, axes: &Axes, look: &Look, key: usize) -> Dims {
        let index = |kind| match kind {
            Kind::Batch => look.batch,
            Kind::Head => self.wanted.head,
            Kind::Query => look.query,
            _ => key,
        };
        axes.iter().map(|axis| index(axis.kind)).collect()
    }

    /// The weight that lies on the wanted keys.
    fn weight(&self, weights: &Tensor, axes: &Axes, look: &Look) -> f32 {
        look.keys.iter().map(|&key| weights.at(&self.cell(axes, look, key))).sum::<f32>() + LEAST
    }
}

impl Operation for Focus {
    fn name(&self) -> &'static str {
        "focus"
    }

    fn axes(&self, inputs: &[&Axes]) -> Axes {
        let weights = inputs[0];
        let [batch, head, query, key] =
            [Kind::Batch, Kind::Head, Kind::Query, Kind::Key].map(|kind| weights.len_of(kind));
        assert!(weights.rank() == 4 && self.wanted.head < head, "head {} of {weights:?}", self.wanted.head);
        let inside = |look: &Look| look.batch < batch && look.query < query && look.keys.iter().all(|&k| k < key);
        assert!(self.wanted.looks.iter().all(inside), "a look outside {weights:?}");
        Axes::default()
    }

    fn evaluate(&self, inputs: &mut SmallVec<[Tensor; 3]>, shapes: &Shapes<'_>, pool: &Arc<Pool>) -> Tensor {
        let looks = self.wanted.looks.iter();
        let sum: f64 = looks.map(|look| -f64::from(self.weight(&inputs[0], shapes.inputs[0], look).ln())).sum();
        pool.tensor(vec![(sum / f64::from(self.wanted.divisor)) as f32], &[])
    }

    fn cost(&self, _shapes: &Shapes<'_>) -> u64 {
        self.wanted.looks.iter().map(|look| look.keys.len() as u64 + 1).sum()
    }

    fn reads(&self) -> Reads {
        Reads::FIRST
    }

    /// `dw = −dy ÷ (weight on the wanted keys · divisor)` at each wanted key.
    fn gradient(&self, grad: &Tensor, values: &Values<'_>, shapes: &Shapes<'_>, pool: &Arc<Pool>) -> InputGradients {
        let axes = shapes.inputs[0];
        let mut out = pool.take(axes.size());
        out.fill(0.0);
        let factor = -grad.at(&[]) / self.wanted.divisor;
        for look in &self.wanted.looks {
            let slope = factor / self.weight(values.input(0), axes, look);
            for &key in &look.keys {
                let cell = self.cell(axes, look, key);
                let place = axes.iter().zip(&cell).fold(0, |place, (axis, &index)| place * axis.len + index);
                out[place] += slope;
            }
        }
        smallvec![Some(pool.tensor(out, &axes.shape()))]
    }

    fn formula(&self, _shapes: &Shapes<'_>) -> String {
        format!("y = Σ −ln Σ w(wanted) ÷ {}", number(self.wanted.divisor))
    }

    fn derive(&self, _cell: &[usize], inputs: &[Tensor], shapes: &Shapes<'_>) -> Vec<Line> {
        let axes = shapes.inputs[0];
        let mut sum = 0.0f64;
        let mut lines = largest_terms(self.wanted.looks.len(), |term| {
            let look = &self.wanted.looks[term];
            let value = -self.weight(&inputs[0], axes, look).ln();
            sum += f64::from(value);
            let line = Line::computed(format!("−ln Σ w{}[{:?}]", look.query, look.keys), value);
            look.keys.iter().fold(line, |line, &key| line.and(0, self.cell(axes, look, key)))
        });
        lines.push(Line::computed("Σ", sum as f32));
        let divisor = self.wanted.divisor;
        lines.push(Line::computed(format!("÷ {}", number(divisor)), (sum / f64::from(divisor)) as f32));
        lines
    }
}
