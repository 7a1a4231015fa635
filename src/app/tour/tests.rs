use std::path::Path;

use super::{Tour, TourError};
use crate::app::shell::Overlay;
use crate::app::trial::{arrived, exploring, mini, press, settled};
use crate::app::{Language, Screen};

/// Every tour of the directory can be read, leads to what it says, and claims nothing that is not so.
fn holds(id: &str) {
    let tour = Tour::find(id).unwrap_or_else(|| panic!("{id}"));
    assert!((4..=9).contains(&tour.stops.len()), "{id}");
    for (at, stop) in tour.stops.iter().enumerate() {
        let app = arrived(&stop.address.to_string(), Language::En);
        let place = format!("{id}, stop {}", at + 1);
        assert_eq!(app.shell.notice, None, "{place}");
        assert_eq!(app.fault, None, "{place}");
        for expect in &stop.expect {
            assert_eq!(expect.check(&app), Ok(()), "{place}: {expect:?}");
        }
    }
    // A claim that is not measured at all would say little.
    assert!(tour.stops.iter().map(|stop| stop.expect.len()).sum::<usize>() >= 6, "{id}");
}

#[test]
fn causal_mask() {
    holds("causal-mask");
}

#[test]
fn both_sides() {
    holds("both-sides");
}

#[test]
fn induction() {
    holds("induction");
}

#[test]
fn cross_attention() {
    holds("cross-attention");
}

#[test]
fn relative_position() {
    holds("relative-position");
}

#[test]
fn three_architectures() {
    holds("three-architectures");
}

#[test]
fn all_files_are_tours() {
    let read = super::TOURS.iter().map(|(file, yaml)| Tour::parse(file, yaml).map_err(|error| error.to_string()));
    let tours: Vec<Tour> = read.collect::<Result<_, _>>().unwrap();
    assert_eq!(tours.len(), 6);
    assert!(tours.iter().all(|tour| Path::new(&tour.id).extension().is_none()));
}

/// What a spoiled claim is told.
#[test]
fn a_claim_that_is_not_so_is_found_out() {
    let yaml = "title: t\nsummary: s\nstops:\n  - address: headscope:attention/gpt-2?text=Anna and Tom went to the park.&layer=0&head=0&query=3&key=2\n    words: w\n    expect:\n      - weight: {at_most: .5}\n      - hidden: future\n      - pattern: {of: next, at_least: .1}\n      - predicts: {token: zebra, at_least: 0}\n";
    let tour = Tour::parse("x.yaml", yaml).unwrap();
    let app = arrived(&tour.stops[0].address.to_string(), Language::En);
    let found: Vec<String> = tour.stops[0].expect.iter().map(|expect| expect.check(&app).unwrap_err()).collect();
    assert!(found[0].starts_with("the weight is 0.9"), "{found:?}");
    assert_eq!(found[1], "the cell is hidden for nothing, not future");
    assert!(found[2].starts_with("next is"), "{found:?}");
    assert!(found[3].ends_with("is predicted, not \"zebra\""), "{found:?}");
}

#[test]
fn every_fault_is_found_with_its_line() {
    let yaml = "title: {en: only}\nstops:\n  - address: headscope:attention/gpt-2,laier=2\n    words: w\n    expect: [{weight: {query: 1}}, {nothing: 1}]\n  - words: [a]\n    address: gpt-2\nauthor: me\n";
    let Err(TourError::Faulty(faults)) = Tour::parse("mine.yaml", yaml) else { panic!("faulty") };
    let said: Vec<String> = faults.iter().map(ToString::to_string).collect();
    for (begin, part) in [
        ("mine.yaml:1: title.zh: ", "missing"),
        ("mine.yaml:3: stops[0].address: ", "\"laier\""),
        ("mine.yaml:5: stops[0].expect[0].weight.at_least: ", "nothing would be measured"),
        ("mine.yaml:5: stops[0].expect[1].nothing: ", "there is no field"),
        ("mine.yaml:6: stops[1].words: ", "expected a text"),
        ("mine.yaml:7: stops[1].address: ", "is no address"),
        ("mine.yaml:8: author: ", "there is no field"),
    ] {
        assert!(said.iter().any(|line| line.starts_with(begin) && line.contains(part)), "{begin} in {said:#?}");
    }
}

#[test]
fn keys_lead_from_stop_to_stop_and_out() {
    let mut app = exploring(mini("gpt-2"), Language::En, "Anna and Tom");
    press(&mut app, "}");
    assert!(app.shell.notice.is_some() && app.tour.is_none());
    press(&mut app, "W b o t h");
    assert!(matches!(app.shell.overlay, Some(Overlay::Palette(_))));
    press(&mut app, "Enter");
    assert_eq!(app.tour.as_ref().unwrap().tour.id, "both-sides");
    assert_eq!(app.subject.as_ref().unwrap().name, "bert");
    assert_eq!(app.address().unwrap(), app.tour.as_ref().unwrap().stop().address);
    // One plays freely, and goes on all the same.
    press(&mut app, "} l l 3 n 6");
    assert_eq!(app.shell.screen, Screen::Timeline);
    press(&mut app, "} { {");
    assert_eq!(app.tour.as_ref().unwrap().at, 0);
    press(&mut app, "{ } } } } } } }");
    assert_eq!(app.tour.as_ref().unwrap().at, 5);
    assert!(app.shell.notice.as_ref().unwrap().text.contains('W'));
    press(&mut app, "W");
    assert!(app.tour.is_none() && app.shell.overlay.is_none());
    // Going back twice where there is nothing to go back from.
    let effects = app.begin_tour(Tour::find("causal-mask").unwrap());
    settled(&mut app, effects);
    press(&mut app, "Enter Esc");
    assert!(app.tour.is_some());
    press(&mut app, "Esc l Esc");
    assert!(app.tour.is_some());
    press(&mut app, "Esc");
    assert!(app.tour.is_none());
}
