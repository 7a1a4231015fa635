use insta::assert_snapshot;

use crate::app::trial::{app, bert, press};
use crate::app::{App, Language, Target};
use crate::ui::screens::trial::{SIZES, draw_everywhere, glyphs, screen};
use crate::ui::testing::dark;

fn filling(language: Language) -> App {
    let mut app = app(bert(), language, "1 2 3 4 5 6");
    press(&mut app, "w Left Left Down");
    app
}

#[test]
fn in_english() {
    let app = filling(Language::En);
    for size in SIZES {
        assert_snapshot!(format!("en_{}x{}", size.0, size.1), glyphs(&app, size));
    }
}

#[test]
fn in_chinese() {
    let app = filling(Language::Zh);
    for size in SIZES {
        assert_snapshot!(format!("zh_{}x{}", size.0, size.1), glyphs(&app, size));
    }
}

#[test]
fn everywhere() {
    draw_everywhere(&filling(Language::En));
    draw_everywhere(&filling(Language::Zh));
}

#[test]
fn a_click_looks_at_a_token_or_takes_a_candidate() {
    let (text, hits) = screen(&filling(Language::En), (120, 36), &dark());
    assert!(text.lines().nth(5).unwrap().starts_with("  1 2 3 4 5 6"));
    assert_eq!(hits.at(4, 5), Some(Target::Cell { map: 0, row: 0, col: 1 }));
    let header = text.lines().position(|line| line.contains("logit")).unwrap() as u16;
    assert_eq!(hits.at(8, header + 2), Some(Target::Row { list: 0, row: 1 }));
}
