//! One safetensors file, memory-mapped.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use memmap2::Mmap;

use super::entry::TensorEntry;
use super::{CheckpointError, Result, header};

/// A mapped file and its path, shared by all tensors that lie in it.
#[derive(Debug)]
pub(super) struct MappedFile {
    pub path: PathBuf,
    content: Content,
}

/// Where the bytes are.
#[derive(Debug)]
enum Content {
    Mapped(Mmap),
    /// Compiled into the program, or an empty file.
    Static(&'static [u8]),
}

impl MappedFile {
    /// The whole file.
    pub fn bytes(&self) -> &[u8] {
        match &self.content {
            Content::Mapped(map) => map,
            Content::Static(bytes) => bytes,
        }
    }
}

/// A safetensors file whose header has been read and checked.
#[derive(Debug, Clone)]
pub struct TensorFile {
    file: Arc<MappedFile>,
    tensors: BTreeMap<Arc<str>, TensorEntry>,
}

impl TensorFile {
    /// Maps a file and checks its header. No tensor data are read.
    ///
    /// # Errors
    /// If the file cannot be read, or its header does not describe exactly the bytes that follow it.
    pub fn open(path: impl AsRef<Path>) -> Result<Self> {
        let path = path.as_ref();
        let content = map(path)?.map_or(Content::Static(&[]), Content::Mapped);
        Self::read(MappedFile { path: path.to_owned(), content })
    }

    /// The same from bytes that are part of the program; `path` is what messages call them.
    ///
    /// # Errors
    /// If the header does not describe exactly the bytes that follow it.
    pub fn from_static(path: impl Into<PathBuf>, bytes: &'static [u8]) -> Result<Self> {
        Self::read(MappedFile { path: path.into(), content: Content::Static(bytes) })
    }

    fn read(file: MappedFile) -> Result<Self> {
        let file = Arc::new(file);
        let entries = header::parse(&file.path, file.bytes())?;
        let tensors = entries
            .into_iter()
            .map(|entry| {
                let entry = TensorEntry::new(Arc::clone(&file), entry);
                (entry.shared_name(), entry)
            })
            .collect();
        Ok(Self { file, tensors })
    }

    /// Where the file is.
    pub fn path(&self) -> &Path {
        &self.file.path
    }

    /// The tensor of this name.
    pub fn tensor(&self, name: &str) -> Option<&TensorEntry> {
        self.tensors.get(name)
    }

    /// All tensors, sorted by name.
    pub fn tensors(&self) -> impl ExactSizeIterator<Item = &TensorEntry> {
        self.tensors.values()
    }

    /// The names of all tensors, sorted.
    pub fn names(&self) -> impl ExactSizeIterator<Item = &str> {
        self.tensors.keys().map(|name| &**name)
    }

    pub(super) fn into_tensors(self) -> BTreeMap<Arc<str>, TensorEntry> {
        self.tensors
    }
}

/// Opens a regular file for reading; anything else (a pipe would block) is refused before it is opened.
pub(super) fn open_regular(path: &Path, expected: &str) -> Result<(File, u64)> {
    let read = |source| CheckpointError::Read { path: path.to_owned(), source };
    let metadata = match fs::metadata(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            return Err(CheckpointError::NotFound { path: path.to_owned(), expected: format!("Expected {expected}") });
        }
        metadata => metadata.map_err(read)?,
    };
    if !metadata.is_file() {
        let found = if metadata.is_dir() { "a directory" } else { "not a regular file" };
        return Err(CheckpointError::WrongKind { path: path.to_owned(), found, expected: expected.to_owned() });
    }
    let file = File::open(path).map_err(read)?;
    // Of the file that was opened, in case another took its place.
    let size = file.metadata().map_err(read)?.len();
    Ok((file, size))
}

/// Maps a file into memory; an empty one cannot be mapped.
#[expect(unsafe_code, reason = "mapping a file is the one thing that cannot be done safely")]
fn map(path: &Path) -> Result<Option<Mmap>> {
    let (file, size) = open_regular(path, "a safetensors file")?;
    if size == 0 {
        return Ok(None);
    }
    // SAFETY: the map is private to this module, read-only, and outlives every slice taken from it (they borrow from
    // the `Arc<MappedFile>` that owns it). The bytes are only ever read as plain numbers, for which every pattern is
    // valid. What remains is another process that truncates or rewrites the file meanwhile: that is the known price
    // of mapping checkpoints, which every reader of this format pays; our own writer replaces files by renaming and
    // never changes one in place.
    let map = unsafe { Mmap::map(&file) };
    map.map(Some).map_err(|source| CheckpointError::Read { path: path.to_owned(), source })
}
