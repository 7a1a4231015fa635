//! Documents of a mix without end, for one side of the split.

use std::collections::HashSet;

use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

use super::document::{Document, Split};
use super::expand::expand;
use super::links::document;
use super::{Grammar, World};

/// So many draws in a row that were all there before mean that a genre is used up.
const BARREN: usize = 2000;

impl Split {
    /// The side that a document belongs to: decided by what is said, not by when it is drawn.
    pub(super) fn of(genre: &str, key: &str) -> Self {
        match hash(genre, key) % 10 {
            0 => Self::Test,
            1 => Self::Validation,
            _ => Self::Train,
        }
    }
}

/// FNV-1a, and a last mixing (that of `SplitMix64`) for the low digits: the same on every machine and for ever.
fn hash(genre: &str, key: &str) -> u64 {
    let bytes = genre.bytes().chain([0]).chain(key.bytes());
    let hash =
        bytes.fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
    let hash = (hash ^ (hash >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let hash = (hash ^ (hash >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    hash ^ (hash >> 31)
}

/// An endless row of documents.
pub(super) struct Documents<'w> {
    world: &'w World,
    /// The genres with their shares.
    mix: Vec<(&'w Grammar, f64)>,
    split: Split,
    random: StdRng,
    /// What was given out; kept only where nothing may come twice.
    seen: HashSet<u64>,
}

impl<'w> Documents<'w> {
    pub fn new(world: &'w World, mix: Vec<(&'w Grammar, f64)>, split: Split, seed: u64) -> Self {
        Self { world, mix, split, random: StdRng::seed_from_u64(seed), seen: HashSet::new() }
    }

    fn genre(&mut self) -> (&'w Grammar, f64) {
        let total: f64 = self.mix.iter().map(|(_, share)| share).sum();
        let mut left = self.random.random::<f64>() * total;
        let chosen = self.mix.iter().find(|(_, share)| {
            left -= share;
            left < 0.0
        });
        let (grammar, share) = *chosen.unwrap_or(&self.mix[self.mix.len() - 1]);
        (grammar, (total / share).ln())
    }

    /// A document of the genre that stands on the right side and was not there before.
    fn draw(&mut self, grammar: &Grammar) -> Document {
        let mut known = 0;
        loop {
            // The files are compiled in and every rule of them is tested.
            let raw = expand(grammar, &self.world.lexicon, &mut self.random)
                .unwrap_or_else(|problem| panic!("genre {}: {problem}", grammar.genre));
            if Split::of(&grammar.genre, &raw.key) != self.split {
                continue;
            }
            if self.split != Split::Train && !self.seen.insert(hash(&grammar.genre, &raw.text)) {
                known += 1;
                if known < BARREN {
                    continue;
                }
                self.seen.clear();
            }
            return document(&grammar.genre, raw, &self.world.lexicon)
                .unwrap_or_else(|problem| panic!("genre {}: {problem}", grammar.genre));
        }
    }
}

impl Iterator for Documents<'_> {
    type Item = Document;

    fn next(&mut self) -> Option<Document> {
        let (grammar, nats) = self.genre();
        let mut document = self.draw(grammar);
        document.nats += nats;
        Some(document)
    }
}
