//! Lines of descent lead to what exists and is older, and never round in a circle.

use super::{At, Found, Read};
use crate::catalog::entry::Entry;

/// The lines of descent of an entry among all.
pub fn entry(entry: &Entry, files: &[Read<'_, Entry>], found: &mut Found) {
    let id = &entry.head.id;
    let other = |id: &str| files.iter().filter_map(|file| file.outcome.found.as_ref()).find(|e| e.head.id == id);
    for (i, link) in entry.lineage.iter().enumerate() {
        let Some(from) = &link.from else { continue };
        let at = At::new("lineage").item(i).key("from");
        if from == id {
            found.add(at, "a model does not descend from itself");
            continue;
        }
        let Some(parent) = other(from) else {
            // A faulty file is named by its own fault.
            if !files.iter().any(|file| file.stem == from) {
                found.add(
                    at,
                    format!("there is no entry {from:?}; what the catalogue does not hold is named by outside"),
                );
            }
            continue;
        };
        let (own, older) = (entry.head.released, parent.head.released);
        if (own.year, own.month) < (older.year, older.month) {
            found.add(at.clone(), format!("{from} came out later ({older}) than {id} ({own})"));
        }
        if let Some(circle) = way(from, id, &other) {
            found.add(at, format!("the line of descent goes round in a circle: {id} from {}", circle.join(" from ")));
        }
    }
}

/// The way from one entry up to another, if there is one.
fn way<'a>(from: &str, to: &str, entry: &impl Fn(&str) -> Option<&'a Entry>) -> Option<Vec<String>> {
    let mut ways = vec![vec![from.to_owned()]];
    let mut seen = vec![from.to_owned()];
    while let Some(way) = ways.pop() {
        let last = way.last()?;
        if last == to {
            return Some(way);
        }
        for next in entry(last).iter().flat_map(|entry| &entry.lineage).filter_map(|link| link.from.as_ref()) {
            if !seen.contains(next) {
                seen.push(next.clone());
                ways.push(way.iter().chain([next]).cloned().collect());
            }
        }
    }
    None
}
