//! Texts are there in both languages, and no count is typed into them.

use super::{At, Found};
use crate::catalog::count::counts;
use crate::catalog::entry::Entry;
use crate::catalog::read::{Tree, parse};
use crate::catalog::values::is_cjk;

/// Strings that are the same in both languages whatever their length: names, places, words of closed lists, configs.
const NEUTRAL: &[&str] = &[
    "id",
    "name",
    "aliases",
    "organisations",
    "paper",
    "source",
    "sizes_source",
    "config",
    "classes",
    "sources",
    "is",
];

/// So many plain English words are a sentence, and a sentence has a translation.
const PROSE: usize = 5;

/// Every text of a file.
pub fn check(yaml: &str, found: &mut Found) {
    if let Ok(tree) = parse(yaml) {
        walk(&tree, &At::default(), found);
    }
}

fn walk(tree: &Tree, at: &At, found: &mut Found) {
    match tree {
        Tree::Map(entries) => {
            let text = |key: &str| match entries.iter().find(|(name, _)| name == key) {
                Some((_, Tree::Text(text))) => Some(text),
                _ => None,
            };
            if let (Some(en), Some(zh)) = (text("en"), text("zh")) {
                both(en, zh, at, found);
                return;
            }
            for (key, tree) in entries.iter().filter(|(key, _)| !NEUTRAL.contains(&key.as_str())) {
                walk(tree, &at.key(key), found);
            }
        }
        Tree::List(items) => items.iter().enumerate().for_each(|(i, tree)| walk(tree, &at.item(i), found)),
        Tree::Text(text) => {
            let plain = |word: &&str| word.len() > 1 && word.chars().all(|c| c.is_ascii_lowercase());
            let words = spoken(text).split(|c: char| !c.is_alphanumeric()).filter(plain).count();
            if words > PROSE || text.chars().any(is_cjk) {
                found.add(at.clone(), "this is a sentence in one language: write {en: …, zh: …}");
            }
        }
        _ => {}
    }
}

/// A text without special tokens such as `<extra_id_0>` and `[MASK]`, which are no words.
fn spoken(text: &str) -> String {
    let mut inside = false;
    let keep = |c: &char| {
        inside = matches!(c, '<' | '[') || (inside && !matches!(c, '>' | ']'));
        !inside
    };
    text.chars().filter(keep).collect()
}

fn both(en: &str, zh: &str, at: &At, found: &mut Found) {
    if !zh.chars().any(is_cjk) {
        found.add(at.key("zh"), "there is no Chinese in it; what reads the same in both languages is a plain string");
    }
    let chinese = en.chars().filter(|&c| is_cjk(c)).count();
    if 2 * chinese > en.chars().count() {
        found.add(at.key("en"), "this is Chinese");
    }
}

/// The summary has a length that can be read out, and no text has a count in it.
pub fn entry(entry: &Entry, found: &mut Found) {
    let english = sentences(&entry.summary.en, &['.', '!', '?']);
    let chinese = sentences(&entry.summary.zh, &['。', '！', '？']);
    for (key, count) in [("en", english), ("zh", chinese)] {
        if !(3..=5).contains(&count) {
            found.add(At::new("summary").key(key), format!("expected three to five sentences, found {count}"));
        }
    }
    for (field, empty) in [("ideas", entry.ideas.is_empty()), ("objectives", entry.objectives.is_empty())] {
        if empty {
            found.add(At::new(field), "the list is empty");
        }
    }
    if entry.head.organisations.is_empty() {
        found.add(At::new("organisations"), "the list is empty");
    }
    typed_counts(entry, found);
}

/// How many sentences end in a text. A full stop inside a word or number ends none.
fn sentences(text: &str, ends: &[char]) -> usize {
    let mut rest = text.trim_end().chars().peekable();
    let mut count = 0;
    while let Some(c) = rest.next() {
        let after =
            rest.peek().is_none_or(|next| next.is_whitespace() || matches!(next, '"' | '”' | ')') || !c.is_ascii());
        count += usize::from(ends.contains(&c) && after);
    }
    count
}

/// A count that is typed in is wrong on the day the code changes.
fn typed_counts(entry: &Entry, found: &mut Found) {
    let counted: Vec<u64> =
        entry.variants.iter().flat_map(counts).filter_map(|counted| counted.count.number()).collect();
    let mut look = |text: &str, at: At| {
        for number in numbers(text).filter(|number| *number > 100_000 && counted.contains(number)) {
            found.add(at.clone(), format!("{number} is a count: it is computed and shown beside, not typed in"));
        }
    };
    look(&entry.summary.en, At::new("summary").key("en"));
    look(&entry.summary.zh, At::new("summary").key("zh"));
    for (i, idea) in entry.ideas.iter().enumerate() {
        look(&idea.en, At::new("ideas").item(i));
    }
    for (i, variant) in entry.variants.iter().enumerate() {
        let at = At::new("variants").item(i);
        for (key, text) in [("about", &variant.about), ("why_different", &variant.why_different)] {
            if let Some(text) = text {
                look(&text.en, at.key(key).key("en"));
                look(&text.zh, at.key(key).key("zh"));
            }
        }
    }
    for (i, note) in entry.notes.iter().enumerate() {
        look(&note.en, At::new("notes").item(i));
    }
}

/// The whole numbers of a text, with or without separators between groups of three.
fn numbers(text: &str) -> impl Iterator<Item = u64> {
    let joined: String = text.chars().filter(|c| !matches!(c, ',' | '\u{a0}' | '\u{202f}' | '_')).collect();
    let runs: Vec<String> = joined.split(|c: char| !c.is_ascii_digit()).map(str::to_owned).collect();
    runs.into_iter().filter_map(|run| run.parse().ok())
}

#[cfg(test)]
mod tests {
    use super::{numbers, sentences, spoken};

    #[test]
    fn sentences_end_where_they_end() {
        assert_eq!(sentences("T5 v1.1 is new. It has 1.5 parts! Is it?", &['.', '!', '?']), 3);
        assert_eq!(sentences("它是新的。有 1.5 份。", &['。', '！', '？']), 2);
    }

    #[test]
    fn special_tokens_are_no_words() {
        assert_eq!(spoken("<pad> (0) · [MASK] and"), "> (0) · ] and");
    }

    #[test]
    fn numbers_are_found_with_separators() {
        assert_eq!(numbers("has 124,439,808 and 7").collect::<Vec<_>>(), [124_439_808, 7]);
    }
}
