//! The unigram language model (Kudo, 2018, <https://arxiv.org/abs/1804.10959>): every piece has a score, the logarithm of
//! its probability, and of all ways to cut a word the one with the highest sum is taken. From left to right only the best
//! way to each place has to be remembered (Viterbi).

use std::collections::HashMap;

use serde::Deserialize;

use super::Piece;

/// So much lower than the lowest score an unknown character scores, as in SentencePiece.
const UNKNOWN_PENALTY: f64 = 10.0;

/// The fields of `tokenizer.json`.
#[derive(Debug, Deserialize)]
pub(super) struct Written {
    vocab: Vec<(String, f64)>,
    unk_id: Option<usize>,
    #[serde(default)]
    byte_fallback: bool,
}

/// The pieces and their scores.
#[derive(Debug)]
pub(in crate::text) struct Unigram {
    written: Written,
    ids: HashMap<String, usize>,
    /// Bytes of the longest piece.
    longest: usize,
    unknown: f64,
}

/// A piece that leads to a place of the word.
#[derive(Debug, Clone, PartialEq)]
pub struct WayIn {
    /// The place it begins at: the number of characters before it.
    pub from: usize,
    /// Its number.
    pub id: u32,
    /// Whether it is a character that is not in the vocabulary.
    pub unknown: bool,
    /// Its score.
    pub score: f64,
    /// The best sum of scores by this way.
    pub total: f64,
}

/// A place between characters of the word.
#[derive(Debug, Clone, PartialEq)]
pub struct Place {
    /// Its byte in the word.
    pub byte: usize,
    /// The pieces that end here; none at the beginning.
    pub ways: Vec<WayIn>,
    /// Which of them the best way takes.
    pub best: usize,
}

impl Place {
    /// The best way here; `None` at the beginning.
    pub fn best(&self) -> Option<&WayIn> {
        self.ways.get(self.best)
    }
}

/// A way to cut the word: the places it goes through, the beginning left out, with the way in to each.
#[derive(Debug, Clone, PartialEq)]
pub struct Path {
    /// Place, and which of the ways to it.
    pub edges: Vec<(usize, usize)>,
    /// The sum of the scores.
    pub score: f64,
}

/// The search for a word's pieces.
#[derive(Debug, Clone, PartialEq)]
pub struct BestPath {
    /// All places, from the beginning of the word to its end.
    pub places: Vec<Place>,
    /// The best way through.
    pub path: Path,
    /// The best of all others, where the word can be cut in another way.
    pub second: Option<Path>,
}

impl BestPath {
    /// The piece that leads along an edge.
    pub fn way(&self, edge: (usize, usize)) -> Option<&WayIn> {
        self.places.get(edge.0)?.ways.get(edge.1)
    }

    /// What of the word an edge covers.
    pub fn text<'w>(&self, word: &'w str, edge: (usize, usize)) -> &'w str {
        let range = self.way(edge).and_then(|way| Some(self.places.get(way.from)?.byte..self.places[edge.0].byte));
        range.and_then(|range| word.get(range)).unwrap_or_default()
    }

    /// The piece of the result that covers the character before a place.
    pub(super) fn piece_at(&self, step: usize) -> usize {
        let edges = &self.path.edges;
        edges.iter().position(|edge| edge.0 >= step).unwrap_or(edges.len().saturating_sub(1))
    }
}

/// The best sum to a place and the second best, each with its way in and which of the two it goes on from.
type Two = [Option<(f64, usize, usize)>; 2];

impl Unigram {
    pub(super) fn new(written: Written) -> Self {
        let ids = written.vocab.iter().enumerate().map(|(id, (piece, _))| (piece.clone(), id)).collect();
        let lowest = written.vocab.iter().map(|(_, score)| *score).fold(f64::INFINITY, f64::min);
        let longest = written.vocab.iter().map(|(piece, _)| piece.len()).max().unwrap_or(0);
        Self { written, ids, longest, unknown: lowest - UNKNOWN_PENALTY }
    }

    /// The best way to cut a word, and the second best.
    pub fn best_path(&self, word: &str) -> BestPath {
        let bytes: Vec<usize> = word.char_indices().map(|(at, _)| at).chain([word.len()]).collect();
        let mut places: Vec<Place> = bytes.iter().map(|&byte| Place { byte, ways: Vec::new(), best: 0 }).collect();
        let mut best: Vec<Two> = vec![[None; 2]; places.len()];
        best[0][0] = Some((0.0, 0, 0));
        for from in 0..places.len() - 1 {
            let reached = best[from];
            let Some((here, _, _)) = reached[0] else { continue };
            for (to, id, unknown) in self.pieces_from(word, &bytes, from) {
                let score = if unknown { self.unknown } else { self.written.vocab[id].1 };
                let way = places[to].ways.len();
                places[to].ways.push(WayIn { from, id: id as u32, unknown, score, total: score + here });
                for (rank, (sum, _, _)) in reached.iter().flatten().enumerate() {
                    insert(&mut best[to], (score + sum, way, rank));
                }
            }
        }
        for (place, two) in places.iter_mut().zip(&best) {
            place.best = two[0].map_or(0, |(_, way, _)| way);
        }
        let path = back(&places, &best, 0).unwrap_or(Path { edges: Vec::new(), score: 0.0 });
        let second = back(&places, &best, 1);
        BestPath { places, path, second }
    }

    /// The pieces that begin at a place, the shortest first: where each ends, its number, and whether it is unknown.
    fn pieces_from(&self, word: &str, bytes: &[usize], from: usize) -> Vec<(usize, usize, bool)> {
        let start = bytes[from];
        let near = (from + 1..bytes.len()).take_while(|&to| bytes[to] - start <= self.longest);
        let known = near.filter_map(|to| Some((to, *self.ids.get(&word[start..bytes[to]])?, false)));
        let mut pieces: Vec<(usize, usize, bool)> = known.collect();
        // One character always leads on, known or not.
        if pieces.first().is_none_or(|&(to, _, _)| to > from + 1)
            && let Some(unknown) = self.written.unk_id
        {
            // It is weighed after the pieces that begin here, and they end further on.
            pieces.push((from + 1, unknown, true));
        }
        pieces
    }

    /// The pieces that the best way leads to: unknown characters next to each other are one.
    pub fn pieces(&self, word: &str, found: &BestPath) -> Vec<Piece> {
        let mut texts: Vec<(String, bool)> = Vec::new();
        for &edge in &found.path.edges {
            let text = found.text(word, edge);
            let unknown = found.way(edge).is_some_and(|way| Some(way.id as usize) == self.written.unk_id);
            match texts.last_mut() {
                Some((before, true)) if unknown => before.push_str(text),
                _ => texts.push((text.to_owned(), unknown)),
            }
        }
        texts.into_iter().flat_map(|(text, _)| self.written_as(text)).collect()
    }

    /// What a text becomes: its piece, else its bytes where there are such pieces, else the unknown token.
    fn written_as(&self, text: String) -> Vec<Piece> {
        if let Some(&id) = self.ids.get(&text) {
            return vec![Piece { piece: text, id: id as u32 }];
        }
        let bytes = || {
            let piece = |byte: u8| {
                let piece = format!("<0x{byte:02X}>");
                self.ids.get(&piece).map(|&id| Piece { piece, id: id as u32 })
            };
            text.bytes().map(piece).collect::<Option<Vec<Piece>>>()
        };
        if let Some(bytes) = self.written.byte_fallback.then(bytes).flatten() {
            return bytes;
        }
        self.written.unk_id.map(|id| Piece { piece: text, id: id as u32 }).into_iter().collect()
    }
}

/// Keeps the two best; of equal ones those that came first.
fn insert(two: &mut Two, new: (f64, usize, usize)) {
    if two[0].is_none_or(|best| new.0 > best.0) {
        *two = [Some(new), two[0]];
    } else if two[1].is_none_or(|second| new.0 > second.0) {
        two[1] = Some(new);
    }
}

/// Goes back from the end along the best way, or the second best.
fn back(places: &[Place], best: &[Two], rank: usize) -> Option<Path> {
    let (mut at, mut rank) = (places.len() - 1, rank);
    let score = best[at][rank]?.0;
    let mut edges = Vec::new();
    while at > 0 {
        let (_, way, before) = best[at][rank]?;
        edges.push((at, way));
        (at, rank) = (places[at].ways.get(way)?.from, before);
    }
    edges.reverse();
    (!edges.is_empty()).then_some(Path { edges, score })
}
