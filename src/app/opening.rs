//! Changing the model: which minis there are to open, and what becomes of the text.

use std::path::PathBuf;
use std::sync::Arc;

use super::palette::{Choice, Entry};
use super::{Language, Word};
use crate::explore::Subject;
use crate::local::{Found, Scan, Why};
use crate::minis::{self, Mini};
use crate::models;
use crate::train::Card;

/// A model that can be opened by its name, or a checkpoint of which it is known why it cannot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offered {
    /// Its id, or a path.
    pub model: String,
    /// What it is called.
    name: String,
    /// Its class and how many parameters it has, where its card says so.
    figures: Option<(String, u64)>,
    /// As it lies in the cache of the hub, where it does.
    cached: Option<Found>,
    /// Whether it is the one that is open.
    is_open: bool,
}

/// The cache of the hub, as far as it was looked at.
#[derive(Clone, Debug, Default)]
pub struct Cached {
    /// What was found when it was looked at last.
    pub scan: Arc<Scan>,
    /// Whether it is being looked at.
    pub looking: bool,
}

impl Offered {
    /// The minis that were trained.
    pub fn all(open: Option<&Subject>) -> Vec<Self> {
        let open = open.and_then(Subject::as_mini).map(|mini| mini.id);
        let offered = |mini: Mini| {
            let card = mini.text("card.json").and_then(|card| serde_json::from_str::<Card>(card).ok());
            let figures = card.map(|card| (card.class, card.parameters));
            let (model, name) = (mini.id.to_owned(), mini.id.to_owned());
            Self { model, name, figures, cached: None, is_open: open == Some(mini.id) }
        };
        minis::all().filter(Mini::is_trained).map(offered).collect()
    }

    /// The checkpoints of the cache.
    pub fn cached(scan: &Scan, open: Option<&Subject>) -> Vec<Self> {
        let open = open.filter(|subject| subject.as_mini().is_none()).map(|subject| subject.path.as_path());
        let offered = |found: &Found| Self {
            model: found.dir.to_string_lossy().into_owned(),
            name: found.name.clone(),
            figures: found.class.clone().or_else(|| found.model_type.clone()).zip(found.parameters),
            is_open: open.is_some_and(|open| open == found.dir || open.ends_with(inside(found))),
            cached: Some(found.clone()),
        };
        scan.found.iter().map(offered).collect()
    }

    /// Whether it can be opened.
    pub fn opens(&self) -> bool {
        self.cached.as_ref().is_none_or(|found| found.why.is_none())
    }

    /// As the palette lists it among the commands.
    pub fn entry(&self, language: Language) -> Entry {
        if let Some((found, why)) = self.cached.as_ref().and_then(|found| Some((found, found.why.as_ref()?))) {
            return refused(found, why, language);
        }
        let kind = if self.cached.is_some() { Word::CachedModel } else { Word::TrainedModel };
        let opens = |language| Word::OpenModel.fill(language, &[&self.name]);
        let note = if self.is_open { Word::OpenNow } else { kind };
        let detail = match (&self.figures, &self.cached) {
            (Some((class, parameters)), Some(found)) => {
                Word::CachedFigures.fill(language, &[class, &thousands(*parameters), &size(found.bytes)])
            }
            (Some((class, parameters)), None) => Word::ModelFigures.fill(language, &[class, &thousands(*parameters)]),
            _ => String::new(),
        };
        Entry {
            title: opens(language),
            note: note.text(language).to_owned(),
            also: format!("{} {}", opens(language.other()), kind.text(language.other())),
            detail,
            choice: Choice::Model(self.model.clone()),
        }
    }
}

/// A checkpoint that cannot be opened, with the reason: choosing it says it in full.
fn refused(found: &Found, why: &Why, language: Language) -> Entry {
    let reason = said(why, language);
    Entry {
        title: found.name.clone(),
        note: Word::CannotOpen.text(language).to_owned(),
        also: format!("{} {}", Word::CannotOpen.text(language.other()), Word::CachedModel.text(language)),
        choice: Choice::Told(Word::CannotOpenThis.fill(language, &[&found.name, &reason])),
        detail: reason,
    }
}

/// Why a checkpoint cannot be opened, in words.
pub fn said(why: &Why, language: Language) -> String {
    let known = || models::architectures().iter().map(|one| one.model_type).collect::<Vec<_>>().join(", ");
    match why {
        Why::NoSnapshot => Word::WhyNoSnapshot.text(language).to_owned(),
        Why::NoConfig => Word::WhyNoConfig.text(language).to_owned(),
        Why::Config(problem) => Word::WhyConfig.fill(language, &[problem]),
        Why::Architecture(None) => Word::WhyNoType.text(language).to_owned(),
        Why::Architecture(Some(found)) => Word::WhyArchitecture.fill(language, &[found, &known()]),
        Why::Class(found, known) => Word::WhyClass.fill(language, &[found, &known.join(", ")]),
        Why::NoSafetensors(None) => Word::WhyNoWeights.text(language).to_owned(),
        Why::NoSafetensors(Some(file)) => Word::WhyPickled.fill(language, &[file]),
        Why::Shards(1, 1) => Word::WhyNoShard.text(language).to_owned(),
        Why::Shards(missing, all) => Word::WhyShards.fill(language, &[missing, all]),
        Why::BrokenLink(file) => Word::WhyBrokenLink.fill(language, &[file]),
        Why::Unreadable(problem) => Word::WhyUnreadable.fill(language, &[problem]),
    }
}

/// The end of a snapshot's path, which stays the same where links lead to the cache.
fn inside(found: &Found) -> PathBuf {
    let parts: Vec<_> = found.dir.components().rev().take(3).collect();
    parts.into_iter().rev().collect()
}

/// Bytes in the unit that reads best.
fn size(bytes: u64) -> String {
    let mut size = bytes as f64;
    for unit in ["B", "KiB", "MiB"] {
        if size < 1024.0 {
            return format!("{size:.0} {unit}");
        }
        size /= 1024.0;
    }
    format!("{size:.1} GiB")
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
