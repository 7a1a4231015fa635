use insta::assert_snapshot;

use crate::app::trial::{app, exploring, gpt2, press};
use crate::app::{App, Language};
use crate::explore::Subject;
use crate::ui::screens::trial::{SIZES, draw_everywhere, glyphs};

const STORY: &str = "Anna and Tom went to the park. Anna found a red ball. She gave it to Tom. Tom was happy.";

fn view(id: &str, language: Language, text: &str) -> App {
    let mut app = exploring(Subject::untrained(id), language, text);
    press(&mut app, "2 o");
    app
}

fn look(name: &str, app: &App) {
    for size in SIZES {
        assert_snapshot!(format!("{name}_{}x{}", size.0, size.1), glyphs(app, size));
    }
    draw_everywhere(app);
}

#[test]
fn next_tokens() {
    look("gpt2_en", &view("gpt-2", Language::En, STORY));
}

#[test]
fn masked_words_in_both_languages() {
    let mut app = view("bert", Language::En, STORY);
    press(&mut app, "Right");
    look("bert_en", &app);
    press(&mut app, "L");
    look("bert_zh", &app);
}

#[test]
fn spans_and_answers() {
    look("t5_en", &view("t5", Language::En, STORY));
    let answer = "translate English to German: The cat sees a dog. => Die Katze sieht einen Hund.";
    look("t5_answer_zh", &view("t5", Language::Zh, answer));
}

#[test]
fn what_cannot_be_tried_says_why() {
    let mut app = view("t5", Language::En, STORY);
    press(&mut app, "Tab");
    assert_snapshot!("needs_answer", glyphs(&app, (80, 24)));
    draw_everywhere(&app);
    let mut app = app_without_tokenizer();
    assert!(glyphs(&app, (120, 36)).contains("there is no tokenizer beside this checkpoint"));
    press(&mut app, "Esc");
    assert!(glyphs(&app, (120, 36)).contains("Architecture"));
}

fn app_without_tokenizer() -> App {
    let mut app = app(gpt2(), Language::En, "1 2 3");
    press(&mut app, "2 o");
    app
}

#[test]
fn it_scrolls_to_the_losses_in_a_small_window() {
    let mut app = view("bert", Language::En, STORY);
    app.scroll = 999;
    let text = glyphs(&app, (60, 16));
    assert!(text.contains("by token frequencies alone"), "{text}");
}

#[test]
fn every_token_is_shown_however_the_lines_break() {
    for (id, width) in [("bert", 61), ("bert", 80), ("gpt-2", 70), ("t5", 60)] {
        let app = view(id, Language::En, STORY);
        let text = glyphs(&app, (width, 40));
        let tried = app.objective.shown.as_ref().unwrap().1.as_ref().ok().unwrap();
        let mut rest = text.split_once("What the model reads").unwrap().1;
        for token in &tried.exercise.input {
            let at = rest.find(&token.text).unwrap_or_else(|| panic!("{id} {width}: {} in {text}", token.text));
            rest = &rest[at + token.text.len()..];
        }
        for target in tried.exercise.targets.iter().flatten() {
            assert!(text.contains(&target.text), "{id} {width}: {}", target.text);
        }
        let counted = |mark: char| text.matches(mark).count();
        if id == "bert" {
            let chosen = tried.exercise.targets.iter().flatten().count();
            assert!(counted('▴') + counted('≠') + counted('=') >= chosen);
        }
    }
}
