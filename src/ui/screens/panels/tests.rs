use insta::assert_snapshot;

use crate::app::trial::{app, bert, gpt2, press, t5};
use crate::app::{App, Language};
use crate::explore::Card;
use crate::ui::screens::trial::{SIZES, draw_everywhere, glyphs};
use std::sync::Arc;

const TEXT: &str = "1 2 3 4 1 2 3 4";
const OTHER: &str = "X BSpace 9 Enter";

fn panel(language: Language, keys: &str) -> App {
    let mut app = app(gpt2(), language, TEXT);
    press(&mut app, keys);
    app
}

#[test]
fn all_panels_in_both_languages() {
    for (code, language) in [("en", Language::En), ("zh", Language::Zh)] {
        for (name, keys) in [
            ("heads", "H Down"),
            ("lens", "P Down"),
            ("attribution", "A"),
            ("patching", OTHER),
            ("follow", "F Down Down Down"),
            ("contributions", "C"),
            ("rollout", "R"),
        ] {
            let app = panel(language, keys);
            for (columns, rows) in SIZES {
                assert_snapshot!(format!("{name}_{code}_{columns}x{rows}"), glyphs(&app, (columns, rows)));
            }
        }
    }
}

#[test]
fn the_other_text_is_typed_under_this_one() {
    let app = panel(Language::En, "X");
    assert_snapshot!("typing_80x24", glyphs(&app, (80, 24)));
    let app = panel(Language::En, "X space 5 Enter");
    assert_snapshot!("refused_80x24", glyphs(&app, (80, 24)));
}

/// Heads that were taught carry a mark wherever they are named.
#[test]
fn taught_heads_are_marked() {
    let card: Card = serde_json::from_str(
        r#"{"heads": [{"layer": 0, "head": 1, "job": "previous", "score": 0.99, "chance": 0.05, "taught": true}]}"#,
    )
    .unwrap();
    let mut app = panel(Language::En, "4");
    let subject = crate::explore::Subject::from_loaded("tiny", gpt2()).with_card(card);
    app.subject = Some(Arc::new(subject));
    press(&mut app, "l");
    let screen = glyphs(&app, (120, 36));
    let grid = screen.lines().nth(4).unwrap();
    assert!(grid.contains("0.1†") && !grid.contains("0.0†"), "{grid}");
    assert!(screen.lines().nth(2).unwrap().contains("† taught: previous"), "{screen}");
    assert!(screen.contains("† taught: previous  .99"), "{screen}");
    press(&mut app, "H");
    let list = glyphs(&app, (120, 36));
    let rows: Vec<&str> = list.lines().filter(|line| line.contains("0.1")).collect();
    assert!(!rows.is_empty() && rows.iter().all(|row| row.contains("0.1†") && row.contains("† taught")), "{list}");
    press(&mut app, "Esc L");
    assert!(glyphs(&app, (80, 24)).contains("† 教出来的"));
}

/// Norms in the stream, and streams that nothing is predicted from, are told.
#[test]
fn what_is_special_about_a_stream_is_said() {
    for (code, language) in [("en", Language::En), ("zh", Language::Zh)] {
        let mut post_norm = app(bert(), language, TEXT);
        press(&mut post_norm, "F Down");
        assert_snapshot!(format!("follow_bert_{code}_120x36"), glyphs(&post_norm, (120, 36)));
        let mut streams = app(t5(), language, "1 2 3 4 => 5 6");
        for (name, keys) in [
            ("follow_encoder", "F"),
            ("follow_decoder", "Tab Down Down"),
            ("contributions_t5", "C"),
            ("rollout_t5", "R"),
        ] {
            press(&mut streams, keys);
            assert_snapshot!(format!("{name}_{code}_120x36"), glyphs(&streams, (120, 36)));
        }
    }
}

#[test]
fn everywhere() {
    for loaded in [gpt2(), bert(), t5()] {
        let mut app = app(loaded, Language::Zh, TEXT);
        for keys in [
            "4 f", "H", "Right", "Esc P", "Down", "A", "Down", "F", "Down", "End", "C", "Down", "l", "R", "Down",
            OTHER, "v", "t", "Esc",
        ] {
            press(&mut app, keys);
            draw_everywhere(&app);
        }
    }
}
