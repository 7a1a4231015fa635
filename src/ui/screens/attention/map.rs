//! One head large: the map with labels, cursor and legend.

use ratatui::layout::Rect;

use super::super::jobs;
use super::super::shown::{axis_labels, stream_word};
use super::Scene;
use crate::app::attention::{LONG, Size, View};
use crate::app::{Language, Word};
use crate::tape::Kind;
use crate::ui::theme::Paint;
use crate::ui::widgets::heatmap::{Blocks, Drawn, Labels};
use crate::ui::widgets::legend::mask_legend;
use crate::ui::widgets::{Heatmap, Legend, Reason, Scale, Zoom};
use crate::ui::{Canvas, Tone, number, text};

/// Fills a cell of the mask that was opened by hand.
const OPENED: char = '⊡';

/// Columns of the legend.
const LEGEND: u16 = 13;

/// Which head, and how to read the map.
pub fn title(canvas: &mut Canvas<'_>, area: Rect, scene: &Scene<'_>) {
    let (state, language) = (&scene.app.attention, canvas.language);
    if state.view == View::Mask && !state.paint.open {
        let hides = scene.mask.as_ref().is_some_and(|mask| !mask.census(0).is_empty());
        let hint = if hides { Word::MaskViewHint } else { Word::NothingHidden };
        return canvas.title(area, Word::MaskTitle.text(language), hint.text(language), true);
    }
    let mut title = if state.average {
        format!("{} {}", Word::AverageTitle.text(language), scene.attention.layer)
    } else {
        format!("{} {}", Word::HeadTitle.text(language), scene.head_name())
    };
    if scene.pass.streams().len() > 1 {
        title = format!("{title} {}", stream_word(scene.attention.stream(), language));
    }
    let room = usize::from(area.width).saturating_sub(text::width(&title) + 3);
    let mut hints = Vec::new();
    hints.extend(held(scene, language));
    if state.paint.open {
        hints.push(Word::PaintingNow.text(language).to_owned());
    } else if state.edits.off.contains(&(state.index, state.head)) && !state.average {
        hints.push(Word::SwitchedOff.text(language).to_owned());
    } else if !state.average {
        hints.push(jobs::caption(scene.app, scene.pass, (state.index, state.head), room));
    }
    hints.push(if state.top.0 > 0 {
        Word::BrightestIs.fill(language, &[&number::significant(state.top.weight(), 2)])
    } else if scene.attention.is_cross() {
        Word::CrossRows.text(language).to_owned()
    } else {
        Word::RowSumsToOne.text(language).to_owned()
    });
    // How to read the map is said where what the head does leaves room for it.
    while hints.len() > 1 && text::width(&hints.join("  ·  ")) > room {
        hints.pop();
    }
    let hint = hints.join("  ·  ");
    canvas.title(area, &title, &hint, true);
}

/// Draws the map and, where there is room, its legend.
pub fn draw(canvas: &mut Canvas<'_>, area: Rect, scene: &Scene<'_>, compact: bool) {
    let legend = if compact { 0 } else { LEGEND };
    let room = Rect { width: area.width - legend, ..area };
    let drawn = draw_map(canvas, room, scene, compact);
    if legend > 0 {
        let beside = Rect { x: area.right() - LEGEND + 2, width: LEGEND - 2, ..area };
        draw_legend(canvas, beside, scene, drawn);
    }
}

fn draw_map(canvas: &mut Canvas<'_>, area: Rect, scene: &Scene<'_>, compact: bool) -> Drawn {
    let state = &scene.app.attention;
    let (queries, keys) = scene.size();
    let weights = scene.shown();
    let rows = axis_labels(scene.pass, scene.attention.weights, Kind::Query);
    let columns = axis_labels(scene.pass, scene.attention.weights, Kind::Key);
    let only_mask = state.view == View::Mask;
    let hidden = |query, key| {
        let opened = || (only_mask && scene.is_opened(query, key)).then_some(OPENED);
        scene.reason(query, key).map(|reason| reason.glyph).or_else(opened)
    };
    let value = |query: usize, key: usize| if only_mask { 0.0 } else { weights.at(query, key) };
    let cursor = scene.app.cursor;
    let long = queries.max(keys) > LONG;
    let pooled = long.then(|| scene.pooled());
    let block = |step: usize, row: usize, column: usize| {
        let strongest = pooled.as_ref()?.at(step, row, column)?;
        Some(if only_mask { 0.0 } else { strongest })
    };
    let blocks: Option<&Blocks<'_>> = if long { Some(&block) } else { None };
    // A row and a column for where one is.
    let edge = u16::from(long);
    let room = Rect { width: area.width.saturating_sub(edge), height: area.height.saturating_sub(edge), ..area };
    let drawn = Heatmap::new(queries, keys, &value)
        .blocks(blocks)
        .hidden(&hidden)
        .named(&rows, &columns)
        .scale(Scale::Weights(state.top.weight()))
        .zoom(zoom(scene, area))
        // A stroke must not move the map under the mouse, as labels do that stand where the mask hides.
        .labels(if state.paint.open { Labels::Stacked } else { Labels::Auto })
        .compact(compact)
        .cursor(Some((cursor.query.min(queries - 1), cursor.key.min(keys - 1))))
        .draw(canvas, room);
    if state.size == Size::Fit {
        canvas.hits.set_fitted(drawn.step.0);
    }
    draw_edges(canvas, area, &drawn, (queries, keys));
    drawn
}

/// Along the right and the lower edge, which part of the text is shown.
fn draw_edges(canvas: &mut Canvas<'_>, area: Rect, drawn: &Drawn, size: (usize, usize)) {
    let (cells, shown) = (drawn.cells, drawn.shown);
    if shown.0 >= size.0 && shown.1 >= size.1 {
        return;
    }
    // A place along the edge stands for so much of the text; what is shown covers one of them at least.
    let covers = |place: u16, length: u16, first: usize, shown: usize, size: usize| {
        let (from, to) = (usize::from(place) * size, usize::from(place + 1) * size);
        let length = usize::from(length.max(1));
        from < (first + shown) * length && to > first * length
    };
    let style = |canvas: &Canvas<'_>, here: bool| canvas.theme.style(if here { Tone::Accent } else { Tone::Rule });
    for place in 0..cells.height {
        let here = covers(place, cells.height, drawn.first.0, shown.0, size.0);
        let paint = Paint { glyph: if here { '┃' } else { '│' }, style: style(canvas, here) };
        canvas.set(area, cells.right(), cells.y + place, paint);
    }
    for place in 0..cells.width {
        let here = covers(place, cells.width, drawn.first.1, shown.1, size.1);
        let paint = Paint { glyph: if here { '━' } else { '─' }, style: style(canvas, here) };
        canvas.set(area, cells.x + place, cells.bottom(), paint);
    }
}

/// What the cell under the cursor holds, where it holds several: its tokens, and the strongest pair among them.
pub fn held(scene: &Scene<'_>, language: Language) -> Option<String> {
    let state = &scene.app.attention;
    if state.block() == 1 || state.view != View::Map {
        return None;
    }
    let (size, weights) = (scene.size(), scene.shown());
    let (queries, keys) = state.held(&scene.app.cursor);
    let (queries, keys) = (queries.start..queries.end.min(size.0), keys.start..keys.end.min(size.1));
    let pairs = queries.clone().flat_map(|query| keys.clone().map(move |key| (query, key)));
    let seen = pairs.filter(|&(query, key)| scene.reason(query, key).is_none());
    let strongest = seen.map(|(query, key)| (query, key, weights.at(query, key))).max_by(|a, b| a.2.total_cmp(&b.2));
    let range = |range: &std::ops::Range<usize>| format!("{}–{}", range.start, range.end.saturating_sub(1));
    let place = format!("{} × {}", range(&queries), range(&keys));
    let Some((query, key, weight)) = strongest else { return Some(Word::HeldHidden.fill(language, &[&place])) };
    let name = |kind: Kind, at: usize| {
        let labels = axis_labels(scene.pass, scene.attention.weights, kind);
        let label = labels.get(at).map_or("", String::as_str);
        format!("{}{}", text::fit(label, 10), text::subscript(at))
    };
    let pair = format!("{} → {}", name(Kind::Query, query), name(Kind::Key, key));
    Some(Word::HeldStrongest.fill(language, &[&place, &pair, &number::short_weight(weight)]))
}

/// Numbers in the cells where they are asked for, or where a wide window has room for all of them.
fn zoom(scene: &Scene<'_>, area: Rect) -> Zoom {
    let state = &scene.app.attention;
    let (queries, keys) = scene.size();
    let fits = queries * 2 <= usize::from(area.height) && keys * 4 + 16 <= usize::from(area.width);
    // A text a little too long for the window stays readable and scrolls; a long one is shown whole.
    let scrolls = queries + 1 > usize::from(area.height) && queries.max(keys) <= LONG;
    match state.size {
        Size::Fit if scrolls || (state.paint.open && queries + 1 > usize::from(area.height)) => Zoom::Cell,
        Size::Blocks(block) => Zoom::Blocks(block),
        Size::Large if queries.max(keys) > LONG => Zoom::Cell,
        Size::Small if queries.max(keys) > LONG => Zoom::Half,
        _ if state.view == View::Mask => Zoom::Fit,
        _ if state.numbers || (fits && area.width >= 90) => Zoom::Numbers,
        Size::Fit => Zoom::Fit,
        Size::Large => Zoom::Cell,
        Size::Small => Zoom::Half,
    }
}

fn draw_legend(canvas: &mut Canvas<'_>, area: Rect, scene: &Scene<'_>, drawn: Drawn) {
    let language = canvas.language;
    let title = Word::WeightLine.text(language);
    let scale = Scale::Weights(scene.app.attention.top.weight());
    let mut used = 0;
    if scene.app.attention.view != View::Mask {
        used = Legend { title, scale }.draw(canvas, area) + 1;
    }
    let rest = Rect { y: area.y + used, height: area.height.saturating_sub(used), ..area };
    let (queries, keys) = scene.size();
    if rest.height >= 3
        && let Some(mask) = &scene.mask
    {
        let census = mask.census(0);
        let reasons: Vec<(&Reason, usize)> =
            census.iter().filter_map(|(reason, count)| Reason::named(reason.word).map(|r| (r, *count))).collect();
        if !reasons.is_empty() {
            used += mask_legend(canvas, rest, &reasons, queries * keys) + 1;
        }
    }
    let (first, shown) = (drawn.first, drawn.shown);
    if (shown.0 < queries || shown.1 < keys) && used + 2 < area.height {
        for (row, (arrow, from, count, all)) in
            [("↓", first.0, shown.0, queries), ("→", first.1, shown.1, keys)].into_iter().enumerate()
        {
            let words = format!("{arrow} {from}–{}/{all}", (from + count).saturating_sub(1));
            canvas.say(area, area.x, area.y + used + row as u16, &words, Tone::Dim);
        }
        used += 3;
    }
    if drawn.is_pooled() && used < area.height {
        let words = Word::PooledCells.fill(language, &[&drawn.step.0, &drawn.step.1]);
        let rest = Rect { y: area.y + used, height: area.height - used, ..area };
        let lines = crate::ui::text::wrap(&words, usize::from(rest.width));
        for (row, line) in lines.iter().enumerate() {
            canvas.say(rest, rest.x, rest.y + row as u16, line, Tone::Warm);
        }
    }
}
