//! Byte-pair encoding (Sennrich et al., 2016, <https://arxiv.org/abs/1508.07909>): a word begins as its characters, or as
//! bytes; of all neighbours that stand in the list of merges the pair listed first is joined, until none is left.

use std::collections::{BTreeMap, HashMap};

use serde::Deserialize;

use super::Piece;

/// So many of the other pairs are kept that could have been joined at a step.
const RIVALS: usize = 5;

/// The fields of `tokenizer.json`.
#[derive(Debug, Deserialize)]
pub(super) struct Written {
    vocab: HashMap<String, u32>,
    merges: Vec<(String, String)>,
    unk_token: Option<String>,
    continuing_subword_prefix: Option<String>,
    end_of_word_suffix: Option<String>,
    #[serde(default)]
    fuse_unk: bool,
    #[serde(default)]
    byte_fallback: bool,
    #[serde(default)]
    ignore_merges: bool,
}

/// The list of merges and the vocabulary.
#[derive(Debug)]
pub(in crate::text) struct Bpe {
    written: Written,
    /// Each piece by its number.
    pieces: HashMap<u32, String>,
    /// A pair's place in the list, and the number of what it becomes.
    ranks: HashMap<(u32, u32), (u32, u32)>,
}

/// What a symbol that a word begins with is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// A character, or a byte in a byte-level alphabet, that stands in the vocabulary.
    Known,
    /// One byte of a character that does not (byte fallback).
    Byte,
    /// The unknown token in the place of a character that does not.
    Unknown,
}

/// A symbol that a word begins with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Symbol {
    /// What of the word it stands for; empty for all bytes of a character but the first.
    pub text: String,
    /// How the vocabulary writes it.
    pub piece: String,
    /// Its number.
    pub id: u32,
    /// What it is.
    pub origin: Origin,
}

/// Two neighbours that were joined.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Merge {
    /// The first symbol of the left one, by place among those that the word began with.
    pub left: usize,
    /// The first symbol of the right one.
    pub right: usize,
    /// The pair's place in the list, from 0.
    pub rank: u32,
    /// What they become.
    pub piece: String,
    /// The number of that.
    pub id: u32,
    /// The pairs that came next: first symbol of the left one, and the place in the list.
    pub rivals: Vec<(usize, u32)>,
}

/// The merges of a word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Merges {
    /// What it begins as.
    pub symbols: Vec<Symbol>,
    /// The pairs that were joined, in order.
    pub merges: Vec<Merge>,
    /// Whether the whole word stands in the vocabulary and is taken as it is (`ignore_merges`).
    pub whole: bool,
    /// Characters that are lost: neither they nor an unknown token stand in the vocabulary.
    pub lost: String,
    /// How many merges the list has.
    pub listed: usize,
}

/// What a word consists of after some merges.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct State<'a> {
    /// The first of its symbols, by place among those that the word began with.
    pub first: usize,
    /// How the vocabulary writes it.
    pub piece: &'a str,
    /// Its number.
    pub id: u32,
}

impl Merges {
    /// What the word consists of after so many merges.
    pub fn state(&self, merges: usize) -> Vec<State<'_>> {
        let mut here: Vec<Option<(&str, u32)>> =
            self.symbols.iter().map(|symbol| Some((symbol.piece.as_str(), symbol.id))).collect();
        for merge in self.merges.iter().take(merges) {
            here[merge.left] = Some((&merge.piece, merge.id));
            here[merge.right] = None;
        }
        let states = here.into_iter().enumerate();
        states.filter_map(|(first, state)| state.map(|(piece, id)| State { first, piece, id })).collect()
    }

    /// The pieces that the merges lead to.
    pub(super) fn pieces(&self) -> Vec<Piece> {
        let states = self.state(self.merges.len()).into_iter();
        states.map(|state| Piece { piece: state.piece.to_owned(), id: state.id }).collect()
    }

    /// The piece of the result that a step's merge went into.
    pub(super) fn piece_at(&self, step: usize) -> usize {
        let Some(merge) = step.checked_sub(1).and_then(|at| self.merges.get(at)) else { return 0 };
        let states = self.state(self.merges.len());
        states.iter().rposition(|state| state.first <= merge.left).unwrap_or(0)
    }
}

impl Bpe {
    pub(super) fn new(written: Written) -> Self {
        let pieces = written.vocab.iter().map(|(piece, &id)| (id, piece.clone())).collect();
        let prefix = written.continuing_subword_prefix.as_deref().unwrap_or_default();
        let id = |piece: &str| written.vocab.get(piece).copied();
        let ranks = written.merges.iter().zip(0..).filter_map(|((left, right), rank)| {
            let joined = format!("{left}{}", right.strip_prefix(prefix).unwrap_or(right));
            Some(((id(left)?, id(right)?), (rank, id(&joined)?)))
        });
        let ranks = ranks.collect();
        Self { written, pieces, ranks }
    }

    /// The merges of a word.
    pub fn merges(&self, word: &str) -> Merges {
        let listed = self.written.merges.len();
        if let Some(&id) = self.written.vocab.get(word).filter(|_| self.written.ignore_merges) {
            let symbol = Symbol { text: word.to_owned(), piece: word.to_owned(), id, origin: Origin::Known };
            return Merges { symbols: vec![symbol], merges: Vec::new(), whole: true, lost: String::new(), listed };
        }
        let (symbols, lost) = self.symbols(word);
        let merges = self.joined(&symbols);
        Merges { symbols, merges, whole: false, lost, listed }
    }

    /// What a word begins as, and the characters of it that are lost.
    ///
    /// An unknown token waits until something known follows, as in the library: bytes of a character that comes after it
    /// stand before it, which is odd but how its texts are cut.
    fn symbols(&self, word: &str) -> (Vec<Symbol>, String) {
        let (mut symbols, mut lost) = (Vec::new(), String::new());
        let mut unknown: Option<Symbol> = None;
        for (at, character) in word.char_indices() {
            let text = character.to_string();
            let prefix = self.written.continuing_subword_prefix.as_deref().filter(|_| at > 0).unwrap_or_default();
            let last = at + text.len() == word.len();
            let suffix = self.written.end_of_word_suffix.as_deref().filter(|_| last).unwrap_or_default();
            let piece = format!("{prefix}{text}{suffix}");
            if let Some(&id) = self.written.vocab.get(&piece) {
                symbols.extend(unknown.take());
                symbols.push(Symbol { text, piece, id, origin: Origin::Known });
            } else if let Some(bytes) = self.bytes(&piece, &text) {
                symbols.extend(bytes);
            } else if let Some(waiting) = unknown.as_mut().filter(|_| self.written.fuse_unk) {
                waiting.text.push(character);
            } else if let Some(new) = self.unknown(&text) {
                symbols.extend(unknown.replace(new));
            } else {
                lost.push(character);
            }
        }
        symbols.extend(unknown);
        (symbols, lost)
    }

    /// A character that is not in the vocabulary as its bytes, where these are.
    fn bytes(&self, piece: &str, text: &str) -> Option<Vec<Symbol>> {
        let bytes = piece.bytes().filter(|_| self.written.byte_fallback).enumerate().map(|(at, byte)| {
            let piece = format!("<0x{byte:02X}>");
            let id = *self.written.vocab.get(&piece)?;
            let text = if at == 0 { text.to_owned() } else { String::new() };
            Some(Symbol { text, piece, id, origin: Origin::Byte })
        });
        let bytes: Vec<Symbol> = bytes.collect::<Option<_>>()?;
        (!bytes.is_empty()).then_some(bytes)
    }

    /// The unknown token in the place of a character, where there is one.
    fn unknown(&self, text: &str) -> Option<Symbol> {
        let piece = self.written.unk_token.as_ref()?;
        let id = *self.written.vocab.get(piece)?;
        Some(Symbol { text: text.to_owned(), piece: piece.clone(), id, origin: Origin::Unknown })
    }

    /// Joins pairs until none of those left is in the list: the one listed first, of equal ones the leftmost.
    fn joined(&self, symbols: &[Symbol]) -> Vec<Merge> {
        let mut ids: Vec<u32> = symbols.iter().map(|symbol| symbol.id).collect();
        // The first symbols of the neighbours: `symbols.len()` right of the last.
        let mut next: Vec<usize> = (1..=ids.len()).collect();
        let mut before: Vec<Option<usize>> = (0..ids.len()).map(|at| at.checked_sub(1)).collect();
        let rank = |ids: &[u32], left: usize, right: usize| {
            ids.get(right).and_then(|&right| self.ranks.get(&(ids[left], right)).copied())
        };
        // All pairs that can be joined now.
        let mut open: BTreeMap<(u32, usize), u32> = BTreeMap::new();
        for (left, &right) in next.iter().enumerate() {
            open.extend(rank(&ids, left, right).map(|(rank, id)| ((rank, left), id)));
        }
        let mut merges = Vec::new();
        while let Some(((listed, left), id)) = open.pop_first() {
            let right = next[left];
            let rivals = open.keys().take(RIVALS).map(|&(rank, left)| (left, rank)).collect();
            let around = [before[left].map(|at| (at, left)), Some((right, next[right]))];
            for (left, right) in around.into_iter().flatten() {
                if let Some((rank, _)) = rank(&ids, left, right) {
                    open.remove(&(rank, left));
                }
            }
            ids[left] = id;
            next[left] = next[right];
            if let Some(behind) = before.get_mut(next[left]) {
                *behind = Some(left);
            }
            for (left, right) in [before[left].map(|at| (at, left)), Some((left, next[left]))].into_iter().flatten() {
                open.extend(rank(&ids, left, right).map(|(rank, id)| ((rank, left), id)));
            }
            let piece = self.pieces.get(&id).cloned().unwrap_or_default();
            merges.push(Merge { left, right, rank: listed, piece, id, rivals });
        }
        merges
    }
}
