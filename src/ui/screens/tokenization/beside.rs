//! All tokenizers on the same text, a line each: every character stands under itself, so that one sees where the cuts differ.

use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style as Look};
use unicode_segmentation::UnicodeSegmentation;

use crate::app::tokenization::{Shown, TOKENIZERS, TokenizationState};
use crate::app::{Target, Word as Said};
use crate::explore::{Cut, Mark};
use crate::ui::widgets::scroll;
use crate::ui::{Canvas, Tone, text};

/// Columns of the figures behind a name.
const FIGURES: u16 = 22;

/// A character as it stands on the line.
struct Column {
    part: usize,
    /// Its number among the characters of its part.
    at: usize,
    shown: String,
}

/// Draws the lines and, below, the tokens of the chosen tokenizer.
pub fn draw(canvas: &mut Canvas<'_>, area: Rect, state: &TokenizationState, shown: &Shown) {
    let names = shown.shelf.0.iter().map(|shelved| text::width(&shelved.name)).max().unwrap_or(0) as u16;
    let names = names.min(area.width / 5).max(6);
    let line = Rect { x: area.x + 1, width: area.width.saturating_sub(1), height: 1, ..area };
    let texts = Rect { x: line.x + names + FIGURES, width: line.width.saturating_sub(names + FIGURES), ..line };
    let columns = columns(&shown.wanted.parts);
    let cursor =
        state.word().and_then(|(part, word)| columns.iter().position(|c| (c.part, c.at) >= (*part, word.start)));
    // Wide characters take two columns: half as many of them fit.
    let most = usize::from(texts.width);
    let first = scroll::window(cursor.unwrap_or(0), columns.len(), fitting(&columns, most));
    draw_heads(canvas, line, names);
    let rows = usize::from(area.height.saturating_sub(2)).min(shown.shelf.0.len());
    let (mut y, top) = (line.y + 1, scroll::window(shown.wanted.chosen, shown.shelf.0.len(), rows));
    draw_text(canvas, Rect { y: line.y, ..texts }, &columns[first..], state);
    for (place, shelved) in shown.shelf.0.iter().enumerate().skip(top).take(rows) {
        let row = Rect { y, ..line };
        let chosen = place == state.chosen;
        canvas.say(Rect { width: names, ..row }, row.x, y, &text::fit(&shelved.name, names.into()), name_tone(chosen));
        match &shown.cuts[place] {
            Ok(cut) => {
                draw_figures(canvas, Rect { x: row.x + names, width: FIGURES, ..row }, cut);
                draw_cut(canvas, Rect { y, ..texts }, &columns[first..], cut);
            }
            Err(fault) => {
                canvas.say(Rect { y, ..texts }, texts.x, y, &text::fit(fault, most), Tone::Warm);
            }
        }
        let whole = Rect { x: area.x, width: area.width, ..row };
        if chosen {
            canvas.put(whole, area.x, y, "▌", canvas.theme.cursor_label());
            canvas.hits.set_cursor(area.x, y);
        }
        canvas.hits.push(whole, Target::Row { list: TOKENIZERS, row: place });
        y += 1;
    }
    let below = Rect { x: line.x, y: y + 1, width: line.width, height: area.bottom().saturating_sub(y + 1) };
    draw_below(canvas, below, state, shown);
}

fn name_tone(chosen: bool) -> Tone {
    if chosen { Tone::Focused } else { Tone::Text }
}

/// The text character by character, blanks and line ends as they are seen; parts are held apart.
fn columns(parts: &[String]) -> Vec<Column> {
    let mut columns = Vec::new();
    for (part, words) in parts.iter().enumerate() {
        if part > 0 {
            columns.push(Column { part, at: 0, shown: " ‖ ".to_owned() });
        }
        let mut at = 0;
        for grapheme in words.graphemes(true) {
            let shown = if grapheme == " " { " ".to_owned() } else { text::visible(grapheme) };
            columns.push(Column { part, at, shown });
            at += grapheme.chars().count();
        }
    }
    columns
}

/// How many characters go into so many columns at least.
fn fitting(columns: &[Column], room: usize) -> usize {
    let widest = columns.iter().map(|column| text::width(&column.shown)).sum::<usize>().div_ceil(columns.len().max(1));
    room / widest.max(1)
}

fn draw_heads(canvas: &mut Canvas<'_>, line: Rect, names: u16) {
    let mut right = line.x + names;
    for (word, width) in [(Said::TokensColumn, 7), (Said::PerTokenColumn, 6), (Said::UnknownColumn, 8)] {
        right += width;
        let room = Rect { x: line.x, width: right - line.x, ..line };
        canvas.say_right(room, line.y, word.text(canvas.language), Tone::Faint);
    }
}

fn draw_figures(canvas: &mut Canvas<'_>, area: Rect, cut: &Cut) {
    let each = cut.characters_per_token().map_or_else(|| "–".to_owned(), |each| format!("{each:.2}"));
    let unknown = cut.unknown();
    let mut right = area.x;
    let tone = if unknown > 0 { Tone::Bad } else { Tone::Faint };
    for (figure, width, tone) in
        [(cut.tokens.len().to_string(), 7, Tone::Strong), (each, 6, Tone::Dim), (unknown.to_string(), 8, tone)]
    {
        right += width;
        let room = Rect { width: (right - area.x).min(area.width), ..area };
        canvas.say_right(room, area.y, &figure, tone);
    }
}

/// The text itself, the word under the cursor in the accent.
fn draw_text(canvas: &mut Canvas<'_>, area: Rect, columns: &[Column], state: &TokenizationState) {
    let mut x = area.x;
    for column in columns {
        let here = state
            .word()
            .is_some_and(|(part, word)| *part == column.part && (word.start..word.end).contains(&column.at));
        x = canvas.say(area, x, area.y, &column.shown, if here { Tone::Accent } else { Tone::Dim });
        if x >= area.right() {
            break;
        }
    }
}

fn draw_cut(canvas: &mut Canvas<'_>, area: Rect, columns: &[Column], cut: &Cut) {
    let mut x = area.x;
    for column in columns {
        let separates = column.shown.starts_with(' ') && column.shown.len() > 1;
        let mark = cut.marks.get(column.part).and_then(|marks| *marks.get(column.at)?).filter(|_| !separates);
        let (shown, look) = looks(canvas, column, mark);
        x = canvas.put(area, x, area.y, &shown, look);
        if x >= area.right() {
            break;
        }
    }
}

/// How a character looks in the token that it belongs to.
fn looks(canvas: &Canvas<'_>, column: &Column, mark: Option<Mark>) -> (String, Look) {
    let Some(mark) = mark else { return (column.shown.clone(), canvas.theme.style(Tone::Faint)) };
    let tone = match mark {
        _ if mark.unknown => Tone::Bad,
        _ if mark.several => Tone::Warm,
        _ => Tone::Text,
    };
    let odd = mark.token % 2 == 1;
    let ground = if odd && !canvas.theme.is_mono() { canvas.theme.selected() } else { Look::new() };
    let look = ground.patch(canvas.theme.style(tone));
    let look = if odd { look.add_modifier(Modifier::UNDERLINED) } else { look };
    let shown = if mark.unknown { "▒".repeat(text::width(&column.shown).max(1)) } else { column.shown.clone() };
    (shown, look)
}

/// What the marks mean, and the tokens of the chosen tokenizer.
fn draw_below(canvas: &mut Canvas<'_>, area: Rect, state: &TokenizationState, shown: &Shown) {
    if area.height < 3 {
        return;
    }
    let language = canvas.language;
    let legend = [
        (Said::AllTokenizersHint.text(language).to_owned(), Tone::Dim),
        ("   ▒ ".to_owned(), Tone::Bad),
        (Said::UnknownMark.text(language).to_owned(), Tone::Dim),
        ("   é ".to_owned(), Tone::Warm),
        (Said::SeveralMark.text(language).to_owned(), Tone::Dim),
    ];
    let pieces: Vec<(&str, Tone)> = legend.iter().map(|(words, tone)| (words.as_str(), *tone)).collect();
    canvas.say_all(area, area.x, area.y, &pieces);
    let Some((shelved, Ok(cut))) = shown.shelf.0.get(state.chosen).zip(shown.cuts.get(state.chosen)) else { return };
    let title = Rect { y: area.y + 2, height: 1, ..area };
    let kind = format!("{}, {}", shelved.tokenizer.kind().name(), shelved.tokenizer.vocab_size());
    canvas.title(title, &text::fit(&shelved.name, usize::from(area.width) / 2), &kind, false);
    let labels: Vec<String> = cut.tokens.iter().map(|(label, _)| label.clone()).collect();
    let here = state.word().and_then(|(part, word)| cut.marks.get(*part)?.get(word.start..)?.iter().flatten().next());
    let lines = text::lines_of(&labels, area.width.into());
    let line = lines.iter().position(|line| here.is_some_and(|mark| line.contains(&mark.token))).unwrap_or(0);
    let rows = usize::from(area.height.saturating_sub(3));
    for (row, range) in lines.iter().skip(scroll::window(line, lines.len(), rows)).take(rows).enumerate() {
        let (y, mut x) = (area.y + 3 + row as u16, area.x);
        for place in range.clone() {
            let tone = match &cut.tokens[place] {
                (_, true) => Tone::Bad,
                _ if here.is_some_and(|mark| mark.token == place) => Tone::Accent,
                _ if place % 2 == 1 => Tone::Dim,
                _ => Tone::Text,
            };
            x = canvas.say(area, x, y, &labels[place], tone) + 1;
        }
    }
}
