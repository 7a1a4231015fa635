//! Attention as maps: all heads at a glance, one head large, and the cell under the cursor worked out.

pub(super) mod changed;
mod does;
mod heads;
mod map;
#[cfg(test)]
mod tests;
mod worked;

use std::sync::Arc;

use ratatui::layout::Rect;

use super::derivation;
use crate::app::App;
use crate::app::Word;
use crate::explore::{Pass, Pooled, pooled};
use crate::tape::{Attention, Cell, Mask, Reason, Record};
use crate::tensor::Tensor;
use crate::ui::frame::Body;
use crate::ui::{Canvas, Tone};

/// What all parts of the screen read: the attention shown large, its weights, and the state around it.
pub(super) struct Scene<'a> {
    pub app: &'a App,
    pub pass: &'a Pass,
    /// The record of the pass, which may be changed by hand.
    pub record: &'a Record,
    pub attention: &'a Attention,
    /// What the shown head may not see: as it is painted, even where the weights that follow are still to come.
    pub mask: Option<Arc<Mask>>,
    /// (batch, head, query, key)
    pub weights: Tensor,
}

impl<'a> Scene<'a> {
    /// The scene, where the attention's weights are at hand.
    pub fn new(app: &'a App, pass: &'a Pass) -> Option<Self> {
        let attention = app.attention.attention(pass)?;
        let record = &pass.record;
        let weights = record.get(attention.weights)?;
        let mask = app.pass.as_ref().and_then(|run| app.attention.mask(run, app.attention.head));
        Some(Self { app, pass, record, attention, mask, weights })
    }

    /// Why a cell of the large map is hidden, `None` where it is visible.
    pub fn reason(&self, query: usize, key: usize) -> Option<&'static Reason> {
        let cell = Cell { batch: 0, query, key };
        if self.app.attention.average { self.attention.reason(None, cell) } else { self.mask.as_ref()?.reason(cell) }
    }

    /// Why a cell of another head of the pass is hidden.
    pub fn reason_of(&self, index: usize, head: usize, query: usize, key: usize) -> Option<&'static Reason> {
        self.pass.attentions.get(index)?.reason(Some(head), Cell { batch: 0, query, key })
    }

    /// Whether a cell that the model hides was opened by hand.
    pub fn is_opened(&self, query: usize, key: usize) -> bool {
        let state = &self.app.attention;
        !state.average
            && state.edits.painting(state.index, state.head).and_then(|painting| painting.get(query, key)) == Some(true)
    }

    /// Queries and keys.
    pub fn size(&self) -> (usize, usize) {
        (self.weights.shape()[2], self.weights.shape()[3])
    }

    /// The head that is shown; `None` for the average.
    pub fn head(&self) -> Option<usize> {
        (!self.app.attention.average).then_some(self.app.attention.head)
    }

    /// The weights that are shown.
    pub(super) fn shown(&self) -> Weights {
        let all = self.weights.select(0, 0);
        let heads = self.head().map_or(0..self.attention.heads, |head| head..head + 1);
        Weights { heads: heads.map(|head| all.select(0, head)).collect() }
    }

    /// The weights of one query that are shown.
    pub fn row(&self, query: usize) -> Vec<f32> {
        pooled::row(&self.weights, self.head(), query)
    }

    /// The map that is shown, made small; made once.
    pub fn pooled(&self) -> Arc<Pooled> {
        let head = self.head();
        self.pass.pools.get((self.attention.weights, head), || {
            Pooled::of(&pooled::plane(&self.weights, head), self.size().1, self.attention.visible(head).as_deref())
        })
    }

    /// Keys that stand before the first query; none where queries look at another stream.
    pub fn past(&self) -> usize {
        if self.attention.is_cross() { 0 } else { self.size().1.saturating_sub(self.size().0) }
    }

    /// The number of the shown head as it is written: layer and head.
    pub fn head_name(&self) -> String {
        self.pass.head_name(self.app.attention.index, self.app.attention.head)
    }
}

/// The weights of the shown head, or of all for their average, read where they stand: a frame of a long text must not
/// read all of them.
pub(super) struct Weights {
    /// (query, key)
    heads: Vec<Tensor>,
}

impl Weights {
    pub(super) fn at(&self, query: usize, key: usize) -> f32 {
        let number = |head: &Tensor| {
            head.as_slice().map_or_else(|| head.at(&[query, key]), |all| all[query * head.shape()[1] + key])
        };
        self.heads.iter().map(number).sum::<f32>() / self.heads.len().max(1) as f32
    }
}

/// Draws the screen.
pub fn draw(canvas: &mut Canvas<'_>, body: Body, app: &App, pass: &Pass) {
    let Some(scene) = Scene::new(app, pass) else {
        let words = if pass.attentions.is_empty() { Word::NoAttention } else { Word::Recomputing };
        canvas.say(body.area, body.area.x, body.area.y, words.text(canvas.language), Tone::Dim);
        return;
    };
    if body.compact { draw_compact(canvas, body.area, &scene) } else { draw_roomy(canvas, body.area, &scene) }
}

/// All heads on the left, the large map on the right, numbers below both.
fn draw_roomy(canvas: &mut Canvas<'_>, area: Rect, scene: &Scene<'_>) {
    // In a wide window the small maps get a pixel a token, as far as the large one keeps half of it.
    let heads = scene.attention.heads as u16 * (scene.size().1.min(60) as u16 + 1);
    let left_width = if area.width >= 160 { heads.clamp(48, area.width * 9 / 20) } else { 48 };
    let left = Rect { width: left_width, ..area };
    let right = Rect { x: area.x + left_width + 3, width: area.width - left_width - 3, ..area };
    canvas.divider(area.x + left_width + 1, area);

    let patterns = does::rows(scene).max(5).min(left.height / 3);
    let maps = Rect { height: left.height - patterns - 1, ..left };
    heads::draw(canvas, maps, scene);
    let below = Rect { y: left.y + maps.height + 1, height: patterns, ..left };
    does::draw(canvas, below, scene);

    draw_large(canvas, right, scene);
}

/// The large map with its title and legend, and the numbers of its cell or a derivation.
fn draw_large(canvas: &mut Canvas<'_>, area: Rect, scene: &Scene<'_>) {
    let numbers = if scene.app.attention.trail.is_empty() { worked::ROWS } else { (area.height / 2).max(worked::ROWS) };
    map::title(canvas, Rect { height: 1, ..area }, scene);
    // A blank row under the title, where the map can spare it.
    let rows = area.height.saturating_sub(numbers + 2);
    let blank = u16::from(scene.size().0 + 1 < usize::from(rows));
    let upper = Rect { y: area.y + 1 + blank, height: rows - blank, ..area };
    map::draw(canvas, upper, scene, false);
    // What is changed by hand stands in the row between map and numbers.
    let line = Rect { y: area.bottom().saturating_sub(numbers + 1), height: changed::rows(scene.app), ..area };
    changed::draw(canvas, line, scene);
    let lower = Rect { y: area.bottom() - numbers, height: numbers, ..area };
    draw_numbers(canvas, lower, scene);
}

fn draw_numbers(canvas: &mut Canvas<'_>, area: Rect, scene: &Scene<'_>) {
    if scene.app.attention.trail.is_empty() {
        worked::draw(canvas, area, scene);
    } else {
        derivation::draw(canvas, area, scene.pass, &scene.app.attention.trail);
    }
}

/// The map left, small maps and three lines of numbers right; nothing else.
fn draw_compact(canvas: &mut Canvas<'_>, area: Rect, scene: &Scene<'_>) {
    let wide = (area.width * 13 / 20).min(area.width.saturating_sub(26));
    let left = Rect { width: wide, ..area };
    let right = Rect { x: area.x + wide + 1, width: area.width - wide - 1, ..area };
    if scene.app.attention.trail.is_empty() {
        let line = changed::rows(scene.app);
        map::draw(canvas, Rect { height: left.height - line, ..left }, scene, true);
        changed::draw(canvas, Rect { y: left.bottom() - line, height: line, ..left }, scene);
    } else {
        derivation::draw(canvas, left, scene.pass, &scene.app.attention.trail);
    }
    let numbers = worked::COMPACT_ROWS.min(right.height / 2);
    heads::draw(canvas, Rect { height: right.height - numbers - 1, ..right }, scene);
    let below = Rect { y: right.bottom() - numbers, height: numbers, ..right };
    // While one paints, what the cell is comes first.
    match does::before(scene).filter(|_| !scene.app.attention.paint.open) {
        Some(before) => does::draw_changes(canvas, below, scene, before),
        None => worked::draw_compact(canvas, below, scene),
    }
}
