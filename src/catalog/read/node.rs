//! A place in a tree while it is read: what is wrong is noted with the place, and reading goes on, so that one look
//! finds every fault.

use std::cell::{Cell, RefCell};

use super::tree::{Step, Tree};
use crate::catalog::values::{Cited, Date, Quantity, Text, joined};
use crate::catalog::words::{self, Word};

/// Something wrong, and where.
#[derive(Clone, Debug)]
pub struct Note {
    /// The way to it.
    pub path: Vec<Step>,
    /// What is wrong, what was expected.
    pub message: String,
}

/// The faults of a file.
#[derive(Default)]
pub struct Notes {
    notes: RefCell<Vec<Note>>,
    dropped: Cell<bool>,
}

impl Notes {
    /// Adds one.
    pub fn add(&self, path: Vec<Step>, message: String) {
        self.notes.borrow_mut().push(Note { path, message });
    }

    /// All of them, and whether items of lists had to be left out, so that places in lists are no longer those of the
    /// file.
    pub fn into_parts(self) -> (Vec<Note>, bool) {
        (self.notes.into_inner(), self.dropped.get())
    }
}

/// A value and the way to it.
#[derive(Clone)]
pub struct Node<'a> {
    /// The value.
    pub tree: &'a Tree,
    /// The way to it.
    pub path: Vec<Step>,
    notes: &'a Notes,
}

impl<'a> Node<'a> {
    /// The whole of a file.
    pub fn root(tree: &'a Tree, notes: &'a Notes) -> Self {
        Self { tree, path: Vec::new(), notes }
    }

    /// Notes what is wrong with this value.
    pub fn fault(&self, message: impl Into<String>) {
        self.notes.add(self.path.clone(), message.into());
    }

    fn expected(&self, what: &str) {
        self.fault(format!("expected {what}, found {}", kind(self.tree)));
    }

    fn inside(&self, step: Step, tree: &'a Tree) -> Self {
        let mut path = self.path.clone();
        path.push(step);
        Self { tree, path, notes: self.notes }
    }

    /// The value as a map, whose keys are then asked for one by one.
    pub fn map(&self) -> Option<Fields<'a>> {
        if let Tree::Map(entries) = self.tree {
            return Some(Fields { node: self.clone(), entries, known: RefCell::default() });
        }
        self.expected("a map of fields");
        None
    }

    /// The items of a list.
    pub fn items(&self) -> Vec<Self> {
        if let Tree::List(items) = self.tree {
            return items.iter().enumerate().map(|(at, item)| self.inside(Step::Item(at), item)).collect();
        }
        self.expected("a list");
        Vec::new()
    }

    /// A single value, or the items of a list.
    fn one_or_more(&self) -> Vec<Self> {
        if matches!(self.tree, Tree::List(_)) { self.items() } else { vec![self.clone()] }
    }

    /// A text that reads the same in both languages.
    pub fn string(&self) -> Option<String> {
        match self.tree {
            Tree::Text(text) if !text.trim().is_empty() => return Some(joined(text)),
            Tree::Text(_) => self.fault("expected a text, found an empty one"),
            Tree::Number(_) | Tree::Bool(_) => {
                self.fault(format!("expected a text, found {}: put it in quotes", kind(self.tree)));
            }
            _ => self.expected("a text"),
        }
        None
    }

    /// A text in both languages, or a plain one for both.
    pub fn text(&self) -> Option<Text> {
        if !matches!(self.tree, Tree::Map(_)) {
            return self.string().map(Text::same);
        }
        let fields = self.map()?;
        let en = fields.required("en").and_then(|node| node.string());
        let zh = fields.required("zh").and_then(|node| node.string());
        fields.finish();
        Some(Text { en: en?, zh: zh? })
    }

    /// A word of a closed list.
    pub fn word(&self, list: &'static [Word]) -> Option<&'static Word> {
        let text = self.string()?;
        let found = words::find(list, &text);
        if found.is_none() {
            let known: Vec<&str> = list.iter().map(|word| word.id).collect();
            self.fault(format!("{text:?} is none of the words known here: {}", known.join(", ")));
        }
        found
    }

    /// A word, or a list of words.
    pub fn words(&self, list: &'static [Word]) -> Vec<&'static Word> {
        self.one_or_more().iter().filter_map(|node| node.word(list)).collect()
    }

    /// A quantity.
    pub fn quantity(&self) -> Option<Quantity> {
        let written = match self.tree {
            Tree::Number(number) => number.to_string(),
            _ => self.string()?,
        };
        let quantity = Quantity::parse(&written);
        if quantity.is_none() {
            self.fault(format!("{written:?} is no quantity: expected a number as 117M, 1.5B, 3.1e23 or 300M..2B"));
        }
        quantity
    }

    /// A date.
    pub fn date(&self) -> Option<Date> {
        let written = match self.tree {
            Tree::Number(number) => number.to_string(),
            _ => self.string()?,
        };
        let date = Date::parse(&written);
        if date.is_none() {
            self.fault(format!("{written:?} is no date: expected one as 2019-02 or 2019-02-14"));
        }
        date
    }

    /// A place in a source, or several.
    pub fn cited(&self) -> Vec<Cited> {
        let cite = |text: String| {
            let (key, place) = text.split_once(' ').unwrap_or((&text, ""));
            Cited { key: key.to_owned(), place: place.trim().to_owned() }
        };
        self.one_or_more().iter().filter_map(Self::string).map(cite).collect()
    }

    /// Any value, as it would stand in a `config.json`.
    pub fn json(&self) -> serde_json::Value {
        use serde_json::Value;
        match self.tree {
            Tree::Null => Value::Null,
            Tree::Bool(value) => Value::Bool(*value),
            Tree::Number(number) => Value::Number(number.clone()),
            Tree::Text(text) => Value::String(text.clone()),
            Tree::List(_) => Value::Array(self.items().iter().map(Self::json).collect()),
            Tree::Map(entries) => {
                let mut object = serde_json::Map::new();
                for (key, value) in entries {
                    if object.contains_key(key) {
                        self.inside(Step::Again(key.clone()), value).fault("this key is already there");
                    }
                    object.insert(key.clone(), self.inside(Step::Key(key.clone()), value).json());
                }
                Value::Object(object)
            }
        }
    }
}

/// What a value is, in words.
fn kind(tree: &Tree) -> String {
    match tree {
        Tree::Null => "nothing".to_owned(),
        Tree::Bool(value) => format!("{value}"),
        Tree::Number(number) => format!("the number {number}"),
        Tree::Text(text) => format!("the text {:?}", text.chars().take(40).collect::<String>()),
        Tree::List(_) => "a list".to_owned(),
        Tree::Map(_) => "a map".to_owned(),
    }
}

/// The fields of a map while they are read.
pub struct Fields<'a> {
    node: Node<'a>,
    entries: &'a [(String, Tree)],
    known: RefCell<Vec<&'static str>>,
}

impl<'a> Fields<'a> {
    /// A field that may be left out.
    pub fn optional(&self, key: &'static str) -> Option<Node<'a>> {
        self.known.borrow_mut().push(key);
        let (_, tree) = self.entries.iter().find(|(name, _)| name == key)?;
        Some(self.node.inside(Step::Key(key.to_owned()), tree))
    }

    /// A field that must be there.
    pub fn required(&self, key: &'static str) -> Option<Node<'a>> {
        let found = self.optional(key);
        if found.is_none() {
            self.missing(key, "is missing");
        }
        found
    }

    /// Notes a field that should be there.
    pub fn missing(&self, key: &str, message: &str) {
        self.node.inside(Step::Key(key.to_owned()), self.node.tree).fault(format!("{key} {message}"));
    }

    /// The items of a list that may be left out.
    pub fn list<T>(&self, key: &'static str, read: impl Fn(&Node<'a>) -> Option<T>) -> Vec<T> {
        self.optional(key).map(|node| self.each(&node, read)).unwrap_or_default()
    }

    /// The same of a list that must be there.
    pub fn required_list<T>(&self, key: &'static str, read: impl Fn(&Node<'a>) -> Option<T>) -> Vec<T> {
        self.required(key).map(|node| self.each(&node, read)).unwrap_or_default()
    }

    fn each<T>(&self, node: &Node<'a>, read: impl Fn(&Node<'a>) -> Option<T>) -> Vec<T> {
        let items = node.items();
        let found: Vec<T> = items.iter().filter_map(read).collect();
        if found.len() < items.len() {
            self.node.notes.dropped.set(true);
        }
        found
    }

    /// Places in sources.
    pub fn cited(&self, key: &'static str) -> Vec<Cited> {
        self.optional(key).map(|node| node.cited()).unwrap_or_default()
    }

    /// Says that all known fields were asked for: others are faults, and so are those that are there twice.
    pub fn finish(self) {
        let known = self.known.borrow();
        for (at, (key, tree)) in self.entries.iter().enumerate() {
            if self.entries[..at].iter().any(|(before, _)| before == key) {
                self.node.inside(Step::Again(key.clone()), tree).fault("this field is already there");
            } else if !known.contains(&key.as_str()) {
                let names = known.join(", ");
                let node = self.node.inside(Step::Key(key.clone()), tree);
                node.fault(format!("there is no field {key:?} here; there are {names}"));
            }
        }
    }
}
