use insta::assert_snapshot;

use crate::app::trial::{app, gpt2, press};
use crate::app::{App, Language};
use crate::ui::screens::trial::{SIZES, draw_everywhere, glyphs};

/// The catalogue of two entries that do not change when others come.
fn catalogue(language: Language) -> App {
    let dir = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/catalog/valid/lineage");
    let mut app = app(gpt2(), language, "1 2 3 4");
    let catalog = crate::catalog::Catalog::open(&dir).expect("a catalogue");
    app.catalogue = crate::app::catalogue::CatalogueState::new(std::sync::Arc::new(catalog));
    press(&mut app, "1");
    app
}

#[test]
fn list_facets_and_preview() {
    for (language, code) in [(Language::En, "en"), (Language::Zh, "zh")] {
        let app = catalogue(language);
        for size in SIZES {
            assert_snapshot!(format!("{code}_{}x{}", size.0, size.1), glyphs(&app, size));
        }
    }
}

#[test]
fn typing_and_marking_are_seen() {
    let mut app = catalogue(Language::En);
    press(&mut app, "space / o t h");
    let screen = glyphs(&app, (120, 36));
    assert!(screen.contains("❯ oth") && screen.contains("1 marked"), "{screen}");
    press(&mut app, "Esc space c");
    assert!(glyphs(&app, (120, 36)).contains("5 Compare"));
    press(&mut app, "Esc");
    assert!(glyphs(&app, (120, 36)).contains("2 marked"));
}

#[test]
fn facets_have_the_keys_where_they_are_asked_for() {
    let mut app = catalogue(Language::En);
    press(&mut app, "f");
    assert_snapshot!("facets_80x24", glyphs(&app, (80, 24)));
    press(&mut app, "/ x x x x");
    assert!(glyphs(&app, (80, 24)).contains("No model fits"));
}

#[test]
fn the_card_opens_and_closes() {
    let mut app = catalogue(Language::En);
    press(&mut app, "Enter");
    for size in SIZES {
        assert_snapshot!(format!("card_{}x{}", size.0, size.1), glyphs(&app, size));
    }
    press(&mut app, "Esc");
    assert!(glyphs(&app, (120, 36)).contains("2 of 2"));
}

#[test]
fn everywhere() {
    for language in [Language::En, Language::Zh] {
        let mut app = catalogue(language);
        draw_everywhere(&app);
        press(&mut app, "f");
        draw_everywhere(&app);
        press(&mut app, "f Enter");
        draw_everywhere(&app);
        press(&mut app, "Esc space space c");
        draw_everywhere(&app);
    }
}
