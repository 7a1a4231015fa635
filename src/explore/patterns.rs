//! What heads measurably do on a text: how much of their attention goes to places that have a name, and how much would
//! go there by chance.

mod measure;
mod targets;
#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::sync::Arc;

pub use measure::{HeadScores, Measured, Ranked, spread};

/// A place that a query can look at.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Pattern {
    /// The token before it.
    Previous,
    /// The token after it.
    Next,
    /// The first token of the text.
    First,
    /// Itself.
    Own,
    /// Other places of the same token, before and behind.
    Same,
    /// Earlier places of the same token.
    Duplicate,
    /// The token that came after an earlier place of the same token.
    Induction,
    /// Punctuation, line ends and the tokens that part or end texts.
    Delimiter,
    /// What somebody who knows the text linked, by the kind of link.
    Gold(Arc<str>),
}

impl Pattern {
    /// Those that any text has.
    pub const NAMED: [Self; 8] = [
        Self::Previous,
        Self::Next,
        Self::First,
        Self::Own,
        Self::Same,
        Self::Duplicate,
        Self::Induction,
        Self::Delimiter,
    ];

    /// The pattern of a word: one that any text has, else a kind of link.
    pub fn of(id: &str) -> Self {
        Self::NAMED.into_iter().find(|pattern| pattern.id() == id).unwrap_or_else(|| Self::Gold(id.into()))
    }

    /// Its word in files and on the command line.
    pub fn id(&self) -> &str {
        match self {
            Self::Previous => "previous",
            Self::Next => "next",
            Self::First => "first",
            Self::Own => "itself",
            Self::Same => "same",
            Self::Duplicate => "duplicate",
            Self::Induction => "induction",
            Self::Delimiter => "delimiter",
            Self::Gold(kind) => kind,
        }
    }

    /// What it means, in English.
    pub fn means(&self) -> Cow<'static, str> {
        let words = match self {
            Self::Previous => "the token before",
            Self::Next => "the token after",
            Self::First => "the first token of the text",
            Self::Own => "the token itself",
            Self::Same => "other places of the same token",
            Self::Duplicate => "earlier places of the same token",
            Self::Induction => "the token that came after an earlier place of the same token",
            Self::Delimiter => "punctuation, line ends and separators",
            Self::Gold(kind) => match &**kind {
                "coreference" => "from a pronoun or a later mention the others of the same person or thing",
                "answer" => "from the end of a question its answer in the text before",
                "alignment" => "the word that the next written one translates",
                kind => return Cow::Owned(format!("the gold links of the kind {kind:?}")),
            },
        };
        Cow::Borrowed(words)
    }
}

/// Positions that somebody who knows the text linked: a pronoun and its antecedents, a word and its translation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// What kind of link.
    pub kind: Arc<str>,
    /// Whose attention it is about, as [`crate::tape::Attention::stream`] names it; `None` for any.
    pub stream: Option<String>,
    /// The positions that look.
    pub queries: Vec<usize>,
    /// The positions that they should look at.
    pub keys: Vec<usize>,
}

/// A head's share of attention on the places of a pattern.
#[derive(Clone, Debug, PartialEq)]
pub struct Score {
    /// Which places.
    pub pattern: Pattern,
    /// The share of attention that goes there, the mean over the queries.
    pub score: f32,
    /// The share if every query looked at all that it sees alike.
    pub chance: f32,
    /// Over how many queries: those that see such a place and something else.
    pub queries: usize,
}

impl Score {
    /// From so far above chance on a head is named after a pattern.
    const CLEAR: f32 = 0.3;

    /// How far the score is above chance: 0 is chance, 1 is all attention.
    pub fn above_chance(&self) -> f32 {
        (self.score - self.chance) / (1.0 - self.chance).max(f32::EPSILON)
    }

    /// Whether it is clearly above chance, and on more than one query: one may fit by accident, unless somebody named
    /// it.
    pub fn is_clear(&self) -> bool {
        let enough = self.queries >= 2 || matches!(self.pattern, Pattern::Gold(_));
        enough && self.above_chance() >= Self::CLEAR
    }
}
