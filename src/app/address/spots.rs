//! The table of places that have an address, and what an address can say of each.
//!
//! To add a view: a [`Part`] with its keys, how they are read off the app, and how they are put back; it goes into the
//! list of the places that have it. A new place is a line of [`SPOTS`], a new panel a line of `parts::panel::PANELS`.

use std::fmt;

use super::parts::{
    attention, catalogue, compare, edits, fill, model, panel, steps, text, timeline, tokenization, writing,
};
use super::{Address, Arrival};
use crate::app::explorer::{App, Effect};
use crate::app::{Place, Screen};
use crate::models::Predicts;

/// What the value of a key has to be.
#[derive(Clone, Copy, Debug)]
pub enum Expects {
    /// A whole number from 0.
    Number,
    /// A whole number, below 0 too.
    Signed,
    /// A number that may have a fraction.
    Decimal,
    /// Whole numbers from 0, parted by blanks.
    Numbers,
    /// `on`.
    On,
    /// One of these words.
    Words(&'static [&'static str]),
    /// Any text.
    Text,
}

impl Expects {
    /// Whether a value is of this kind.
    pub fn fits(self, value: &str) -> bool {
        match self {
            Self::Number => is_number(value),
            Self::Signed => is_number(value.strip_prefix('-').unwrap_or(value)),
            Self::Decimal => value.parse::<f32>().is_ok_and(f32::is_finite),
            Self::Numbers => value.split(' ').all(is_number),
            Self::On => value == "on",
            Self::Words(words) => words.contains(&value),
            Self::Text => true,
        }
    }
}

/// Figures alone, and not too many for any counter.
fn is_number(value: &str) -> bool {
    value.bytes().all(|byte| byte.is_ascii_digit()) && value.parse::<u64>().is_ok()
}

impl fmt::Display for Expects {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number => f.write_str("a whole number from 0 on"),
            Self::Signed => f.write_str("a whole number"),
            Self::Decimal => f.write_str("a number like 0.8"),
            Self::Numbers => f.write_str("whole numbers with + between them"),
            Self::On => f.write_str("on"),
            Self::Words(words) => write!(f, "one of {}", words.join(", ")),
            Self::Text => f.write_str("a text"),
        }
    }
}

/// What can be set.
#[derive(Clone, Copy, Debug)]
pub struct Key {
    /// Its name in addresses; it never changes.
    pub name: &'static str,
    /// What its value has to be.
    pub expects: Expects,
}

/// A key.
pub const fn key(name: &'static str, expects: Expects) -> Key {
    Key { name, expects }
}

/// How far putting a part back has come.
pub enum Step {
    /// It is as the address says, or as near as this model and text allow.
    Done,
    /// Something has to come first; the part is asked again when anything has come.
    Wait(Vec<Effect>),
}

/// Some keys that belong together.
pub struct Part {
    /// Which.
    pub keys: &'static [Key],
    /// Sets in an address what the app shows.
    pub take: fn(&App, &mut Address),
    /// Makes the app show what the address of an arrival says; called again after each wait.
    pub put: fn(&mut App, &mut Arrival) -> Step,
}

/// A place that has an address.
pub struct Spot {
    /// Its name in addresses; it never changes.
    pub name: &'static str,
    /// The places that it is, panels left aside.
    pub places: &'static [Place],
    /// Opens it, whatever it shows then.
    pub open: fn(&mut App),
    /// What can be set, in the order in which it has to be put back.
    pub parts: &'static [&'static Part],
}

impl Spot {
    /// All that can be set.
    pub fn keys(&self) -> impl Iterator<Item = &'static Key> {
        self.parts.iter().flat_map(|part| part.keys)
    }

    /// The names of the keys, for people.
    pub fn key_names(&self) -> String {
        self.keys().map(|key| key.name).collect::<Vec<_>>().join(", ")
    }
}

/// The place of a name.
pub fn spot(name: &str) -> Option<&'static Spot> {
    SPOTS.iter().find(|spot| spot.name == name)
}

/// The spot that a place, panels left aside, is.
pub fn at(place: Place) -> Option<&'static Spot> {
    SPOTS.iter().find(|spot| spot.places.contains(&place))
}

/// Every place that has an address.
pub static SPOTS: &[Spot] = &[
    Spot {
        name: "catalogue",
        places: &[Place::Catalogue, Place::CatalogueFilter],
        open: |app| {
            app.shell.screen = Screen::Catalogue;
            (app.catalogue.survey, app.catalogue.filtering) = (None, false);
        },
        parts: &[&text::TEXT, &catalogue::LIST, &panel::PANEL, &tokenization::TOKENIZATION],
    },
    Spot {
        name: "compare",
        places: &[Place::Compare],
        open: |app| app.shell.screen = Screen::Compare,
        parts: &[&text::TEXT, &compare::COMPARE, &panel::PANEL, &tokenization::TOKENIZATION],
    },
    Spot {
        name: "survey",
        places: &[Place::Survey],
        open: |app| app.shell.screen = Screen::Catalogue,
        parts: &[&text::TEXT, &catalogue::SURVEY, &model::SCROLL, &panel::PANEL, &tokenization::TOKENIZATION],
    },
    Spot {
        name: "card",
        places: &[Place::Card],
        open: |app| app.shell.screen = Screen::Model,
        parts: &[&text::TEXT, &catalogue::CARD, &model::SCROLL, &panel::PANEL, &tokenization::TOKENIZATION],
    },
    Spot {
        name: "estimates",
        places: &[Place::Estimates],
        open: |app| app.shell.screen = Screen::Model,
        parts: &[&text::TEXT, &catalogue::CARD, &catalogue::ESTIMATES, &panel::PANEL, &tokenization::TOKENIZATION],
    },
    Spot {
        name: "timeline",
        places: &[Place::Timeline],
        open: |app| app.shell.screen = Screen::Timeline,
        parts: &[&text::TEXT, &timeline::TIMELINE, &panel::PANEL, &tokenization::TOKENIZATION],
    },
    Spot {
        name: "model",
        places: &[Place::Model],
        open: |app| {
            app.shell.screen = Screen::Model;
            (app.catalogue.opened, app.objective.open) = (None, false);
        },
        parts: &[&text::TEXT, &edits::EDITS, &model::SCROLL, &model::DRAWN, &panel::PANEL, &tokenization::TOKENIZATION],
    },
    Spot {
        name: "objective",
        places: &[Place::Objective],
        open: |app| {
            app.shell.screen = Screen::Model;
            (app.catalogue.opened, app.objective.open) = (None, true);
        },
        parts: &[&text::TEXT, &model::OBJECTIVE, &model::SCROLL, &panel::PANEL, &tokenization::TOKENIZATION],
    },
    Spot {
        name: "steps",
        places: &[Place::Steps],
        open: |app| (app.shell.screen, app.writing) = (Screen::Steps, false),
        parts: &[
            &text::TEXT,
            &edits::EDITS,
            &steps::STEP,
            &text::CURSOR,
            &steps::DERIVATION,
            &panel::PANEL,
            &tokenization::TOKENIZATION,
        ],
    },
    Spot {
        name: "attention",
        places: &[Place::Attention, Place::AttentionLines],
        open: |app| (app.shell.screen, app.writing) = (Screen::Attention, false),
        parts: &[
            &text::TEXT,
            &edits::EDITS,
            &attention::HEAD,
            &text::CELL,
            &attention::DERIVATION,
            &panel::PANEL,
            &tokenization::TOKENIZATION,
        ],
    },
    Spot {
        name: "writing",
        places: &[Place::Decode],
        open: |app| (app.shell.screen, app.writing) = (Screen::Steps, app.predicts() != Predicts::Nothing),
        parts: &[&writing::SAMPLING, &text::TEXT, &writing::WRITTEN, &panel::PANEL, &tokenization::TOKENIZATION],
    },
    Spot {
        name: "filling",
        places: &[Place::Fill],
        open: |app| (app.shell.screen, app.writing) = (Screen::Steps, app.predicts() != Predicts::Nothing),
        parts: &[&text::TEXT, &edits::EDITS, &fill::FILL, &panel::PANEL, &tokenization::TOKENIZATION],
    },
];
