use super::*;
use crate::app::{action::Command, language::Language, place::Screen};
use std::collections::BTreeSet;

fn keymap() -> Keymap {
    Keymap::embedded().unwrap()
}

fn typed(place: Place, keys: &str) -> Vec<Command> {
    let (keymap, mut pending) = (keymap(), Pending::default());
    let presses = keys.split(' ').map(|key| pending.press(&keymap, place, key.parse().unwrap()));
    presses.filter_map(|outcome| if let Outcome::Command(command) = outcome { Some(command) } else { None }).collect()
}

fn command(action: Action, count: Option<usize>) -> Command {
    Command { action, count }
}

#[test]
fn every_action_has_a_key_somewhere() {
    let keymap = keymap();
    for action in Action::ALL {
        let bound = Place::ALL.iter().any(|&place| !keymap.keys_for(place, *action, Language::En).is_empty());
        assert!(bound, "{action} has no key");
        assert_eq!(Action::from_name(action.name()), Some(*action));
    }
}

#[test]
fn names_are_used_once_and_both_languages_speak() {
    let names: BTreeSet<&str> = Action::ALL.iter().map(|action| action.name()).collect();
    assert_eq!(names.len(), Action::ALL.len());
    for action in Action::ALL {
        for language in [Language::En, Language::Zh] {
            assert!(!action.word(language).is_empty() && !action.help(language).is_empty());
            // So much of a sentence can be seen in half of a window of 120 columns.
            assert!(unicode_width::UnicodeWidthStr::width(action.help(language)) <= 42, "{action} {language:?}");
        }
        assert!(action.name().chars().all(|c| c.is_ascii_lowercase() || c == '_'));
    }
}

#[test]
fn every_place_has_hints_whose_keys_exist() {
    let keymap = keymap();
    for place in Place::ALL.into_iter().filter(|place| *place != Place::Global) {
        let sources = &keymap.places[&place].hints;
        assert!(!sources.is_empty(), "{place:?}");
        for action in sources.iter().flat_map(|source| &source.actions) {
            assert!(!keymap.keys_for(place, *action, Language::En).is_empty(), "{place:?}: {action}");
        }
    }
}

#[test]
fn hints_read_as_in_the_pictures() {
    let line = |place, language| {
        let hints = keymap().hints(place, language);
        hints.iter().map(|hint| format!("{} {}", hint.keys, hint.word)).collect::<Vec<_>>().join("   ")
    };
    let english = line(Place::Attention, Language::En);
    assert!(
        english
            .starts_with("hl head   jk layer   ↑↓←→ cell   Tab stream   v lines   m mask   a average   o switch off"),
        "{english}"
    );
    let english = line(Place::Decode, Language::En);
    assert!(english.starts_with("→ next token   ← take back   space play   1-9 take this one"), "{english}");
    let english = line(Place::Steps, Language::En);
    assert!(english.contains("[ ] range") && english.starts_with("←→ step   ↓ into"), "{english}");
    assert!(line(Place::Steps, Language::Zh).contains("空格 播放"));
}

#[test]
fn tabs_chords_and_numbers() {
    assert_eq!(typed(Place::Attention, "4"), [command(Action::ScreenAttention, None)]);
    assert_eq!(typed(Place::Attention, "g g"), [command(Action::Home, None)]);
    assert_eq!(typed(Place::Attention, "0 1 0 j"), [command(Action::NextLayer, Some(10))]);
    assert_eq!(typed(Place::Attention, "8 l"), [command(Action::NextHead, Some(8))]);
    assert_eq!(typed(Place::Decode, "3"), [command(Action::TakeCandidate, Some(3))]);
    assert_eq!(typed(Place::Attention, "g j"), [command(Action::NextLayer, None)]);
    assert_eq!(typed(Place::Attention, "9 Esc j"), [command(Action::NextLayer, None)]);
    assert_eq!(typed(Place::Attention, "0 9 9 9 9 9 9 9 9 9 9 9 9 9 9 9 9 9 9 9 9 9 j")[0].count, Some(9999));
    for screen in Screen::ALL {
        let opened = typed(Place::Model, &screen.number().to_string());
        assert_eq!(Screen::opened_by(opened[0].action), Some(screen));
    }
}

#[test]
fn letters_are_text_where_one_types() {
    for place in [Place::Prompt, Place::Palette] {
        assert_eq!(typed(place, "q j L 4 ? : space"), []);
        assert_eq!(typed(place, "C-c"), [command(Action::Quit, None)]);
        assert_eq!(typed(place, "Esc"), [command(Action::Back, None)]);
    }
}

#[test]
fn one_key_for_two_actions_is_refused() {
    let message = keymap().overlay("attention:\n  keys:\n    average: [v]\n").unwrap_err().to_string();
    assert!(message.contains("attention") && message.contains("`v`"), "{message}");
    assert!(message.contains("view_lines") && message.contains("average"), "{message}");
    let message = keymap().overlay("global:\n  keys:\n    theme: [g]\n").unwrap_err().to_string();
    assert!(message.contains("home") && message.contains("theme"), "{message}");
}

#[test]
fn a_file_of_the_user_is_laid_over() {
    let mut keymap = keymap();
    keymap.overlay("attention:\n  keys:\n    average: [v]\n    view_lines: []\n").unwrap();
    assert_eq!(keymap.keys_for(Place::Attention, Action::Average, Language::En), ["v"]);
    assert!(keymap.keys_for(Place::Attention, Action::ViewLines, Language::En).is_empty());
    // What lost its keys has no hint that would lie.
    assert!(keymap.hints(Place::Attention, Language::En).iter().all(|hint| hint.action != Action::ViewLines));
}

#[test]
fn faults_of_a_file_are_named() {
    for (text, part) in [
        ("attention:\n  keys:\n    avrage: [v]\n", "`avrage`"),
        ("attention:\n  keys:\n    average: [Ctrl-v]\n", "`Ctrl-v`"),
        ("attenton:\n  keys: {}\n", "attenton"),
        ("attention:\n  keys:\n    average: [b]\n    average: [c]\n", "twice"),
        ("attention:\n  hints:\n    - { actions: [average], word: nonsense }\n", "`nonsense`"),
        ("attention: [", "line"),
    ] {
        let message = keymap().overlay(text).unwrap_err().to_string();
        assert!(message.contains(part), "{text}: {message}");
    }
}

#[test]
fn faults_of_a_file_have_their_line() {
    for (text, line) in [
        ("# mine\nattention:\n  keys:\n    zoom: [z]\n    avrage: [y]\n", 5),
        ("attention:\n  keys:\n    average: [Ctrl-v]\n", 3),
        ("\n\nattention:\n  keys:\n    average: [v]\n", 5),
        ("attention:\n  keys: {}\nattenton:\n  keys: {}\n", 3),
        ("attention:\n  keys: [\n", 2),
    ] {
        let fault = keymap().overlay(text).unwrap_err();
        assert_eq!(fault.line(text), line, "{text}: {fault}");
    }
}

#[test]
fn a_refused_file_changes_nothing() {
    let mut keymap = keymap();
    keymap.overlay("steps:\n  keys:\n    play: [p]\nattention:\n  keys:\n    average: [v]\n").unwrap_err();
    assert_eq!(keymap.keys_for(Place::Steps, Action::Play, Language::En), ["space"]);
}

#[test]
fn help_lists_each_action_once() {
    for place in Place::ALL {
        let help = keymap().help(place, Language::En);
        let actions: BTreeSet<Action> = help.iter().map(|row| row.action).collect();
        assert_eq!(actions.len(), help.len());
        assert!(help.iter().all(|row| !row.keys.is_empty()));
    }
}
