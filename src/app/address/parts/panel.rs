//! Panels over a screen. A new one is a line of [`PANELS`].

use crate::app::address::spots::key;
use crate::app::address::{Address, Arrival, Expects, Part, Step};
use crate::app::explorer::App;
use crate::app::panel::{AttributionPanel, HeadList, LensPanel, PatchPanel};
use crate::app::{Panel, Place, Word, Work};
use crate::explore::{Patched, Pattern};

use super::followed::{
    found_contributions, found_follow, found_rollout, open_contributions, open_follow, open_rollout,
    take_contributions, take_follow, take_rollout,
};

/// A panel as addresses know it.
pub struct Known {
    /// Its name in addresses; it never changes.
    pub name: &'static str,
    /// The place that it is.
    pub place: Place,
    /// Sets what the panel shows.
    take: fn(&App, &Panel, &mut Address),
    /// The panel of an address, before anything was worked out for it.
    open: fn(&mut App, &mut Arrival) -> Panel,
    /// What can only be put back once it was.
    found: fn(&mut Panel, &mut Arrival),
}

/// All panels that addresses know.
pub static PANELS: &[Known] = &[
    Known { name: "heads", place: Place::Heads, take: take_heads, open: open_heads, found: |_, _| {} },
    Known { name: "lens", place: Place::Lens, take: take_lens, open: open_lens, found: |_, _| {} },
    Known {
        name: "attribution",
        place: Place::Attribution,
        take: take_attribution,
        open: open_attribution,
        found: |_, _| {},
    },
    Known { name: "follow", place: Place::Follow, take: take_follow, open: open_follow, found: found_follow },
    Known {
        name: "contributions",
        place: Place::Contributions,
        take: take_contributions,
        open: open_contributions,
        found: found_contributions,
    },
    Known { name: "rollout", place: Place::Rollout, take: take_rollout, open: open_rollout, found: found_rollout },
    Known { name: "patching", place: Place::Patching, take: take_patching, open: open_patching, found: found_patching },
];

/// The panel that lies over the place.
pub static PANEL: Part = Part {
    keys: &[
        key(
            "panel",
            Expects::Words(&["heads", "lens", "attribution", "follow", "contributions", "rollout", "patching"]),
        ),
        key("panel_stream", Expects::Text),
        key("pattern", Expects::Text),
        key("position", Expects::Number),
        key("candidate", Expects::Number),
        key("other", Expects::Text),
        key("patched", Expects::Words(&["residual", "heads"])),
        key("row", Expects::Number),
        key("column", Expects::Number),
    ],
    take: |app, address| {
        let Some(panel) = &app.panel else { return };
        if let Some(known) = PANELS.iter().find(|known| known.place == panel.place()) {
            address.set("panel", known.name);
            (known.take)(app, panel, address);
        }
    },
    put,
};

fn put(app: &mut App, arrival: &mut Arrival) -> Step {
    let Some(name) = arrival.address.get("panel") else { return Step::Done };
    let Some(known) = PANELS.iter().find(|known| known.name == name) else { return Step::Done };
    if app.pass.is_none() {
        return Step::Done;
    }
    if !arrival.asked {
        let panel = (known.open)(app, arrival);
        app.panel = Some(panel);
        let effects = app.study();
        if app.job.as_ref().is_some_and(|job| matches!(job.work, Work::Study(_))) {
            return Step::Wait(effects);
        }
    }
    if app.job.as_ref().is_some_and(|job| matches!(job.work, Work::Study(_))) {
        return Step::Wait(Vec::new());
    }
    if let Some(panel) = &mut app.panel {
        (known.found)(panel, arrival);
    }
    Step::Done
}

fn take_heads(_: &App, panel: &Panel, address: &mut Address) {
    let Panel::Heads(list) = panel else { return };
    if let Some(pattern) = &list.pattern {
        address.set("pattern", pattern.id());
    }
    address.set_unless("row", list.row, 0);
}

fn open_heads(app: &mut App, arrival: &mut Arrival) -> Panel {
    let pattern = arrival.address.get("pattern").map(Pattern::of);
    let pass = app.shown().cloned();
    let measured = pass.as_ref().map(|pass| pass.measured());
    let known = measured.is_some_and(|m| pattern.as_ref().is_none_or(|pattern| m.patterns().contains(&pattern)));
    let pattern = pattern.filter(|pattern| {
        if !known {
            arrival.misfit(Word::AddressNoPattern, &[&pattern.id()]);
        }
        known
    });
    let heads = measured.map_or(0, |measured| measured.ranked(pattern.as_ref()).len());
    Panel::Heads(HeadList { row: arrival.place("row", heads).unwrap_or(0), pattern })
}

fn take_lens(app: &App, panel: &Panel, address: &mut Address) {
    let Panel::Lens(lens) = panel else { return };
    if let Some(row) = lens.row {
        address.set("row", row);
    }
    address.set("position", app.cursor.query);
}

fn open_lens(app: &mut App, arrival: &mut Arrival) -> Panel {
    let positions = app.shown().map_or(0, |pass| pass.output_tokens().len());
    app.cursor.query = arrival.place("position", positions).unwrap_or(app.cursor.query);
    Panel::Lens(LensPanel { row: arrival.address.number("row"), found: None })
}

fn take_attribution(_: &App, panel: &Panel, address: &mut Address) {
    let Panel::Attribution(panel) = panel else { return };
    if let Some(position) = panel.position {
        address.set("position", position);
    }
    address.set_unless("candidate", panel.candidate, 0);
}

fn open_attribution(app: &mut App, arrival: &mut Arrival) -> Panel {
    let positions = app.shown().map_or(0, |pass| pass.output_tokens().len());
    let mut panel = AttributionPanel { position: arrival.place("position", positions), ..AttributionPanel::default() };
    let candidates = app.shown().map_or(0, |pass| panel.candidates(pass).len());
    panel.candidate = arrival.place("candidate", candidates).unwrap_or(0);
    Panel::Attribution(panel)
}

fn take_patching(app: &App, panel: &Panel, address: &mut Address) {
    let Panel::Patching(panel) = panel else { return };
    if let Some(other) = &app.other {
        address.set("other", other);
    }
    address.set_unless("patched", if panel.what == Patched::Heads { "heads" } else { "residual" }, "residual");
    if panel.found.as_ref().is_some_and(Result::is_ok) {
        address.set("row", panel.cell.0);
        address.set("column", panel.cell.1);
    }
}

fn open_patching(app: &mut App, arrival: &mut Arrival) -> Panel {
    let other = arrival.address.get("other").map(str::to_owned);
    // Without another text there is nothing to take from: the text itself changes nothing, and says so.
    app.other = Some(other.unwrap_or_else(|| app.shell.prompt.text().to_owned()));
    let what = if arrival.address.get("patched") == Some("heads") { Patched::Heads } else { Patched::Residual };
    Panel::Patching(PatchPanel { what, ..PatchPanel::default() })
}

/// The strongest cell is chosen when the grid comes; an address that names another has its way.
fn found_patching(panel: &mut Panel, arrival: &mut Arrival) {
    let Panel::Patching(panel) = panel else { return };
    let Some(Ok(found)) = &panel.found else { return };
    if let Some(row) = arrival.place("row", found.rows.len()) {
        let cells = found.rows.get(row).map_or(0, |row| row.cells.len());
        panel.cell = (row, arrival.place("column", cells).unwrap_or(0));
    }
}
