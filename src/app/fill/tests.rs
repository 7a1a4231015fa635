use crate::app::trial::{app, bert, click, press};
use crate::app::{App, Language, Place, Target};

fn filling(text: &str) -> App {
    let mut app = app(bert(), Language::En, text);
    press(&mut app, "w");
    assert_eq!(app.place(), Place::Fill);
    app
}

/// The looked-at position; these models have no mask token, so it is the token under the cursor.
fn position(app: &App) -> usize {
    app.fill.position(app.pass.as_ref().unwrap(), app.cursor.query)
}

#[test]
fn without_masks_the_token_under_the_cursor_is_looked_at() {
    let mut app = filling("1 2 3 4");
    assert_eq!(position(&app), 3);
    press(&mut app, "Left h");
    assert_eq!(position(&app), 1);
    press(&mut app, "Right Right Right l");
    assert_eq!(position(&app), 3);
    click(&mut app, Target::Cell { map: 0, row: 0, col: 2 });
    assert_eq!(position(&app), 2);
}

#[test]
fn a_candidate_takes_the_place_of_a_token() {
    let mut app = filling("1 2 3 4");
    let pass = app.pass.clone().unwrap();
    let candidates = app.fill.candidates(&pass, app.cursor.query);
    press(&mut app, "2");
    assert_eq!(app.shell.prompt.text(), format!("1 2 3 {}", candidates[1].id));
    press(&mut app, "Down Down Up");
    assert_eq!(app.fill.chosen, 1);
    press(&mut app, "Esc");
    assert_eq!(app.place(), Place::Steps);
}

#[test]
fn what_is_expected_is_there_for_every_token() {
    let app = filling("1 2 3 4");
    let pass = app.pass.as_ref().unwrap();
    let expected = pass.expected();
    assert_eq!(expected.len(), 4);
    for (position, expected) in expected.iter().enumerate() {
        let candidates = app.fill.candidates(pass, position);
        assert_eq!(candidates[expected.rank - 1].id, pass.tokens[position].id);
        assert!((candidates[expected.rank - 1].probability - expected.probability).abs() < 1e-6);
        assert!(expected.entropy > 0.0 && expected.entropy <= 24f32.ln());
    }
}
