//! What each head adds to a logit: a grid of layers and heads with the networks behind them, what else could be asked, and
//! the parts that add or take most.

use super::super::shown::name_of;
use super::grid::Table;
use super::{found, place_words, titled};
use crate::app::panel::{CANDIDATES, ContributionsPanel, RANKED, cell_of, columns};
use crate::app::{App, Language, Word};
use crate::explore::{Contributions, GridRow, Part, Pass};
use crate::ui::frame::Body;
use crate::ui::widgets::{Align, Cell, List, Row, Scale};
use crate::ui::{Canvas, Tone, number, text};
use ratatui::layout::Rect;

/// Columns of a cell with its number.
const CELL: u16 = 7;

/// Draws the grid and the lists.
pub fn draw(canvas: &mut Canvas<'_>, body: Body, app: &App, pass: &Pass, panel: &ContributionsPanel) {
    let language = canvas.language;
    let area = titled(canvas, body, Word::ContributionsTitle, Word::ContributionsHint.text(language));
    let Some(logit) = found(canvas, area, panel.found.as_ref()) else { return };
    draw_sum(canvas, area, app, pass, logit);
    let grid = logit.grid();
    let above = if body.compact { 2 } else { 3 };
    let rest = Rect { y: area.y + above, height: area.height.saturating_sub(above), ..area };
    let height = (grid.len() as u16 + 1).min((rest.height / 2).max(4));
    let scale = Scale::signed_for(grid.iter().flat_map(|row| row.heads.iter().copied().chain(row.feed.map(|f| f.1))));
    draw_grid(canvas, Rect { height: height.min(rest.height), ..rest }, pass, (&grid, panel.cell), scale);
    let below = Rect { y: rest.y + height, height: rest.height.saturating_sub(height), ..rest };
    let below = match below.height {
        0..4 => below,
        room => {
            let note = Word::ContributionsLimits.text(language);
            let used = if room > 9 { canvas.say_wrapped(below, note, Tone::Dim) } else { 0 };
            Rect { y: below.y + used + 1, height: room - used - 1, ..below }
        }
    };
    let list = Rect { width: (area.width * 2 / 5).clamp(24, 40), ..below };
    draw_candidates(canvas, list, app, pass, panel);
    let ranked = Rect { x: list.right() + 3, width: area.width.saturating_sub(list.width + 3), ..below };
    draw_ranked(canvas, ranked, pass, (logit, &grid, panel.cell), scale);
}

/// The logit, and the sums of its parts.
fn draw_sum(canvas: &mut Canvas<'_>, area: Rect, app: &App, pass: &Pass, logit: &Contributions) {
    let language = canvas.language;
    let Some(subject) = &app.subject else { return };
    let asked = pass.output_tokens().get(logit.position).map_or("", |token| token.label.as_str());
    let place = place_words(pass, &format!("{asked}{}", text::subscript(logit.position)), language);
    let [total, probability] = [number::significant(logit.logit, 4), number::weight(logit.probability)];
    let words = Word::RestsOn.fill(language, &[&subject.label(logit.token), &place, &total, &probability]);
    canvas.say(area, area.x, area.y, &words, Tone::Title);
    let of = |which: fn(Part) -> bool| added(logit.sum(which));
    let [embeddings, heads, feeds, biases] = [
        of(|part| matches!(part, Part::Embedding(_))),
        of(|part| matches!(part, Part::Head(..))),
        of(|part| part == Part::FeedForward),
        of(|part| part == Part::Bias),
    ];
    let total = format!("{:.2}", logit.total());
    let words = Word::ContributionsSum.fill(language, &[&embeddings, &heads, &feeds, &biases, &total]);
    let x = canvas.say(area, area.x, area.y + 1, &words, Tone::Text);
    if logit.parts.iter().any(|found| matches!(found.part, Part::Other(_))) {
        let words = Word::ContributionsOther.fill(language, &[&of(|part| matches!(part, Part::Other(_)))]);
        canvas.say(area, x + 2, area.y + 1, &words, Tone::Text);
    }
}

fn draw_grid(
    canvas: &mut Canvas<'_>,
    area: Rect,
    pass: &Pass,
    (grid, cursor): (&[GridRow], (usize, usize)),
    scale: Scale,
) {
    let language = canvas.language;
    let crosses = |row: &GridRow| row.attention.is_some_and(|index| pass.attentions[index].is_cross());
    let name = |row: &GridRow| {
        if crosses(row) {
            format!("{} {}", row.layer, Word::CrossStream.text(language))
        } else {
            Word::LayerRow.fill(language, &[&row.layer])
        }
    };
    let rows: Vec<String> = grid.iter().map(name).collect();
    let feeds = columns(grid) - 1;
    let head =
        |column| if column == feeds { Word::FeedForwardShort.text(language).to_owned() } else { format!("{column}") };
    let heads: Vec<String> = (0..=feeds).map(head).collect();
    let cell = |canvas: &Canvas<'_>, r: usize, c: usize| {
        let row = &grid[r];
        let value = if c == feeds { row.feed.map(|(_, value)| value) } else { row.heads.get(c).copied() }?;
        let words = text::right(&added(value), usize::from(CELL) - 1);
        Some((words, canvas.theme.on_signed(scale.place(value))))
    };
    let cursor = (cursor.0.min(grid.len().saturating_sub(1)), cursor.1.min(feeds));
    Table { rows: &rows, heads: &heads, width: CELL, cursor, cell: &cell }.draw(canvas, area);
}

/// What else could be asked about at this position.
fn draw_candidates(canvas: &mut Canvas<'_>, area: Rect, app: &App, pass: &Pass, panel: &ContributionsPanel) {
    let Some(subject) = &app.subject else { return };
    let columns = [(area.width.saturating_sub(17), Align::Left), (7, Align::Right), (5, Align::Right)];
    let row = |candidate: crate::explore::Candidate| {
        Row::Entry(vec![
            Cell::text(subject.label(candidate.id)),
            Cell::dim(number::significant(candidate.logit, 4)),
            Cell::text(number::weight(candidate.probability)),
        ])
    };
    let rows: Vec<Row> = panel.candidates(pass).into_iter().map(row).collect();
    canvas.say(area, area.x + 1, area.y, Word::CandidatesShort.text(canvas.language), Tone::Dim);
    let list = Rect { y: area.y + 1, height: area.height.saturating_sub(1), ..area };
    List { columns: &columns, rows: &rows, selected: Some(panel.candidate), list: CANDIDATES }.draw(canvas, list);
}

/// The parts that add or take most; the one under the cursor is marked.
fn draw_ranked(
    canvas: &mut Canvas<'_>,
    area: Rect,
    pass: &Pass,
    (logit, grid, cursor): (&Contributions, &[GridRow], (usize, usize)),
    scale: Scale,
) {
    let language = canvas.language;
    let width = area.width.saturating_sub(30).min(30);
    let columns = [(18, Align::Left), (width, Align::Left), (7, Align::Right)];
    let ranked = logit.ranked();
    let row = |found: &&crate::explore::Contribution| {
        let tone = if found.value < 0.0 { Tone::Dim } else { Tone::Text };
        let share = scale.place(found.value).abs();
        let name = part_name(pass, found.part, found.layer, language);
        Row::Entry(vec![Cell::Text(name, tone), Cell::Bar(share, tone), Cell::Text(added(found.value), tone)])
    };
    let rows: Vec<Row> = ranked.iter().map(row).collect();
    let here = ranked.iter().position(|found| cell_of(grid, found.part, found.layer) == Some(cursor));
    canvas.say(area, area.x + 1, area.y, Word::ContributionsRanked.text(language), Tone::Dim);
    let list = Rect { y: area.y + 1, height: area.height.saturating_sub(1), ..area };
    // The terminal's own cursor stays in the grid.
    let kept = canvas.hits.cursor();
    List { columns: &columns, rows: &rows, selected: here, list: RANKED }.draw(canvas, list);
    if let Some((x, y)) = kept {
        canvas.hits.set_cursor(x, y);
    }
}

/// A summand with its sign: as many decimals as let one see that the sum comes out, within six columns.
fn added(value: f32) -> String {
    match value.abs() {
        size if size < 100.0 => format!("{value:+.2}"),
        size if size < 1000.0 => format!("{value:+.1}"),
        size if size < 100_000.0 => format!("{value:+.0}"),
        _ => format!("{value:+.0e}"),
    }
}

fn part_name(pass: &Pass, part: Part, layer: Option<usize>, language: Language) -> String {
    match part {
        Part::Head(index, head) => format!("{} {}", Word::HeadTitle.text(language), pass.head_name(index, head)),
        Part::FeedForward => {
            let layer = layer.map_or_else(String::new, |layer| layer.to_string());
            Word::FeedForwardOf.fill(language, &[&layer])
        }
        Part::Embedding(name) | Part::Other(name) => {
            let name = name_of(name, language).to_owned();
            layer.map_or_else(|| name.clone(), |layer| format!("{layer} {name}"))
        }
        Part::Bias => String::new(),
    }
}
