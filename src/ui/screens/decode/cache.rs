//! The cache: which keys and values are kept, what was written in this step, and what that takes.

use ratatui::layout::Rect;

use super::{View, from_row};
use crate::app::Word;
use crate::ui::theme::Paint;
use crate::ui::{Canvas, Tone, number, text};

/// Columns of the names of the layers.
const GUTTER: u16 = 10;
/// Columns of the names of the figures.
const LABEL: u16 = 19;
/// What keys and values are painted with: two steps of the weights' ramp that can be told apart.
const KEYS: f32 = 0.33;
const VALUES: f32 = 0.5;
/// Rows of the figures.
const FIGURES: u16 = 5;

/// More tokens than any window shows, where the model sets no limit.
const UNLIMITED: usize = 1 << 30;

/// Models whose caches are known, for comparison: name, tokens, layers, width.
const KNOWN: [(&str, u64, u64, u64); 2] = [("GPT-2 small", 1024, 12, 768), ("GPT-3 175B", 2048, 96, 12288)];

/// Which tokens are shown, each in how many columns.
struct Window {
    first: usize,
    shown: usize,
    columns: u16,
    /// The first token of this step, and the one behind the last.
    written: (usize, usize),
}

impl Window {
    fn of(view: &View<'_>, room: u16) -> Self {
        let pass = &view.decoding.newest().pass;
        let (tokens, context) = view.tokens();
        let context = context.unwrap_or(UNLIMITED);
        let columns = if context * 2 <= usize::from(room) || tokens < 3 * usize::from(room) / 8 { 2 } else { 1 };
        let shown = usize::from(room / columns).min(context);
        // It moves by quarters, so that it stands still while a few tokens are written.
        let quarter = (shown / 4).max(1);
        let over = (tokens + quarter).saturating_sub(shown);
        let first = (over.div_ceil(quarter) * quarter).min(context - shown);
        Self { first, shown, columns, written: (pass.past(), tokens) }
    }

    fn tokens(&self) -> impl Iterator<Item = (u16, usize)> {
        (0..self.shown).map(|at| (at as u16 * self.columns, self.first + at))
    }
}

/// Title, a map of the layers, a legend, and figures.
pub fn draw(canvas: &mut Canvas<'_>, area: Rect, view: &View<'_>) {
    canvas.title(area, view.word(Word::CacheTitle), view.word(Word::CacheHint), false);
    // A blank and the header above the map; a blank, the legend and a blank below it.
    let map = area.height.saturating_sub(3 + 3 + FIGURES);
    let window = Window::of(view, area.width.saturating_sub(GUTTER));
    header(canvas, from_row(area, 2), &window);
    let used = layers(canvas, Rect { height: map, ..from_row(area, 3) }, view, &window);
    let below = from_row(area, 3 + used + 1);
    legend(canvas, below, view);
    figures(canvas, from_row(below, 2), view);
}

/// Every fourth index, and a mark over the newest token.
fn header(canvas: &mut Canvas<'_>, area: Rect, window: &Window) {
    let newest = window.written.1.saturating_sub(1);
    let step = if window.columns == 2 { 4 } else { 8 };
    for (x, token) in window.tokens() {
        let x = area.x + GUTTER + x;
        if token == newest {
            canvas.say(area, x, area.y, "▾", Tone::Accent);
        } else if token.is_multiple_of(step) && token.abs_diff(newest) > 2 {
            canvas.say(area, x, area.y, &token.to_string(), Tone::Faint);
        }
    }
}

/// The layers that fit, the first ones and the last; returns the rows used.
fn layers(canvas: &mut Canvas<'_>, area: Rect, view: &View<'_>, window: &Window) -> u16 {
    let layers = view.subject.sizes().writing_layers();
    let room = usize::from(area.height);
    let each = if layers * 3 <= room + 1 { 3 } else { 2 };
    // A row says how many are left out.
    let fit = if layers * 2 <= room { layers } else { room.saturating_sub(1) / 2 };
    let shown = if each == 3 { layers } else { fit };
    let mut y = area.y;
    for place in 0..shown {
        let last = place + 1 == shown && shown < layers;
        if last {
            let words = Word::MoreLayers.fill(view.language, &[&(layers - shown)]);
            canvas.say(area, area.x + GUTTER, y, &words, Tone::Faint);
            y += 1;
        }
        draw_layer(canvas, Rect { y, height: 2, ..area }, view, if last { layers - 1 } else { place }, window);
        y += each;
    }
    (y - area.y).saturating_sub(each - 2)
}

fn draw_layer(canvas: &mut Canvas<'_>, area: Rect, view: &View<'_>, layer: usize, window: &Window) {
    let name = text::fit(&Word::LayerNumber.fill(view.language, &[&layer]), usize::from(GUTTER - 2));
    canvas.say(area, area.x, area.y, &name, Tone::Dim);
    for (row, (letter, amount)) in [("k", KEYS), ("v", VALUES)].into_iter().enumerate() {
        let y = area.y + row as u16;
        canvas.say(area, area.x + GUTTER - 2, y, letter, Tone::Text);
        for (x, token) in window.tokens() {
            let paint = match token {
                t if t < window.written.0 => canvas.theme.weight(amount),
                t if t < window.written.1 => Paint { glyph: '+', style: canvas.theme.chosen() },
                _ => Paint { glyph: '·', style: canvas.theme.style(Tone::Faint) },
            };
            for column in 0..window.columns {
                canvas.set(area, area.x + GUTTER + x + column, y, paint);
            }
        }
    }
}

fn legend(canvas: &mut Canvas<'_>, area: Rect, view: &View<'_>) {
    let x = canvas.put(area, area.x, area.y, "++", canvas.theme.chosen());
    let x = canvas.say(area, x + 1, area.y, view.word(Word::WrittenNow), Tone::Dim);
    let x = canvas.say(area, x + 3, area.y, "··", Tone::Faint);
    canvas.say(area, x + 1, area.y, view.word(Word::Room), Tone::Dim);
}

/// What a token, the tokens so far and all tokens take, and what the caches of known models take.
fn figures(canvas: &mut Canvas<'_>, area: Rect, view: &View<'_>) {
    let sizes = view.subject.sizes();
    let (now, token) = view.decoding.cache_bytes();
    let (tokens, context) = view.tokens();
    let (layers, width) = (sizes.writing_layers(), sizes.key_heads * sizes.channels);
    let number = token.checked_div(2 * layers * width).unwrap_or(4);
    let each = amount(token);
    let own = Word::TimesLayers.fill(view.language, &[&layers, &number::thousands(width as u64), &number]);
    let memory = view.decoding.newest().cache().memory_bytes();
    let last = if let Some(context) = context {
        let full = Word::WhenFull.fill(view.language, &[&context]);
        Some((full, format!("{context} × {each}"), number::bytes((context * token) as u64)))
    } else if memory > 0 {
        let formula = format!("{} × {each}", view.decoding.newest().pass.tokens.len());
        Some((view.word(Word::SourceMemory).to_owned(), formula, number::bytes(memory as u64)))
    } else {
        None
    };
    let rows = [
        (view.word(Word::PerToken).to_owned(), own, each.clone()),
        (view.word(Word::Now).to_owned(), format!("{tokens} × {each}"), number::bytes(now as u64)),
    ];
    let own = rows.len() + usize::from(last.is_some());
    let known = KNOWN.map(|(name, tokens, layers, width)| {
        let formula = format!("{layers} × 2 × {} × 2 B", number::thousands(width));
        (format!("{name}, {tokens}"), formula, number::bytes(tokens * layers * 2 * width * 2))
    });
    for (row, (label, formula, value)) in rows.into_iter().chain(last).chain(known).enumerate() {
        let line = Rect { y: area.y + row as u16, height: 1, ..area }.intersection(area);
        let (name, figure) = match row {
            1 => (Tone::Text, Tone::Strong),
            row if row < own => (Tone::Text, Tone::Text),
            _ => (Tone::Dim, Tone::Dim),
        };
        let figure_at = canvas_right(line, &value);
        canvas.say(line, line.x, line.y, &text::fit(&label, usize::from(LABEL)), name);
        if line.x + LABEL + (text::width(&formula) as u16) < figure_at {
            canvas.say(line, line.x + LABEL, line.y, &formula, Tone::Faint);
        }
        canvas.say_right(line, line.y, &value, figure);
    }
}

fn canvas_right(line: Rect, words: &str) -> u16 {
    line.right().saturating_sub(text::width(words) as u16)
}

/// A token's bytes, exact while that can be read.
fn amount(bytes: usize) -> String {
    if bytes < 10_000 { format!("{} B", number::thousands(bytes as u64)) } else { number::bytes(bytes as u64) }
}

/// All of it in one row.
pub fn line(canvas: &mut Canvas<'_>, area: Rect, view: &View<'_>) {
    let (now, token) = view.decoding.cache_bytes();
    let (tokens, context) = view.tokens();
    let (now, each) = (number::bytes(now as u64), amount(token));
    let words = if let Some(context) = context {
        Word::CacheLine.fill(view.language, &[&tokens, &context, &now, &each])
    } else {
        let memory = number::bytes(view.decoding.newest().cache().memory_bytes() as u64);
        Word::CacheLineOpen.fill(view.language, &[&tokens, &now, &each, &memory])
    };
    let room = usize::from(area.width.saturating_sub(1));
    canvas.say(area, area.x + 1, area.y, &text::fit(&words, room), Tone::Dim);
}
