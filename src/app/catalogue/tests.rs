use super::{Asked, CatalogueState, FacetRow, Pane, Row};
use crate::app::{Action, Key};
use crate::catalog::Catalog;
use crate::catalog::browse::{Facet, Order};

fn state() -> CatalogueState {
    let mut state = CatalogueState::new(Catalog::built_in());
    state.arrived();
    state
}

fn ids(state: &CatalogueState) -> Vec<&str> {
    let entries = state.rows().iter().filter_map(|row| match row {
        Row::Entry(id) => Some(id.as_str()),
        Row::Group(..) => None,
    });
    entries.collect()
}

#[test]
fn names_are_there_before_anything_was_read() {
    let state = CatalogueState::new(Catalog::built_in());
    assert_eq!(state.shown(), Catalog::built_in().heads().len());
    assert!(!state.is_ready() && state.facets().is_empty());
}

#[test]
fn typing_filters_and_back_gives_all_back() {
    let mut state = state();
    let all = state.shown();
    state.command(Action::Filter.into());
    for key in ["g", "p", "t", "2"] {
        state.type_key(key.parse::<Key>().expect("a key"));
    }
    assert_eq!(ids(&state).first(), Some(&"gpt-2"));
    assert!(state.shown() < all);
    state.command(Action::Accept.into());
    assert_eq!(state.selected(), Some("gpt-2"));
    state.command(Action::Back.into());
    assert_eq!((state.shown(), state.selected()), (all, Some("gpt-2")));
}

#[test]
fn facets_narrow_and_count_what_choosing_would_give() {
    let mut state = state();
    let all = state.shown();
    state.command(Action::Facets.into());
    assert_eq!(state.pane, Pane::Facets);
    let count = |state: &CatalogueState, wanted: &str| {
        state.facets().iter().find_map(|row| match row {
            FacetRow::Value { facet: Facet::Kind, value, count } if value == wanted => Some(*count),
            _ => None,
        })
    };
    let before = count(&state, "decoder").expect("decoders");
    while !matches!(state.facets().get(state.cursors().1), Some(FacetRow::Value { value, .. }) if value == "decoder") {
        state.command(Action::MoveDown.into());
    }
    state.command(Action::Mark.into());
    assert_eq!(state.shown(), before);
    // The counts of the chosen facet itself stay: another value can be added.
    assert_eq!(count(&state, "decoder"), Some(before));
    assert!(count(&state, "encoder-decoder").is_some());
    state.command(Action::Mark.into());
    assert_eq!(state.shown(), all);
}

#[test]
fn orders_and_groups_go_round() {
    let mut state = state();
    assert!(matches!(state.rows().first(), Some(Row::Group(..))));
    for _ in 0..4 {
        state.command(Action::GroupBy.into());
    }
    assert!(state.rows().iter().all(|row| matches!(row, Row::Entry(_))));
    state.command(Action::SortBy.into());
    state.command(Action::SortBy.into());
    assert_eq!(state.order, Order::Parameters);
    let place = |id| ids(&state).iter().position(|own| *own == id);
    assert!(place("t5") < place("gpt-2"));
}

#[test]
fn two_to_four_can_be_compared() {
    let mut state = state();
    assert_eq!(state.command(Action::CompareMarked.into()), Asked::MarkFirst);
    state.command(Action::Mark.into());
    state.command(Action::Mark.into());
    assert_eq!(state.marked.len(), 2);
    assert_eq!(state.command(Action::CompareMarked.into()), Asked::Compare);
}

#[test]
fn enter_opens_the_card() {
    let mut state = state();
    let id = state.selected().expect("a model").to_owned();
    assert_eq!(state.command(Action::Into.into()), Asked::Card);
    assert_eq!(state.card().map(|entry| entry.head.id.clone()), Some(id));
}
