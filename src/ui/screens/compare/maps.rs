//! One map a model, of heads that do the same, with the cursor on tokens that belong together.

use ratatui::layout::Rect;

use super::super::jobs;
use super::super::shown::{axis_labels, numbered_within};
use super::Columns;
use crate::app::compare::{Column, CompareState, Matching, Pane, Refused};
use crate::app::{App, Word};
use crate::explore::Score;
use crate::explore::compare::Difference;
use crate::tape::{Cell, Kind};
use crate::ui::hits::Grid;
use crate::ui::widgets::heatmap::Drawn;
use crate::ui::widgets::{Heatmap, Labels, Legend, Scale, Zoom, heatmap};
use crate::ui::{Canvas, Tone, number, text};

/// Columns of the list of keys beside a map.
const KEYS: u16 = 12;
/// The fewest that are worth having.
const NARROW: u16 = 8;
/// So many keys are listed.
const MOST_KEYS: usize = 4;

/// Draws the maps with their legend.
pub fn draw(canvas: &mut Canvas<'_>, area: Rect, columns: &Columns, app: &App) {
    beside(canvas, Rect { width: columns.names, ..area }, app);
    for column in 0..app.compare.column_ids().len() {
        draw_column(canvas, columns.of(column, area), app, column);
    }
}

/// Left of the maps: how the heads were found, and what the colours say.
fn beside(canvas: &mut Canvas<'_>, area: Rect, app: &App) {
    let (state, language) = (&app.compare, canvas.language);
    let word = match (state.on_two_texts(), state.matching) {
        (true, _) => Word::SameHead,
        (false, Matching::ByHand) => Word::HeadsByHand,
        (false, Matching::Nearest) => Word::NearestHeads,
    };
    let lines = text::wrap(word.text(language), usize::from(area.width.saturating_sub(2)));
    for (y, line) in lines.iter().enumerate() {
        canvas.say(area, area.x, area.y + y as u16, line, Tone::Dim);
    }
    let y = area.y + lines.len() as u16 + 1;
    let legend = Rect { y, height: area.bottom().saturating_sub(y), ..area };
    if legend.height < 3 {
        return;
    }
    let columns = area.width.saturating_sub(6).min(9);
    canvas.say(legend, legend.x, legend.y, Word::WeightLine.text(language), Tone::Dim);
    let scale = if state.shown.difference { Scale::Signed(1.0) } else { Scale::Weights(1.0) };
    Legend { title: "", scale: Scale::Weights(1.0) }.draw_along(
        canvas,
        Rect { y: y + 1, height: 1, ..legend },
        columns,
    );
    if state.shown.difference && legend.height > 3 {
        Legend { title: "", scale }.draw_along(canvas, Rect { y: y + 2, height: 1, ..legend }, columns.min(5));
    }
    let y = y + 2 + u16::from(state.shown.difference);
    let text = app.shell.prompt.text();
    let hides = (0..state.column_ids().len()).filter_map(|column| state.column(column, text)).any(|column| {
        column.attention.mask.as_ref().is_some_and(|mask| mask.rules().iter().any(|rule| rule.reason.word == "future"))
    });
    if hides && y < legend.bottom() {
        let paint = heatmap::hidden_paint(canvas.theme, '╱');
        canvas.set(legend, legend.x, y, paint);
        canvas.set(legend, legend.x + 1, y, paint);
        canvas.say(legend, legend.x + 3, y, Word::Future.text(language), Tone::Dim);
    }
}

fn draw_column(canvas: &mut Canvas<'_>, area: Rect, app: &App, at: usize) {
    let (state, language) = (&app.compare, canvas.language);
    let typed = app.shell.prompt.text();
    let Some(column) = state.column(at, typed) else {
        let words = match state.ran(at, typed) {
            None if state.fault().is_some() => String::new(),
            None if state.is_stopped() => Word::RunStopped.text(language).to_owned(),
            None => Word::Running.text(language).to_owned(),
            Some(Ok(_)) => Word::HasNoAttention.text(language).to_owned(),
            Some(Err(Refused::NoMini)) => Word::LacksMini.text(language).to_owned(),
            Some(Err(Refused::Stopped)) => Word::RunStopped.text(language).to_owned(),
            Some(Err(Refused::Fault(fault))) => Word::TextRefused.fill(language, &[fault]),
        };
        let tone = if matches!(state.ran(at, typed), Some(Err(Refused::Fault(_)))) { Tone::Bad } else { Tone::Dim };
        canvas.say_wrapped(area, &words, tone);
        return;
    };
    title(canvas, Rect { height: 1, ..area }, app, &column, at);
    let below = Rect { y: area.y + 1, height: area.height.saturating_sub(1), ..area };
    let difference = (state.shown.difference && at != state.lead).then(|| state.difference_of(at, typed)).flatten();
    match difference {
        Some(difference) => draw_difference(canvas, below, &column, &difference, at),
        None => draw_map(canvas, below, state, &column, at),
    }
}

/// `1.0 coreference†`, and where it does not do what the first head does, that it does not.
fn title(canvas: &mut Canvas<'_>, area: Rect, app: &App, column: &Column<'_>, at: usize) {
    let (state, language) = (&app.compare, canvas.language);
    let pass = &column.ran.pass;
    let name = pass.head_name(column.index, column.head);
    let job = pass.measured().head(column.index, column.head).and_then(|scores| scores.job());
    let note = column.ran.subject.note(column.attention.stream(), column.attention.layer, column.head);
    let taught = if note.is_some_and(|note| note.taught) { jobs::TAUGHT } else { "" };
    let job_words = job.map_or_else(String::new, |job| format!(" {}", jobs::name(&job.pattern, language)));
    let focused = state.pane == Pane::Maps && state.lead == at;
    let tone = if focused { Tone::Focused } else { Tone::Title };
    let room = usize::from(area.width);
    let x = canvas.say(area, area.x, area.y, &text::fit(&format!("{name}{job_words}{taught}"), room), tone);
    let rest = usize::from(area.right().saturating_sub(x + 2));
    let hint = hint(state, app.shell.prompt.text(), column, at, language);
    canvas.say(area, x + 2, area.y, &text::fit(&hint, rest), Tone::Dim);
}

fn hint(state: &CompareState, typed: &str, column: &Column<'_>, at: usize, language: crate::app::Language) -> String {
    if at == state.lead {
        return String::new();
    }
    let Some(lead) = state.column(state.lead, typed) else { return String::new() };
    if state.shown.difference {
        let name = lead.ran.pass.head_name(lead.index, lead.head);
        return Word::LessTheFirst.fill(language, &[&name]);
    }
    let wanted = lead.ran.pass.measured().head(lead.index, lead.head).and_then(|scores| scores.job());
    let Some(wanted) = wanted else { return String::new() };
    let own = column.ran.pass.measured().head(column.index, column.head);
    let has = own.and_then(|scores| scores.of(&wanted.pattern)).is_some_and(Score::is_clear);
    if has { String::new() } else { Word::NoHeadFor.fill(language, &[&jobs::name(&wanted.pattern, language)]) }
}

fn draw_map(canvas: &mut Canvas<'_>, area: Rect, state: &CompareState, column: &Column<'_>, at: usize) {
    let Some(map) = column.map() else {
        canvas.say(area, area.x, area.y, Word::Recomputing.text(canvas.language), Tone::Dim);
        return;
    };
    let (queries, keys) = column.size;
    let mask = column.attention.mask_of(column.head);
    let hidden = |query, key| Some(mask?.reason(Cell { batch: 0, query, key })?.glyph);
    let value = |query: usize, key: usize| map.weights[query * keys + key];
    let pass = &column.ran.pass;
    let rows = axis_labels(pass, column.attention.weights, Kind::Query);
    let names = axis_labels(pass, column.attention.weights, Kind::Key);
    let list = area.width >= 2 * KEYS + 4;
    // A column a token, as far as the list keeps room for a short name and its weight.
    let beside = KEYS.min(area.width.saturating_sub(keys.min(500) as u16 + 1)).max(NARROW);
    let room = Rect { width: area.width - if list { beside } else { 0 }, ..area };
    let cursor = (column.cell.0, column.cell.1);
    let heatmap = Heatmap::new(queries, keys, &value).hidden(&hidden).map(at as u8);
    let drawn = draw_heatmap(canvas, room, heatmap, (&rows, &names), (queries, keys), cursor, state.shown.numbers);
    let gap = if beside < KEYS { 1 } else { 2 };
    let right =
        Rect { x: drawn.cells.right() + gap, width: area.right().saturating_sub(drawn.cells.right() + gap), ..area };
    match column.cell.0 {
        Some(query) if list && right.width >= NARROW => {
            draw_keys(canvas, right, column, query, &map.weights[query * keys..(query + 1) * keys], (&rows, &names));
        }
        None if list && right.width >= NARROW => {
            canvas.say_wrapped(right, Word::NoLikeToken.text(canvas.language), Tone::Dim);
        }
        _ => {}
    }
}

/// A map with labels where it has room for them, else with the row of the cursor marked.
fn draw_heatmap(
    canvas: &mut Canvas<'_>,
    area: Rect,
    heatmap: Heatmap<'_>,
    (rows, columns): (&[String], &[String]),
    size: (usize, usize),
    (query, key): (Option<usize>, Option<usize>),
    numbers: bool,
) -> Drawn {
    let roomy = usize::from(area.width) >= 2 * size.1 + 8 && usize::from(area.height) > size.0 + 1;
    let cursor = query.map(|query| (query, key.unwrap_or(0)));
    if numbers || roomy {
        let zoom = if numbers { Zoom::Numbers } else { Zoom::Fit };
        return heatmap.named(rows, columns).zoom(zoom).cursor(cursor).draw(canvas, area);
    }
    let drawn = heatmap.labels(Labels::None).draw(canvas, area);
    if drawn.cells.is_empty() {
        return drawn;
    }
    let pixels = matches!(drawn.zoom, Zoom::Half | Zoom::Whole);
    let lines = |row: usize| (row / drawn.step.0.max(1)) / if pixels { 2 } else { 1 };
    let wide = if pixels { 1 } else { 2 };
    let grid = Grid {
        map: heatmap.number(),
        first: drawn.first,
        cell: (wide, 1),
        step: (drawn.step.0 * if pixels { 2 } else { 1 }, drawn.step.1),
        size,
    };
    canvas.hits.push_grid(drawn.cells, grid);
    if let Some(query) = query {
        let y = drawn.cells.y + (lines(query) as u16).min(drawn.cells.height - 1);
        canvas.put(canvas.buffer.area, drawn.cells.x.saturating_sub(1), y, "▸", canvas.theme.cursor_label());
        canvas.hits.set_cursor(drawn.cells.x, y);
        if let Some(key) = key {
            let x = drawn.cells.x + ((key / drawn.step.1.max(1)) as u16 * wide).min(drawn.cells.width - 1);
            canvas.put(canvas.buffer.area, x, drawn.cells.bottom(), "▴", canvas.theme.cursor_label());
        }
    }
    drawn
}

/// The query, the keys that it looks at most, and how much is hidden.
fn draw_keys(
    canvas: &mut Canvas<'_>,
    area: Rect,
    column: &Column<'_>,
    query: usize,
    weights: &[f32],
    (rows, names): (&[String], &[String]),
) {
    let area = Rect { width: area.width.min(20), ..area };
    let room = usize::from(area.width);
    let label = numbered_within(rows, query, room.saturating_sub(2));
    canvas.put(area, area.x, area.y, &format!("{label} →"), canvas.theme.cursor_label());
    let mask = column.attention.mask_of(column.head);
    let sees = |key: &usize| mask.is_none_or(|mask| mask.reason(Cell { batch: 0, query, key: *key }).is_none());
    let mut order: Vec<usize> = (0..weights.len()).filter(sees).collect();
    order.sort_by(|a, b| weights[*b].total_cmp(&weights[*a]));
    let hidden_rows = u16::from(area.height > 6) * 2;
    let shown = MOST_KEYS.min(usize::from(area.height.saturating_sub(1 + hidden_rows)));
    for (line, key) in order.into_iter().take(shown).enumerate() {
        let y = area.y + 1 + line as u16;
        let weight = number::short_weight(weights[key]);
        let tone = if Some(key) == column.cell.1 { Tone::Accent } else { Tone::Text };
        canvas.say(area, area.x, y, &numbered_within(names, key, room.saturating_sub(5)), tone);
        canvas.say_right(area, y, &weight, Tone::Dim);
    }
    if let (Some(mask), true) = (mask, hidden_rows > 0) {
        let hidden: usize = mask.census(0).iter().map(|(_, count)| count).sum();
        let cells = column.size.0 * column.size.1;
        let words = Word::HiddenOf.fill(canvas.language, &[&hidden, &cells]);
        for (line, words) in text::wrap(&words, room).iter().take(2).enumerate() {
            canvas.say(area, area.x, area.y + area.height.min(12) - 2 + line as u16, words, Tone::Faint);
        }
    }
}

fn draw_difference(canvas: &mut Canvas<'_>, area: Rect, column: &Column<'_>, difference: &Difference, at: usize) {
    let (rows, columns) = difference.size;
    if rows == 0 || columns == 0 {
        canvas.say_wrapped(area, Word::NoLikeToken.text(canvas.language), Tone::Dim);
        return;
    }
    let value = |row: usize, key: usize| difference.values[row * columns + key];
    let scale = Scale::Signed(1.0);
    let place = |places: &[std::ops::Range<usize>], token: Option<usize>| {
        let token = token?;
        places.iter().position(|place| place.contains(&token))
    };
    let cursor = (place(&difference.places[0], column.cell.0), place(&difference.places[1], column.cell.1));
    let room = Rect { height: area.height.saturating_sub(u16::from(difference.pooled)), ..area };
    let heatmap = Heatmap::new(rows, columns, &value).scale(scale).map(at as u8);
    // A click would be on a piece and not on a token: the maps of tokens take clicks.
    draw_heatmap(canvas, room, heatmap, (&difference.labels[0], &difference.labels[1]), difference.size, cursor, false);
    if difference.pooled {
        canvas.say(area, area.x, area.bottom().saturating_sub(1), Word::OverPieces.text(canvas.language), Tone::Faint);
    }
}
