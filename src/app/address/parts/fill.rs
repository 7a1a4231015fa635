//! Filling masks in.

use crate::app::address::spots::key;
use crate::app::address::{Expects, Part, Step};
use crate::app::decode::LISTED;

/// Which mask, and which of its candidates; without masks the token under the cursor.
pub static FILL: Part = Part {
    keys: &[key("mask", Expects::Number), key("query", Expects::Number), key("chosen", Expects::Number)],
    take: |app, address| {
        address.set_unless("mask", app.fill.mask, 0);
        address.set("query", app.cursor.query);
        address.set_unless("chosen", app.fill.chosen, 0);
    },
    put: |app, arrival| {
        let Some(pass) = app.shown().cloned() else { return Step::Done };
        let masks = pass.predicted_positions().len();
        app.fill.mask = arrival.place("mask", masks.max(1)).unwrap_or(0);
        app.cursor.query = arrival.place("query", pass.tokens.len()).unwrap_or(app.cursor.query);
        app.fill.chosen = arrival.place("chosen", LISTED).unwrap_or(0);
        Step::Done
    },
};
