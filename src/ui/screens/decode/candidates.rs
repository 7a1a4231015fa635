//! The candidates for the next token, where they are cut, and which one is chosen.

use ratatui::layout::Rect;

use super::{View, from_row};
use crate::app::decode::Setting;
use crate::app::{Target, Word};
use crate::explore::Candidate;
use crate::ui::widgets::{Align, Cell, List, Row, scroll};
use crate::ui::{Canvas, Tone, number, text};

/// Columns of everything but the token and the bar, the blanks between them included.
const FIXED: u16 = 1 + 3 + 9 + 9 + 5 + 5 + 4 + 2;
/// Columns of a token: at least, and at most.
const TOKEN: (u16, u16) = (10, 18);

/// Header and rows.
pub fn draw(canvas: &mut Canvas<'_>, area: Rect, view: &View<'_>) {
    let free = area.width.saturating_sub(FIXED);
    let token = (free * 2 / 5).clamp(TOKEN.0, TOKEN.1);
    let widths = [2, token, 8, 8, free.saturating_sub(token).min(40), 4, 4, 4];
    let sides = [Align::Right, Align::Left, Align::Right, Align::Right, Align::Left];
    let columns = std::array::from_fn::<_, 8, _>(|i| (widths[i], sides.get(i).copied().unwrap_or(Align::Right)));
    header(canvas, area, view, &columns);
    rows(canvas, from_row(area, 1), view, &columns);
}

fn header(canvas: &mut Canvas<'_>, area: Rect, view: &View<'_>, columns: &[(u16, Align)]) {
    let divided = format!("÷ {}", divisor(view));
    let words = [
        "",
        view.word(Word::Token),
        view.word(Word::Logit),
        &divided,
        view.word(Word::Probability),
        "",
        view.word(Word::RunningSum),
        view.word(Word::ShareLeft),
    ];
    let mut x = area.x + 1;
    for (word, &(width, align)) in words.iter().zip(columns) {
        let room = usize::from(width);
        let word = if align == Align::Left { text::fit(word, room) } else { text::right(word, room) };
        canvas.say(area, x, area.y, &word, Tone::Faint);
        x += width + 1;
    }
}

/// What the logits are divided by; without a draw they are shown as they are.
fn divisor(view: &View<'_>) -> f32 {
    if view.sampling.temperature > 0.0 { view.sampling.temperature } else { 1.0 }
}

fn rows(canvas: &mut Canvas<'_>, area: Rect, view: &View<'_>, columns: &[(u16, Align)]) {
    let outlook = view.outlook;
    let largest = outlook.candidates.iter().map(|c| c.probability).fold(0.0, f32::max).max(f32::MIN_POSITIVE);
    let mut rows: Vec<Row> = outlook
        .candidates
        .iter()
        .enumerate()
        .map(|(place, candidate)| Row::Entry(cells(view, place, candidate, largest)))
        .collect();
    let cut = cut(view).filter(|_| outlook.kept <= rows.len());
    let place = if cut.is_some() { outlook.kept } else { usize::MAX };
    if let Some(words) = cut {
        rows.insert(place, Row::Cut(words));
    }
    let chosen = view.app.decode.chosen;
    let selected = chosen + usize::from(chosen >= place);
    let list = List { columns, rows: &rows, selected: Some(selected), list: 0 };
    list.draw(canvas, area);
    mouse(canvas, area, (selected, rows.len()), place);
}

/// The list counts the line of the cut as a row; a click means a candidate.
fn mouse(canvas: &mut Canvas<'_>, area: Rect, (selected, rows): (usize, usize), cut: usize) {
    let first = scroll::window(selected, rows, usize::from(area.height));
    for line in 0..area.height {
        let row = first + usize::from(line);
        if row < rows && row != cut {
            let place = Rect { y: area.y + line, height: 1, ..area };
            canvas.hits.push(place, Target::Row { list: 0, row: row - usize::from(row > cut) });
        }
    }
}

fn cells(view: &View<'_>, place: usize, candidate: &Candidate, largest: f32) -> Vec<Cell> {
    let kept = place < view.outlook.kept;
    let plain = if kept { Tone::Text } else { Tone::Faint };
    let grey = if kept { Tone::Dim } else { Tone::Faint };
    let drawn = view.outlook.choice.id == candidate.id && view.outlook.broken == 0;
    let token = if drawn { Tone::Accent } else { plain };
    let label = view.subject.label(candidate.id);
    vec![
        Cell::Text((place + 1).to_string(), grey),
        Cell::Text(label, token),
        Cell::Text(figure(candidate.logit), grey),
        Cell::Text(figure(candidate.logit / divisor(view)), grey),
        Cell::Bar(candidate.probability / largest, token_bar(drawn, grey)),
        Cell::Text(number::weight(candidate.probability), plain),
        Cell::Text(number::weight(candidate.cumulative), grey),
        if kept { Cell::Text(number::weight(candidate.left), plain) } else { Cell::Text("·".into(), Tone::Faint) },
    ]
}

fn token_bar(drawn: bool, grey: Tone) -> Tone {
    if drawn { Tone::Accent } else { grey }
}

/// A logit in at most eight columns.
fn figure(value: f32) -> String {
    if value.abs() < 1000.0 { format!("{value:.3}") } else { number::significant(value, 4) }
}

fn cut(view: &View<'_>) -> Option<String> {
    let (word, value) = match view.outlook.cut_by(view.sampling)? {
        Setting::TopK => (Word::TopKCuts, view.sampling.top_k?.to_string()),
        _ => (Word::TopPCuts, format!("{:.2}", view.sampling.top_p)),
    };
    Some(word.fill(view.language, &[&value]))
}

/// One row: the draw and what it falls to, or why there is none.
pub fn choice(canvas: &mut Canvas<'_>, area: Rect, view: &View<'_>) {
    let area = Rect { x: area.x + 1, width: area.width.saturating_sub(1), ..area };
    let (outlook, y) = (view.outlook, area.y);
    if outlook.broken > 0 {
        let words = Word::BrokenLogits.fill(view.language, &[&outlook.broken, &outlook.vocabulary]);
        canvas.say(area, area.x, y, &words, Tone::Warm);
        return;
    }
    let token = view.subject.label(outlook.choice.id);
    let x = match outlook.choice.draw {
        Some(draw) => {
            let x = canvas.say(area, area.x, y, view.word(Word::Draw), Tone::Dim);
            let x = canvas.say(area, x + 1, y, &format!("{draw:.3}"), Tone::Text);
            canvas.say(area, x + 2, y, view.word(Word::FallsTo), Tone::Dim)
        }
        None => canvas.say(area, area.x, y, view.word(Word::LikeliestTaken), Tone::Dim),
    };
    let x = canvas.put(area, x + 1, y, &text::fit(&token, 18), canvas.theme.cursor_label());
    let x = canvas.say(area, x + 3, y, view.word(Word::Entropy), Tone::Dim);
    let x = canvas.say(area, x + 1, y, &format!("{:.2}", outlook.entropy), Tone::Strong);
    canvas.say(area, x + 1, y, view.word(Word::Nats), Tone::Dim);
    if view.app.is_full() {
        full(canvas, area, view);
    }
}

/// The context is full: nothing more can be written, which is said where the next token would be.
fn full(canvas: &mut Canvas<'_>, area: Rect, view: &View<'_>) {
    let line = Rect { height: 1, ..area };
    canvas.clear(line);
    let words = text::fit(view.word(Word::ContextFull), usize::from(line.width));
    canvas.say(line, line.x, line.y, &words, Tone::Warm);
}
