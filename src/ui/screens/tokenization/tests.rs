use insta::assert_snapshot;

use crate::app::trial::{exploring, press};
use crate::app::{App, Language, Target, tokenization};
use crate::explore::Subject;
use crate::ui::screens::trial::{SIZES, draw_everywhere, glyphs};

const TEXT: &str = "Anna laughed: 😀 unbelievable!";

fn at(id: &str, language: Language, keys: &str) -> App {
    let mut app = exploring(Subject::untrained(id), language, TEXT);
    press(&mut app, keys);
    app
}

#[test]
fn the_steps_of_each_method() {
    for (id, keys) in
        [("gpt-2", "K Home Down Right Right Right"), ("bert", "K Home Down Right"), ("t5", "K Home Down Left")]
    {
        for (columns, rows) in SIZES {
            assert_snapshot!(format!("{id}_{columns}x{rows}"), glyphs(&at(id, Language::En, keys), (columns, rows)));
        }
        assert_snapshot!(format!("{id}_zh_120x36"), glyphs(&at(id, Language::Zh, keys), (120, 36)));
    }
}

#[test]
fn all_tokenizers_side_by_side() {
    let app = at("gpt-2", Language::En, "K Home Down a");
    for (columns, rows) in SIZES {
        assert_snapshot!(format!("all_{columns}x{rows}"), glyphs(&app, (columns, rows)));
    }
    assert_snapshot!("all_zh_80x24", glyphs(&at("bert", Language::Zh, "K a"), (80, 24)));
}

#[test]
fn everywhere() {
    let texts = ["", "  ", "😀👩\u{200d}💻 中文 e\u{301}\t\u{202e}", &"laugh".repeat(300), &"a b ".repeat(300)];
    for text in texts {
        let mut app = exploring(Subject::untrained("gpt-2"), Language::Zh, text);
        for keys in ["K", "End", "Right", "Tab", "End", "Left", "a", "Tab", "Right"] {
            press(&mut app, keys);
            draw_everywhere(&app);
        }
    }
    let mut app = at("gpt-2", Language::En, "K");
    app.update(crate::app::Input::Click(Target::Row { list: tokenization::STEPS, row: 9999 }));
    app.update(crate::app::Input::Click(Target::Row { list: tokenization::WORDS, row: 9999 }));
    draw_everywhere(&app);
}
