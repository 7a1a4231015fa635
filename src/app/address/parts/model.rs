//! Pages that scroll, and the training objective.

use crate::app::Word;
use crate::app::address::spots::key;
use crate::app::address::{Arrival, Expects, Part, Step};
use crate::app::explorer::App;
use crate::train::objective::Objective;

/// The first line that is shown.
pub static SCROLL: Part = Part {
    keys: &[key("scroll", Expects::Number)],
    take: |app, address| address.set_unless("scroll", app.scroll, 0),
    put: |app, arrival| {
        app.scroll = arrival.address.number("scroll").unwrap_or(0);
        Step::Done
    },
};

/// Which part of the drawing is chosen.
pub static DRAWN: Part = Part {
    keys: &[key("part", Expects::Text)],
    take: |app, address| {
        if let (Some(line), Some(pass)) = (app.part, app.shown()) {
            address.set("part", pass.tree.path(line));
        }
    },
    put: |app, arrival| {
        let asked = arrival.address.get("part");
        app.part = asked.and_then(|path| app.shown()?.tree.line_of_path(path));
        Step::Done
    },
};

/// Which objective is tried, and which corruption of the text.
pub static OBJECTIVE: Part = Part {
    keys: &[key("objective", Expects::Text), key("epoch", Expects::Number)],
    take: |app, address| {
        if let Some(objective) = app.objective.chosen {
            address.set("objective", objective);
        }
        address.set_unless("epoch", app.objective.seed, 0);
    },
    put: put_objective,
};

fn put_objective(app: &mut App, arrival: &mut Arrival) -> Step {
    app.objective.chosen = arrival.address.get("objective").map(str::to_owned).and_then(|asked| {
        let fitting: Vec<&'static str> = app.subject.as_ref()?.objectives().into_iter().map(Objective::id).collect();
        let found = fitting.iter().copied().find(|id| *id == asked);
        if found.is_none() {
            arrival.misfit(Word::AddressNoObjective, &[&asked, &fitting.join(", ")]);
        }
        found
    });
    app.objective.seed = arrival.address.number("epoch").unwrap_or(0) as u64;
    Step::Done
}
