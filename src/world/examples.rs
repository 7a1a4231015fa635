//! Texts to try a model on, from the `examples.yaml` beside it.

use serde::Deserialize;

use super::Language;

/// What a model's texts to try are, and what it speaks.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Examples {
    /// The languages that the model learned.
    pub languages: Vec<Language>,
    /// The texts, the best first.
    pub examples: Vec<Example>,
}

/// A text to try.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Example {
    /// The text.
    pub text: String,
    /// A second text, for models that read pairs.
    pub pair: Option<String>,
    /// What it shows.
    pub note: Note,
}

/// A few words in both languages of the screens.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Note {
    /// English.
    pub en: String,
    /// Chinese.
    pub zh: String,
}

impl Examples {
    /// Reads the file.
    ///
    /// # Errors
    /// Where it is no YAML of this form.
    pub fn parse(text: &str) -> Result<Self, serde_yaml::Error> {
        serde_yaml::from_str(text)
    }
}
