//! Maps of long texts made small: the strongest of each block, at every size of block that is a power of two. A map of a
//! thousand tokens has a million cells; they are read once, not once a frame.

use std::sync::{Arc, Mutex};

use crate::tape::NodeId;
use crate::tensor::Tensor;

/// So many maps are kept: all heads of a layer and some more.
const KEPT: usize = 40;

/// Blocks of one size.
#[derive(Debug)]
struct Level {
    /// Blocks in a row.
    across: usize,
    /// The strongest of each, row-major; NaN where everything in it is hidden.
    cells: Vec<f32>,
}

/// One map at every size of block: 2, 4, 8 … cells a side.
#[derive(Debug)]
pub struct Pooled {
    levels: Vec<Level>,
}

impl Pooled {
    /// Pools a map of (query, key), `keys` numbers a row. Of two numbers the one further from zero is the stronger, as
    /// that is the larger one of weights. What is not visible does not count; without `visible` everything is.
    pub fn of(numbers: &[f32], keys: usize, visible: Option<&[bool]>) -> Self {
        let visible = visible.filter(|visible| visible.len() == numbers.len());
        let seen = |at: usize, number: f32| {
            if visible.is_some_and(|visible| !visible[at]) { f32::NAN } else { number }
        };
        let (mut across, mut levels) = (keys, Vec::new());
        let mut level = halved(numbers, across, &seen);
        while level.cells.len() > 1 {
            across = level.across;
            let next = halved(&level.cells, across, &|_, number| number);
            levels.push(std::mem::replace(&mut level, next));
        }
        levels.push(level);
        Self { levels }
    }

    /// The strongest of a block, by its row and column among blocks of `step` cells a side, a power of two from 2 on.
    /// `None` where all of it is hidden or there is no such block.
    pub fn at(&self, step: usize, row: usize, column: usize) -> Option<f32> {
        let level = self.levels.get((step.trailing_zeros() as usize).checked_sub(1)?)?;
        let number = *level.cells.get(row * level.across + column).filter(|_| column < level.across)?;
        (!number.is_nan()).then_some(number)
    }
}

/// The map with two by two cells in one.
fn halved(cells: &[f32], across: usize, seen: &dyn Fn(usize, f32) -> f32) -> Level {
    let width = across.div_ceil(2);
    let rows = cells.len().checked_div(across).unwrap_or(0);
    let mut half = vec![f32::NAN; rows.div_ceil(2) * width];
    for (row, numbers) in cells.chunks_exact(across.max(1)).enumerate() {
        let target = &mut half[row / 2 * width..][..width];
        for (column, &number) in numbers.iter().enumerate() {
            let number = seen(row * across + column, number);
            let cell = &mut target[column / 2];
            if cell.is_nan() || number.abs() > cell.abs() {
                *cell = number;
            }
        }
    }
    Level { across: width, cells: half }
}

/// What a map is of: a node, and one of its heads or the average.
pub type Of = (NodeId, Option<usize>);

/// The maps of a record that were looked at last.
#[derive(Debug, Default)]
pub struct Pools(Mutex<Vec<(Of, Arc<Pooled>)>>);

impl Pools {
    /// A map, made where it is not at hand.
    pub fn get(&self, of: Of, make: impl FnOnce() -> Pooled) -> Arc<Pooled> {
        let found = |kept: &Vec<(Of, Arc<Pooled>)>| {
            kept.iter().find(|(other, _)| *other == of).map(|(_, pooled)| Arc::clone(pooled))
        };
        let kept = || self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if let Some(pooled) = found(&kept()) {
            return pooled;
        }
        let pooled = Arc::new(make());
        let mut kept = kept();
        if kept.len() >= KEPT {
            kept.remove(0);
        }
        kept.push((of, Arc::clone(&pooled)));
        pooled
    }
}

/// One head's numbers, row-major over (query, key), or their average over the heads; of (batch, head, query, key).
pub fn plane(weights: &Tensor, head: Option<usize>) -> Vec<f32> {
    let heads = weights.select(0, 0);
    if let Some(head) = head {
        return heads.select(0, head).to_vec();
    }
    let count = heads.shape()[0].max(1);
    let mut sum = vec![0.0; heads.shape()[1] * heads.shape()[2]];
    for head in 0..heads.shape()[0] {
        sum.iter_mut().zip(heads.select(0, head).to_vec()).for_each(|(sum, number)| *sum += number);
    }
    for sum in &mut sum {
        *sum /= count as f32;
    }
    sum
}

/// One query's numbers in a head, or their average over the heads: only these are read.
pub fn row(weights: &Tensor, head: Option<usize>, query: usize) -> Vec<f32> {
    plane(&weights.slice(2, query..query + 1), head)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_block_shows_its_strongest_cell() {
        // 5 × 3: -0.9 beats 0.5 in its block; blocks at the edge hold fewer cells.
        let numbers: Vec<f32> = vec![0.1, 0.5, 0.2, -0.9, 0.3, 0.0, 0.0, 0.0, 0.7, 0.0, 0.1, 0.0, 0.4, 0.0, -0.6];
        let pooled = Pooled::of(&numbers, 3, None);
        let level: Vec<Vec<Option<f32>>> =
            (0..3).map(|row| (0..2).map(|column| pooled.at(2, row, column)).collect()).collect();
        assert_eq!(level, [[Some(-0.9), Some(0.2)], [Some(0.1), Some(0.7)], [Some(0.4), Some(-0.6)]]);
        assert_eq!((pooled.at(4, 0, 0), pooled.at(4, 1, 0)), (Some(-0.9), Some(-0.6)));
        assert_eq!((pooled.at(8, 0, 0), pooled.at(16, 0, 0)), (Some(-0.9), None));
        assert_eq!((pooled.at(2, 0, 2), pooled.at(2, 3, 0), pooled.at(1, 0, 0)), (None, None, None));
    }

    #[test]
    fn hidden_cells_do_not_count() {
        use crate::explore::{Subject, trial};
        let subject = Subject::from_loaded("tiny", trial::gpt2());
        let pass = trial::pass(&subject, "1 2 3 4");
        let attention = &pass.attentions[0];
        let pooled = Pooled::of(&[9.0; 16], 4, attention.visible(Some(1)).as_deref());
        assert_eq!((pooled.at(2, 0, 0), pooled.at(2, 0, 1), pooled.at(4, 0, 0)), (Some(9.0), None, Some(9.0)));
        let weights = pass.record.value(attention.weights);
        let whole = plane(&weights, None);
        assert_eq!(row(&weights, None, 2), whole[8..12]);
        let mean = f32::midpoint(weights.at(&[0, 0, 3, 1]), weights.at(&[0, 1, 3, 1]));
        assert!((whole[13] - mean).abs() < 1e-6);
    }

    #[test]
    fn maps_are_made_once() {
        let pools = Pools::default();
        let made = || Pooled::of(&[1.0], 1, None);
        let first = pools.get((NodeId(1), Some(0)), made);
        assert!(Arc::ptr_eq(&first, &pools.get((NodeId(1), Some(0)), || panic!("it is at hand"))));
        for head in 0..100 {
            pools.get((NodeId(2), Some(head)), made);
        }
        assert!(!Arc::ptr_eq(&first, &pools.get((NodeId(1), Some(0)), made)), "the oldest has gone");
    }
}
