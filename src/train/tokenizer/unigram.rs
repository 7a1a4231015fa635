//! Unigram as in T5, with the pieces laid down instead of learned.
//!
//! On so small a world the usual training picks pieces such as `▁v` and `oit`; so the words themselves are the pieces,
//! with the syllables of random names and all characters for what else is typed. Splitting is the family's own: the most
//! probable pieces.

use std::collections::{BTreeMap, BTreeSet};

use tokenizers::models::unigram::Unigram;
use tokenizers::pre_tokenizers::metaspace::{Metaspace, PrependScheme};
use tokenizers::processors::template::TemplateProcessing;
use tokenizers::{AddedToken, Tokenizer};

use super::{BuildError, Recipe, Result};
use crate::world::{Language, World};

/// How far a single character lies below the rarest word, so that words stay whole.
const BELOW: f64 = 4.0;

/// Specials, words by how frequent they are, characters, sentinels from the last to the first as in T5.
pub(super) fn build(recipe: &Recipe, texts: &[String], world: &World) -> Result<Tokenizer> {
    let (words, characters) = pieces(texts, world);
    let mut vocabulary: Vec<(String, f64)> = recipe.special.iter().map(|name| (name.clone(), 0.0)).collect();
    let total: f64 = words.values().sum();
    let mut words: Vec<(String, f64)> = words.into_iter().map(|(word, n)| (word, rounded((n / total).ln()))).collect();
    words.sort_by(|a, b| b.1.total_cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    let low = rounded(words.last().map_or(0.0, |(_, score)| *score) - BELOW);
    let known: BTreeSet<String> = words.iter().map(|(word, _)| word.clone()).collect();
    vocabulary.extend(words);
    vocabulary.extend(characters.into_iter().filter(|c| !known.contains(c)).map(|c| (c, low)));
    let sentinels: Vec<String> = (0..recipe.sentinels).rev().map(|n| format!("<extra_id_{n}>")).collect();
    vocabulary.extend(sentinels.iter().map(|name| (name.clone(), 0.0)));

    let place = |name: &str| recipe.special.iter().position(|special| special == name);
    let end = place("</s>").ok_or_else(|| BuildError::Library("the recipe has no </s>".to_owned()))?;
    let mut tokenizer = Tokenizer::new(Unigram::from(vocabulary, place("<unk>"), false)?);
    let spaces = Metaspace::new('▁', PrependScheme::Always, true);
    tokenizer.with_pre_tokenizer(Some(spaces.clone()));
    tokenizer.with_decoder(Some(spaces));
    let around = TemplateProcessing::builder()
        .try_single("$A </s>")
        .and_then(|builder| builder.try_pair("$A </s> $B </s>"))
        .map_err(BuildError::Library)?
        .special_tokens(vec![("</s>", end as u32)])
        .build()
        .map_err(|error| BuildError::Library(error.to_string()))?;
    tokenizer.with_post_processor(Some(around));
    let special = recipe.special.iter().chain(&sentinels).map(|name| AddedToken::from(name.as_str(), true));
    tokenizer.add_special_tokens(special)?;
    Ok(tokenizer)
}

fn rounded(score: f64) -> f64 {
    (score * 100.0).round() / 100.0
}

/// The words of the texts with how often each stands there, and all characters.
fn pieces(texts: &[String], world: &World) -> (BTreeMap<String, f64>, BTreeSet<String>) {
    let chinese = world.words(&[Language::Chinese]);
    let mut words = BTreeMap::new();
    // Every printable key, whether a text has it or not.
    let mut characters: BTreeSet<String> = ('!'..='~').map(String::from).collect();
    characters.insert("▁".to_owned());
    for text in texts {
        characters.extend(text.chars().filter(|c| *c != ' ').map(String::from));
        for part in text.split(' ') {
            for piece in split(part, &chinese) {
                if !world.is_random(piece.trim_start_matches('▁')) {
                    *words.entry(piece).or_default() += 1.0;
                }
            }
        }
    }
    let rare = words.values().copied().fold(f64::INFINITY, f64::min);
    for syllable in world.syllables() {
        let (first, rest) = syllable.split_at(syllable.chars().next().map_or(0, char::len_utf8));
        words.entry(syllable.to_owned()).or_insert(rare);
        words.entry(format!("▁{}{rest}", first.to_uppercase())).or_insert(rare);
    }
    (words, characters)
}

/// What stands between two spaces, in words and marks: `▁l'`, `oiseau`, `.`.
fn split(part: &str, chinese: &BTreeSet<&str>) -> Vec<String> {
    let mut pieces: Vec<String> = Vec::new();
    let mut rest = part;
    while let Some(first) = rest.chars().next() {
        let longest = chinese.iter().filter(|word| rest.starts_with(**word)).map(|word| word.len()).max();
        let letters = rest.find(|c: char| !c.is_alphabetic()).unwrap_or(rest.len());
        // An article that lost its vowel keeps its mark.
        let elided = usize::from(letters > 0 && rest[letters..].starts_with('\''));
        let end = longest.unwrap_or(if letters == 0 { first.len_utf8() } else { letters + elided });
        let begins = pieces.is_empty() && longest.is_none();
        pieces.push(format!("{}{}", if begins { "▁" } else { "" }, &rest[..end]));
        rest = &rest[end..];
    }
    pieces
}
