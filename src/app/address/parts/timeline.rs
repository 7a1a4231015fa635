//! The timeline.

use crate::app::Word;
use crate::app::address::spots::key;
use crate::app::address::{Address, Arrival, Expects, Part, Step};
use crate::app::explorer::App;
use crate::app::timeline::ZOOMS;
use crate::catalog::browse::Facet;

/// Which model is chosen, where its lines lead, and what is drawn.
pub static TIMELINE: Part = Part {
    keys: &[
        key("entry", Expects::Text),
        key("parent", Expects::Text),
        key("child", Expects::Text),
        key("lanes", Expects::Words(&["kind", "section"])),
        key("only", Expects::Text),
        key("ideas", Expects::Words(&["on", "off"])),
        key("zoom", Expects::Number),
    ],
    take,
    put,
};

fn take(app: &App, address: &mut Address) {
    let state = &app.timeline;
    let id = |model: usize| state.family().models.get(model).map(|model| model.id.clone());
    let (parent, child) = state.led();
    for (key, model) in [("entry", state.chosen()), ("parent", parent), ("child", child)] {
        if let Some(id) = model.and_then(id) {
            address.set(key, id);
        }
    }
    address.set_unless("lanes", if state.lanes == Facet::Section { "section" } else { "kind" }, "kind");
    if let Some(only) = state.only() {
        address.set("only", only.id);
    }
    if !state.ideas {
        address.set("ideas", "off");
    }
    address.set_unless("zoom", state.zoom(), ZOOMS[0]);
}

fn put(app: &mut App, arrival: &mut Arrival) -> Step {
    if !app.timeline.is_ready() {
        return Step::Wait(if arrival.asked { Vec::new() } else { app.on_screen() });
    }
    let state = &mut app.timeline;
    let address = &arrival.address;
    state.lanes = if address.get("lanes") == Some("section") { Facet::Section } else { Facet::Kind };
    state.ideas = address.get("ideas") != Some("off");
    state.set_zoom(address.number("zoom").unwrap_or(1));
    let only = address.get("only").map(str::to_owned);
    let lane = only.as_deref().and_then(|only| state.words().into_iter().find(|word| word.id == only));
    if let (Some(only), None) = (&only, lane) {
        arrival.misfit(Word::AddressNoFacet, &[only]);
    }
    state.show_only(lane);
    let mut model = |key: &str| {
        let asked = arrival.address.get(key).map(str::to_owned)?;
        let found = state.family().find(&asked);
        if found.is_none() {
            arrival.misfit(Word::AddressNoEntry, &[&asked]);
        }
        found
    };
    let (chosen, parent, child) = (model("entry"), model("parent"), model("child"));
    match chosen {
        Some(chosen) => state.choose(chosen),
        // An address without one is of a picture in which none stands out.
        None if arrival.address.get("entry").is_none() => state.choose_none(),
        None => {}
    }
    state.lead(parent, child);
    Step::Done
}
