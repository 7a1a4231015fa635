use super::*;
use crate::app::trial::{app, bert, click, gpt2, press};
use crate::app::{App, Input, Language, Screen, Work};

fn looking() -> App {
    app(gpt2(), Language::En, "1 2 3 1 2 3")
}

fn lens(app: &App) -> &LensPanel {
    match &app.panel {
        Some(Panel::Lens(panel)) => panel,
        _ => panic!("the lens is open"),
    }
}

fn patching(app: &App) -> &PatchPanel {
    match &app.panel {
        Some(Panel::Patching(panel)) => panel,
        _ => panic!("patching is open"),
    }
}

fn attribution(app: &App) -> (&AttributionPanel, &Attribution) {
    match &app.panel {
        Some(Panel::Attribution(panel)) => (panel, panel.found.as_ref().unwrap().as_ref().unwrap()),
        _ => panic!("attribution is open"),
    }
}

#[test]
fn the_list_leads_to_a_head() {
    let mut app = looking();
    press(&mut app, "H");
    assert_eq!(app.place(), Place::Heads);
    press(&mut app, "Down Down");
    let ranked = app.pass.as_ref().unwrap().measured().ranked(None);
    let (index, head) = (ranked[2].index, ranked[2].head);
    press(&mut app, "Enter");
    assert_eq!((app.place(), app.shell.screen), (Place::Attention, Screen::Attention));
    assert_eq!((app.attention.index, app.attention.head), (index, head));
}

#[test]
fn the_list_can_be_narrowed_to_a_pattern() {
    let mut app = looking();
    press(&mut app, "H Right");
    let Some(Panel::Heads(list)) = app.panel.clone() else { panic!("the list is open") };
    assert_eq!(list.pattern, Some(Pattern::Previous));
    press(&mut app, "End");
    let Some(Panel::Heads(list)) = app.panel.clone() else { panic!("the list is open") };
    assert_eq!(list.row, 3);
    press(&mut app, "Left Left");
    let Some(Panel::Heads(list)) = &app.panel else { panic!("the list is open") };
    assert_eq!(
        (list.pattern.as_ref(), list.row),
        (app.pass.as_ref().unwrap().measured().patterns().last().copied(), 0)
    );
    press(&mut app, "Esc");
    assert!(app.panel.is_none());
}

#[test]
fn a_click_takes_the_line_that_it_meets_whatever_line_parts_them() {
    let mut app = looking();
    press(&mut app, "H");
    let ranked = app.pass.as_ref().unwrap().measured().ranked(None);
    let last = ranked.len() - 1;
    let (index, head) = (ranked[last].index, ranked[last].head);
    let row = HeadList::line(&ranked, last);
    assert_eq!(row, last + 1);
    click(&mut app, Target::Row { list: 0, row });
    assert_eq!((app.attention.index, app.attention.head), (index, head));
}

#[test]
fn the_lens_follows_the_text_and_the_heads_that_are_off() {
    let mut app = looking();
    press(&mut app, "P");
    assert_eq!((app.place(), lens(&app).row()), (Place::Lens, 2));
    press(&mut app, "Up Down Down Left");
    assert_eq!((lens(&app).row(), app.cursor.query), (0, 4));
    let before = lens(&app).found.clone().unwrap().unwrap();
    press(&mut app, "e space 9 Enter");
    let after = lens(&app).found.clone().unwrap().unwrap();
    assert_eq!((before.positions(), after.positions()), (6, 7));
    press(&mut app, "P 4 o P");
    let without = lens(&app).found.clone().unwrap().unwrap();
    assert_ne!(after.rows, without.rows);
    assert_eq!(after.rows[0].cells[0].id, without.rows[0].cells[0].id);
}

#[test]
fn a_prediction_is_traced_for_any_token_and_position() {
    let mut app = looking();
    press(&mut app, "A");
    let (panel, found) = attribution(&app);
    assert_eq!((panel.candidate, found.position), (0, 5));
    press(&mut app, "Down");
    let second =
        app.pass.as_ref().unwrap().candidates(5, &Sampling { temperature: 1.0, ..Sampling::default() }, 2)[1].id;
    assert_eq!(attribution(&app).1.token, second);
    press(&mut app, "Left");
    assert_eq!((attribution(&app).0.candidate, attribution(&app).1.position), (0, 4));
    click(&mut app, Target::Cell { map: 0, row: 0, col: 1 });
    assert_eq!(attribution(&app).1.position, 1);
    // Nothing more to the left: nothing is worked out again.
    press(&mut app, "Left Left");
    assert!(app.update(Input::Key("Left".parse().unwrap())).is_empty());
}

#[test]
fn another_text_is_typed_and_its_values_are_put_in() {
    let mut app = looking();
    press(&mut app, "X");
    assert_eq!(app.shell.place(app.keys()), Place::OtherText);
    press(&mut app, "BSpace 9 Enter");
    assert_eq!(app.other.as_deref(), Some("1 2 3 1 2 9"));
    let found = patching(&app).found.clone().unwrap().unwrap();
    assert_eq!((found.rows.len(), patching(&app).cell), (2, found.strongest().unwrap()));
    press(&mut app, "v");
    assert_eq!(patching(&app).found.clone().unwrap().unwrap().what, Patched::Heads);
    press(&mut app, "t space 4 Enter");
    let fault = patching(&app).found.clone().unwrap().unwrap_err();
    assert!(fault.contains("same number of tokens"), "{fault}");
    // The text of the model is none the worse for it.
    assert!(app.fault.is_none());
    press(&mut app, "Esc X");
    assert_eq!(app.shell.place(app.keys()), Place::Patching);
}

#[test]
fn giving_up_the_other_text_leaves_the_panel_with_a_hint() {
    let mut app = looking();
    press(&mut app, "X Esc");
    assert!(patching(&app).found.is_none() && app.other.is_none());
    press(&mut app, "Esc");
    assert!(app.panel.is_none());
}

#[test]
fn what_runs_for_a_panel_is_cancelled_with_it() {
    let mut app = looking();
    let effects = app.update(Input::Key("P".parse().unwrap()));
    assert!(matches!(effects.as_slice(), [crate::app::Effect::Start(job)] if matches!(job.work, Work::Study(_))));
    let effects = app.update(Input::Key("P".parse().unwrap()));
    assert!(matches!(effects.as_slice(), [crate::app::Effect::Cancel]));
    assert!(app.panel.is_none());
    app.update(Input::Key("P".parse().unwrap()));
    app.update(Input::Tick(std::time::Duration::from_secs(1)));
    let effects = app.update(Input::Key("Esc".parse().unwrap()));
    assert!(matches!(effects.as_slice(), [crate::app::Effect::Cancel]) && app.panel.is_none());
}

#[test]
fn a_tab_closes_a_panel_and_masks_are_what_one_wants_to_see() {
    let mut app = app(bert(), Language::En, "1 2 3");
    press(&mut app, "A 4");
    assert_eq!(app.place(), Place::Attention);
    press(&mut app, "P");
    assert_eq!(lens(&app).row(), 2);
}

fn follow(app: &App) -> (&FollowPanel, &crate::explore::Follow) {
    match &app.panel {
        Some(Panel::Follow(panel)) => (panel, panel.way().unwrap()),
        _ => panic!("a token is followed"),
    }
}

#[test]
fn a_token_is_followed_and_a_line_opens_its_step() {
    let mut app = looking();
    press(&mut app, "F");
    assert_eq!((app.place(), follow(&app).1.position, follow(&app).1.stops.len()), (Place::Follow, 5, 5));
    press(&mut app, "Left Left");
    assert_eq!((app.cursor.query, follow(&app).1.position), (3, 3));
    press(&mut app, "Down Down Down");
    let written = follow(&app).1.stops[3].written.clone().unwrap().node;
    press(&mut app, "Enter");
    let pass = app.pass.clone().unwrap();
    assert_eq!((app.place(), app.shell.screen), (Place::Steps, Screen::Steps));
    assert_eq!(pass.record.graph().path(app.steps.node(&pass).unwrap()), "layer.1/attention/output");
    assert_eq!(app.steps.node(&pass), Some(written));
    // A click on the chosen line opens it too, and the embeddings open as their sum.
    press(&mut app, "F");
    assert_eq!(follow(&app).0.row, 0);
    click(&mut app, Target::Row { list: 0, row: 0 });
    assert_eq!(pass.record.graph().path(app.steps.node(&pass).unwrap()), "embeddings/residual");
    // Another text is followed at once.
    press(&mut app, "F e space 9 Enter");
    assert_eq!(follow(&app).1.position, app.cursor.query);
}

#[test]
fn the_streams_of_an_encoder_decoder_are_followed_one_by_one() {
    let mut app = app(crate::app::trial::t5(), Language::En, "1 2 3 4 => 5 6");
    press(&mut app, "F");
    let first = follow(&app).1.stream;
    press(&mut app, "Tab");
    let second = follow(&app).1.stream;
    assert_ne!(first, second);
    press(&mut app, "Tab");
    assert_eq!(follow(&app).1.stream, first);
    press(&mut app, "R");
    let rollout = |app: &App| match &app.panel {
        Some(Panel::Rollout(panel)) => panel.clone(),
        _ => panic!("the rollout is open"),
    };
    assert_eq!(rollout(&app).maps().unwrap().stream, first);
    press(&mut app, "Tab");
    assert_eq!(rollout(&app).maps().unwrap().stream, second);
    // Up is towards the output; one cannot go beyond it.
    assert_eq!(rollout(&app).place(), 1);
    press(&mut app, "Down Down Up Up Up Down");
    assert_eq!(rollout(&app).place(), 0);
    click(&mut app, Target::Cell { map: 0, row: 1, col: 0 });
    assert_eq!((app.cursor.query, app.cursor.key), (1, 0));
}

#[test]
fn a_logit_is_taken_apart_and_leads_to_its_heads() {
    let mut app = looking();
    press(&mut app, "C");
    let panel = |app: &App| match &app.panel {
        Some(Panel::Contributions(panel)) => panel.clone(),
        _ => panic!("contributions are open"),
    };
    let first = panel(&app);
    let logit = first.logit().unwrap();
    assert_eq!((app.place(), logit.position, logit.grid().len()), (Place::Contributions, 5, 2));
    press(&mut app, "Down");
    assert_ne!(panel(&app).logit().unwrap().token, logit.token);
    press(&mut app, "Left");
    assert_eq!((panel(&app).logit().unwrap().position, panel(&app).candidate), (4, 0));
    press(&mut app, "k k h h h j l");
    assert_eq!(panel(&app).cell, (1, 1));
    press(&mut app, "Enter");
    assert_eq!((app.place(), app.attention.index, app.attention.head), (Place::Attention, 1, 1));
    press(&mut app, "C");
    click(&mut app, Target::Cell { map: 0, row: 0, col: 2 });
    assert_eq!(panel(&app).cell, (0, 2));
    press(&mut app, "Enter");
    let pass = app.pass.clone().unwrap();
    assert_eq!(pass.record.graph().path(app.steps.node(&pass).unwrap()), "layer.0/feed_forward/projection");
    // With a head off the logit of the changed pass is taken apart.
    press(&mut app, "C");
    let whole = panel(&app).logit().unwrap().logit;
    press(&mut app, "4 o C");
    let found = panel(&app).logit().unwrap().clone();
    assert_ne!(found.logit, whole);
    let off = *app.attention.edits.off.iter().next().unwrap();
    assert_eq!(found.of_head(off.0, off.1), Some(0.0));
}
