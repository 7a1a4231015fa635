//! The small world that the shipped models learn: a lexicon and a grammar for each genre of text, and documents made
//! from them without end.
//!
//! Everything that is said stands in `assets/world`; here is only what expands it. Since each document is made by choices
//! that are known, it also says what follows from what in it ([`Link`], [`Mark`]), and how much of it nobody could
//! foretell ([`Document::nats`]).

mod document;
mod draw;
mod error;
mod examples;
mod expand;
mod grammar;
mod lexicon;
mod links;
mod number;
mod seen;
mod template;
mod words;

#[cfg(test)]
mod tests;

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::LazyLock;

pub use document::{Document, Language, Link, LinkKind, Mark, Split, Translation};
pub use error::WorldError;
pub use examples::{Example, Examples, Note};

use draw::Documents;
use grammar::{Grammar, Wrong};
use lexicon::Lexicon;
use words::Words;

/// The files of the shipped world: name and text.
macro_rules! files {
    ($($name:literal),* $(,)?) => {
        [$(($name, include_str!(concat!("../../assets/world/", $name, ".yaml")))),*]
    };
}

const LEXICON: [(&str, &str); 1] = files!["lexicon"];
const GENRES: [(&str, &str); 10] =
    files!["story", "names", "list", "facts", "sums", "code", "dialogue", "instruction", "control", "parallel",];

static SHIPPED: LazyLock<World> = LazyLock::new(|| {
    let [(name, lexicon)] = LEXICON;
    World::parse((name, lexicon), &GENRES).unwrap_or_else(|error| panic!("assets/world: {error}"))
});

/// A lexicon and the genres that use it.
#[derive(Debug)]
pub struct World {
    lexicon: Lexicon,
    grammars: Vec<Grammar>,
    words: Words,
}

impl World {
    /// The world of the shipped models.
    pub fn shipped() -> &'static Self {
        &SHIPPED
    }

    /// Reads a lexicon and the genres that use it, each with the name of its file.
    ///
    /// # Errors
    /// Where a file is no YAML of the expected form, or a rule asks for what is not there.
    pub fn parse(lexicon: (&str, &str), genres: &[(&str, &str)]) -> Result<Self, WorldError> {
        let yaml = |file: &str, source| WorldError::Yaml { file: file.to_owned(), source };
        let words = Lexicon::parse(lexicon.1).map_err(|source| yaml(lexicon.0, source))?;
        let mut grammars = Vec::new();
        for (file, text) in genres {
            let grammar = Grammar::parse(text, &words).map_err(|wrong| match wrong {
                Wrong::Yaml(source) => yaml(file, source),
                Wrong::Invalid(problem) => WorldError::Invalid { file: (*file).to_owned(), problem },
            })?;
            grammars.push(grammar);
        }
        Ok(Self { words: Words::new(&words, &grammars), lexicon: words, grammars })
    }

    /// The genres with the share of each where nobody says otherwise, and the languages it is written in.
    pub fn genres(&self) -> impl Iterator<Item = (&str, f64, &[Language])> {
        self.grammars.iter().map(|grammar| (grammar.genre.as_str(), grammar.share, grammar.languages.as_slice()))
    }

    /// Documents without end, each of a genre drawn by the shares of `mix` (an empty one: those of the world itself).
    /// The same seed gives the same documents. What stands in one split never stands in another: a text, or for
    /// translations a meaning, belongs to one by a hash of itself. In validation and test no text comes twice until a
    /// genre has no new one.
    ///
    /// # Panics
    /// If the mix names a genre that there is not ([`World::genres`]), or no share is above 0.
    pub fn documents<'w>(
        &'w self,
        mix: &[(&str, f64)],
        split: Split,
        seed: u64,
    ) -> impl Iterator<Item = Document> + use<'w> {
        let named = |name: &str| {
            let found = self.grammars.iter().find(|grammar| grammar.genre == name);
            found.unwrap_or_else(|| panic!("there is no genre {name}"))
        };
        let mix: Vec<(&Grammar, f64)> = if mix.is_empty() {
            self.grammars.iter().map(|grammar| (grammar, grammar.share)).collect()
        } else {
            mix.iter().map(|(name, share)| (named(name), *share)).collect()
        };
        let mix: Vec<_> = mix.into_iter().filter(|(_, share)| *share > 0.0).collect();
        assert!(!mix.is_empty(), "the mix has no genre with a share above 0");
        Documents::new(self, mix, split, seed)
    }

    /// The words of these languages as they are written, without the random names.
    pub fn words(&self, languages: &[Language]) -> BTreeSet<&str> {
        self.words.of(languages)
    }

    /// The syllables that random names are made of.
    pub fn syllables(&self) -> impl Iterator<Item = &str> {
        self.lexicon.classes.iter().flat_map(|class| &class.syllables).map(String::as_str)
    }

    /// Whether a word is one of the random names, in whatever case.
    pub fn is_random(&self, word: &str) -> bool {
        self.words.is_random(word)
    }

    /// Whether a model that learned these languages has seen all words of a text, in whatever case. Digits, punctuation
    /// and random names count as seen.
    pub fn knows(&self, word: &str, languages: &[Language]) -> bool {
        self.words.knows(word, languages)
    }

    /// The words of a text that a model of these languages has never seen, as bytes of the text.
    pub fn unknown(&self, text: &str, languages: &[Language]) -> Vec<Range<usize>> {
        self.words.unknown(text, languages)
    }
}
