use insta::assert_snapshot;

use crate::app::trial::{app, bert, gpt2, press, t5};
use crate::app::{App, Language};
use crate::models::Loaded;
use crate::ui::screens::trial::{SIZES, draw_everywhere, glyphs};

fn card(loaded: Loaded, language: Language) -> App {
    let mut app = app(loaded, language, "1 2 3 4");
    press(&mut app, "2");
    app
}

#[test]
fn gpt2_in_english() {
    let app = card(gpt2(), Language::En);
    for size in SIZES {
        assert_snapshot!(format!("gpt2_{}x{}", size.0, size.1), glyphs(&app, size));
    }
}

#[test]
fn bert_in_chinese() {
    let app = card(bert(), Language::Zh);
    for size in SIZES {
        assert_snapshot!(format!("bert_{}x{}", size.0, size.1), glyphs(&app, size));
    }
}

#[test]
fn it_scrolls_to_the_end_and_no_further() {
    let mut app = card(gpt2(), Language::En);
    press(&mut app, "j j");
    assert_eq!(app.scroll, 2);
    app.scroll = 999;
    assert_snapshot!(glyphs(&app, (80, 24)));
    assert!(!glyphs(&app, (80, 24)).contains(" more"));
}

#[test]
fn everywhere() {
    for language in [Language::En, Language::Zh] {
        draw_everywhere(&card(gpt2(), language));
        draw_everywhere(&card(bert(), language));
    }
}

#[test]
fn t5_in_both_languages() {
    for (language, short) in [(Language::En, "en"), (Language::Zh, "zh")] {
        let app = card(t5(), language);
        for size in SIZES {
            assert_snapshot!(format!("t5_{short}_{}x{}", size.0, size.1), glyphs(&app, size));
        }
        draw_everywhere(&app);
    }
}
