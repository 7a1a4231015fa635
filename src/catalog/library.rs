//! All entries together: compiled in, or those of a directory.

use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock, OnceLock};

use super::entry::{Entry, Head, Page};
use super::fault::{CatalogError, Fault};
use super::read::Outcome;
use super::words::PAGES as PAGES_ORDER;
use super::{check, read};

// ENTRIES and PAGES: the files of `catalog/`, listed when this is built.
include!(concat!(env!("OUT_DIR"), "/catalog.rs"));

/// No entry is nearly as long.
const LARGEST: u64 = 1 << 20;

/// A file, and what was read out of it so far.
struct File<T> {
    name: String,
    yaml: String,
    read: OnceLock<Outcome<T>>,
}

impl<T> File<T> {
    fn new(name: &str, yaml: &str) -> Self {
        Self { name: name.to_owned(), yaml: yaml.to_owned(), read: OnceLock::new() }
    }

    /// The name without its ending, as ids should be.
    fn stem(&self) -> &str {
        let name = self.name.rsplit('/').next().unwrap_or(&self.name);
        name.strip_suffix(".yaml").or_else(|| name.strip_suffix(".yml")).unwrap_or(name)
    }

    fn get(&self, read: impl Fn(&str, &str) -> Outcome<T>) -> &Outcome<T> {
        self.read.get_or_init(|| read(&self.name, &self.yaml))
    }

    fn for_check(&self, read: impl Fn(&str, &str) -> Outcome<T>) -> check::Read<'_, T> {
        check::Read { file: &self.name, stem: self.stem(), yaml: &self.yaml, outcome: self.get(read) }
    }

    fn usable(&self, read: impl Fn(&str, &str) -> Outcome<T>) -> Result<&T, CatalogError> {
        let Outcome { found, faults, .. } = self.get(read);
        found.as_ref().ok_or_else(|| CatalogError::Faulty {
            // Without an entry there is a fault.
            fault: faults.first().cloned().unwrap_or_else(|| Fault {
                file: self.name.clone(),
                line: 1,
                field: String::new(),
                message: "this is no entry".to_owned(),
            }),
            others: faults.len().saturating_sub(1),
        })
    }
}

/// A catalogue.
pub struct Catalog {
    entries: Vec<File<Entry>>,
    heads: OnceLock<Vec<Head>>,
    pages: Vec<File<Page>>,
}

static BUILT_IN: LazyLock<Arc<Catalog>> = LazyLock::new(|| {
    let entries = ENTRIES.iter().map(|(name, yaml)| File::new(name, yaml)).collect();
    let pages = PAGES.iter().map(|(name, yaml)| File::new(name, yaml)).collect();
    Arc::new(Catalog::new(entries, pages))
});

impl Catalog {
    fn new(entries: Vec<File<Entry>>, pages: Vec<File<Page>>) -> Self {
        Self { entries, heads: OnceLock::new(), pages }
    }

    /// The one that is compiled in.
    pub fn built_in() -> Arc<Self> {
        Arc::clone(&BUILT_IN)
    }

    /// That of a directory: its YAML files, and those of `survey` in it.
    ///
    /// # Errors
    /// Where the directory or a file cannot be read, or there is no entry. Faults in entries are no errors here.
    pub fn open(dir: &Path) -> Result<Self, CatalogError> {
        let entries = files(dir, "")?;
        if entries.is_empty() {
            return Err(CatalogError::Empty { path: dir.to_owned() });
        }
        let survey = dir.join("survey");
        let pages = if survey.is_dir() { files(&survey, "survey/")? } else { Vec::new() };
        Ok(Self::new(entries, pages))
    }

    /// What the entries begin with, in the order of dates. Entries whose beginning is faulty are left out.
    pub fn heads(&self) -> &[Head] {
        self.heads.get_or_init(|| {
            let head = |file: &File<Entry>| read::head(&file.name, &file.yaml).found;
            let mut heads: Vec<Head> = self.entries.iter().filter_map(head).collect();
            heads.sort_by(|a, b| (a.released, &a.id).cmp(&(b.released, &b.id)));
            heads
        })
    }

    /// How many entries there are, faulty ones among them.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// An entry.
    ///
    /// # Errors
    /// Where there is none of that id, or it is faulty.
    pub fn entry(&self, id: &str) -> Result<&Entry, CatalogError> {
        let file = self.entries.iter().find(|file| file.stem() == id);
        let file = file.ok_or_else(|| CatalogError::Unknown { id: id.to_owned(), near: self.near(id) })?;
        file.usable(read::entry)
    }

    /// Every entry that can be used, in the order of dates.
    pub fn entries(&self) -> Vec<&Entry> {
        self.heads().iter().filter_map(|head| self.entry(&head.id).ok()).collect()
    }

    /// The pages of the survey that can be used, in its order.
    pub fn pages(&self) -> Vec<&Page> {
        let mut pages: Vec<&Page> = self.pages.iter().filter_map(|file| file.get(read::page).found.as_ref()).collect();
        pages.sort_by_key(|page| PAGES_ORDER.iter().position(|section| section.id == page.section.id));
        pages
    }

    /// Everything that is wrong, file by file.
    pub fn check(&self) -> Vec<Fault> {
        let entries: Vec<_> = self.entries.iter().map(|file| file.for_check(read::entry)).collect();
        let pages: Vec<_> = self.pages.iter().map(|file| file.for_check(read::page)).collect();
        let read = entries.iter().flat_map(|file| &file.outcome.faults);
        let mut all: Vec<Fault> = read.chain(pages.iter().flat_map(|file| &file.outcome.faults)).cloned().collect();
        all.extend(check::entries(&entries));
        all.extend(check::pages(&pages));
        all.sort();
        all.dedup();
        all
    }

    /// The entry that a person means: by id, or by a name that only one has; capitals and dashes do not matter.
    ///
    /// # Errors
    /// As [`Catalog::entry`].
    pub fn find(&self, name: &str) -> Result<&Entry, CatalogError> {
        let named = |head: &&Head| Self::names(head).any(|own| plain(own) == plain(name));
        let mut heads = self.heads().iter().filter(named);
        match (heads.next(), heads.next()) {
            _ if self.entries.iter().any(|file| file.stem() == name) => self.entry(name),
            (Some(head), None) => self.entry(&head.id),
            _ => self.entry(name),
        }
    }

    fn names(head: &Head) -> impl Iterator<Item = &String> {
        [&head.id, &head.name].into_iter().chain(&head.aliases)
    }

    /// Ids that resemble one.
    fn near(&self, id: &str) -> Vec<String> {
        let wanted = plain(id);
        let close = |name: &String| {
            let name = plain(name);
            let part = wanted.len() > 2 && (name.contains(&wanted) || wanted.contains(&name));
            part || distance(&name, &wanted) <= (wanted.chars().count() / 2).min(3)
        };
        let heads = self.heads().iter().filter(|head| Self::names(head).any(close));
        heads.map(|head| head.id.clone()).take(5).collect()
    }
}

/// How many letters must be changed, put in or left out to make one word of the other.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut diagonal = std::mem::replace(&mut row[0], i + 1);
        for (j, y) in b.iter().enumerate() {
            let changed = diagonal + usize::from(x != *y);
            let least = changed.min(row[j] + 1).min(row[j + 1] + 1);
            diagonal = std::mem::replace(&mut row[j + 1], least);
        }
    }
    row[b.len()]
}

/// Letters and figures alone, small.
fn plain(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// The YAML files of a directory by name.
fn files<T>(dir: &Path, prefix: &str) -> Result<Vec<File<T>>, CatalogError> {
    let unreadable = |source| CatalogError::Directory { path: dir.to_owned(), source };
    let mut paths: Vec<PathBuf> = Vec::new();
    for entry in fs::read_dir(dir).map_err(unreadable)? {
        let path = entry.map_err(unreadable)?.path();
        if path.extension().is_some_and(|extension| extension == "yaml" || extension == "yml") {
            paths.push(path);
        }
    }
    paths.sort();
    let read = |path: &PathBuf| {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        Ok(File::new(&format!("{prefix}{name}"), &text(path)?))
    };
    paths.iter().map(read).collect()
}

/// A file's text, if it is one of reasonable size.
fn text(path: &Path) -> Result<String, CatalogError> {
    let fault = |problem: String| CatalogError::File { path: path.to_owned(), problem };
    let unreadable = |error: std::io::Error| fault(format!("cannot be read ({error})"));
    let metadata = fs::metadata(path).map_err(unreadable)?;
    if !metadata.is_file() {
        return Err(fault("is no regular file".to_owned()));
    }
    let file = fs::File::open(path).map_err(unreadable)?;
    let mut bytes = Vec::new();
    file.take(LARGEST + 1).read_to_end(&mut bytes).map_err(unreadable)?;
    if bytes.len() as u64 > LARGEST {
        return Err(fault(format!("is larger than {LARGEST} bytes, which no entry is")));
    }
    String::from_utf8(bytes).map_err(|error| {
        let before = &error.as_bytes()[..error.utf8_error().valid_up_to()];
        let line = before.split(|&byte| byte == b'\n').count();
        fault(format!("line {line} is no UTF-8"))
    })
}

#[cfg(test)]
mod tests {
    use super::{Catalog, CatalogError, distance};

    #[test]
    fn a_model_is_found_by_what_people_call_it() {
        let catalog = Catalog::built_in();
        for name in ["gpt-2", "GPT-2", "gpt2", "GPT2"] {
            assert_eq!(catalog.find(name).expect("an entry").head.id, "gpt-2", "{name}");
        }
        let near = |name| match catalog.find(name) {
            Err(CatalogError::Unknown { near, .. }) => near,
            other => panic!("{name}: {other:?}"),
        };
        assert!(near("gtp2").contains(&"gpt-2".to_owned()));
        assert_eq!(near("something else"), Vec::<String>::new());
    }

    #[test]
    fn letters_between_words() {
        assert_eq!(
            [("gpt2", "gtp2"), ("", "ab"), ("bert", "bert"), ("t5", "mt5")].map(|(a, b)| distance(a, b)),
            [2, 2, 0, 1]
        );
    }
}
