use insta::assert_snapshot;

use crate::app::trial::{app, gpt2, press, spoiled, t5};
use crate::app::{App, Language, Target};
use crate::ui::screens::trial::{SIZES, draw_everywhere, glyphs, screen};
use crate::ui::testing::dark;

/// Five tokens written, then a temperature, a cut and a cursor.
fn writing(language: Language) -> App {
    let mut app = app(gpt2(), language, "1 2 3 4");
    press(&mut app, "w Right Right Right t t t t t Right Right k k k Down");
    app
}

#[test]
fn in_english() {
    let app = writing(Language::En);
    for size in SIZES {
        assert_snapshot!(format!("en_{}x{}", size.0, size.1), glyphs(&app, size));
    }
}

#[test]
fn in_chinese() {
    let app = writing(Language::Zh);
    for size in SIZES {
        assert_snapshot!(format!("zh_{}x{}", size.0, size.1), glyphs(&app, size));
    }
}

#[test]
fn in_the_smallest_window() {
    assert_snapshot!(glyphs(&writing(Language::En), (60, 16)));
}

#[test]
fn everywhere() {
    let mut app = app(gpt2(), Language::Zh, "1 2 3 4");
    press(&mut app, "w");
    draw_everywhere(&app);
    press(&mut app, "Right Right Right p t End");
    draw_everywhere(&app);
    press(&mut app, "Right Right Right Right Right Right Right Right");
    assert!(app.is_full());
    draw_everywhere(&app);
}

#[test]
fn a_full_context_and_broken_logits_are_said() {
    let mut full = app(gpt2(), Language::En, "1 2 3 4 5 6 7 8 9 10 11 12");
    press(&mut full, "w");
    assert!(glyphs(&full, (80, 24)).contains("the context is full"));
    let mut broken = app(spoiled(gpt2(), "wte.weight", f32::NAN), Language::En, "1 2 3");
    press(&mut broken, "w");
    assert!(glyphs(&broken, (120, 36)).contains("1 of 24 logits are no numbers"));
    draw_everywhere(&broken);
}

#[test]
fn a_click_below_the_cut_means_the_candidate_it_is_on() {
    let app = writing(Language::En);
    let (text, hits) = screen(&app, (120, 36), &dark());
    let line = |words: &str| text.lines().position(|line| line.contains(words)).unwrap() as u16;
    let cut = line("cuts here");
    assert_eq!(hits.at(5, cut - 1), Some(Target::Row { list: 0, row: 4 }));
    assert_eq!(hits.at(5, cut + 1), Some(Target::Row { list: 0, row: 5 }));
}

#[test]
fn a_target_is_written_behind_its_source() {
    for (language, short) in [(Language::En, "en"), (Language::Zh, "zh")] {
        let mut app = app(t5(), language, "1 2 3 4 5 => 6");
        press(&mut app, "w Right Right");
        for size in SIZES {
            assert_snapshot!(format!("t5_{short}_{}x{}", size.0, size.1), glyphs(&app, size));
        }
        draw_everywhere(&app);
    }
}
