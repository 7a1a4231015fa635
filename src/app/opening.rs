//! Changing the model: which minis there are to open, and what becomes of the text.

use super::palette::{Choice, Entry};
use super::{Language, Word};
use crate::explore::Subject;
use crate::minis::{self, Mini};
use crate::train::Card;

/// A model that can be opened by its name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offered {
    /// Its id, or a path.
    pub model: String,
    /// Its class and how many parameters it has, where its card says so.
    figures: Option<(String, u64)>,
    /// Whether it is the one that is open.
    is_open: bool,
}

impl Offered {
    /// The minis that were trained.
    pub fn all(open: Option<&Subject>) -> Vec<Self> {
        let open = open.and_then(Subject::as_mini).map(|mini| mini.id);
        let offered = |mini: Mini| {
            let card = mini.text("card.json").and_then(|card| serde_json::from_str::<Card>(card).ok());
            let figures = card.map(|card| (card.class, card.parameters));
            Self { model: mini.id.to_owned(), figures, is_open: open == Some(mini.id) }
        };
        minis::all().filter(Mini::is_trained).map(offered).collect()
    }

    /// As the palette lists it among the commands.
    pub fn entry(&self, language: Language) -> Entry {
        let opens = |language| Word::OpenModel.fill(language, &[&self.model]);
        let note = if self.is_open { Word::OpenNow } else { Word::TrainedModel };
        Entry {
            title: opens(language),
            note: note.text(language).to_owned(),
            also: format!("{} {}", opens(language.other()), Word::TrainedModel.text(language.other())),
            detail: self.figures.as_ref().map_or_else(String::new, |(class, parameters)| {
                Word::ModelFigures.fill(language, &[class, &thousands(*parameters)])
            }),
            choice: Choice::Model(self.model.clone()),
        }
    }
}

/// A count with its thousands apart.
fn thousands(count: u64) -> String {
    let digits = count.to_string();
    let groups = digits.as_bytes().rchunks(3).rev().map(|group| String::from_utf8_lossy(group).into_owned());
    groups.collect::<Vec<_>>().join(",")
}

/// The text that another model goes on with: what was typed where it can read that, else nothing, and its own first
/// example is taken. `examples` are the texts that lay ready for the model before.
pub fn kept<'t>(text: &'t str, examples: &[String], before: Option<&Subject>, next: &Subject) -> Option<&'t str> {
    let own = !text.trim().is_empty() && !examples.iter().any(|example| example == text);
    let prompt = next.prompt(text);
    let parts = (prompt.pair.is_none() || next.model().reads_pairs())
        && (prompt.target.is_some() || before.is_none_or(|before| before.prompt(text).target.is_none()));
    let fits = || next.encode(&prompt).is_ok_and(|encoding| next.sizes().holds(encoding.len()));
    (own && parts && !has_foreign_tokens(text, before, next) && fits()).then_some(text)
}

/// Whether a special token of the model before is written in the text, which would be mere letters to the next.
fn has_foreign_tokens(text: &str, before: Option<&Subject>, next: &Subject) -> bool {
    let Some(tokenizer) = before.and_then(Subject::tokenizer) else { return false };
    let Ok(encoding) = tokenizer.encode(text, None, false) else { return false };
    let known = |piece: &str| next.tokenizer().is_some_and(|next| next.id(piece).is_some_and(|id| next.is_special(id)));
    encoding.tokens.iter().filter(|token| token.special).any(|token| {
        text.get(token.bytes.clone()).is_some_and(|written| !written.trim().is_empty() && !known(written.trim()))
    })
}

#[cfg(test)]
mod tests;
