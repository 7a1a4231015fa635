//! What crossterm reports, in the program's own terms.

use super::events::{Event, Mouse, MouseKind};
use crate::app::{Code, Key};
use crossterm::event::{self, KeyCode, KeyEvent, KeyEventKind, KeyModifiers, MouseEvent, MouseEventKind};

/// The event, or nothing where the program does not care: releases, mere movements, focus.
pub(super) fn event<W>(event: event::Event) -> Option<Event<W>> {
    match event {
        event::Event::Key(press) => key(press).map(Event::Key),
        event::Event::Mouse(event) => mouse(event).map(Event::Mouse),
        event::Event::Paste(text) => Some(Event::Paste(text)),
        event::Event::Resize(columns, rows) => Some(Event::Resize(columns, rows)),
        event::Event::FocusGained | event::Event::FocusLost => None,
    }
}

/// The key of a press or a repeat.
pub(super) fn key(event: KeyEvent) -> Option<Key> {
    if event.kind == KeyEventKind::Release {
        return None;
    }
    let code = match event.code {
        KeyCode::Char(character) => Code::Char(character),
        KeyCode::Enter => Code::Enter,
        KeyCode::Esc => Code::Esc,
        KeyCode::Tab if event.modifiers.contains(KeyModifiers::SHIFT) => Code::BackTab,
        KeyCode::Tab => Code::Tab,
        KeyCode::BackTab => Code::BackTab,
        KeyCode::Backspace => Code::Backspace,
        KeyCode::Delete => Code::Delete,
        KeyCode::Insert => Code::Insert,
        KeyCode::Home => Code::Home,
        KeyCode::End => Code::End,
        KeyCode::PageUp => Code::PageUp,
        KeyCode::PageDown => Code::PageDown,
        KeyCode::Up => Code::Up,
        KeyCode::Down => Code::Down,
        KeyCode::Left => Code::Left,
        KeyCode::Right => Code::Right,
        KeyCode::F(number) => Code::F(number),
        _ => return None,
    };
    let held = |modifier| event.modifiers.contains(modifier);
    let (ctrl, alt) = (held(KeyModifiers::CONTROL), held(KeyModifiers::ALT));
    Some(match code {
        // Some terminals report Shift with the small letter, others the capital, others both.
        Code::Char(character) if held(KeyModifiers::SHIFT) && !ctrl => {
            Key { code: Code::Char(capital(character)), ctrl, alt, shift: false }
        }
        Code::Char(character) if ctrl => {
            Key { code: Code::Char(character.to_ascii_lowercase()), ctrl, alt, shift: false }
        }
        Code::Char(_) | Code::BackTab => Key { code, ctrl, alt, shift: false },
        code => Key { code, ctrl, alt, shift: held(KeyModifiers::SHIFT) },
    })
}

fn capital(character: char) -> char {
    let mut capitals = character.to_uppercase();
    match (capitals.next(), capitals.next()) {
        (Some(capital), None) => capital,
        _ => character,
    }
}

fn mouse(event: MouseEvent) -> Option<Mouse> {
    let kind = match event.kind {
        MouseEventKind::Down(event::MouseButton::Left) => MouseKind::Click,
        MouseEventKind::Drag(event::MouseButton::Left) => MouseKind::Drag,
        MouseEventKind::ScrollUp => MouseKind::Up,
        MouseEventKind::ScrollDown => MouseKind::Down,
        _ => return None,
    };
    Some(Mouse { kind, x: event.column, y: event.row })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn press(code: KeyCode, modifiers: KeyModifiers) -> Option<Key> {
        key(KeyEvent::new(code, modifiers))
    }

    #[test]
    fn keys_are_the_same_from_every_terminal() {
        let capital = Some(Key::char('L'));
        assert_eq!(press(KeyCode::Char('L'), KeyModifiers::SHIFT), capital);
        assert_eq!(press(KeyCode::Char('l'), KeyModifiers::SHIFT), capital);
        assert_eq!(press(KeyCode::Char('L'), KeyModifiers::NONE), capital);
        assert_eq!(press(KeyCode::Char('?'), KeyModifiers::SHIFT), Some(Key::char('?')));
        let back = Some(Key::new(Code::BackTab));
        assert_eq!(press(KeyCode::Tab, KeyModifiers::SHIFT), back);
        assert_eq!(press(KeyCode::BackTab, KeyModifiers::SHIFT), back);
        assert_eq!(press(KeyCode::Char('C'), KeyModifiers::CONTROL), "C-c".parse().ok());
    }

    #[test]
    fn releases_are_no_presses() {
        let mut event = KeyEvent::new(KeyCode::Char('a'), KeyModifiers::NONE);
        event.kind = KeyEventKind::Repeat;
        assert!(key(event).is_some());
        event.kind = KeyEventKind::Release;
        assert!(key(event).is_none());
    }
}
