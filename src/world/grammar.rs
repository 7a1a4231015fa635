//! The rules of a genre.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::lexicon::Lexicon;
use super::number::Expression;
use super::template::{self, Part, Path, Template};
use super::{Language, Mark};

/// How documents of one genre are made.
#[derive(Debug)]
pub(super) struct Grammar {
    pub genre: String,
    /// Its share among all genres, where nobody says otherwise.
    pub share: f64,
    pub languages: Vec<Language>,
    /// Where its documents say which languages they translate between.
    pub translation: Option<(Path, Path)>,
    /// What two documents have in common that must not stand on both sides of a split; nothing: the text itself.
    pub key: Option<Template>,
    pub rules: BTreeMap<String, Rule>,
}

#[derive(Debug)]
pub(super) enum Rule {
    /// One of these, by weight.
    Choice(Vec<Alternative>),
    /// The one that a form asks for.
    Case(Path, BTreeMap<String, Template>),
}

#[derive(Debug)]
pub(super) struct Alternative {
    pub weight: f64,
    pub choose: Vec<(String, Choice)>,
    pub text: Template,
}

/// What a name is bound to.
#[derive(Debug)]
pub(super) enum Choice {
    /// A word of these classes that the document has not chosen yet.
    Entry(Vec<usize>),
    /// So many different words of these classes.
    List(i64, i64, Vec<usize>),
    /// A number, both ends included.
    Number(Expression, Expression),
    /// What another name is bound to.
    Same(String),
    /// A word that stands here.
    Literal(String),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Source {
    genre: String,
    share: f64,
    languages: Vec<Language>,
    translation: Option<TranslationSource>,
    key: Option<String>,
    rules: BTreeMap<String, RuleSource>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TranslationSource {
    from: String,
    to: String,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum RuleSource {
    Single(String),
    Choice(Vec<AlternativeSource>),
    Case(CaseSource),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CaseSource {
    by: String,
    cases: BTreeMap<String, String>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum AlternativeSource {
    Text(String),
    Full(FullSource),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FullSource {
    text: String,
    #[serde(default = "one")]
    weight: f64,
    /// Keeps the order of the file: a number may depend on one before it.
    #[serde(default)]
    choose: serde_yaml::Mapping,
}

fn one() -> f64 {
    1.0
}

/// Why a grammar cannot be used.
pub(super) enum Wrong {
    Yaml(serde_yaml::Error),
    Invalid(String),
}

impl From<String> for Wrong {
    fn from(problem: String) -> Self {
        Self::Invalid(problem)
    }
}

impl Grammar {
    /// Reads the file of a genre.
    pub fn parse(text: &str, lexicon: &Lexicon) -> Result<Self, Wrong> {
        let source: Source = serde_yaml::from_str(text).map_err(Wrong::Yaml)?;
        let mut rules = BTreeMap::new();
        for (name, rule) in source.rules {
            let rule = rule.read(lexicon).map_err(|problem| format!("rule `{name}`: {problem}"))?;
            rules.insert(name, rule);
        }
        if !rules.contains_key("document") {
            return Err(Wrong::Invalid("there is no rule `document` to begin with".to_owned()));
        }
        let translation = match source.translation {
            Some(ends) => Some((template::path(&ends.from)?, template::path(&ends.to)?)),
            None => None,
        };
        let key = source.key.as_deref().map(template::parse).transpose()?;
        let languages = source.languages;
        let grammar = Self { genre: source.genre, share: source.share, languages, translation, key, rules };
        grammar.check(lexicon)?;
        Ok(grammar)
    }

    /// Every template of the rules.
    pub fn templates(&self) -> impl Iterator<Item = &Template> {
        self.rules.values().flat_map(|rule| match rule {
            Rule::Choice(alternatives) => alternatives.iter().map(|a| &a.text).collect::<Vec<_>>(),
            Rule::Case(_, cases) => cases.values().collect(),
        })
    }

    /// Refuses names that nothing can stand for, and names that two things stand for.
    fn check(&self, lexicon: &Lexicon) -> Result<(), String> {
        let alternatives = self.rules.values().filter_map(|rule| match rule {
            Rule::Choice(alternatives) => Some(alternatives),
            Rule::Case(..) => None,
        });
        let bound: Vec<&String> = alternatives.flatten().flat_map(|a| a.choose.iter().map(|(name, _)| name)).collect();
        if let Some(twice) = bound.iter().find(|name| self.rules.contains_key(name.as_str())) {
            return Err(format!("`{twice}` is a rule and is also chosen"));
        }
        let known =
            |name: &String| bound.contains(&name) || self.rules.contains_key(name) || lexicon.tables.contains_key(name);
        let unknown = self.templates().chain(&self.key).flatten().find_map(|part| match part {
            Part::Put { path, .. } if !known(&path.root) => Some(&path.root),
            _ => None,
        });
        if let Some(name) = unknown {
            return Err(format!("`{name}` is no rule, no table, and is never chosen"));
        }
        // The marks of a translation are named freely: the two sides are joined on them.
        let strange = self.templates().flatten().find_map(|part| match part {
            Part::Open(mark) if self.translation.is_none() && Mark::of(mark).is_none() => Some(mark),
            _ => None,
        });
        strange.map_or(Ok(()), |mark| Err(format!("`{mark}` is no mark; there are question, answer and result")))
    }
}

impl RuleSource {
    fn read(self, lexicon: &Lexicon) -> Result<Rule, String> {
        let single = |text: &str| -> Result<Alternative, String> {
            Ok(Alternative { weight: 1.0, choose: Vec::new(), text: template::parse(text)? })
        };
        Ok(match self {
            Self::Single(text) => Rule::Choice(vec![single(&text)?]),
            Self::Choice(alternatives) if alternatives.is_empty() => return Err("it has no alternative".to_owned()),
            Self::Choice(alternatives) => {
                let read = alternatives.into_iter().map(|alternative| match alternative {
                    AlternativeSource::Text(text) => single(&text),
                    AlternativeSource::Full(full) => full.read(lexicon),
                });
                Rule::Choice(read.collect::<Result<_, _>>()?)
            }
            Self::Case(CaseSource { by, cases }) => {
                let read = cases.into_iter().map(|(case, text)| Ok((case, template::parse(&text)?)));
                Rule::Case(template::path(&by)?, read.collect::<Result<_, String>>()?)
            }
        })
    }
}

impl FullSource {
    fn read(self, lexicon: &Lexicon) -> Result<Alternative, String> {
        if !(self.weight > 0.0 && self.weight.is_finite()) {
            return Err(format!("the weight {} is not above 0", self.weight));
        }
        let mut choose = Vec::new();
        for (name, choice) in &self.choose {
            let (Some(name), Some(choice)) = (name.as_str(), choice.as_str()) else {
                return Err(format!("`choose` needs names and texts, not {name:?}: {choice:?}"));
            };
            choose
                .push((name.to_owned(), choice_of(choice, lexicon).map_err(|problem| format!("`{name}`: {problem}"))?));
        }
        Ok(Alternative { weight: self.weight, choose, text: template::parse(&self.text)? })
    }
}

fn choice_of(text: &str, lexicon: &Lexicon) -> Result<Choice, String> {
    let classes = |names: &str| -> Result<Vec<usize>, String> {
        let class =
            |name: &str| lexicon.class(name.trim()).ok_or_else(|| format!("there is no class `{}`", name.trim()));
        names.split('|').map(class).collect()
    };
    if let Some(literal) = text.strip_prefix('\'') {
        return Ok(Choice::Literal(literal.trim_end_matches('\'').to_owned()));
    }
    if let Some(name) = text.strip_prefix('=') {
        return Ok(Choice::Same(name.trim().to_owned()));
    }
    let Some((least, rest)) = text.split_once("..") else { return Ok(Choice::Entry(classes(text)?)) };
    let Some((most, names)) = rest.split_once(" of ") else {
        return Ok(Choice::Number(Expression::parse(least)?, Expression::parse(rest)?));
    };
    match (least.trim().parse(), most.trim().parse()) {
        (Ok(least), Ok(most)) if (1..=most).contains(&least) => Ok(Choice::List(least, most, classes(names)?)),
        _ => Err(format!("`{text}` has no count such as 3..5")),
    }
}
