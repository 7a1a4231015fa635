use super::*;
use crate::explore::{Prompt, Subject};
use crate::models;
use crate::tape::Run;
use serde_json::{Value, json};

fn pass(config: &Value, text: &str) -> Pass {
    let loaded = models::random(config.as_object().unwrap(), 5).unwrap();
    let subject = Subject::from_loaded("tiny", loaded);
    Pass::run(&subject, &Prompt::of(text), Run::new(subject.pool())).unwrap().unwrap()
}

fn gpt2() -> Pass {
    let config = json!({
        "model_type": "gpt2", "architectures": ["GPT2LMHeadModel"],
        "vocab_size": 30, "n_positions": 16, "n_embd": 8, "n_layer": 2, "n_head": 2,
    });
    pass(&config, "1 2 3 4 5")
}

fn fresh(pass: &Pass) -> StepsState {
    let mut state = StepsState::default();
    state.fit(pass, None);
    state
}

fn act(state: &mut StepsState, pass: &Pass, cursor: &mut Cursor, action: Action) {
    state.command(action.into(), pass, cursor);
}

#[test]
fn forward_visits_every_step_once_where_all_is_open() {
    let pass = gpt2();
    let mut state = fresh(&pass);
    state.open = (0..pass.tree.items().len()).collect();
    let mut cursor = Cursor::default();
    let mut seen = Vec::new();
    loop {
        if let ItemKind::Step(node) = pass.tree.items()[state.line].kind {
            seen.push(node);
        }
        let before = state.line;
        act(&mut state, &pass, &mut cursor, Action::StepForward);
        if state.line == before {
            break;
        }
    }
    assert_eq!(seen, pass.record.graph().steps().collect::<Vec<_>>());
    let forward = state.line;
    state.command(Command { action: Action::StepBackward, count: Some(9999) }, &pass, &mut cursor);
    assert_eq!((forward, state.line), (pass.tree.items().len() - 1, 0));
}

#[test]
fn out_undoes_into() {
    let pass = gpt2();
    let mut cursor = Cursor::default();
    for (line, item) in pass.tree.items().iter().enumerate().filter(|(_, item)| item.is_scope()) {
        let mut state = StepsState { line, ..StepsState::default() };
        act(&mut state, &pass, &mut cursor, Action::Into);
        assert_eq!(pass.tree.items()[state.line].depth, item.depth + 1);
        act(&mut state, &pass, &mut cursor, Action::Out);
        assert_eq!(state.line, line);
        assert!(!state.open.contains(&line));
    }
}

#[test]
fn over_passes_what_is_inside() {
    let pass = gpt2();
    let mut state = fresh(&pass);
    let mut cursor = Cursor::default();
    act(&mut state, &pass, &mut cursor, Action::StepOver);
    assert_eq!(pass.tree.items()[state.line].index, Some(0));
    state.command(Command { action: Action::StepOver, count: Some(2) }, &pass, &mut cursor);
    assert_eq!(pass.tree.items()[state.line].name.id, "final_norm");
    act(&mut state, &pass, &mut cursor, Action::End);
    assert_eq!(pass.tree.items()[state.line].name.id, "logits");
    assert_eq!(state.next(&pass), None);
}

#[test]
fn token_and_feature_stay_over_values_that_have_none() {
    let config = json!({
        "model_type": "bert", "architectures": ["BertModel"], "vocab_size": 30, "hidden_size": 8,
        "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 16, "max_position_embeddings": 16,
    });
    let pass = pass(&config, "1 2 3 4 5");
    let mut state = fresh(&pass);
    let mut cursor = Cursor { query: 3, key: 1, feature: 2 };
    act(&mut state, &pass, &mut cursor, Action::End);
    act(&mut state, &pass, &mut cursor, Action::MoveDown);
    assert_eq!(cursor, Cursor { query: 3, key: 1, feature: 3 });
    let mean = pass.tree.items().iter().position(|item| item.name.id == "mean").unwrap();
    state.line = mean;
    act(&mut state, &pass, &mut cursor, Action::MoveRight);
    act(&mut state, &pass, &mut cursor, Action::MoveUp);
    assert_eq!(cursor, Cursor { query: 2, key: 1, feature: 3 });
}

#[test]
fn heads_are_chosen_in_maps_and_in_vectors() {
    let pass = gpt2();
    let mut state = fresh(&pass);
    let mut cursor = Cursor { feature: 1, ..Cursor::default() };
    let line = |id: &str| pass.tree.items().iter().position(|item| item.name.id == id).unwrap();
    state.line = line("weights");
    state.command(Command { action: Action::NextHead, count: Some(7) }, &pass, &mut cursor);
    assert_eq!(state.head, 1);
    state.line = line("query");
    act(&mut state, &pass, &mut cursor, Action::NextHead);
    assert_eq!((state.head, cursor.feature), (1, 5));
    let (_, cell) = state.cell(&pass, &cursor).unwrap();
    assert_eq!(cell.as_slice(), [0, 0, 1, 1]);
}

#[test]
fn a_rank_is_an_entry_of_the_vocabulary() {
    let pass = gpt2();
    let mut state = fresh(&pass);
    let mut cursor = Cursor { query: 4, ..Cursor::default() };
    act(&mut state, &pass, &mut cursor, Action::End);
    act(&mut state, &pass, &mut cursor, Action::MoveRight);
    let (node, cell) = state.cell(&pass, &cursor).unwrap();
    let mut logits = pass.logits_at(4).unwrap();
    let chosen = pass.record.value(node).at(&cell);
    logits.sort_by(|a, b| b.total_cmp(a));
    assert_eq!(chosen, logits[1]);
    assert_eq!(largest(&[1.0, f32::NAN, 3.0, 3.0], 2), [2, 3]);
}

#[test]
fn a_derivation_goes_down_to_a_parameter_and_back() {
    let pass = gpt2();
    let mut state = fresh(&pass);
    let mut cursor = Cursor { query: 2, ..Cursor::default() };
    act(&mut state, &pass, &mut cursor, Action::End);
    act(&mut state, &pass, &mut cursor, Action::Derive);
    let mut depth = 1;
    while state.trail.newest().is_some_and(|(derivation, _)| !derivation.terms.is_empty()) {
        act(&mut state, &pass, &mut cursor, Action::Into);
        assert_eq!(state.trail.steps().len(), depth + 1);
        depth += 1;
    }
    let (leaf, _) = state.trail.newest().unwrap();
    assert!(matches!(pass.record.graph().node(leaf.node).source, crate::tape::Source::Parameter(_)));
    (0..depth).for_each(|_| act(&mut state, &pass, &mut cursor, Action::Back));
    assert!(state.trail.is_empty());
}
