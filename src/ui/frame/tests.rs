use super::*;
use crate::{
    app::{Language, Screen, Target, shell::Gravity, shell::Progress},
    ui::{
        ColorDepth,
        dump::{dump, glyphs},
        testing::dark,
        widgets::{Heatmap, Legend, Scale},
    },
};
use insta::assert_snapshot;
use ratatui::{Terminal, backend::TestBackend, buffer::Buffer};
use std::{ops::Range, time::Duration};

const TEXT: &str = "Anna and Tom went to the park. Anna found a red ball. She gave it to Tom.";

fn shell(language: Language) -> Shell {
    let mut shell = Shell::new(language).unwrap();
    shell.screen = Screen::Attention;
    shell.prompt.set(TEXT);
    shell
}

fn press(shell: &mut Shell, keys: &str) {
    for key in keys.split(' ') {
        shell.key(key.parse().unwrap(), Place::Attention);
    }
}

fn screen_of(shell: &Shell, size: (u16, u16), theme: &Theme) -> (Buffer, Hits) {
    screen_with(shell, size, theme, &[])
}

fn screen_with(shell: &Shell, size: (u16, u16), theme: &Theme, unseen: &[Range<usize>]) -> (Buffer, Hits) {
    let loaded = ["gpt-2 mini".to_owned(), "199 232 parameters".to_owned(), "3 layers × 4 heads of 16".to_owned()];
    let status = Status { bar: None, pieces: vec![("21 tokens".into(), Tone::Dim)] };
    let at = TEXT.find("She").unwrap();
    let chrome = Chrome {
        shell,
        place: Place::Attention,
        loaded: &loaded,
        status: &status,
        token: Some((at - 1, at + 3)),
        filter: None,
        streams: true,
        tour: None,
        unseen,
    };
    let mut hits = Hits::new();
    let mut terminal = Terminal::new(TestBackend::new(size.0, size.1)).unwrap();
    terminal
        .draw(|frame| {
            draw(frame, theme, &mut hits, &chrome, |canvas, body| {
                canvas.title(body.area, "Head 2.1", "each row sums to 1", true);
            });
        })
        .unwrap();
    (terminal.backend().buffer().clone(), hits)
}

fn text_of(shell: &Shell, size: (u16, u16)) -> String {
    glyphs(&screen_of(shell, size, &dark()).0)
}

#[test]
fn all_sizes_in_both_languages() {
    for language in [Language::En, Language::Zh] {
        for (columns, rows) in [(120, 36), (80, 24), (200, 60), (60, 16), (40, 10), (1, 1)] {
            let name = format!("frame_{columns}x{rows}_{language:?}");
            assert_snapshot!(name, text_of(&shell(language), (columns, rows)));
        }
    }
}

#[test]
fn colours_of_the_frame() {
    assert_snapshot!(dump(&screen_of(&shell(Language::En), (120, 36), &dark()).0));
}

#[test]
fn without_colours() {
    let theme = Theme::named("mono", ColorDepth::None).unwrap();
    assert_snapshot!(dump(&screen_of(&shell(Language::En), (80, 24), &theme).0));
}

#[test]
fn a_light_theme_brings_its_own_ground() {
    for depth in [ColorDepth::Ansi16, ColorDepth::Indexed256, ColorDepth::TrueColor] {
        let theme = Theme::named("light", depth).unwrap();
        let (buffer, _) = screen_of(&shell(Language::En), (120, 36), &theme);
        let reset = ratatui::style::Color::Reset;
        assert!(buffer.content.iter().all(|cell| cell.bg != reset && cell.fg != reset && cell.fg != cell.bg));
    }
}

#[test]
fn the_help() {
    let mut shell = shell(Language::En);
    press(&mut shell, "?");
    assert_snapshot!("help_120x36", text_of(&shell, (120, 36)));
    assert_snapshot!("help_80x24", text_of(&shell, (80, 24)));
    press(&mut shell, "End");
    assert_snapshot!("help_80x24_end", text_of(&shell, (80, 24)));
    press(&mut shell, "L");
    assert_snapshot!("help_120x36_zh", text_of(&shell, (120, 36)));
}

#[test]
fn the_palette() {
    let mut shell = shell(Language::En);
    press(&mut shell, ": l a y e r Down");
    let (buffer, hits) = screen_of(&shell, (120, 36), &dark());
    assert_snapshot!(dump(&buffer));
    assert_eq!(hits.cursor(), Some((8, 2)));
    assert_eq!(hits.at(10, 5), Some(Target::Row { list: PALETTE_LIST, row: 1 }));
}

#[test]
fn what_the_mouse_meets() {
    let (_, hits) = screen_of(&shell(Language::En), (120, 36), &dark());
    assert_eq!(hits.at(14, 0), Some(Target::Tab(1)));
    assert_eq!(hits.at(30, 0), Some(Target::Tab(2)));
    assert_eq!(hits.at(50, 0), Some(Target::Tab(4)));
    assert_eq!(hits.at(118, 0), Some(Target::Key(crate::app::Action::Help)));
    assert_eq!(hits.at(3 + 10, 34), Some(Target::Prompt(10)));
    assert_eq!(hits.at(1, 35), Some(Target::Key(crate::app::Action::PreviousHead)));
}

#[test]
fn typing_shows_the_end_of_a_long_text() {
    let mut shell = shell(Language::En);
    press(&mut shell, "e");
    shell.paste("\nand then she went home with him and they had tea together until it was dark");
    let (buffer, hits) = screen_of(&shell, (80, 24), &dark());
    let text = glyphs(&buffer);
    let line = text.lines().nth(22).unwrap();
    assert!(line.starts_with(" ❯ …") && line.contains("it was dark"), "{line}");
    assert_eq!(hits.cursor().map(|(_, y)| y), Some(22));
    assert!(shell.prompt.shown().contains('⏎'));
}

#[test]
fn messages_and_progress() {
    let last = |shell: &Shell| text_of(shell, (80, 24)).lines().last().unwrap().to_owned();
    let mut shell = shell(Language::En);
    shell.say(Gravity::Error, "config.json: `n_head` is missing\n(line 3)");
    assert_eq!(last(&shell), " ✗ config.json: `n_head` is missing⏎(line 3)");
    shell.notice = None;
    let progress = |millis| Progress {
        label: "layer 3 of 12".into(),
        done: Some((3, 12)),
        elapsed: Duration::from_millis(millis),
    };
    shell.progress = Some(progress(100));
    assert!(last(&shell).starts_with(" hl head"));
    shell.progress = Some(progress(150));
    assert_eq!(last(&shell), " layer 3 of 12  ━━━━━━────────────────── 25 %                        Esc cancel");
    shell.progress = Some(Progress { done: None, ..progress(3200) });
    assert_eq!(last(&shell), " layer 3 of 12  3 s                                                  Esc cancel");
}

#[test]
fn a_screen_in_any_room() {
    for columns in [1, 2, 59, 60, 61, 99, 100, 101, 140] {
        for rows in [1, 15, 16, 17, 27, 28, 29] {
            for keys in ["j", "?", ":", "e"] {
                let mut shell = shell(Language::Zh);
                press(&mut shell, keys);
                screen_of(&shell, (columns, rows), &dark());
            }
        }
    }
}

#[test]
fn a_legend_beside_a_map() {
    // What a screen author writes.
    let value = |row: usize, col: usize| if row == col { 0.9 } else { 0.05 };
    let shell = shell(Language::En);
    let chrome = Chrome {
        shell: &shell,
        place: Place::Attention,
        loaded: &[],
        status: &Status::default(),
        token: None,
        filter: None,
        streams: false,
        tour: None,
        unseen: &[],
    };
    let (buffer, _) = crate::ui::testing::drawn((120, 36), &dark(), Language::En, |canvas, area| {
        draw_on(canvas, area, &chrome, |canvas, body| {
            let drawn = Heatmap::new(8, 8, &value).cursor(Some((2, 2))).draw(canvas, body.area);
            let right = Rect { x: drawn.cells.right() + 4, width: 8, ..body.area };
            Legend { title: "weight", scale: Scale::Weights(1.0) }.draw(canvas, right);
        });
    });
    assert_snapshot!(glyphs(&buffer));
}

#[test]
fn words_that_the_mini_never_saw_are_marked_with_and_without_colour() {
    use ratatui::style::Modifier;
    let shell = shell(Language::En);
    let unseen = ["park", "Anna", "found"].map(|word| {
        let at = TEXT.find(word).unwrap();
        at..at + word.len()
    });
    for theme in [dark(), Theme::named("mono", ColorDepth::None).unwrap()] {
        let (buffer, _) = screen_with(&shell, (120, 36), &theme, &unseen[..1]);
        let marked = |column: usize| buffer[(3 + column as u16, 34)].modifier.contains(Modifier::ITALIC);
        assert!(marked(unseen[0].start) && marked(unseen[0].end - 1));
        assert!(!marked(unseen[0].start - 1) && !marked(unseen[0].end));
        assert!(glyphs(&buffer).trim_end().ends_with("≈ a word this mini never saw: park"));
    }
    let (buffer, _) = screen_with(&shell, (60, 16), &dark(), &unseen);
    let text = glyphs(&buffer);
    assert!(text.trim_end().ends_with("≈ words this mini never saw: park, Ann…"), "{text}");
    assert!(text.lines().last().unwrap().starts_with(" hl head"));
}
