//! What was changed by hand: heads off, masks painted, other positions.

use crate::app::Word;
use crate::app::Work;
use crate::app::address::spots::key;
use crate::app::address::{Address, Arrival, Expects, Part, Step};
use crate::app::explorer::App;
use crate::explore::{Edits, HeadPlace, Painting, Pass, Scheme};

/// All heads of a pass.
const ALL: &str = "all";

/// The heads that are off, what was painted on masks, and what stands in the place of the positions.
///
/// Masks: `all/-3.0-2/3.5` hides the keys 0 to 2 from query 3 and shows it key 5, in all heads; `2.0_2.1/-3.0` in two.
pub static EDITS: Part = Part {
    keys: &[key("off", Expects::Text), key("masks", Expects::Text), key("positions", Expects::Text)],
    take,
    put,
};

fn take(app: &App, address: &mut Address) {
    let (Some(pass), edits) = (&app.pass, &app.attention.edits) else { return };
    address.set_list("off", edits.off.iter().map(|&(index, head)| pass.head_name(index, head)));
    address.set_list("masks", masks(pass, edits));
    if let Some(scheme) = edits.positions {
        address.set("positions", scheme.id());
    }
}

/// Heads with the same painting on them share a group.
fn masks(pass: &Pass, edits: &Edits) -> Vec<String> {
    let mut groups: Vec<(&Painting, Vec<HeadPlace>)> = Vec::new();
    for (place, painting) in &edits.masks {
        match groups.iter_mut().find(|(known, _)| *known == painting.as_ref()) {
            Some((_, heads)) => heads.push(*place),
            None => groups.push((painting, vec![*place])),
        }
    }
    let all = heads_of(pass).len();
    let group = |(painting, heads): (&Painting, Vec<HeadPlace>)| {
        let names: Vec<String> = heads.iter().map(|&(index, head)| pass.head_name(index, head)).collect();
        let names = if heads.len() == all { ALL.to_owned() } else { names.join("_") };
        format!("{names}/{}", runs(painting).join("/"))
    };
    groups.into_iter().map(group).collect()
}

fn heads_of(pass: &Pass) -> Vec<HeadPlace> {
    let heads = pass.attentions.iter().enumerate();
    heads.flat_map(|(index, attention)| (0..attention.heads).map(move |head| (index, head))).collect()
}

/// Painted cells that lie side by side as one: `-3.0-2`.
fn runs(painting: &Painting) -> Vec<String> {
    let mut cells: Vec<((usize, usize), bool)> = painting.cells().collect();
    cells.sort_unstable();
    let mut runs: Vec<(usize, usize, usize, bool)> = Vec::new();
    for ((query, key), seen) in cells {
        match runs.last_mut() {
            Some((row, _, last, same)) if *row == query && *last + 1 == key && *same == seen => *last = key,
            _ => runs.push((query, key, key, seen)),
        }
    }
    let written = |(query, from, to, seen): (usize, usize, usize, bool)| {
        let sign = if seen { "" } else { "-" };
        if from == to { format!("{sign}{query}.{from}") } else { format!("{sign}{query}.{from}-{to}") }
    };
    runs.into_iter().map(written).collect()
}

fn put(app: &mut App, arrival: &mut Arrival) -> Step {
    let Some(pass) = app.pass.clone() else { return Step::Done };
    if arrival.asked {
        let replays = app.job.as_ref().is_some_and(|job| matches!(job.work, Work::Replay(..)));
        return if replays { Step::Wait(Vec::new()) } else { Step::Done };
    }
    let edits = edits(&pass, arrival);
    if app.attention.edits == edits && (edits.is_empty() || app.attention.edited.is_some()) {
        return Step::Done;
    }
    let begins = !edits.is_empty();
    let effects = app.change(edits);
    if begins && app.job.is_some() { Step::Wait(effects) } else { Step::Done }
}

fn edits(pass: &Pass, arrival: &mut Arrival) -> Edits {
    let off = arrival.address.list("off").join(",");
    let off = if off.is_empty() { Ok(Vec::new()) } else { pass.heads_named(&off) };
    let off = off.unwrap_or_else(|fault| {
        arrival.misfit(Word::AddressRefused, &[&"off", &fault]);
        Vec::new()
    });
    let mut edits = Edits::without_heads(off);
    let groups: Vec<String> = arrival.address.list("masks").into_iter().map(str::to_owned).collect();
    for group in groups {
        if paint(&mut edits, pass, &group).is_none() {
            arrival.misfit(Word::AddressNoMask, &[&group]);
        }
    }
    if let Some(asked) = arrival.address.get("positions").map(str::to_owned) {
        edits.positions = Scheme::of(&asked);
        if edits.positions.is_none() {
            arrival.misfit(Word::AddressNoPositions, &[&asked]);
        }
    }
    let (cells, positions) = edits.fit(pass);
    if cells > 0 {
        arrival.misfit(Word::CellsDropped, &[&cells]);
    }
    if positions && let Some(asked) = arrival.address.get("positions").map(str::to_owned) {
        arrival.misfit(Word::AddressNoPositions, &[&asked]);
    }
    edits
}

/// Paints what a group says; nothing where it cannot be read.
fn paint(edits: &mut Edits, pass: &Pass, group: &str) -> Option<()> {
    let mut parts = group.split('/');
    let heads = match parts.next()? {
        ALL => heads_of(pass),
        names => pass.heads_named(&names.replace('_', ",")).ok()?,
    };
    let runs = parts.map(run).collect::<Option<Vec<_>>>()?;
    let cells: Vec<((usize, usize), bool)> =
        runs.iter().flat_map(|&(query, from, to, seen)| (from..=to).map(move |key| ((query, key), seen))).collect();
    edits.paint(pass, heads, |_, _| cells.clone());
    Some(())
}

/// The longest row of cells that an address can name.
const LONGEST: usize = 1 << 16;

/// Query, first and last key, and whether they are seen.
fn run(text: &str) -> Option<(usize, usize, usize, bool)> {
    let hidden = text.strip_prefix('-');
    let (query, keys) = hidden.unwrap_or(text).split_once('.')?;
    let (from, to) = keys.split_once('-').unwrap_or((keys, keys));
    let (from, to): (usize, usize) = (from.parse().ok()?, to.parse().ok()?);
    (from <= to && to - from < LONGEST).then_some((query.parse().ok()?, from, to, hidden.is_none()))
}
