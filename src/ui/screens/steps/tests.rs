use std::sync::Arc;

use crate::app::{App, Input, Language, Message, Outcome, Shell};
use crate::explore::{Pass, Prompt, Subject};
use crate::models;
use crate::tape::Run;
use crate::ui::testing::drawn;
use crate::ui::{ColorDepth, Hits, Theme, dump, screens};
use insta::assert_snapshot;
use ratatui::buffer::Buffer;
use serde_json::json;

/// An explorer of a tiny GPT-2 whose numbers come from a seed, with a pass over five tokens.
fn app(language: Language) -> App {
    let config = json!({
        "model_type": "gpt2", "architectures": ["GPT2LMHeadModel"],
        "vocab_size": 30, "n_positions": 16, "n_embd": 8, "n_layer": 2, "n_head": 2,
    });
    let loaded = models::random(config.as_object().unwrap(), 5).unwrap();
    let subject = Arc::new(Subject::from_loaded("tiny", loaded));
    let mut shell = Shell::new(language).unwrap();
    shell.prompt.set("1 2 3 4 5");
    let pass = Pass::run(&subject, &Prompt::of("1 2 3 4 5"), Run::new(subject.pool())).unwrap().unwrap();
    let mut app = App::new(shell, Some(subject));
    app.begin();
    app.update(Input::Message(Message::Done(1, Ok(Outcome::Pass(Arc::new(pass))))));
    app
}

fn go_to(app: &mut App, id: &str) {
    let pass = app.pass.clone().unwrap();
    app.steps.line = pass.tree.items().iter().position(|item| item.name.id == id && !item.is_scope()).unwrap();
    let mut parent = pass.tree.items()[app.steps.line].parent;
    while let Some(line) = parent {
        app.steps.open.insert(line);
        parent = pass.tree.items()[line].parent;
    }
}

fn press(app: &mut App, keys: &str) {
    for key in keys.split(' ') {
        app.update(Input::Key(key.parse().unwrap()));
    }
}

fn screen(app: &App, size: (u16, u16), theme: &Theme) -> (Buffer, Hits) {
    drawn(size, theme, app.shell.language, |canvas, area| screens::draw_on(canvas, area, app))
}

fn dark() -> Theme {
    Theme::named("dark", ColorDepth::TrueColor).unwrap()
}

/// What is on the screen; digits behind a point and of exponents depend on the machine and are masked.
fn text_of(app: &App, size: (u16, u16)) -> String {
    let glyphs = dump::glyphs(&screen(app, size, &dark()).0);
    let mut masked = String::with_capacity(glyphs.len());
    let mut behind = false;
    for character in glyphs.chars() {
        behind = character == '.' || (behind && (character.is_ascii_digit() || matches!(character, 'e' | '-')));
        masked.push(if behind && character.is_ascii_digit() { '#' } else { character });
    }
    masked
}

#[test]
fn steps_of_every_look() {
    let mut app = app(Language::En);
    for id in ["token", "mean", "scaled", "query", "scores", "masked", "weights", "logits"] {
        if id == "scaled" {
            go_to(&mut app, "normalised");
        } else {
            go_to(&mut app, id);
        }
        assert_snapshot!(format!("steps_{id}_120x36"), text_of(&app, (120, 36)));
    }
}

#[test]
fn sizes_in_both_languages() {
    for language in [Language::En, Language::Zh] {
        let mut app = app(language);
        go_to(&mut app, "weights");
        for size in [(60, 16), (80, 24), (200, 60)] {
            assert_snapshot!(format!("steps_weights_{}x{}_{language:?}", size.0, size.1), text_of(&app, size));
        }
        go_to(&mut app, "normalised");
        for size in [(60, 16), (80, 24), (120, 36)] {
            assert_snapshot!(format!("steps_norm_{}x{}_{language:?}", size.0, size.1), text_of(&app, size));
        }
    }
}

#[test]
fn a_table_and_a_derivation() {
    let mut app = app(Language::En);
    go_to(&mut app, "output");
    press(&mut app, "t [");
    assert_snapshot!("steps_table", text_of(&app, (120, 36)));
    press(&mut app, "d Enter");
    assert_snapshot!("steps_derivation", text_of(&app, (120, 36)));
    assert_snapshot!("steps_derivation_80x24", text_of(&app, (80, 24)));
    while app.steps.trail.newest().is_some_and(|(derivation, _)| !derivation.terms.is_empty()) {
        press(&mut app, "Enter");
    }
    assert_snapshot!("steps_leaf", text_of(&app, (120, 36)));
}

#[test]
fn every_step_draws_at_every_size_and_depth() {
    let mut app = app(Language::Zh);
    let lines = app.pass.as_ref().unwrap().tree.items().len();
    let themes = [
        dark(),
        Theme::named("light", ColorDepth::Indexed256).unwrap(),
        Theme::named("dark", ColorDepth::Ansi16).unwrap(),
        Theme::named("mono", ColorDepth::None).unwrap(),
    ];
    app.steps.open = (0..lines).collect();
    for line in 0..lines {
        app.steps.line = line;
        for (theme, size) in themes.iter().zip([(120, 36), (80, 24), (60, 16), (200, 60)]) {
            screen(&app, size, theme);
        }
        press(&mut app, "d");
        assert!(!app.steps.trail.is_empty());
        for (theme, size) in themes.iter().zip([(60, 16), (200, 60), (80, 24), (61, 17)]) {
            screen(&app, size, theme);
        }
        press(&mut app, "Esc");
    }
}

#[test]
fn clicks_meet_what_was_drawn() {
    let mut app = app(Language::En);
    go_to(&mut app, "weights");
    let (buffer, hits) = screen(&app, (120, 36), &dark());
    let mut targets = Vec::new();
    for y in 0..buffer.area.height {
        for x in 0..buffer.area.width {
            targets.extend(hits.at(x, y));
        }
    }
    let head = targets.iter().find(|target| matches!(target, crate::app::Target::Head { head: 1, .. }));
    app.update(Input::Click(*head.unwrap()));
    let cell = targets.iter().find(|target| matches!(target, crate::app::Target::Cell { row: 3, col: 2, .. }));
    app.update(Input::Click(*cell.unwrap()));
    assert_eq!((app.steps.head, app.cursor.query, app.cursor.key), (1, 3, 2));
    let row = targets.iter().find(|target| matches!(target, crate::app::Target::Row { row: 0, .. }));
    app.update(Input::Click(*row.unwrap()));
    assert_eq!(app.steps.line, 0);
}

#[test]
fn a_hidden_cell_says_why() {
    let mut app = app(Language::En);
    go_to(&mut app, "masked");
    (app.cursor.query, app.cursor.key) = (1, 3);
    assert!(text_of(&app, (120, 36)).contains("hidden: the key comes after the query"));
}

#[test]
fn playing_stops_at_the_end() {
    let mut app = app(Language::En);
    app.steps.playing = true;
    let pass = app.pass.clone().unwrap();
    while app.steps.tick(&pass) {}
    assert_eq!(app.steps.step(&pass) + 1, pass.tree.step_count());
}

#[test]
fn an_encoder_decoder() {
    for (language, short) in [(Language::En, "en"), (Language::Zh, "zh")] {
        let mut app = crate::app::trial::app(crate::app::trial::t5(), language, "1 2 3 4 5 => 6 7 8");
        press(&mut app, "3");
        go_to(&mut app, "relative_bias");
        assert_snapshot!(format!("t5_bias_{short}"), text_of(&app, (120, 36)));
        let pass = app.pass.clone().unwrap();
        let cross = pass.attentions.iter().find(|attention| attention.is_cross()).unwrap();
        app.steps.line = pass.tree.line_of_node(cross.weights).unwrap();
        press(&mut app, "j j d");
        assert_snapshot!(format!("t5_cross_{short}"), text_of(&app, (120, 36)));
    }
}
