//! The steps by which words become pieces, as JSON and as a person reads them.

use serde_json::{Value, json};

use crate::text::{BestPath, LongestMatch, Merges, Path, Style, Unmatched, Way, Word, spelled};

/// The steps of a word; none where it is a token of its own right.
pub fn json(word: &Word) -> Vec<Value> {
    match &word.way {
        Way::Whole => Vec::new(),
        Way::Merges(merges) => merges_json(merges),
        Way::Longest(longest) => longest_json(&word.text, longest),
        Way::BestPath(path) => path_json(&word.text, path),
        Way::Lookup(found) => vec![json!({"lookup": word.text, "found": found})],
    }
}

fn symbols(merges: &Merges, step: usize) -> Vec<&str> {
    merges.state(step).iter().map(|state| state.piece).collect()
}

fn merges_json(merges: &Merges) -> Vec<Value> {
    let first = json!({"symbols": symbols(merges, 0), "whole": merges.whole, "lost": merges.lost});
    let joined = merges.merges.iter().enumerate().map(|(at, merge)| {
        let before = merges.state(at);
        let place = before.iter().position(|state| state.first == merge.left).unwrap_or(0);
        let pair: Vec<&str> = before.iter().skip(place).take(2).map(|state| state.piece).collect();
        json!({"merge": pair, "rank": merge.rank, "result": merge.piece, "id": merge.id, "symbols": symbols(merges, at + 1)})
    });
    std::iter::once(first).chain(joined).collect()
}

fn longest_json(word: &str, longest: &LongestMatch) -> Vec<Value> {
    let tries = longest.tries.iter().map(|tried| {
        let cut = &word[tried.part.end..];
        json!({"try": longest.written(word, &tried.part), "cut": cut, "found": tried.found.is_some(), "id": tried.found})
    });
    let unknown = longest.unmatched.map(|why| match why {
        Unmatched::TooLong { characters, most } => {
            json!({"unknown": "too long", "characters": characters, "most": most})
        }
        Unmatched::NoPiece(byte) => json!({"unknown": "no piece", "rest": &word[byte..]}),
    });
    tries.chain(unknown).collect()
}

fn path_json(word: &str, found: &BestPath) -> Vec<Value> {
    let places = found.places.iter().enumerate().skip(1).map(|(to, place)| {
        let ways = place.ways.iter().enumerate().map(|(way, into)| {
            json!({"piece": found.text(word, (to, way)), "from": into.from, "score": into.score, "total": into.total,
                "unknown": into.unknown})
        });
        json!({"place": to, "candidates": ways.collect::<Vec<_>>(), "best": place.best})
    });
    let path = |path: &Path| {
        let pieces: Vec<&str> = path.edges.iter().map(|&edge| found.text(word, edge)).collect();
        json!({"pieces": pieces, "score": path.score})
    };
    let last = json!({"path": path(&found.path), "runner_up": found.second.as_ref().map(path)});
    places.chain([last]).collect()
}

/// The way of a word that is cut, in a line; `None` where there is nothing to tell.
pub fn told(word: &Word, style: Style) -> Option<String> {
    let show = |piece: &str| spelled(piece, style);
    let told = match &word.way {
        Way::Merges(merges) if !merges.merges.is_empty() => {
            let joined = merges.merges.iter().map(|merge| format!("{} ({})", show(&merge.piece), merge.rank));
            let first: Vec<String> = merges.symbols.iter().map(|symbol| show(&symbol.piece)).collect();
            format!("{}; merged: {}", first.join(" "), joined.collect::<Vec<_>>().join(", "))
        }
        Way::Longest(longest) if longest.tries.len() > 1 || longest.unmatched.is_some() => {
            let tries = longest.tries.iter().map(|tried| {
                let mark = if tried.found.is_some() { "✓" } else { "✗" };
                format!("{}{mark}", show(&longest.written(&word.text, &tried.part)))
            });
            let why = match longest.unmatched {
                Some(Unmatched::TooLong { characters, most }) => {
                    format!("{characters} characters, more than {most}: unknown")
                }
                Some(Unmatched::NoPiece(_)) => " nothing goes on from here: unknown".to_owned(),
                None => String::new(),
            };
            tries.collect::<Vec<_>>().join(" ") + &why
        }
        Way::BestPath(found) => {
            let path = |path: &Path| {
                let pieces: Vec<String> = path.edges.iter().map(|&edge| show(found.text(&word.text, edge))).collect();
                format!("{} {:.2}", pieces.join("+"), path.score)
            };
            let second =
                found.second.as_ref().map_or_else(String::new, |second| format!("; next best {}", path(second)));
            path(&found.path) + &second
        }
        Way::Lookup(false) => "not in the vocabulary".to_owned(),
        _ => return None,
    };
    let fault = if word.agrees { "" } else { "  (the library gives other pieces)" };
    Some(told + fault)
}
