//! Unigram: the best way to each place of the word, all ways there, and at the end the best cut beside the second best.

use super::steps::{Scene, Told};
use crate::app::Word as Said;
use crate::text::{BestPath, Path};
use crate::ui::{Tone, text};

/// The best cut of the word up to a place.
pub fn row(scene: &Scene<'_>, found: &BestPath, step: usize) -> Told {
    let word = scene.word.text.as_str();
    let Some(place) = found.places.get(step) else { return Told::default() };
    let Some(way) = place.best() else {
        return Told::of(format!("│{}", scene.show(word)), Tone::Dim)
            .note(Said::BeginningOfWord.text(scene.language), Tone::Dim);
    };
    let mut told = Told::default();
    let mut edges = Vec::new();
    let mut at = step;
    while let Some(place) = found.places.get(at)
        && let Some(way) = place.best()
    {
        edges.push((at, place.best));
        at = way.from;
    }
    for &edge in edges.iter().rev() {
        let unknown = found.way(edge).is_some_and(|way| way.unknown);
        let newest = edge.0 == step;
        let tone = match (unknown, newest) {
            (true, _) => Tone::Bad,
            (false, true) => Tone::Accent,
            (false, false) => Tone::Text,
        };
        told.parts.push((scene.show(found.text(word, edge)), tone));
        told.parts.push(("│".to_owned(), Tone::Dim));
    }
    told.focus = told.parts.len().saturating_sub(2);
    told.parts.push((scene.show(&word[place.byte..]), Tone::Faint));
    told.note(format!("{:.2}", way.total), Tone::Text)
}

/// All ways to the place; at the end of the word the best cut and the second best.
pub fn below(scene: &Scene<'_>, found: &BestPath, rows: usize) -> Vec<Told> {
    let Some(place) = found.places.get(scene.step).filter(|place| !place.ways.is_empty()) else { return Vec::new() };
    let mut lines = Vec::new();
    if scene.step + 1 == found.places.len() {
        lines.push(cut(scene, found, Said::BestCut, &found.path, None));
        if let Some(second) = &found.second {
            lines.push(cut(scene, found, Said::SecondCut, second, Some(found.path.score - second.score)));
        }
    }
    let (title, hint) = (Said::WaysHere.text(scene.language), Said::WaysHereHint.text(scene.language));
    let parts = vec![(title.to_owned(), Tone::Title), (format!("  {hint}"), Tone::Dim)];
    lines.push(Told { parts, ..Told::default() });
    // The best first.
    let mut ways: Vec<usize> = (0..place.ways.len()).collect();
    ways.sort_by(|&a, &b| place.ways[b].total.total_cmp(&place.ways[a].total));
    let widest =
        ways.iter().map(|&way| text::width(&scene.show(found.text(&scene.word.text, (scene.step, way))))).max();
    for way in ways.into_iter().take(rows.saturating_sub(lines.len()).max(1)) {
        let into = &place.ways[way];
        let best = way == place.best;
        let piece = scene.show(found.text(&scene.word.text, (scene.step, way)));
        let note = if into.unknown { format!("  {}", Said::UnknownMark.text(scene.language)) } else { String::new() };
        let parts = vec![
            (if best { "✓ " } else { "  " }.to_owned(), Tone::Accent),
            (text::left(&piece, widest.unwrap_or(0).min(24)), if best { Tone::Accent } else { Tone::Text }),
            (format!("  {:>8.2}  {:>9.2}", into.score, into.total), if best { Tone::Text } else { Tone::Dim }),
            (note, Tone::Bad),
        ];
        lines.push(Told { parts, ..Told::default() });
    }
    lines
}

fn cut(scene: &Scene<'_>, found: &BestPath, name: Said, path: &Path, lower: Option<f64>) -> Told {
    let pieces: Vec<String> = path.edges.iter().map(|&edge| scene.show(found.text(&scene.word.text, edge))).collect();
    let lower = lower
        .map_or_else(String::new, |by| format!("   {}", Said::LowerBy.fill(scene.language, &[&format!("{by:.2}")])));
    let parts = vec![
        (text::left(name.text(scene.language), 7), Tone::Dim),
        (pieces.join(" + "), if lower.is_empty() { Tone::Strong } else { Tone::Text }),
        (format!("   {:.2}", path.score), Tone::Text),
        (lower, Tone::Dim),
    ];
    Told { parts, ..Told::default() }
}
