//! From a tree to an entry or a page, with everything that is wrong in it.

use super::node::{Fields, Node};
use super::variant;
use crate::catalog::entry::{Claim, Entry, Fact, Head, Link, Objective, Page, Paper, Part, Source};
use crate::catalog::words::{self, FACTS, FactField};

/// Reads the fields that an entry begins with.
pub fn head(fields: &Fields<'_>) -> Option<Head> {
    let string = |key| fields.required(key).and_then(|node| node.string());
    let (id, name) = (string("id"), string("name"));
    let aliases = fields.list("aliases", Node::string);
    let organisations = fields.required_list("organisations", Node::string);
    let released = fields.required("released").and_then(|node| node.date());
    let released_note = fields.optional("released_note").and_then(|node| node.text());
    let section = fields.required("section").and_then(|node| node.word(words::SECTIONS));
    let kind = fields.required("kind").and_then(|node| node.word(words::KINDS));
    let paper = fields.required("paper").and_then(|node| paper(&node));
    Some(Head {
        id: id?,
        name: name?,
        aliases,
        organisations,
        released: released?,
        released_note,
        section: section?,
        kind: kind?,
        paper: paper?,
    })
}

fn paper(node: &Node<'_>) -> Option<Paper> {
    let fields = node.map()?;
    let title = fields.required("title").and_then(|node| node.string());
    let arxiv = fields.optional("arxiv").and_then(|node| {
        let number = node.string()?;
        let fits = number.split_once('.').is_some_and(|(month, rest)| {
            month.len() == 4 && rest.len() >= 4 && (month.to_owned() + rest).bytes().all(|b| b.is_ascii_digit())
        });
        if !fits {
            node.fault(format!("{number:?} is no arXiv number: expected one as \"1910.10683\""));
        }
        Some(number)
    });
    let url = fields.optional("url").and_then(|node| {
        let address = node.string()?;
        if !address.starts_with("https://") && !address.starts_with("http://") {
            node.fault(format!("{address:?} is no address: expected https://…"));
        }
        Some(address)
    });
    fields.finish();
    Some(Paper { title: title?, arxiv, url })
}

/// Reads an entry.
pub fn entry(node: &Node<'_>) -> Option<Entry> {
    let fields = node.map()?;
    let head = head(&fields);
    let summary = fields.required("summary").and_then(|node| node.text());
    let confidence = fields.optional("confidence").and_then(|node| node.word(words::CONFIDENCES));
    let confidence_note = fields.optional("confidence_note").and_then(|node| node.text());
    let confidence = confidence.unwrap_or(&words::CONFIDENCES[0]);
    if confidence.id != "high" && confidence_note.is_none() {
        fields.missing("confidence_note", "is missing: what is not sure?");
    }
    let ideas = fields.required_list("ideas", Node::text);
    let lineage = fields.required_list("lineage", link);
    let facts = fields.required("facts").map(|node| facts(&node)).unwrap_or_default();
    let objectives = fields.required_list("objectives", objective);
    let config = fields.optional("config").map(|node| variant::config(&node)).unwrap_or_default();
    let variants = fields.required_list("variants", |node| variant::variant(node, &config));
    let survey = fields.required_list("survey", claim);
    let omitted = fields.list("omitted", Node::text);
    let notes = fields.list("notes", Node::text);
    let sources = fields.required_list("sources", source);
    fields.finish();
    Some(Entry {
        head: head?,
        confidence,
        confidence_note,
        summary: summary?,
        ideas,
        lineage,
        facts,
        objectives,
        variants,
        survey,
        omitted,
        notes,
        sources,
    })
}

/// Reads a page of the survey.
pub fn page(node: &Node<'_>) -> Option<Page> {
    let fields = node.map()?;
    let id = fields.required("id").and_then(|node| node.string());
    let title = fields.required("title").and_then(|node| node.text());
    let section = fields.required("section").and_then(|node| node.word(words::PAGES));
    let survey = fields.required_list("survey", claim);
    let sources = fields.required_list("sources", source);
    fields.finish();
    Some(Page { id: id?, title: title?, section: section?, survey, sources })
}

fn link(node: &Node<'_>) -> Option<Link> {
    let fields = node.map()?;
    let from = fields.optional("from").and_then(|node| node.string());
    let outside = fields.optional("outside").and_then(|node| node.text());
    if from.is_some() == outside.is_some() {
        node.fault("expected either from, the id of an entry, or outside, a name");
    }
    let how = fields.required("how").and_then(|node| node.word(words::DESCENTS));
    let text = fields.optional("text").and_then(|node| node.text());
    let status = fields.optional("status").and_then(|node| node.word(words::STATUSES));
    let source = fields.cited("source");
    fields.finish();
    Some(Link { from, outside, how: how?, text, status, source })
}

fn facts(node: &Node<'_>) -> Vec<(&'static FactField, Fact)> {
    let Some(fields) = node.map() else { return Vec::new() };
    let read = |field: &'static FactField| {
        let node = if field.required { fields.required(field.id) } else { fields.optional(field.id) };
        Some((field, fact(&node?, field)?))
    };
    let facts = FACTS.iter().filter_map(read).collect();
    fields.finish();
    facts
}

/// Reads a fact.
pub fn fact(node: &Node<'_>, field: &'static FactField) -> Option<Fact> {
    let fields = node.map()?;
    let mut fact = Fact {
        text: fields.optional("text").and_then(|node| node.text()),
        status: fields.optional("status").and_then(|node| node.word(words::STATUSES)),
        why: fields.optional("why").and_then(|node| node.text()),
        source: fields.cited("source"),
        ..Fact::default()
    };
    if !field.words.is_empty() {
        fact.is = fields.optional("is").map(|node| node.words(field.words)).unwrap_or_default();
    }
    if field.number {
        fact.value = fields.optional("value").and_then(|node| node.quantity());
    }
    if field.id == "data" {
        fact.parts = fields.list("parts", part);
    }
    fields.finish();
    Some(fact)
}

fn part(node: &Node<'_>) -> Option<Part> {
    let fields = node.map()?;
    let name = fields.required("name").and_then(|node| node.text());
    let size = fields.optional("size").and_then(|node| node.text());
    let share = fields.optional("share").and_then(|node| node.text());
    fields.finish();
    Some(Part { name: name?, size, share })
}

fn objective(node: &Node<'_>) -> Option<Objective> {
    let fields = node.map()?;
    let word = fields.required("id").and_then(|node| node.word(words::OBJECTIVES));
    let text = fields.optional("text").and_then(|node| node.text());
    let status = fields.optional("status").and_then(|node| node.word(words::STATUSES));
    let source = fields.cited("source");
    fields.finish();
    Some(Objective { word: word?, text, status, source })
}

fn claim(node: &Node<'_>) -> Option<Claim> {
    let fields = node.map()?;
    let says = fields.required("says").and_then(|node| node.text());
    let verdict = fields.required("verdict").and_then(|node| node.word(words::VERDICTS));
    let primary = fields.required("primary").and_then(|node| node.text());
    let source = fields.cited("source");
    fields.finish();
    Some(Claim { says: says?, verdict: verdict?, primary: primary?, source })
}

fn source(node: &Node<'_>) -> Option<Source> {
    let fields = node.map()?;
    let key = fields.required("key").and_then(|node| node.string());
    let title = fields.required("title").and_then(|node| node.text());
    let place = fields.required("where").and_then(|node| node.text());
    let access = fields.optional("access").map_or(Some(&words::ACCESSES[0]), |node| node.word(words::ACCESSES));
    fields.finish();
    Some(Source { key: key?, title: title?, place: place?, access: access? })
}
