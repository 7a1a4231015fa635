//! The lines of the picture cell by cell: which way a line leaves a cell, and how strong it is.

use std::collections::{BTreeMap, BTreeSet};

use super::family::Family;
use super::layout::{Layout, Route, Way};

/// Ways out of a cell.
pub const UP: u8 = 1;
/// Down.
pub const DOWN: u8 = 2;
/// To the left.
pub const LEFT: u8 = 4;
/// To the right.
pub const RIGHT: u8 = 8;

/// What a cell shows of the lines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stroke {
    /// Which ways lines leave it.
    pub ways: u8,
    /// Whether it is of the chosen model's path.
    pub strong: bool,
    /// Whether it is of a line that something was built along.
    pub solid: bool,
    /// The lines that are seen in it, by parent and child.
    pub of: Vec<(usize, usize)>,
}

impl Stroke {
    fn is_straight(&self) -> bool {
        self.ways == UP | DOWN || self.ways == LEFT | RIGHT
    }

    /// Whether two strokes are of lines that part or meet here: of one parent, or to one child.
    fn joins(&self, other: &Self) -> bool {
        self.of.iter().any(|(p, c)| other.of.iter().any(|(parent, child)| p == parent || c == child))
    }

    fn join(&mut self, other: Self) {
        self.ways |= other.ways;
        self.solid = if other.strong == self.strong { self.solid || other.solid } else { other.solid };
        self.strong |= other.strong;
        self.of.extend(other.of);
    }
}

/// The strokes by column and row. Lines that do not belong together cross without touching: the one along the row goes
/// over the other, a turn over a straight line, solid over dotted, the path over everything.
pub fn grid(family: &Family, layout: &Layout, path: &BTreeSet<usize>) -> BTreeMap<(u16, u16), Stroke> {
    let mut cells: BTreeMap<(u16, u16), Stroke> = BTreeMap::new();
    let mut order: Vec<&Route> = layout.routes.iter().collect();
    order.sort_by_key(|route| (path.contains(&route.line), family.lines[route.line].is_solid(), route.line));
    for route in order {
        let line = family.lines[route.line];
        let (strong, solid) = (path.contains(&route.line), line.is_solid());
        for (place, ways) in cells_of(route) {
            let new = Stroke { ways, strong, solid, of: vec![(line.parent, line.child)] };
            match cells.get_mut(&place) {
                None => {
                    cells.insert(place, new);
                }
                Some(old) if old.joins(&new) => old.join(new),
                Some(old) => {
                    let class = |stroke: &Stroke| (stroke.strong, stroke.solid);
                    let yields = new.is_straight() && (!old.is_straight() || new.ways == UP | DOWN);
                    if class(&new) != class(old) || !yields {
                        *old = new;
                    }
                }
            }
        }
    }
    cells
}

/// The cells of a line, and which ways it goes through each.
pub fn cells_of(route: &Route) -> Vec<((u16, u16), u8)> {
    let Route { way, from, to, .. } = *route;
    let (came, column): (u8, Vec<u16>) = match way {
        Way::Straight => (LEFT, Vec::new()),
        Way::Down => (UP, (from.1..to.1).collect()),
        Way::Up => (DOWN, (to.1 + 1..=from.1).rev().collect()),
    };
    let mut cells: Vec<((u16, u16), u8)> = column.into_iter().map(|row| ((from.0, row), UP | DOWN)).collect();
    cells.extend((from.0..=to.0).map(|col| ((col, to.1), if col == from.0 { came | RIGHT } else { LEFT | RIGHT })));
    cells
}
