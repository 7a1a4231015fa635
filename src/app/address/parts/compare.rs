//! Models side by side.

use super::{meant, numbers, word_of};
use crate::app::Word;
use crate::app::address::spots::key;
use crate::app::address::{Address, Arrival, Expects, Part, Step};
use crate::app::compare::{CompareState, MOST, Matching, Pane, View};
use crate::app::explorer::App;

const VIEWS: [(&str, View); 3] = [("together", View::Together), ("parts", View::Parts), ("facts", View::Facts)];

/// Which models stand side by side, and what is shown of them.
pub static COMPARE: Part = Part {
    keys: &[
        key("models", Expects::Text),
        key("second", Expects::Text),
        key("view", Expects::Words(&["together", "parts", "facts"])),
        key("maps", Expects::On),
        key("lead", Expects::Number),
        key("heads", Expects::Numbers),
        key("query", Expects::Number),
        key("key", Expects::Number),
        key("line", Expects::Number),
        key("open", Expects::On),
        key("differences", Expects::On),
        key("numbers", Expects::On),
        key("difference", Expects::On),
        key("hand", Expects::On),
        key("length", Expects::Number),
    ],
    take,
    put,
};

fn take(app: &App, address: &mut Address) {
    let state = &app.compare;
    address.set_list("models", &state.models);
    if let Some(other) = &state.other {
        address.set("second", other);
    }
    address.set_unless("view", word_of(&VIEWS, state.view), "together");
    address.set_on("maps", state.pane == Pane::Maps);
    address.set_unless("lead", state.lead, 0);
    // Layer and head of each column, one behind the other; before anything ran nobody knows them.
    let text = app.shell.prompt.text();
    if (0..state.column_ids().len()).any(|column| state.column(column, text).is_some()) {
        address.set_list("heads", state.heads.iter().flat_map(|&(index, head)| [index, head]));
    }
    address.set_unless("query", state.query, 0);
    address.set_unless("key", state.key, 0);
    address.set_unless("line", state.row, 0);
    address.set_on("open", state.open);
    address.set_on("differences", state.shown.only_differences);
    address.set_on("numbers", state.shown.numbers);
    address.set_on("difference", state.shown.difference);
    address.set_on("hand", state.matching == Matching::ByHand);
    if let Some(length) = state.length {
        address.set("length", length);
    }
}

/// What does not fit the models is put right when they have run; they are run by the screen itself.
fn put(app: &mut App, arrival: &mut Arrival) -> Step {
    let known = |app: &App, id: &str| {
        let open = app.subject.as_ref().is_some_and(|subject| subject.name == id);
        open || crate::minis::find(id).is_some() || app.catalogue.catalog().entry(id).is_ok()
    };
    let names: Vec<String> = arrival.address.list("models").into_iter().map(str::to_owned).collect();
    let mut models: Vec<String> = Vec::new();
    for name in names {
        if known(app, &name) && models.len() < MOST && !models.contains(&name) {
            models.push(name);
        } else {
            arrival.misfit(Word::AddressNoEntry, &[&name]);
        }
    }
    let (state, address) = (&mut app.compare, &arrival.address);
    if !models.is_empty() {
        state.set_models(models);
    }
    let columns = state.models.len();
    state.other = address.get("second").map(str::to_owned);
    state.view = address.get("view").and_then(|view| meant(&VIEWS, view)).unwrap_or_default();
    state.pane = if address.is_on("maps") { Pane::Maps } else { Pane::Rows };
    state.lead = address.number("lead").unwrap_or(0).min(columns.max(2) - 1);
    state.set_heads(heads(address));
    (state.query, state.key) = (address.number("query").unwrap_or(0), address.number("key").unwrap_or(0));
    (state.row, state.open) = (address.number("line").unwrap_or(0), address.is_on("open"));
    state.shown.only_differences = address.is_on("differences");
    (state.shown.numbers, state.shown.difference) = (address.is_on("numbers"), address.is_on("difference"));
    state.matching = if address.is_on("hand") { Matching::ByHand } else { Matching::Nearest };
    state.length = address.number("length").map(|length| (length as u64).clamp(1, CompareState::LONGEST));
    Step::Done
}

/// Layer and head of each column.
fn heads(address: &Address) -> Vec<(usize, usize)> {
    let numbers = address.get("heads").map(numbers).unwrap_or_default();
    numbers.chunks_exact(2).map(|pair| (pair[0], pair[1])).collect()
}
