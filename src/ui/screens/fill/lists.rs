//! The candidates at a position, and all tokens with how expected they are.

use ratatui::layout::Rect;

use super::{View, below};
use crate::app::Word;
use crate::explore::{Candidate, Sampling};
use crate::ui::widgets::{Align, Cell, List, Row};
use crate::ui::{Canvas, Tone, number, text};

/// The list number of the table of all tokens: its rows are tokens, not candidates.
pub const TOKENS: u8 = u8::MAX - 1;

/// The candidates at a position; `place` is the number of the mask.
pub fn candidates(canvas: &mut Canvas<'_>, area: Rect, view: &View<'_>, position: usize, place: usize) {
    let focused = position == view.position;
    let masked = view.masks.contains(&position);
    let title = view.name(position);
    let hint = if masked { view.word(Word::ExpectedHere) } else { view.word(Word::ExpectedInstead) };
    let room = usize::from(area.width).saturating_sub(text::width(&title) + 4);
    canvas.title(area, &title, &text::fit(hint, room), focused);
    let own = u16::from(!masked);
    let rows = Rect { height: area.height.saturating_sub(1 + own), ..below(area, 1) };
    list(canvas, rows, view, position, if focused { Some(view.app.fill.chosen) } else { None }, place);
    if !masked {
        own_token(canvas, below(area, area.height.saturating_sub(1)), view, position);
    }
}

fn list(canvas: &mut Canvas<'_>, area: Rect, view: &View<'_>, position: usize, selected: Option<usize>, place: usize) {
    let plain = Sampling { temperature: 1.0, ..Sampling::default() };
    let mut candidates = view.pass.candidates(position, &plain, crate::app::decode::LISTED);
    candidates.truncate(crate::app::decode::LISTED);
    let own = (!view.masks.contains(&position)).then(|| view.pass.tokens[position].id);
    let free = area.width.saturating_sub(1 + 3 + 5 + 8 + 1);
    let token = (free / 2).min(18);
    let columns = [
        (2, Align::Right),
        (token, Align::Left),
        (free.saturating_sub(token + 1).min(30), Align::Left),
        (4, Align::Right),
        (7, Align::Right),
    ];
    let rows: Vec<Row> = candidates.iter().enumerate().map(|(i, c)| Row::Entry(cells(view, i, c, own))).collect();
    // Before the list a header; the logit is the only column that does not speak for itself.
    let end = area.x + 1 + columns.iter().map(|(width, _)| width + 1).sum::<u16>() - 1;
    let head = Rect { width: (end - area.x).min(area.width), ..area };
    canvas.say_right(head, area.y, view.word(Word::Logit), Tone::Faint);
    canvas.say(area, area.x + 4, area.y, view.word(Word::Token), Tone::Faint);
    canvas.say(area, area.x + 5 + token, area.y, view.word(Word::Probability), Tone::Faint);
    let list = List { columns: &columns, rows: &rows, selected, list: place.min(usize::from(TOKENS) - 1) as u8 };
    list.draw(canvas, below(area, 1));
}

fn cells(view: &View<'_>, place: usize, candidate: &Candidate, own: Option<u32>) -> Vec<Cell> {
    let is_own = own == Some(candidate.id);
    let tone = if is_own { Tone::Accent } else { Tone::Text };
    vec![
        Cell::dim((place + 1).to_string()),
        Cell::Text(view.subject.label(candidate.id), tone),
        Cell::Bar(candidate.probability, if is_own { Tone::Accent } else { Tone::Dim }),
        Cell::text(number::weight(candidate.probability)),
        Cell::dim(format!("{:.2}", candidate.logit)),
    ]
}

/// Where the token that is there stands among what was expected.
fn own_token(canvas: &mut Canvas<'_>, area: Rect, view: &View<'_>, position: usize) {
    let Some(expected) = view.expected.get(position) else { return };
    let rank = number::thousands(expected.rank as u64);
    let share = number::weight(expected.probability);
    let words = Word::OwnToken.fill(view.language, &[&view.name(position), &rank, &share]);
    let room = usize::from(area.width.saturating_sub(1));
    canvas.say(area, area.x + 1, area.y, &text::fit(&words, room), Tone::Dim);
}

/// All tokens: how probable each is in its place, its rank, and how undecided the model is there.
pub fn tokens(canvas: &mut Canvas<'_>, area: Rect, view: &View<'_>) {
    let hint = text::fit(view.word(Word::AllTokensHint), usize::from(area.width).saturating_sub(16));
    canvas.title(area, view.word(Word::AllTokens), &hint, false);
    let columns = [
        (3, Align::Right),
        (12, Align::Left),
        (10, Align::Left),
        (4, Align::Right),
        (6, Align::Right),
        (7, Align::Right),
    ];
    let head = [Word::Token, Word::Probability, Word::None, Word::Rank, Word::Entropy];
    let mut x = area.x + 1 + 4;
    for (word, (width, align)) in head.into_iter().zip(&columns[1..]) {
        let room = usize::from(*width);
        let words = if word == Word::None { "" } else { view.word(word) };
        let words = if *align == Align::Right { text::right(words, room) } else { words.to_owned() };
        canvas.say(area, x, area.y + 1, &words, Tone::Faint);
        x += width + 1;
    }
    let rows: Vec<Row> = (0..view.expected.len()).map(|position| Row::Entry(token_cells(view, position))).collect();
    let list = List { columns: &columns, rows: &rows, selected: None, list: TOKENS };
    let shown = usize::from(area.height.saturating_sub(2));
    let first = crate::ui::widgets::scroll::window(view.position, rows.len(), shown);
    let list = List { rows: &rows[first..], ..list };
    list.draw(canvas, below(area, 2));
    for line in 0..shown.min(rows.len() - first) {
        let place = Rect { y: area.y + 2 + line as u16, height: 1, ..area };
        canvas.hits.push(place, crate::app::Target::Cell { map: 0, row: 0, col: first + line });
    }
}

fn token_cells(view: &View<'_>, position: usize) -> Vec<Cell> {
    let expected = view.expected[position];
    let masked = view.masks.contains(&position);
    let tone = match (position == view.position, masked) {
        (true, _) => Tone::Accent,
        (false, true) => Tone::Warm,
        _ => Tone::Text,
    };
    let label = Cell::Text(view.pass.tokens[position].label.clone(), tone);
    let entropy = Cell::dim(format!("{:.2}", expected.entropy));
    // The mask itself is never expected: its rank would say nothing.
    if masked {
        return vec![Cell::dim(position.to_string()), label, Cell::Empty, Cell::Empty, Cell::dim("·"), entropy];
    }
    vec![
        Cell::dim(position.to_string()),
        label,
        Cell::Bar(expected.probability, Tone::Dim),
        Cell::text(number::weight(expected.probability)),
        Cell::dim(number::thousands(expected.rank as u64)),
        entropy,
    ]
}
