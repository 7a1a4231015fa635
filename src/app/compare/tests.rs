use super::{Asked, CompareState, Pane, Refused, View};
use crate::app::shell::Overlay;
use crate::app::trial::{app, click, exploring, gpt2, press};
use crate::app::{Action, App, Language, Place, Screen, Target};
use crate::explore::Subject;
use crate::explore::compare::{Section, nearest};
use crate::minis;

const TEXT: &str = "Anna and Tom went to the park. Anna found a red ball. She gave it to Tom.";

fn explorer() -> App {
    let mini = minis::find("gpt-2").expect("a mini");
    let mut app = exploring(Subject::mini(&mini).expect("a model"), Language::En, TEXT);
    press(&mut app, "5");
    app
}

fn pair() -> App {
    let mut app = explorer();
    app.compare.set_models(vec!["gpt-2".to_owned(), "bert".to_owned()]);
    press(&mut app, "Tab BTab");
    app
}

#[test]
fn the_tab_is_never_empty() {
    let mut app = app(gpt2(), Language::En, "1 2 3 4");
    press(&mut app, "5");
    assert_eq!(app.place(), Place::Compare);
    assert_eq!(app.compare.models.len(), 2);
    assert_eq!(app.compare.models[0], "tiny");
    let found = app.compare.comparison().expect("a comparison");
    assert!(found.sides.iter().all(|side| side.form.is_ok()));
    // The open model has its pass already; the other one ran.
    for column in 0..2 {
        assert!(app.compare.column(column, "1 2 3 4").is_some(), "{column}");
    }
    // A mini of the same kind under another name is no other model.
    let mut app = explorer();
    assert_eq!(app.compare.models[0], "gpt-2");
    assert!(!app.compare.models[1].starts_with("gpt-2"));
    press(&mut app, "1 5");
    assert_eq!(app.compare.models.len(), 2);
}

#[test]
fn marks_of_the_catalogue_are_taken_over_once() {
    let mut app = explorer();
    app.catalogue.marked = vec!["t5".to_owned(), "bert".to_owned(), "gpt-4".to_owned()];
    press(&mut app, "1 c");
    assert_eq!((app.shell.screen, app.compare.models.as_slice()), (Screen::Compare, app.catalogue.marked.as_slice()));
    // What does not run says so, and the rest runs.
    assert!(matches!(app.compare.ran(2, TEXT), Some(Err(Refused::NoMini))));
    assert!(app.compare.column(0, TEXT).is_some() && app.compare.column(2, TEXT).is_none());
    press(&mut app, "-");
    assert_eq!(app.compare.models.len(), 2);
    press(&mut app, "1 5");
    assert_eq!(app.compare.models.len(), 2);
    press(&mut app, "Esc");
    assert_eq!(app.shell.screen, Screen::Catalogue);
}

#[test]
fn heads_follow_what_the_first_does() {
    let mut app = pair();
    press(&mut app, "l l j");
    assert_eq!(app.compare.heads[0], (1, 2));
    let (one, two) = (app.compare.column(0, TEXT).unwrap(), app.compare.column(1, TEXT).unwrap());
    let found = nearest(&one.ran.pass, (1, 2), &two.ran.pass).unwrap();
    assert_eq!((two.index, two.head), (found.index, found.head));
    // By hand only the column under the cursor moves.
    press(&mut app, "u Tab Tab");
    assert_eq!((app.compare.lead, app.compare.pane), (1, Pane::Maps));
    let before = app.compare.heads.clone();
    press(&mut app, "0 9 h");
    assert_eq!(app.compare.heads, [before[0], (0, 0)]);
    press(&mut app, "l");
    assert_eq!(app.compare.heads, [before[0], (0, 1)]);
    // Matched again, it is what the other follows.
    press(&mut app, "u");
    let (one, two) = (app.compare.column(0, TEXT).unwrap(), app.compare.column(1, TEXT).unwrap());
    let found = nearest(&two.ran.pass, (two.index, two.head), &one.ran.pass).unwrap();
    assert_eq!((one.index, one.head), (found.index, found.head));
}

#[test]
fn the_cursor_is_on_tokens_that_belong_together() {
    let mut app = pair();
    press(&mut app, "Tab");
    for _ in 0..30 {
        let (one, two) = (app.compare.column(0, TEXT).unwrap(), app.compare.column(1, TEXT).unwrap());
        let token = |column: &super::Column<'_>| {
            let tokens = column.ran.pass.stream(column.attention.query_stream);
            tokens[column.cell.0.unwrap()].source.clone().unwrap().text.trim().to_lowercase()
        };
        assert_eq!(token(&one), token(&two));
        press(&mut app, "Down");
    }
    // To the other map: the cursor stays on its token.
    let there = app.compare.column(1, TEXT).unwrap().cell;
    press(&mut app, "Tab");
    assert_eq!((Some(app.compare.query), Some(app.compare.key)), there);
    click(&mut app, Target::Cell { map: 0, row: 3, col: 1 });
    assert_eq!((app.compare.lead, app.compare.query, app.compare.key), (0, 3, 1));
    assert!(app.token_bytes().is_some());
}

#[test]
fn one_model_reads_two_texts() {
    let mut app = pair();
    press(&mut app, "Tab t");
    assert!(matches!(app.shell.overlay, Some(Overlay::OtherText(_))));
    press(&mut app, "C-u L e n a Enter");
    assert_eq!((app.compare.other.as_deref(), app.compare.column_ids()), (Some("Lena"), vec!["gpt-2".to_owned(); 2]));
    press(&mut app, "l");
    assert_eq!(app.compare.heads[0], app.compare.heads[1]);
    let second = app.compare.column(1, TEXT).expect("a pass over the second text");
    assert_eq!(second.ran.pass.prompt.text, "Lena");
    // Dropping the text gives both models back.
    press(&mut app, "-");
    assert_eq!((app.compare.other.as_deref(), app.compare.models.len()), (None, 2));
}

#[test]
fn differences_of_maps_add_up_to_nothing() {
    let mut app = pair();
    press(&mut app, "Tab t");
    press(&mut app, "Enter f");
    // The same model on the same text.
    let none = app.compare.difference_of(1, TEXT).expect("a difference");
    assert!(!none.pooled && none.values.iter().all(|value| *value == 0.0));
    let app = pair();
    let other = app.compare.difference_of(1, TEXT).expect("a difference");
    // Other tokens, pieces of one text: every value is a difference of shares.
    assert!(other.size.0 > 10 && other.values.iter().all(|value| value.abs() <= 1.0 + 1e-5));
    assert!(other.values.iter().any(|value| value.abs() > 0.01));
}

#[test]
fn models_are_added_by_name_and_no_more_than_four() {
    let mut app = pair();
    press(&mut app, "+ t 5 Enter");
    assert_eq!(app.compare.models.len(), 3);
    assert!(!app.compare.models[2].is_empty() && app.compare.comparison().unwrap().sides.len() == 3);
    app.compare.add("roberta".to_owned());
    press(&mut app, "+");
    assert!(app.shell.overlay.is_none() && app.shell.notice.is_some());
    press(&mut app, "- -");
    assert_eq!(app.compare.models.len(), 2);
    press(&mut app, "-");
    assert!(app.compare.models.len() == 2 && app.shell.notice.is_some());
}

#[test]
fn rows_views_and_lengths() {
    let mut app = pair();
    let all = app.compare.lines().len();
    press(&mut app, "d");
    let differing = app.compare.lines().len();
    assert!(differing < all && app.compare.lines().iter().filter(|line| line.is_row()).count() > 5);
    let hidden = app.compare.hidden(Section::Block);
    assert!(hidden > 0 && hidden < all);
    press(&mut app, "d s");
    assert_eq!(app.compare.view, View::Parts);
    assert!(app.compare.lines().len() > all);
    press(&mut app, "End Enter");
    assert!(app.compare.open && app.compare.chosen().is_some());
    press(&mut app, "Esc s s");
    assert_eq!((app.compare.view, app.compare.open), (View::Together, false));
    let before = app.compare.shown_length();
    press(&mut app, "]");
    assert_eq!((app.compare.shown_length(), app.compare.length), (2 * before, Some(2 * before)));
    assert_eq!(app.compare.comparison().unwrap().length, Some(2 * before));
    press(&mut app, "[ [");
    assert_eq!(app.compare.shown_length(), before / 2);
}

#[test]
fn nothing_is_asked_of_an_empty_state() {
    let mut state = CompareState::default();
    for action in [Action::NextHead, Action::NextLayer, Action::MoveDown, Action::Into, Action::NextPane, Action::Back]
    {
        state.command(action.into(), "");
    }
    assert_eq!(state.command(Action::DropModel.into(), ""), Asked::Few);
    assert!(state.lines().is_empty() && state.chosen().is_none() && state.difference_of(1, "").is_none());
}
