//! What can be wrong with the files of a world.

/// A grammar or lexicon that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum WorldError {
    /// A file is no YAML of the expected form.
    #[error("{file} cannot be read: {source}")]
    Yaml {
        /// The file.
        file: String,
        /// What the reader says, with the line.
        source: serde_yaml::Error,
    },
    /// A rule, template or word says something that cannot be meant.
    #[error("{file}: {problem}")]
    Invalid {
        /// The file.
        file: String,
        /// What is wrong, where, and what was expected.
        problem: String,
    },
}
