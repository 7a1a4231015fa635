//! The picture: years above, lanes at the left, models and lines, scrolled so that the chosen model is seen.

use std::collections::BTreeSet;

use ratatui::layout::Rect;
use ratatui::style::Style;

use crate::app::Target;
use crate::app::timeline::grid::{DOWN, LEFT, RIGHT, Stroke, UP, grid};
use crate::app::timeline::layout::{Lane, Spot};
use crate::app::timeline::{LANES, Layout, MODELS, Size, TimelineState};
use crate::ui::theme::Paint;
use crate::ui::{Canvas, Tone, text};

/// Columns of the names of lanes, in narrow windows and in others.
const GUTTERS: (u16, u16) = (10, 14);
/// From here on there is room for their names.
const ROOMY: u16 = 98;

fn gutter(width: u16) -> u16 {
    if width < ROOMY { GUTTERS.0 } else { GUTTERS.1 }
}

/// Rows that the picture of so many columns takes, lanes parted by an empty row.
pub fn height(state: &TimelineState, width: u16) -> u16 {
    state.layout((width.saturating_sub(gutter(width)), u16::MAX)).size.1 + 1
}

/// A part of the picture in a window.
struct View<'a> {
    state: &'a TimelineState,
    layout: &'a Layout,
    /// Where the picture is seen.
    area: Rect,
    /// Its first column and row there.
    first: (u16, u16),
}

impl View<'_> {
    /// The place on the screen of a column and row of the picture, if it is seen.
    fn at(&self, (col, row): (u16, u16)) -> Option<(u16, u16)> {
        let x =
            (self.area.x + col).checked_sub(self.first.0).filter(|x| (self.area.x..self.area.right()).contains(x))?;
        let y = (self.area.y + row).checked_sub(self.first.1);
        y.filter(|y| (self.area.y..self.area.bottom()).contains(y)).map(|y| (x, y))
    }
}

/// Draws it.
pub fn draw(canvas: &mut Canvas<'_>, area: Rect, state: &TimelineState) {
    if area.height < 2 {
        return;
    }
    let left = gutter(area.width).min(area.width);
    let window = Rect { x: area.x + left, y: area.y + 1, width: area.width - left, height: area.height - 1 };
    let layout = state.layout((window.width, window.height));
    let chosen = state.chosen().and_then(|model| layout.spots[model]);
    let middle = |at: u16, size: u16, room: u16| at.saturating_sub(room / 2).min(size.saturating_sub(room));
    let first = chosen.map_or((0, 0), |spot| {
        (
            middle(u16::midpoint(spot.col, spot.end), layout.size.0, window.width),
            middle(spot.row, layout.size.1, window.height),
        )
    });
    let view = View { state, layout: &layout, area: window, first };
    years(canvas, area, &view);
    let mut path = state.chosen().map(|model| state.family().path(model)).unwrap_or_default();
    path.retain(|line| layout.routes.iter().any(|route| route.line == *line));
    for (place, stroke) in grid(state.family(), &layout, &path) {
        if let Some((x, y)) = view.at(place) {
            let style = canvas.theme.style(if stroke.strong { Tone::Accent } else { Tone::Faint });
            canvas.set(window, x, y, Paint { glyph: glyph(&stroke), style });
        }
    }
    models(canvas, &view, &path);
    for (index, lane) in layout.lanes.iter().enumerate() {
        name_lane(canvas, area, &view, left, (index, lane));
    }
    more(canvas, area, &view);
}

/// The years with their quarters, and a faint line down from each year.
fn years(canvas: &mut Canvas<'_>, area: Rect, view: &View<'_>) {
    let row = Rect { x: view.area.x, y: area.y, width: view.area.width, height: 1 };
    let upright = if canvas.theme.is_mono() { '·' } else { '│' };
    let style = canvas.theme.style(Tone::Rule);
    let near = |col: u16| view.layout.quarters.iter().any(|(year, at)| year.is_some() && (*at..at + 5).contains(&col));
    for &(year, col) in &view.layout.quarters {
        let Some((x, _)) = view.at((col, view.first.1)) else { continue };
        let Some(year) = year else {
            if near(col) {
                continue;
            }
            canvas.say(row, x, row.y, "·", Tone::Faint);
            continue;
        };
        for y in view.area.y..view.area.bottom().min(view.area.y + view.layout.size.1 - view.first.1) {
            canvas.set(view.area, x, y, Paint { glyph: upright, style });
        }
        canvas.say(row, x, row.y, &year.to_string(), Tone::Title);
    }
}

fn models(canvas: &mut Canvas<'_>, view: &View<'_>, path: &BTreeSet<usize>) {
    let (state, family) = (view.state, view.state.family());
    for (index, model) in family.models.iter().enumerate() {
        let Some(spot) = view.layout.spots[index] else { continue };
        let on_path = path.iter().any(|&line| [family.lines[line].parent, family.lines[line].child].contains(&index));
        let chosen = state.chosen() == Some(index);
        // On the ground of the chosen one the accent would not be seen.
        let mark = match (chosen, on_path) {
            (true, _) => canvas.theme.chosen(),
            (_, true) => canvas.theme.style(Tone::Accent),
            _ => canvas.theme.style(Tone::Dim),
        };
        let name = match (chosen, on_path) {
            (true, _) => canvas.theme.chosen(),
            (_, true) => canvas.theme.style(Tone::Strong),
            _ if model.size == Size::Unknown => canvas.theme.style(Tone::Warm),
            _ => canvas.theme.style(Tone::Text),
        };
        write(canvas, view, spot, (model.size.glyph(), &model.name), (mark, name));
        if let Some((x, y)) = view.at((spot.end - 1, spot.row)).or(view.at((spot.col, spot.row))) {
            let width = spot.end - spot.col;
            let left = if view.at((spot.end - 1, spot.row)).is_some() { (x + 1).saturating_sub(width) } else { x };
            let left = left.max(view.area.x);
            let width = width.min(view.area.right() - left);
            canvas.hits.push(Rect { x: left, y, width, height: 1 }, Target::Row { list: MODELS, row: index });
        }
    }
}

/// Mark, blank and name, as far as they are seen.
fn write(canvas: &mut Canvas<'_>, view: &View<'_>, spot: Spot, what: (char, &str), styles: (Style, Style)) {
    let Some(y) = view.at((view.first.0, spot.row)).map(|(_, y)| y) else { return };
    let words = format!("{} {}", what.0, what.1);
    let cut = usize::from(view.first.0.saturating_sub(spot.col));
    let Some((x, _)) = view.at((spot.col.max(view.first.0), spot.row)) else { return };
    // The blank is written too: a line that goes behind a name must not touch its mark.
    canvas.put(view.area, x, y, text::skip(&words, cut), styles.1);
    if cut < 2 {
        canvas.put(view.area, x, y, text::skip(&words[..words.len() - what.1.len()], cut), styles.0);
    }
}

/// The name of a lane beside its first rows.
fn name_lane(canvas: &mut Canvas<'_>, area: Rect, view: &View<'_>, left: u16, (index, lane): (usize, &Lane)) {
    let name = canvas.language.pick(lane.word.en, lane.word.zh);
    let seen: Vec<u16> =
        (lane.first..lane.first + lane.rows).filter_map(|row| Some(view.at((view.first.0, row))?.1)).collect();
    let (Some(&top), room) = (seen.first(), Rect { width: left.saturating_sub(1), ..area }) else { return };
    let columns = usize::from(room.width.saturating_sub(1));
    // A word of two parts is broken between them.
    let name =
        if text::width(name) > columns && !name.contains(' ') { name.replace('-', "- ") } else { name.to_owned() };
    let mut lines = text::wrap(&name, usize::from(room.width.saturating_sub(1)));
    if lines.len() > seen.len() {
        lines.truncate(seen.len());
        if let Some(last) = lines.last_mut() {
            *last = text::fit(&format!("{last}…"), usize::from(room.width.saturating_sub(1)));
        }
    }
    for (row, line) in lines.iter().enumerate() {
        canvas.say(room, room.x + u16::from(area.x == 0), top + row as u16, line, Tone::Title);
    }
    let hit = Rect { y: top, height: seen.len() as u16, ..room };
    let row = view.state.words().iter().position(|word| *word == lane.word).unwrap_or(index);
    canvas.hits.push(hit, Target::Row { list: LANES, row });
}

/// Says where the picture goes on beyond the window.
fn more(canvas: &mut Canvas<'_>, area: Rect, view: &View<'_>) {
    let (first, size) = (view.first, view.layout.size);
    let goes_on = [
        (first.0 > 0, '◂'),
        (first.0 + view.area.width < size.0, '▸'),
        (first.1 > 0, '▴'),
        (first.1 + view.area.height < size.1, '▾'),
    ];
    let marks: String = goes_on.into_iter().filter(|(on, _)| *on).map(|(_, mark)| mark).collect();
    canvas.say(area, area.x + u16::from(area.x == 0), area.y, &marks, Tone::Accent);
}

/// The glyph of a stroke: heavy on the path, broken where only an idea or a part was taken.
fn glyph(stroke: &Stroke) -> char {
    const LIGHT: [char; 16] = [' ', '╵', '╷', '│', '╴', '╯', '╮', '┤', '╶', '╰', '╭', '├', '─', '┴', '┬', '┼'];
    const HEAVY: [char; 16] = [' ', '╹', '╻', '┃', '╸', '┛', '┓', '┫', '╺', '┗', '┏', '┣', '━', '┻', '┳', '╋'];
    const ALONG: u8 = LEFT | RIGHT;
    const UPRIGHT: u8 = UP | DOWN;
    match (stroke.solid, stroke.strong, stroke.ways) {
        (false, false, ALONG) => '┄',
        (false, false, UPRIGHT) => '┊',
        (false, true, ALONG) => '┅',
        (false, true, UPRIGHT) => '┇',
        (_, false, ways) => LIGHT[usize::from(ways & 15)],
        (_, true, ways) => HEAVY[usize::from(ways & 15)],
    }
}
