//! The file of keys.

use super::{Binding, HintSource, KeymapError};
use crate::app::{action::Action, key::Key, place::Place, words::Word};
use serde::{
    Deserialize, Deserializer,
    de::{Error, MapAccess, Visitor},
};
use std::{collections::BTreeSet, fmt, marker::PhantomData};

/// What a file says about one place.
pub(super) struct Section {
    pub actions: BTreeSet<Action>,
    pub bindings: Vec<Binding>,
    pub hints: Option<Vec<HintSource>>,
}

/// A map in the order of the file that refuses a key given twice: the YAML reader would keep the last in silence.
struct Pairs<K, V>(Vec<(K, V)>);

impl<K, V> Default for Pairs<K, V> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<'de, K: Deserialize<'de> + PartialEq + fmt::Debug, V: Deserialize<'de>> Deserialize<'de> for Pairs<K, V> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Reader<K, V>(PhantomData<(K, V)>);

        impl<'de, K: Deserialize<'de> + PartialEq + fmt::Debug, V: Deserialize<'de>> Visitor<'de> for Reader<K, V> {
            type Value = Pairs<K, V>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a map")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut pairs: Vec<(K, V)> = Vec::new();
                while let Some((key, value)) = map.next_entry()? {
                    if pairs.iter().any(|(known, _)| *known == key) {
                        return Err(A::Error::custom(format!("{key:?} stands here twice")));
                    }
                    pairs.push((key, value));
                }
                Ok(Pairs(pairs))
            }
        }

        from.deserialize_map(Reader(PhantomData))
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PlaceSource {
    #[serde(default)]
    keys: Pairs<String, Vec<String>>,
    #[serde(default)]
    hints: Option<Vec<HintLine>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct HintLine {
    actions: Vec<String>,
    #[serde(default)]
    word: Option<String>,
}

pub(super) fn read(text: &str) -> Result<Vec<(Place, Section)>, KeymapError> {
    let places: Pairs<Place, PlaceSource> = serde_yaml::from_str(text)?;
    places.0.into_iter().map(|(place, source)| Ok((place, section(place, source)?))).collect()
}

fn section(place: Place, source: PlaceSource) -> Result<Section, KeymapError> {
    let mut section = Section { actions: BTreeSet::new(), bindings: Vec::new(), hints: None };
    for (name, keys) in source.keys.0 {
        let action = action(place, &name)?;
        section.actions.insert(action);
        for keys in keys {
            let chords =
                chords(&keys).map_err(|source| KeymapError::Key { place: self::name(place), action, source })?;
            section.bindings.extend(chords.into_iter().map(|(chord, figure)| Binding { chord, action, figure }));
        }
    }
    if let Some(hints) = source.hints {
        section.hints = Some(hints.into_iter().map(|line| hint(place, line)).collect::<Result<_, _>>()?);
    }
    Ok(section)
}

fn action(place: Place, name: &str) -> Result<Action, KeymapError> {
    Action::from_name(name).ok_or_else(|| KeymapError::Action { place: self::name(place), name: name.to_owned() })
}

fn hint(place: Place, line: HintLine) -> Result<HintSource, KeymapError> {
    let actions = line.actions.iter().map(|name| action(place, name)).collect::<Result<_, _>>()?;
    let find = |word: String| Word::from_name(&word).ok_or(KeymapError::Word { place: name(place), word });
    Ok(HintSource { actions, word: line.word.map(find).transpose()? })
}

/// Keys pressed one after the other, and the figure that they stand for.
type Chord = (Vec<Key>, Option<usize>);

/// The chords of one entry: a range of figures stands for several.
fn chords(text: &str) -> Result<Vec<Chord>, crate::app::key::KeyError> {
    if let Some((from, to)) = range(text) {
        return Ok((from..=to).map(|figure| (vec![Key::char((b'0' + figure) as char)], Some(figure.into()))).collect());
    }
    let keys = text.split(' ').map(str::parse).collect::<Result<Vec<Key>, _>>()?;
    Ok(vec![(keys, None)])
}

fn range(text: &str) -> Option<(u8, u8)> {
    let (from, to) = text.split_once('-')?;
    let figure = |text: &str| text.parse::<u8>().ok().filter(|figure| *figure < 10);
    figure(from).zip(figure(to)).filter(|(from, to)| from < to)
}

/// The name of a place in the file.
pub(super) fn name(place: Place) -> String {
    let mut name = String::new();
    for character in format!("{place:?}").chars() {
        if character.is_uppercase() && !name.is_empty() {
            name.push('_');
        }
        name.extend(character.to_lowercase());
    }
    name
}

/// A chord as the file writes it.
pub(super) fn written(chord: &[Key]) -> String {
    chord.iter().map(Key::to_string).collect::<Vec<_>>().join(" ")
}
