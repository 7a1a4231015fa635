//! The operations, each whole in its file: shape rule, evaluation, cost, gradient, formula, worked numbers.

mod activate;
mod append;
mod by_hand;
mod combine;
mod cross_entropy;
mod detach;
mod focus;
mod gather;
mod linear;
mod masked;
mod norm;
mod pick;
mod product;
mod rms;
mod shift;
mod softmax;
mod views;

pub(super) use activate::Activate;
pub(super) use append::Append;
pub(super) use by_hand::{Silenced, Stated};
pub(super) use combine::{Combine, How, Scale};
pub(super) use cross_entropy::CrossEntropy;
pub use cross_entropy::Targets;
pub(super) use detach::Detach;
pub(super) use focus::Focus;
pub use focus::{Look, Looks};
pub(super) use gather::Gather;
pub use gather::Ids;
pub(super) use linear::Linear;
pub use linear::LinearLayout;
pub(super) use masked::Masked;
pub(super) use norm::{Deviation, Mean, Normalise};
pub(super) use pick::Pick;
pub(super) use product::Product;
pub(super) use rms::{Rescale, RootMeanSquare};
pub(super) use shift::Shift;
pub(super) use softmax::{LogSoftmax, Softmax};
pub(super) use views::{Arrange, Merge, Rename, Select, Slice, Split};

use std::sync::Arc;

use super::axis::Axes;
use super::operation::Line;
use crate::tensor::{Dims, Pool, Tensor};

/// A number in a worked example: five significant digits, as few characters as that takes.
pub(super) fn number(x: f32) -> String {
    let magnitude = x.abs();
    if x == 0.0 {
        "0".to_owned()
    } else if !x.is_finite() {
        format!("{x}")
    } else if !(1e-3..1e6).contains(&magnitude) {
        format!("{x:.3e}")
    } else {
        let digits = (4 - magnitude.log10().floor() as i32).clamp(0, 6) as usize;
        format!("{x:.digits$}")
    }
}

/// A row-major slice of a tensor that evaluation made contiguous.
pub(super) fn flat(tensor: &Tensor) -> &[f32] {
    tensor.as_slice().expect("a tensor that was made contiguous")
}

/// The numbers of `tensor`, whose axes are `from`, seen along the axes `to`: axes that it lacks repeat.
pub(super) fn align(tensor: &Tensor, from: &Axes, to: &Axes) -> Tensor {
    let order: Dims = to.iter().filter_map(|axis| from.find(axis.kind)).collect();
    let mut view = tensor.permute(&order);
    for (place, axis) in to.iter().enumerate() {
        if from.find(axis.kind).is_none() {
            view = view.broadcast(place, axis.len);
        }
    }
    view
}

/// The cell of an input with axes `from` that stands behind a cell of a result with axes `to`.
pub(super) fn cell_of(cell: &[usize], from: &Axes, to: &Axes) -> Dims {
    from.iter().map(|axis| to.find(axis.kind).map_or(0, |place| cell[place])).collect()
}

/// Numbers with axes `from`, summed over the axes that `to` lacks, in the order of `to`.
pub(super) fn sum_to(tensor: &Tensor, from: &Axes, to: &Axes, pool: &Arc<Pool>) -> Tensor {
    let kept: Dims = to.iter().map(|axis| from.place(axis.kind)).collect();
    let summed: Dims = (0..from.rank()).filter(|place| !kept.contains(place)).collect();
    let rows: usize = summed.iter().map(|&place| from[place].len).product();
    let order: Dims = summed.iter().chain(&kept).copied().collect();
    let laid_out = tensor.permute(&order).contiguous(pool);
    let mut sum = pool.take(to.size());
    if rows == 0 {
        sum.fill(0.0);
    } else {
        crate::tensor::rows::sum_rows(flat(&laid_out), &mut sum);
    }
    pool.tensor(sum, &to.shape())
}

/// The largest terms of a sum, then what the rest adds up to. `term` gives a term's text, number and origin.
pub(super) fn largest_terms(count: usize, mut term: impl FnMut(usize) -> Line) -> Vec<Line> {
    const SHOWN: usize = 8;
    let mut all: Vec<Line> = (0..count).map(&mut term).collect();
    if all.len() > SHOWN {
        all.sort_by(|a, b| b.value.abs().total_cmp(&a.value.abs()));
        let rest: f64 = all[SHOWN..].iter().map(|line| f64::from(line.value)).sum();
        let left = all.len() - SHOWN;
        all.truncate(SHOWN);
        all.push(Line::computed(format!("+ {left} …"), rest as f32));
    }
    all
}

/// Places a number along an axis of one cell: the cell with `index` at `place`.
pub(super) fn at(cell: &[usize], place: usize, index: usize) -> Dims {
    let mut cell = Dims::from_slice(cell);
    cell[place] = index;
    cell
}
