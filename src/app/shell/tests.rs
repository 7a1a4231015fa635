use super::*;
use crate::app::Form;

fn shell() -> Shell {
    Shell::new(Language::En).unwrap()
}

fn press(shell: &mut Shell, keys: &str) -> Vec<Request> {
    keys.split(' ').filter_map(|key| shell.key(key.parse().unwrap(), Place::Attention)).collect()
}

#[test]
fn a_text_is_typed_and_accepted() {
    let mut shell = shell();
    assert_eq!(press(&mut shell, "e H i space q Enter"), [Request::Text("Hi q".into())]);
    assert!(!shell.is_editing());
    press(&mut shell, "e x Esc");
    assert_eq!(shell.prompt.text(), "Hi q");
}

#[test]
fn the_palette_does_what_is_chosen() {
    let mut shell = shell();
    let asked = press(&mut shell, ": s w i t c h space o f f Enter");
    assert_eq!(asked, [Request::Screen(Action::SwitchOff.into())]);
    assert!(shell.overlay.is_none());
    assert_eq!(press(&mut shell, ": q u i t Esc q"), [Request::Quit]);
}

#[test]
fn back_goes_one_thing_at_a_time() {
    let mut shell = shell();
    shell.progress = Some(Progress { label: "run".into(), done: None, elapsed: Duration::ZERO });
    assert_eq!(press(&mut shell, "e ? F1 Esc Esc"), []);
    assert_eq!(press(&mut shell, "Esc Esc"), [Request::Cancel, Request::Screen(Action::Back.into())]);
}

#[test]
fn help_is_that_of_the_place_and_scrolls_inside_its_rows() {
    let mut shell = shell();
    press(&mut shell, "? j j End");
    let Some(Overlay::Help(place, scroll)) = shell.overlay else { panic!("no help") };
    assert_eq!(place, Place::Attention);
    assert!(scroll > 2 && scroll < 100);
    press(&mut shell, "q");
    assert!(shell.overlay.is_none());
}

#[test]
fn tabs_language_theme_and_mouse() {
    let mut shell = shell();
    press(&mut shell, "4 L T");
    assert_eq!((shell.screen, shell.language, shell.theme.as_str()), (Screen::Attention, Language::Zh, "light"));
    assert_eq!(press(&mut shell, "M"), [Request::Mouse(false)]);
    assert_eq!(shell.click(Target::Tab(2), Place::Attention), None);
    assert_eq!(shell.screen, Screen::Model);
    let cell = Target::Cell { map: 0, row: 1, col: 2 };
    assert_eq!(shell.click(cell, Place::Attention), Some(Request::Click(cell)));
}

#[test]
fn a_message_stays_until_the_next_key() {
    let mut shell = shell();
    shell.say(Gravity::Error, "no such file");
    press(&mut shell, "j");
    assert_eq!(shell.notice, None);
}

#[test]
fn a_paste_opens_the_prompt() {
    let mut shell = shell();
    shell.paste("two\nlines");
    assert!(shell.is_editing());
    assert_eq!(press(&mut shell, "Enter"), [Request::Text("two\nlines".into())]);
}

#[test]
fn the_first_up_brings_back_the_text_before() {
    let mut shell = shell();
    shell.prompt.set("first");
    press(&mut shell, "e C-u n e w Enter e Up");
    assert_eq!(shell.prompt.text(), "first");
    press(&mut shell, "Down");
    assert_eq!(shell.prompt.text(), "new");
}

#[test]
fn what_is_shown_is_saved_in_the_form_that_is_chosen() {
    let mut shell = shell();
    let asked = press(&mut shell, "S Down Down Down Enter");
    assert_eq!(asked, [Request::Save(Saving { form: Form::Png, print: true })]);
    // Words and numbers only where there are any.
    let forms = |place| Saving::offered(place).iter().map(|saving| saving.form).collect::<Vec<_>>();
    assert!(forms(Place::Attention).contains(&Form::Json) && !forms(Place::Steps).contains(&Form::Json));
    let titles: Vec<String> =
        Saving::offered(Place::Card).iter().map(|saving| saving.entry(Language::Zh).title).collect();
    assert!((1..titles.len()).all(|at| !titles[..at].contains(&titles[at])), "{titles:?}");
}

#[test]
fn a_click_on_a_row_of_the_help_does_it_below() {
    let mut shell = shell();
    press(&mut shell, "?");
    let asked = shell.click(Target::Help(Action::SwitchOff), Place::Attention);
    assert_eq!((asked, shell.overlay.is_none()), (Some(Request::Screen(Action::SwitchOff.into())), true));
    press(&mut shell, "?");
    assert_eq!(shell.click(Target::Help(Action::Help), Place::Attention), None);
    assert!(shell.overlay.is_none());
    press(&mut shell, "?");
    shell.click(Target::Help(Action::Palette), Place::Attention);
    assert!(matches!(shell.overlay, Some(Overlay::Palette(_))));
}

#[test]
fn a_click_in_the_other_text_puts_its_cursor() {
    let mut shell = shell();
    shell.prompt.set("one");
    shell.ask_other_text("Anna laughed");
    assert_eq!(shell.click(Target::Prompt(4), Place::Patching), None);
    assert_eq!(shell.click(Target::Pane(9), Place::Patching), None);
    press(&mut shell, "!");
    let Some(Overlay::OtherText(text)) = &shell.overlay else { panic!("it is closed") };
    assert_eq!((text.text(), shell.is_editing()), ("Anna! laughed", false));
}
