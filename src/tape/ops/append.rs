//! One value behind another along an axis: a cache and what is new.

use std::sync::Arc;

use smallvec::{SmallVec, smallvec};

use super::super::axis::{Axes, Axis, Kind};
use super::super::operation::{InputGradients, Line, Operation, Reads, Shapes, Values};
use crate::tensor::{Pool, Tensor};

/// The first input, then the second.
pub struct Append {
    pub kind: Kind,
}

impl Operation for Append {
    fn name(&self) -> &'static str {
        "append"
    }

    fn axes(&self, inputs: &[&Axes]) -> Axes {
        let (past, new) = (inputs[0], inputs[1]);
        let place = past.place(self.kind);
        assert_eq!(place, new.place(self.kind), "{past:?} then {new:?}");
        let axis = &new[place];
        let len = past[place].len + axis.len;
        // Positions of two sequences laid end to end stay told apart.
        let apart = past[place].stream != axis.stream;
        let parts = apart.then(|| [past[place].clone(), axis.clone()].into()).or_else(|| axis.parts.clone());
        past.replaced(place, Axis { len, parts, ..axis.clone() })
    }

    fn evaluate(&self, inputs: &mut SmallVec<[Tensor; 3]>, shapes: &Shapes<'_>, _pool: &Arc<Pool>) -> Tensor {
        inputs[0].append(shapes.output.place(self.kind), &inputs[1])
    }

    fn cost(&self, _shapes: &Shapes<'_>) -> u64 {
        0
    }

    fn reads(&self) -> Reads {
        Reads::NOTHING
    }

    fn gradient(&self, grad: &Tensor, _: &Values<'_>, shapes: &Shapes<'_>, _: &Arc<Pool>) -> InputGradients {
        let place = shapes.output.place(self.kind);
        let (old, all) = (shapes.inputs[0][place].len, shapes.output[place].len);
        smallvec![Some(grad.slice(place, 0..old)), Some(grad.slice(place, old..all))]
    }

    fn formula(&self, _shapes: &Shapes<'_>) -> String {
        "y = [a, b]".to_owned()
    }

    fn derive(&self, cell: &[usize], inputs: &[Tensor], shapes: &Shapes<'_>) -> Vec<Line> {
        let place = shapes.output.place(self.kind);
        let old = shapes.inputs[0][place].len;
        let (side, term, index) = if cell[place] < old { (0, "a", cell[place]) } else { (1, "b", cell[place] - old) };
        let source = super::at(cell, place, index);
        vec![Line::read(term, inputs[side].at(&source), side, source)]
    }
}
