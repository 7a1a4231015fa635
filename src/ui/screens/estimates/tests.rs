use insta::assert_snapshot;

use crate::app::trial::{app, click, gpt2, press};
use crate::app::{App, Language, Place, Target};
use crate::catalog::Catalog;
use crate::ui::screens::trial::{SIZES, draw_everywhere, glyphs};

fn open(language: Language) -> App {
    let dir = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/catalog/valid/lineage");
    let mut app = app(gpt2(), language, "1 2 3 4");
    let catalog = Catalog::open(&dir).expect("a catalogue");
    app.catalogue = crate::app::catalogue::CatalogueState::new(std::sync::Arc::new(catalog));
    press(&mut app, "1 Enter Enter");
    app
}

#[test]
fn an_estimate_opens_its_numbers_and_where_they_come_from() {
    for (language, code) in [(Language::En, "en"), (Language::Zh, "zh")] {
        let mut app = open(language);
        press(&mut app, "G Enter");
        for size in SIZES {
            assert_snapshot!(format!("{code}_{}x{}", size.0, size.1), glyphs(&app, size));
        }
    }
}

#[test]
fn keys_and_clicks_choose_open_and_leave() {
    let mut app = open(Language::En);
    assert_eq!(app.place(), Place::Estimates);
    let before = glyphs(&app, (120, 36));
    press(&mut app, "]");
    assert!(glyphs(&app, (120, 36)) != before);
    press(&mut app, "=");
    assert_eq!(glyphs(&app, (120, 36)), before);
    click(&mut app, Target::Row { list: crate::app::estimates::LIST, row: 1 });
    assert!(app.catalogue.estimates.open && app.catalogue.estimates.at == 1);
    press(&mut app, "Esc");
    assert!(!app.catalogue.estimates.open && app.place() == Place::Estimates);
    press(&mut app, "Esc");
    assert_eq!(app.place(), Place::Card);
}

#[test]
fn any_size_is_drawn() {
    for language in [Language::En, Language::Zh] {
        let mut app = open(language);
        draw_everywhere(&app);
        press(&mut app, "G Enter");
        draw_everywhere(&app);
    }
}
