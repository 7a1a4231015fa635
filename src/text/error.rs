//! What can be wrong with a tokenizer or a text.

use std::io;
use std::path::PathBuf;

/// A tokenizer that cannot be read, or a text that it cannot split.
#[derive(Debug, thiserror::Error)]
pub enum TextError {
    /// The directory has no tokenizer in any form that is read.
    #[error(
        "no tokenizer in {}: looked for tokenizer.json, vocab.txt, and vocab.json with merges.txt. {advice}",
        .path.display()
    )]
    NoTokenizer {
        /// The directory.
        path: PathBuf,
        /// What to do.
        advice: String,
    },
    /// The operating system refused to read, or it is no regular file.
    #[error("cannot read {}: {source}", .path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// The reason.
        source: io::Error,
    },
    /// A file is larger than any sound one.
    #[error("{} has {size} bytes; more than {limit} are not read, since no sound file of this kind is that large", .path.display())]
    TooLarge {
        /// The file.
        path: PathBuf,
        /// Its size in bytes.
        size: u64,
        /// The largest size that is accepted.
        limit: u64,
    },
    /// A file does not describe a tokenizer.
    #[error("{} cannot be used: {problem}", .path.display())]
    Invalid {
        /// The file.
        path: PathBuf,
        /// What is wrong, with the line where there is one.
        problem: String,
    },
    /// The tokenizer failed on a text.
    #[error("the tokenizer of {} failed on this text: {problem}", .path.display())]
    Encode {
        /// The file that the tokenizer came from.
        path: PathBuf,
        /// What is wrong.
        problem: String,
    },
}
