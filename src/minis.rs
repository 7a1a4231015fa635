//! The small trained models that come with the program: a directory of `assets/models` each.
//!
//! A mini is a checkpoint (`config.json`, `model.safetensors`, `tokenizer.json`) with what it was made by (`recipe.yaml`),
//! what was found out about it (`card.json`) and texts to try it on (`examples.yaml`).

use std::str;

/// A file's name and content.
type File = (&'static str, &'static [u8]);

include!(concat!(env!("OUT_DIR"), "/minis.rs"));

/// One mini.
#[derive(Clone, Copy, Debug)]
pub struct Mini {
    /// The id of its catalogue entry, or that with a word behind it (`gpt-2-untaught`).
    pub id: &'static str,
    files: &'static [File],
}

impl Mini {
    /// The content of one of its files.
    pub fn file(&self, name: &str) -> Option<&'static [u8]> {
        self.files.iter().find(|(file, _)| *file == name).map(|(_, content)| *content)
    }

    /// A file as text.
    pub fn text(&self, name: &str) -> Option<&'static str> {
        self.file(name).and_then(|content| str::from_utf8(content).ok())
    }

    /// Whether it was trained; until then there is only what it is to be made by.
    pub fn is_trained(&self) -> bool {
        self.file("model.safetensors").is_some()
    }
}

/// All minis, trained or not, by id.
pub fn all() -> impl Iterator<Item = Mini> {
    MINIS.iter().map(|&(id, files)| Mini { id, files })
}

/// The mini of an id.
pub fn find(id: &str) -> Option<Mini> {
    all().find(|mini| mini.id == id)
}
