//! From what a grammar printed to what follows from what.

use std::ops::Range;

use super::document::{Document, Language, Link, LinkKind, Mark, Translation};
use super::expand::{Printed, Raw};
use super::lexicon::Lexicon;

/// The document of an expanded text.
pub(super) fn document(genre: &str, raw: Raw, lexicon: &Lexicon) -> Result<Document, String> {
    let sentences = sentences(&raw.text);
    let (mut links, mut marks) = (Vec::new(), Vec::new());
    let mut translation = None;
    if let Some((from, to)) = &raw.languages {
        let language = |code: &str| Language::of(code).ok_or_else(|| format!("`{code}` is no language"));
        translation = Some(translate(&raw, language(from)?, language(to)?)?);
    } else {
        marks = marked(&raw, lexicon);
        links = linked(&raw, lexicon, &marks);
    }
    Ok(Document { genre: genre.to_owned(), text: raw.text, sentences, links, marks, nats: raw.nats, translation })
}

fn is_pronoun(printed: &Printed, lexicon: &Lexicon) -> bool {
    lexicon.classes[printed.class].pronouns.contains(&printed.form)
}

/// Whether both show the same choice by the same word.
fn same(a: &Printed, b: &Printed) -> bool {
    (a.choice, &a.form, a.item) == (b.choice, &b.form, b.item)
}

fn marked(raw: &Raw, lexicon: &Lexicon) -> Vec<(Mark, Range<usize>)> {
    let named = raw.marks.iter().filter_map(|(name, range)| Some((Mark::of(name)?, range.clone())));
    let mut marks: Vec<_> = named.collect();
    for (place, printed) in raw.printed.iter().enumerate() {
        let class = &lexicon.classes[printed.class];
        let before = raw.printed[..place].iter().any(|other| same(printed, other));
        let pronoun = is_pronoun(printed, lexicon);
        if pronoun && class.gendered {
            marks.push((Mark::Pronoun, printed.range.clone()));
        } else if !pronoun && class.objects && before && printed.item.is_none() {
            marks.push((Mark::Object, printed.range.clone()));
        }
    }
    marks.extend(copies(raw).map(|range| (Mark::Repeated, range)));
    marks.sort_by_key(|(mark, range)| (range.start, range.end, *mark as u8));
    marks
}

/// The later copies of lists that are written again and again, without the first word of each.
fn copies(raw: &Raw) -> impl Iterator<Item = Range<usize>> {
    let later = raw.printed.iter().enumerate().filter(|(place, printed)| {
        printed.item.is_some_and(|item| item > 0) && raw.printed[..*place].iter().any(|other| same(printed, other))
    });
    let mut ranges: Vec<Range<usize>> = Vec::new();
    for (place, printed) in later {
        match ranges.last_mut() {
            Some(last) if printed.item != Some(1) && raw.printed[place - 1].range.end == last.end => {
                last.end = printed.range.end;
            }
            _ => ranges.push(printed.range.clone()),
        }
    }
    ranges.into_iter()
}

fn linked(raw: &Raw, lexicon: &Lexicon, marks: &[(Mark, Range<usize>)]) -> Vec<Link> {
    let mut links = Vec::new();
    for (place, printed) in raw.printed.iter().enumerate() {
        let from = printed.range.clone();
        if printed.item.is_some() {
            push(&mut links, LinkKind::Copy, from, followers(&raw.printed, place));
        } else if is_pronoun(printed, lexicon) {
            let names = raw.printed.iter().filter(|p| p.choice == printed.choice && p.form.is_empty());
            push(&mut links, LinkKind::Coreference, from, names.map(|name| name.range.clone()).collect());
        } else {
            let others = raw.printed.iter().enumerate().filter(|(at, other)| *at != place && same(printed, other));
            push(&mut links, LinkKind::Mention, from, others.map(|(_, other)| other.range.clone()).collect());
        }
    }
    let mut question: Option<Range<usize>> = None;
    for (mark, range) in marks {
        match (mark, &question) {
            (Mark::Question, _) => question = Some(range.clone()),
            (Mark::Answer, Some(question)) => {
                let last =
                    raw.text[question.clone()].rfind(' ').map_or(question.start, |space| question.start + space + 1);
                push(&mut links, LinkKind::Answer, last..question.end, told(raw, range, question.start));
            }
            _ => {}
        }
    }
    links.sort_by_key(|link| (link.from.start, link.kind as u8));
    links
}

fn push(links: &mut Vec<Link>, kind: LinkKind, from: Range<usize>, to: Vec<Range<usize>>) {
    if !to.is_empty() {
        links.push(Link { kind, from, to });
    }
}

/// The words that followed the earlier copies of a word of a list.
fn followers(printed: &[Printed], place: usize) -> Vec<Range<usize>> {
    let word = &printed[place];
    let list: Vec<&Printed> =
        printed[..=place].iter().filter(|p| p.choice == word.choice && p.form == word.form).collect();
    let earlier = list.windows(2).filter(|pair| same(pair[0], word));
    earlier.map(|pair| pair[1].range.clone()).collect()
}

/// Where a text told before `until` what its answer says.
fn told(raw: &Raw, answer: &Range<usize>, until: usize) -> Vec<Range<usize>> {
    let inside = |p: &&Printed| answer.start <= p.range.start && p.range.end <= answer.end;
    let said: Vec<&Printed> = raw.printed.iter().filter(inside).collect();
    let before = raw.printed.iter().filter(|p| p.range.end <= until && said.iter().any(|word| same(word, p)));
    before.map(|p| p.range.clone()).collect()
}

fn translate(raw: &Raw, from: Language, to: Language) -> Result<Translation, String> {
    let side = |name: &str| {
        let found = raw.marks.iter().find(|(mark, _)| mark == name).map(|(_, range)| range.clone());
        found.ok_or_else(|| format!("a translation needs the mark `{name}`"))
    };
    let (source, target) = (side("source")?, side("target")?);
    let within = |side: &Range<usize>| {
        let inside = raw.marks.iter().filter(|(name, r)| {
            !["source", "target"].contains(&name.as_str()) && side.start <= r.start && r.end <= side.end
        });
        inside.map(|(name, r)| (name.clone(), r.start - side.start..r.end - side.start)).collect::<Vec<_>>()
    };
    let (sources, targets) = (within(&source), within(&target));
    let pairs = targets.iter().flat_map(|(name, word)| {
        let same = sources.iter().filter(move |(other, _)| other == name);
        same.map(|(_, origin)| (word.clone(), origin.clone()))
    });
    let mut aligned: Vec<_> = pairs.collect();
    aligned.sort_by_key(|(target, source)| (target.start, source.start));
    aligned.dedup();
    let prompt = raw.text[..source.start].to_owned();
    let text = |range: Range<usize>| raw.text[range].to_owned();
    Ok(Translation { from, to, prompt, source: text(source), target: text(target), aligned })
}

/// Sentences end with `.`, `?`, `!` or `;` before a space, with `。`, or with the line.
fn sentences(text: &str) -> Vec<Range<usize>> {
    let mut sentences = Vec::new();
    let mut start = 0;
    for (at, c) in text.char_indices() {
        let end = at + c.len_utf8();
        let ends = match c {
            '.' | '?' | '!' | ';' => text[end..].chars().next().is_none_or(char::is_whitespace),
            '。' | '\n' => true,
            _ => false,
        };
        if ends || end == text.len() {
            let part = &text[start..end];
            // Blanks at the beginning of a line of code are of the line.
            let blank = part.len() - part.trim_start_matches(if part.starts_with("    ") { '\n' } else { ' ' }).len();
            let range = start + blank..start + part.trim_end().len();
            if !range.is_empty() {
                sentences.push(range);
            }
            start = end;
        }
    }
    sentences
}

#[cfg(test)]
mod tests {
    use super::sentences;

    #[test]
    fn sentences_of_prose_and_lines_of_code() {
        let of = |text: &'static str| sentences(text).into_iter().map(|range| &text[range]).collect::<Vec<_>>();
        assert_eq!(of("Is it? Yes. 好。 a.b"), ["Is it?", "Yes.", "好。", "a.b"]);
        assert_eq!(of("def f(a):\n    return a\nf(1) # 1"), ["def f(a):", "    return a", "f(1) # 1"]);
        assert!(of(" \n").is_empty());
    }
}
