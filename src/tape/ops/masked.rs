//! Hidden scores get the number that their mask says.

use std::collections::BTreeMap;
use std::sync::Arc;

use rayon::prelude::*;
use smallvec::{SmallVec, smallvec};

use super::super::axis::{Axes, Kind};
use super::super::mask::{Cell, Filled, Mask};
use super::super::operation::{InputGradients, Line, Operation, Reads, Shapes, Values};
use crate::tensor::{Pool, Tensor};

/// A mask over the first axis, batch, and the two last, query and key; the axes between share it, but for heads that
/// have one of their own.
pub struct Masked {
    pub mask: Arc<Mask>,
    /// Over the same axes, by head.
    pub own: BTreeMap<usize, Arc<Mask>>,
}

/// Scores worth handing to another thread.
const TASK: usize = 1 << 16;

impl Masked {
    /// For each (query, key) plane of scores its part of its mask: `work(mask, place of the plane in it, plane)`.
    fn each_plane(&self, axes: &Axes, scores: &mut [f32], work: impl Fn(&Filled, usize, &mut [f32]) + Sync) {
        let mask = self.mask.axes();
        let size = mask.len_of(Kind::Query) * mask.len_of(Kind::Key);
        let planes_of_one = (axes.iter().skip(1).map(|a| a.len).product::<usize>() / size.max(1)).max(1);
        // Planes from one head to the next, and heads.
        let head = axes.find(Kind::Head).map(|place| {
            let inner: usize = axes.iter().skip(place + 1).map(|a| a.len).product();
            ((inner / size.max(1)).max(1), axes[place].len.max(1))
        });
        let one = |(index, plane): (usize, &mut [f32])| {
            let head = head.map_or(0, |(step, heads)| index / step % heads);
            work(self.of_head(head).filled(), index / planes_of_one * size, plane);
        };
        if scores.len() > 2 * TASK {
            scores.par_chunks_exact_mut(size.max(1)).enumerate().for_each(one);
        } else {
            scores.chunks_exact_mut(size.max(1)).enumerate().for_each(one);
        }
    }

    fn of_head(&self, head: usize) -> &Arc<Mask> {
        self.own.get(&head).unwrap_or(&self.mask)
    }

    fn cell(axes: &Axes, cell: &[usize]) -> Cell {
        let index = |kind| axes.find(kind).map_or(0, |place| cell[place]);
        Cell { batch: index(Kind::Batch), query: index(Kind::Query), key: index(Kind::Key) }
    }
}

impl Operation for Masked {
    fn name(&self) -> &'static str {
        "mask"
    }

    fn axes(&self, inputs: &[&Axes]) -> Axes {
        let (scores, mask) = (inputs[0], self.mask.axes());
        let rank = scores.rank();
        let ends = (scores[0].kind, scores[rank - 2].kind, scores[rank - 1].kind);
        assert_eq!(ends, (Kind::Batch, Kind::Query, Kind::Key), "scores with axes {scores:?}");
        for axis in mask {
            assert_eq!(scores.len_of(axis.kind), axis.len, "a mask {mask:?} over {scores:?}");
        }
        assert!(self.own.values().all(|own| own.axes() == mask), "masks of heads over other axes than {mask:?}");
        scores.clone()
    }

    fn evaluate(&self, inputs: &mut SmallVec<[Tensor; 3]>, shapes: &Shapes<'_>, pool: &Arc<Pool>) -> Tensor {
        let mut out = inputs.remove(0).into_owned(pool);
        self.each_plane(shapes.output, &mut out, |filled, start, plane| {
            let bias = &filled.bias[start..][..plane.len()];
            match &filled.replaced {
                None => crate::tensor::pointwise::add_assign(plane, bias),
                Some(replaced) => {
                    let replaced = &replaced[start..][..plane.len()];
                    for ((score, &bias), &replaced) in plane.iter_mut().zip(bias).zip(replaced) {
                        *score = if replaced { bias } else { *score + bias };
                    }
                }
            }
        });
        pool.tensor(out, &shapes.output.shape())
    }

    fn cost(&self, shapes: &Shapes<'_>) -> u64 {
        shapes.output.size() as u64
    }

    fn reads(&self) -> Reads {
        Reads::NOTHING
    }

    fn gradient(&self, grad: &Tensor, _: &Values<'_>, shapes: &Shapes<'_>, pool: &Arc<Pool>) -> InputGradients {
        let masks = || std::iter::once(&self.mask).chain(self.own.values());
        if masks().all(|mask| mask.filled().replaced.is_none()) {
            return smallvec![Some(grad.clone())];
        }
        let mut out = grad.clone().into_owned(pool);
        self.each_plane(shapes.output, &mut out, |filled, start, plane| {
            let Some(replaced) = &filled.replaced else { return };
            for (grad, &replaced) in plane.iter_mut().zip(&replaced[start..]) {
                *grad = if replaced { 0.0 } else { *grad };
            }
        });
        smallvec![Some(pool.tensor(out, &shapes.output.shape()))]
    }

    fn formula(&self, _shapes: &Shapes<'_>) -> String {
        let mut numbers: Vec<String> = Vec::new();
        for rule in std::iter::once(&self.mask).chain(self.own.values()).flat_map(|mask| mask.rules()) {
            let words = match rule.effect {
                super::super::Effect::Replace(number) => format!("{}: y = {number:.3e}", rule.reason.word),
                super::super::Effect::Add(number) => format!("{}: y = x {number:+.3e}", rule.reason.word),
            };
            // Heads with masks of their own share most rules.
            if !numbers.contains(&words) {
                numbers.push(words);
            }
        }
        if numbers.is_empty() { "y = x".to_owned() } else { numbers.join("; ") }
    }

    fn derive(&self, cell: &[usize], inputs: &[Tensor], shapes: &Shapes<'_>) -> Vec<Line> {
        let place = Self::cell(shapes.output, cell);
        let score = inputs[0].at(cell);
        let head = shapes.output.find(Kind::Head).map_or(0, |axis| cell[axis]);
        let mask = self.of_head(head);
        let mut lines = vec![Line::read("x", score, 0, cell.into())];
        for reason in mask.reasons(place) {
            lines.push(Line::computed(format!("{} {}", reason.glyph, reason.word), mask.apply(place, score)));
        }
        lines
    }

    fn mask(&self) -> Option<&Arc<Mask>> {
        Some(&self.mask)
    }

    fn head_masks(&self) -> Option<&BTreeMap<usize, Arc<Mask>>> {
        Some(&self.own)
    }
}
