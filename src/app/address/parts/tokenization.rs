//! The way from the text to its tokens, over any place.

use crate::app::Word;
use crate::app::address::spots::key;
use crate::app::address::{Address, Arrival, Expects, Part, Step};
use crate::app::explorer::App;

/// Whether it is open, by which tokenizer, and where its cursor is.
pub static TOKENIZATION: Part = Part {
    keys: &[
        key("tokenization", Expects::Words(&["steps", "all"])),
        key("tokenizer", Expects::Text),
        key("word", Expects::Number),
        key("word_step", Expects::Number),
    ],
    take,
    put,
};

fn take(app: &App, address: &mut Address) {
    let state = &app.tokenization;
    if !state.open {
        return;
    }
    address.set("tokenization", if state.all { "all" } else { "steps" });
    // Before anything was cut there is no more to say.
    let Some(shown) = &state.shown else { return };
    if let Some(shelved) = shown.shelf.0.get(state.chosen).filter(|_| state.chosen > 0) {
        address.set("tokenizer", &shelved.name);
    }
    address.set("word", state.word);
    address.set_unless("word_step", state.step, 0);
}

/// The tokenizers at hand come first, then the words as the chosen one cuts them, then the cursor.
fn put(app: &mut App, arrival: &mut Arrival) -> Step {
    let Some(how) = arrival.address.get("tokenization") else { return Step::Done };
    let all = how == "all";
    if !arrival.asked {
        app.tokenization.open_at(0, 0);
        (app.tokenization.all, app.tokenization.chosen) = (all, 0);
    }
    if let (Some(shown), Some(name)) = (app.tokenization.shown.clone(), arrival.address.get("tokenizer")) {
        match shown.shelf.0.iter().position(|shelved| shelved.name == name) {
            Some(place) => app.tokenization.chosen = place,
            None if app.lacks_tokenization() => {}
            None => {
                let name = name.to_owned();
                arrival.misfit(Word::AddressNoTokenizer, &[&name]);
            }
        }
    }
    if app.lacks_tokenization() {
        return Step::Wait(app.follow_tokenization());
    }
    let words = app.tokenization.words().len();
    let word = arrival.place("word", words.max(1)).unwrap_or(0);
    app.tokenization.go_to(word, 0);
    let steps = app.tokenization.steps();
    let step = arrival.place("word_step", steps).unwrap_or(0);
    app.tokenization.go_to(word, step);
    Step::Done
}
