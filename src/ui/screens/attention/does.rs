//! What the chosen head does, or what becomes of the prediction as the pass is changed by hand.

use ratatui::layout::Rect;

use super::super::jobs;
use super::Scene;
use crate::app::Word;
use crate::explore::{Change, Pass, Pattern, Score, changes, spread};
use crate::models::Predicts;
use crate::ui::widgets::bar;
use crate::ui::{Canvas, Tone, number, text};

/// Rows that the candidates before and after want.
const CHANGES: u16 = 9;

/// Rows that the list wants.
pub fn rows(scene: &Scene<'_>) -> u16 {
    let state = &scene.app.attention;
    if before(scene).is_some() {
        return CHANGES;
    }
    let scores = scene.pass.measured().head(state.index, state.head).map_or(0, |scores| scores.scores.len());
    let taught = u16::from(jobs::note(scene.app, scene.pass, state.index, state.head).is_some());
    scores as u16 + 2 + taught
}

/// Draws the one or the other.
pub fn draw(canvas: &mut Canvas<'_>, area: Rect, scene: &Scene<'_>) {
    match before(scene) {
        Some(before) => draw_changes(canvas, area, scene, before),
        None => draw_patterns(canvas, area, scene),
    }
}

/// The pass as it was run, where a changed one is shown and there are predictions to compare.
pub fn before<'a>(scene: &Scene<'a>) -> Option<&'a Pass> {
    let changed = !scene.pass.edits.is_empty() && scene.pass.predicts() != Predicts::Nothing;
    scene.app.pass.as_deref().filter(|_| changed)
}

/// How much of the chosen head's attention goes where, beside chance and the number of queries.
fn draw_patterns(canvas: &mut Canvas<'_>, area: Rect, scene: &Scene<'_>) {
    let (state, language) = (&scene.app.attention, canvas.language);
    let title = Word::WhatItDoes.fill(language, &[&scene.head_name()]);
    canvas.title(Rect { height: 1, ..area }, &title, Word::OnThisText.text(language), false);
    let mut y = area.y + 1;
    let scores = scene.pass.measured().head(state.index, state.head);
    let note = jobs::note(scene.app, scene.pass, state.index, state.head);
    let last = area.bottom().saturating_sub(1 + u16::from(note.is_some()));
    for score in scores.map_or(&[][..], |scores| scores.scores.as_slice()).iter().take((last - y).into()) {
        draw_score(canvas, Rect { y, height: 1, ..area }, score);
        y += 1;
    }
    let line = Rect { y, height: 1, ..area };
    let keys = Word::SpreadWords.fill(language, &[&number::significant(spread(&scene.weights, state.head), 2)]);
    canvas.say(line, area.x, y, Word::Spread.text(language), Tone::Dim);
    canvas.say(line, area.x + 21, y, &keys, Tone::Dim);
    if let Some(note) = note {
        let score = note.score.map_or_else(String::new, |score| format!("  {}", number::short_weight(score)));
        let words = if note.taught {
            jobs::taught(note, language)
        } else {
            format!("{} ({})", jobs::name(&Pattern::of(&note.job), language), Word::ByItself.text(language))
        };
        canvas.say(Rect { y: y + 1, height: 1, ..area }, area.x, y + 1, &(words + &score), Tone::Text);
    }
}

fn draw_score(canvas: &mut Canvas<'_>, line: Rect, score: &Score) {
    let language = canvas.language;
    let tone = if score.is_clear() { Tone::Text } else { Tone::Dim };
    canvas.say(line, line.x, line.y, &text::fit(&jobs::name(&score.pattern, language), 10), tone);
    bar(canvas, Rect { x: line.x + 11, width: 9, ..line }, score.score, tone);
    let chance = Word::ChanceShort.fill(language, &[&number::short_weight(score.chance)]);
    let pieces = [
        (number::short_weight(score.score), tone),
        (format!("  {chance}"), Tone::Dim),
        (format!("  {}", Word::QueryCount.fill(language, &[&score.queries])), Tone::Faint),
    ];
    let pieces: Vec<(&str, Tone)> = pieces.iter().map(|(words, tone)| (words.as_str(), *tone)).collect();
    canvas.say_all(line, line.x + 21, line.y, &pieces);
}

/// The position whose prediction is watched: one that is predicted, the cursor's where it is one or where none is.
fn watched(scene: &Scene<'_>) -> usize {
    let (cursor, predicted) = (scene.app.cursor.query, scene.pass.predicted_positions());
    if predicted.contains(&cursor) { cursor } else { predicted.first().copied().unwrap_or(cursor) }
}

/// The candidates before and after; empty where the model predicts no tokens.
fn changed(scene: &Scene<'_>, before: &Pass, top: usize) -> Vec<Change> {
    let position = watched(scene);
    match (before.logits_at(position), scene.pass.logits_at(position)) {
        (Some(before), Some(after)) => changes(&before, &after, top),
        _ => Vec::new(),
    }
}

/// Probability and rank of the candidates, before and after.
pub fn draw_changes(canvas: &mut Canvas<'_>, area: Rect, scene: &Scene<'_>, before: &Pass) {
    let language = canvas.language;
    let narrow = area.width < 40;
    let title = super::changed::summary(scene, &scene.pass.edits, language, usize::from(area.width / 2));
    // What it is in full stands under the map.
    let short = text::width(&title) > usize::from(area.width);
    let title = if short { Word::ChangedByHand.text(language).to_owned() } else { title };
    let x = canvas.say(area, area.x, area.y, &title, Tone::Warm);
    let position = watched(scene);
    let token = scene.pass.output_tokens().get(position).map_or("", |token| token.label.as_str());
    let place = format!("{}{}", text::fit(token, 10), text::subscript(position));
    let hint = Word::WhichMask.fill(language, &[&place]);
    if usize::from(area.right().saturating_sub(x + 2)) >= text::width(&hint) {
        canvas.say(area, x + 2, area.y, &hint, Tone::Dim);
    }
    let Some(subject) = &scene.app.subject else { return };
    let shown = usize::from(area.height.saturating_sub(1));
    // The winners of both sides first: with few rows they are what counts.
    let mut rows = changed(scene, before, shown);
    let best = rows.iter().map(|change| change.after.rank).min();
    rows.sort_by_key(|change| (change.before.rank.min(change.after.rank), change.before.rank));
    let label = if narrow { 9 } else { 14 };
    for (row, change) in rows.iter().take(shown).enumerate() {
        let line = Rect { y: area.y + 1 + row as u16, height: 1, ..area };
        let won = Some(change.after.rank) == best;
        let tone = if won { Tone::Strong } else { Tone::Text };
        canvas.say(line, line.x, line.y, &text::fit(&subject.label(change.id), label), tone);
        let [was, is] = [change.before, change.after].map(|standing| number::weight(standing.probability));
        let ranks = format!("{} → {}", change.before.rank, change.after.rank);
        let lost = if change.after.probability < change.before.probability { Tone::Warm } else { Tone::Text };
        let pieces = [(was.as_str(), Tone::Dim), (" → ", Tone::Dim), (is.as_str(), lost)];
        canvas.say_all(line, line.x + label as u16 + 1, line.y, &pieces);
        if narrow {
            canvas.say_right(line, line.y, &text::fit(&ranks.replace(' ', ""), 6), Tone::Dim);
        } else {
            let rank = format!("{} {ranks}", Word::RankColumn.text(language));
            canvas.say(line, line.x + label as u16 + 15, line.y, &rank, Tone::Dim);
        }
    }
}
