//! What the world makes: texts, and what in them follows from what.

use std::ops::Range;

use serde::{Deserialize, Serialize};

/// A language of the world.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Language {
    /// English.
    #[serde(rename = "en")]
    English,
    /// French.
    #[serde(rename = "fr")]
    French,
    /// German.
    #[serde(rename = "de")]
    German,
    /// Chinese.
    #[serde(rename = "zh")]
    Chinese,
}

impl Language {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::English, Self::French, Self::German, Self::Chinese];

    /// Its code (`en`).
    pub fn code(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::French => "fr",
            Self::German => "de",
            Self::Chinese => "zh",
        }
    }

    /// The language of a code.
    pub fn of(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|language| language.code() == code)
    }
}

/// Which documents: the same text, or for translations the same meaning, never stands in two of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Split {
    /// Eight of ten, to learn from.
    Train,
    /// One of ten, to watch learning.
    Validation,
    /// One of ten, to say at the end what was learned.
    Test,
}

/// A text with what follows from what in it. Ranges are bytes of `text`.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Document {
    /// Its genre.
    pub genre: String,
    /// The text.
    pub text: String,
    /// Its sentences in order, without the spaces between them; of code and dialogue the lines.
    pub sentences: Vec<Range<usize>>,
    /// Where to look for what.
    pub links: Vec<Link>,
    /// Places that tell whether a model has learned something, in order of the text.
    pub marks: Vec<(Mark, Range<usize>)>,
    /// −ln p of the choices that made it. The mean over documents is the entropy of the generator: what a causal model
    /// has to lose per document at least, but for texts that can be made in two ways, whose loss may be a little lower.
    pub nats: f64,
    /// The two sides, of the genre that translates.
    pub translation: Option<Translation>,
}

impl Document {
    /// The places of one kind.
    pub fn marked(&self, mark: Mark) -> impl Iterator<Item = &Range<usize>> {
        self.marks.iter().filter(move |(kind, _)| *kind == mark).map(|(_, range)| range)
    }
}

/// A place from which one has to look at others.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Link {
    /// Why.
    pub kind: LinkKind,
    /// The place.
    pub from: Range<usize>,
    /// What to look at, in order of the text. Some may come after `from`: a causal model has to leave them out.
    pub to: Vec<Range<usize>>,
}

/// Why one place looks at others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum LinkKind {
    /// A pronoun to the names and nouns that it stands for.
    Coreference,
    /// A name, noun or other chosen word to its other mentions.
    Mention,
    /// The last word of a question with its mark (`ball?`) to the mentions of the answer before the question.
    Answer,
    /// A word of a list that is written again, to the words that followed its earlier copies: what comes next.
    Copy,
}

/// A place that tells whether a model has learned something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Mark {
    /// A question about the story, with its question mark.
    Question,
    /// Its answer, with the full stop: follows from the story and stands behind a question and a space.
    Answer,
    /// A thing or animal that was mentioned before: can be found where it is hidden.
    Object,
    /// A pronoun whose form follows from who is meant: can be found where it is hidden.
    Pronoun,
    /// The second and third copy of a list, its first word left out: each word follows from the first copy.
    Repeated,
    /// What follows from the text before it or from facts: a sum, a sorted list, a capital, a rating.
    Result,
}

impl Mark {
    /// The mark of a name in a template.
    pub(super) fn of(name: &str) -> Option<Self> {
        match name {
            "question" => Some(Self::Question),
            "answer" => Some(Self::Answer),
            "result" => Some(Self::Result),
            _ => None,
        }
    }
}

/// A sentence in two languages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Translation {
    /// The language of the source.
    pub from: Language,
    /// The language of the target.
    pub to: Language,
    /// What a text-to-text model is told before the source, with the space behind it:
    /// `translate English to German: `.
    pub prompt: String,
    /// The sentence.
    pub source: String,
    /// The same in the other language.
    pub target: String,
    /// Which bytes of the source each word of the target comes from, word by word: (target, source), in order of the
    /// target. A word may stand in several pairs; one that has no counterpart in none.
    pub aligned: Vec<(Range<usize>, Range<usize>)>,
}
