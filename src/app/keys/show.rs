//! The keymap as people read it: hints at the foot, the help of a place.

use super::{Binding, HintSource, Keymap};
use crate::app::{action::Action, key::Key, language::Language, place::Place};
use std::collections::BTreeSet;

/// A hint at the foot of the screen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hint {
    /// The keys.
    pub keys: String,
    /// What they do.
    pub word: &'static str,
    /// The action a click on it asks for.
    pub action: Action,
}

/// A line of the help.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HelpRow {
    /// The keys.
    pub keys: String,
    /// What they do, in a sentence.
    pub sentence: &'static str,
    /// The action itself.
    pub action: Action,
    /// Whether it is of this place alone.
    pub own: bool,
}

impl Keymap {
    /// Every key that leads to an action in a place, as shown to people; empty where none does.
    pub fn keys_for(&self, place: Place, action: Action, language: Language) -> Vec<String> {
        let bindings: Vec<&Binding> = self.effective(place).filter(|binding| binding.action == action).collect();
        let mut keys: Vec<String> = bindings
            .iter()
            .filter(|binding| binding.figure.is_none())
            .map(|binding| shown(binding, language))
            .collect();
        let figures: Vec<usize> = bindings.iter().filter_map(|binding| binding.figure).collect();
        if let (Some(first), Some(last)) = (figures.first(), figures.last()) {
            keys.insert(0, format!("{first}-{last}"));
        }
        keys
    }

    /// The hints of a place, most useful first; what has no key is left out.
    pub fn hints(&self, place: Place, language: Language) -> Vec<Hint> {
        let sources = self.places.get(&place).map(|keys| keys.hints.as_slice()).unwrap_or_default();
        sources.iter().filter_map(|source| self.hint(place, source, language)).collect()
    }

    fn hint(&self, place: Place, source: &HintSource, language: Language) -> Option<Hint> {
        let first = |action: &Action| self.keys_for(place, *action, language).into_iter().next();
        let keys: Vec<String> = source.actions.iter().filter_map(first).collect();
        let action = *source.actions.first()?;
        let word = source.word.map_or_else(|| action.word(language), |word| word.text(language));
        (!keys.is_empty()).then(|| Hint { keys: joined(&keys), word, action })
    }

    /// The keys of a place and, after them, those of everywhere, each action once.
    pub fn help(&self, place: Place, language: Language) -> Vec<HelpRow> {
        let own: BTreeSet<Action> = self.bindings(place).iter().map(|binding| binding.action).collect();
        let mut seen = BTreeSet::new();
        let actions = self.effective(place).map(|binding| binding.action).filter(|action| seen.insert(*action));
        actions
            .map(|action| HelpRow {
                keys: self.keys_for(place, action, language).join("  "),
                sentence: action.help(language),
                action,
                own: own.contains(&action),
            })
            .collect()
    }
}

fn shown(binding: &Binding, language: Language) -> String {
    let keys: Vec<String> = binding.chord.iter().map(|key: &Key| key.shown(language)).collect();
    if keys.iter().all(|key| key.chars().count() == 1) { keys.concat() } else { keys.join(" ") }
}

/// Letters and arrows stand together (`hl`, `↑↓←→`); anything else needs a gap to be read as keys (`[ ]`).
fn joined(keys: &[String]) -> String {
    let close = |key: &String| {
        let mut characters = key.chars();
        let one = characters.next().filter(|_| characters.next().is_none());
        one.is_some_and(|c| c.is_alphanumeric() || "←→↑↓".contains(c))
    };
    keys.join(if keys.iter().all(close) { "" } else { " " })
}
