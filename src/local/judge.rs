//! One repository of the cache: which snapshot of it counts, what it is, and whether headscope can open it.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use serde_json::{Map, Value};

use crate::checkpoint::{Checkpoint, Layout};
use crate::models::{self, ModelError};

/// Entries of one directory that are looked at.
const MOST: usize = 10_000;
/// Revisions of one repository whose files are counted.
const REVISIONS: usize = 100;
/// Bytes of a reference: a revision has 40.
const REFERENCE: u64 = 256;
/// More layers, experts or blocks than this are not built, not even as shapes.
const LAYERS: u64 = 2_000;
/// Characters of a text from a file that are shown.
const SHOWN: usize = 300;

/// A checkpoint of the cache.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// `ORG/NAME`.
    pub name: String,
    /// The snapshot that counts; the repository itself where there is none.
    pub dir: PathBuf,
    /// The revision of that snapshot.
    pub revision: Option<String>,
    /// As in its `config.json`.
    pub model_type: Option<String>,
    /// The first of its `architectures`.
    pub class: Option<String>,
    /// Parameters, counted from the configuration, where there is code for it.
    pub parameters: Option<u64>,
    /// Bytes that the repository takes on disk, all revisions together.
    pub bytes: u64,
    /// Why it cannot be opened, where it cannot.
    pub why: Option<Why>,
}

/// Why a checkpoint cannot be opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Why {
    /// No revision of it is there.
    NoSnapshot,
    /// There is no `config.json`.
    NoConfig,
    /// The configuration is faulty or asks for what is not supported; what is wrong.
    Config(String),
    /// There is no code for its `model_type`; none where it names none.
    Architecture(Option<String>),
    /// There is code for its architecture, but not for this class; those that there are.
    Class(String, Vec<&'static str>),
    /// No weights in the safetensors format; what there is instead.
    NoSafetensors(Option<String>),
    /// So many of all files of weights are missing.
    Shards(usize, usize),
    /// This file is a link that leads nowhere.
    BrokenLink(String),
    /// The system refuses to read it; its words.
    Unreadable(String),
}

impl Why {
    /// A word for scripts.
    pub fn id(&self) -> &'static str {
        match self {
            Self::NoSnapshot => "no_snapshot",
            Self::NoConfig => "no_config",
            Self::Config(_) => "config",
            Self::Architecture(_) => "architecture",
            Self::Class(..) => "class",
            Self::NoSafetensors(_) => "no_safetensors",
            Self::Shards(..) => "shard_missing",
            Self::BrokenLink(_) => "broken_link",
            Self::Unreadable(_) => "unreadable",
        }
    }
}

/// Looks at a repository of this name.
pub(super) fn look(name: String, repository: &Path) -> Found {
    let mut found = Found {
        name,
        dir: repository.to_owned(),
        revision: None,
        model_type: None,
        class: None,
        parameters: None,
        bytes: on_disk(repository),
        why: None,
    };
    found.why = judge(&mut found, repository).err();
    found
}

fn judge(found: &mut Found, repository: &Path) -> Result<(), Why> {
    let (revision, snapshot) = snapshot(repository)?;
    (found.revision, found.dir) = (Some(revision), snapshot);
    let config = configuration(&found.dir)?;
    found.model_type = config.get("model_type").and_then(Value::as_str).map(clean);
    let classes = config.get("architectures").and_then(Value::as_array);
    found.class = classes.and_then(|list| list.first()?.as_str()).map(clean);
    found.parameters = Some(count(&config)?);
    weights(&found.dir)
}

/// The revision that `refs/main` names, where its snapshot is there; else the newest that is.
fn snapshot(repository: &Path) -> Result<(String, PathBuf), Why> {
    let snapshots = repository.join("snapshots");
    let main = reference(&repository.join("refs").join("main")).map(|revision| (snapshots.join(&revision), revision));
    if let Some((dir, revision)) = main
        && dir.is_dir()
    {
        return Ok((revision, dir));
    }
    let newest = entries(&snapshots)?
        .into_iter()
        .filter(|(_, dir)| dir.is_dir())
        .map(|(name, dir)| {
            (fs::metadata(&dir).and_then(|meta| meta.modified()).unwrap_or(SystemTime::UNIX_EPOCH), name, dir)
        })
        .max();
    newest.map(|(_, name, dir)| (name, dir)).ok_or(Why::NoSnapshot)
}

/// The revision in a reference: a plain name, since it becomes a part of a path.
fn reference(path: &Path) -> Option<String> {
    // Opening a pipe would wait for its writer.
    let sound = fs::metadata(path).is_ok_and(|meta| meta.is_file() && meta.len() <= REFERENCE);
    let mut text = String::new();
    let file = sound.then(|| File::open(path).ok()).flatten()?;
    file.take(REFERENCE).read_to_string(&mut text).ok()?;
    let revision = text.trim();
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
    (!revision.is_empty() && !revision.starts_with('.') && revision.chars().all(plain)).then(|| revision.to_owned())
}

/// The entries of a directory, sorted by name; none where it is not there.
fn entries(dir: &Path) -> Result<Vec<(String, PathBuf)>, Why> {
    let list = match fs::read_dir(dir) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        list => list.map_err(|error| Why::Unreadable(clean(&error.to_string())))?,
    };
    let named = |entry: fs::DirEntry| Some((entry.file_name().into_string().ok()?, entry.path()));
    let mut entries: Vec<_> = list.flatten().take(MOST).filter_map(named).collect();
    entries.sort();
    Ok(entries)
}

fn configuration(dir: &Path) -> Result<Map<String, Value>, Why> {
    let file = Layout::TRANSFORMERS.config;
    match Presence::of(&dir.join(file)) {
        Presence::Absent => return Err(Why::NoConfig),
        Presence::Broken => return Err(Why::BrokenLink(file.to_owned())),
        Presence::There => {}
    }
    let opened = Checkpoint::open_config_only(dir);
    opened.map(|checkpoint| checkpoint.config().clone()).map_err(|error| Why::Config(said(dir, &error)))
}

/// The parameters of the model, if there is code that takes its configuration.
fn count(config: &Map<String, Value>) -> Result<u64, Why> {
    let repeated = |name: &str| ["layer", "block", "expert"].iter().any(|part| name.contains(part));
    let huge = config.iter().find(|(name, value)| repeated(name) && value.as_u64().is_some_and(|n| n > LAYERS));
    if let Some((name, value)) = huge {
        return Err(Why::Config(clean(&format!("{name} is {value}; at most {LAYERS} are built"))));
    }
    models::shapes(config).map(|loaded| loaded.parameters.count()).map_err(|error| match error {
        ModelError::UnknownType { found, .. } => Why::Architecture(found.as_deref().map(clean)),
        ModelError::UnknownClass { found, known, .. } => Why::Class(clean(&found), known),
        other => Why::Config(said(Path::new("the configuration"), &other)),
    })
}

/// An error without the path in front: where the checkpoint is stands beside it.
fn said(path: &Path, error: &dyn std::fmt::Display) -> String {
    let text = error.to_string();
    let short = [path.join("config.json").display().to_string(), path.display().to_string()];
    let short = short.iter().find_map(|front| text.strip_prefix(front.as_str()));
    clean(short.map_or(text.as_str(), |rest| rest.trim_start_matches([':', ',', ' '])))
}

/// Whether the weights are all there, by the names of the files alone.
fn weights(dir: &Path) -> Result<(), Why> {
    let layout = Layout::TRANSFORMERS;
    match Presence::of(&dir.join(layout.weights)) {
        Presence::There => return Ok(()),
        Presence::Broken => return Err(Why::BrokenLink(layout.weights.to_owned())),
        Presence::Absent => {}
    }
    let files = entries(dir)?;
    let index = format!("{}.index.json", layout.weights);
    match Presence::of(&dir.join(&index)) {
        Presence::There => shards(&files),
        Presence::Broken => Err(Why::BrokenLink(index)),
        Presence::Absent => Err(Why::NoSafetensors(instead(&files, layout))),
    }
}

/// What holds weights in another format.
fn instead(files: &[(String, PathBuf)], layout: Layout) -> Option<String> {
    let names = || files.iter().map(|(name, _)| name.as_str());
    let known = layout.pickled.iter().copied().find(|known| names().any(|name| name == *known));
    let weights =
        |name: &&str| [".bin", ".pt", ".pth", ".h5", ".msgpack", ".gguf", ".onnx"].iter().any(|e| name.ends_with(e));
    known.or_else(|| names().find(weights)).map(clean)
}

/// `model-00002-of-00005.safetensors` says by its name how many there should be.
fn shards(files: &[(String, PathBuf)]) -> Result<(), Why> {
    let (mut there, mut all) = (BTreeSet::new(), 0);
    for (name, path) in files {
        let Some((number, of)) = shard(name) else { continue };
        all = all.max(of);
        if matches!(Presence::of(path), Presence::There) {
            there.insert(number);
        }
    }
    let missing = (1..=all).filter(|number| !there.contains(number)).count();
    match (missing, all) {
        // None is there that would say how many there are.
        (_, 0) => Err(Why::Shards(1, 1)),
        (0, _) => Ok(()),
        (missing, all) => Err(Why::Shards(missing, all)),
    }
}

fn shard(name: &str) -> Option<(usize, usize)> {
    let (number, of) = name.strip_prefix("model-")?.strip_suffix(".safetensors")?.split_once("-of-")?;
    let whole = |digits: &str| (digits.len() == 5).then(|| digits.parse().ok()).flatten();
    Some((whole(number)?, whole(of)?))
}

/// What stands at a path, links followed.
enum Presence {
    There,
    Absent,
    Broken,
}

impl Presence {
    fn of(path: &Path) -> Self {
        match (fs::symlink_metadata(path), fs::metadata(path)) {
            (_, Ok(_)) => Self::There,
            (Ok(meta), Err(_)) if meta.is_symlink() => Self::Broken,
            _ => Self::Absent,
        }
    }
}

/// Bytes of the blobs, and of files that stand in snapshots where the system has no links.
fn on_disk(repository: &Path) -> u64 {
    let plain = |dir: &Path| {
        let files = entries(dir).unwrap_or_default();
        let size = |(_, path): &(String, PathBuf)| fs::symlink_metadata(path).ok().filter(fs::Metadata::is_file);
        files.iter().filter_map(size).map(|meta| meta.len()).sum::<u64>()
    };
    let snapshots = entries(&repository.join("snapshots")).unwrap_or_default();
    plain(&repository.join("blobs")) + snapshots.iter().take(REVISIONS).map(|(_, dir)| plain(dir)).sum::<u64>()
}

/// A text from a file as it may be shown: no control characters, not longer than a few lines.
fn clean(text: &str) -> String {
    let mut clean: String = text.chars().take(SHOWN).map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect();
    if text.chars().nth(SHOWN).is_some() {
        clean.push('…');
    }
    clean
}

#[cfg(test)]
#[cfg(unix)]
mod tests;
