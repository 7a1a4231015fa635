//! From each row the numbers at given places: scores of distances laid out over queries and keys.

use std::sync::Arc;

use smallvec::{SmallVec, smallvec};

use super::super::axis::{Axes, Kind};
use super::super::operation::{InputGradients, Line, Operation, Reads, Shapes, Values};
use super::{Ids, flat};
use crate::tensor::{Dims, Pool, Tensor};

/// `y[.., new..] = x[.., id]`: the axis `over` goes, and the axes of `ids` that the value lacks come last. Axes that
/// both have run along together: scores (head, query, distance) and ids (query, key) give (head, query, key).
pub struct Pick {
    pub ids: Arc<Ids>,
    pub over: Kind,
}

/// How rows of the value meet blocks of ids.
struct Plan {
    /// The value's places with the axis that goes at the end.
    order: Dims,
    /// The ids by blocks, one for each index of the axes that both have.
    blocks: Vec<u32>,
    /// Ids of a block: one for each index of the new axes.
    block: usize,
    /// For each axis of a row (in `order`, without the last) its length and what a step along it adds to the block.
    steps: Vec<(usize, usize)>,
}

/// Whether the value lacks an axis of the ids.
fn is_new(x: &Axes, kind: Kind) -> bool {
    x.find(kind).is_none()
}

impl Pick {
    fn plan(&self, x: &Axes) -> Plan {
        let over = x.place(self.over);
        let order: Dims = (0..x.rank()).filter(|&place| place != over).chain([over]).collect();
        let ids = &self.ids.axes;
        let shared: Dims = (0..ids.rank()).filter(|&place| !is_new(x, ids[place].kind)).collect();
        let new: Dims = (0..ids.rank()).filter(|&place| is_new(x, ids[place].kind)).collect();
        let strides = crate::tensor::contiguous_strides(&ids.shape());
        let walk = |places: &[usize]| -> Vec<usize> {
            let mut starts = vec![0];
            for &place in places {
                let along = |start: usize| (0..ids[place].len).map(move |index| (start, index));
                starts = starts.iter().flat_map(|&s| along(s)).map(|(s, index)| s + index * strides[place]).collect();
            }
            starts
        };
        let (outer, inner) = (walk(&shared), walk(&new));
        let blocks = outer.iter().flat_map(|outer| inner.iter().map(move |inner| outer + inner));
        let blocks = blocks.map(|place| self.ids.values[place]).collect();
        let step = |kind: Kind| {
            let place = shared.iter().position(|&place| ids[place].kind == kind);
            place.map_or(0, |place| shared[place + 1..].iter().map(|&place| ids[place].len).product())
        };
        let steps = order[..order.len() - 1].iter().map(|&place| (x[place].len, step(x[place].kind))).collect();
        Plan { order, blocks, block: inner.len(), steps }
    }
}

impl Plan {
    /// The ids of a row.
    fn ids(&self, mut row: usize) -> &[u32] {
        let mut block = 0;
        for &(len, step) in self.steps.iter().rev() {
            block += row % len * step;
            row /= len;
        }
        &self.blocks[block * self.block..][..self.block]
    }
}

impl Operation for Pick {
    fn name(&self) -> &'static str {
        "pick"
    }

    fn axes(&self, inputs: &[&Axes]) -> Axes {
        let x = inputs[0];
        let entries = x.len_of(self.over);
        assert!(self.ids.axes.find(self.over).is_none(), "ids along the axis that goes, {x:?}");
        assert!(self.ids.values.iter().all(|&id| (id as usize) < entries), "an id beyond the {entries} entries");
        for axis in &self.ids.axes {
            assert!(x.get(axis.kind).is_none_or(|own| own.len == axis.len), "{:?} of {x:?}", self.ids.axes);
        }
        let kept = x.iter().filter(|axis| axis.kind != self.over);
        Axes::new(kept.chain(self.ids.axes.iter().filter(|axis| is_new(x, axis.kind))).cloned())
    }

    fn evaluate(&self, inputs: &mut SmallVec<[Tensor; 3]>, shapes: &Shapes<'_>, pool: &Arc<Pool>) -> Tensor {
        let plan = self.plan(shapes.inputs[0]);
        let x = inputs[0].permute(&plan.order).contiguous(pool);
        let width = shapes.inputs[0].len_of(self.over).max(1);
        let mut out = pool.take(shapes.output.size());
        let rows = out.chunks_exact_mut(plan.block.max(1)).zip(flat(&x).chunks_exact(width));
        for (row, (out, x)) in rows.enumerate() {
            for (out, &id) in out.iter_mut().zip(plan.ids(row)) {
                *out = x[id as usize];
            }
        }
        pool.tensor(out, &shapes.output.shape())
    }

    fn cost(&self, _shapes: &Shapes<'_>) -> u64 {
        0
    }

    fn reads(&self) -> Reads {
        Reads::NOTHING
    }

    fn gradient(&self, grad: &Tensor, _: &Values<'_>, shapes: &Shapes<'_>, pool: &Arc<Pool>) -> InputGradients {
        let axes = shapes.inputs[0];
        let plan = self.plan(axes);
        let width = axes.len_of(self.over).max(1);
        let mut sums = pool.take(axes.size());
        sums.fill(0.0);
        let grad = grad.contiguous(pool);
        let rows = sums.chunks_exact_mut(width).zip(flat(&grad).chunks_exact(plan.block.max(1)));
        for (row, (sums, grad)) in rows.enumerate() {
            for (grad, &id) in grad.iter().zip(plan.ids(row)) {
                sums[id as usize] += grad;
            }
        }
        let laid_out: Dims = plan.order.iter().map(|&place| axes[place].len).collect();
        let mut back = Dims::from_elem(0, axes.rank());
        plan.order.iter().enumerate().for_each(|(at, &place)| back[place] = at);
        smallvec![Some(pool.tensor(sums, &laid_out).permute(&back))]
    }

    fn formula(&self, _shapes: &Shapes<'_>) -> String {
        let along: Vec<&str> = self.ids.axes.iter().map(|axis| axis.kind.name()).collect();
        format!("y = x[{}({})]", self.over.name(), along.join(", "))
    }

    fn derive(&self, cell: &[usize], inputs: &[Tensor], shapes: &Shapes<'_>) -> Vec<Line> {
        let x = shapes.inputs[0];
        let id_cell = super::cell_of(cell, &self.ids.axes, shapes.output);
        let place = self.ids.axes.iter().zip(&id_cell).fold(0, |place, (axis, &index)| place * axis.len + index);
        let id = self.ids.values[place] as usize;
        let source = super::at(&super::cell_of(cell, x, shapes.output), x.place(self.over), id);
        vec![Line::read(format!("x[{} {id}]", self.over.name()), inputs[0].at(&source), 0, source)]
    }
}
