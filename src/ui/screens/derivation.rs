//! Where a number comes from: the trail of derivations with the chosen term.

use ratatui::layout::Rect;

use super::shown;
use crate::app::derive::choices;
use crate::app::{Language, Target, Trail, Word, steps};
use crate::explore::Pass;
use crate::tape::{Derivation, Source};
use crate::ui::widgets::scroll;
use crate::ui::{Canvas, Tone, text};

/// Rows beside the terms: the way, the cell, the formula, what the chosen term opens.
const AROUND: u16 = 5;
/// Wider than this the eye loses the way from a term to its number.
const WIDEST: u16 = 96;

/// The rows that a derivation wants.
pub fn rows(pass: &Pass, derivation: &Derivation) -> u16 {
    AROUND + shown::worked_lines(pass, derivation, Language::En).len().max(3) as u16
}

/// Draws the newest derivation of a trail, with the way to it above.
pub fn draw(canvas: &mut Canvas<'_>, area: Rect, pass: &Pass, trail: &Trail) {
    let Some((derivation, chosen)) = trail.newest().filter(|_| !trail.is_waiting()) else {
        canvas.say(area, area.x, area.y, Word::Recomputed.text(canvas.language), Tone::Dim);
        return;
    };
    let area = Rect { width: area.width.min(WIDEST), ..area };
    draw_way(canvas, area, pass, trail);
    draw_cell(canvas, line(area, 1), pass, derivation);
    let body = below(area, 2);
    if derivation.terms.is_empty() {
        return draw_leaf(canvas, body, pass, derivation);
    }
    canvas.say(body, body.x, body.y, &text::fit(&derivation.formula, usize::from(body.width)), Tone::Focused);
    let terms = Rect { y: body.y + 1, height: body.height.saturating_sub(2), ..body };
    draw_terms(canvas, terms, pass, derivation, chosen);
    draw_opens(canvas, line(area, area.height.saturating_sub(1)), pass, derivation, chosen);
}

/// The names from the first derivation to this one; where they are too many the first ones go.
fn draw_way(canvas: &mut Canvas<'_>, area: Rect, pass: &Pass, trail: &Trail) {
    let language = canvas.language;
    let mut names: Vec<String> =
        trail.steps().iter().map(|(derivation, _)| shown::short_name(pass, derivation.node, language)).collect();
    let last = names.pop().unwrap_or_default();
    let last = text::fit(&last, usize::from(area.width).saturating_sub(5));
    let room = usize::from(area.width).saturating_sub(text::width(&last) + 1);
    let mut cut = "";
    let way = loop {
        let way = names.iter().fold(cut.to_owned(), |way, name| way + name + " › ");
        if text::width(&way) <= room || names.is_empty() {
            break way;
        }
        names.remove(0);
        cut = "… › ";
    };
    let style = canvas.theme.cursor_label();
    let x = canvas.put(area, area.x, area.y, "▌", style);
    let x = canvas.say(area, x, area.y, &way, Tone::Dim);
    canvas.say(area, x, area.y, &last, Tone::Focused);
}

fn draw_cell(canvas: &mut Canvas<'_>, area: Rect, pass: &Pass, derivation: &Derivation) {
    let mut x = area.x;
    for (words, is_label) in shown::cell_words(pass, derivation.node, &derivation.cell, canvas.language) {
        x = if is_label {
            let style = canvas.theme.cursor_label();
            canvas.put(area, x, area.y, &text::fit(&words, 12), style) + 1
        } else {
            canvas.say(area, x, area.y, &words, Tone::Dim) + 3
        };
    }
    let path = shown::path_of(pass, derivation.node, canvas.language);
    let room = usize::from(area.right().saturating_sub(x));
    if text::width(&path) <= room {
        canvas.say_right(area, area.y, &path, Tone::Faint);
    }
}

/// A number that nothing before it made: where it stands and what it is.
fn draw_leaf(canvas: &mut Canvas<'_>, area: Rect, pass: &Pass, derivation: &Derivation) {
    let language = canvas.language;
    let node = pass.record.graph().node(derivation.node);
    let (word, name, says) = match &node.source {
        Source::Parameter(id) => {
            let name = pass.record.parameters().entry(*id).name.clone();
            (Word::ParameterWord, name, Word::LearnedNumber)
        }
        _ => (Word::GivenWord, String::new(), Word::GivenNumber),
    };
    let x = canvas.say(area, area.x, area.y, word.text(language), Tone::Dim) + 2;
    let figure = shown::figure(derivation.value);
    let room = usize::from(area.right().saturating_sub(x)).saturating_sub(text::width(&figure) + 1);
    canvas.say(area, x, area.y, &text::fit(&name, room), Tone::Focused);
    canvas.say_right(area, area.y, &figure, Tone::Focused);
    canvas.say_wrapped(below(area, 1), says.text(language), Tone::Dim);
}

/// The terms with their numbers; the chosen one has the cursor, the result is bright.
fn draw_terms(canvas: &mut Canvas<'_>, area: Rect, pass: &Pass, derivation: &Derivation, chosen: usize) {
    let lines = shown::worked_lines(pass, derivation, canvas.language);
    let choices = choices(derivation);
    let here = choices.get(chosen).map(|&(term, _)| term);
    let height = usize::from(area.height);
    let first = scroll::window(here.unwrap_or(0), lines.len(), height);
    for (row, (index, worked)) in lines.iter().enumerate().skip(first).take(height).enumerate() {
        let place = line(area, row as u16);
        let opens = choices.iter().any(|&(term, _)| term == index);
        let figure = shown::figure(worked.value);
        let end = place.right().saturating_sub(text::width(&figure) as u16 + 1);
        let tone = match (here == Some(index), opens) {
            (true, _) => Tone::Focused,
            (false, true) => Tone::Text,
            (false, false) => Tone::Dim,
        };
        canvas.say(place, place.x + 1, place.y, if opens { "▸" } else { " " }, Tone::Faint);
        let room = usize::from(end.saturating_sub(place.x + 3));
        let x = canvas.say(place, place.x + 3, place.y, &text::fit(&worked.term, room), tone).max(place.x + 7) + 1;
        let source = shown::fit_path(&worked.source, usize::from(end.saturating_sub(x)));
        canvas.say(place, x, place.y, &source, Tone::Dim);
        let bright = index + 1 == lines.len();
        canvas.say_right(place, place.y, &figure, if bright { Tone::Focused } else { Tone::Text });
        if here == Some(index) {
            canvas.select(place);
            canvas.put(place, place.x, place.y, "▌", canvas.theme.cursor_label());
            canvas.hits.set_cursor(place.x, place.y);
        }
        if opens {
            canvas.hits.push(place, Target::Row { list: steps::TERMS, row: index });
        }
    }
}

/// What Enter opens: the value and the cell behind the chosen term.
fn draw_opens(canvas: &mut Canvas<'_>, area: Rect, pass: &Pass, derivation: &Derivation, chosen: usize) {
    let choices = choices(derivation);
    let Some(&(term, source)) = choices.get(chosen) else { return };
    let language = canvas.language;
    let sources = &derivation.terms[term].sources;
    let (node, cell) = &sources[source];
    let mut words = vec![shown::path_of(pass, *node, language)];
    let mut label = String::new();
    for (word, is_label) in shown::cell_words(pass, *node, cell, language) {
        // A label and the axis that it belongs to stay together.
        if is_label {
            label = word + " ";
        } else {
            words.push(std::mem::take(&mut label) + &word);
        }
    }
    let x = canvas.say(area, area.x + 1, area.y, Word::OpensTerm.text(language), Tone::Faint) + 1;
    let mut room = usize::from(area.right().saturating_sub(x));
    if sources.len() > 1 {
        let which = Word::SourceOf.fill(language, &[&(source + 1), &sources.len()]);
        canvas.say_right(area, area.y, &which, Tone::Faint);
        room = room.saturating_sub(text::width(&which) + 2);
    }
    let fitting = (1..=words.len()).rev().map(|count| words[..count].join("  "));
    let line = fitting.into_iter().find(|line| text::width(line) <= room).unwrap_or_else(|| text::fit(&words[0], room));
    canvas.say(area, x, area.y, &line, Tone::Dim);
}

fn line(area: Rect, row: u16) -> Rect {
    let row = row.min(area.height);
    Rect { y: area.y + row, height: (area.height - row).min(1), ..area }
}

fn below(area: Rect, rows: u16) -> Rect {
    let rows = rows.min(area.height);
    Rect { y: area.y + rows, height: area.height - rows, ..area }
}
