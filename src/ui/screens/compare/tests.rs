use insta::assert_snapshot;

use crate::app::trial::{app, exploring, gpt2, press};
use crate::app::{App, Language};
use crate::explore::Subject;
use crate::minis;
use crate::ui::screens::trial::{SIZES, draw_everywhere, glyphs};

const TEXT: &str = "Anna and Tom went to the park. Anna found a red ball. She gave it to Tom.";

fn explorer(language: Language) -> App {
    let mini = minis::find("gpt-2").expect("a mini");
    let mut app = exploring(Subject::mini(&mini).expect("a model"), language, TEXT);
    app.catalogue.marked = ["bert", "gpt-2", "t5"].map(str::to_owned).to_vec();
    press(&mut app, "5 j Tab 0 1 5 Down");
    app
}

#[test]
fn three_models() {
    for (language, code) in [(Language::En, "en"), (Language::Zh, "zh")] {
        let app = explorer(language);
        for size in SIZES {
            assert_snapshot!(format!("{code}_{}x{}", size.0, size.1), glyphs(&app, size));
        }
    }
}

#[test]
fn rows_in_a_small_window() {
    let mut app = explorer(Language::En);
    press(&mut app, "BTab 0 9 Down Enter");
    assert_snapshot!("rows_80x24", glyphs(&app, (80, 24)));
    assert_snapshot!("opened_120x36", glyphs(&app, (120, 36)));
}

#[test]
fn all_parts_and_all_facts() {
    let mut app = explorer(Language::En);
    press(&mut app, "s d");
    assert_snapshot!("parts_120x36", glyphs(&app, (120, 36)));
    press(&mut app, "s");
    assert_snapshot!("facts_120x36", glyphs(&app, (120, 36)));
}

#[test]
fn differences_and_two_texts() {
    let mut app = explorer(Language::En);
    press(&mut app, "f");
    assert_snapshot!("difference_120x36", glyphs(&app, (120, 36)));
    press(&mut app, "f t C-u L e n a Enter");
    assert_snapshot!("two_texts_120x36", glyphs(&app, (120, 36)));
}

#[test]
fn nothing_breaks_at_any_size() {
    let mut app = explorer(Language::En);
    draw_everywhere(&app);
    press(&mut app, "f n BTab Enter");
    draw_everywhere(&app);
    app.compare.models.push("gpt-4".to_owned());
    press(&mut app, "Tab");
    draw_everywhere(&app);
    press(&mut app, "s");
    draw_everywhere(&app);
    let mut app = tiny();
    press(&mut app, "5 f Tab");
    draw_everywhere(&app);
}

fn tiny() -> App {
    app(gpt2(), Language::En, "1")
}
