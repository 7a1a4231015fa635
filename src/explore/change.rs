//! What a change inside the model does to a prediction: the candidates before and after.

use super::predict::shares;

/// Where a token stands in a prediction.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Standing {
    /// Its logit.
    pub logit: f32,
    /// Its probability.
    pub probability: f32,
    /// How many tokens are likelier, and one.
    pub rank: usize,
}

/// A token before and after.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Change {
    /// The token.
    pub id: u32,
    /// Before.
    pub before: Standing,
    /// After.
    pub after: Standing,
}

/// The likeliest `top` tokens of before and those of after, from the likeliest before on.
pub fn changes(before: &[f32], after: &[f32], top: usize) -> Vec<Change> {
    let mut ids = likeliest(before, top);
    ids.extend(likeliest(after, top));
    ids.sort_unstable();
    ids.dedup();
    let [was, is] = [before, after].map(|logits| standings(logits, &ids));
    let pairs = ids.iter().zip(was).zip(is);
    let mut changes: Vec<Change> = pairs.map(|((&id, before), after)| Change { id, before, after }).collect();
    changes.sort_by_key(|change| (change.before.rank, change.after.rank, change.id));
    changes
}

/// The ids of the `top` highest logits, in no order.
pub(super) fn likeliest(logits: &[f32], top: usize) -> Vec<u32> {
    let mut ids: Vec<u32> = (0..logits.len() as u32).collect();
    if top < ids.len() {
        let order = |a: &u32, b: &u32| logits[*b as usize].total_cmp(&logits[*a as usize]).then(a.cmp(b));
        ids.select_nth_unstable_by(top, order);
        ids.truncate(top);
    }
    ids
}

/// How some tokens stand in a prediction.
pub(super) fn standings(logits: &[f32], ids: &[u32]) -> Vec<Standing> {
    let of = |(&id, probability): (&u32, f32)| {
        let logit = logits[id as usize];
        let rank = 1 + logits.iter().filter(|other| **other > logit).count();
        Standing { logit, probability, rank }
    };
    ids.iter().zip(shares(logits, 1.0, ids)).map(of).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_rises_and_who_falls() {
        let found = changes(&[3.0, 2.0, 1.0, 0.0], &[0.0, 2.0, 1.0, 4.0], 2);
        let ranks: Vec<_> = found.iter().map(|change| (change.id, change.before.rank, change.after.rank)).collect();
        assert_eq!(ranks, [(0, 1, 4), (1, 2, 2), (3, 4, 1)]);
        let sum = |which: fn(&Change) -> f32| found.iter().map(which).sum::<f32>();
        assert!(sum(|change| change.before.probability) < 1.0 && sum(|change| change.after.probability) < 1.0);
        assert!((found[0].before.probability - crate::explore::share(&[3.0, 2.0, 1.0, 0.0], 0)).abs() < 1e-6);
        assert_eq!(changes(&[1.0], &[1.0], 5).len(), 1);
    }
}
