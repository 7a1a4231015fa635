//! JSON files that are read whole, and typed views of `config.json` whose errors name the field.

use std::cell::RefCell;
use std::fmt::Write as _;
use std::io::Read;
use std::path::Path;

use serde::de::value::MapAccessDeserializer;
use serde::de::{DeserializeOwned, DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde::forward_to_deserialize_any;
use serde_json::{Map, Value};

use super::error::{clipped, shown};
use super::file::open_regular;
use super::{CheckpointError, Result};

/// The largest configuration that is read; real ones stay under two megabytes even with 20,000 labels.
pub(super) const MAX_CONFIG: u64 = 4 << 20;

/// Reads a file whole, if it is a regular one of at most `limit` bytes.
pub(super) fn read_bounded(path: &Path, expected: &str, limit: u64) -> Result<Vec<u8>> {
    let (file, size) = open_regular(path, expected)?;
    if size > limit {
        return Err(CheckpointError::TooLarge { path: path.to_owned(), size, limit });
    }
    let mut bytes = Vec::with_capacity(size as usize);
    // The limit again, in case the file grows while it is read.
    let read = file.take(limit).read_to_end(&mut bytes);
    read.map_err(|source| CheckpointError::Read { path: path.to_owned(), source })?;
    Ok(bytes)
}

/// Reads a configuration: a JSON object.
pub(super) fn read_object(path: &Path) -> Result<Map<String, Value>> {
    object(path, &read_bounded(path, "a configuration", MAX_CONFIG)?)
}

/// The same from a text; `path` is what messages call it.
pub(super) fn parse_object(path: &Path, text: &str) -> Result<Map<String, Value>> {
    object(path, text.as_bytes())
}

fn object(path: &Path, bytes: &[u8]) -> Result<Map<String, Value>> {
    match serde_json::from_slice(bytes).map_err(|error| CheckpointError::json(path, &error))? {
        Value::Object(map) => Ok(map),
        other => {
            let problem = format!("expected a JSON object, found {}", kind(&other));
            Err(CheckpointError::Field { path: path.to_owned(), field: String::new(), problem })
        }
    }
}

/// What a JSON value is, in words.
fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

/// Reads a typed configuration out of a JSON object that came from `path`.
///
/// # Errors
/// If a field is missing or of the wrong type; the error names it.
pub fn typed<T: DeserializeOwned>(path: &Path, config: &Map<String, Value>) -> Result<T> {
    let trail = Trail::default();
    let access = TrackedMap { entries: config.iter(), value: None, trail: &trail };
    T::deserialize(MapAccessDeserializer::new(access)).map_err(|error| CheckpointError::Field {
        path: path.to_owned(),
        field: trail.path(),
        problem: clipped(&error.to_string()),
    })
}

/// The way from the top of the file to the value being read; after an error, to the value that was wrong.
#[derive(Default)]
struct Trail(RefCell<Vec<Step>>);

enum Step {
    Field(String),
    Item(usize),
}

impl Trail {
    fn walk<T, E>(&self, step: Step, read: impl FnOnce() -> Result<T, E>) -> Result<T, E> {
        self.0.borrow_mut().push(step);
        let value = read()?;
        self.0.borrow_mut().pop();
        Ok(value)
    }

    fn path(&self) -> String {
        let mut path = String::new();
        for step in &*self.0.borrow() {
            // Writing to a string cannot fail.
            let _ = match step {
                Step::Item(index) => write!(path, "[{index}]"),
                Step::Field(name) if path.is_empty() => write!(path, "{}", shown(name)),
                Step::Field(name) => write!(path, ".{}", shown(name)),
            };
        }
        path
    }
}

/// A value that notes on the trail where it is.
struct Tracked<'a> {
    value: &'a Value,
    trail: &'a Trail,
}

impl<'de> Deserializer<'de> for Tracked<'de> {
    type Error = serde_json::Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Self::Error> {
        match self.value {
            Value::Object(map) => visitor.visit_map(TrackedMap { entries: map.iter(), value: None, trail: self.trail }),
            Value::Array(items) => visitor.visit_seq(TrackedSeq { items: items.iter().enumerate(), trail: self.trail }),
            plain => plain.deserialize_any(visitor),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Self::Error> {
        if self.value.is_null() { visitor.visit_none() } else { visitor.visit_some(self) }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Self::Error> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Self::Error> {
        self.value.deserialize_enum(name, variants, visitor)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct seq tuple
        tuple_struct map struct identifier ignored_any
    }
}

struct TrackedMap<'a> {
    entries: serde_json::map::Iter<'a>,
    value: Option<(&'a str, &'a Value)>,
    trail: &'a Trail,
}

impl<'de> MapAccess<'de> for TrackedMap<'de> {
    type Error = serde_json::Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Self::Error> {
        let Some((name, value)) = self.entries.next() else { return Ok(None) };
        self.value = Some((name, value));
        let name = serde::de::value::BorrowedStrDeserializer::new(name);
        seed.deserialize(name).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Self::Error> {
        let (name, value) = self.value.take().unwrap_or(("", &Value::Null));
        let trail = self.trail;
        trail.walk(Step::Field(name.to_owned()), || seed.deserialize(Tracked { value, trail }))
    }
}

struct TrackedSeq<'a> {
    items: std::iter::Enumerate<std::slice::Iter<'a, Value>>,
    trail: &'a Trail,
}

impl<'de> SeqAccess<'de> for TrackedSeq<'de> {
    type Error = serde_json::Error;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Self::Error> {
        let Some((index, value)) = self.items.next() else { return Ok(None) };
        let trail = self.trail;
        trail.walk(Step::Item(index), || seed.deserialize(Tracked { value, trail })).map(Some)
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use serde::Deserialize;
    use serde_json::{Value, json};

    use super::typed;

    #[derive(Debug, Deserialize)]
    #[expect(dead_code, reason = "only whether it can be read matters")]
    struct Config {
        hidden_size: usize,
        dropout: Option<f32>,
        #[serde(default)]
        act: Act,
        vision: Option<Inner>,
    }

    #[derive(Debug, Default, Deserialize)]
    #[serde(rename_all = "snake_case")]
    enum Act {
        #[default]
        Gelu,
        Relu,
    }

    #[derive(Debug, Deserialize)]
    #[expect(dead_code, reason = "only whether it can be read matters")]
    struct Inner {
        patch_size: u32,
        #[serde(default)]
        sizes: Vec<u8>,
    }

    fn error(config: &Value) -> String {
        let config = config.as_object().expect("an object");
        typed::<Config>(Path::new("m/config.json"), config).expect_err("a wrong configuration").to_string()
    }

    #[test]
    fn errors_name_the_field() {
        let field = |config| error(&config);
        assert_eq!(
            field(json!({"hidden_size": "a"})),
            r#"m/config.json, field "hidden_size": invalid type: string "a", expected usize"#
        );
        assert!(field(json!({"hidden_size": -3})).contains(r#"field "hidden_size": invalid value"#));
        assert!(field(json!({"hidden_size": 1, "dropout": []})).contains(r#"field "dropout""#));
        assert!(field(json!({"hidden_size": 1, "act": "tanh"})).contains("unknown variant `tanh`"));
        let nested = json!({"hidden_size": 1, "vision": {"patch_size": 1, "sizes": [1, 2, 300]}});
        assert!(field(nested).contains(r#"field "vision"."sizes"[2]"#));
        let missing = json!({"hidden_size": 1, "vision": {}});
        assert!(field(missing).contains(r#"field "vision": missing field `patch_size`"#));
        assert_eq!(field(json!({})), "m/config.json: missing field `hidden_size`");
    }

    #[test]
    fn sound_values_are_read() {
        let config = json!({"hidden_size": 8, "dropout": 1, "act": "relu", "other": {"x": [null]},
            "vision": {"patch_size": 4}});
        let config: Config = typed(Path::new(""), config.as_object().expect("an object")).expect("sound");
        assert_eq!((config.hidden_size, config.dropout), (8, Some(1.0)));
        assert!(matches!(config.act, Act::Relu));
    }
}
