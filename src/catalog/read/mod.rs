//! Reading: YAML to a tree, a tree to an entry; every fault with its line.

mod entry;
mod node;
mod tree;
mod variant;

pub use node::{Fields, Node, Note, Notes};
pub use tree::{Step, Tree, line, parse};

use super::entry::{Entry, Head, Page};
use super::fault::Fault;

/// What reading a file came to.
pub struct Outcome<T> {
    /// What was read, unless something is missing that it cannot be without.
    pub found: Option<T>,
    /// What is wrong.
    pub faults: Vec<Fault>,
    /// Whether every item of its lists was read, so that places in lists are those of the file.
    pub whole: bool,
}

/// The line, from 1, on which the value behind these keys, one inside the other, stands in a YAML text; that of the last
/// key that is there.
pub fn line_of_keys(yaml: &str, keys: &[&str]) -> usize {
    let path: Vec<Step> = keys.iter().map(|key| Step::Key((*key).to_owned())).collect();
    tree::line(yaml, &path)
}

/// The whole of an entry.
pub fn entry(file: &str, yaml: &str) -> Outcome<Entry> {
    read(file, yaml, entry::entry)
}

/// The whole of a page of the survey.
pub fn page(file: &str, yaml: &str) -> Outcome<Page> {
    read(file, yaml, entry::page)
}

/// What an entry begins with: what stands above its summary is read, no more.
pub fn head(file: &str, yaml: &str) -> Outcome<Head> {
    let end = yaml.find("\nsummary:").map_or(yaml.len(), |end| end + 1);
    read(file, &yaml[..end], |node| entry::head(&node.map()?))
}

/// A file of any form that is read in this way.
pub fn read<T>(file: &str, yaml: &str, read: impl Fn(&Node<'_>) -> Option<T>) -> Outcome<T> {
    let tree = match tree::parse(yaml) {
        Ok(tree) => tree,
        Err(broken) => {
            let message = format!("this is no YAML: {}", broken.message);
            let fault = Fault { file: file.to_owned(), line: broken.line, field: String::new(), message };
            return Outcome { found: None, faults: vec![fault], whole: false };
        }
    };
    let notes = Notes::default();
    let found = read(&Node::root(&tree, &notes));
    let (notes, dropped) = notes.into_parts();
    let faults = notes.into_iter().map(|note| located(file, yaml, note)).collect();
    Outcome { found, faults, whole: !dropped }
}

/// A note with its file and line.
pub fn located(file: &str, yaml: &str, note: Note) -> Fault {
    let line = tree::line(yaml, &note.path);
    Fault { file: file.to_owned(), line, field: tree::shown(&note.path), message: note.message }
}
