//! Keys as the program knows them, whatever terminal they come from.

use super::{language::Language, words::Word};
use std::{fmt, str::FromStr};

/// What was pressed, without what was held with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Code {
    /// A character, as it is written: with Shift it is already the capital.
    Char(char),
    /// Enter.
    Enter,
    /// Escape.
    Esc,
    /// Tab.
    Tab,
    /// Shift and Tab.
    BackTab,
    /// Backspace.
    Backspace,
    /// Delete.
    Delete,
    /// Insert.
    Insert,
    /// Home.
    Home,
    /// End.
    End,
    /// Page up.
    PageUp,
    /// Page down.
    PageDown,
    /// Arrow up.
    Up,
    /// Arrow down.
    Down,
    /// Arrow left.
    Left,
    /// Arrow right.
    Right,
    /// A function key.
    F(u8),
}

/// One press of a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Key {
    /// The key.
    pub code: Code,
    /// Control was held.
    pub ctrl: bool,
    /// Alt was held.
    pub alt: bool,
    /// Shift was held; never set for characters, which carry it themselves.
    pub shift: bool,
}

/// The names of keys in key files.
const NAMES: [(&str, Code); 17] = [
    ("space", Code::Char(' ')),
    ("Enter", Code::Enter),
    ("Esc", Code::Esc),
    ("Tab", Code::Tab),
    ("BTab", Code::BackTab),
    ("BSpace", Code::Backspace),
    ("Del", Code::Delete),
    ("Ins", Code::Insert),
    ("Home", Code::Home),
    ("End", Code::End),
    ("PgUp", Code::PageUp),
    ("PgDn", Code::PageDown),
    ("Up", Code::Up),
    ("Down", Code::Down),
    ("Left", Code::Left),
    ("Right", Code::Right),
    ("F1", Code::F(1)),
];

impl Key {
    /// A key alone.
    pub const fn new(code: Code) -> Self {
        Self { code, ctrl: false, alt: false, shift: false }
    }

    /// A character alone.
    pub const fn char(character: char) -> Self {
        Self::new(Code::Char(character))
    }

    /// The character it writes, if it writes one.
    pub fn text(self) -> Option<char> {
        match self.code {
            Code::Char(character) if !self.ctrl && !self.alt => Some(character),
            _ => None,
        }
    }

    /// The figure it writes.
    pub fn digit(self) -> Option<usize> {
        self.text().and_then(|character| character.to_digit(10)).map(|digit| digit as usize)
    }

    /// Its name for people: arrows as arrows, others as words.
    pub fn shown(self, language: Language) -> String {
        let word = |word: Word| word.text(language).to_owned();
        let name = match self.code {
            Code::Char(' ') => word(Word::KeySpace),
            Code::Char(character) => character.to_string(),
            Code::Enter => word(Word::KeyEnter),
            Code::Esc => word(Word::KeyEsc),
            Code::Tab => word(Word::KeyTab),
            Code::BackTab => word(Word::KeyBackTab),
            Code::Backspace => word(Word::KeyBackspace),
            Code::Delete => word(Word::KeyDelete),
            Code::Insert => word(Word::KeyInsert),
            Code::Home => word(Word::KeyHome),
            Code::End => word(Word::KeyEnd),
            Code::PageUp => word(Word::KeyPageUp),
            Code::PageDown => word(Word::KeyPageDown),
            Code::Up => "↑".into(),
            Code::Down => "↓".into(),
            Code::Left => "←".into(),
            Code::Right => "→".into(),
            Code::F(number) => format!("F{number}"),
        };
        format!("{}{name}", self.held("Ctrl-", "Alt-", "Shift-"))
    }

    fn held(self, ctrl: &str, alt: &str, shift: &str) -> String {
        let parts = [(self.ctrl, ctrl), (self.alt, alt), (self.shift, shift)];
        parts.into_iter().filter_map(|(held, name)| held.then_some(name)).collect()
    }
}

impl fmt::Display for Key {
    /// The name that key files use.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.held("C-", "M-", "S-"))?;
        match (NAMES.iter().find(|(_, code)| *code == self.code), self.code) {
            (Some((name, _)), _) => f.write_str(name),
            (None, Code::F(number)) => write!(f, "F{number}"),
            (None, Code::Char(character)) => write!(f, "{character}"),
            (None, code) => write!(f, "{code:?}"),
        }
    }
}

/// A text that names no key.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{0}` is no key: a character, space, Enter, Esc, Tab, BTab, BSpace, Del, Ins, Home, End, PgUp, PgDn, Up, Down, Left, Right or F1 to F12 was expected, with C-, M- or S- before it where held"
)]
pub struct KeyError(pub String);

impl FromStr for Key {
    type Err = KeyError;

    fn from_str(text: &str) -> Result<Self, KeyError> {
        let wrong = || KeyError(text.to_owned());
        let (mut rest, mut key) = (text, Self::char(' '));
        // A lone minus, or a C before it, is no prefix: something must follow.
        while rest.chars().count() > 2 {
            let held = match rest.split_at_checked(2) {
                Some(("C-", after)) => (&mut key.ctrl, after),
                Some(("M-", after)) => (&mut key.alt, after),
                Some(("S-", after)) => (&mut key.shift, after),
                _ => break,
            };
            *held.0 = true;
            rest = held.1;
        }
        key.code = code(rest).ok_or_else(wrong)?;
        // Terminals send the capital, and nothing at all for Shift with Tab but BTab.
        if key.shift && matches!(key.code, Code::Char(_) | Code::Tab) {
            return Err(wrong());
        }
        Ok(key)
    }
}

fn code(name: &str) -> Option<Code> {
    if let Some((_, code)) = NAMES.iter().find(|(known, _)| *known == name) {
        return Some(*code);
    }
    let mut characters = name.chars();
    if let (Some(character), None) = (characters.next(), characters.next()) {
        return (!character.is_control() && character != ' ').then_some(Code::Char(character));
    }
    let number = name.strip_prefix('F')?.parse().ok()?;
    (1..=12).contains(&number).then_some(Code::F(number))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_and_written() {
        for name in
            ["a", "L", "?", ":", "space", "Enter", "C-c", "M-x", "S-Up", "C-M-Left", "F11", "-", "C--", "[", "BTab"]
        {
            let key: Key = name.parse().unwrap();
            assert_eq!(key.to_string(), name);
        }
    }

    #[test]
    fn what_is_no_key_is_refused() {
        for name in ["", " ", "ab", "F13", "F0", "C-", "S-a", "enter", "S-Tab", "\n"] {
            assert!(name.parse::<Key>().is_err(), "{name:?}");
        }
    }

    #[test]
    fn shown_to_people() {
        let shown = |name: &str, language| name.parse::<Key>().unwrap().shown(language);
        assert_eq!(shown("space", Language::Zh), "空格");
        assert_eq!(shown("C-Left", Language::En), "Ctrl-←");
    }
}
