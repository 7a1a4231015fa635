//! Maps of queries and keys: all heads small, the chosen one large.

use std::sync::Arc;

use ndarray::{ArrayView3, Axis};
use ratatui::layout::Rect;

use super::look::Seen;
use super::picture::{Drawn, How, Screen, Shown};
use crate::app::Target;
use crate::app::attention::LONG;
use crate::explore::Pooled;
use crate::ui::widgets::heatmap::Blocks;
use crate::ui::widgets::{Heatmap, Labels, Scale, Zoom, scroll};
use crate::ui::{Canvas, Tone};

/// From this width on the small maps stand beside the large one.
const BESIDE: u16 = 50;

/// Columns and rows of a small map.
type Size = (u16, u16);

/// What all maps of a value share.
struct Maps<'a> {
    screen: &'a Screen<'a>,
    seen: &'a Seen,
    numbers: ArrayView3<'a, f32>,
    scale: Scale,
    head: usize,
    how: How,
}

/// Draws the maps.
pub fn draw(canvas: &mut Canvas<'_>, area: Rect, screen: &Screen<'_>, value: &Shown, seen: &Seen, how: How) -> Drawn {
    let (Some(numbers), Some(extent)) = (seen.numbers(), value.extent) else { return Drawn::to(area.right()) };
    let scale = extent.scale(screen.app.steps.range);
    let maps = Maps { screen, seen, numbers, scale, head: seen.slice(screen.app), how };
    let mut room = area;
    if seen.size().0 > 1 && area.width >= BESIDE && how.out {
        let width = small_width(seen.size().2, area.width);
        let used = maps.draw_small(canvas, Rect { width, ..area });
        room = Rect { x: area.x + used, width: area.width - used, ..area };
    }
    maps.draw_large(canvas, room, value.place(screen.app))
}

impl Maps<'_> {
    /// Draws all heads, or those around the chosen one; returns the columns used.
    fn draw_small(&self, canvas: &mut Canvas<'_>, area: Rect) -> u16 {
        let size = small_size(self.seen.size(), area);
        let heads = self.seen.size().0;
        let across = usize::from((area.width + 1) / (size.0 + 1)).clamp(1, heads);
        let lines = usize::from(area.height / (size.1 + 1)).max(1);
        let first = scroll::window(self.head / across, heads.div_ceil(across), lines) * across;
        for head in first..heads.min(first + across * lines) {
            let (line, column) = ((head - first) / across, (head - first) % across);
            let x = area.x + column as u16 * (size.0 + 1);
            let y = area.y + line as u16 * (size.1 + 1);
            self.draw_head(canvas, Rect { x, y, width: size.0, height: size.1 + 1 }.intersection(area), head);
        }
        across as u16 * (size.0 + 1)
    }

    /// A head's map made small, where the text is long; made once.
    fn pooled(&self, head: usize) -> Option<Arc<Pooled>> {
        let (_, queries, keys) = self.seen.size();
        let pools = &self.screen.pass.pools;
        (queries.max(keys) > LONG).then(|| {
            pools.get((self.seen.node, Some(head)), || {
                let numbers: Vec<f32> = self.numbers.index_axis(Axis(0), head).iter().copied().collect();
                Pooled::of(&numbers, keys, self.seen.visible(head).as_deref())
            })
        })
    }

    fn draw_head(&self, canvas: &mut Canvas<'_>, area: Rect, head: usize) {
        let theme = canvas.theme;
        let style = if head == self.head { theme.chosen() } else { theme.style(Tone::Dim) };
        canvas.put(area, area.x, area.y, &head.to_string(), style);
        let (_, queries, keys) = self.seen.size();
        let number = |row: usize, col: usize| self.numbers[[head, row, col]];
        let hidden = |row: usize, col: usize| hidden(self.seen, head, row, col);
        let pooled = self.pooled(head);
        let block = |step: usize, row: usize, column: usize| pooled.as_ref()?.at(step, row, column);
        let blocks: Option<&Blocks<'_>> = if pooled.is_some() { Some(&block) } else { None };
        let map = Heatmap::new(queries, keys, &number).hidden(&hidden).blocks(blocks).scale(self.scale).small();
        map.draw(canvas, Rect { y: area.y + 1, height: area.height.saturating_sub(1), ..area });
        canvas.hits.push(area, Target::Head { layer: 0, head });
    }

    fn draw_large(&self, canvas: &mut Canvas<'_>, area: Rect, cursor: (usize, usize)) -> Drawn {
        let (_, queries, keys) = self.seen.size();
        let number = |row: usize, col: usize| self.numbers[[self.head, row, col]];
        let hidden = |row: usize, col: usize| hidden(self.seen, self.head, row, col);
        let pooled = self.pooled(self.head);
        let block = |step: usize, row: usize, column: usize| pooled.as_ref()?.at(step, row, column);
        let blocks: Option<&Blocks<'_>> = if pooled.is_some() { Some(&block) } else { None };
        let map = Heatmap::new(queries, keys, &number).hidden(&hidden).blocks(blocks).scale(self.scale);
        let map = map.named(&self.seen.rows, &self.seen.cols).compact(self.how.compact).cursor(Some(cursor));
        let drawn = map.zoom(self.zoom(area)).map(u8::from(!self.how.out)).draw(canvas, area);
        // Labels on the staircase stand right of the cells.
        let labels = if drawn.labels == Labels::Stair { 7 } else { 0 };
        Drawn { right: drawn.cells.right() + labels, step: drawn.step }
    }

    /// Numbers in the cells where they are asked for or there is room for all of them; cells that have labels, even if
    /// the last rows must be scrolled to.
    fn zoom(&self, room: Rect) -> Zoom {
        let (_, queries, keys) = self.seen.size();
        let (height, width) = (usize::from(room.height), usize::from(room.width.saturating_sub(8)));
        if self.screen.app.steps.table || (queries * 2 < height && keys * 4 + 7 <= width) {
            return Zoom::Numbers;
        }
        // With room for upright labels above all rows the map chooses by itself.
        let scrolls = queries + 8 > height && queries * 3 <= height * 5;
        if keys * 2 <= width && scrolls { Zoom::Cell } else { Zoom::Fit }
    }
}

/// Columns for the small maps: what square cells of the large one leave, where that is enough for three beside each other.
fn small_width(keys: usize, width: u16) -> u16 {
    const THREE: usize = 17;
    let left = usize::from(width).saturating_sub(keys * 2 + 9);
    if left >= THREE { left.min(46) as u16 } else { (width * 2 / 5).min(46) }
}

/// The largest size in which all heads fit; the smallest where none does.
fn small_size((heads, queries, keys): (usize, usize, usize), area: Rect) -> Size {
    let fits = |&(width, height): &Size| {
        let across = usize::from((area.width + 1) / (width + 1)).max(1);
        heads.div_ceil(across) * usize::from(height + 1) <= usize::from(area.height)
    };
    let width = |size: u16| size.min((keys as u16).max(4));
    let height = |size: u16| size.div_ceil(2).min((queries as u16).div_ceil(2).max(2));
    let mut sizes = (5..=22u16).rev().map(|size| (width(size), height(size)));
    sizes.find(fits).unwrap_or((5, 3))
}

fn hidden(seen: &Seen, head: usize, row: usize, col: usize) -> Option<char> {
    seen.reason(head, row, col).map(|reason| reason.glyph)
}
