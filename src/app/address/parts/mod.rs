//! What an address can say of each place: how it is read off the app, and how it is put back.

pub mod attention;
pub mod catalogue;
pub mod compare;
pub mod edits;
pub mod fill;
mod followed;
pub mod model;
pub mod panel;
pub mod steps;
pub mod text;
pub mod timeline;
pub mod tokenization;
pub mod writing;

use super::Step;
use crate::app::explorer::{App, Effect};
use crate::app::{Place, Trail};

/// Opens the derivations of an address one from another: `2.0` is the third choice of the first, then the first.
fn derive(app: &mut App, choices: &[usize], begin: impl FnOnce(&mut App)) -> Step {
    let Some(pass) = app.shown().cloned() else { return Step::Done };
    let trail = |app: &App| {
        if app.screen_place() == Place::Steps { app.steps.trail.clone() } else { app.attention.trail.clone() }
    };
    if trail(app).is_empty() {
        begin(app);
    }
    loop {
        let now = trail(app);
        if now.is_waiting() {
            return Step::Wait(waiting(app, &pass));
        }
        let depth = now.steps().len();
        let Some(&choice) = depth.checked_sub(1).and_then(|last| choices.get(last)) else { return Step::Done };
        let trail: &mut Trail =
            if app.screen_place() == Place::Steps { &mut app.steps.trail } else { &mut app.attention.trail };
        trail.step(choice as isize);
        if depth == choices.len() || !trail.open(&pass.record) {
            return Step::Done;
        }
    }
}

fn waiting(app: &mut App, pass: &std::sync::Arc<crate::explore::Pass>) -> Vec<Effect> {
    app.open_hidden(pass)
}

/// The numbers of a list that is written as one.
fn numbers(list: &str) -> Vec<usize> {
    list.split(' ').filter_map(|number| number.parse().ok()).collect()
}

/// The place in a list of words.
fn word_of<T: Copy + PartialEq>(pairs: &[(&'static str, T)], value: T) -> &'static str {
    pairs.iter().find(|(_, known)| *known == value).map_or("", |(word, _)| word)
}

/// What a word stands for.
fn meant<T: Copy>(pairs: &[(&'static str, T)], word: &str) -> Option<T> {
    pairs.iter().find(|(known, _)| *known == word).map(|(_, value)| *value)
}
