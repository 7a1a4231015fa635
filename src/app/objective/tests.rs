use super::*;
use crate::app::trial::{app, bert, exploring, press};
use crate::app::{App, Language, Place};

fn view(id: &str, text: &str) -> App {
    let mut app = exploring(Subject::untrained(id), Language::En, text);
    press(&mut app, "2 o");
    assert_eq!(app.place(), Place::Objective);
    app
}

fn tried(app: &App) -> &Tried {
    app.objective.shown.as_ref().unwrap().1.as_ref().unwrap()
}

#[test]
fn it_tries_the_objective_that_the_model_was_trained_by() {
    for (id, text, objective) in [
        ("gpt-2", "Anna found a ball.", "causal-lm"),
        ("bert", "Anna found a ball. She was happy.", "bert-pretraining"),
        ("bert", "Anna found a ball.", "masked-lm"),
        ("t5", "Anna found a red ball in the park.", "span-corruption"),
        ("t5", "translate English to German: The cat sees a dog. => Die Katze sieht einen Hund.", "text-to-text"),
    ] {
        let app = view(id, text);
        let tried = tried(&app);
        assert_eq!(tried.exercise.objective.id(), objective, "{text}");
        let sum: f32 = tried.exercise.terms.iter().map(|term| term.weight * term.loss).sum();
        assert!((sum - tried.exercise.loss).abs() < 1e-4);
        assert!(tried.unigram.is_some_and(|loss| loss > 0.0));
    }
}

#[test]
fn another_epoch_corrupts_the_text_differently_and_the_same_one_the_same() {
    let text = "Anna and Tom went to the park. Anna found a red ball. She gave it to Tom.";
    let mut app = view("bert", text);
    let masked = |app: &App| tried(app).exercise.targets.iter().map(Option::is_some).collect::<Vec<_>>();
    let first = masked(&app);
    press(&mut app, "Right");
    assert_eq!(app.objective.seed, 1);
    let second = masked(&app);
    assert_ne!(first, second);
    press(&mut app, "Left Left");
    assert_eq!((app.objective.seed, masked(&app)), (0, first));
    press(&mut app, "0 7 n");
    assert_eq!(app.objective.seed, 7);
}

#[test]
fn an_epoch_that_changes_nothing_says_so() {
    let mut app = view("gpt-2", "Anna found");
    press(&mut app, "Right");
    let notice = app.shell.notice.as_ref().unwrap();
    assert!(notice.text.starts_with("nothing changes"));
    let mut app = view("bert", "Anna and Tom went to the park. Anna found a red ball. She gave it to Tom.");
    press(&mut app, "Right");
    assert!(app.shell.notice.is_none());
}

#[test]
fn objectives_that_fit_are_gone_through() {
    let mut app = view("bert", "Anna found a ball. She was happy.");
    let id = |app: &App| tried(app).exercise.objective.id();
    press(&mut app, "Tab");
    assert_eq!(id(&app), "masked-lm");
    press(&mut app, "Tab");
    assert_eq!(id(&app), "bert-pretraining");
    let mut app = view("t5", "Anna found a red ball.");
    press(&mut app, "Tab");
    assert_eq!(app.objective.shown.as_ref().unwrap().1.as_ref().err(), Some(&Refused::NeedsAnswer));
    let mut app = view("gpt-2", "Anna");
    press(&mut app, "Tab");
    assert_eq!(id(&app), "causal-lm", "there is only one");
}

#[test]
fn it_follows_the_text_and_is_left_again() {
    let mut app = view("gpt-2", "Anna found");
    let before = tried(&app).exercise.input.len();
    press(&mut app, "e space a space b a l l Enter");
    assert!(tried(&app).exercise.input.len() > before);
    press(&mut app, "Esc");
    assert_eq!(app.place(), Place::Model);
    press(&mut app, "o o");
    assert_eq!(app.place(), Place::Model);
    press(&mut app, "o 2");
    assert_eq!(app.place(), Place::Model, "the tab's key shows its card");
}

#[test]
fn tokens_know_what_became_of_them() {
    use crate::explore::Fate;
    let text = "Anna and Tom went to the park. Anna found a red ball. She gave it to Tom.";
    let subject = Subject::untrained("bert");
    let mask = subject.mask_id().unwrap();
    let mut seen = std::collections::BTreeMap::new();
    for seed in 0..60 {
        let trial = Trial { prompt: Prompt::of(text), objective: Some("masked-lm"), seed };
        let Exercise { input, targets, fates, .. } = trial.run(&subject).ok().unwrap().exercise;
        for ((token, target), fate) in input.iter().zip(&targets).zip(&fates) {
            let expected = match target {
                None => Fate::Plain,
                Some(_) if token.id == mask => Fate::Hidden,
                Some(target) if target.id == token.id => Fate::Kept,
                Some(_) => Fate::Replaced,
            };
            assert_eq!(*fate, expected);
            *seen.entry(format!("{fate:?}")).or_insert(0) += 1;
        }
    }
    assert_eq!(seen.len(), 4, "{seen:?}");
    let trial = Trial { prompt: Prompt::of(text), objective: None, seed: 0 };
    let t5 = trial.run(&Subject::untrained("t5")).ok().unwrap().exercise;
    let sentinels = t5.fates.iter().filter(|fate| **fate == Fate::Hidden).count();
    assert!(sentinels > 0);
    assert_eq!(t5.given.len(), t5.targets.len());
    let shifted = t5.given.iter().skip(1).zip(&t5.targets);
    assert!(shifted.into_iter().all(|(given, target)| Some(given) == target.as_ref()));
}

#[test]
fn without_a_tokenizer_it_says_why_not() {
    let mut app = app(bert(), Language::En, "1 2 3");
    press(&mut app, "2 o");
    let Some((_, Err(Refused::Other(why)))) = &app.objective.shown else { panic!("tried") };
    assert!(why.contains("tokenizer"));
    assert!(app.fault.is_none(), "the text is none the worse for it");
}
