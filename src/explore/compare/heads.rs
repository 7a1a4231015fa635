//! Which head of another model does most nearly what a head of this one does, by what both measurably do.

use crate::explore::{HeadScores, Pass, Pattern};

/// A head of another model, and how far what it does is from what was asked.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Match {
    /// Which attention, by its place in the pass.
    pub index: usize,
    /// Which head of it.
    pub head: usize,
    /// The root of the mean square of the differences, pattern by pattern; 0 where both do the same.
    pub distance: f32,
}

/// How far apart two heads are: each pattern that either text has, by how far each head is above chance. A pattern that
/// one of the models cannot have counts as chance there.
fn distance(one: &HeadScores, two: &HeadScores) -> f32 {
    let mut patterns: Vec<&Pattern> = one.scores.iter().chain(&two.scores).map(|score| &score.pattern).collect();
    let above =
        |scores: &HeadScores, pattern: &Pattern| scores.of(pattern).map_or(0.0, |score| score.above_chance().max(0.0));
    let mut seen: Vec<&Pattern> = Vec::new();
    patterns.retain(|pattern| {
        let new = !seen.contains(pattern);
        seen.push(pattern);
        new
    });
    let squares = patterns.iter().map(|pattern| (above(one, pattern) - above(two, pattern)).powi(2));
    (squares.sum::<f32>() / patterns.len().max(1) as f32).sqrt()
}

/// The head of another pass that does most nearly what this one does, cross attention beside cross attention where both
/// have it; of equals the one nearest in depth, then the first.
/// `None` where that pass has no attention, or nothing of it is at hand.
pub fn nearest(pass: &Pass, (index, head): (usize, usize), other: &Pass) -> Option<Match> {
    let wanted = pass.measured().head(index, head)?;
    let depth = |pass: &Pass, index: usize| {
        let layers = pass.attentions.iter().map(|attention| attention.layer).max().unwrap_or(0).max(1);
        pass.attentions.get(index).map_or(0.0, |attention| attention.layer as f32 / layers as f32)
    };
    let here = depth(pass, index);
    // What looks within a text is not what looks from one to another, whatever both score.
    let crosses = pass.attentions.get(index)?.is_cross();
    let alike = other.attentions.iter().any(|attention| attention.is_cross() == crosses);
    let heads = other.attentions.iter().enumerate().filter(|(_, a)| !alike || a.is_cross() == crosses);
    let heads = heads.flat_map(|(index, a)| (0..a.heads).map(move |head| (index, head)));
    let matches = heads.filter_map(|(index, head)| {
        let distance = distance(wanted, other.measured().head(index, head)?);
        Some(Match { index, head, distance })
    });
    matches.min_by(|a, b| {
        let far = |m: &Match| (depth(other, m.index) - here).abs();
        a.distance.total_cmp(&b.distance).then(far(a).total_cmp(&far(b)))
    })
}

#[cfg(test)]
mod tests {
    use super::{distance, nearest};
    use crate::explore::{HeadScores, Pattern, Score, Subject, trial};

    fn scores(list: &[(Pattern, f32)]) -> HeadScores {
        let score = |(pattern, score): &(Pattern, f32)| Score {
            pattern: pattern.clone(),
            score: *score,
            chance: 0.0,
            queries: 4,
        };
        HeadScores { scores: list.iter().map(score).collect() }
    }

    #[test]
    fn a_pattern_that_one_lacks_counts_as_chance() {
        let one = scores(&[(Pattern::Previous, 0.8), (Pattern::First, 0.0)]);
        let two = scores(&[(Pattern::Previous, 0.2), (Pattern::Next, 0.8)]);
        // (0.6² + 0² + 0.8²) ÷ 3 = 1 ÷ 3.
        assert!((distance(&one, &two) - (1.0f32 / 3.0).sqrt()).abs() < 1e-6);
        assert_eq!(distance(&one, &one), 0.0);
        assert_eq!(distance(&one, &two), distance(&two, &one));
    }

    #[test]
    fn a_head_is_nearest_to_itself() {
        let subject = Subject::from_loaded("tiny", trial::gpt2());
        let pass = trial::pass(&subject, "1 2 3 1 2 3 5");
        for (index, head) in [(0, 0), (0, 1), (1, 0), (1, 1)] {
            let found = nearest(&pass, (index, head), &pass).expect("a head");
            assert_eq!((found.index, found.head, found.distance), (index, head, 0.0));
        }
        assert_eq!(nearest(&pass, (9, 0), &pass), None);
    }
}
