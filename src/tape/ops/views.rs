//! Pure changes of axes: the numbers stay what and, mostly, where they are.
// Each view has the same four functions, whether or not it has anything to look up.
#![allow(clippy::unused_self)]

use std::ops::Range;
use std::sync::Arc;

use smallvec::{SmallVec, smallvec};

use super::super::axis::{Axes, Axis, Kind};
use super::super::operation::{InputGradients, Line, Operation, Reads, Shapes, Values};
use crate::tensor::{Dims, Pool, Tensor};

/// What the views have in common: no cost, and a worked example of one line.
macro_rules! view_operation {
    ($type:ty, $name:literal, shares_data: $shares:literal) => {
        impl Operation for $type {
            fn name(&self) -> &'static str {
                $name
            }

            fn axes(&self, inputs: &[&Axes]) -> Axes {
                self.result(inputs[0])
            }

            fn evaluate(&self, inputs: &mut SmallVec<[Tensor; 3]>, shapes: &Shapes<'_>, pool: &Arc<Pool>) -> Tensor {
                self.view(&inputs[0], shapes.inputs[0], pool)
            }

            fn cost(&self, _shapes: &Shapes<'_>) -> u64 {
                0
            }

            fn reads(&self) -> Reads {
                Reads::NOTHING
            }

            fn gradient(
                &self,
                grad: &Tensor,
                _values: &Values<'_>,
                shapes: &Shapes<'_>,
                pool: &Arc<Pool>,
            ) -> InputGradients {
                smallvec![Some(self.back(grad, shapes, pool))]
            }

            fn formula(&self, _shapes: &Shapes<'_>) -> String {
                "y = x".to_owned()
            }

            fn derive(&self, cell: &[usize], inputs: &[Tensor], shapes: &Shapes<'_>) -> Vec<Line> {
                let source = self.origin(cell, shapes.inputs[0]);
                vec![Line::read("x", inputs[0].at(&source), 0, source)]
            }

            fn is_view(&self) -> bool {
                true
            }

            fn summed(&self) -> u8 {
                1
            }

            fn shares_data(&self) -> bool {
                $shares
            }
        }
    };
}

/// One axis as two.
pub struct Split {
    pub kind: Kind,
    pub outer: Axis,
    pub inner: Axis,
}

impl Split {
    fn result(&self, x: &Axes) -> Axes {
        let place = x.place(self.kind);
        assert_eq!(self.outer.len * self.inner.len, x[place].len, "{x:?} split at {}", self.kind.name());
        let both = [self.outer.clone(), self.inner.clone()];
        Axes::new(x.iter().take(place).cloned().chain(both).chain(x.iter().skip(place + 1).cloned()))
    }

    fn view(&self, x: &Tensor, axes: &Axes, _pool: &Arc<Pool>) -> Tensor {
        x.split(axes.place(self.kind), &[self.outer.len, self.inner.len])
    }

    fn back(&self, grad: &Tensor, shapes: &Shapes<'_>, pool: &Arc<Pool>) -> Tensor {
        grad.merge(shapes.inputs[0].place(self.kind), 2, pool)
    }

    fn origin(&self, cell: &[usize], x: &Axes) -> Dims {
        let place = x.place(self.kind);
        let mut source = Dims::from_slice(cell);
        let inner = source.remove(place + 1);
        source[place] = source[place] * self.inner.len + inner;
        source
    }
}

view_operation!(Split, "split", shares_data: true);

/// Two axes as one, in the place of the inner one.
pub struct Merge {
    pub outer: Kind,
    pub inner: Kind,
    pub into: Kind,
}

impl Merge {
    /// The order of the axes in which the two to be merged are neighbours, and the place of the outer one in it.
    fn order(&self, x: &Axes) -> (Dims, usize) {
        let (outer, inner) = (x.place(self.outer), x.place(self.inner));
        let mut order: Dims = (0..x.rank()).filter(|&place| place != outer).collect();
        let place = order.iter().position(|&p| p == inner).unwrap_or(0);
        order.insert(place, outer);
        (order, place)
    }

    fn result(&self, x: &Axes) -> Axes {
        let (order, place) = self.order(x);
        let merged = Axis::new(self.into, x.len_of(self.outer) * x.len_of(self.inner));
        let before = order[..place].iter().map(|&p| x[p].clone());
        let after = order[place + 2..].iter().map(|&p| x[p].clone());
        Axes::new(before.chain(std::iter::once(merged)).chain(after))
    }

    fn view(&self, x: &Tensor, axes: &Axes, pool: &Arc<Pool>) -> Tensor {
        let (order, place) = self.order(axes);
        x.permute(&order).merge(place, 2, pool)
    }

    fn back(&self, grad: &Tensor, shapes: &Shapes<'_>, _pool: &Arc<Pool>) -> Tensor {
        let x = shapes.inputs[0];
        let (order, place) = self.order(x);
        let mut back = Dims::from_elem(0, order.len());
        order.iter().enumerate().for_each(|(at, &place)| back[place] = at);
        grad.split(place, &[x.len_of(self.outer), x.len_of(self.inner)]).permute(&back)
    }

    fn origin(&self, cell: &[usize], x: &Axes) -> Dims {
        let (order, place) = self.order(x);
        let inner = x.len_of(self.inner);
        let mut ordered = Dims::from_slice(cell);
        ordered[place] = cell[place] / inner;
        ordered.insert(place + 1, cell[place] % inner);
        let mut source = Dims::from_elem(0, order.len());
        order.iter().zip(&ordered).for_each(|(&place, &index)| source[place] = index);
        source
    }
}

// Copies where the two do not lie together.
view_operation!(Merge, "merge", shares_data: false);

/// An axis in another part.
pub struct Rename {
    pub from: Kind,
    pub to: Kind,
}

impl Rename {
    fn result(&self, x: &Axes) -> Axes {
        let place = x.place(self.from);
        x.replaced(place, x[place].renamed(self.to))
    }

    fn view(&self, x: &Tensor, _axes: &Axes, _pool: &Arc<Pool>) -> Tensor {
        x.clone()
    }

    fn back(&self, grad: &Tensor, _shapes: &Shapes<'_>, _pool: &Arc<Pool>) -> Tensor {
        grad.clone()
    }

    fn origin(&self, cell: &[usize], _x: &Axes) -> Dims {
        cell.into()
    }
}

view_operation!(Rename, "rename", shares_data: true);

/// The same axes in another order.
pub struct Arrange {
    pub order: SmallVec<[Kind; 4]>,
}

impl Arrange {
    /// The place in `x` of each axis of the result.
    fn places(&self, x: &Axes) -> Dims {
        assert_eq!(self.order.len(), x.rank(), "{x:?} in the order {:?}", self.order);
        self.order.iter().map(|&kind| x.place(kind)).collect()
    }

    fn result(&self, x: &Axes) -> Axes {
        Axes::new(self.places(x).iter().map(|&place| x[place].clone()))
    }

    fn view(&self, x: &Tensor, axes: &Axes, _pool: &Arc<Pool>) -> Tensor {
        x.permute(&self.places(axes))
    }

    fn back(&self, grad: &Tensor, shapes: &Shapes<'_>, _pool: &Arc<Pool>) -> Tensor {
        let order: Dims = shapes.inputs[0].iter().map(|axis| shapes.output.place(axis.kind)).collect();
        grad.permute(&order)
    }

    fn origin(&self, cell: &[usize], x: &Axes) -> Dims {
        let mut source = Dims::from_slice(cell);
        self.places(x).iter().zip(cell).for_each(|(&place, &index)| source[place] = index);
        source
    }
}

view_operation!(Arrange, "arrange", shares_data: true);

/// A range of one axis, under another name.
pub struct Slice {
    pub kind: Kind,
    pub range: Range<usize>,
    pub to: Kind,
}

impl Slice {
    fn result(&self, x: &Axes) -> Axes {
        let place = x.place(self.kind);
        x.replaced(place, Axis { len: self.range.len(), kind: self.to, parts: None, ..x[place].clone() })
    }

    fn view(&self, x: &Tensor, axes: &Axes, _pool: &Arc<Pool>) -> Tensor {
        x.slice(axes.place(self.kind), self.range.clone())
    }

    fn back(&self, grad: &Tensor, shapes: &Shapes<'_>, pool: &Arc<Pool>) -> Tensor {
        scatter(grad, shapes.inputs[0], shapes.inputs[0].place(self.kind), self.range.clone(), pool)
    }

    fn origin(&self, cell: &[usize], x: &Axes) -> Dims {
        let place = x.place(self.kind);
        super::at(cell, place, cell[place] + self.range.start)
    }
}

view_operation!(Slice, "slice", shares_data: true);

/// One index of an axis.
pub struct Select {
    pub kind: Kind,
    pub index: usize,
}

impl Select {
    fn result(&self, x: &Axes) -> Axes {
        assert!(self.index < x.len_of(self.kind), "index {} of {x:?}", self.index);
        x.without(self.kind)
    }

    fn view(&self, x: &Tensor, axes: &Axes, _pool: &Arc<Pool>) -> Tensor {
        x.select(axes.place(self.kind), self.index)
    }

    fn back(&self, grad: &Tensor, shapes: &Shapes<'_>, pool: &Arc<Pool>) -> Tensor {
        let place = shapes.inputs[0].place(self.kind);
        scatter(&grad.broadcast(place, 1), shapes.inputs[0], place, self.index..self.index + 1, pool)
    }

    fn origin(&self, cell: &[usize], x: &Axes) -> Dims {
        let mut source = Dims::from_slice(cell);
        source.insert(x.place(self.kind), self.index);
        source
    }
}

view_operation!(Select, "select", shares_data: true);

/// Zeros with the axes of `x`, and `grad` in a range of one of them.
fn scatter(grad: &Tensor, x: &Axes, place: usize, range: Range<usize>, pool: &Arc<Pool>) -> Tensor {
    let mut out = pool.take(x.size());
    out.fill(0.0);
    let mut view = ndarray::ArrayViewMutD::from_shape(x.shape().as_slice(), &mut out).expect("a buffer of x's size");
    view.slice_axis_mut(ndarray::Axis(place), ndarray::Slice::from(range)).assign(&grad.view());
    pool.tensor(out, &x.shape())
}
