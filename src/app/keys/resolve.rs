//! From presses to commands: chords, and the number before them.

use super::{Binding, Keymap};
use crate::app::{
    action::{Action, Command},
    key::{Code, Key},
    place::Place,
};

/// What has been typed of a command so far.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pending {
    chord: Vec<Key>,
    count: Option<usize>,
}

/// What a press came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// A command.
    Command(Command),
    /// More is to come.
    Wait,
    /// The key means nothing here.
    Nothing,
}

/// No text is so long that a larger number would say more.
const MOST: usize = 9999;

impl Pending {
    /// What to show while more is awaited.
    pub fn shown(&self) -> String {
        let count = self.count.map(|count| count.to_string()).unwrap_or_default();
        count + &self.chord.iter().map(Key::to_string).collect::<Vec<_>>().join(" ")
    }

    /// Whether something has been typed.
    pub fn is_empty(&self) -> bool {
        self.chord.is_empty() && self.count.is_none()
    }

    /// Forgets what has been typed.
    pub fn clear(&mut self) {
        self.chord.clear();
        self.count = None;
    }

    /// One press in a place.
    ///
    /// A figure that the place gives no other meaning begins a number, and every figure after it goes on with it:
    /// where 1 to 6 open screens, `0` begins it (`010j`).
    pub fn press(&mut self, keymap: &Keymap, place: Place, key: Key) -> Outcome {
        if key.code == Code::Esc && !self.is_empty() {
            self.clear();
            return Outcome::Nothing;
        }
        if self.chord.is_empty() && self.takes_figure(keymap, place, key) {
            return Outcome::Wait;
        }
        self.chord.push(key);
        match keymap.find(place, &self.chord) {
            Found::Exactly(action, figure) => {
                let count = figure.or(self.count.filter(|count| *count > 0));
                self.clear();
                Outcome::Command(Command { action, count })
            }
            Found::Begun => Outcome::Wait,
            Found::Nothing if self.chord.len() > 1 => {
                // The keys before led nowhere; this one may still mean something alone.
                self.clear();
                self.press(keymap, place, key)
            }
            Found::Nothing => {
                self.clear();
                Outcome::Nothing
            }
        }
    }

    fn takes_figure(&mut self, keymap: &Keymap, place: Place, key: Key) -> bool {
        let Some(digit) = key.digit().filter(|_| !place.is_typing()) else { return false };
        if self.count.is_none() && !matches!(keymap.find(place, &[key]), Found::Nothing) {
            return false;
        }
        self.count = Some((self.count.unwrap_or(0) * 10 + digit).min(MOST));
        true
    }
}

/// What a chord is in a place.
enum Found {
    Exactly(Action, Option<usize>),
    Begun,
    Nothing,
}

impl Keymap {
    fn find(&self, place: Place, chord: &[Key]) -> Found {
        let mut begun = false;
        for Binding { chord: keys, action, figure } in self.effective(place) {
            if keys == chord {
                return Found::Exactly(*action, *figure);
            }
            begun |= keys.starts_with(chord);
        }
        if begun { Found::Begun } else { Found::Nothing }
    }
}
