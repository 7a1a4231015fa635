//! The attention screen.

use super::{derive, meant, numbers, word_of};
use crate::app::address::spots::key;
use crate::app::address::{Address, Arrival, Expects, Part, Step};
use crate::app::attention::{Paint, Reach, Size, THRESHOLDS, Top, View};
use crate::app::explorer::App;
use crate::app::{Trail, Word};
use crate::explore::{Pass, Preset};
use crate::tape::Attention;

const VIEWS: [(&str, View); 3] = [("map", View::Map), ("lines", View::Lines), ("mask", View::Mask)];
const REACHES: [(&str, Reach); 3] = [("head", Reach::Head), ("layer", Reach::Layer), ("all", Reach::All)];
/// The widest window that can be painted.
const WIDEST: usize = 512;
const SIZES: [(&str, Size); 12] = [
    ("fit", Size::Fit),
    ("large", Size::Large),
    ("small", Size::Small),
    ("blocks-2", Size::Blocks(2)),
    ("blocks-4", Size::Blocks(4)),
    ("blocks-8", Size::Blocks(8)),
    ("blocks-16", Size::Blocks(16)),
    ("blocks-32", Size::Blocks(32)),
    ("blocks-64", Size::Blocks(64)),
    ("blocks-128", Size::Blocks(128)),
    ("blocks-256", Size::Blocks(256)),
    ("blocks-512", Size::Blocks(512)),
];

/// Which head is shown, and how.
pub static HEAD: Part = Part {
    keys: &[
        key("stream", Expects::Text),
        key("layer", Expects::Number),
        key("head", Expects::Number),
        key("view", Expects::Words(&["map", "lines", "mask"])),
        key("average", Expects::On),
        key(
            "zoom",
            Expects::Words(&[
                "fit",
                "large",
                "small",
                "blocks-2",
                "blocks-4",
                "blocks-8",
                "blocks-16",
                "blocks-32",
                "blocks-64",
                "blocks-128",
                "blocks-256",
                "blocks-512",
            ]),
        ),
        key("numbers", Expects::On),
        key("top", Expects::Decimal),
        key("threshold", Expects::Decimal),
        key("paint", Expects::Words(&["head", "layer", "all"])),
        key("width", Expects::Number),
        key("preset", Expects::Text),
    ],
    take,
    put,
};

fn take(app: &App, address: &mut Address) {
    let (state, Some(pass)) = (&app.attention, app.shown()) else { return };
    if let Some(attention) = state.attention(pass) {
        if pass.streams().len() > 1 {
            address.set("stream", attention.stream());
        }
        address.set("layer", attention.layer);
        address.set("head", state.head);
    }
    address.set_unless("view", word_of(&VIEWS, state.view), "map");
    address.set_on("average", state.average);
    address.set_unless("zoom", word_of(&SIZES, state.size), "fit");
    address.set_on("numbers", state.numbers);
    address.set_unless("top", state.top.weight(), 1.0);
    if state.threshold != 0 {
        address.set("threshold", THRESHOLDS[state.threshold]);
    }
    if state.paint.open {
        address.set("paint", word_of(&REACHES, state.paint.reach));
        address.set_unless("width", state.paint.width, Paint::default().width);
        if let Some(preset) = state.paint.preset {
            address.set("preset", preset.id());
        }
    }
}

fn put(app: &mut App, arrival: &mut Arrival) -> Step {
    let Some(pass) = app.shown().cloned() else { return Step::Done };
    let index = index(&pass, arrival);
    let (state, address) = (&mut app.attention, &arrival.address);
    state.trail = Trail::default();
    state.view = address.get("view").and_then(|view| meant(&VIEWS, view)).unwrap_or_default();
    state.average = address.is_on("average");
    state.size = address.get("zoom").and_then(|size| meant(&SIZES, size)).unwrap_or_default();
    state.numbers = address.is_on("numbers");
    let top = address.decimal("top").unwrap_or(1.0);
    state.top = (0..=8).map(Top).rev().find(|known| known.weight() >= top).unwrap_or_default();
    let threshold = address.decimal("threshold").unwrap_or(THRESHOLDS[0]);
    state.threshold = THRESHOLDS.iter().rposition(|&known| known <= threshold).unwrap_or(0);
    state.paint = painted(address);
    state.index = index.unwrap_or(state.index);
    let heads = pass.attentions.get(state.index).map_or(0, |attention| attention.heads);
    state.head = arrival.place("head", heads).unwrap_or(state.head.min(heads.saturating_sub(1)));
    Step::Done
}

/// Whether the mask is being painted, and how.
fn painted(address: &Address) -> Paint {
    let mut paint = Paint::default();
    if let Some(reach) = address.get("paint").and_then(|reach| meant(&REACHES, reach)) {
        (paint.open, paint.reach) = (true, reach);
    }
    paint.width = address.number("width").unwrap_or(paint.width).clamp(1, WIDEST);
    paint.preset = address.get("preset").and_then(Preset::of);
    paint
}

/// The attention of the layer and stream that are named.
fn index(pass: &Pass, arrival: &mut Arrival) -> Option<usize> {
    let asked = arrival.address.get("stream").map(str::to_owned);
    let streams = pass.streams();
    let stream = match &asked {
        Some(asked) if !streams.contains(&asked.as_str()) => {
            arrival.misfit(Word::AddressNoStream, &[asked, &streams.join(", ")]);
            streams.first().copied()?
        }
        Some(asked) => asked.as_str(),
        None => streams.first().copied()?,
    };
    let of_stream = |(_, attention): &(usize, &Attention)| attention.stream() == stream;
    let layers: Vec<usize> = pass.attentions.iter().enumerate().filter(of_stream).map(|(index, _)| index).collect();
    let layer = arrival.place("layer", layers.len())?;
    layers.get(layer).copied()
}

/// The derivations that are open below the map.
pub static DERIVATION: Part = Part {
    keys: &[key("derivation", Expects::Numbers)],
    take: |app, address| {
        address.set_list("derivation", app.attention.trail.steps().iter().map(|(_, chosen)| *chosen));
    },
    put: |app, arrival| {
        let Some(choices) = arrival.address.get("derivation").map(numbers) else { return Step::Done };
        derive(app, &choices, |app| {
            let Some(pass) = app.shown().cloned() else { return };
            if let Some((node, cell)) = app.attention.cell(&pass, &app.cursor) {
                app.attention.trail = Trail::of(&pass.record, node, &cell);
            }
        })
    },
};
