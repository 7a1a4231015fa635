//! Which words the world knows.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use super::document::Language;
use super::grammar::Grammar;
use super::lexicon::{Forms, Lexicon};
use super::template::{Part, Template};

/// The words of a world by language, as they are written there.
#[derive(Debug, Default)]
pub(super) struct Words {
    of: BTreeMap<Language, BTreeSet<String>>,
    /// The same in small letters.
    small: BTreeMap<Language, BTreeSet<String>>,
    /// Words that are made at random, in small letters.
    random: BTreeSet<String>,
}

impl Words {
    /// Collects the words of the lexicon and of the rules' texts.
    pub fn new(lexicon: &Lexicon, grammars: &[Grammar]) -> Self {
        let mut words = Self::default();
        for class in &lexicon.classes {
            if class.syllables.is_empty() {
                class.entries.iter().for_each(|entry| words.forms(entry, Language::English));
            } else {
                words.random.extend(class.entries.iter().filter_map(Forms::word).map(str::to_lowercase));
            }
        }
        lexicon.tables.values().for_each(|table| words.forms(table, Language::English));
        for template in grammars.iter().flat_map(Grammar::templates) {
            words.template(template);
        }
        words.small =
            words.of.iter().map(|(l, of)| (*l, of.iter().map(|word| word.to_lowercase()).collect())).collect();
        words
    }

    /// The forms below a language's name are its words; what begins with `_` is no word.
    fn forms(&mut self, forms: &Forms, language: Language) {
        match forms {
            Forms::Word(text) => self.text(text, language),
            Forms::Map(forms) => {
                let printed = forms.iter().filter(|(name, _)| !name.starts_with('_'));
                printed.for_each(|(name, form)| self.forms(form, Language::of(name).unwrap_or(language)));
            }
        }
    }

    fn template(&mut self, template: &Template) {
        for part in template {
            if let Part::Text(text) = part {
                self.text(text, Language::English);
            }
        }
    }

    fn text(&mut self, text: &str, language: Language) {
        for range in runs(text) {
            let word = &text[range];
            let language = if is_chinese(word) { Language::Chinese } else { language };
            self.of.entry(language).or_default().insert(word.to_owned());
        }
    }

    /// The words of these languages, in order.
    pub fn of(&self, languages: &[Language]) -> BTreeSet<&str> {
        languages.iter().filter_map(|language| self.of.get(language)).flatten().map(String::as_str).collect()
    }

    /// Whether a word is made at random.
    pub fn is_random(&self, word: &str) -> bool {
        self.random.contains(&word.to_lowercase())
    }

    /// Whether a word is known.
    pub fn knows(&self, word: &str, languages: &[Language]) -> bool {
        self.unknown(word, languages).is_empty()
    }

    /// The parts of a text that are not known.
    pub fn unknown(&self, text: &str, languages: &[Language]) -> Vec<Range<usize>> {
        let mut unknown: Vec<Range<usize>> = Vec::new();
        for run in runs(text) {
            let word = text[run.clone()].to_lowercase();
            if is_chinese(&word) && languages.contains(&Language::Chinese) {
                unknown.extend(
                    self.unknown_chinese(&text[run.clone()])
                        .into_iter()
                        .map(|r| run.start + r.start..run.start + r.end),
                );
            } else if !self.random.contains(&word) && !self.is_word(&word, languages) {
                unknown.push(run);
            }
        }
        let symbols = text.char_indices().filter(|(_, c)| !is_letter(*c) && !is_usual(*c));
        unknown.extend(symbols.map(|(at, c)| at..at + c.len_utf8()));
        unknown.sort_by_key(|range| range.start);
        unknown
    }

    fn is_word(&self, small: &str, languages: &[Language]) -> bool {
        languages.iter().any(|language| self.small.get(language).is_some_and(|words| words.contains(small)))
    }

    /// Takes the longest word from the left; characters where none begins are unknown.
    fn unknown_chinese(&self, run: &str) -> Vec<Range<usize>> {
        let mut unknown: Vec<Range<usize>> = Vec::new();
        let mut at = 0;
        while let Some(first) = run[at..].chars().next() {
            let ends = run[at..].char_indices().map(|(start, c)| start + c.len_utf8());
            let longest = ends.rev().find(|&end| self.is_word(&run[at..at + end], &[Language::Chinese]));
            let end = at + longest.unwrap_or(first.len_utf8());
            match unknown.last_mut() {
                _ if longest.is_some() => {}
                Some(last) if last.end == at => last.end = end,
                _ => unknown.push(at..end),
            }
            at = end;
        }
        unknown
    }
}

/// Chinese characters; enough for telling them from the letters of the other languages.
pub(super) fn is_chinese(text: &str) -> bool {
    text.starts_with(|c| ('\u{3400}'..='\u{9fff}').contains(&c))
}

fn is_letter(c: char) -> bool {
    c.is_alphabetic()
}

/// Spaces, digits and marks of punctuation; a model has seen them, or they say nothing to it.
fn is_usual(c: char) -> bool {
    c.is_whitespace() || c.is_ascii() || "。，？！：；、".contains(c)
}

/// The longest runs of letters, Chinese apart from others.
fn runs(text: &str) -> Vec<Range<usize>> {
    let mut runs: Vec<(Range<usize>, bool)> = Vec::new();
    for (at, c) in text.char_indices().filter(|(_, c)| is_letter(*c)) {
        let chinese = is_chinese(&text[at..]);
        match runs.last_mut() {
            Some((last, same)) if last.end == at && *same == chinese => last.end = at + c.len_utf8(),
            _ => runs.push((at..at + c.len_utf8(), chinese)),
        }
    }
    runs.into_iter().map(|(range, _)| range).collect()
}

#[cfg(test)]
mod tests {
    use super::runs;

    #[test]
    fn runs_of_letters() {
        let text = "L'école, 3 这只cat!";
        let found: Vec<&str> = runs(text).into_iter().map(|range| &text[range]).collect();
        assert_eq!(found, ["L", "école", "这只", "cat"]);
    }
}
