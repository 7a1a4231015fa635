//! The text so far: what was given, what was written, and how sure the model was of it.

use ratatui::layout::Rect;
use unicode_segmentation::UnicodeSegmentation;

use super::View;
use crate::app::{Word, prompt::shown};
use crate::ui::theme::Paint;
use crate::ui::{Canvas, Tone, text};

/// A token or a word of the text; its probability where the model wrote it.
struct Piece {
    text: String,
    sure: Option<f32>,
}

/// Title with a legend, and lines with what lies under them; returns the rows used, a blank one below included.
pub fn draw(canvas: &mut Canvas<'_>, area: Rect, view: &View<'_>, lines: u16) -> u16 {
    canvas.title(area, view.word(Word::TextSoFar), view.word(Word::TextSoFarHint), false);
    let words = [Word::GivenGrey, Word::Written, Word::WrittenWhite].map(|word| view.word(word));
    let width: usize = words.iter().map(|word| text::width(word)).sum::<usize>() + 4;
    let x = area.right().saturating_sub(width as u16);
    let x = canvas.say(area, x, area.y, words[0], Tone::Dim);
    let x = canvas.say(area, x + 3, area.y, words[1], Tone::Dim);
    canvas.say(area, x + 1, area.y, words[2], Tone::Strong);
    draw_lines(canvas, Rect { y: area.y + 2, ..area }, view, lines);
    3 + 2 * lines
}

/// The last line alone; returns the rows used.
pub fn draw_short(canvas: &mut Canvas<'_>, area: Rect, view: &View<'_>) -> u16 {
    draw_lines(canvas, area, view, 1);
    2
}

/// The last lines of the text, each with a row below it.
fn draw_lines(canvas: &mut Canvas<'_>, area: Rect, view: &View<'_>, most: u16) {
    // One column is for the cursor at the end.
    let columns = usize::from(area.width).saturating_sub(1);
    let (lines, cut) =
        if most == 1 { last_line(pieces(view), columns) } else { (wrapped(pieces(view), columns), false) };
    let first = lines.len().saturating_sub(usize::from(most));
    let mut end = (area.x, area.y);
    for (row, line) in lines[first..].iter().enumerate() {
        let y = area.y + 2 * row as u16;
        let mut x = area.x;
        for piece in line {
            x = draw_piece(canvas, area, (x, y), piece);
        }
        end = (x, y);
    }
    if first > 0 || cut {
        canvas.say(area, area.x, area.y, "…", Tone::Faint);
    }
    canvas.say(area, end.0, end.1, "▏", Tone::Accent);
}

fn draw_piece(canvas: &mut Canvas<'_>, area: Rect, (x, y): (u16, u16), piece: &Piece) -> u16 {
    let Some(sure) = piece.sure else { return canvas.say(area, x, y, &piece.text, Tone::Dim) };
    let after = canvas.say(area, x, y, &piece.text, Tone::Strong);
    let blanks = piece.text.chars().take_while(|c| *c == ' ').count() as u16;
    let columns = (after - x).saturating_sub(blanks);
    let full = (sure.clamp(0.0, 1.0) * f32::from(columns)).round() as u16;
    // The lowest colours are those of nothing, which a line must not have.
    let style = canvas.theme.style(Tone::Text).fg(canvas.theme.weight_colour(sure.max(0.35)));
    let rest = if canvas.theme.is_mono() { ' ' } else { '─' };
    for column in 0..columns {
        let rest = Paint { glyph: rest, style: canvas.theme.style(Tone::Rule) };
        let paint = if column < full { Paint { glyph: '━', style } } else { rest };
        canvas.set(area, x + blanks + column, y + 1, paint);
    }
    after
}

fn pieces(view: &View<'_>) -> Vec<Piece> {
    let prompt = &view.decoding.prompt;
    let mut given = prompt.text.clone();
    if view.subject.writes_target() {
        given = format!("{given} ⇒ {}", prompt.target.as_deref().unwrap_or_default());
    }
    let given = given.split_inclusive(' ').map(|word| Piece { text: seen(word), sure: None });
    let mut pieces: Vec<Piece> = given.collect();
    let chosen = view.decoding.steps().iter().filter_map(|step| Some((step.choice?.id, step.probability)));
    match view.subject.tokenizer() {
        Some(tokenizer) => {
            let mut decoder = tokenizer.decoder();
            // What was written goes on from a given target, blanks included.
            let target = view.decoding.steps()[0].pass.target.iter().filter(|token| token.source.is_some());
            target.for_each(|token| drop(decoder.push(token.id)));
            pieces.extend(chosen.map(|(id, sure)| Piece { text: seen(&decoder.push(id)), sure: Some(sure) }));
            pieces.push(Piece { text: seen(&decoder.finish()), sure: None });
        }
        None => pieces.extend(chosen.map(|(id, sure)| Piece { text: format!(" {id}"), sure: Some(sure) })),
    }
    pieces
}

fn seen(text: &str) -> String {
    text.chars().map(shown).filter(|c| !c.is_control()).collect()
}

/// As many of the last pieces as fit on one line, and whether any are missing.
fn last_line(pieces: Vec<Piece>, columns: usize) -> (Vec<Vec<Piece>>, bool) {
    let mut used = 0;
    let fits = |piece: &&Piece| {
        used += text::width(&piece.text);
        used <= columns
    };
    let shown = pieces.iter().rev().take_while(fits).count();
    let all = pieces.len();
    (vec![pieces.into_iter().skip(all - shown).collect()], shown < all)
}

/// Lines of whole pieces; a piece that is longer than a line goes over several.
fn wrapped(pieces: Vec<Piece>, columns: usize) -> Vec<Vec<Piece>> {
    let mut lines = vec![Vec::new()];
    let mut used = 0;
    for mut piece in pieces {
        if used + text::width(piece.text.trim_end()) > columns && used > 0 {
            lines.push(Vec::new());
            used = 0;
            let blanks = piece.text.len() - piece.text.trim_start().len();
            piece.text.drain(..blanks);
        }
        while text::width(piece.text.trim_end()) > columns {
            let head = match text::take(&piece.text, columns) {
                "" => piece.text.graphemes(true).next().unwrap_or_default().to_owned(),
                head => head.to_owned(),
            };
            let rest = piece.text[head.len()..].to_owned();
            if let Some(line) = lines.last_mut() {
                line.push(Piece { text: head, sure: piece.sure });
            }
            lines.push(Vec::new());
            piece.text = rest;
        }
        used += text::width(&piece.text);
        if let Some(line) = lines.last_mut() {
            line.push(piece);
        }
    }
    lines
}
