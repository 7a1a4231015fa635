//! Writing token by token.

use super::{meant, numbers, word_of};
use crate::app::address::spots::key;
use crate::app::address::{Address, Arrival, Expects, Part, Step};
use crate::app::decode::Setting;
use crate::app::explorer::App;
use crate::app::{Word, Work};
use crate::explore::Sampling;

const SETTINGS: [(&str, Setting); 3] =
    [("temperature", Setting::Temperature), ("top_k", Setting::TopK), ("top_p", Setting::TopP)];

/// How tokens are chosen.
pub static SAMPLING: Part = Part {
    keys: &[
        key("temperature", Expects::Decimal),
        key("top_k", Expects::Number),
        key("top_p", Expects::Decimal),
        key("seed", Expects::Number),
        key("setting", Expects::Words(&["temperature", "top_k", "top_p"])),
    ],
    take: take_sampling,
    put: |app, arrival| {
        let (usual, address) = (Sampling::default(), &arrival.address);
        app.decode.sampling = Sampling {
            temperature: address.decimal("temperature").unwrap_or(usual.temperature).clamp(0.0, 2.0),
            top_k: address.number("top_k").map(|kept| kept.max(1)).or(usual.top_k),
            top_p: address.decimal("top_p").unwrap_or(usual.top_p).clamp(0.01, 1.0),
            seed: address.number("seed").map_or(usual.seed, |seed| seed as u64),
        };
        app.decode.setting = address.get("setting").and_then(|word| meant(&SETTINGS, word)).unwrap_or_default();
        app.decode.playing = false;
        Step::Done
    },
};

fn take_sampling(app: &App, address: &mut Address) {
    let (sampling, usual) = (&app.decode.sampling, Sampling::default());
    address.set_unless("temperature", sampling.temperature, usual.temperature);
    if let Some(kept) = sampling.top_k {
        address.set("top_k", kept);
    }
    address.set_unless("top_p", sampling.top_p, usual.top_p);
    address.set_unless("seed", sampling.seed, usual.seed);
    address.set_unless("setting", word_of(&SETTINGS, app.decode.setting), "temperature");
}

/// The tokens that were written, whoever chose them, and the candidate under the cursor.
pub static WRITTEN: Part = Part {
    keys: &[key("written", Expects::Numbers), key("chosen", Expects::Number)],
    take: |app, address| {
        if let Some(decoding) = &app.decode.decoding {
            address.set_list("written", decoding.written());
        }
        address.set_unless("chosen", app.decode.chosen, 0);
    },
    put: put_written,
};

fn put_written(app: &mut App, arrival: &mut Arrival) -> Step {
    let (Some(subject), Some(decoding)) = (app.subject.clone(), app.decode.decoding.clone()) else {
        return Step::Done;
    };
    let wanted = arrival.address.get("written").map(numbers).unwrap_or_default();
    let written = decoding.written().len();
    let writes = app.job.as_ref().is_some_and(|job| matches!(job.work, Work::Write(..)));
    if writes {
        return Step::Wait(Vec::new());
    }
    if let Some(&id) = wanted.get(written) {
        let known = id < subject.sizes().vocabulary;
        // Where writing failed nothing more would come of trying again.
        let tried = app.fault.is_some();
        if known && !tried && !app.is_full() && app.ended().is_none() {
            let next = app.decode.with_sampling().map(|decoding| Work::Write(decoding, Some(id as u32)));
            return next.map_or(Step::Done, |work| Step::Wait(app.start(work)));
        }
        arrival.misfit(Word::AddressNotWritten, &[&id]);
    }
    let listed = app.decode.candidates().len();
    app.decode.chosen = arrival.place("chosen", listed).unwrap_or(0);
    Step::Done
}
