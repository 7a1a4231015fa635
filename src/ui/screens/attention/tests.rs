use insta::assert_snapshot;

use crate::app::trial::{app, bert, gpt2, long_gpt2, long_text, press, t5};
use crate::app::{App, Language};
use crate::ui::screens::trial::{SIZES, draw_everywhere, glyphs, screen};
use crate::ui::testing::dark;

/// A head of the second layer, the cursor on a cell that is seen.
fn looking(language: Language) -> App {
    let mut app = app(gpt2(), language, "1 2 3 4 5 6 7 8");
    press(&mut app, "4 j l Up Right");
    app
}

fn snapshots(name: &str, keys: &str) {
    for (language, short) in [(Language::En, "en"), (Language::Zh, "zh")] {
        let mut app = looking(language);
        if !keys.is_empty() {
            press(&mut app, keys);
        }
        for size in SIZES {
            assert_snapshot!(format!("{name}_{short}_{}x{}", size.0, size.1), glyphs(&app, size));
        }
    }
}

#[test]
fn maps() {
    snapshots("map", "");
}

#[test]
fn masks() {
    snapshots("mask", "m 5 Right");
}

#[test]
fn lines() {
    snapshots("lines", "v");
}

#[test]
fn a_derivation_with_its_own_keys() {
    let mut app = looking(Language::En);
    press(&mut app, "Enter Enter");
    for size in SIZES {
        assert_snapshot!(format!("derivation_{}x{}", size.0, size.1), glyphs(&app, size));
    }
}

#[test]
fn a_head_that_is_off_and_the_average() {
    let mut app = looking(Language::En);
    press(&mut app, "o");
    assert_snapshot!("off_120x36", glyphs(&app, (120, 36)));
    press(&mut app, "a");
    assert_snapshot!("average_120x36", glyphs(&app, (120, 36)));
}

/// Hiding, opening, another position scheme, and what is left of it on the screen when painting has ended.
#[test]
fn masks_painted_by_hand() {
    for (language, short) in [(Language::En, "en"), (Language::Zh, "zh")] {
        let mut app = looking(language);
        press(&mut app, "p x Up Up Right Right Right space");
        for size in SIZES {
            assert_snapshot!(format!("paint_{short}_{}x{}", size.0, size.1), glyphs(&app, size));
        }
        press(&mut app, "m a b b");
        assert_snapshot!(format!("paint_mask_{short}_120x36"), glyphs(&app, (120, 36)));
        press(&mut app, "m u s Esc o");
        for size in SIZES {
            assert_snapshot!(format!("changed_{short}_{}x{}", size.0, size.1), glyphs(&app, size));
        }
    }
    let mut steps = looking(Language::En);
    press(&mut steps, "p c s Esc 3");
    assert_snapshot!("changed_steps_120x36", glyphs(&steps, (120, 36)));
}

#[test]
fn everywhere() {
    for loaded in [gpt2(), bert()] {
        let mut app = app(loaded, Language::Zh, "1 2 3 4 5 6 7");
        press(&mut app, "4");
        for keys in
            ["i", "z", "z", "[", "a", "m", "m", "v", "v", "o", "Enter", "Enter", "p", "x", "b", "a", "m", "s", "Esc"]
        {
            press(&mut app, keys);
            draw_everywhere(&app);
        }
    }
}

/// A T5 that reads five tokens and writes a target.
fn across(language: Language, text: &str, keys: &str) -> App {
    let mut app = app(t5(), language, text);
    press(&mut app, keys);
    app
}

#[test]
fn cross_attention() {
    for (language, short) in [(Language::En, "en"), (Language::Zh, "zh")] {
        for (name, keys) in
            [("cross", "4 Tab Tab j l Up"), ("cross_lines", "4 Tab Tab j v"), ("decoder", "4 BTab BTab")]
        {
            let app = across(language, "1 2 3 4 5 => 6 7 8", keys);
            for size in SIZES {
                assert_snapshot!(format!("{name}_{short}_{}x{}", size.0, size.1), glyphs(&app, size));
            }
        }
    }
}

#[test]
fn streams_everywhere() {
    for text in ["1 2 3 4 5 6 7", "1 => 2 3 4 5 6 7 8 9", "1 2 =>", "3"] {
        for keys in
            ["4", "4 Tab", "4 Tab Tab", "4 Tab Tab v", "4 Tab Tab m", "4 Tab v", "4 Tab Tab o", "4 Tab Tab Enter"]
        {
            draw_everywhere(&across(Language::En, text, keys));
        }
    }
}

#[test]
fn long_texts_are_gone_into() {
    let mut app = app(long_gpt2(), Language::En, &long_text(300));
    press(&mut app, "4");
    (app.cursor.query, app.cursor.key) = (211, 90);
    for (name, keys) in [("whole", "Up Down"), ("blocks", "z z"), ("pixels", "z z"), ("cells", "z")] {
        press(&mut app, keys);
        for (columns, rows) in SIZES {
            let (screen, hits) = screen(&app, (columns, rows), &dark());
            assert_snapshot!(format!("long_{name}_{columns}x{rows}"), screen);
            if (columns, rows) == (120, 36) {
                app.attention.fitted = hits.fitted().unwrap_or(app.attention.fitted);
            }
        }
    }
    for keys in ["4 Esc", "m", "a", "v", "3", "w", "4 H", "K"] {
        press(&mut app, keys);
        draw_everywhere(&app);
    }
}
