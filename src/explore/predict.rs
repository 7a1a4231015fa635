//! From logits to candidates: temperature, top-k, top-p, and a draw.

use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

/// How a token is chosen from its logits.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sampling {
    /// Divides the logits; 0 takes the likeliest.
    pub temperature: f32,
    /// How many candidates are kept; `None` keeps all.
    pub top_k: Option<usize>,
    /// The smallest set of candidates that reaches this probability is kept.
    pub top_p: f32,
    /// The same seed draws the same tokens.
    pub seed: u64,
}

impl Default for Sampling {
    fn default() -> Self {
        Self { temperature: 0.0, top_k: None, top_p: 1.0, seed: 7 }
    }
}

/// A token that could come next.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Candidate {
    /// Its id.
    pub id: u32,
    /// As the model gave it.
    pub logit: f32,
    /// Its share after the softmax over the tempered logits of the whole vocabulary.
    pub probability: f32,
    /// The probabilities of the likelier ones and this one, added up.
    pub cumulative: f32,
    /// Its share among those that top-k and top-p leave; 0 where they cut it off.
    pub left: f32,
}

/// What was chosen, and by what draw.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Choice {
    /// The token.
    pub id: u32,
    /// The number between 0 and 1 that chose it; `None` where the likeliest was taken or a person chose.
    pub draw: Option<f32>,
}

/// The probabilities of the tempered logits: a softmax in float64, since a vocabulary is long. A temperature of 0 is
/// shown as 1: it changes the choice, not what the model thinks.
fn probabilities(logits: &[f32], temperature: f32) -> Vec<f64> {
    let divisor = if temperature > 0.0 { f64::from(temperature) } else { 1.0 };
    let largest = logits.iter().copied().filter(|x| !x.is_nan()).fold(f32::NEG_INFINITY, f32::max);
    let raised: Vec<f64> = logits.iter().map(|&x| ((f64::from(x) - f64::from(largest)) / divisor).exp()).collect();
    let sum: f64 = raised.iter().sum();
    raised.iter().map(|x| x / sum).collect()
}

/// The candidates from the likeliest on, `at_least` of them or all that sampling keeps, whichever are more.
pub fn candidates(logits: &[f32], sampling: &Sampling, at_least: usize) -> Vec<Candidate> {
    let shares = probabilities(logits, sampling.temperature);
    let mut order: Vec<u32> = (0..logits.len() as u32).collect();
    order.sort_unstable_by(|&a, &b| shares[b as usize].total_cmp(&shares[a as usize]).then(a.cmp(&b)));
    let mut cumulative = 0.0;
    let most = sampling.top_k.unwrap_or(usize::MAX).max(1);
    let mut kept = 0;
    let mut kept_share = 0.0;
    let mut result = Vec::new();
    for (rank, &id) in order.iter().enumerate() {
        let share = shares[id as usize];
        // The one that crosses the limit is still in: so at least one always is.
        let stays = rank < most && (rank == 0 || sampling.top_p >= 1.0 || cumulative < f64::from(sampling.top_p));
        cumulative += share;
        if stays {
            kept = rank + 1;
            kept_share += share;
        } else if rank >= at_least {
            break;
        }
        result.push((id, share, cumulative));
    }
    result
        .into_iter()
        .enumerate()
        .map(|(rank, (id, share, cumulative))| Candidate {
            id,
            logit: logits[id as usize],
            probability: share as f32,
            cumulative: cumulative as f32,
            left: if rank < kept { (share / kept_share) as f32 } else { 0.0 },
        })
        .collect()
}

/// Chooses a token; `place` counts the tokens drawn so far, so that each has a draw of its own.
pub fn choose(logits: &[f32], sampling: &Sampling, place: usize) -> Choice {
    let kept = candidates(logits, sampling, 1);
    if sampling.temperature <= 0.0 {
        return Choice { id: kept.first().map_or(0, |c| c.id), draw: None };
    }
    let draw: f32 = StdRng::seed_from_u64(sampling.seed.wrapping_add((place as u64) << 32)).random();
    let mut sum = 0.0;
    let found = kept.iter().filter(|c| c.left > 0.0).find(|c| {
        sum += c.left;
        draw < sum
    });
    let last = kept.iter().rfind(|c| c.left > 0.0);
    Choice { id: found.or(last).map_or(0, |c| c.id), draw: Some(draw) }
}

/// The probabilities of some tokens at a temperature.
pub fn shares(logits: &[f32], temperature: f32, ids: &[u32]) -> Vec<f32> {
    let all = probabilities(logits, temperature);
    ids.iter().map(|&id| all.get(id as usize).map_or(0.0, |&share| share as f32)).collect()
}

/// What a model expected of a token that is there: how undecided it was, and where the token itself stands.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Expected {
    /// How undecided the model is at this place, in nats.
    pub entropy: f32,
    /// The probability of the token that is there.
    pub probability: f32,
    /// How many tokens are likelier, and one.
    pub rank: usize,
}

/// See [`Expected`].
pub fn expected(logits: &[f32], id: u32) -> Expected {
    let shares = probabilities(logits, 1.0);
    let probability = shares.get(id as usize).copied().unwrap_or(0.0);
    let likelier = shares.iter().filter(|&&share| share > probability).count();
    Expected { entropy: spread(&shares), probability: probability as f32, rank: likelier + 1 }
}

/// The probability of one token.
pub fn share(logits: &[f32], id: u32) -> f32 {
    probabilities(logits, 1.0).get(id as usize).map_or(0.0, |&share| share as f32)
}

/// How undecided the model is, in nats.
pub fn entropy(logits: &[f32], temperature: f32) -> f32 {
    spread(&probabilities(logits, temperature))
}

fn spread(shares: &[f64]) -> f32 {
    // A share that is no number is kept, so that the sum says so.
    let sum = shares.iter().filter(|p| p.is_nan() || **p > 0.0).map(|p| p * p.ln()).sum::<f64>();
    // A model that is sure has an entropy of zero, not of minus zero.
    (0.0 - sum) as f32
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOGITS: [f32; 5] = [0.0, 3.0, 1.0, 2.0, -1.0];

    fn ids(sampling: &Sampling, at_least: usize) -> Vec<(u32, bool)> {
        candidates(&LOGITS, sampling, at_least).iter().map(|c| (c.id, c.left > 0.0)).collect()
    }

    #[test]
    fn cuts_are_where_they_should_be() {
        let all = Sampling { temperature: 1.0, ..Sampling::default() };
        assert_eq!(ids(&all, 0), [(1, true), (3, true), (2, true), (0, true), (4, true)]);
        let two = Sampling { top_k: Some(2), ..all };
        assert_eq!(ids(&two, 3), [(1, true), (3, true), (2, false)]);
        // .636 + .234 reach .8
        let nucleus = Sampling { top_p: 0.8, ..all };
        assert_eq!(ids(&nucleus, 3), [(1, true), (3, true), (2, false)]);
        let none = Sampling { top_p: 0.0, top_k: Some(0), ..all };
        assert_eq!(ids(&none, 0), [(1, true)]);
        let left: f32 = candidates(&LOGITS, &two, 3).iter().map(|c| c.left).sum();
        assert!((left - 1.0).abs() < 1e-6);
    }

    #[test]
    fn draws_follow_the_shares_and_the_seed() {
        let sampling = Sampling { temperature: 1.0, top_k: Some(2), ..Sampling::default() };
        let drawn: Vec<u32> = (0..4000).map(|place| choose(&LOGITS, &sampling, place).id).collect();
        assert!(drawn.iter().all(|id| [1, 3].contains(id)));
        let share = drawn.iter().filter(|&&id| id == 1).count() as f32 / 4000.0;
        assert!((share - 0.731).abs() < 0.03, "{share}");
        assert_eq!(choose(&LOGITS, &sampling, 3), choose(&LOGITS, &sampling, 3));
        assert_eq!(choose(&LOGITS, &Sampling::default(), 0), Choice { id: 1, draw: None });
    }

    #[test]
    fn a_flat_choice_is_the_most_undecided() {
        assert!((entropy(&[1.0; 8], 1.0) - 8f32.ln()).abs() < 1e-6);
        assert!(entropy(&LOGITS, 0.1) < entropy(&LOGITS, 2.0));
    }

    #[test]
    fn a_limit_of_one_cuts_nothing() {
        // The first share is 1 in every digit: the others stay all the same.
        let all = Sampling { temperature: 1.0, ..Sampling::default() };
        assert!(candidates(&[900.0, 0.0, 100.0], &all, 0).len() == 3);
    }

    #[test]
    fn what_is_there_is_ranked() {
        let found = expected(&LOGITS, 2);
        assert_eq!(found.rank, 3);
        assert!((found.probability - share(&LOGITS, 2)).abs() < 1e-6);
        assert_eq!(shares(&LOGITS, 1.0, &[2, 99]), [found.probability, 0.0]);
        assert!(expected(&[f32::NAN, 1.0], 0).entropy.is_nan());
        assert!(entropy(&[100.0, 0.0], 0.1).is_sign_positive());
    }

    #[test]
    fn numbers_that_are_none_do_no_harm() {
        let logits = [f32::NAN, 1.0, f32::INFINITY];
        let _ = candidates(&logits, &Sampling { temperature: 1.0, ..Sampling::default() }, 3);
        let _ = choose(&logits, &Sampling { temperature: 1.0, ..Sampling::default() }, 0);
    }
}
