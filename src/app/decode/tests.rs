use super::*;
use crate::app::trial::{app, click, gpt2, press, spoiled, t5};
use crate::app::{App, Language};

fn writing(text: &str) -> App {
    let mut app = app(gpt2(), Language::En, text);
    press(&mut app, "w");
    app
}

fn written(app: &App) -> usize {
    app.decode.decoding.as_ref().unwrap().written().len()
}

#[test]
fn tokens_are_written_and_taken_back() {
    let mut app = writing("1 2 3");
    assert_eq!(written(&app), 0);
    press(&mut app, "Right Right n");
    assert_eq!(written(&app), 3);
    press(&mut app, "Left u");
    assert_eq!(written(&app), 1);
    press(&mut app, "Left Left Left");
    assert_eq!(written(&app), 0);
    assert!(app.shell.notice.is_none());
}

#[test]
fn a_person_may_choose() {
    let mut app = writing("1 2 3");
    let ids: Vec<u32> = app.decode.candidates().iter().map(|candidate| candidate.id).collect();
    assert_eq!(ids.len(), 24);
    press(&mut app, "3");
    assert_eq!(app.decode.decoding.as_ref().unwrap().written(), [ids[2]]);
    let second = app.decode.candidates()[1].id;
    press(&mut app, "Down Enter");
    assert_eq!(app.decode.decoding.as_ref().unwrap().written(), [ids[2], second]);
    let third = app.decode.candidates()[4].id;
    click(&mut app, Target::Row { list: 0, row: 4 });
    assert_eq!(app.decode.decoding.as_ref().unwrap().written()[2], third);
}

#[test]
fn the_cursor_stays_on_the_list() {
    let mut app = writing("1 2 3");
    press(&mut app, "Up End Down");
    assert_eq!(app.decode.chosen, 23);
    press(&mut app, "Home Up");
    assert_eq!(app.decode.chosen, 0);
    // A figure behind the end of the list writes nothing.
    click(&mut app, Target::Row { list: 0, row: 99 });
    assert_eq!(written(&app), 0);
}

#[test]
fn the_end_of_the_context_is_no_error() {
    let mut app = writing("1 2 3 4 5 6 7 8 9 10");
    press(&mut app, "Right Right");
    assert!(app.is_full());
    press(&mut app, "Right");
    assert_eq!(written(&app), 2);
    let notice = app.shell.notice.as_ref().unwrap();
    assert_eq!(notice.gravity, crate::app::shell::Gravity::Info);
    press(&mut app, "space");
    assert!(!app.decode.playing);
    press(&mut app, "Left");
    assert!(!app.is_full());
}

#[test]
fn settings_go_round_and_change_finely() {
    let mut state = DecodeState::default();
    let act = |state: &mut DecodeState, action| state.command(Command::from(action));
    for expected in [0.1, 0.3, 0.5, 0.7, 0.8, 0.9, 1.0, 1.2, 1.5, 2.0, 0.0, 0.1] {
        act(&mut state, Action::Temperature);
        assert_eq!(state.sampling.temperature, expected);
    }
    act(&mut state, Action::RangeUp);
    assert_eq!(state.sampling.temperature, 0.15);
    // From between two good values to the next one.
    act(&mut state, Action::Temperature);
    assert_eq!(state.sampling.temperature, 0.3);
    state.command(Command { action: Action::RangeDown, count: Some(99) });
    assert_eq!(state.sampling.temperature, 0.0);

    act(&mut state, Action::TopK);
    assert_eq!(state.sampling.top_k, Some(1));
    act(&mut state, Action::RangeDown);
    assert_eq!(state.sampling.top_k, Some(1));
    state.command(Command { action: Action::RangeUp, count: Some(2) });
    assert_eq!(state.sampling.top_k, Some(3));
    act(&mut state, Action::TopK);
    assert_eq!(state.sampling.top_k, Some(5));
    state.command(Command { action: Action::RangeUp, count: Some(500) });
    assert_eq!(state.sampling.top_k, None);

    act(&mut state, Action::TopP);
    assert_eq!(state.sampling.top_p, 0.1);
    state.command(Command { action: Action::RangeDown, count: Some(50) });
    assert_eq!(state.sampling.top_p, 0.01);
    state.command(Command { action: Action::RangeUp, count: Some(98) });
    assert_eq!(state.sampling.top_p, 0.99);
}

#[test]
fn what_cuts_is_known() {
    let mut app = writing("1 2 3");
    let cut = |app: &App| app.decode.outlook.as_ref().unwrap().cut_by(&app.decode.sampling);
    assert_eq!(cut(&app), None);
    press(&mut app, "t k k");
    assert_eq!((cut(&app), app.decode.outlook.as_ref().unwrap().kept), (Some(Setting::TopK), 2));
    press(&mut app, "p");
    assert_eq!((cut(&app), app.decode.outlook.as_ref().unwrap().kept), (Some(Setting::TopP), 1));
    // More than there are cut nothing.
    press(&mut app, "[ p p p p p p p p p k k k k k");
    assert_eq!(app.decode.sampling.top_k, Some(100));
    assert_eq!(app.decode.outlook.as_ref().unwrap().kept, 24);
}

#[test]
fn logits_that_are_no_numbers_are_counted() {
    let mut app = app(spoiled(gpt2(), "wte.weight", f32::NAN), Language::En, "1 2 3");
    press(&mut app, "w");
    assert_eq!(app.decode.outlook.as_ref().unwrap().broken, 1);
    // One such token spoils all that follow.
    press(&mut app, "Right t k Right");
    assert_eq!(app.decode.outlook.as_ref().unwrap().broken, 24);
}

#[test]
fn playing_goes_on_while_settings_change() {
    let mut app = writing("1 2 3");
    press(&mut app, "space");
    assert!(app.decode.playing);
    press(&mut app, "t");
    assert!(app.decode.playing);
    press(&mut app, "Down");
    assert!(!app.decode.playing);
}

#[test]
fn a_token_takes_what_the_formula_says() {
    let app = writing("1 2 3");
    let decoding = app.decode.decoding.as_ref().unwrap();
    // Two layers, key and value, width 8, four bytes.
    assert_eq!(decoding.cache_bytes(), (3 * 128, 2 * 2 * 8 * 4));
}

#[test]
fn a_target_is_written_and_becomes_the_given_one() {
    let mut app = app(t5(), Language::En, "1 2 3 4");
    let shown: Vec<u32> = app.pass.as_ref().unwrap().target.iter().map(|token| token.id).collect();
    assert!(shown.len() > 1, "without a target the model's own is shown");
    press(&mut app, "w");
    assert_eq!(app.pass.as_ref().unwrap().target.len(), 1);
    press(&mut app, "Right Right");
    let written = app.decode.decoding.as_ref().unwrap().written();
    assert_eq!(written, shown[1..3]);
    press(&mut app, "a");
    let line = format!("1 2 3 4 => {} {}", written[0], written[1]);
    assert_eq!(app.shell.prompt.text(), line);
    let target: Vec<u32> = app.pass.as_ref().unwrap().target.iter().map(|token| token.id).collect();
    assert_eq!(target, shown[..3]);
    // Nothing written: the model's own target is shown again.
    let mut other = self::app(t5(), Language::En, "1 2 3 4");
    press(&mut other, "w a");
    assert_eq!(other.pass.as_ref().unwrap().target.len(), shown.len());
}

#[test]
fn the_token_that_ends_a_text_ends_writing() {
    let mut app = app(t5(), Language::En, "1 2 3 => 5");
    press(&mut app, "w");
    let end = app.subject.as_ref().unwrap().end().unwrap();
    let place = app.decode.candidates().iter().position(|candidate| candidate.id == end).unwrap();
    click(&mut app, Target::Row { list: 0, row: place });
    assert_eq!(app.decode.decoding.as_ref().unwrap().written(), [end]);
    press(&mut app, "Right space");
    assert_eq!(written(&app), 1);
    assert!(!app.decode.playing);
    assert!(app.shell.notice.as_ref().unwrap().text.contains("23"));
    press(&mut app, "Left Right");
    assert_eq!(written(&app), 1);
    // It is no part of the target.
    let mut over = app;
    press(&mut over, "Left");
    let place = over.decode.candidates().iter().position(|candidate| candidate.id == end).unwrap();
    click(&mut over, Target::Row { list: 0, row: place });
    press(&mut over, "a");
    assert_eq!(over.shell.prompt.text(), "1 2 3 => 5");
}
