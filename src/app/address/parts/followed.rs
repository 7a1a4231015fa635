//! Panels that follow tokens and logits through the layers.

use crate::app::address::{Address, Arrival};
use crate::app::explorer::App;
use crate::app::panel::{ContributionsPanel, FollowPanel, RolloutPanel, columns};
use crate::app::{Panel, Word};
use crate::explore::Pass;
use crate::tape::Stream;

/// Names the stream where there is more than one.
fn take_stream(pass: &Pass, stream: Stream, address: &mut Address) {
    if pass.layer_streams().len() > 1 {
        address.set("panel_stream", stream.0);
    }
}

/// The stream of that name among those that run through layers.
fn open_stream(app: &App, arrival: &mut Arrival) -> Option<Stream> {
    let name = arrival.address.get("panel_stream")?.to_owned();
    let streams = app.shown()?.layer_streams();
    let found = streams.iter().copied().find(|stream| stream.0 == name);
    if found.is_none() {
        let known: Vec<&str> = streams.iter().map(|stream| stream.0).collect();
        arrival.misfit(Word::AddressNoStream, &[&name, &known.join(", ")]);
    }
    found
}

pub fn take_follow(app: &App, panel: &Panel, address: &mut Address) {
    let (Panel::Follow(panel), Some(pass)) = (panel, app.shown()) else { return };
    let (stream, position) = panel.place(pass, &app.cursor);
    take_stream(pass, stream, address);
    address.set("position", position);
    address.set_unless("row", panel.row, 0);
}

pub fn open_follow(app: &mut App, arrival: &mut Arrival) -> Panel {
    let panel = FollowPanel {
        wanted: open_stream(app, arrival),
        row: arrival.address.number("row").unwrap_or(0),
        ..FollowPanel::default()
    };
    if let Some(pass) = app.shown().cloned() {
        let tokens = pass.stream(panel.place(&pass, &app.cursor).0).len();
        app.cursor.query = arrival.place("position", tokens).unwrap_or(app.cursor.query);
    }
    Panel::Follow(panel)
}

/// How many stops there are is known when they were found.
pub fn found_follow(panel: &mut Panel, arrival: &mut Arrival) {
    let Panel::Follow(panel) = panel else { return };
    let Some(stops) = panel.way().map(|way| way.stops.len()) else { return };
    panel.row = arrival.place("row", stops).unwrap_or(panel.row);
}

pub fn take_contributions(_: &App, panel: &Panel, address: &mut Address) {
    let Panel::Contributions(panel) = panel else { return };
    if let Some(position) = panel.position {
        address.set("position", position);
    }
    address.set_unless("candidate", panel.candidate, 0);
    // Else it stands on what adds most.
    if panel.moved {
        address.set("row", panel.cell.0);
        address.set("column", panel.cell.1);
    }
}

pub fn open_contributions(app: &mut App, arrival: &mut Arrival) -> Panel {
    let mut panel = ContributionsPanel::default();
    if let Some(pass) = app.shown() {
        panel.position = arrival.place("position", pass.output_tokens().len());
        panel.candidate = arrival.place("candidate", panel.candidates(pass).len()).unwrap_or(0);
    }
    Panel::Contributions(panel)
}

/// The cursor stands on what adds most when the grid comes; an address that names another cell has its way.
pub fn found_contributions(panel: &mut Panel, arrival: &mut Arrival) {
    let Panel::Contributions(panel) = panel else { return };
    let Some(grid) = panel.logit().map(crate::explore::Contributions::grid) else { return };
    if let Some(row) = arrival.place("row", grid.len()) {
        panel.cell = (row, arrival.place("column", columns(&grid)).unwrap_or(0));
        panel.moved = true;
    }
}

pub fn take_rollout(app: &App, panel: &Panel, address: &mut Address) {
    let (Panel::Rollout(panel), Some(pass)) = (panel, app.shown()) else { return };
    take_stream(pass, panel.stream(pass), address);
    address.set("position", app.cursor.query);
    if let Some(place) = panel.place {
        address.set("row", place);
    }
    address.set_unless("column", app.cursor.key, 0);
}

pub fn open_rollout(app: &mut App, arrival: &mut Arrival) -> Panel {
    let place = arrival.address.number("row");
    let panel = RolloutPanel { wanted: open_stream(app, arrival), place, ..RolloutPanel::default() };
    if let Some(pass) = app.shown().cloned() {
        let tokens = pass.stream(panel.stream(&pass)).len();
        app.cursor.query = arrival.place("position", tokens).unwrap_or(app.cursor.query);
        app.cursor.key = arrival.place("column", tokens).unwrap_or(0);
    }
    Panel::Rollout(panel)
}

/// How many layers there are is known when they were multiplied.
pub fn found_rollout(panel: &mut Panel, arrival: &mut Arrival) {
    let Panel::Rollout(panel) = panel else { return };
    let Some(layers) = panel.maps().map(|maps| maps.layers.len()) else { return };
    panel.place = arrival.place("row", layers);
}
