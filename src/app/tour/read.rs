//! Reading a tour. What is wrong is noted with its field, and reading goes on, so that one look finds every fault.

use std::cell::RefCell;

use super::{Expect, Stop, Tour};
use crate::app::Address;
use crate::catalog::Fault;
use crate::catalog::read::{Fields, Node, read};

/// Fewer words say nothing, more than this hide the picture in a small window.
const LONGEST: usize = 420;

/// The tour of a file, or all that is wrong with it.
pub fn tour(file: &str, id: &str, yaml: &str) -> Result<Tour, Vec<Fault>> {
    let outcome = read(file, yaml, |node| {
        let fields = node.map()?;
        let title = fields.required("title").and_then(|node| node.text());
        let summary = fields.required("summary").and_then(|node| node.text());
        let stops = fields.required_list("stops", stop);
        if stops.is_empty() {
            fields.missing("stops", "needs one stop at least that can be read");
        }
        fields.finish();
        Some(Tour { id: id.to_owned(), title: title?, summary: summary?, stops })
    });
    match outcome.found {
        Some(tour) if outcome.faults.is_empty() => Ok(tour),
        _ => Err(outcome.faults),
    }
}

fn stop(node: &Node<'_>) -> Option<Stop> {
    let fields = node.map()?;
    let address = fields.required("address").and_then(|node| address(&node));
    let words = fields.required("words").and_then(|node| {
        let words = node.text()?;
        for text in [&words.en, &words.zh] {
            if text.chars().count() > LONGEST {
                node.fault(format!(
                    "{} characters are too many beside a picture; at most {LONGEST}",
                    text.chars().count()
                ));
            }
        }
        Some(words)
    });
    let keys = fields.optional("keys").map(|node| node.text());
    let expect = fields.list("expect", expect);
    fields.finish();
    Some(Stop { address: address?, words: words?, keys: keys.flatten(), expect })
}

fn address(node: &Node<'_>) -> Option<Address> {
    let line = node.string()?;
    line.parse().map_err(|error| node.fault(format!("{error}"))).ok()
}

/// One claim: a map of one name, and what it says.
fn expect(node: &Node<'_>) -> Option<Expect> {
    let fields = node.map()?;
    let found = RefCell::new(Vec::new());
    let add = |expect: Option<Expect>| found.borrow_mut().extend(expect);
    if let Some(node) = fields.optional("weight") {
        add(between(&node).map(|(fields, limits)| {
            let place = |key| fields.optional(key).and_then(|node| whole(&node));
            let cell = (place("query"), place("key"));
            fields.finish();
            Expect::Weight { query: cell.0, key: cell.1, limits }
        }));
    }
    if let Some(node) = fields.optional("value") {
        add(between(&node).map(|(fields, limits)| {
            let place = |key| fields.optional(key).and_then(|node| whole(&node));
            let cell = (place("query"), place("key"));
            fields.finish();
            Expect::Value { query: cell.0, key: cell.1, limits }
        }));
    }
    if let Some(node) = fields.optional("pattern") {
        add(between(&node).and_then(|(fields, limits)| {
            let name = fields.required("of").and_then(|node| node.string());
            fields.finish();
            Some(Expect::Pattern { name: name?, limits })
        }));
    }
    if let Some(node) = fields.optional("predicts") {
        add(between(&node).and_then(|(fields, limits)| {
            let token = fields.required("token").and_then(|node| node.string());
            fields.finish();
            Some(Expect::Predicts { token: token?, limits })
        }));
    }
    if let Some(node) = fields.optional("hidden") {
        add(node.string().map(|reason| Expect::Hidden { reason }));
    }
    if let Some(node) = fields.optional("writes") {
        add(node.string().map(|text| Expect::Writes { text }));
    }
    fields.finish();
    let mut found = found.into_inner();
    if found.len() != 1 {
        node.fault("expected one of weight, value, pattern, predicts, hidden, writes");
    }
    found.pop()
}

/// The limits of a number: at least, at most; one of them must be there.
fn between<'a>(node: &Node<'a>) -> Option<(Fields<'a>, (f32, f32))> {
    let fields = node.map()?;
    let limit = |key| fields.optional(key).and_then(|node| decimal(&node));
    let (least, most) = (limit("at_least"), limit("at_most"));
    if least.is_none() && most.is_none() {
        fields.missing("at_least", "or at_most is missing: nothing would be measured");
    }
    Some((fields, (least.unwrap_or(f32::NEG_INFINITY), most.unwrap_or(f32::INFINITY))))
}

fn decimal(node: &Node<'_>) -> Option<f32> {
    let number = node.json().as_f64();
    if number.is_none() {
        node.fault("expected a number");
    }
    number.map(|number| number as f32)
}

fn whole(node: &Node<'_>) -> Option<usize> {
    let number = node.json().as_u64();
    if number.is_none() {
        node.fault("expected a whole number from 0 on");
    }
    number.map(|number| number as usize)
}
