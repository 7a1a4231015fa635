//! Byte-pair encoding: what the word consists of after each merge, and which other pairs could have been joined.

use super::steps::{Scene, Told};
use crate::app::Word as Said;
use crate::text::{Merges, Origin};
use crate::ui::Tone;

/// What the word consists of after so many merges, the newest one marked.
pub fn row(scene: &Scene<'_>, merges: &Merges, step: usize) -> Told {
    let newest = step.checked_sub(1).and_then(|at| merges.merges.get(at));
    let mut told = Told::default();
    for (at, state) in merges.state(step).into_iter().enumerate() {
        let new = newest.is_some_and(|merge| merge.left == state.first);
        if new {
            told.focus = 2 * at;
        }
        let origin = merges.symbols.get(state.first).map(|symbol| symbol.origin);
        let tone = match origin {
            _ if new => Tone::Accent,
            Some(Origin::Unknown) => Tone::Bad,
            Some(Origin::Byte) => Tone::Warm,
            _ => Tone::Text,
        };
        if at > 0 {
            told.parts.push((" ".to_owned(), Tone::Text));
        }
        told.parts.push((scene.show(state.piece), tone));
    }
    match newest {
        Some(merge) => told.note(Said::RankOf.fill(scene.language, &[&merge.rank, &merges.listed]), Tone::Dim),
        None if merges.whole => told.note(Said::TakenWhole.text(scene.language), Tone::Dim),
        None => told.note(Said::BeginsAs.fill(scene.language, &[&merges.symbols.len()]), Tone::Dim),
    }
}

/// The pair that was joined, and those that stood behind it in the list.
pub fn below(scene: &Scene<'_>, merges: &Merges) -> Vec<Told> {
    let mut lines = Vec::new();
    if !merges.lost.is_empty() {
        lines.push(Told::of(Said::LostCharacters.fill(scene.language, &[&scene.show(&merges.lost)]), Tone::Bad));
    }
    let Some(merge) = scene.step.checked_sub(1).and_then(|at| merges.merges.get(at)) else {
        if merges.merges.is_empty() && !merges.whole {
            lines.push(Told::of(Said::NoMoreMerges.text(scene.language), Tone::Dim));
        }
        return lines;
    };
    let before = merges.state(scene.step - 1);
    let pair = |left: usize| {
        let at = before.iter().position(|state| state.first == left).unwrap_or(0);
        let piece = |at: usize| before.get(at).map_or_else(String::new, |state| scene.show(state.piece));
        (piece(at), piece(at + 1))
    };
    let (left, right) = pair(merge.left);
    let parts = vec![
        (format!("{left} + {right} → "), Tone::Text),
        (scene.show(&merge.piece), Tone::Accent),
        (format!("   {}", Said::RankOf.fill(scene.language, &[&merge.rank, &merges.listed])), Tone::Dim),
    ];
    lines.push(Told { parts, ..Told::default() });
    let words = if merge.rivals.is_empty() { Said::NothingElse } else { Said::AlsoPossible };
    let mut parts = vec![(words.text(scene.language).to_owned(), Tone::Dim)];
    for (left, rank) in &merge.rivals {
        let (left, right) = pair(*left);
        parts.push((format!("  {left} + {right}"), Tone::Text));
        parts.push((format!(" {rank}"), Tone::Dim));
    }
    lines.push(Told { parts, ..Told::default() });
    if scene.step == merges.merges.len() {
        lines.push(Told::of(Said::NoMoreMerges.text(scene.language), Tone::Dim));
    }
    lines
}
