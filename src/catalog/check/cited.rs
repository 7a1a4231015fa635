//! Sources are given and exist; facts that are not known say why.

use std::collections::HashSet;

use super::{At, Found};
use crate::catalog::Claim;
use crate::catalog::entry::{Entry, Fact, Figure, Page, Source};
use crate::catalog::values::Cited;
use crate::catalog::words::{FactField, Word};

/// The sources of a file while its citations are looked at.
struct Sources<'a> {
    keys: HashSet<&'a str>,
    found: &'a mut Found,
}

impl<'a> Sources<'a> {
    fn new(sources: &'a [Source], found: &'a mut Found) -> Self {
        let mut keys = HashSet::new();
        for (i, source) in sources.iter().enumerate() {
            let at = At::new("sources").item(i).key("key");
            if source.key.contains(char::is_whitespace) {
                found.add(at.clone(), format!("the key {:?} has a blank in it: a citation ends it there", source.key));
            }
            if !keys.insert(source.key.as_str()) {
                found.add(at, format!("the key {:?} is already that of another source", source.key));
            }
        }
        if sources.is_empty() {
            found.add(At::new("sources"), "no source is given");
        }
        Self { keys, found }
    }

    /// Every citation names a source.
    fn known(&mut self, at: &At, cited: &[Cited]) {
        for place in cited {
            if !self.keys.contains(place.key.as_str()) {
                let mut keys: Vec<&str> = self.keys.iter().copied().collect();
                keys.sort_unstable();
                let message = format!("no source has the key {:?}; there are {}", place.key, keys.join(", "));
                self.found.add(at.key("source"), message);
            }
        }
    }

    /// There is a citation, unless the statement does not rest on one.
    fn given(&mut self, at: &At, cited: &[Cited], status: Option<&'static Word>) {
        self.known(at, cited);
        let free = status.is_some_and(|status| matches!(status.id, "unstated" | "recalled" | "estimated"));
        if cited.is_empty() && !free {
            self.found.add(at.key("source"), "source is missing");
        }
    }

    fn claims(&mut self, claims: &[Claim]) {
        for (i, claim) in claims.iter().enumerate() {
            let at = At::new("survey").item(i);
            self.known(&at, &claim.source);
            if claim.source.is_empty() && claim.verdict.id != "unverified" {
                self.found.add(at.key("source"), "source is missing: a verdict rests on one unless it is unverified");
            }
        }
    }

    fn figures(&mut self, at: &At, figures: &[Figure]) {
        for (i, figure) in figures.iter().enumerate() {
            self.given(&at.item(i), &figure.source, figure.status);
        }
    }

    fn fact(&mut self, at: &At, field: &FactField, fact: &Fact) {
        self.given(at, &fact.source, fact.status);
        let says = !fact.is.is_empty() || fact.value.is_some() || fact.text.is_some() || !fact.parts.is_empty();
        let status = fact.status.map_or("", |status| status.id);
        if fact.is_unknown() {
            if fact.why.is_none() {
                self.found.add(at.key("why"), format!("why is missing: why is this {status}?"));
            }
            if fact.value.is_some() || !fact.is.is_empty() {
                self.found.add(at.key("status"), format!("what is {status} has neither a value nor words"));
            }
        } else if !says {
            let message = "nothing is said: expected is, value or text, or a status that says why nothing is known";
            self.found.add(at.clone(), message);
        } else if field.required && !field.words.is_empty() && fact.is.is_empty() {
            let words: Vec<&str> = field.words.iter().map(|word| word.id).collect();
            self.found.add(at.key("is"), format!("is is missing: one or more of {}", words.join(", ")));
        }
        if status == "presumed" && fact.why.is_none() {
            self.found.add(at.key("why"), "why is missing: what does the presumption rest on?");
        }
    }
}

/// The citations of an entry.
pub fn entry(entry: &Entry, found: &mut Found) {
    let mut sources = Sources::new(&entry.sources, found);
    for (i, link) in entry.lineage.iter().enumerate() {
        sources.given(&At::new("lineage").item(i), &link.source, link.status);
    }
    for (field, fact) in &entry.facts {
        sources.fact(&At::new("facts").key(field.id), field, fact);
    }
    for (i, objective) in entry.objectives.iter().enumerate() {
        sources.given(&At::new("objectives").item(i), &objective.source, objective.status);
    }
    for (i, variant) in entry.variants.iter().enumerate() {
        let at = At::new("variants").item(i);
        sources.figures(&at.key("published"), &variant.published);
        sources.figures(&at.key("active"), &variant.active);
        sources.known(&at, &variant.sizes_source);
        for (id, fact) in [("tokens", &variant.tokens), ("compute", &variant.compute)] {
            if let (Some(fact), Some(field)) = (fact, crate::catalog::words::fact(id)) {
                sources.fact(&at.key(id), field, fact);
            }
        }
    }
    sources.claims(&entry.survey);
}

/// The citations of a page of the survey.
pub fn page(page: &Page, found: &mut Found) {
    Sources::new(&page.sources, found).claims(&page.survey);
}
