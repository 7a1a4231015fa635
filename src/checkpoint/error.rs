//! What can be wrong with a checkpoint, in words for the person who opened it.

use std::io;
use std::path::{Path, PathBuf};

use safetensors::Dtype;

/// A checkpoint, tensor file or configuration that cannot be used, and why.
#[derive(Debug, thiserror::Error)]
pub enum CheckpointError {
    /// Nothing is at this path.
    #[error("{} does not exist. {expected}", .path.display())]
    NotFound {
        /// The path that was asked for.
        path: PathBuf,
        /// What was looked for there, as a sentence.
        expected: String,
    },
    /// Something is at this path, but of another kind (a directory, a pipe).
    #[error("{} is {found}; expected {expected}", .path.display())]
    WrongKind {
        /// The path that was asked for.
        path: PathBuf,
        /// What is there.
        found: &'static str,
        /// What should be there.
        expected: String,
    },
    /// The operating system refused to read.
    #[error("cannot read {}: {source}", .path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// The system's reason.
        source: io::Error,
    },
    /// The operating system refused to write.
    #[error("cannot write {}: {problem}", .path.display())]
    Write {
        /// The file that was to be written.
        path: PathBuf,
        /// What is wrong and what to do.
        problem: String,
    },
    /// A file that is read whole is larger than any sound one.
    #[error("{} has {size} bytes; more than {limit} are not read, since no sound file of this kind is that large", .path.display())]
    TooLarge {
        /// The file.
        path: PathBuf,
        /// Its size in bytes.
        size: u64,
        /// The largest size that is accepted.
        limit: u64,
    },
    /// A file is not the JSON it should be.
    #[error("{} is not valid JSON: {problem}. Is the file complete?", .path.display())]
    Json {
        /// The file.
        path: PathBuf,
        /// What the parser says, with line and column.
        problem: String,
    },
    /// A field of a JSON file is missing or has the wrong type.
    #[error("{}{}: {problem}", .path.display(), in_field(.field))]
    Field {
        /// The file.
        path: PathBuf,
        /// The field, as a dotted path; empty for the file as a whole.
        field: String,
        /// What is wrong with it.
        problem: String,
    },
    /// The header of a tensor file cannot be used at all.
    #[error("{} is not a usable safetensors file: {problem}", .path.display())]
    Header {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        problem: String,
    },
    /// The header's entry for one tensor is wrong.
    #[error("{}: tensor {}: {problem}", .path.display(), shown(.tensor))]
    Tensor {
        /// The file.
        path: PathBuf,
        /// The tensor's name.
        tensor: String,
        /// What is wrong.
        problem: String,
    },
    /// A tensor is sound, but its values are of a type that cannot be used for the purpose.
    #[error("{}: tensor {} has type {dtype}, which cannot be read as {wanted}. {advice}", .path.display(), shown(.tensor))]
    UnreadableType {
        /// The file.
        path: PathBuf,
        /// The tensor's name.
        tensor: String,
        /// The type in the file.
        dtype: Dtype,
        /// What it was to become.
        wanted: &'static str,
        /// What to do.
        advice: &'static str,
    },
    /// The directory has a configuration but no weights that can be read.
    #[error("no weights in {}: looked for {looked_for}. {advice}", .path.display())]
    NoWeights {
        /// The directory.
        path: PathBuf,
        /// The names that were tried.
        looked_for: String,
        /// What to do.
        advice: String,
    },
    /// The index of a sharded checkpoint names something that is not there.
    #[error("{}: {problem}", .path.display())]
    Index {
        /// The index file.
        path: PathBuf,
        /// What is wrong.
        problem: String,
    },
    /// The model needs a tensor that the checkpoint does not hold.
    #[error("{} holds no tensor {}{}. The file is incomplete, or config.json describes another model", .path.display(), shown(.tensor), also(.tried))]
    MissingTensor {
        /// The checkpoint.
        path: PathBuf,
        /// The tensor's name.
        tensor: String,
        /// The other spellings that were looked for.
        tried: Vec<String>,
    },
    /// A tensor has not the shape that the configuration asks for.
    #[error("{}: tensor {} has shape {found:?}, but config.json asks for {expected:?}. The two do not belong together", .path.display(), shown(.tensor))]
    WrongShape {
        /// The file.
        path: PathBuf,
        /// The tensor's name.
        tensor: String,
        /// The shape that the configuration implies.
        expected: Vec<usize>,
        /// The shape in the file.
        found: Vec<usize>,
    },
}

impl CheckpointError {
    pub(super) fn header(path: &Path, problem: impl Into<String>) -> Self {
        Self::Header { path: path.to_owned(), problem: problem.into() }
    }

    pub(super) fn tensor(path: &Path, tensor: &str, problem: impl Into<String>) -> Self {
        Self::Tensor { path: path.to_owned(), tensor: tensor.to_owned(), problem: problem.into() }
    }

    pub(super) fn index(path: &Path, problem: impl Into<String>) -> Self {
        Self::Index { path: path.to_owned(), problem: problem.into() }
    }

    /// An error of the parser on a file that was read whole.
    pub(super) fn json(path: &Path, error: &serde_json::Error) -> Self {
        Self::Json { path: path.to_owned(), problem: clipped(&error.to_string()) }
    }
}

fn in_field(field: &str) -> String {
    if field.is_empty() { String::new() } else { format!(", field {}", clipped(field)) }
}

fn also(tried: &[String]) -> String {
    if tried.is_empty() { String::new() } else { format!(" (nor {})", tried.join(", ")) }
}

/// A name from a file as it may safely be shown: quoted, control characters escaped, not longer than a line or two.
pub(super) fn shown(name: &str) -> String {
    format!("{:?}", clipped(name))
}

/// At most 200 characters of a text that comes from a file.
pub(super) fn clipped(text: &str) -> String {
    match text.char_indices().nth(200) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}
