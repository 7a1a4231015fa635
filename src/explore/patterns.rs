//! What a head measurably does on a text: how much of its attention goes to a place that has a name.

use crate::tensor::Tensor;

/// A place that a query can look at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pattern {
    /// The token before it.
    Previous,
    /// Itself.
    Own,
    /// The token after it.
    Next,
    /// The first token of the text.
    First,
}

impl Pattern {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Previous, Self::Own, Self::Next, Self::First];

    /// The key that a query looks at; `None` where there is none. `own` is the key that the query itself is, where it
    /// is one.
    fn key(self, own: Option<usize>, keys: usize) -> Option<usize> {
        let key = match self {
            Self::Previous => own?.checked_sub(1)?,
            Self::Own => own?,
            Self::Next => own? + 1,
            Self::First => 0,
        };
        (key < keys).then_some(key)
    }
}

/// The share of a head's attention that goes to each pattern's key, over the queries that have one, and what the
/// attention is spread over.
#[derive(Clone, Debug, PartialEq)]
pub struct HeadScores {
    /// In the order of [`Pattern::ALL`]; `None` where no query has such a key.
    pub patterns: [Option<f32>; 4],
    /// The mean over the queries of how many keys the attention is spread over: e to the entropy.
    pub spread: f32,
}

/// Measures one head of weights (batch, head, query, key), in the first example. Where queries look `across` at another
/// stream, no key is the query itself.
pub fn head_scores(weights: &Tensor, head: usize, across: bool) -> HeadScores {
    let plane = weights.select(0, 0).select(0, head).to_vec();
    let (queries, keys) = (weights.shape()[2], weights.shape()[3]);
    let past = keys.saturating_sub(queries);
    let own = |query: usize| (!across).then_some(query + past);
    let share = |pattern: Pattern| {
        let found: Vec<f32> = (0..queries).filter_map(|q| Some(plane[q * keys + pattern.key(own(q), keys)?])).collect();
        (!found.is_empty()).then(|| found.iter().sum::<f32>() / found.len() as f32)
    };
    let entropy = |row: &[f32]| -row.iter().filter(|&&w| w > 0.0).map(|w| w * w.ln()).sum::<f32>();
    let spread = plane.chunks_exact(keys.max(1)).map(|row| entropy(row).exp()).sum::<f32>() / queries.max(1) as f32;
    HeadScores { patterns: Pattern::ALL.map(share), spread }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_head_that_looks_back_and_one_that_spreads() {
        let mut weights = vec![1.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0, 0.0];
        weights.extend([1.0 / 3.0; 9]);
        let weights = Tensor::new(weights, &[1, 2, 3, 3]);
        let back = head_scores(&weights, 0, false);
        assert_eq!(back.patterns, [Some(1.0), Some(1.0 / 3.0), Some(0.0), Some(2.0 / 3.0)]);
        assert!((back.spread - 1.0).abs() < 1e-6);
        assert!((head_scores(&weights, 1, false).spread - 3.0).abs() < 1e-5);
        let one = Tensor::new(vec![0.2, 0.8], &[1, 1, 1, 2]);
        assert_eq!(head_scores(&one, 0, false).patterns, [Some(0.2), Some(0.8), None, Some(0.2)]);
        assert_eq!(head_scores(&one, 0, true).patterns, [None, None, None, Some(0.2)]);
    }
}
