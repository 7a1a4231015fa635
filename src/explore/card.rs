//! `card.json` beside a checkpoint: what those who trained it say of its heads. The file need not be there.

use std::fs;
use std::path::Path;

use serde::Deserialize;

/// What the card says of one head.
#[derive(Clone, Debug, Deserialize, PartialEq)]
pub struct HeadNote {
    /// Which attention, where the model has several: `encoder`, `decoder`, `cross`.
    #[serde(default)]
    pub stream: Option<String>,
    /// The layer, from 0.
    pub layer: usize,
    /// The head, from 0.
    pub head: usize,
    /// What it does, as [`super::Pattern::id`] names it.
    pub job: String,
    /// The share of its attention that goes there, on held-out texts.
    #[serde(default)]
    pub score: Option<f32>,
    /// What chance would give.
    #[serde(default)]
    pub chance: Option<f32>,
    /// Whether it was taught to do so, and did not come to it by itself.
    #[serde(default)]
    pub taught: bool,
}

/// The card's part about heads.
#[derive(Clone, Debug, Default, Deserialize, PartialEq)]
pub struct Card {
    /// The heads that it tells of.
    #[serde(default)]
    pub heads: Vec<HeadNote>,
}

/// The name of the file.
const FILE: &str = "card.json";

/// Larger cards are no cards.
const LARGEST: u64 = 4 << 20;

impl Card {
    /// Reads the card of a directory: an empty one where there is none.
    ///
    /// # Errors
    /// One line on what is wrong with the file.
    pub fn read(dir: &Path) -> Result<Self, String> {
        let path = dir.join(FILE);
        let size = match fs::metadata(&path) {
            Ok(found) if found.is_file() => found.len(),
            Ok(_) => return Err(format!("{}: expected a file; the notes on heads are left out", path.display())),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Self::default()),
            Err(error) => return Err(format!("{}: {error}; the notes on heads are left out", path.display())),
        };
        if size > LARGEST {
            return Err(format!("{}: {size} bytes are too many for a card; it is left out", path.display()));
        }
        let text = fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
        Self::parse(&path, &text)
    }

    /// A card from its text; `path` is what messages call it.
    ///
    /// # Errors
    /// One line on what is wrong with it.
    pub fn parse(path: &Path, text: &str) -> Result<Self, String> {
        serde_json::from_str(text).map_err(|error| {
            format!(
                "{}: {error}; expected \"heads\": [{{\"layer\", \"head\", \"job\", …}}], so it is left out",
                path.display()
            )
        })
    }

    /// What it says of a head of an attention, by its stream.
    pub fn note(&self, stream: &str, layer: usize, head: usize) -> Option<&HeadNote> {
        self.heads.iter().find(|note| {
            let same = note.stream.as_deref().is_none_or(|named| named == stream);
            same && (note.layer, note.head) == (layer, head)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_card_is_optional_and_a_bad_one_is_told() {
        let dir = tempfile::tempdir().unwrap();
        assert_eq!(Card::read(dir.path()), Ok(Card::default()));
        let write = |text: &str| fs::write(dir.path().join(FILE), text).unwrap();
        write(
            r#"{"name": "x", "heads": [{"stream": "decoder", "layer": 0, "head": 1, "job": "previous",
            "score": 0.99, "chance": 0.05, "taught": true}, {"layer": 1, "head": 0, "job": "induction"}]}"#,
        );
        let card = Card::read(dir.path()).unwrap();
        assert!(card.note("decoder", 0, 1).is_some_and(|note| note.taught && note.score == Some(0.99)));
        assert!(card.note("encoder", 0, 1).is_none() && card.note("decoder", 0, 0).is_none());
        assert!(card.note("cross", 1, 0).is_some_and(|note| !note.taught));
        write(r#"{"heads": [{"layer": "first"}]}"#);
        let fault = Card::read(dir.path()).unwrap_err();
        assert!(fault.contains("card.json") && fault.contains("left out"), "{fault}");
        write("{}");
        assert_eq!(Card::read(dir.path()), Ok(Card::default()));
    }
}
