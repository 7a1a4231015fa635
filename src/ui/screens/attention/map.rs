//! One head large: the map with labels, cursor and legend.

use ratatui::layout::Rect;

use super::super::jobs;
use super::super::shown::{axis_labels, stream_word};
use super::{Scene, plane};
use crate::app::Word;
use crate::app::attention::{Size, View};
use crate::tape::Kind;
use crate::ui::widgets::heatmap::{Drawn, Labels};
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
    let values = plane(&scene.weights, if state.average { None } else { Some(state.head) });
    let rows = axis_labels(scene.pass, scene.attention.weights, Kind::Query);
    let columns = axis_labels(scene.pass, scene.attention.weights, Kind::Key);
    let only_mask = state.view == View::Mask;
    let hidden = |query, key| {
        let opened = || (only_mask && scene.is_opened(query, key)).then_some(OPENED);
        scene.reason(query, key).map(|reason| reason.glyph).or_else(opened)
    };
    let value = |query: usize, key: usize| if only_mask { 0.0 } else { values[query * keys + key] };
    let cursor = scene.app.cursor;
    Heatmap::new(queries, keys, &value)
        .hidden(&hidden)
        .named(&rows, &columns)
        .scale(Scale::Weights(state.top.weight()))
        .zoom(zoom(scene, area))
        // A stroke must not move the map under the mouse, as labels do that stand where the mask hides.
        .labels(if state.paint.open { Labels::Stacked } else { Labels::Auto })
        .compact(compact)
        .cursor(Some((cursor.query.min(queries - 1), cursor.key.min(keys - 1))))
        .draw(canvas, area)
}

/// Numbers in the cells where they are asked for, or where a wide window has room for all of them.
fn zoom(scene: &Scene<'_>, area: Rect) -> Zoom {
    let state = &scene.app.attention;
    let (queries, keys) = scene.size();
    let fits = queries * 2 <= usize::from(area.height) && keys * 4 + 16 <= usize::from(area.width);
    // A text a little too long for the window stays readable and scrolls; a long one is shown whole.
    let scrolls = queries + 1 > usize::from(area.height) && queries.max(keys) <= 64;
    match state.size {
        Size::Fit if scrolls || (state.paint.open && queries + 1 > usize::from(area.height)) => Zoom::Cell,
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
    if drawn.is_pooled() && used < area.height {
        let words = Word::PooledCells.fill(language, &[&drawn.step.0, &drawn.step.1]);
        let rest = Rect { y: area.y + used, height: area.height - used, ..area };
        let lines = crate::ui::text::wrap(&words, usize::from(rest.width));
        for (row, line) in lines.iter().enumerate() {
            canvas.say(rest, rest.x, rest.y + row as u16, line, Tone::Warm);
        }
    }
}
