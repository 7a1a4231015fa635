use super::*;
use crate::app::trial::{app, click, gpt2, long_gpt2, long_text, press, t5};
use crate::app::{App, Effect, Input, Language, Place, Work};

/// Two layers of two heads, four tokens.
fn looking() -> App {
    let mut app = app(gpt2(), Language::En, "1 2 3 4");
    press(&mut app, "4");
    app
}

fn head(app: &App) -> (usize, usize) {
    (app.attention.index, app.attention.head)
}

fn effects(app: &mut App, key: &str) -> Vec<Effect> {
    app.update(Input::Key(key.parse().unwrap()))
}

#[test]
fn heads_run_on_over_the_layers() {
    let mut app = looking();
    press(&mut app, "l");
    assert_eq!(head(&app), (0, 1));
    press(&mut app, "l");
    assert_eq!(head(&app), (1, 0));
    press(&mut app, "9 l");
    assert_eq!(head(&app), (1, 1));
    press(&mut app, "h h");
    assert_eq!(head(&app), (0, 1));
    press(&mut app, "j j k k k");
    assert_eq!(head(&app), (0, 1));
    click(&mut app, Target::Head { layer: 1, head: 99 });
    assert_eq!(head(&app), (1, 1));
}

#[test]
fn a_head_that_is_switched_off_asks_for_a_replay_and_back_on_for_none() {
    let mut app = looking();
    press(&mut app, "j l");
    let asked = effects(&mut app, "o");
    let [Effect::Start(job)] = asked.as_slice() else { panic!("one job") };
    assert!(matches!(&job.work, Work::Replay(_, edits) if *edits == Edits::without_heads([(1, 1)])));
    let mut app = looking();
    press(&mut app, "l o");
    assert!(app.attention.edited.is_some());
    press(&mut app, "o");
    assert!(app.attention.edits.off.is_empty() && app.attention.edited.is_none());
    assert!(app.shell.progress.is_none());
}

#[test]
fn what_is_off_stays_off_for_the_next_text() {
    let mut app = looking();
    press(&mut app, "o e space 5 Enter");
    assert_eq!(app.pass.as_ref().unwrap().tokens.len(), 5);
    let without = app.attention.edited.clone().unwrap();
    let weights = app.attention.attention(app.pass.as_ref().unwrap()).unwrap().weights;
    assert_eq!(without.record.value(weights).shape(), [1, 2, 5, 5]);
}

#[test]
fn back_undoes_the_view_then_the_average_then_the_heads() {
    let mut app = looking();
    press(&mut app, "o a m");
    press(&mut app, "Esc");
    assert_eq!((app.attention.view, app.attention.average), (View::Map, true));
    press(&mut app, "Esc");
    assert!(!app.attention.average && !app.attention.edits.off.is_empty());
    press(&mut app, "Esc");
    assert!(app.attention.edits.off.is_empty() && app.attention.edited.is_none());
}

#[test]
fn the_cursor_stays_inside() {
    let mut app = looking();
    press(&mut app, "0 9 9 Down 0 9 9 Right");
    assert_eq!((app.cursor.query, app.cursor.key), (3, 3));
    press(&mut app, "0 9 9 Up 0 9 9 Left");
    assert_eq!((app.cursor.query, app.cursor.key), (0, 0));
    press(&mut app, "Down Down Down e BSpace BSpace Enter");
    assert_eq!((app.cursor.query, app.pass.as_ref().unwrap().tokens.len()), (2, 3));
}

#[test]
fn along_the_lines_left_and_right_go_from_query_to_query() {
    let mut app = looking();
    press(&mut app, "v");
    assert_eq!(app.place(), Place::AttentionLines);
    press(&mut app, "Left");
    assert_eq!(app.cursor.query, 2);
    // There is no room for a derivation, so none is opened unseen.
    press(&mut app, "Enter");
    assert!(app.attention.trail.is_empty());
    press(&mut app, "] ] ] ] ] ] ] ]");
    assert_eq!(app.attention.threshold, THRESHOLDS.len() - 1);
    assert_eq!(app.attention.top, Top(0));
}

#[test]
fn a_derivation_has_the_keys_until_it_is_closed() {
    let mut app = looking();
    press(&mut app, "Enter");
    assert_eq!(app.keys(), Place::Derivation);
    press(&mut app, "Enter Enter");
    assert_eq!(app.attention.trail.steps().len(), 3);
    press(&mut app, "Esc");
    assert_eq!(app.attention.trail.steps().len(), 2);
    press(&mut app, "d");
    assert_eq!(app.keys(), Place::Attention);
    press(&mut app, "Enter");
    click(&mut app, Target::Cell { map: 0, row: 1, col: 0 });
    assert_eq!((app.keys(), app.cursor.query, app.cursor.key), (Place::Attention, 1, 0));
}

#[test]
fn a_text_that_fails_keeps_the_last_pass_and_stays_a_fault() {
    let mut app = looking();
    press(&mut app, "e space 9 9 Enter");
    assert!(app.fault.is_some() && app.shell.notice.is_some());
    assert_eq!(app.pass.as_ref().unwrap().tokens.len(), 5);
    press(&mut app, "o");
    assert!(app.fault.is_some() && app.attention.edited.is_some());
    press(&mut app, "e BSpace BSpace BSpace Enter");
    assert!(app.fault.is_none());
}

#[test]
fn streams_are_changed_by_key_and_click_and_heads_stay_in_theirs() {
    let mut app = app(t5(), Language::En, "1 2 3 4 5 6 => 7 8");
    press(&mut app, "4 j l");
    let pass = app.pass.clone().unwrap();
    let stream = |app: &App| app.attention.attention(&pass).map(|a| (a.stream(), a.layer));
    assert_eq!(stream(&app), Some(("encoder", 1)));
    app.cursor = Cursor { query: 5, key: 5, feature: 0 };
    press(&mut app, "Tab");
    assert_eq!(stream(&app), Some(("decoder", 1)));
    assert_eq!((app.cursor.query, app.cursor.key), (2, 2), "the cursor stays on the map");
    press(&mut app, "Tab");
    assert_eq!(stream(&app), Some(("cross", 1)));
    press(&mut app, "End");
    assert_eq!((app.cursor.query, app.cursor.key), (2, 5));
    press(&mut app, "k k h h h");
    assert_eq!((stream(&app), app.attention.head), (Some(("cross", 0)), 0));
    press(&mut app, "9 l");
    assert_eq!((stream(&app), app.attention.head), (Some(("cross", 1)), 1));
    press(&mut app, "Tab");
    assert_eq!(stream(&app), Some(("encoder", 1)));
    press(&mut app, "BTab BTab");
    assert_eq!(stream(&app), Some(("decoder", 1)));
    click(&mut app, Target::Row { list: STREAMS, row: 2 });
    assert_eq!(stream(&app), Some(("cross", 1)));
    // A model with one attention has nowhere to go.
    let mut one = looking();
    press(&mut one, "Tab Tab");
    assert_eq!(head(&one), (0, 0));
}

#[test]
fn the_token_under_the_cursor_is_found_on_its_side_of_the_prompt() {
    let mut app = app(t5(), Language::En, "11 2 3 => 4 5");
    let under = |app: &App| app.token_bytes().map(|(from, to)| app.shell.prompt.text()[from..to].to_owned());
    press(&mut app, "4 Up Up Up");
    assert_eq!(under(&app).as_deref(), Some("11"));
    press(&mut app, "Tab");
    assert_eq!(under(&app), None, "the start was not typed");
    press(&mut app, "Down");
    assert_eq!(under(&app).as_deref(), Some("4"));
    press(&mut app, "Tab Down");
    assert_eq!(under(&app).as_deref(), Some("5"));
    press(&mut app, "v Left");
    assert_eq!(under(&app).as_deref(), Some("4"));
}

#[test]
fn heads_of_every_stream_can_be_switched_off() {
    let mut app = app(t5(), Language::En, "1 2 3 4 => 5 6");
    press(&mut app, "4 o Tab o Tab o");
    assert_eq!(app.attention.edits.off.len(), 3);
    let pass = app.pass.clone().unwrap();
    let without = app.attention.edited.clone().unwrap();
    assert_ne!(pass.logits_at(2), without.logits_at(2));
    assert_eq!(pass.predicted_positions(), [2]);
}

#[test]
fn a_layer_or_all_others_go_off_at_once_and_one_key_brings_all_back() {
    let mut app = looking();
    press(&mut app, "j O");
    assert_eq!(app.attention.edits.off.iter().copied().collect::<Vec<_>>(), [(1, 0), (1, 1)]);
    press(&mut app, "O");
    assert!(app.attention.edits.off.is_empty());
    press(&mut app, "f");
    assert_eq!(app.attention.edits.off.iter().copied().collect::<Vec<_>>(), [(0, 0), (0, 1), (1, 1)]);
    press(&mut app, "f");
    assert!(app.attention.edits.off.is_empty());
    press(&mut app, "o l o");
    assert_eq!(app.attention.edits.off.len(), 2);
    press(&mut app, "r");
    assert!(app.attention.edits.off.is_empty() && app.attention.edited.is_none());
}

#[test]
fn what_heads_do_is_measured_anew_without_some_of_them() {
    let mut app = looking();
    let before = app.pass.as_ref().unwrap().measured().clone();
    press(&mut app, "o");
    let after = app.shown().unwrap().measured().clone();
    // The first layer's weights do not depend on what its heads gather; those of the second do.
    assert_eq!(before.head(0, 0), after.head(0, 0));
    assert_ne!(before.head(1, 0), after.head(1, 0));
}

#[test]
fn taking_back_what_is_on_its_way_cancels_it() {
    let mut app = looking();
    assert!(matches!(effects(&mut app, "o").as_slice(), [Effect::Start(_)]));
    assert!(matches!(effects(&mut app, "o").as_slice(), [Effect::Cancel]));
}

/// 200 tokens, drawn whole with blocks of 8.
fn far() -> App {
    let mut app = app(long_gpt2(), Language::En, &long_text(200));
    press(&mut app, "4");
    app.attention.fitted = 8;
    (app.cursor.query, app.cursor.key) = (150, 30);
    app
}

#[test]
fn a_long_text_is_gone_into_step_by_step() {
    let mut app = far();
    let mut blocks = Vec::new();
    for _ in 0..5 {
        press(&mut app, "z");
        blocks.push((app.attention.size, app.attention.block()));
    }
    let sizes = [(Size::Blocks(4), 4), (Size::Blocks(2), 2), (Size::Small, 1), (Size::Large, 1), (Size::Fit, 8)];
    assert_eq!(blocks, sizes);
    assert_eq!((app.cursor.query, app.cursor.key), (150, 30), "the cursor stays");
    press(&mut app, "z z Esc");
    assert_eq!((app.attention.size, app.place()), (Size::Fit, Place::Attention));
    // A block is gone over at once.
    press(&mut app, "Up Right PgUp");
    assert_eq!((app.cursor.query, app.cursor.key), (150 - 8 - 64, 38));
    press(&mut app, "End");
    assert_eq!(app.cursor.key, 199);
    press(&mut app, "Home");
    assert_eq!(app.cursor.key, 0);
    assert_eq!(app.attention.held(&Cursor { query: 150, key: 0, feature: 0 }), (144..152, 0..8));
}

#[test]
fn clicks_and_the_wheel_go_into_it_and_drags_do_not() {
    let mut app = far();
    let cell = Target::Cell { map: 0, row: 96, col: 48 };
    app.update(Input::Drag(cell));
    assert_eq!((app.cursor.query, app.cursor.key, app.attention.size), (96, 48, Size::Fit));
    click(&mut app, cell);
    assert_eq!(app.attention.size, Size::Blocks(4));
    app.update(Input::Wheel(Some(cell), false));
    assert_eq!(app.attention.size, Size::Blocks(2));
    for expected in [Size::Blocks(4), Size::Fit, Size::Fit] {
        app.update(Input::Wheel(Some(cell), true));
        assert_eq!(app.attention.size, expected);
    }
    // Cell by cell a click only moves the cursor, and the wheel scrolls.
    press(&mut app, "z z z");
    click(&mut app, cell);
    app.update(Input::Wheel(Some(cell), true));
    assert_eq!((app.attention.size, app.cursor.query), (Size::Small, 97));
    // A short text knows no blocks.
    press(&mut app, "z z z e C-u 1 space 2 Enter");
    assert_eq!((app.attention.size, app.attention.block()), (Size::Fit, 1));
}
