use std::sync::Arc;

use super::measure::measure;
use super::targets::{Sides, Targets, is_delimiter};
use super::*;
use crate::explore::{Pass, Subject, TokenView, trial};
use crate::tensor::Tensor;

fn pass(loaded: crate::models::Loaded, text: &str) -> Pass {
    trial::pass(&Subject::from_loaded("tiny", loaded), text)
}

fn targets(pass: &Pass, links: &[Link]) -> Vec<Targets> {
    let attention = &pass.attentions[0];
    Sides::new(attention, attention.mask.as_deref(), &pass.tokens, &pass.tokens).targets(links)
}

fn rows<'a>(targets: &'a [Targets], pattern: &Pattern) -> &'a [(usize, Vec<usize>)] {
    targets.iter().find(|targets| targets.pattern == *pattern).map_or(&[], |targets| &targets.rows)
}

#[test]
fn places_of_a_text_that_repeats() {
    let pass = pass(trial::gpt2(), "5 6 7 5 6 6");
    let targets = targets(&pass, &[]);
    // The first query sees nothing but itself, so it has no choice.
    assert_eq!(rows(&targets, &Pattern::Previous)[..2], [(1, vec![0]), (2, vec![1])]);
    assert_eq!(rows(&targets, &Pattern::Own).len(), 5);
    assert_eq!(rows(&targets, &Pattern::Duplicate), [(3, vec![0]), (4, vec![1]), (5, vec![1, 4])]);
    // After the 6 at 1 came the 7 at 2; what came after the 6 at 4 is the query itself.
    assert_eq!(rows(&targets, &Pattern::Induction), [(3, vec![1]), (4, vec![2]), (5, vec![2])]);
    // Nothing behind can be seen.
    assert!(rows(&targets, &Pattern::Next).is_empty() && rows(&targets, &Pattern::Same).is_empty());
    let previous = targets.iter().find(|targets| targets.pattern == Pattern::Previous).unwrap();
    let chance = (1.0 / 2.0 + 1.0 / 3.0 + 1.0 / 4.0 + 1.0 / 5.0 + 1.0 / 6.0) / 5.0;
    assert!((previous.chance - chance).abs() < 1e-6);
}

#[test]
fn a_model_that_sees_both_sides_has_places_behind() {
    let pass = pass(trial::bert(), "5 6 7 5");
    let targets = targets(&pass, &[]);
    assert_eq!(rows(&targets, &Pattern::Next), [(0, vec![1]), (1, vec![2]), (2, vec![3])]);
    assert_eq!(rows(&targets, &Pattern::Same), [(0, vec![3]), (3, vec![0])]);
    assert_eq!(rows(&targets, &Pattern::Duplicate), [(3, vec![0])]);
    assert_eq!(rows(&targets, &Pattern::First).len(), 4);
}

#[test]
fn links_of_somebody_who_knows_the_text() {
    let pass = pass(trial::gpt2(), "5 6 7 8");
    let kind: Arc<str> = "coreference".into();
    let link = |stream: Option<&str>| Link {
        kind: kind.clone(),
        stream: stream.map(str::to_owned),
        queries: vec![3, 99],
        keys: vec![1, 0, 1],
    };
    let gold = Pattern::Gold(kind.clone());
    assert_eq!(rows(&targets(&pass, &[link(None)]), &gold), [(3, vec![0, 1])]);
    assert_eq!(rows(&targets(&pass, &[link(Some("decoder"))]), &gold).len(), 1);
    assert!(rows(&targets(&pass, &[link(Some("cross"))]), &gold).is_empty());
    let measured = Measured::of(&pass, &pass.record, &[link(None)]);
    let score = measured.head(1, 0).unwrap().of(&gold).unwrap();
    let weights = pass.record.value(pass.attentions[1].weights);
    assert!((score.score - weights.at(&[0, 0, 3, 0]) - weights.at(&[0, 0, 3, 1])).abs() < 1e-6);
    assert_eq!((score.queries, score.chance), (1, 0.5));
}

#[test]
fn a_head_that_looks_back_is_named_and_one_that_spreads_is_not() {
    let pass = pass(trial::gpt2(), "1 2 3 4");
    let mut weights = vec![0.0; 2 * 16];
    for query in 0..4usize {
        weights[query * 4 + query.saturating_sub(1)] = 1.0;
        weights[16 + query * 4..][..=query].fill(1.0 / (query + 1) as f32);
    }
    let planes = Tensor::new(weights.clone(), &[2, 4, 4]);
    let targets = targets(&pass, &[]);
    let heads = [0, 1].map(|head| measure(&planes.select(0, head), &targets));
    let job = heads[0].job().unwrap();
    assert_eq!((&job.pattern, job.score, job.queries), (&Pattern::Previous, 1.0, 3));
    assert!((job.above_chance() - 1.0).abs() < 1e-6);
    assert!(heads[1].job().is_none());
    for score in &heads[1].scores {
        assert!((score.score - score.chance).abs() < 1e-6, "{score:?}");
    }
    let weights = Tensor::new(weights, &[1, 2, 4, 4]);
    assert!((spread(&weights, 0) - 1.0).abs() < 1e-6);
    assert!((spread(&weights, 1) - 2.5).abs() < 1e-5);
}

#[test]
fn one_query_is_not_enough_to_name_a_head() {
    let score = |pattern, queries| Score { pattern, score: 0.9, chance: 0.2, queries };
    assert!(!score(Pattern::Induction, 1).is_clear() && score(Pattern::Induction, 2).is_clear());
    assert!(score(Pattern::Gold("alignment".into()), 1).is_clear());
    assert!(!Score { chance: 0.89, ..score(Pattern::Delimiter, 9) }.is_clear());
}

#[test]
fn ranked_from_the_clearest_down() {
    let pass = pass(trial::bert(), "5 6 7 5 6 7 5 6 7");
    let measured = pass.measured();
    let all = measured.ranked(None);
    assert_eq!(all.len(), 4 * measured.patterns().len());
    for pair in all.windows(2) {
        let clear = pair.iter().map(|ranked| ranked.score.is_clear()).collect::<Vec<_>>();
        assert!((clear[0] && !clear[1]) || (clear[0] == clear[1] && pair[0].score.score >= pair[1].score.score));
    }
    let some = measured.ranked(Some(&Pattern::Next));
    assert_eq!(some.len(), 4);
    assert!(some.iter().all(|ranked| ranked.score.pattern == Pattern::Next));
    assert!(measured.head(9, 0).is_none() && measured.head(0, 9).is_none());
}

#[test]
fn what_parts_a_text() {
    let token = |label: &str| TokenView { id: 1, label: label.to_owned(), source: None };
    for mark in [".", ",", "。", "—", "\n", " !"] {
        assert!(is_delimiter(3, &token(mark)), "{mark:?}");
    }
    for word in ["a", "7", "", " ", "[x", "中"] {
        assert!(!is_delimiter(3, &token(word)), "{word:?}");
    }
}
