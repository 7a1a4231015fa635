//! Finding, sorting and grouping entries: the same for the list of a command and for a screen.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use nucleo_matcher::pattern::{AtomKind, CaseMatching, Normalization, Pattern};
use nucleo_matcher::{Config, Matcher, Utf32Str};

use super::entry::Entry;
use super::values::Text;
use super::words::{self, Word};

/// What entries are sorted by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Order {
    /// When they came out.
    #[default]
    Date,
    /// By name.
    Name,
    /// By the greatest published number of parameters, the largest first.
    Parameters,
    /// By context, the longest first.
    Context,
    /// By training tokens, the most first.
    Tokens,
}

impl Order {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Date, Self::Name, Self::Parameters, Self::Context, Self::Tokens];

    /// As a command takes it.
    pub fn id(self) -> &'static str {
        ["date", "name", "parameters", "context", "tokens"][self as usize]
    }

    /// What a person reads.
    pub fn text(self) -> Text {
        let [en, zh] = [
            ["date", "日期"],
            ["name", "名称"],
            ["parameters", "参数量"],
            ["context", "上下文"],
            ["training tokens", "训练词元数"],
        ][self as usize];
        Text::new(en, zh)
    }

    /// The order of two entries. What has no number stands last.
    pub fn compare(self, a: &Entry, b: &Entry) -> Ordering {
        let value = |entry: &Entry| match self {
            Self::Parameters => parameters(entry),
            Self::Context => largest(entry, "context"),
            Self::Tokens => largest(entry, "tokens"),
            Self::Date | Self::Name => None,
        };
        let by = match self {
            Self::Name => a.head.name.to_lowercase().cmp(&b.head.name.to_lowercase()),
            _ => value(b).unwrap_or(-1.0).total_cmp(&value(a).unwrap_or(-1.0)),
        };
        by.then_with(|| (a.head.released, &a.head.id).cmp(&(b.head.released, &b.head.id)))
    }
}

fn parameters(entry: &Entry) -> Option<f64> {
    entry.parameters().map(|figure| figure.value.high)
}

/// A number of the entry or of one of its variants, whichever is greater.
fn largest(entry: &Entry, id: &str) -> Option<f64> {
    let own = entry.fact(id).and_then(|fact| Some(fact.value.as_ref()?.high));
    let variants = entry.variants.iter().filter_map(|variant| match id {
        "tokens" => Some(variant.tokens.as_ref()?.value.as_ref()?.high),
        _ => None,
    });
    variants.chain(own).max_by(f64::total_cmp)
}

/// What entries are told apart by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Facet {
    /// The part of the survey.
    Section,
    /// What sort of model.
    Kind,
    /// The year.
    Year,
    /// Who made it.
    Organisation,
    /// The position scheme.
    Positions,
    /// What may be done with the weights.
    Licence,
}

impl Facet {
    /// All of them.
    pub const ALL: [Self; 6] =
        [Self::Kind, Self::Year, Self::Positions, Self::Licence, Self::Section, Self::Organisation];

    /// What a person reads.
    pub fn text(self) -> Text {
        match self {
            Self::Section => Text::new("section", "章节"),
            Self::Kind => Text::new("kind", "类型"),
            Self::Year => Text::new("year", "年份"),
            Self::Organisation => Text::new("organisation", "机构"),
            Self::Positions => Text::new("positions", "位置编码"),
            Self::Licence => Text::new("licence", "许可"),
        }
    }

    /// The values that an entry has, by id.
    pub fn values(self, entry: &Entry) -> Vec<String> {
        let known = |id: &str| {
            let words: Vec<String> = entry.words(id).iter().map(|word| word.id.to_owned()).collect();
            let status = entry.fact(id).and_then(|fact| fact.status).filter(|_| words.is_empty());
            // What is not known is a value as well: otherwise GPT-4 could not be found by what it hides.
            if words.is_empty() { vec![status.map_or("unstated", |status| status.id).to_owned()] } else { words }
        };
        match self {
            Self::Section => vec![entry.head.section.id.to_owned()],
            Self::Kind => vec![entry.head.kind.id.to_owned()],
            Self::Year => vec![entry.head.released.year.to_string()],
            Self::Organisation => entry.head.organisations.clone(),
            Self::Positions => known("positions"),
            Self::Licence => known("licence"),
        }
    }

    /// The list of words that its values are of, if they are words; what is unknown comes last.
    fn words(self) -> &'static [Word] {
        match self {
            Self::Section => words::SECTIONS,
            Self::Kind => words::KINDS,
            Self::Positions => words::POSITIONS,
            Self::Licence => words::LICENCES,
            Self::Year | Self::Organisation => &[],
        }
    }

    /// What a person reads for a value.
    pub fn label(self, value: &str) -> Text {
        let word = words::find(self.words(), value).or_else(|| words::find(words::STATUSES, value));
        word.map_or_else(|| Text::same(value), |word| Text::new(word.en, word.zh))
    }

    /// The values of these entries with how many have each: words in the order of their list, years in theirs, others
    /// by how many.
    pub fn counted<'a>(self, entries: impl Iterator<Item = &'a Entry>) -> Vec<(String, usize)> {
        let mut counts: BTreeMap<String, usize> = BTreeMap::new();
        for value in entries.flat_map(|entry| self.values(entry)) {
            *counts.entry(value).or_default() += 1;
        }
        let mut list: Vec<(String, usize)> = counts.into_iter().collect();
        let place = |value: &str| self.words().iter().position(|word| word.id == value).unwrap_or(usize::MAX);
        match self {
            Self::Year => {}
            Self::Organisation => list.sort_by_key(|(_, count)| std::cmp::Reverse(*count)),
            _ => list.sort_by_key(|(value, _)| place(value)),
        }
        list
    }
}

/// A search over names, organisations, ideas and words, in both languages.
pub struct Search {
    fuzzy: Pattern,
    exact: Pattern,
    matcher: Matcher,
    empty: bool,
}

impl Search {
    /// A search for what was typed.
    pub fn new(query: &str) -> Self {
        Self {
            fuzzy: Pattern::parse(query, CaseMatching::Ignore, Normalization::Smart),
            exact: Pattern::new(query, CaseMatching::Ignore, Normalization::Smart, AtomKind::Substring),
            matcher: Matcher::new(Config::DEFAULT),
            empty: query.trim().is_empty(),
        }
    }

    /// How well an entry fits; nothing where it does not. A name may be typed with gaps; in what is written about a
    /// model the words must stand as typed, or everything would fit.
    pub fn score(&mut self, entry: &Entry) -> Option<u32> {
        if self.empty {
            return Some(0);
        }
        let head = &entry.head;
        let names = [&head.id, &head.name].into_iter().chain(&head.aliases);
        let named =
            names.filter_map(|name| Self::of(&self.fuzzy, &mut self.matcher, name)).max().map(|score| 4 * score);
        let made = head.organisations.iter().filter_map(|name| Self::of(&self.fuzzy, &mut self.matcher, name)).max();
        let made = made.map(|score| 2 * score);
        let said = Self::of(&self.exact, &mut self.matcher, &prose(entry));
        [named, made, said].into_iter().flatten().max()
    }

    fn of(pattern: &Pattern, matcher: &mut Matcher, text: &str) -> Option<u32> {
        let mut buffer = Vec::new();
        pattern.score(Utf32Str::new(text, &mut buffer), matcher)
    }
}

/// What is written about an entry, in both languages.
fn prose(entry: &Entry) -> String {
    let mut text = String::new();
    let mut add = |part: &str| {
        text.push_str(part);
        text.push('\n');
    };
    for idea in entry.ideas.iter().chain([&entry.summary]) {
        add(&idea.en);
        add(&idea.zh);
    }
    let words = entry.facts.iter().flat_map(|(_, fact)| fact.is.iter().copied());
    let objectives = entry.objectives.iter().map(|objective| objective.word);
    for word in words.chain(objectives).chain([entry.head.kind, entry.head.section]) {
        add(word.id);
        add(word.en);
        add(word.zh);
    }
    add(&entry.head.paper.title);
    text
}

#[cfg(test)]
mod tests {
    use super::{Facet, Order, Search};
    use crate::catalog::Catalog;

    fn found(query: &str) -> Vec<String> {
        let catalog = Catalog::built_in();
        let mut search = Search::new(query);
        let mut scored: Vec<_> = catalog
            .entries()
            .into_iter()
            .filter_map(|entry| Some((search.score(entry)?, entry.head.id.clone())))
            .collect();
        scored.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
        scored.into_iter().map(|(_, id)| id).collect()
    }

    #[test]
    fn names_organisations_and_ideas_are_found_in_both_languages() {
        assert_eq!(found("gp2").first().map(String::as_str), Some("gpt-2"));
        assert!(found("sentinels").contains(&"t5".to_owned()));
        assert!(found("哨兵").contains(&"t5".to_owned()) && !found("哨兵").contains(&"gpt-2".to_owned()));
        assert_eq!(found("zzqx"), Vec::<String>::new());
        assert_eq!(found("").len(), Catalog::built_in().entries().len());
    }

    #[test]
    fn orders_go_by_what_they_say() {
        let catalog = Catalog::built_in();
        let (gpt2, t5) = (catalog.entry("gpt-2").expect("an entry"), catalog.entry("t5").expect("an entry"));
        assert!(Order::Parameters.compare(t5, gpt2).is_lt() && Order::Date.compare(gpt2, t5).is_lt());
        assert!(Order::Context.compare(gpt2, t5).is_lt() && Order::Tokens.compare(t5, gpt2).is_lt());
    }

    #[test]
    fn facets_count_what_entries_have() {
        let catalog = Catalog::built_in();
        let of = |id: &str| catalog.entry(id).expect("an entry");
        let counted = Facet::Positions.counted([of("gpt-2"), of("t5")].into_iter());
        assert_eq!(counted, [("learned".to_owned(), 1), ("bias".to_owned(), 1)]);
        assert_eq!(Facet::Kind.label("encoder-decoder").zh, "编码器-解码器");
    }
}
