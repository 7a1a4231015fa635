use super::*;
use crate::app::trial::{app, bert, click, gpt2, press, t5};
use crate::app::{App, Effect, Input, Place, Screen, Target, Work};
use crate::tape::Record;

/// Two layers of two heads, five tokens, painting.
fn painting() -> App {
    let mut app = app(gpt2(), Language::En, "1 2 3 4 5");
    press(&mut app, "4 p");
    app
}

fn cell(row: usize, col: usize) -> Target {
    Target::Cell { map: 0, row, col }
}

fn drag(app: &mut App, row: usize, col: usize) {
    let effects = app.update(Input::Drag(cell(row, col)));
    crate::app::trial::settled(app, effects);
}

/// What is painted on a head, as rows of marks.
fn marks(app: &App, index: usize, head: usize) -> Vec<String> {
    let painting = app.attention.edits.painting(index, head).cloned().unwrap_or_default();
    let mark = |query, key| match painting.get(query, key) {
        Some(true) => '+',
        Some(false) => '-',
        None => '.',
    };
    let tokens = app.pass.as_ref().unwrap().tokens.len();
    (0..tokens).map(|query| (0..tokens).map(|key| mark(query, key)).collect()).collect()
}

fn same_bits(one: &Record, two: &Record) -> bool {
    one.graph().nodes().all(|(id, _)| one.value(id).widened().to_vec() == two.value(id).widened().to_vec())
}

#[test]
fn a_painted_cell_changes_what_every_screen_shows() {
    let mut app = painting();
    assert_eq!((app.place(), app.keys()), (Place::Attention, Place::Paint));
    let run = app.pass.clone().unwrap();
    app.cursor = Cursor { query: 4, key: 1, feature: 0 };
    press(&mut app, "space");
    assert_eq!(marks(&app, 0, 0), [".....", ".....", ".....", ".....", ".-..."]);
    assert_eq!(marks(&app, 1, 1), marks(&app, 0, 0), "all layers, until it is said otherwise");
    let shown = app.shown().unwrap().clone();
    assert!(!Arc::ptr_eq(&shown, &run));
    assert_eq!(shown.record.value(shown.attentions[1].weights).at(&[0, 1, 4, 1]), 0.0);
    assert_ne!(shown.logits_at(4), run.logits_at(4));
    assert!(app.changed().is_some());
    // Painting ends, the edits stay; every screen reads the changed pass.
    press(&mut app, "Esc");
    assert_eq!((app.keys(), app.attention.edits.masks.len()), (Place::Attention, 4));
    press(&mut app, "3");
    assert_eq!(app.shell.screen, Screen::Steps);
    assert!(Arc::ptr_eq(app.shown().unwrap(), &shown) && app.changed().is_some());
    press(&mut app, "P");
    let Some(crate::app::Panel::Lens(panel)) = &app.panel else { panic!("the lens") };
    let best = panel.found.as_ref().unwrap().as_ref().unwrap().rows[2].cells[4];
    assert!((best.probability - crate::explore::share(&shown.logits_at(4).unwrap(), best.id)).abs() < 1e-6);
    press(&mut app, "Esc 1");
    assert!(app.changed().is_none(), "the catalogue is of no pass");
    press(&mut app, "4 r");
    assert!(app.attention.edits.is_empty() && Arc::ptr_eq(app.shown().unwrap(), &run));
}

#[test]
fn a_future_cell_is_opened_and_undo_goes_back_to_the_bit() {
    let mut app = painting();
    let run = app.pass.clone().unwrap();
    app.cursor = Cursor { query: 0, key: 3, feature: 0 };
    press(&mut app, "space");
    assert_eq!(marks(&app, 0, 0)[0], "...+.");
    let opened = app.shown().unwrap().clone();
    assert_ne!(opened.logits_at(0), run.logits_at(0));
    press(&mut app, "x");
    assert_eq!(marks(&app, 0, 0)[0], "-....", "the row is hidden whole, and what was hidden is as it was");
    press(&mut app, "u");
    assert!(same_bits(&app.shown().unwrap().record, &opened.record));
    press(&mut app, "u");
    assert!(Arc::ptr_eq(app.shown().unwrap(), &run) && app.attention.edits.is_empty());
    press(&mut app, "u u");
    assert!(app.attention.edits.is_empty());
}

#[test]
fn rows_and_columns_are_hidden_and_come_back_as_they_were() {
    let mut app = painting();
    app.cursor = Cursor { query: 2, key: 1, feature: 0 };
    press(&mut app, "c");
    assert_eq!(marks(&app, 0, 1), [".....", ".-...", ".-...", ".-...", ".-..."]);
    press(&mut app, "x");
    assert_eq!(marks(&app, 0, 1)[2], "---..");
    press(&mut app, "x");
    assert_eq!(marks(&app, 0, 1)[2], ".....", "the whole row is as the model has it");
    press(&mut app, "r");
    assert!(app.attention.edits.masks.is_empty());
    press(&mut app, "u");
    assert_eq!(marks(&app, 0, 1)[4], ".-...");
}

#[test]
fn the_mouse_paints_with_what_the_first_cell_became() {
    let mut app = painting();
    click(&mut app, cell(4, 0));
    for (row, col) in [(4, 1), (4, 2), (4, 2), (3, 2), (3, 4)] {
        drag(&mut app, row, col);
    }
    assert_eq!(marks(&app, 0, 0)[3..], ["..-..", "---.."]);
    assert_eq!((app.cursor.query, app.cursor.key), (3, 4));
    // Over a hidden cell it opens, and what is open already stays.
    click(&mut app, cell(4, 2));
    drag(&mut app, 4, 1);
    drag(&mut app, 0, 2);
    drag(&mut app, 0, 0);
    assert_eq!(marks(&app, 0, 0), ["..+..", ".....", ".....", "..-..", "-...."]);
    // A stroke is taken back at once, however long it was.
    press(&mut app, "u");
    assert_eq!(marks(&app, 0, 0)[4], "---..");
    press(&mut app, "u");
    assert!(app.attention.edits.masks.is_empty());
    // What lies beside the map is not clicked by a stroke, and a stroke that begins there paints nothing.
    let effects = app.update(Input::Drag(Target::Tab(1)));
    assert!(effects.is_empty() && app.shell.screen == Screen::Attention);
    click(&mut app, Target::Head { layer: 1, head: 0 });
    drag(&mut app, 4, 0);
    assert!(app.attention.edits.masks.is_empty() && app.attention.index == 1);
    // Elsewhere a drag is a click.
    press(&mut app, "Esc");
    drag(&mut app, 1, 1);
    assert!(app.attention.edits.masks.is_empty());
    assert_eq!((app.cursor.query, app.cursor.key), (1, 1));
}

#[test]
fn patterns_follow_one_another_and_those_that_change_nothing_are_passed_over() {
    let mut app = painting();
    press(&mut app, "b");
    assert_eq!(app.attention.paint.preset, Some(Preset::Both), "a causal model is causal");
    assert_eq!(marks(&app, 1, 0)[0], ".++++");
    press(&mut app, "b");
    assert_eq!(app.attention.paint.preset, Some(Preset::Window(2)));
    assert_eq!(marks(&app, 1, 0)[4], "--...");
    press(&mut app, "[");
    assert_eq!(marks(&app, 1, 0)[4], "---..");
    press(&mut app, "[ [ [");
    assert_eq!((app.attention.paint.width, marks(&app, 1, 0)[4].as_str()), (0, "----."));
    press(&mut app, "] ]");
    assert_eq!(app.attention.paint.width, 2);
    press(&mut app, "b");
    // There are no sentences in these numbers.
    assert_eq!(app.attention.paint.preset, Some(Preset::Own));
    press(&mut app, "b");
    assert!(app.attention.paint.preset.is_none() && app.attention.edits.masks.is_empty());
    let mut app = crate::app::trial::app(bert(), Language::En, "1 2 3");
    press(&mut app, "4 p b");
    assert_eq!((app.attention.paint.preset, marks(&app, 0, 0)[0].as_str()), (Some(Preset::Causal), ".--"));
}

#[test]
fn what_is_painted_holds_for_a_head_a_layer_or_all() {
    let mut app = painting();
    app.cursor = Cursor { query: 3, key: 0, feature: 0 };
    press(&mut app, "space a");
    let painted = |app: &App| app.attention.edits.masks.keys().copied().collect::<Vec<_>>();
    assert_eq!((app.attention.paint.reach, painted(&app)), (Reach::Head, vec![(0, 0)]));
    press(&mut app, "a");
    assert_eq!((app.attention.paint.reach, painted(&app)), (Reach::Layer, vec![(0, 0), (0, 1)]));
    press(&mut app, "a");
    assert_eq!((app.attention.paint.reach, painted(&app).len()), (Reach::All, 4));
    press(&mut app, "a l");
    app.cursor = Cursor { query: 4, key: 0, feature: 0 };
    press(&mut app, "space");
    assert_eq!(painted(&app), [(0, 0), (0, 1)], "each head has its own");
    assert_eq!((marks(&app, 0, 0)[3].as_str(), marks(&app, 0, 1)[3].as_str()), ("-....", "....."));
    press(&mut app, "u u u");
    assert_eq!(painted(&app).len(), 2);
}

#[test]
fn of_several_streams_the_shown_one_is_painted() {
    let mut app = app(t5(), Language::En, "1 2 3 4 => 5 6");
    press(&mut app, "4 Tab Tab p");
    let pass = app.pass.clone().unwrap();
    assert_eq!(app.attention.attention(&pass).unwrap().stream(), "cross");
    press(&mut app, "c");
    let streams: Vec<&str> =
        app.attention.edits.masks.keys().map(|(index, _)| pass.attentions[*index].stream()).collect();
    assert_eq!(streams, ["cross"; 4]);
    assert_ne!(app.shown().unwrap().logits_at(2), pass.logits_at(2));
    // The way back to the encoder leaves the painting open, and the cursor on the map.
    press(&mut app, "Tab 9 Down space");
    assert_eq!(app.keys(), Place::Paint);
    assert_eq!(app.attention.edits.masks.len(), 8);
}

#[test]
fn heads_off_and_paint_go_into_one_replay() {
    let mut app = painting();
    press(&mut app, "o x s");
    let edits = app.attention.edits.clone();
    assert_eq!((edits.off.len(), edits.masks.len(), edits.positions), (1, 4, Some(Scheme::None)));
    assert_eq!(app.shown().unwrap().edits, edits);
    let effects = app.update(Input::Key("c".parse().unwrap()));
    let [Effect::Start(job)] = effects.as_slice() else { panic!("one job") };
    let Work::Replay(pass, asked) = &job.work else { panic!("a replay") };
    // It is always the pass as it was run that is changed.
    assert!(Arc::ptr_eq(pass, app.pass.as_ref().unwrap()) && *asked == app.attention.edits);
    crate::app::trial::settled(&mut app, effects);
    // One key takes back heads after painting, another everything.
    press(&mut app, "Esc Esc");
    assert!(app.attention.edits.off.is_empty() && !app.attention.edits.masks.is_empty());
    press(&mut app, "r");
    assert!(app.attention.edits.is_empty() && app.attention.edited.is_none());
}

#[test]
fn positions_go_round_and_what_does_not_fit_says_why() {
    let mut app = painting();
    press(&mut app, "Esc");
    let mut seen = Vec::new();
    for _ in 0..5 {
        press(&mut app, "s");
        seen.push(app.attention.edits.positions.unwrap());
        assert_eq!(app.shown().unwrap().edits.positions, app.attention.edits.positions);
    }
    assert_eq!(seen, Scheme::ALL[..5]);
    press(&mut app, "s");
    assert_eq!(app.attention.edits.positions, None);
    let notice = |app: &App| app.shell.notice.as_ref().unwrap().text.clone();
    assert!(notice(&app).contains("ALiBi") && notice(&app).contains("not a bias"), "{}", notice(&app));
    // A figure that is no tab comes first.
    press(&mut app, "0 5 s");
    assert_eq!(app.attention.edits.positions, Some(Scheme::Shifted(5)));
    press(&mut app, "8 s");
    assert_eq!(app.attention.edits.positions, Some(Scheme::Shifted(5)));
    assert!(notice(&app).contains("12"), "{}", notice(&app));
    // A longer text has no room for the shift: it is dropped with a word.
    press(&mut app, "7 s e space 6 Enter");
    assert_eq!(app.attention.edits.positions, None);
    assert!(notice(&app).contains("dropped"), "{}", notice(&app));
    let mut app = crate::app::trial::app(t5(), Language::Zh, "1 2 3");
    press(&mut app, "4 s s s");
    assert_eq!(app.attention.edits.positions, Some(Scheme::Alibi));
}

#[test]
fn a_new_text_keeps_what_still_fits_and_says_what_does_not() {
    let mut app = painting();
    app.cursor = Cursor { query: 4, key: 0, feature: 0 };
    press(&mut app, "x");
    app.cursor = Cursor { query: 2, key: 0, feature: 0 };
    press(&mut app, "space Esc e BSpace BSpace");
    // While one types everything may come back.
    assert_eq!((app.pass.as_ref().unwrap().tokens.len(), app.shown().unwrap().edits.masks.len()), (4, 4));
    assert_eq!(app.attention.edits.painting(0, 0).unwrap().len(), 6);
    press(&mut app, "Enter");
    let pass = app.pass.clone().unwrap();
    assert_eq!(pass.tokens.len(), 4);
    assert_eq!(marks(&app, 1, 1), ["....", "....", "-...", "...."]);
    let notice = app.shell.notice.as_ref().map(|notice| notice.text.clone());
    assert!(notice.as_ref().is_some_and(|words| words.contains("dropped: 5")), "{notice:?}");
    assert_eq!(app.shown().unwrap().edits, app.attention.edits);
    assert!(app.shown().unwrap().record.value(pass.attentions[0].weights).at(&[0, 0, 2, 0]) == 0.0);
    // What was before cannot come back onto another text.
    press(&mut app, "p u");
    assert_eq!(marks(&app, 1, 1)[2], "-...");
    // Another model begins anew.
    let effects = app.open_model("bert");
    crate::app::trial::settled(&mut app, effects);
    assert!(app.attention.edits.is_empty() && !app.attention.paint.open);
}

#[test]
fn painting_needs_a_map() {
    let mut app = app(gpt2(), Language::En, "1 2 3");
    press(&mut app, "4 a p");
    assert_eq!((app.attention.view, app.attention.average, app.keys()), (View::Map, false, Place::Paint));
    press(&mut app, "m p");
    assert_eq!((app.attention.view, app.keys()), (View::Mask, Place::Attention));
}

#[test]
fn a_derivation_has_the_keys_while_one_paints() {
    let mut app = painting();
    press(&mut app, "Enter");
    assert_eq!(app.keys(), Place::Derivation);
    press(&mut app, "Esc");
    assert_eq!(app.keys(), Place::Paint);
}
