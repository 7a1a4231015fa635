//! The catalogue: its list, facts side by side, the survey, cards and estimates.

use crate::app::address::spots::key;
use crate::app::address::{Address, Arrival, Expects, Part, Step};
use crate::app::catalogue::{MOST_COMPARED, Pane};
use crate::app::estimates::Row;
use crate::app::explorer::App;
use crate::app::{Place, Screen, Word};
use crate::catalog::browse::{Facet, Order};

/// What stands between values that were chosen of facets.
const BETWEEN: char = '/';

/// Which models are listed in which order, and which is chosen.
pub static LIST: Part = Part {
    keys: &[
        key("entry", Expects::Text),
        key("filter", Expects::Text),
        key("sort", Expects::Words(&["date", "name", "parameters", "context", "tokens"])),
        key("group", Expects::Words(&["section", "kind", "year", "positions", "none"])),
        key("only", Expects::Text),
        key("facet", Expects::Text),
        key("marked", Expects::Text),
    ],
    take: take_list,
    put: put_list,
};

fn facet(name: &str) -> Option<Facet> {
    Facet::ALL.into_iter().find(|facet| facet.text().en == name)
}

fn written((facet, value): &(Facet, String)) -> String {
    format!("{}:{value}", facet.text().en)
}

fn read(choice: &str) -> Option<(Facet, String)> {
    let (name, value) = choice.split_once(':')?;
    Some((facet(name)?, value.to_owned()))
}

fn take_list(app: &App, address: &mut Address) {
    let state = &app.catalogue;
    if let Some(id) = state.selected() {
        address.set("entry", id);
    }
    if !state.query.text().is_empty() {
        address.set("filter", state.query.text());
    }
    address.set_unless("sort", state.order.id(), Order::default().id());
    match state.group {
        Some(Facet::Section) => {}
        Some(facet) => address.set("group", facet.text().en),
        None => address.set("group", "none"),
    }
    if !state.chosen.is_empty() {
        let all: Vec<String> = state.chosen.iter().map(written).collect();
        address.set("only", all.join(&BETWEEN.to_string()));
    }
    if let Some(choice) = state.facet_under_cursor().filter(|_| state.pane == Pane::Facets) {
        address.set("facet", written(&choice));
    }
    address.set_list("marked", &state.marked);
}

fn put_list(app: &mut App, arrival: &mut Arrival) -> Step {
    if !app.catalogue.is_ready() {
        return Step::Wait(if arrival.asked { Vec::new() } else { app.on_screen() });
    }
    put_marked(app, arrival);
    let address = &arrival.address;
    let state = &mut app.catalogue;
    state.query.set(address.get("filter").unwrap_or_default());
    state.order = Order::ALL.into_iter().find(|order| Some(order.id()) == address.get("sort")).unwrap_or_default();
    state.group = address.get("group").map_or(Some(Facet::Section), facet);
    let choices = address.get("only").map_or_else(Vec::new, |all| all.split(BETWEEN).map(read).collect());
    let facet = address.get("facet").and_then(read);
    state.pane = if facet.is_some() { Pane::Facets } else { Pane::List };
    if choices.contains(&None) {
        let only = arrival.address.get("only").unwrap_or_default().to_owned();
        arrival.misfit(Word::AddressNoFacet, &[&only]);
    }
    state.chosen = choices.into_iter().flatten().collect();
    let entry = arrival.address.get("entry").map(str::to_owned);
    state.show(entry.as_deref(), facet.as_ref());
    if let Some(entry) = entry.filter(|entry| state.selected() != Some(entry)) {
        arrival.misfit(Word::AddressNoEntry, &[&entry]);
    }
    Step::Done
}

/// Marks the models that are named, those of them that there are.
fn put_marked(app: &mut App, arrival: &mut Arrival) {
    let names: Vec<String> = arrival.address.list("marked").into_iter().map(str::to_owned).collect();
    let catalog = app.catalogue.catalog().clone();
    app.catalogue.marked.clear();
    for name in names {
        let room = app.catalogue.marked.len() < MOST_COMPARED && !app.catalogue.marked.contains(&name);
        if catalog.heads().iter().any(|head| head.id == name) && room {
            app.catalogue.marked.push(name);
        } else {
            arrival.misfit(Word::AddressNoEntry, &[&name]);
        }
    }
}

/// Which page of the survey is open.
pub static SURVEY: Part = Part {
    keys: &[key("page", Expects::Text)],
    take: |app, address| {
        let pages = app.catalogue.catalog().pages();
        if let Some(page) = app.catalogue.survey.and_then(|page| pages.get(page)) {
            address.set("page", &page.id);
        }
    },
    put: |app, arrival| {
        let catalog = app.catalogue.catalog().clone();
        let pages = catalog.pages();
        let asked = arrival.address.get("page").map(str::to_owned);
        let found = asked.as_deref().map_or(Some(0), |asked| pages.iter().position(|page| page.id == asked));
        if let (None, Some(asked)) = (found, &asked) {
            let known: Vec<&str> = pages.iter().map(|page| page.id.as_str()).collect();
            arrival.misfit(Word::AddressNoPage, &[asked, &known.join(", ")]);
        }
        app.catalogue.survey = found.or(Some(0)).filter(|page| *page < pages.len());
        Step::Done
    },
};

/// Whose card is open, of which size, for which length of text.
pub static CARD: Part = Part {
    keys: &[
        key("entry", Expects::Text),
        key("variant", Expects::Number),
        key("context", Expects::Number),
        key("from", Expects::Words(&["catalogue", "timeline"])),
    ],
    take: |app, address| {
        if let Some(id) = &app.catalogue.opened {
            address.set("entry", id);
        }
        address.set_unless("variant", app.catalogue.estimates.variant, 0);
        if let Some(context) = app.catalogue.estimates.chosen {
            address.set("context", context);
        }
        if app.card_from == Screen::Timeline {
            address.set("from", "timeline");
        }
    },
    put: put_card,
};

fn put_card(app: &mut App, arrival: &mut Arrival) -> Step {
    let asked = arrival.address.get("entry").unwrap_or_default().to_owned();
    let from = arrival.address.get("from") == Some("timeline");
    app.card_from = if from { Screen::Timeline } else { Screen::Catalogue };
    if !app.catalogue.open_card(&asked) {
        arrival.misfit(Word::AddressNoEntry, &[&asked]);
        (app.catalogue.opened, app.shell.screen) = (None, app.card_from);
        return Step::Done;
    }
    let catalog = app.catalogue.catalog().clone();
    if let Ok(entry) = catalog.entry(&asked) {
        let variant = arrival.place("variant", entry.variants.len()).unwrap_or(0);
        let context = arrival.address.number("context").map(|context| context as u64);
        app.catalogue.estimates.choose(variant, context, entry);
    }
    Step::Done
}

/// Which estimate is chosen, and whether it is open.
pub static ESTIMATES: Part = Part {
    keys: &[key("estimate", Expects::Text), key("worked", Expects::On)],
    take: |app, address| {
        if let Some(row) = app.catalogue.estimates.rows.get(app.catalogue.estimates.at) {
            address.set("estimate", row.id());
        }
        address.set_on("worked", app.catalogue.estimates.open);
    },
    put: |app, arrival| {
        if app.screen_place() != Place::Card {
            return Step::Done;
        }
        let estimates = &mut app.catalogue.estimates;
        let asked = arrival.address.get("estimate").map(str::to_owned);
        let found = asked.as_deref().and_then(|asked| estimates.rows.iter().position(|row| row.id() == asked));
        if let (None, Some(asked)) = (found, &asked) {
            let known: Vec<String> = estimates.rows.iter().map(Row::id).collect();
            arrival.misfit(Word::AddressNoEstimate, &[asked, &known.join(", ")]);
        }
        estimates.at = found.unwrap_or(0);
        (estimates.open, estimates.shown) = (arrival.address.is_on("worked"), true);
        Step::Done
    },
};
