//! An entry of the catalogue, a page of the survey, and their parts.

use std::fmt::Write as _;
use std::sync::OnceLock;

use serde::{Serialize, Serializer};
use serde_json::{Map, Value};

use super::count::{Counted, counts};
use super::values::{Cited, Date, Quantity, Text};
use super::words::{self, FactField, Word};
use crate::minis::{self, Mini};

fn cited_text<S: Serializer>(cited: &[Cited], serializer: S) -> Result<S::Ok, S::Error> {
    if cited.is_empty() { serializer.serialize_none() } else { serializer.serialize_str(&citation(cited)) }
}

/// Places in sources as one line: `paper 2.3; code src/model.py`.
pub fn citation(cited: &[Cited]) -> String {
    let mut text = String::new();
    for place in cited {
        let _ = write!(text, "{}{place}", if text.is_empty() { "" } else { "; " });
    }
    text
}

/// What the program knows of an entry before it reads the whole of it.
#[derive(Clone, Debug, Serialize)]
pub struct Head {
    /// The name of its file.
    pub id: String,
    /// As people write it.
    pub name: String,
    /// Other names.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub aliases: Vec<String>,
    /// Who made it.
    pub organisations: Vec<String>,
    /// When the public first saw it.
    pub released: Date,
    /// What happened then.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub released_note: Option<Text>,
    /// The part of the survey.
    pub section: &'static Word,
    /// What sort of model it is.
    pub kind: &'static Word,
    /// Where it was described.
    pub paper: Paper,
}

/// A paper, or what stands for one.
#[derive(Clone, Debug, Serialize)]
pub struct Paper {
    /// Its title.
    pub title: String,
    /// Its number in the arXiv.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub arxiv: Option<String>,
    /// Its address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
}

/// An entry.
#[derive(Clone, Debug, Serialize)]
pub struct Entry {
    /// Names, date, place in the survey.
    #[serde(flatten)]
    pub head: Head,
    /// How sure its facts are.
    pub confidence: &'static Word,
    /// What is not sure.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub confidence_note: Option<Text>,
    /// What it is, what was new, what came of it.
    pub summary: Text,
    /// What sets it apart.
    pub ideas: Vec<Text>,
    /// Whom it descends from.
    pub lineage: Vec<Link>,
    /// The facts that are there, in the order of the list of facts.
    #[serde(serialize_with = "facts_map")]
    pub facts: Vec<(&'static FactField, Fact)>,
    /// What it was trained to do.
    pub objectives: Vec<Objective>,
    /// Its sizes.
    pub variants: Vec<Variant>,
    /// What the survey says of it.
    pub survey: Vec<Claim>,
    /// What the survey leaves out.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub omitted: Vec<Text>,
    /// What else is worth knowing.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<Text>,
    /// What it rests on.
    pub sources: Vec<Source>,
}

fn facts_map<S: Serializer>(facts: &[(&'static FactField, Fact)], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_map(facts.iter().map(|(field, fact)| (field.id, fact)))
}

impl Entry {
    /// A fact, if the entry has it.
    pub fn fact(&self, id: &str) -> Option<&Fact> {
        self.facts.iter().find(|(field, _)| field.id == id).map(|(_, fact)| fact)
    }

    /// The words of a fact; none where it is not known.
    pub fn words(&self, id: &str) -> &[&'static Word] {
        self.fact(id).map_or(&[], |fact| &fact.is)
    }

    /// The small model of this architecture that comes with the program, once it is trained.
    pub fn mini(&self) -> Option<Mini> {
        minis::find(&self.head.id).filter(Mini::is_trained)
    }

    /// Whether it runs here: there is a trained mini, or code for the main class of every variant whose config is known.
    pub fn is_executable(&self) -> bool {
        let runs = |variant| counts(variant).first().is_some_and(|counted| counted.count.number().is_some());
        let known = || self.variants.iter().filter(|variant| !variant.classes.is_empty());
        self.mini().is_some() || (known().next().is_some() && known().all(runs))
    }

    /// What stands where a number of parameters would, if none is known.
    pub fn unknown_size(&self) -> Text {
        let hidden = |variant: &Variant| variant.sizes_status.is_some_and(|status| status.id == "undisclosed");
        if self.head.kind.id == "undisclosed" || self.variants.iter().any(hidden) {
            return Text::new("undisclosed", "未公开");
        }
        Text::new("not known", "未知")
    }

    /// The objectives of this program that practise what it was trained to do, in the order of training: each with the
    /// model to try it with, its own mini where it has one.
    pub fn practised(&self) -> Vec<Practised> {
        let mut left: Vec<&str> = self.objectives.iter().map(|objective| objective.word.id).collect();
        let mut found = Vec::new();
        for practice in words::PRACTISED {
            let Some(place) = left.iter().position(|id| *id == practice.ids[0]) else { continue };
            if practice.ids.iter().all(|id| left.contains(id)) {
                let model = self.mini().map_or(practice.mini, |mini| mini.id);
                found.push((place, Practised { objective: practice.objective, model }));
                // What is practised together is not practised once more alone.
                left.iter_mut().filter(|id| practice.ids.contains(id)).for_each(|id| *id = "");
            }
        }
        found.sort_unstable_by_key(|(place, _)| *place);
        found.into_iter().map(|(_, practised)| practised).collect()
    }

    /// The greatest published number of parameters, for sorting and drawing.
    pub fn parameters(&self) -> Option<&Figure> {
        let figures = self.variants.iter().flat_map(|variant| &variant.published);
        figures.max_by(|a, b| a.value.high.total_cmp(&b.value.high))
    }
}

/// An objective that can be tried on a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Practised {
    /// The objective.
    pub objective: &'static str,
    /// The model to try it with.
    pub model: &'static str,
}

impl Practised {
    /// The command that does it.
    pub fn command(&self) -> String {
        format!("headscope objective {} TEXT --objective {}", self.model, self.objective)
    }
}

/// A fact: what is so, how sure it is, where it is from.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Fact {
    /// Words of the fact's closed list.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub is: Vec<&'static Word>,
    /// A number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<Quantity>,
    /// What a person reads.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<Text>,
    /// Rows of a table.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub parts: Vec<Part>,
    /// How sure it is; nothing where the source states it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<&'static Word>,
    /// Why it is not known, or what a presumption rests on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub why: Option<Text>,
    /// Where it stands.
    #[serde(skip_serializing_if = "Vec::is_empty", serialize_with = "cited_text")]
    pub source: Vec<Cited>,
}

impl Fact {
    /// Whether it says that nothing is known.
    pub fn is_unknown(&self) -> bool {
        self.status.is_some_and(|status| matches!(status.id, "undisclosed" | "unstated"))
    }
}

/// A row of a table of data.
#[derive(Clone, Debug, Serialize)]
pub struct Part {
    /// What it is.
    pub name: Text,
    /// How much of it there is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub size: Option<Text>,
    /// Which share of training it has.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub share: Option<Text>,
}

/// A line of descent.
#[derive(Clone, Debug, Serialize)]
pub struct Link {
    /// The entry that it comes from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// Or what it comes from, where that has no entry.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub outside: Option<Text>,
    /// How.
    pub how: &'static Word,
    /// What was taken.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<Text>,
    /// How sure it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<&'static Word>,
    /// Where it stands.
    #[serde(serialize_with = "cited_text")]
    pub source: Vec<Cited>,
}

/// Something it was trained to do.
#[derive(Clone, Debug, Serialize)]
pub struct Objective {
    /// Which.
    #[serde(rename = "id")]
    pub word: &'static Word,
    /// How.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<Text>,
    /// How sure it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<&'static Word>,
    /// Where it stands.
    #[serde(serialize_with = "cited_text")]
    pub source: Vec<Cited>,
}

/// A published number.
#[derive(Clone, Debug, Serialize)]
pub struct Figure {
    /// The number.
    pub value: Quantity,
    /// What it means.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<Text>,
    /// How sure it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<&'static Word>,
    /// Where it stands.
    #[serde(serialize_with = "cited_text")]
    pub source: Vec<Cited>,
}

/// A published size, or a part published by itself.
#[derive(Clone, Debug, Serialize)]
pub struct Variant {
    /// As published.
    pub name: String,
    /// What it is, where that needs a word.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub about: Option<Text>,
    /// Published numbers of parameters.
    pub published: Vec<Figure>,
    /// Published numbers of those that one token uses.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub active: Vec<Figure>,
    /// What builds the architecture, with what the entry's variants have in common; empty where that is not known.
    #[serde(skip_serializing_if = "Map::is_empty")]
    pub config: Map<String, Value>,
    /// The official classes to count, the main one first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub classes: Vec<String>,
    /// Why there is no config.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unknown: Option<Text>,
    /// What is known of its size where there is no config.
    #[serde(skip_serializing_if = "Vec::is_empty", serialize_with = "sizes_map")]
    pub sizes: Vec<(&'static Word, Quantity)>,
    /// How sure sizes or config are.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sizes_status: Option<&'static Word>,
    /// Where sizes or config are from.
    #[serde(skip_serializing_if = "Vec::is_empty", serialize_with = "cited_text")]
    pub sizes_source: Vec<Cited>,
    /// Why published and counted differ.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub why_different: Option<Text>,
    /// Tokens in its training, where its own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tokens: Option<Fact>,
    /// Compute of its training, where its own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub compute: Option<Fact>,
    /// What its classes come to, once somebody asked.
    #[serde(skip)]
    pub(super) counted: OnceLock<Vec<Counted>>,
}

fn sizes_map<S: Serializer>(sizes: &[(&'static Word, Quantity)], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_map(sizes.iter().map(|(word, quantity)| (word.id, quantity)))
}

/// A claim of the survey, held against what it rests on.
#[derive(Clone, Debug, Serialize)]
pub struct Claim {
    /// What the survey says, in our words.
    pub says: Text,
    /// What becomes of it.
    pub verdict: &'static Word,
    /// What the primary source says.
    pub primary: Text,
    /// Where.
    #[serde(serialize_with = "cited_text")]
    pub source: Vec<Cited>,
}

/// Something that facts are from.
#[derive(Clone, Debug, Serialize)]
pub struct Source {
    /// The short word that facts name it by.
    pub key: String,
    /// What it is.
    pub title: Text,
    /// Where it is.
    #[serde(rename = "where")]
    pub place: Text,
    /// How far it was read.
    pub access: &'static Word,
}

/// A page of the survey: what it says outside of its models.
#[derive(Clone, Debug, Serialize)]
pub struct Page {
    /// The name of its file.
    pub id: String,
    /// What it is about.
    pub title: Text,
    /// Where it stands.
    pub section: &'static Word,
    /// Its claims.
    pub survey: Vec<Claim>,
    /// What the verdicts rest on.
    pub sources: Vec<Source>,
}
