//! Every head's map made small, once a pass: a frame that shows a hundred heads of a long text must not read them whole.

use std::sync::Arc;

use crate::tape::{Attention, Mask, Record};

/// The most cells along a side of a small map.
const SIDE: usize = 64;

/// The maps of one attention's heads, each cell the strongest of a block.
pub struct Overview {
    /// Cells down and across.
    pub size: (usize, usize),
    /// Rows and columns of the matrix that a cell holds.
    pub step: usize,
    /// Head after head, row-major; NaN where everything in the block is hidden.
    cells: Vec<f32>,
}

impl Overview {
    /// The cells of one head.
    pub fn head(&self, head: usize) -> &[f32] {
        let size = self.size.0 * self.size.1;
        &self.cells[head * size..][..size]
    }

    /// The small maps of every attention of a record; `None` where its weights are not at hand.
    pub fn all(record: &Record, attentions: &[Attention]) -> Arc<[Option<Overview>]> {
        let mut known: Vec<(Arc<Mask>, Vec<bool>)> = Vec::new();
        attentions.iter().map(|attention| Self::of(record, attention, &mut known)).collect()
    }

    fn of(record: &Record, attention: &Attention, known: &mut Vec<(Arc<Mask>, Vec<bool>)>) -> Option<Self> {
        let weights = record.get(attention.weights)?;
        let weights = weights.select(0, 0);
        let [heads, queries, keys] = [0, 1, 2].map(|axis| weights.shape()[axis]);
        let step = queries.max(keys).div_ceil(SIDE).max(1);
        let size = (queries.div_ceil(step), keys.div_ceil(step));
        let mut cells = vec![f32::NAN; heads * size.0 * size.1];
        let numbers = weights.to_vec();
        for (row, numbers) in numbers.chunks_exact(keys.max(1)).enumerate() {
            let (head, query) = (row / queries, row % queries);
            let target = &mut cells[(head * size.0 + query / step) * size.1..][..size.1];
            for (cell, block) in target.iter_mut().zip(numbers.chunks(step)) {
                *cell = block.iter().fold(*cell, |most, &weight| most.max(weight));
            }
        }
        for (head, map) in cells.chunks_exact_mut((size.0 * size.1).max(1)).enumerate() {
            let Some(mask) = attention.mask_of(head) else { continue };
            let visible = visible_blocks(mask, step, known);
            map.iter_mut().zip(visible).filter(|(_, visible)| !**visible).for_each(|(cell, _)| *cell = f32::NAN);
        }
        Some(Self { size, step, cells })
    }
}

/// For each block whether any of its cells can be seen. Layers and heads share masks, so each is read once.
fn visible_blocks<'k>(mask: &Arc<Mask>, step: usize, known: &'k mut Vec<(Arc<Mask>, Vec<bool>)>) -> &'k [bool] {
    if let Some(place) = known.iter().position(|(other, _)| Arc::ptr_eq(other, mask)) {
        return &known[place].1;
    }
    let [queries, keys] = [1, 2].map(|axis| mask.axes()[axis].len);
    let across = keys.div_ceil(step);
    let mut blocks = vec![false; queries.div_ceil(step) * across];
    for (query, row) in mask.visible().chunks_exact(keys.max(1)).enumerate() {
        for (key, visible) in row.iter().enumerate() {
            blocks[query / step * across + key / step] |= visible;
        }
    }
    let place = known.len();
    known.push((Arc::clone(mask), blocks));
    &known[place].1
}

#[cfg(test)]
mod tests {
    use crate::explore::{Subject, trial};

    #[test]
    fn short_texts_are_shown_cell_by_cell() {
        let subject = Subject::from_loaded("tiny", trial::gpt2());
        let pass = trial::pass(&subject, "1 2 3 4");
        let overview = pass.overviews[1].as_ref().unwrap();
        let weights = pass.record.value(pass.attentions[1].weights);
        assert_eq!((overview.size, overview.step), ((4, 4), 1));
        for query in 0..4 {
            for key in 0..4 {
                let cell = overview.head(1)[query * 4 + key];
                if key > query {
                    assert!(cell.is_nan());
                } else {
                    assert_eq!(cell, weights.at(&[0, 1, query, key]));
                }
            }
        }
    }
}
