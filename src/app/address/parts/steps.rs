//! The steps screen.

use std::collections::BTreeSet;

use super::{derive, numbers};
use crate::app::address::spots::key;
use crate::app::address::{Address, Arrival, Expects, Part, Step};
use crate::app::explorer::App;
use crate::app::steps::{RANKED, StepsState};
use crate::app::{Trail, Word};
use crate::explore::Pass;

/// Which step is shown, and how.
pub static STEP: Part = Part {
    keys: &[
        key("step", Expects::Text),
        key("open", Expects::Text),
        key("folded", Expects::Text),
        key("head", Expects::Number),
        key("rank", Expects::Number),
        key("table", Expects::On),
        key("range", Expects::Signed),
    ],
    take,
    put,
};

fn take(app: &App, address: &mut Address) {
    let (state, Some(pass)) = (&app.steps, app.shown()) else { return };
    let path = |line: &usize| pass.tree.path(*line);
    address.set("step", path(&state.line));
    let usual = StepsState::usually_open(pass, state.line);
    address.set_list("open", state.open.difference(&usual).map(path));
    address.set_list("folded", usual.difference(&state.open).map(path));
    address.set_unless("head", state.head, 0);
    address.set_unless("rank", state.rank, 0);
    address.set_on("table", state.table);
    address.set_unless("range", state.range, 0);
}

fn put(app: &mut App, arrival: &mut Arrival) -> Step {
    let Some(pass) = app.shown().cloned() else { return Step::Done };
    let line = arrival.address.get("step").map(str::to_owned).map(|path| line(&pass, &path, arrival));
    let state = &mut app.steps;
    (state.playing, state.trail) = (false, Trail::default());
    state.line = line.unwrap_or(state.line);
    let address = &arrival.address;
    let lines = |key| address.list(key).into_iter().filter_map(|path| pass.tree.line_of_path(path));
    let mut open: BTreeSet<usize> = StepsState::usually_open(&pass, state.line);
    open.extend(lines("open"));
    lines("folded").for_each(|line| {
        open.remove(&line);
    });
    state.open = open;
    state.head = address.number("head").unwrap_or(0);
    state.rank = address.number("rank").unwrap_or(0).min(RANKED - 1);
    state.table = address.is_on("table");
    state.range = address.get("range").and_then(|range| range.parse().ok()).unwrap_or(0i8).clamp(-6, 6);
    Step::Done
}

/// The line of a path, or of what is around it where there is no such step.
fn line(pass: &Pass, path: &str, arrival: &mut Arrival) -> usize {
    if let Some(line) = pass.tree.line_of_path(path) {
        return line;
    }
    arrival.misfit(Word::AddressNoStep, &[&path]);
    let mut around = path;
    while let Some((outer, _)) = around.rsplit_once('/') {
        if let Some(line) = pass.tree.line_of_path(outer) {
            return line;
        }
        around = outer;
    }
    0
}

/// The derivations that are open below the step.
pub static DERIVATION: Part = Part {
    keys: &[key("derivation", Expects::Numbers)],
    take: |app, address| {
        address.set_list("derivation", app.steps.trail.steps().iter().map(|(_, chosen)| *chosen));
    },
    put: |app, arrival| {
        let Some(choices) = arrival.address.get("derivation").map(numbers) else { return Step::Done };
        derive(app, &choices, |app| {
            let Some(pass) = app.shown().cloned() else { return };
            if let Some((node, cell)) = app.steps.cell(&pass, &app.cursor) {
                app.steps.trail = Trail::of(&pass.record, node, &cell);
            }
        })
    },
};
