use std::collections::BTreeSet;

use super::grid::{RIGHT, cells_of, grid};
use super::layout::{Layout, Way};
use super::{Asked, Family, TimelineState};
use crate::app::Action;
use crate::catalog::Catalog;
use crate::catalog::browse::Facet;

const WINDOWS: [(u16, u16); 5] = [(40, 8), (68, 15), (106, 26), (130, 50), (300, 60)];

fn state() -> TimelineState {
    let mut state = TimelineState::default();
    state.arrived(&Catalog::built_in().entries());
    state
}

fn id(state: &TimelineState) -> &str {
    &state.family().models[state.chosen().expect("a model")].id
}

fn at(id: &str) -> TimelineState {
    let mut state = state();
    state.choose_id(id);
    state
}

/// Pictures of all models and of one lane alone, by kind and by section, in small and large windows.
fn pictures() -> Vec<(TimelineState, Layout)> {
    let mut pictures = Vec::new();
    for group in [false, true] {
        for lane in 0..4 {
            for window in WINDOWS {
                let mut state = state();
                if group {
                    state.command(Action::GroupBy.into());
                }
                (0..lane).for_each(|_| drop(state.command(Action::OnlyLane.into())));
                let layout = state.layout(window);
                pictures.push((state, layout));
            }
        }
    }
    pictures
}

#[test]
fn names_never_overlap_and_leave_room_for_a_line() {
    for (state, layout) in pictures() {
        let spots: Vec<_> = layout.spots.iter().flatten().collect();
        assert_eq!(spots.len(), state.shown().len());
        for (index, a) in spots.iter().enumerate() {
            assert!(a.end <= layout.size.0 && a.row < layout.size.1);
            for b in &spots[index + 1..] {
                assert!(a.col != b.col, "columns are not shared");
                let apart = a.end < b.col || b.end < a.col;
                assert!(a.row != b.row || apart, "{a:?} {b:?}");
            }
        }
    }
}

#[test]
fn models_lie_in_their_lane_and_in_the_order_of_time() {
    for (state, layout) in pictures() {
        let mut last = None;
        for model in state.shown() {
            let spot = layout.spots[model].expect("a place");
            let word = state.family().models[model].lane(state.lanes);
            let lane = layout.lanes.iter().find(|lane| lane.word == word).expect("a lane");
            assert!((lane.first..lane.first + lane.rows).contains(&spot.row));
            assert!(last.is_none_or(|last| last < spot.col));
            last = Some(spot.col);
        }
        let apart = |pair: &[super::layout::Lane]| pair[0].first + pair[0].rows <= pair[1].first;
        assert!(layout.lanes.windows(2).all(apart));
    }
}

#[test]
fn every_line_between_shown_models_runs_from_its_parent_to_its_child() {
    for (state, layout) in pictures() {
        let (family, shown) = (state.family(), state.shown());
        let both = |line: &&super::Line| shown.contains(&line.parent) && shown.contains(&line.child);
        assert_eq!(layout.routes.len(), family.lines.iter().filter(both).count());
        let chosen = state.chosen().expect("a model");
        let cells = grid(family, &layout, &family.path(chosen));
        for route in &layout.routes {
            let line = family.lines[route.line];
            let (parent, child) = (layout.spots[line.parent].expect("one"), layout.spots[line.child].expect("one"));
            let (first, last) = (cells_of(route)[0].0, cells_of(route).last().expect("a cell").0);
            match route.way {
                Way::Straight => assert!(first.1 == parent.row && first.0 >= parent.end.min(last.0)),
                Way::Down => assert_eq!(first, (parent.col, parent.row + 1)),
                Way::Up => assert_eq!(first, (parent.col, parent.row - 1)),
            }
            assert_eq!(last, (child.col - 1, child.row));
            // No name lies over its end, and what is drawn there leads into the child.
            assert!(!layout.spots.iter().flatten().any(|s| s.row == last.1 && (s.col..s.end).contains(&last.0)));
            assert!(cells[&last].ways & RIGHT != 0);
        }
    }
}

#[test]
fn lines_go_behind_no_name_on_their_row() {
    for (state, layout) in pictures() {
        for route in &layout.routes {
            let names = layout.spots.iter().flatten().filter(|spot| spot.row == route.to.1);
            let turn = route.from.0;
            let hidden = names.filter(|spot| spot.end > turn && spot.col <= route.to.0).count();
            assert_eq!(hidden, 0, "{:?}", state.family().lines[route.line]);
        }
    }
}

#[test]
fn the_picture_is_the_same_every_time_and_fits_where_it_can() {
    let window = (106, 27);
    let built_on = || {
        let mut state = state();
        state.command(Action::Ideas.into());
        state.layout(window)
    };
    assert!(built_on().size.0 <= 106 && built_on().size.1 <= 27, "{:?}", built_on().size);
    let (a, b) = (state().layout(window), state().layout(window));
    assert!(a.routes.len() > built_on().routes.len());
    assert_eq!((&a.spots, &a.routes, &a.lanes), (&b.spots, &b.routes, &b.lanes));
    assert!(a.size.0 <= 106 && a.size.1 <= 45, "{:?}", a.size);
    let years: Vec<u16> = a.quarters.iter().filter_map(|(year, _)| *year).collect();
    assert_eq!(years, [2019, 2020, 2021, 2022, 2023]);
}

#[test]
fn lines_that_do_not_belong_together_never_touch() {
    let state = state();
    let layout = state.layout((106, 27));
    let cells = grid(state.family(), &layout, &BTreeSet::new());
    for (place, stroke) in &cells {
        for (index, (parent, child)) in stroke.of.iter().enumerate().skip(1) {
            let joined = stroke.of[..index].iter().any(|(p, c)| p == parent || c == child);
            assert!(joined, "{place:?} {stroke:?}");
        }
    }
}

#[test]
fn keys_follow_the_lines_of_descent_and_come_back() {
    let mut state = at("gpt-3");
    state.command(Action::MoveLeft.into());
    assert_eq!(id(&state), "gpt-2");
    state.command(Action::MoveRight.into());
    assert_eq!(id(&state), "gpt-3");
    state.command(Action::NextParent.into());
    state.command(Action::MoveLeft.into());
    assert_eq!(id(&state), "sparse-transformer");
    state.command(Action::MoveRight.into());
    let first = state.next_child();
    state.command(Action::NextChild.into());
    assert_ne!(state.next_child(), first);
    state.command(Action::MoveRight.into());
    assert!(
        state
            .family()
            .parents(state.chosen().expect("one"))
            .any(|line| state.family().models[line.parent].id == "gpt-3")
    );
    assert_eq!(at("gpt-4").command(Action::MoveLeft.into()), Asked::Nothing);
}

#[test]
fn neighbours_in_time_first_last_and_the_card() {
    let mut state = state();
    assert_eq!(id(&state), "bert");
    state.command(Action::MoveUp.into());
    assert_eq!(id(&state), "bert");
    state.command(Action::MoveDown.into());
    assert_eq!(id(&state), "transformer-xl");
    state.command(Action::End.into());
    assert_eq!(id(&state), "koala");
    assert_eq!(state.command(Action::Into.into()), Asked::Card("koala".to_owned()));
}

#[test]
fn one_lane_alone_and_all_again() {
    let mut state = at("t5");
    state.command(Action::OnlyLane.into());
    assert_eq!((state.only().map(|word| word.id), id(&state)), (Some("encoder"), "bert"));
    assert!(state.shown().len() < state.family().models.len());
    // Following a line out of the lane shows all lanes again.
    state.command(Action::End.into());
    state.choose_id("t5");
    assert_eq!((state.only(), id(&state)), (None, "t5"));
    state.command(Action::GroupBy.into());
    assert_eq!((state.lanes, state.words().len()), (Facet::Section, 6));
    (0..7).for_each(|_| drop(state.command(Action::OnlyLane.into())));
    assert_eq!(state.only(), None);
}

#[test]
fn the_path_is_what_was_built_and_what_was_taken_at_first_hand() {
    let state = at("gpt-3");
    let family = state.family();
    let path = family.path(state.chosen().expect("one"));
    let has = |parent: &str, child: &str| {
        path.iter().any(|&at| {
            let line = family.lines[at];
            family.models[line.parent].id == parent && family.models[line.child].id == child
        })
    };
    assert!(has("gpt-2", "gpt-3") && has("sparse-transformer", "gpt-3") && has("gpt-3", "instructgpt"));
    assert!(has("gpt-3", "gpt-j") && !has("gpt-2", "ctrl") && !has("bert", "roberta"));
}

#[test]
fn a_circle_or_nothing_at_all_is_no_reason_to_fail() {
    let nothing = Family::of(&[]);
    assert_eq!(super::layout(&nothing, &[], Facet::Kind, true, (80, 20)).size, (0, 0));
    let catalog = Catalog::built_in();
    let (mut a, mut b) = (catalog.entry("t5").expect("one").clone(), catalog.entry("t5-v1.1").expect("one").clone());
    a.lineage = b.lineage.clone();
    a.lineage[0].from = Some(b.head.id.clone());
    b.lineage[0].from = Some(a.head.id.clone());
    let family = Family::of(&[&a, &b]);
    assert_eq!((family.models.len(), family.lines.len()), (2, 1));
    let layout = super::layout(&family, &[0, 1], Facet::Kind, true, (30, 5));
    assert_eq!(layout.routes.len(), 1);
}
