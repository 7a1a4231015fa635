//! How far the cursor can go over a value, from its axes alone.

use crate::tape::{Axes, Kind};

/// How many candidates can be chosen.
pub const RANKED: usize = 100;

/// Whether the value is looked at as maps of queries and keys.
pub fn is_map(axes: &Axes) -> bool {
    axes.find(Kind::Query).is_some() && axes.find(Kind::Key).is_some()
}

/// How many positions there are, 1 where the value has none.
pub(super) fn rows_of(axes: &Axes) -> usize {
    axes.iter().find(|axis| axis.kind.is_sequence()).map_or(1, |axis| axis.len)
}

/// How many numbers a position has.
pub(super) fn columns_of(axes: &Axes) -> usize {
    let inner = axes.iter().filter(|axis| axis.kind != Kind::Batch && !axis.kind.is_sequence());
    inner.map(|axis| axis.len).product::<usize>().max(1)
}

/// Moves a place along an axis. A place behind the end, kept from a longer axis, counts as the last one.
pub(super) fn along(place: &mut usize, by: isize, len: usize) {
    if by != 0 && len > 1 {
        *place = (*place).min(len - 1).saturating_add_signed(by).min(len - 1);
    }
}

/// The places of the largest numbers, the largest first; what is no number comes last.
pub fn largest(values: &[f32], count: usize) -> Vec<usize> {
    let key = |place: usize| if values[place].is_nan() { f32::NEG_INFINITY } else { values[place] };
    let order = |&a: &usize, &b: &usize| key(b).total_cmp(&key(a)).then(a.cmp(&b));
    let mut places: Vec<usize> = (0..values.len()).collect();
    if count < places.len() {
        places.select_nth_unstable_by(count, order);
        places.truncate(count);
    }
    places.sort_unstable_by(order);
    places
}
