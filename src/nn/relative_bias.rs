//! A learned number for each head and distance, added to the scores: T5's relative positions,
//! <https://arxiv.org/abs/1910.10683> section 2.1.

use std::sync::Arc;

use super::{Embedding, Weights};
use crate::checkpoint::Result;
use crate::tape::{Axes, Axis, Ids, Kind, Tape, Var, vocabulary as name};

/// From distances to the rows of a table: near distances have a row each, far ones share rows that widen like a
/// logarithm, and all from `max_distance` on share the last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Buckets {
    /// Rows of the table.
    pub count: usize,
    /// From here on all distances are one.
    pub max_distance: usize,
    /// Whether keys after the query have half of the rows; else they count as distance 0.
    pub both_ways: bool,
}

impl Buckets {
    /// The row for a key that stands `ahead` places after its query. `Err` holds a row that the table does not have:
    /// there are such where `max_distance` is less than half of the rows of one direction.
    ///
    /// # Errors
    /// See above.
    pub fn row(&self, ahead: i64) -> std::result::Result<u32, i64> {
        let rows = if self.both_ways { self.count / 2 } else { self.count };
        let first = if self.both_ways && ahead > 0 { rows } else { 0 };
        let distance = if self.both_ways { ahead.abs() } else { (-ahead).max(0) };
        let exact = rows / 2;
        if distance < exact as i64 {
            return Ok(first as u32 + distance as u32);
        }
        // In the steps of the official code and their roundings: they decide at the borders of the rows.
        let logarithm = f64::from(distance as f32 / exact as f32).ln() as f32;
        let whole = (self.max_distance as f64 / exact as f64).ln() as f32;
        let beyond = logarithm / whole * (rows - exact) as f32;
        let row = if beyond.is_finite() { exact as i64 + beyond as i64 } else { i64::MIN };
        let row = row.min(rows as i64 - 1);
        u32::try_from(row).map(|row| first as u32 + row).map_err(|_| row)
    }

    /// The rows of (query, key), the first query `past` places into the sequence. `Err` holds a row that the table does
    /// not have, and the place of the cell.
    ///
    /// # Errors
    /// As [`Buckets::row`].
    pub fn rows(&self, query: &Axis, key: &Axis, past: usize) -> std::result::Result<Arc<Ids>, (i64, usize)> {
        let axes = Axes::new([query.renamed(Kind::Query), key.renamed(Kind::Key)]);
        let cells = (0..query.len).flat_map(|query| (0..key.len).map(move |key| key as i64 - (past + query) as i64));
        let rows: std::result::Result<Vec<u32>, _> =
            cells.enumerate().map(|(place, ahead)| self.row(ahead).map_err(|row| (row, place))).collect();
        Ok(Ids::new(axes, rows?))
    }
}

/// The table (distance, head) of the numbers.
pub struct RelativeBias {
    table: Embedding,
    /// Which row belongs to which distance.
    pub buckets: Buckets,
}

impl RelativeBias {
    /// `relative_attention_bias`, an `nn.Embedding`, starting with this deviation.
    ///
    /// # Errors
    /// Where the table is missing or misshapen.
    pub fn new(weights: &Weights<'_>, buckets: Buckets, heads: usize, deviation: f32) -> Result<Self> {
        let (distance, head) = (Axis::new(Kind::Distance, buckets.count), Axis::new(Kind::Head, heads));
        Ok(Self { table: Embedding::starting(weights, distance, head, deviation)?, buckets })
    }

    /// rows (query, key) → (head, query, key), in a scope of its own.
    pub fn forward<'t>(&self, tape: &'t Tape, rows: &Arc<Ids>) -> Var<'t> {
        tape.scope(&name::RELATIVE_POSITION, || {
            let numbers = self.table.forward(tape, rows); // (query, key, head)
            numbers.arrange(&[Kind::Head, Kind::Query, Kind::Key]).named(&name::RELATIVE_BIAS)
        })
    }
}
