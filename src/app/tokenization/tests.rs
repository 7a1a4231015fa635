use crate::app::trial::{app, exploring, gpt2, press, settled};
use crate::app::{App, Language, Place, Screen, Shell};
use crate::explore::Subject;

fn mini(id: &str, text: &str) -> App {
    exploring(Subject::untrained(id), Language::En, text)
}

fn word(app: &App) -> &str {
    &app.tokenization.word().unwrap().1.text
}

#[test]
fn steps_are_walked_through_word_after_word() {
    let mut app = mini("gpt-2", "Anna laughed");
    press(&mut app, "K");
    assert_eq!((app.place(), app.keys()), (Place::Tokenization, Place::Tokenization));
    // The cursor of the pass stands on the last token, which is of the last word.
    assert_eq!((word(&app), app.tokenization.step), ("Ġlaughed", 0));
    let steps = app.tokenization.word().unwrap().1.way.len();
    assert!(steps > 2);
    press(&mut app, "Right Right");
    assert_eq!(app.tokenization.step, 2);
    press(&mut app, "Left Left Left");
    assert_eq!(word(&app), "Anna");
    assert_eq!(
        app.tokenization.step + 1,
        app.tokenization.word().unwrap().1.way.len(),
        "the last step of the word before"
    );
    press(&mut app, "Right");
    assert_eq!((word(&app), app.tokenization.step), ("Ġlaughed", 0));
    press(&mut app, "Home End Up Up Up");
    assert_eq!(word(&app), "Anna");
    press(&mut app, "Esc");
    assert_eq!(app.place(), Place::Steps);
}

#[test]
fn they_play_to_the_end_and_begin_anew() {
    let mut app = mini("gpt-2", "Anna laughed");
    press(&mut app, "K Home space");
    assert!(app.tokenization.playing && app.patience().is_some());
    for _ in 0..200 {
        app.update(crate::app::Input::Tick(std::time::Duration::ZERO));
    }
    assert!(!app.tokenization.playing && word(&app) == "Ġlaughed");
    press(&mut app, "space");
    assert_eq!((word(&app), app.tokenization.playing), ("Anna", true));
    press(&mut app, "Right");
    assert!(!app.tokenization.playing, "a step by hand stops it");
}

#[test]
fn the_place_is_kept_under_another_tokenizer() {
    let mut app = mini("gpt-2", "Anna laughed and ran");
    press(&mut app, "K Home Down");
    assert_eq!(word(&app), "Ġlaughed");
    press(&mut app, "Tab");
    let (name, start) = (app.tokenization.tokenizer().unwrap().name.clone(), app.tokenization.word().unwrap().1.start);
    assert_ne!(name, "gpt-2");
    assert!((4..=5).contains(&start), "{name}: {start}");
    press(&mut app, "BTab");
    assert_eq!((app.tokenization.tokenizer().unwrap().name.as_str(), word(&app)), ("gpt-2", "Ġlaughed"));
    press(&mut app, "a Down Enter");
    assert!(!app.tokenization.all && app.tokenization.chosen == 1);
    press(&mut app, "a Esc Esc");
    assert!(!app.tokenization.open);
}

#[test]
fn enter_goes_to_the_token_of_the_pass() {
    let mut app = mini("bert", "Anna laughed [MASK] || Tom ran");
    press(&mut app, "4 K Home");
    for (keys, text) in [("Enter", "Anna"), ("K Home Down Down Enter", "[MASK]"), ("K End Enter", "ran")] {
        press(&mut app, keys);
        let pass = app.pass.as_ref().unwrap();
        let token = pass.tokens[app.cursor.query].source.as_ref().unwrap();
        assert!(!token.text.is_empty() && text.starts_with(&token.text), "{text}: {token:?}");
        assert_eq!((app.place(), app.shell.screen), (Place::Attention, Screen::Attention));
    }
    let mut app = mini("gpt-2", "Anna laughed");
    press(&mut app, "2 K Home Down Enter");
    let place = app.cursor.query;
    let pass = app.pass.as_ref().unwrap();
    assert_eq!((pass.tokens[place].source.as_ref().unwrap().start, app.shell.screen), (4, Screen::Steps));
}

#[test]
fn it_follows_the_text_and_the_model() {
    let mut app = mini("gpt-2", "Anna");
    press(&mut app, "K e space a n d Enter");
    assert_eq!(app.place(), Place::Tokenization);
    assert_eq!(app.tokenization.words().len(), 2);
    assert!(app.token_bytes().is_some());
    // The other model's tokenizer is the first on the shelf now.
    let effects = app.open_model("bert");
    settled(&mut app, effects);
    let own = |app: &App| -> Vec<String> {
        let shelf = &app.tokenization.shown.as_ref().unwrap().shelf.0;
        shelf.iter().filter(|shelved| shelved.own).map(|shelved| shelved.name.clone()).collect()
    };
    assert!(app.tokenization.open);
    assert_eq!(own(&app), ["bert"]);
    press(&mut app, "3");
    assert_eq!(app.place(), Place::Steps, "a tab's key leaves it");
}

#[test]
fn no_model_is_needed() {
    let mut shell = Shell::new(Language::En).unwrap();
    shell.prompt.set("Anna laughed");
    let mut app = App::new(shell, None);
    let effects = app.begin();
    settled(&mut app, effects);
    press(&mut app, "K");
    assert!(!app.tokenization.words().is_empty());
    press(&mut app, "Enter a");
    assert!(app.tokenization.all, "there is no pass to go to");
    // Nor a tokenizer of the model's own.
    let mut app = self::app(gpt2(), Language::En, "1 2 3");
    press(&mut app, "K Tab");
    assert!(app.tokenization.shown.as_ref().unwrap().shelf.0.iter().all(|shelved| !shelved.own));
}
