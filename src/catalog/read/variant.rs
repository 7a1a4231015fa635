//! Variants and their configs.

use std::sync::OnceLock;

use serde_json::{Map, Value};

use super::entry::fact;
use super::node::{Fields, Node};
use crate::catalog::entry::{Fact, Figure, Variant};
use crate::catalog::values::Quantity;
use crate::catalog::words::{self, SIZES, Word};

/// Reads a configuration.
pub fn config(node: &Node<'_>) -> Map<String, Value> {
    if let Value::Object(object) = node.json() {
        return object;
    }
    node.fault("expected the fields of a config.json");
    Map::new()
}

/// Reads a variant; `common` is what its entry's variants share.
pub fn variant(node: &Node<'_>, common: &Map<String, Value>) -> Option<Variant> {
    let fields = node.map()?;
    let name = fields.required("name").and_then(|node| node.string());
    let text = |key| fields.optional(key).and_then(|node: Node<'_>| node.text());
    let (about, unknown, why_different) = (text("about"), text("unknown"), text("why_different"));
    let mut merged = common.clone();
    if let Some(node) = fields.optional("config") {
        merged.extend(config(&node));
    }
    let classes = fields.list("classes", Node::string);
    if unknown.is_some() {
        merged.clear();
    }
    if unknown.is_some() != classes.is_empty() {
        node.fault("expected either classes (with a config), or unknown, which says why there is no config");
    }
    let variant = Variant {
        name: name?,
        about,
        published: fields.required_list("published", figure),
        active: fields.list("active", figure),
        config: merged,
        classes,
        unknown,
        sizes: fields.optional("sizes").map(|node| sizes(&node)).unwrap_or_default(),
        sizes_status: fields.optional("sizes_status").and_then(|node| node.word(words::STATUSES)),
        sizes_source: fields.cited("sizes_source"),
        why_different,
        tokens: own_fact(&fields, "tokens"),
        compute: own_fact(&fields, "compute"),
        counted: OnceLock::new(),
    };
    fields.finish();
    Some(variant)
}

fn own_fact(fields: &Fields<'_>, key: &'static str) -> Option<Fact> {
    fact(&fields.optional(key)?, words::fact(key)?)
}

fn figure(node: &Node<'_>) -> Option<Figure> {
    let fields = node.map()?;
    let value = fields.required("value").and_then(|node| node.quantity());
    let note = fields.optional("note").and_then(|node| node.text());
    let status = fields.optional("status").and_then(|node| node.word(words::STATUSES));
    let source = fields.cited("source");
    fields.finish();
    Some(Figure { value: value?, note, status, source })
}

fn sizes(node: &Node<'_>) -> Vec<(&'static Word, Quantity)> {
    let Some(fields) = node.map() else { return Vec::new() };
    let read = |word: &'static Word| Some((word, fields.optional(word.id)?.quantity()?));
    let sizes = SIZES.iter().filter_map(read).collect();
    fields.finish();
    sizes
}
