//! Checkpoints on disk: `config.json` and safetensors files, memory-mapped and checked before anything is read.
//!
//! Nothing in a file is believed: every length, offset and shape is compared with the size of the file before it is
//! used, and whatever is wrong becomes a [`CheckpointError`] that says what, where, what was expected and what to do.

mod config;
mod directory;
mod entry;
mod error;
mod file;
mod header;
mod index;
mod legacy;
mod write;

#[cfg(test)]
mod hostile_tests;

pub use config::typed as typed_config;
pub use directory::{Checkpoint, Layout};
pub use entry::TensorEntry;
pub use error::CheckpointError;
pub use file::TensorFile;
pub use safetensors::Dtype;
pub use write::{write_half_tensors, write_tensors};

/// What every fallible call of this module returns.
pub type Result<T, E = CheckpointError> = std::result::Result<T, E>;
