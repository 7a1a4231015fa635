//! All heads at a glance.

use ratatui::layout::Rect;
use ratatui::style::Modifier;

use super::super::jobs;
use super::super::shown::stream_word;
use super::Scene;
use crate::app::attention::STREAMS;
use crate::app::{Target, Word};
use crate::explore::Overview;
use crate::ui::widgets::{Heatmap, Scale, scroll};
use crate::ui::{Canvas, Tone, text};

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
        let Some(Some(overview)) = scene.pass.overviews.get(index) else { continue };
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
    let state = &scene.app.attention;
    let chosen = (state.index, state.head) == (index, head);
    let off = state.edits.off.contains(&(index, head));
    let style = match (chosen, off) {
        (true, _) => canvas.theme.chosen(),
        (false, true) => canvas.theme.style(Tone::Warm),
        (false, false) => canvas.theme.style(Tone::Dim),
    };
    let columns = usize::from(area.width);
    let name = label(scene, (index, head), columns);
    let label = if chosen { text::left(&name, columns) } else { name };
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

/// The head's number, marked where it is off or was taught, with what it does where there is room.
fn label(scene: &Scene<'_>, (index, head): (usize, usize), columns: usize) -> String {
    let attention = &scene.pass.attentions[index];
    let off = scene.app.attention.edits.off.contains(&(index, head));
    let note = scene.app.subject.as_ref().and_then(|s| s.note(attention.stream(), attention.layer, head));
    let taught = if note.is_some_and(|note| note.taught) { jobs::TAUGHT } else { "" };
    let mark = if off { "×" } else { "" };
    let language = scene.app.shell.language;
    let job = scene.pass.measured().head(index, head).and_then(|scores| scores.job());
    // A head that is off does nothing.
    let job = job.filter(|_| !off).map(|job| (jobs::name(&job.pattern, language), jobs::short(&job.pattern, language)));
    let full = format!("{}.{head}{mark}{taught}", attention.layer);
    let mut choices: Vec<String> = Vec::new();
    if let Some((long, short)) = job {
        choices.extend([format!("{full} {long}"), format!("{full} {short}")]);
    }
    choices.extend([full, format!("{head}{mark}{taught}"), format!("{mark}{head}"), head.to_string()]);
    choices.into_iter().find(|choice| text::width(choice) <= columns).unwrap_or_default()
}
