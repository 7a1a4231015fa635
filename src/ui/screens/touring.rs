//! A tour over the screens: the words lie beside the picture, never over it.

use insta::assert_snapshot;

use crate::app::tour::Tour;
use crate::app::trial::{exploring, mini, press, settled};
use crate::app::{App, Language, Target};
use crate::ui::screens::trial::{draw_everywhere, glyphs, screen};
use crate::ui::testing::dark;

fn touring(id: &str, stop: usize, language: Language) -> App {
    let mut app = exploring(mini("gpt-2"), language, "Anna and Tom");
    let effects = app.begin_tour(Tour::find(id).unwrap());
    settled(&mut app, effects);
    (0..stop).for_each(|_| press(&mut app, "}"));
    app
}

#[test]
fn words_and_picture() {
    let app = touring("causal-mask", 1, Language::En);
    for size in [(80, 24), (120, 36)] {
        assert_snapshot!(format!("mask_{}x{}", size.0, size.1), glyphs(&app, size));
    }
    let app = touring("cross-attention", 1, Language::Zh);
    assert_snapshot!("cross_zh", glyphs(&app, (120, 36)));
    let mut app = touring("induction", 0, Language::En);
    press(&mut app, "W W");
    assert_snapshot!("list", glyphs(&app, (120, 36)));
    press(&mut app, "Esc Esc 4 y");
    assert_snapshot!("copied", glyphs(&app, (80, 24)));
}

#[test]
fn the_keys_of_the_strip_can_be_clicked() {
    let app = touring("induction", 1, Language::En);
    let (picture, hits) = screen(&app, (120, 36), &dark());
    let (y, line) = picture.lines().enumerate().find(|(_, line)| line.contains("stop 2 of 6")).unwrap();
    let x = line.chars().take_while(|c| *c != '}').count() as u16;
    assert_eq!(hits.at(x, y as u16), Some(Target::Key(crate::app::Action::NextStop)));
}

#[test]
fn every_stop_can_be_drawn_in_every_window() {
    for tour in Tour::built_in() {
        let mut app = touring(&tour.id, 0, Language::En);
        for _ in &tour.stops {
            for size in [(60, 16), (61, 17), (80, 24), (200, 60)] {
                let picture = glyphs(&app, size);
                let mut strip = picture.lines().skip_while(|line| !line.contains(" of ") || !line.contains("W leave"));
                let cut = strip.any(|line| line.trim_end().ends_with(" …"));
                assert!(size.0 < 80 || !cut, "words are cut: {picture}");
            }
            press(&mut app, "}");
        }
    }
    draw_everywhere(&touring("causal-mask", 1, Language::Zh));
}
