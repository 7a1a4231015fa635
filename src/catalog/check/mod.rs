//! The rules that a catalogue keeps, beyond its form.

mod cited;
mod lineage;
mod sizes;
mod texts;

use super::entry::{Entry, Page};
use super::fault::Fault;
use super::read::{self, Note, Outcome, Step};

/// A file that was read.
pub struct Read<'a, T> {
    /// Its name within the catalogue.
    pub file: &'a str,
    /// Its name without the ending.
    pub stem: &'a str,
    /// Its text.
    pub yaml: &'a str,
    /// What reading it came to.
    pub outcome: &'a Outcome<T>,
}

impl<T> Read<'_, T> {
    fn faults(&self, notes: Vec<Note>) -> impl Iterator<Item = Fault> {
        notes.into_iter().map(|note| read::located(self.file, self.yaml, note))
    }
}

/// Where a rule is broken.
#[derive(Clone, Default)]
struct At(Vec<Step>);

impl At {
    fn new(key: &str) -> Self {
        Self::default().key(key)
    }

    fn key(&self, key: &str) -> Self {
        let mut path = self.0.clone();
        path.push(Step::Key(key.to_owned()));
        Self(path)
    }

    fn item(&self, index: usize) -> Self {
        let mut path = self.0.clone();
        path.push(Step::Item(index));
        Self(path)
    }
}

/// What was found so far in one file.
#[derive(Default)]
struct Found(Vec<Note>);

impl Found {
    fn add(&mut self, at: At, message: impl Into<String>) {
        self.0.push(Note { path: at.0, message: message.into() });
    }
}

/// The faults of entries.
pub fn entries(files: &[Read<'_, Entry>]) -> Vec<Fault> {
    let mut faults = Vec::new();
    for (at, file) in files.iter().enumerate() {
        let mut found = Found::default();
        texts::check(file.yaml, &mut found);
        if let Some(entry) = &file.outcome.found {
            named(file, &entry.head.id, &mut found);
            if files[..at].iter().any(|other| other.outcome.found.as_ref().is_some_and(|e| e.head.id == entry.head.id))
            {
                found.add(At::new("id"), format!("the id {:?} is that of another file too", entry.head.id));
            }
            beginning(file, &mut found);
            // Places in lists are those of the file only where every item could be read.
            if file.outcome.whole {
                texts::entry(entry, &mut found);
                cited::entry(entry, &mut found);
                sizes::entry(entry, &mut found);
                lineage::entry(entry, files, &mut found);
            }
        }
        faults.extend(file.faults(found.0));
    }
    faults
}

/// The faults of pages of the survey.
pub fn pages(files: &[Read<'_, Page>]) -> Vec<Fault> {
    let mut faults = Vec::new();
    for file in files {
        let mut found = Found::default();
        texts::check(file.yaml, &mut found);
        if let Some(page) = &file.outcome.found {
            named(file, &page.id, &mut found);
            if page.survey.is_empty() {
                found.add(At::new("survey"), "a page of the survey needs a claim");
            }
            if file.outcome.whole {
                cited::page(page, &mut found);
            }
        }
        faults.extend(file.faults(found.0));
    }
    faults
}

/// An id is the name of its file, in small letters.
fn named<T>(file: &Read<'_, T>, id: &str, found: &mut Found) {
    if id != file.stem {
        found.add(At::new("id"), format!("the id {id:?} is not the name of the file: expected {:?}", file.stem));
    }
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '-' | '.' | '_');
    if !id.chars().all(plain) {
        found.add(At::new("id"), format!("the id {id:?} has other than small letters, figures, - . _"));
    }
}

/// What the program reads at its start stands above the summary.
fn beginning(file: &Read<'_, Entry>, found: &mut Found) {
    let summary = read::line(file.yaml, &At::new("summary").0);
    let fields = ["id", "name", "aliases", "organisations", "released", "released_note", "section", "kind", "paper"];
    for field in fields {
        if read::line(file.yaml, &At::new(field).0) > summary {
            found.add(
                At::new(field),
                format!("{field} stands below the summary: the program starts by reading no further"),
            );
        }
    }
}
