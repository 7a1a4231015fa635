//! Where the places of each pattern lie on a text: the same for all heads of an attention.

use std::collections::HashMap;

use super::{Link, Pattern};
use crate::explore::TokenView;
use crate::tape::{Attention, Cell, Mask};

/// The places of one pattern.
pub(super) struct Targets {
    pub pattern: Pattern,
    /// Queries that see such a place and something else, with the places.
    pub rows: Vec<(usize, Vec<usize>)>,
    /// The share on the places if each of these queries looked at all that it sees alike.
    pub chance: f32,
}

/// The tokens along both sides of an attention, and what can be seen.
pub(super) struct Sides<'a> {
    attention: &'a Attention,
    queries: &'a [TokenView],
    keys: &'a [TokenView],
    /// For each query how many keys it sees; (query, key) where one can be seen.
    visible: Vec<bool>,
    seen: Vec<usize>,
}

impl<'a> Sides<'a> {
    pub fn new(attention: &'a Attention, mask: Option<&Mask>, queries: &'a [TokenView], keys: &'a [TokenView]) -> Self {
        let sees =
            |query: usize, key: usize| mask.is_none_or(|mask| mask.reason(Cell { batch: 0, query, key }).is_none());
        let cells = (0..queries.len()).flat_map(|query| (0..keys.len()).map(move |key| (query, key)));
        let visible: Vec<bool> = cells.map(|(query, key)| sees(query, key)).collect();
        let rows = visible.chunks_exact(keys.len().max(1));
        let seen = rows.map(|row| row.iter().filter(|sees| **sees).count()).collect();
        Self { attention, queries, keys, visible, seen }
    }

    /// The places of all patterns that the text has, links included.
    pub fn targets(&self, links: &[Link]) -> Vec<Targets> {
        let mut kinds: Vec<Pattern> = Vec::new();
        for link in links.iter().filter(|link| self.concerns(link)) {
            let kind = Pattern::Gold(link.kind.clone());
            if !kinds.contains(&kind) {
                kinds.push(kind);
            }
        }
        let patterns = Pattern::NAMED.into_iter().chain(kinds);
        patterns.filter_map(|pattern| self.of(pattern, links)).collect()
    }

    fn concerns(&self, link: &Link) -> bool {
        link.stream.as_deref().is_none_or(|stream| stream == self.attention.stream())
    }

    /// Positions of one sequence can be counted from one another; those of two cannot.
    fn is_one_sequence(&self) -> bool {
        !self.attention.is_cross()
    }

    /// Where a query stands among the keys: keys of earlier passes stand before the first query.
    fn own(&self, query: usize) -> usize {
        query + self.keys.len().saturating_sub(self.queries.len())
    }

    fn sees_behind(&self) -> bool {
        (0..self.queries.len()).any(|query| (self.own(query) + 1..self.keys.len()).any(|key| self.sees(query, key)))
    }

    fn sees(&self, query: usize, key: usize) -> bool {
        self.visible[query * self.keys.len() + key]
    }

    fn of(&self, pattern: Pattern, links: &[Link]) -> Option<Targets> {
        let across = matches!(pattern, Pattern::First | Pattern::Same | Pattern::Delimiter | Pattern::Gold(_));
        if !across && !self.is_one_sequence() {
            return None;
        }
        // Where nothing behind can be seen, other places are earlier places: one name is enough.
        if pattern == Pattern::Same && self.is_one_sequence() && !self.sees_behind() {
            return None;
        }
        let mut places = self.places(&pattern, links);
        for (query, keys) in &mut places {
            keys.sort_unstable();
            keys.dedup();
            keys.retain(|&key| key < self.keys.len() && self.sees(*query, key));
        }
        // A query that sees nothing else has no choice.
        places.retain(|(query, keys)| !keys.is_empty() && keys.len() < self.seen[*query]);
        let shares = places.iter().map(|(query, keys)| keys.len() as f32 / self.seen[*query] as f32);
        let chance = shares.sum::<f32>() / places.len().max(1) as f32;
        (!places.is_empty()).then_some(Targets { pattern, rows: places, chance })
    }

    fn places(&self, pattern: &Pattern, links: &[Link]) -> Vec<(usize, Vec<usize>)> {
        let each = |keys: &dyn Fn(usize) -> Vec<usize>| (0..self.queries.len()).map(|q| (q, keys(q))).collect();
        match pattern {
            Pattern::Previous => each(&|query| self.own(query).checked_sub(1).into_iter().collect()),
            Pattern::Next => each(&|query| vec![self.own(query) + 1]),
            Pattern::First => each(&|_| vec![0]),
            Pattern::Own => each(&|query| vec![self.own(query)]),
            Pattern::Same | Pattern::Duplicate | Pattern::Induction => self.repeats(pattern),
            Pattern::Delimiter => {
                let all: Vec<usize> = (0..self.keys.len()).filter(|&key| is_delimiter(key, &self.keys[key])).collect();
                each(&|_| all.clone())
            }
            Pattern::Gold(kind) => {
                let mut rows: Vec<(usize, Vec<usize>)> = Vec::new();
                let links = links.iter().filter(|link| link.kind == *kind && self.concerns(link));
                for (query, keys) in links.flat_map(|link| link.queries.iter().map(move |&query| (query, &link.keys))) {
                    match rows.iter_mut().find(|(known, _)| *known == query) {
                        Some((_, known)) => known.extend(keys),
                        None if query < self.queries.len() => rows.push((query, keys.clone())),
                        None => {}
                    }
                }
                rows
            }
        }
    }

    /// Places of the same token: all others, the earlier ones, or what came after the earlier ones.
    fn repeats(&self, pattern: &Pattern) -> Vec<(usize, Vec<usize>)> {
        let mut places: HashMap<u32, Vec<usize>> = HashMap::new();
        for (key, token) in self.keys.iter().enumerate() {
            places.entry(token.id).or_default().push(key);
        }
        let of = |query: usize| places.get(&self.queries[query].id).map_or(&[][..], Vec::as_slice);
        let one = self.is_one_sequence();
        let keys = |query: usize| -> Vec<usize> {
            let own = self.own(query);
            let earlier = of(query).iter().copied().filter(|&key| key < own);
            match pattern {
                Pattern::Same => of(query).iter().copied().filter(|&key| !one || key != own).collect(),
                Pattern::Duplicate => earlier.collect(),
                // What came after the token right before is the token itself.
                _ => earlier.map(|key| key + 1).filter(|&key| key != own).collect(),
            }
        };
        (0..self.queries.len()).map(|query| (query, keys(query))).collect()
    }
}

/// Whether a token parts words, lines or texts. What stands first begins a text.
pub(super) fn is_delimiter(place: usize, token: &TokenView) -> bool {
    let Some(source) = &token.source else { return is_punctuation(&token.label) };
    if source.special {
        let bare = source.piece.trim_matches(|c: char| !c.is_alphanumeric() && c != '/').to_lowercase();
        return place > 0 && ["sep", "/s", "eos", "endoftext", "eod", "eot"].contains(&bare.as_str());
    }
    is_punctuation(&source.text)
}

/// Whether a text is made of punctuation, or of line ends alone.
fn is_punctuation(text: &str) -> bool {
    if text.contains('\n') && text.trim().is_empty() {
        return true;
    }
    let text = text.trim();
    let mark = |c: char| {
        c.is_ascii_punctuation()
            || matches!(u32::from(c), 0xA1 | 0xA7 | 0xAB | 0xB7 | 0xBB | 0xBF | 0x2010..=0x2027 | 0x2030..=0x205E | 0x3001..=0x3003 | 0x3008..=0x3011 | 0x3014..=0x301F | 0xFF01..=0xFF0F | 0xFF1A..=0xFF20 | 0xFF3B..=0xFF40 | 0xFF5B..=0xFF65)
    };
    !text.is_empty() && text.chars().all(mark)
}
