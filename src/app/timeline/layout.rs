//! Where models and lines stand in the picture: columns by date, rows by lane. Numbers in, numbers out.
//!
//! A model has a column of its own, so that the line down from it is mixed up with no other. A row is shared by models
//! as long as their names and the lines that come to them leave each other room: along a row no line goes behind a
//! name, where one would take it for that model's. Only down their parent's column lines go behind names.

use super::family::{Family, Line};
use crate::catalog::Word;
use crate::catalog::browse::Facet;
use crate::text::width;

/// Where a model stands: its mark, a blank, its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Spot {
    /// The column of its mark.
    pub col: u16,
    /// Its row.
    pub row: u16,
    /// The column after its name.
    pub end: u16,
}

/// The rows of a kind or section.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lane {
    /// Whose.
    pub word: &'static Word,
    /// The first row.
    pub first: u16,
    /// How many.
    pub rows: u16,
}

/// Which way a line leaves its parent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// On the same row.
    Straight,
    /// Down its column.
    Down,
    /// Up its column.
    Up,
}

/// How a line runs: along its parent's column to the child's row, then to the child.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Route {
    /// The line, by its place in the family.
    pub line: usize,
    /// Which way it begins.
    pub way: Way,
    /// Column and row where it begins: below or above the parent's mark, or behind its name on the same row.
    pub from: (u16, u16),
    /// Column and row where it ends: left of the child's mark.
    pub to: (u16, u16),
}

/// The picture.
#[derive(Clone, Debug, Default)]
pub struct Layout {
    /// Columns and rows of all of it.
    pub size: (u16, u16),
    /// Where each model of the family stands, if it is shown.
    pub spots: Vec<Option<Spot>>,
    /// The lanes from top to bottom.
    pub lanes: Vec<Lane>,
    /// The lines between models that are shown.
    pub routes: Vec<Route>,
    /// Quarters and their columns; the year where one begins.
    pub quarters: Vec<(Option<u16>, u16)>,
}

/// Lays out the models that are shown, by their places in the family, for a window of so many columns and rows; with
/// the lines along which only an idea or a part was taken, or without.
///
/// The picture may become larger than the window. It is the same for the same input.
pub fn layout(family: &Family, shown: &[usize], facet: Facet, ideas: bool, window: (u16, u16)) -> Layout {
    let mut layout = Layout { spots: vec![None; family.models.len()], ..Layout::default() };
    if shown.is_empty() {
        return layout;
    }
    let scale = columns(&mut layout, family, shown, window.0);
    let drawn = |line: &Line| (ideas || line.is_solid()) && shown.contains(&line.parent) && shown.contains(&line.child);
    let lines: Vec<&Line> = family.lines.iter().filter(|line| drawn(line)).collect();
    let mut tracks: Vec<(&'static Word, Vec<Vec<usize>>)> = Vec::new();
    for word in lanes(family, shown, facet) {
        let own: Vec<usize> = shown.iter().copied().filter(|&model| family.models[model].lane(facet) == word).collect();
        tracks.push((word, share_rows(&layout, &lines, &own)));
    }
    let needed: usize = tracks.iter().map(|(_, lane)| lane.len()).sum();
    let gap = u16::from(needed + tracks.len() - 1 <= usize::from(window.1));
    place(&mut layout, &mut tracks, &lines, gap);
    layout.routes = {
        let own = (0..family.lines.len()).filter(|&line| drawn(&family.lines[line]));
        own.filter_map(|line| route(&layout, family, line)).collect()
    };
    quarters(&mut layout, family, shown, scale);
    layout
}

/// The lanes that are not empty, in the order of their list.
pub fn lanes(family: &Family, shown: &[usize], facet: Facet) -> Vec<&'static Word> {
    use crate::catalog::words::{KINDS, SECTIONS};
    let list = if facet == Facet::Section { SECTIONS } else { KINDS };
    list.iter().filter(|word| shown.iter().any(|&model| family.models[model].lane(facet) == *word)).collect()
}

/// Gives each model its column, in the order of time, so that the last name ends with the window where that can be.
/// Returns columns a month, and the month of the first column.
fn columns(layout: &mut Layout, family: &Family, shown: &[usize], window: u16) -> (f32, f32) {
    let first = shown.iter().map(|&model| family.models[model].months()).fold(f32::INFINITY, f32::min).floor();
    let mut scale = 0.0;
    // Models of one month push each other to the right: what that takes is taken from the scale.
    let mut room = f32::from(window);
    for _ in 0..8 {
        scale = shown.iter().fold(f32::INFINITY, |least, &model| {
            let model = &family.models[model];
            least.min((room - 3.0 - width(&model.name) as f32) / (model.months() - first).max(1.0))
        });
        scale = scale.max(1.0);
        let mut next = 0;
        let mut right = 0;
        for &model in shown {
            let col = (((family.models[model].months() - first) * scale).round() as u16).max(next);
            let end = col + 2 + width(&family.models[model].name) as u16;
            layout.spots[model] = Some(Spot { col, row: 0, end });
            (next, right) = (col + 1, right.max(end));
        }
        layout.size.0 = right;
        if right <= window || scale <= 1.0 {
            break;
        }
        room -= f32::from(right - window);
    }
    (scale, first)
}

/// Divides the models of a lane between rows, oldest first. What a row has of a model is its name and the lines that
/// come to it from the left.
fn share_rows(layout: &Layout, lines: &[&Line], own: &[usize]) -> Vec<Vec<usize>> {
    let spot = |model: usize| layout.spots[model].unwrap_or(Spot { col: 0, row: 0, end: 0 });
    let mut rows: Vec<Vec<usize>> = Vec::new();
    for &model in own {
        let parents: Vec<usize> = lines.iter().filter(|line| line.child == model).map(|line| line.parent).collect();
        let start = parents.iter().map(|&parent| spot(parent).col).min().unwrap_or(spot(model).col);
        // Its line goes straight on from the last model of the row.
        let straight = |row: &&mut Vec<usize>| {
            row.last().is_some_and(|last| {
                parents.contains(last) && start == spot(*last).col && spot(*last).end + 3 <= spot(model).col
            })
        };
        let free = |row: &Vec<usize>| row.last().is_none_or(|&last| spot(last).end + 2 <= start);
        if let Some(row) = rows.iter_mut().find(straight) {
            row.push(model);
            continue;
        }
        // The row that ends last: those that end early are kept for long lines.
        let fitting = rows.iter_mut().filter(|row| free(row));
        match fitting.max_by_key(|row| row.last().map_or(0, |&last| spot(last).end)) {
            Some(row) => row.push(model),
            None => rows.push(vec![model]),
        }
    }
    rows
}

/// Gives rows their places: within each lane they change places as long as lines get shorter and cross fewer names.
fn place(layout: &mut Layout, tracks: &mut [(&'static Word, Vec<Vec<usize>>)], lines: &[&Line], gap: u16) {
    set_rows(layout, tracks, gap);
    let mut best = cost(layout, lines);
    let mut better = true;
    let mut rounds = 0;
    while better && rounds < 8 {
        (better, rounds) = (false, rounds + 1);
        for lane in 0..tracks.len() {
            let count = tracks[lane].1.len();
            for a in 0..count {
                for b in a + 1..count {
                    tracks[lane].1.swap(a, b);
                    set_rows(layout, tracks, gap);
                    let now = cost(layout, lines);
                    if now < best {
                        (best, better) = (now, true);
                    } else {
                        tracks[lane].1.swap(a, b);
                    }
                }
            }
        }
    }
    set_rows(layout, tracks, gap);
}

fn set_rows(layout: &mut Layout, tracks: &[(&'static Word, Vec<Vec<usize>>)], gap: u16) {
    layout.lanes.clear();
    let mut row = 0;
    for (word, rows) in tracks {
        layout.lanes.push(Lane { word, first: row, rows: rows.len() as u16 });
        for models in rows {
            for &model in models {
                if let Some(spot) = &mut layout.spots[model] {
                    spot.row = row;
                }
            }
            row += 1;
        }
        row += gap;
    }
    layout.size.1 = row - gap;
}

/// What is to be small: the length of lines across rows, and the names that they go behind.
fn cost(layout: &Layout, lines: &[&Line]) -> u32 {
    let mut cost = 0;
    for line in lines {
        let (Some(parent), Some(child)) = (layout.spots[line.parent], layout.spots[line.child]) else { continue };
        let (long, hides) = if line.is_solid() { (3, 16) } else { (1, 3) };
        cost += long * u32::from(parent.row.abs_diff(child.row));
        let (top, bottom) = (parent.row.min(child.row), parent.row.max(child.row));
        let hidden = layout.spots.iter().flatten().filter(|spot| {
            let between = spot.row >= top && spot.row <= bottom && spot.row != parent.row;
            between && (spot.col..spot.end).contains(&parent.col)
        });
        cost += hides * hidden.count() as u32;
    }
    cost
}

fn route(layout: &Layout, family: &Family, line: usize) -> Option<Route> {
    let Line { parent, child, .. } = family.lines[line];
    let (parent, child) = (layout.spots[parent]?, layout.spots[child]?);
    let to = (child.col - 1, child.row);
    let (way, from) = match parent.row.cmp(&child.row) {
        std::cmp::Ordering::Less => (Way::Down, (parent.col, parent.row + 1)),
        std::cmp::Ordering::Greater => (Way::Up, (parent.col, parent.row - 1)),
        std::cmp::Ordering::Equal => (Way::Straight, ((parent.end + 1).min(to.0), parent.row)),
    };
    Some(Route { line, way, from, to })
}

/// The quarters that the picture spans.
fn quarters(layout: &mut Layout, family: &Family, shown: &[usize], (scale, first): (f32, f32)) {
    let last = shown.iter().map(|&model| family.models[model].months()).fold(0.0, f32::max);
    let mut month = (first / 3.0).ceil() * 3.0;
    while month <= last + 3.0 {
        let col = ((month - first) * scale).round() as u16;
        if col < layout.size.0 {
            let year = (month % 12.0 == 0.0).then_some((month / 12.0) as u16);
            layout.quarters.push((year, col));
        }
        month += 3.0;
    }
}
