use insta::assert_snapshot;

use crate::app::timeline::{LANES, MODELS};
use crate::app::trial::{app, gpt2, press};
use crate::app::{App, Input, Language, Message, Target};
use crate::ui::screens::trial::{SIZES, draw_everywhere, glyphs, screen};
use crate::ui::testing::dark;
use crate::ui::{ColorDepth, Theme};

/// The timeline of the whole catalogue, with one model chosen.
fn timeline(language: Language, id: &str) -> App {
    let mut app = app(gpt2(), language, "1 2 3 4");
    press(&mut app, "6");
    app.update(Input::Message(Message::CatalogueRead));
    app.timeline.choose_id(id);
    app
}

#[test]
fn the_whole_family_in_every_window() {
    for (language, code) in [(Language::En, "en"), (Language::Zh, "zh")] {
        let app = timeline(language, "gpt-3");
        for size in SIZES.into_iter().chain([(60, 16)]) {
            assert_snapshot!(format!("{code}_{}x{}", size.0, size.1), glyphs(&app, size));
        }
    }
}

#[test]
fn one_lane_and_sections() {
    let mut app = timeline(Language::En, "bert");
    press(&mut app, "f");
    assert_snapshot!("only_encoders", glyphs(&app, (80, 24)));
    press(&mut app, "Esc o i");
    assert_snapshot!("by_section", glyphs(&app, (120, 36)));
}

#[test]
fn without_colours_the_path_is_heavy() {
    let app = timeline(Language::En, "gpt-3");
    let mono = Theme::named("mono", ColorDepth::None).expect("a theme");
    let picture = screen(&app, (120, 36), &mono).0;
    assert!(picture.contains("━━") && picture.contains('┅') && picture.contains('┄'), "{picture}");
}

#[test]
fn keys_and_clicks_lead_to_the_card_and_back() {
    let mut app = timeline(Language::En, "gpt-3");
    let (_, hits) = screen(&app, (120, 36), &dark());
    let gpt2 = app.timeline.family().find("gpt-2").expect("a model");
    let places = (0..120).flat_map(|x| (0..36).map(move |y| (x, y)));
    let on = |target: Target| places.clone().filter(|&(x, y)| hits.at(x, y) == Some(target)).count();
    assert_eq!(on(Target::Row { list: MODELS, row: gpt2 }), "● GPT-2".chars().count());
    assert!(on(Target::Row { list: LANES, row: 1 }) > 0);
    app.update(Input::Click(Target::Row { list: MODELS, row: gpt2 }));
    assert!(glyphs(&app, (120, 36)).contains("GPT-2  OpenAI  2019-02"));
    app.update(Input::Click(Target::Row { list: MODELS, row: gpt2 }));
    assert!(glyphs(&app, (120, 36)).contains("counted from shapes, not quoted"));
    press(&mut app, "Esc Right");
    assert_ne!(app.timeline.chosen(), Some(gpt2));
    press(&mut app, "Enter Esc 1 v");
    assert!(glyphs(&app, (120, 36)).contains("page 1 of 5"));
}

#[test]
fn everywhere() {
    for language in [Language::En, Language::Zh] {
        let mut app = timeline(language, "koala");
        draw_everywhere(&app);
        press(&mut app, "o z Home");
        draw_everywhere(&app);
    }
}

#[test]
fn pages_of_the_survey_are_turned_and_scrolled() {
    let mut app = timeline(Language::En, "bert");
    press(&mut app, "1 v L");
    for code in ["zh", "en"] {
        assert_snapshot!(format!("survey_{code}"), glyphs(&app, (80, 24)));
        press(&mut app, "L");
    }
    press(&mut app, "L Left");
    assert!(glyphs(&app, (80, 24)).contains("page 5 of 5"));
    draw_everywhere(&app);
    let top = glyphs(&app, (80, 24));
    press(&mut app, "Down");
    assert_ne!(glyphs(&app, (80, 24)), top);
    press(&mut app, "Esc");
    assert!(glyphs(&app, (80, 24)).contains("45 of 45"));
}
