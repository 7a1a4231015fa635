//! Where the Hugging Face cache is, and the repositories in it.
//!
//! Layout: `models--ORG--NAME/{blobs, refs, snapshots/REVISION}`; the files of a snapshot are links into the blobs.
//! See <https://huggingface.co/docs/huggingface_hub/guides/manage-cache>.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::{env, fs, io};

use super::judge::{self, Found};

/// What a directory of a model begins with.
const PREFIX: &str = "models--";
/// Entries of the cache that are looked at.
const MOST: usize = 10_000;
/// The longest name that the hub gives.
const LONGEST: usize = 96;

/// The cache of the hub, whether or not it is there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hub {
    root: Option<PathBuf>,
}

/// What was found in a cache.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scan {
    /// The checkpoints: first those that can be opened, each group by name.
    pub found: Vec<Found>,
    /// Whether there is more than is looked at.
    pub more: bool,
    /// Why the cache could not be read, where it is there and could not.
    pub fault: Option<String>,
}

impl Hub {
    /// The cache that this process is told to use.
    pub fn from_environment() -> Self {
        Self::find(|name| env::var_os(name), env::home_dir().as_deref())
    }

    /// The cache by the variables that `huggingface_hub` reads, in its order: the first that is set decides.
    pub fn find(variable: impl Fn(&str) -> Option<OsString>, home: Option<&Path>) -> Self {
        let set = |name| variable(name).filter(|value| !value.is_empty()).map(|path| expanded(path.into(), home));
        let root = set("HF_HUB_CACHE")
            .or_else(|| set("HUGGINGFACE_HUB_CACHE"))
            .or_else(|| set("HF_HOME").map(|home| home.join("hub")))
            .or_else(|| set("XDG_CACHE_HOME").map(|cache| cache.join("huggingface").join("hub")))
            .or_else(|| home.map(|home| home.join(".cache").join("huggingface").join("hub")));
        Self { root }
    }

    /// The directory, where there is a home to have one in.
    pub fn root(&self) -> Option<&Path> {
        self.root.as_deref()
    }

    /// Looks at every model of the cache; stops early when cancelled. To be called off the drawing thread.
    pub fn scan(&self, cancel: &AtomicBool) -> Scan {
        let mut scan = Scan::default();
        let Some(root) = &self.root else { return scan };
        let entries = match fs::read_dir(root) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return scan,
            Err(error) => {
                scan.fault = Some(format!("cannot read {}: {error}", root.display()));
                return scan;
            }
        };
        for (index, entry) in entries.flatten().enumerate() {
            scan.more = index >= MOST;
            if scan.more || cancel.load(Ordering::Relaxed) {
                break;
            }
            let file = entry.file_name();
            if let Some(name) = file.to_str().and_then(name_of)
                && entry.path().is_dir()
            {
                scan.found.push(judge::look(name, &entry.path()));
            }
        }
        scan.found.sort_by(|a, b| (a.why.is_some(), &a.name).cmp(&(b.why.is_some(), &b.name)));
        scan
    }

    /// The repository of a name (`ORG/NAME`, or `NAME` alone for the oldest ones), if it is in the cache.
    pub fn repository(&self, name: &str) -> Option<Found> {
        let dir = self.root.as_ref()?.join(format!("{PREFIX}{}", name.replace('/', "--")));
        (is_name(name) && dir.is_dir()).then(|| judge::look(name.to_owned(), &dir))
    }
}

/// The path with the home put in for a leading `~`, as the hub's own library does.
fn expanded(path: PathBuf, home: Option<&Path>) -> PathBuf {
    match (path.strip_prefix("~"), home) {
        (Ok(rest), Some(home)) => home.join(rest),
        _ => path,
    }
}

/// The repository that a directory of the cache holds: `models--ORG--NAME` is `ORG/NAME`.
fn name_of(dir: &str) -> Option<String> {
    let name = dir.strip_prefix(PREFIX)?.replace("--", "/");
    is_name(&name).then_some(name)
}

/// Whether the hub gives such a name: one or two parts of letters, digits, `-`, `_` and `.`.
pub fn is_name(name: &str) -> bool {
    let allowed = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
    let sound = |part: &str| !part.is_empty() && !part.starts_with('.') && part.chars().all(allowed);
    name.len() <= LONGEST && !name.contains("--") && name.split('/').count() <= 2 && name.split('/').all(sound)
}

/// The repository whose snapshot a path is; such a directory is named by a revision, which tells a reader nothing.
pub fn repository_of(snapshot: &Path) -> Option<String> {
    let snapshots = snapshot.parent()?;
    let named = snapshots.file_name()? == "snapshots";
    name_of(snapshots.parent()?.file_name()?.to_str()?).filter(|_| named)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn root(variables: &[(&str, &str)]) -> Option<PathBuf> {
        let get = |name: &str| variables.iter().find(|(n, _)| *n == name).map(|(_, value)| OsString::from(value));
        Hub::find(get, Some(Path::new("/home/a"))).root
    }

    #[test]
    fn the_variables_decide_in_the_order_of_the_hubs_own_library() {
        let all = [
            ("HF_HUB_CACHE", "/one"),
            ("HUGGINGFACE_HUB_CACHE", "/older"),
            ("HF_HOME", "~/hf"),
            ("XDG_CACHE_HOME", "/xdg"),
        ];
        let expected = ["/one", "/older", "/home/a/hf/hub", "/xdg/huggingface/hub", "/home/a/.cache/huggingface/hub"];
        for (from, path) in expected.iter().enumerate() {
            assert_eq!(root(&all[from..]).as_deref(), Some(Path::new(path)));
        }
        assert_eq!(root(&[("HF_HUB_CACHE", ""), ("HF_HOME", "/b")]), Some("/b/hub".into()), "an empty one is not set");
        assert_eq!(Hub::find(|_| None, None).root(), None);
        assert_eq!(Hub::find(|_| None, None).scan(&AtomicBool::new(false)), Scan::default());
    }

    #[test]
    fn only_names_that_the_hub_gives_are_names() {
        for (dir, name) in [
            ("models--openai-community--gpt2", Some("openai-community/gpt2")),
            ("models--gpt2", Some("gpt2")),
            ("models--a--b--c", None),
            ("models--", None),
            ("models--a--", None),
            ("models--..--x", None),
            ("models--a b--c", None),
            ("models--a\u{1b}[2J--c", None),
            ("datasets--a--b", None),
            ("version.txt", None),
        ] {
            assert_eq!(name_of(dir).as_deref(), name, "{dir:?}");
        }
        let hub = Hub { root: Some("/".into()) };
        for name in ["../etc", "/etc", "", "a/../b", "a--b", "etc/"] {
            assert_eq!(hub.repository(name), None, "{name}");
        }
    }

    #[test]
    fn a_snapshot_knows_its_repository() {
        let of = |path| repository_of(Path::new(path));
        assert_eq!(of("/c/models--a--b/snapshots/0123").as_deref(), Some("a/b"));
        assert_eq!(of("/c/models--a--b/other/0123"), None);
        assert_eq!(of("/c/a/snapshots/0123"), None);
        assert_eq!(of("/"), None);
    }
}
