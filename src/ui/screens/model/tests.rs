use insta::assert_snapshot;

use crate::app::explorer::parts::PARTS;
use crate::app::trial::{app, bert, gpt2, press, t5};
use crate::app::{App, Input, Language, Place, Target};
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

#[test]
fn each_part_leads_to_its_steps() {
    let mut app = card(bert(), Language::En);
    let shown = |app: &App| {
        let pass = app.pass.as_ref().unwrap();
        app.part.map(|line| pass.tree.path(line))
    };
    press(&mut app, "Tab Tab Tab");
    assert_eq!(shown(&app).as_deref(), Some("layer.0/attention"));
    assert_snapshot!("part_120x36", glyphs(&app, (120, 36)));
    // In a small window the drawing comes below the facts: the chosen part is seen still.
    assert!(glyphs(&app, (80, 24)).contains("┌─ attention"), "{}", glyphs(&app, (80, 24)));
    press(&mut app, "Enter");
    let pass = app.pass.clone().unwrap();
    assert_eq!((app.place(), pass.tree.path(app.steps.line)), (Place::Steps, "layer.0/attention".into()));
    // The choice is still there; the last one comes before the first.
    press(&mut app, "2 BTab BTab BTab");
    let last = app.summary.as_ref().unwrap().drawn().last().unwrap().line;
    assert_eq!(app.part, Some(last));
    press(&mut app, "j");
    assert_eq!(app.part, None, "scrolling looks at something else");
}

#[test]
fn every_drawn_part_has_a_line_that_can_be_clicked() {
    for loaded in [gpt2(), bert(), t5()] {
        let mut app = card(loaded, Language::Zh);
        let wanted: Vec<usize> = app.summary.as_ref().unwrap().drawn().iter().map(|part| part.line).collect();
        assert!(wanted.len() > 4);
        let (found, pass) = (parts(&app), app.pass.clone().unwrap());
        assert_eq!(found, wanted);
        app.update(Input::Click(Target::Row { list: PARTS, row: wanted[2] }));
        assert_eq!((app.place(), app.steps.line), (Place::Steps, wanted[2]), "{}", pass.tree.path(wanted[2]));
    }
}

/// The parts that lie under the mouse in a window that is long enough, from the top.
fn parts(app: &App) -> Vec<usize> {
    let drawing = super::drawing::lines(app.summary.as_ref().unwrap(), app.shell.language, 64);
    drawing.iter().filter_map(super::Line::part).collect()
}
