//! YAML as a tree that keeps the order of keys and every duplicate, and the way back from a place in it to a line.

use std::fmt::{self, Write as _};

use serde::de::{DeserializeSeed, Deserializer, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor};

/// A value of a YAML file.
#[derive(Clone, Debug, PartialEq)]
pub enum Tree {
    /// Nothing.
    Null,
    /// True or false.
    Bool(bool),
    /// A number.
    Number(serde_json::Number),
    /// A text.
    Text(String),
    /// A list.
    List(Vec<Tree>),
    /// Keys and values; a key may be there twice.
    Map(Vec<(String, Tree)>),
}

/// One step into a tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// The value of a key.
    Key(String),
    /// The second place where a key stands.
    Again(String),
    /// An item of a list.
    Item(usize),
}

/// A way into a tree, as people write it: `variants[2].published`.
pub fn shown(path: &[Step]) -> String {
    let mut text = String::new();
    for step in path {
        match step {
            Step::Key(key) | Step::Again(key) => {
                if !text.is_empty() {
                    text.push('.');
                }
                text.push_str(key);
            }
            Step::Item(index) => {
                let _ = write!(text, "[{index}]");
            }
        }
    }
    text
}

/// Text that is no YAML, and where.
#[derive(Debug)]
pub struct Broken {
    /// The line, from 1.
    pub line: usize,
    /// What the parser says.
    pub message: String,
}

/// Reads YAML.
///
/// # Errors
/// Where the text is no YAML, has several documents, tags or keys that are no texts.
pub fn parse(yaml: &str) -> Result<Tree, Broken> {
    Build.deserialize(serde_yaml::Deserializer::from_str(yaml)).map_err(|error| {
        let line = error.location().map_or(1, |location| location.line());
        // The line is said apart.
        let message = error.to_string();
        let message = message.split(" at line ").next().unwrap_or_default().to_owned();
        Broken { line, message }
    })
}

struct Build;

impl<'de> DeserializeSeed<'de> for Build {
    type Value = Tree;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Tree, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Build {
    type Value = Tree;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("plain YAML without tags")
    }

    fn visit_unit<E>(self) -> Result<Tree, E> {
        Ok(Tree::Null)
    }

    fn visit_none<E>(self) -> Result<Tree, E> {
        Ok(Tree::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Tree, E> {
        Ok(Tree::Bool(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Tree, E> {
        Ok(Tree::Number(value.into()))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Tree, E> {
        Ok(Tree::Number(value.into()))
    }

    fn visit_f64<E: serde::de::Error>(self, value: f64) -> Result<Tree, E> {
        let number = serde_json::Number::from_f64(value);
        number.map(Tree::Number).ok_or_else(|| E::custom("a number that is infinite or none"))
    }

    fn visit_str<E>(self, value: &str) -> Result<Tree, E> {
        Ok(Tree::Text(value.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Tree, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element_seed(Build)? {
            list.push(item);
        }
        Ok(Tree::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Tree, A::Error> {
        let mut map = Vec::new();
        while let Some(key) = entries.next_key::<String>()? {
            map.push((key, entries.next_value_seed(Build)?));
        }
        Ok(Tree::Map(map))
    }
}

/// The line on which a value, or its key, stands; that of the last step that is there where the rest is not.
pub fn line(yaml: &str, path: &[Step]) -> usize {
    let probe = Probe { path };
    // The probe fails where it arrives, and the failure knows its line.
    let failed = probe.deserialize(serde_yaml::Deserializer::from_str(yaml)).err();
    match failed.and_then(|error| error.location()) {
        Some(location) => location.line(),
        None if path.is_empty() => 1,
        None => line(yaml, &path[..path.len() - 1]),
    }
}

/// Walks a path and fails at its end.
struct Probe<'a> {
    path: &'a [Step],
}

impl<'de> DeserializeSeed<'de> for Probe<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Probe<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the end of a path")
    }

    fn visit_unit<E: serde::de::Error>(self) -> Result<(), E> {
        Err(E::custom("here"))
    }

    fn visit_bool<E: serde::de::Error>(self, _: bool) -> Result<(), E> {
        Err(E::custom("here"))
    }

    fn visit_u64<E: serde::de::Error>(self, _: u64) -> Result<(), E> {
        Err(E::custom("here"))
    }

    fn visit_i64<E: serde::de::Error>(self, _: i64) -> Result<(), E> {
        Err(E::custom("here"))
    }

    fn visit_f64<E: serde::de::Error>(self, _: f64) -> Result<(), E> {
        Err(E::custom("here"))
    }

    fn visit_str<E: serde::de::Error>(self, _: &str) -> Result<(), E> {
        Err(E::custom("here"))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        let Some((Step::Item(wanted), rest)) = self.path.split_first() else {
            return Err(A::Error::custom("here"));
        };
        for _ in 0..*wanted {
            if items.next_element::<IgnoredAny>()?.is_none() {
                return Ok(());
            }
        }
        items.next_element_seed(Probe { path: rest })?;
        while items.next_element::<IgnoredAny>()?.is_some() {}
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<(), A::Error> {
        let Some((step, rest)) = self.path.split_first() else {
            return Err(A::Error::custom("here"));
        };
        let (wanted, mut skip) = match step {
            Step::Key(key) => (key.as_str(), 0),
            Step::Again(key) => (key.as_str(), 1),
            Step::Item(_) => return Err(A::Error::custom("here")),
        };
        let fail_at = rest.is_empty().then_some(wanted);
        loop {
            // A key counts before its value is read, so that it is its own line that is said.
            let fails = if skip == 0 { fail_at } else { None };
            match entries.next_key_seed(KeyProbe { fail_at: fails })? {
                None => return Ok(()),
                Some(key) if key == wanted && skip == 0 => {
                    entries.next_value_seed(Probe { path: rest })?;
                }
                Some(key) => {
                    skip -= usize::from(key == wanted);
                    entries.next_value::<IgnoredAny>()?;
                }
            }
        }
    }
}

/// Reads a key, and fails at the one that is looked for.
struct KeyProbe<'a> {
    fail_at: Option<&'a str>,
}

impl<'de> DeserializeSeed<'de> for KeyProbe<'_> {
    type Value = String;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<String, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for KeyProbe<'_> {
    type Value = String;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }

    fn visit_str<E: serde::de::Error>(self, key: &str) -> Result<String, E> {
        if self.fail_at == Some(key) { Err(E::custom("here")) } else { Ok(key.to_owned()) }
    }
}

#[cfg(test)]
mod tests {
    use super::{Step, Tree, line, parse, shown};

    const YAML: &str = "a: 1\nb:\n  - {x: 1}\n  - x: 2\n    y: >\n      long\n      text\na: again\n";

    fn key(key: &str) -> Step {
        Step::Key(key.to_owned())
    }

    #[test]
    fn every_place_has_its_line() {
        assert_eq!(line(YAML, &[key("a")]), 1);
        assert_eq!(line(YAML, &[Step::Again("a".to_owned())]), 8);
        assert_eq!(line(YAML, &[key("b")]), 2);
        assert_eq!(line(YAML, &[key("b"), Step::Item(0)]), 3);
        assert_eq!(line(YAML, &[key("b"), Step::Item(1), key("y")]), 5);
        // What is missing is missing from what is there.
        assert_eq!(line(YAML, &[key("b"), Step::Item(1), key("z")]), 4);
        assert_eq!(line(YAML, &[key("none")]), 1);
    }

    #[test]
    fn order_and_duplicates_are_kept() {
        let Ok(Tree::Map(map)) = parse(YAML) else { panic!("a map") };
        assert_eq!(map.iter().map(|(key, _)| key.as_str()).collect::<Vec<_>>(), ["a", "b", "a"]);
    }

    #[test]
    fn what_is_no_yaml_says_where() {
        let broken = parse("a: 1\nb: [1, 2\n").expect_err("an open list");
        assert!(broken.line >= 2 && !broken.message.contains("at line"), "{broken:?}");
        assert!(parse("a: !tag 1\n").is_err());
    }

    #[test]
    fn paths_read_like_code() {
        assert_eq!(shown(&[key("b"), Step::Item(1), key("x")]), "b[1].x");
    }
}
