//! Addresses: one line that says what a screen shows, so that a lecture or an issue can point at a picture.
//!
//! `headscope:attention/gpt-2,text=Anna+and+Tom,layer=2,head=0,query=5,key=3`: the place, the model, then what is set
//! there, each by its name. The line needs no quotes in a shell; the form of web addresses
//! (`…/gpt-2?text=Anna%20and%20Tom&layer=2`) is read as well. What an address can say of a place stands in one table,
//! `spots.rs`: a view that comes later adds its part there.

mod arrive;
mod encode;
mod error;
mod parse;
mod parts;
mod spots;
#[cfg(test)]
mod tests;

pub use arrive::Arrival;
pub use error::AddressError;
pub use spots::{Expects, Key, Part, Spot, Step, spot};

use std::fmt;

/// What every address begins with.
pub const SCHEME: &str = "headscope:";

/// A place with all that decides what it shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    place: &'static str,
    /// The id of a mini or of an entry, or the path of a checkpoint directory; none where any model will do.
    pub model: Option<String>,
    /// What is set, in the order of the place's keys.
    values: Vec<(&'static str, String)>,
}

impl Address {
    /// The address of a place with nothing set.
    pub fn of(spot: &Spot, model: Option<String>) -> Self {
        Self { place: spot.name, model, values: Vec::new() }
    }

    /// The name of the place.
    pub fn place(&self) -> &'static str {
        self.place
    }

    /// What a key is set to.
    pub fn get(&self, key: &str) -> Option<&str> {
        self.values.iter().find(|(name, _)| *name == key).map(|(_, value)| value.as_str())
    }

    /// The number that a key is set to.
    pub fn number(&self, key: &str) -> Option<usize> {
        self.get(key)?.parse().ok()
    }

    /// The decimal number that a key is set to.
    pub fn decimal(&self, key: &str) -> Option<f32> {
        self.get(key)?.parse().ok()
    }

    /// Whether a key is set to `on`.
    pub fn is_on(&self, key: &str) -> bool {
        self.get(key) == Some("on")
    }

    /// The items of a list.
    pub fn list(&self, key: &str) -> Vec<&str> {
        self.get(key).map_or_else(Vec::new, |list| list.split_whitespace().collect())
    }

    /// Sets a key of the place; one that the place does not have is not kept.
    pub fn set(&mut self, key: &str, value: impl fmt::Display) {
        let Some(spot) = spot(self.place) else { return };
        let order = |name: &str| spot.keys().position(|key| key.name == name);
        let Some(known) = spot.keys().find(|known| known.name == key) else { return };
        self.values.retain(|(name, _)| *name != key);
        self.values.push((known.name, value.to_string()));
        self.values.sort_by_key(|(name, _)| order(name));
    }

    /// Sets a key where the value is not the usual one.
    pub fn set_unless<T: Copy + PartialEq + fmt::Display>(&mut self, key: &str, value: T, usual: T) {
        if value != usual {
            self.set(key, value);
        }
    }

    /// Sets a key to `on` where that is so.
    pub fn set_on(&mut self, key: &str, on: bool) {
        if on {
            self.set(key, "on");
        }
    }

    /// Puts another text, as it is typed, in the place of that of the address.
    pub fn set_text(&mut self, line: &str) {
        self.forget_text();
        self.set("text", line);
    }

    /// Leaves the text open.
    pub fn forget_text(&mut self) {
        self.values.retain(|(name, _)| !["text", "pair", "target"].contains(name));
    }

    /// Sets a list where it is not empty.
    pub fn set_list<T: fmt::Display>(&mut self, key: &str, items: impl IntoIterator<Item = T>) {
        let items: Vec<String> = items.into_iter().map(|item| item.to_string()).collect();
        if !items.is_empty() {
            self.set(key, items.join(" "));
        }
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{SCHEME}{}", self.place)?;
        if let Some(model) = &self.model {
            write!(f, "/{}", encode::encoded(model))?;
        }
        self.values.iter().try_for_each(|(key, value)| write!(f, ",{key}={}", encode::encoded(value)))
    }
}
