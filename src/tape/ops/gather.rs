//! Rows of a table by their numbers.

use std::sync::Arc;

use smallvec::{SmallVec, smallvec};

use super::super::axis::Axes;
use super::super::operation::{InputGradients, Line, Operation, Reads, Shapes, Values};
use crate::tensor::product::{widen_bf16, widen_f16};
use crate::tensor::{Dims, Pool, Tensor, pointwise};

/// Whole numbers with named axes: token ids, positions, segments.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ids {
    /// The axes, mostly (batch, token).
    pub axes: Axes,
    /// The numbers, row-major.
    pub values: Vec<u32>,
}

impl Ids {
    /// No entry: its row is zeros (a token of another cluster).
    pub const NONE: u32 = u32::MAX;

    /// Numbers that fill their axes.
    ///
    /// # Panics
    /// Where they do not.
    pub fn new(axes: Axes, values: Vec<u32>) -> Arc<Self> {
        assert_eq!(axes.size(), values.len(), "ids for {axes:?}");
        Arc::new(Self { axes, values })
    }
}

/// The rows of a table (entry, feature) that ids name. The ids were checked against the table's length before.
pub struct Gather {
    pub ids: Arc<Ids>,
}

/// One row of a table, widened if it must be.
fn read_row(table: &Tensor, row: usize, out: &mut [f32]) {
    let row = table.select(0, row);
    if let Some(view) = row.f16_view() {
        widen_f16(view.as_slice().expect("a row of a table lies together"), out);
    } else if let Some(view) = row.bf16_view() {
        widen_bf16(view.as_slice().expect("a row of a table lies together"), out);
    } else {
        out.copy_from_slice(super::flat(&row));
    }
}

impl Operation for Gather {
    fn name(&self) -> &'static str {
        "gather"
    }

    fn axes(&self, inputs: &[&Axes]) -> Axes {
        let table = inputs[0];
        let entries = table[0].len;
        let fits = |&id: &u32| (id as usize) < entries || id == Ids::NONE;
        assert!(self.ids.values.iter().all(fits), "an id beyond the {entries} rows");
        Axes::new(self.ids.axes.iter().cloned().chain(table.iter().skip(1).cloned()))
    }

    fn evaluate(&self, inputs: &mut SmallVec<[Tensor; 3]>, shapes: &Shapes<'_>, pool: &Arc<Pool>) -> Tensor {
        let table = &inputs[0];
        let mut out = pool.take(shapes.output.size());
        let width = shapes.output.last().len.max(1);
        for (row, &id) in out.chunks_exact_mut(width).zip(&self.ids.values) {
            match id {
                Ids::NONE => row.fill(0.0),
                id => read_row(table, id as usize, row),
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
        let table = shapes.inputs[0];
        let width = table.last().len.max(1);
        let mut out = pool.take(table.size());
        out.fill(0.0);
        let grad = grad.contiguous(pool);
        let rows = super::flat(&grad).chunks_exact(width).zip(&self.ids.values);
        for (row, &id) in rows.filter(|(_, id)| **id != Ids::NONE) {
            pointwise::add_assign(&mut out[id as usize * width..][..width], row);
        }
        smallvec![Some(pool.tensor(out, &table.shape()))]
    }

    fn formula(&self, _shapes: &Shapes<'_>) -> String {
        "y = table[id]".to_owned()
    }

    fn derive(&self, cell: &[usize], inputs: &[Tensor], _shapes: &Shapes<'_>) -> Vec<Line> {
        let place = self.ids.axes.iter().zip(cell).fold(0, |place, (axis, &index)| place * axis.len + index);
        let id = match self.ids.values[place] {
            Ids::NONE => return vec![Line::computed("none", 0.0)],
            id => id as usize,
        };
        let source: Dims = std::iter::once(id).chain(cell[self.ids.axes.rank()..].iter().copied()).collect();
        vec![Line::read(format!("table[{id}]"), inputs[0].at(&source), 0, source)]
    }

    fn ids(&self) -> Option<&Arc<Ids>> {
        Some(&self.ids)
    }

    fn reads_halves(&self) -> bool {
        true
    }
}
