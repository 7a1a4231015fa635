//! The keymap: one table from place and keys to action. Hints, help and palette are read from it.

mod resolve;
mod show;
mod source;
#[cfg(test)]
mod tests;

use super::{
    action::Action,
    key::{Key, KeyError},
    place::Place,
    words::Word,
};
use crate::catalog;
pub use resolve::{Outcome, Pending};
pub use show::{HelpRow, Hint};
use std::collections::BTreeMap;

/// Keys of a place that lead to an action.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Binding {
    chord: Vec<Key>,
    action: Action,
    /// The figure of a key out of a range.
    figure: Option<usize>,
}

/// Actions that share one hint.
#[derive(Clone, Debug)]
struct HintSource {
    actions: Vec<Action>,
    word: Option<Word>,
}

#[derive(Clone, Debug, Default)]
struct PlaceKeys {
    bindings: Vec<Binding>,
    hints: Vec<HintSource>,
}

/// Which key does what, everywhere.
#[derive(Clone, Debug)]
pub struct Keymap {
    places: BTreeMap<Place, PlaceKeys>,
}

/// Why a key file was refused.
#[derive(Debug, thiserror::Error)]
pub enum KeymapError {
    /// It is no key file at all.
    #[error("keys: {0}")]
    Yaml(#[from] serde_yaml::Error),
    /// It names an action that does not exist.
    #[error("keys of {place}: there is no action `{name}`; the help (?) and the palette (:) list them")]
    Action {
        /// Where.
        place: String,
        /// The unknown name.
        name: String,
    },
    /// It names a key that does not exist.
    #[error("keys of {place}, {action}: {source}")]
    Key {
        /// Where.
        place: String,
        /// The action it was for.
        action: Action,
        /// What is wrong with it.
        source: KeyError,
    },
    /// One key, two actions.
    #[error(
        "keys of {place}: `{keys}` is {first} and {second}; give one of them another key, or none with `{second}: []`"
    )]
    Conflict {
        /// Where.
        place: String,
        /// The key.
        keys: String,
        /// What it was first given to.
        first: Action,
        /// What it was given to again.
        second: Action,
    },
    /// A hint's word is not among the words of the interface.
    #[error("hints of {place}: there is no word `{word}`")]
    Word {
        /// Where.
        place: String,
        /// The unknown word.
        word: String,
    },
}

impl KeymapError {
    /// The line of the file, from 1, that it is about.
    pub fn line(&self, text: &str) -> usize {
        let at = |keys: &[&str]| catalog::line_of_keys(text, keys);
        match self {
            Self::Yaml(error) => error.location().map_or(1, |place| place.line()),
            Self::Action { place, name } => at(&[place, "keys", name]),
            Self::Key { place, action, .. } => at(&[place, "keys", action.name()]),
            // The one that was laid over stands in the file.
            Self::Conflict { place, second, .. } => at(&[place, "keys", second.name()]),
            Self::Word { place, .. } => at(&[place, "hints"]),
        }
    }
}

/// The file of keys that comes with the program.
pub const EMBEDDED: &str = include_str!("../../../assets/keys.yaml");

impl Keymap {
    /// The keys that come with the program.
    ///
    /// # Errors
    /// Never for the file that was compiled in: a test reads it.
    pub fn embedded() -> Result<Self, KeymapError> {
        let mut keymap = Self { places: BTreeMap::new() };
        keymap.overlay(EMBEDDED)?;
        Ok(keymap)
    }

    /// Lays a file over the keymap: each action it names gets the keys it says in that place, all others stay.
    ///
    /// # Errors
    /// Where the file cannot be read, names what does not exist, or gives a key twice; the keymap is then unchanged.
    pub fn overlay(&mut self, text: &str) -> Result<(), KeymapError> {
        let mut changed = self.places.clone();
        for (place, section) in source::read(text)? {
            let keys = changed.entry(place).or_default();
            keys.bindings.retain(|binding| !section.actions.contains(&binding.action));
            keys.bindings.extend(section.bindings);
            if let Some(hints) = section.hints {
                keys.hints = hints;
            }
            check(place, &keys.bindings)?;
        }
        self.places = changed;
        Ok(())
    }

    fn bindings(&self, place: Place) -> &[Binding] {
        self.places.get(&place).map(|keys| keys.bindings.as_slice()).unwrap_or_default()
    }

    /// The bindings that hold in a place: its own, then those of everywhere that it does not use itself.
    fn effective(&self, place: Place) -> impl Iterator<Item = &Binding> {
        let own = self.bindings(place);
        let everywhere = if place == Place::Global { &[] } else { self.bindings(Place::Global) };
        let hidden = move |binding: &&Binding| own.iter().any(|other| overlaps(&other.chord, &binding.chord));
        let writes = move |binding: &&Binding| place.is_typing() && binding.chord[0].text().is_some();
        own.iter().chain(everywhere.iter().filter(move |binding| !hidden(binding) && !writes(binding)))
    }
}

/// Whether one chord is the beginning of the other, so that both could not be typed.
fn overlaps(one: &[Key], two: &[Key]) -> bool {
    one.starts_with(two) || two.starts_with(one)
}

fn check(place: Place, bindings: &[Binding]) -> Result<(), KeymapError> {
    for (index, second) in bindings.iter().enumerate() {
        if let Some(first) = bindings[..index].iter().find(|first| overlaps(&first.chord, &second.chord)) {
            return Err(KeymapError::Conflict {
                place: source::name(place),
                keys: source::written(&second.chord),
                first: first.action,
                second: second.action,
            });
        }
    }
    Ok(())
}
