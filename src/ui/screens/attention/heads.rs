//! All heads at a glance, and what the chosen one does.

use ratatui::layout::Rect;
use ratatui::style::Modifier;

use super::super::shown::stream_word;
use super::Scene;
use crate::app::attention::STREAMS;
use crate::app::{Target, Word};
use crate::explore::{Overview, Pattern, head_scores};
use crate::models::Predicts;
use crate::ui::widgets::{Heatmap, Scale, bar, scroll};
use crate::ui::{Canvas, Tone, number, text};

/// Rows of the list below the maps.
pub const PATTERN_ROWS: u16 = 7;

/// Columns and rows of a small map, from the largest on.
const SIZES: [(u16, u16); 6] = [(23, 12), (15, 8), (11, 6), (7, 4), (5, 3), (3, 2)];

/// How the small maps are laid out.
struct Grid {
    map: (u16, u16),
    /// Maps side by side.
    across: usize,
    /// Rows of maps that one layer takes.
    lines: usize,
    /// The first attention shown, and how many.
    first: usize,
    shown: usize,
}

impl Grid {
    /// The largest maps with which a layer fits into one row and, if possible, all layers into the height; a pixel a
    /// token where that fits.
    fn of(area: Rect, heads: usize, layers: usize, tokens: usize, chosen: usize) -> Self {
        let across = |size: (u16, u16)| usize::from((area.width + 1) / (size.0 + 1)).max(1);
        let lines = |size| heads.div_ceil(across(size)).max(1);
        let fits = |size: &&(u16, u16)| {
            let rows = usize::from(size.1 + 1) * lines(**size) * layers;
            lines(**size) == 1 && rows <= usize::from(area.height)
        };
        let one_row = |size: &&(u16, u16)| lines(**size) == 1;
        let smallest = &SIZES[SIZES.len() - 1];
        let exact = (tokens as u16, tokens.div_ceil(2) as u16);
        let sizes: Vec<(u16, u16)> = SIZES.iter().copied().filter(|size| size.0 < exact.0).collect();
        let sizes = if tokens < 64 { [&[exact][..], &sizes].concat() } else { sizes };
        let map = *sizes.iter().find(fits).or_else(|| sizes.iter().rfind(one_row)).unwrap_or(smallest);
        let shown = (usize::from(area.height) / (usize::from(map.1 + 1) * lines(map))).clamp(1, layers.max(1));
        Self { map, across: across(map), lines: lines(map), first: scroll::window(chosen, layers, shown), shown }
    }

    fn place(&self, area: Rect, index: usize, head: usize) -> Rect {
        let row = (index - self.first) * self.lines + head / self.across;
        let x = area.x + (head % self.across) as u16 * (self.map.0 + 1);
        let y = area.y + row as u16 * (self.map.1 + 1);
        Rect { x, y, width: self.map.0, height: self.map.1 + 1 }
    }
}

/// Draws every head as a small map, the chosen one marked.
pub fn draw(canvas: &mut Canvas<'_>, area: Rect, scene: &Scene<'_>) {
    let layers = scene.app.attention.of_stream(scene.pass);
    let heads = layers.iter().map(|&index| scene.pass.attentions[index].heads).max().unwrap_or(1);
    let maps = title(canvas, area, scene, (layers.len(), heads));
    let chosen = layers.iter().position(|&index| index == scene.app.attention.index).unwrap_or(0);
    let grid = Grid::of(maps, heads, layers.len(), scene.size().1.max(5), chosen);
    for (row, &index) in layers.iter().enumerate().skip(grid.first).take(grid.shown) {
        let Some(overview) = scene.app.attention.overview(scene.pass, index) else { continue };
        for head in 0..scene.pass.attentions[index].heads {
            let place = grid.place(maps, row, head);
            if place.bottom() <= maps.bottom() {
                draw_head(canvas, place, scene, (index, head), overview);
            }
        }
    }
}

/// What is shown, or which of several streams; returns the room below.
fn title(canvas: &mut Canvas<'_>, area: Rect, scene: &Scene<'_>, (layers, heads): (usize, usize)) -> Rect {
    let (language, compact) = (canvas.language, area.width < 40);
    let line = Rect { height: 1, ..area };
    let streams = scene.pass.streams();
    let several = streams.len() > 1;
    if several {
        let mut x = area.x;
        if !compact {
            x = canvas.say(line, x, line.y, Word::AllHeads.text(language), Tone::Title) + 2;
        }
        for (row, stream) in streams.into_iter().enumerate() {
            let words = stream_word(stream, language);
            let place = Rect { x, width: text::width(words) as u16, ..line };
            if stream == scene.attention.stream() {
                let style = canvas.theme.cursor_label().add_modifier(Modifier::UNDERLINED);
                canvas.put(line, x, line.y, words, style);
            } else {
                canvas.say(line, x, line.y, words, Tone::Dim);
            }
            canvas.hits.push(place, Target::Row { list: STREAMS, row });
            x += place.width + 2;
        }
    } else if !compact {
        let hint = Word::LayersTimesHeads.fill(language, &[&layers, &heads]);
        canvas.title(line, Word::AllHeads.text(language), &hint, false);
    }
    let used = match (compact, several) {
        (false, _) => 2,
        (true, true) => 1,
        (true, false) => 0,
    };
    Rect { y: area.y + used, height: area.height.saturating_sub(used), ..area }
}

fn draw_head(
    canvas: &mut Canvas<'_>,
    area: Rect,
    scene: &Scene<'_>,
    (index, head): (usize, usize),
    overview: &Overview,
) {
    let attention = &scene.pass.attentions[index];
    let state = &scene.app.attention;
    let chosen = (state.index, state.head) == (index, head);
    let full = format!("{}.{head}", attention.layer);
    let label = if text::width(&full) <= usize::from(area.width) { full } else { head.to_string() };
    let off = state.off.contains(&(index, head));
    let style = match (chosen, off) {
        (true, _) => canvas.theme.chosen(),
        (false, true) => canvas.theme.style(Tone::Warm),
        (false, false) => canvas.theme.style(Tone::Dim),
    };
    let marked = format!("{label}×");
    let fits = text::width(&marked) <= usize::from(area.width);
    let label = if off && fits {
        marked
    } else if off {
        format!("×{head}")
    } else {
        label
    };
    let label = if chosen { text::left(&label, usize::from(area.width)) } else { label };
    canvas.put(area, area.x, area.y, &label, style);
    let below = Rect { y: area.y + 1, height: area.height - 1, ..area };
    let (rows, columns) = overview.size;
    let values = overview.head(head);
    let value = |row: usize, column: usize| values[row * columns + column];
    // Small maps show the ground there, whatever the glyph.
    let hidden = |row: usize, column: usize| value(row, column).is_nan().then_some(' ');
    Heatmap::new(rows, columns, &value)
        .hidden(&hidden)
        .scale(Scale::Weights(state.top.weight()))
        .small()
        .draw(canvas, below);
    canvas.hits.push(area, Target::Head { layer: index, head });
}

/// What the chosen head's attention goes to, and what changes without the heads that are off.
pub fn draw_patterns(canvas: &mut Canvas<'_>, area: Rect, scene: &Scene<'_>) {
    let language = canvas.language;
    let title = Word::WhatItDoes.fill(language, &[&scene.head_name()]);
    canvas.title(Rect { height: 1, ..area }, &title, Word::OnThisText.text(language), false);
    let scores = head_scores(&scene.weights, scene.app.attention.head, scene.attention.is_cross());
    let mut y = area.y + 1;
    for (pattern, score) in Pattern::ALL.into_iter().zip(scores.patterns) {
        let (name, words) = pattern_words(pattern);
        let line = Rect { y, height: 1, ..area };
        canvas.say(line, area.x, y, name.text(language), if score >= Some(0.4) { Tone::Text } else { Tone::Dim });
        bar(canvas, Rect { x: area.x + 11, width: 9, ..line }, score.unwrap_or(0.0), Tone::Text);
        let number = score.map_or_else(|| "  ·".to_owned(), |score| format!("{score:.2}"));
        canvas.say_all(
            line,
            area.x + 21,
            y,
            &[(&number, Tone::Text), (" ", Tone::Dim), (words.text(language), Tone::Dim)],
        );
        y += 1;
    }
    let line = Rect { y, height: 1, ..area };
    let spread = Word::SpreadWords.fill(language, &[&number::significant(scores.spread, 2)]);
    canvas.say(line, area.x, y, Word::Spread.text(language), Tone::Dim);
    canvas.say(line, area.x + 26, y, &spread, Tone::Dim);
    if y + 1 < area.bottom() {
        draw_switched_off(canvas, Rect { y: y + 1, height: 1, ..area }, scene);
    }
}

fn pattern_words(pattern: Pattern) -> (Word, Word) {
    match pattern {
        Pattern::Previous => (Word::PatternPrevious, Word::PatternPreviousWords),
        Pattern::Own => (Word::PatternOwn, Word::PatternOwnWords),
        Pattern::Next => (Word::PatternNext, Word::PatternNextWords),
        Pattern::First => (Word::PatternFirst, Word::PatternFirstWords),
    }
}

/// The likeliest token before, and what became of it.
fn draw_switched_off(canvas: &mut Canvas<'_>, area: Rect, scene: &Scene<'_>) {
    let state = &scene.app.attention;
    let (Some(replay), Some(subject)) = (&state.without, &scene.app.subject) else { return };
    let language = canvas.language;
    let several = scene.pass.streams().len() > 1;
    let name = |&(index, head): &(usize, usize)| {
        let attention = &scene.pass.attentions[index];
        let stream = if several { stream_word(attention.stream(), language) } else { "" };
        format!("{stream}{}{}.{head}", if several { " " } else { "" }, attention.layer)
    };
    let off: Vec<String> = state.off.iter().map(name).collect();
    let x = canvas.say(area, area.x, area.y, Word::SwitchedOff.text(language), Tone::Warm);
    let x = canvas.say(area, x + 1, area.y, &text::fit(&off.join(" "), 14), Tone::Warm) + 2;
    if scene.pass.predicts() == Predicts::Nothing {
        return;
    }
    let position = scene.pass.predicted_positions().first().copied().unwrap_or(scene.app.cursor.query);
    let (Some(before), Some(after)) = (scene.pass.logits_at(position), scene.pass.logits_of_replay(replay, position))
    else {
        return;
    };
    let best = |logits: &[f32]| (0..logits.len()).max_by(|&a, &b| logits[a].total_cmp(&logits[b])).unwrap_or(0);
    let (was, is) = (best(&before) as u32, best(&after) as u32);
    let share = |logits: &[f32], id| number::weight(crate::explore::share(logits, id));
    let mut pieces = vec![
        (format!("{} ", subject.label(was)), Tone::Title),
        (share(&before, was), Tone::Text),
        (" → ".to_owned(), Tone::Dim),
        (share(&after, was), Tone::Warm),
    ];
    if is != was {
        pieces.push((format!("  {} {}", subject.label(is), share(&after, is)), Tone::Warm));
    }
    let pieces: Vec<(&str, Tone)> = pieces.iter().map(|(text, tone)| (text.as_str(), *tone)).collect();
    canvas.say_all(area, x, area.y, &pieces);
}
