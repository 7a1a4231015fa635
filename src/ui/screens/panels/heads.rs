//! All heads by what they do: those clearly above chance first, each part from the highest score down.

use super::super::jobs;
use super::titled;
use crate::app::panel::HeadList;
use crate::app::{App, Word};
use crate::explore::{Pass, Ranked};
use crate::ui::frame::Body;
use crate::ui::widgets::{Align, Cell, List, Row};
use crate::ui::{Canvas, Tone, number};
use ratatui::layout::Rect;

/// Draws the list.
pub fn draw(canvas: &mut Canvas<'_>, body: Body, app: &App, pass: &Pass, panel: &HeadList) {
    let language = canvas.language;
    let area = titled(canvas, body, Word::HeadsTitle, Word::HeadsHint.text(language));
    let filter = panel.pattern.as_ref().map_or_else(
        || Word::AllPatterns.text(language).to_owned(),
        |pattern| format!("{}: {}", jobs::name(pattern, language), jobs::meaning(pattern, language)),
    );
    let pieces = [("‹ ", Tone::Accent), (filter.as_str(), Tone::Text), (" ›", Tone::Accent)];
    canvas.say_all(area, area.x + 1, area.y, &pieces);
    let bar = area.width.saturating_sub(66).clamp(6, 30);
    let columns = [
        (if pass.has_streams() { 14 } else { 6 }, Align::Left),
        (12, Align::Left),
        (bar, Align::Left),
        (5, Align::Right),
        (6, Align::Right),
        (7, Align::Right),
        (area.width.saturating_sub(bar + 44).min(30), Align::Left),
    ];
    draw_heading(canvas, Rect { y: area.y + 1, height: 1, ..area }, &columns);
    let ranked = pass.measured().ranked(panel.pattern.as_ref());
    let clear = HeadList::clear(&ranked);
    let mut rows: Vec<Row> = ranked.iter().map(|ranked| row(app, pass, ranked)).collect();
    if HeadList::has_cut(&ranked) {
        rows.insert(clear, Row::Cut(Word::NotClear.text(language).to_owned()));
    }
    let rest = Rect { y: area.y + 2, height: area.height.saturating_sub(2), ..area };
    if rows.is_empty() {
        canvas.say(rest, rest.x + 1, rest.y, Word::NothingFound.text(language), Tone::Dim);
    }
    let selected = HeadList::line(&ranked, panel.row.min(ranked.len().saturating_sub(1)));
    List { columns: &columns, rows: &rows, selected: Some(selected), list: 0 }.draw(canvas, rest);
}

fn row(app: &App, pass: &Pass, ranked: &Ranked<'_>) -> Row {
    let Ranked { index, head, score } = *ranked;
    let language = app.shell.language;
    let note = jobs::note(app, pass, index, head).filter(|note| note.taught);
    let mark = if note.is_some() { jobs::TAUGHT } else { "" };
    let off = if app.attention.edits.off.contains(&(index, head)) { "×" } else { "" };
    let tone = if score.is_clear() { Tone::Text } else { Tone::Dim };
    let text = |text: String| Cell::Text(text, tone);
    Row::Entry(vec![
        text(format!("{}{off}{mark}", pass.head_name(index, head))),
        text(jobs::name(&score.pattern, language)),
        Cell::Bar(score.score, tone),
        text(number::short_weight(score.score)),
        Cell::dim(number::short_weight(score.chance)),
        Cell::dim(score.queries.to_string()),
        note.map_or(Cell::Empty, |note| text(jobs::taught(note, language))),
    ])
}

fn draw_heading(canvas: &mut Canvas<'_>, line: Rect, columns: &[(u16, Align)]) {
    let words = [
        Some(Word::HeadColumn),
        Some(Word::PatternColumn),
        None,
        Some(Word::ShareColumn),
        Some(Word::ChanceColumn),
        Some(Word::QueriesColumn),
    ];
    let mut x = line.x + 1;
    for (word, &(width, align)) in words.iter().zip(columns) {
        let room = Rect { x, width, ..line };
        let words = word.map_or("", |word| word.text(canvas.language));
        match align {
            Align::Left => canvas.say(room, x, line.y, words, Tone::Faint),
            Align::Right => canvas.say_right(room, line.y, words, Tone::Faint),
        };
        x += width + 1;
    }
}
