//! What all places of a pass share: the text, the heads that are off, the cursor.

use crate::app::Work;
use crate::app::address::spots::key;
use crate::app::address::{Address, Arrival, Expects, Part, Step};
use crate::app::explorer::App;
use crate::explore::Prompt;
use crate::tape::Kind;

/// The text that the model reads.
pub static TEXT: Part = Part {
    keys: &[key("text", Expects::Text), key("pair", Expects::Text), key("target", Expects::Text)],
    take: take_text,
    put: put_text,
};

fn take_text(app: &App, address: &mut Address) {
    let Some(subject) = &app.subject else { return };
    let line = app.shell.prompt.text();
    let prompt = subject.prompt(line);
    if prompt.line() != line {
        return address.set("text", line);
    }
    address.set("text", &prompt.text);
    for (key, part) in [("pair", &prompt.pair), ("target", &prompt.target)] {
        if let Some(part) = part {
            address.set(key, part);
        }
    }
}

fn put_text(app: &mut App, arrival: &mut Arrival) -> Step {
    let runs = |app: &App| {
        let runs = |work: &Work| matches!(work, Work::Run(_) | Work::Decode(..) | Work::Load(_));
        app.job.as_ref().is_some_and(|job| runs(&job.work))
    };
    if app.subject.is_none() {
        return Step::Done;
    }
    if arrival.asked {
        return if runs(app) { Step::Wait(Vec::new()) } else { Step::Done };
    }
    if let Some(text) = arrival.address.get("text") {
        let part = |key| arrival.address.get(key).map(str::to_owned);
        let line = Prompt { text: text.to_owned(), pair: part("pair"), target: part("target") }.line();
        app.shell.prompt.remember();
        app.shell.prompt.set(&line);
    }
    let same = app.asked == app.shell.prompt.text() && app.pass.is_some() && app.fault.is_none() && !runs(app);
    // What is written ran the text in another way: without the target that it would get whole.
    if same && !app.writing && app.decode.decoding.is_none() { Step::Done } else { Step::Wait(app.run_prompt()) }
}

/// The cell of a map under the cursor.
pub static CELL: Part = Part {
    keys: &[key("query", Expects::Number), key("key", Expects::Number)],
    take: |app, address| {
        // A panel over the map may look at a longer stream; it says itself where.
        let within = |place: usize, len: usize| place.min(len.saturating_sub(1));
        let (queries, keys) = size(app).unwrap_or((usize::MAX, usize::MAX));
        address.set("query", within(app.cursor.query, queries));
        address.set("key", within(app.cursor.key, keys));
    },
    put: |app, arrival| {
        if let Some((queries, keys)) = size(app) {
            app.cursor.query = arrival.place("query", queries).unwrap_or(app.cursor.query);
            app.cursor.key = arrival.place("key", keys).unwrap_or(app.cursor.key);
        }
        Step::Done
    },
};

/// Queries and keys of the map that is shown.
fn size(app: &App) -> Option<(usize, usize)> {
    let pass = app.shown()?;
    let axes = &pass.record.graph().node(app.attention.attention(pass)?.weights).axes;
    Some((axes.len_of(Kind::Query), axes.len_of(Kind::Key)))
}

/// No vector is as wide.
const WIDEST: usize = 1 << 24;

/// The token and the number of its vector, or the cell of a map, under the cursor.
pub static CURSOR: Part = Part {
    keys: &[key("query", Expects::Number), key("key", Expects::Number), key("feature", Expects::Number)],
    take: |app, address| {
        address.set("query", app.cursor.query);
        address.set("key", app.cursor.key);
        address.set_unless("feature", app.cursor.feature, 0);
    },
    put: |app, arrival| {
        if let Some(pass) = app.shown().cloned() {
            // Over a value that has no such axis the cursor keeps what it has of it.
            let longest = pass.tokens.len().max(pass.target.len());
            app.cursor.query = arrival.place("query", longest).unwrap_or(app.cursor.query);
            app.cursor.key = arrival.place("key", longest).unwrap_or(app.cursor.key);
            app.cursor.feature = arrival.address.number("feature").unwrap_or(0).min(WIDEST);
        }
        Step::Done
    },
};
