//! What can be wrong with an address.

/// Why a line is no address.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AddressError {
    /// It does not begin like one.
    #[error("{line:?} is no address: expected headscope:PLACE/MODEL,KEY=VALUE,…, as the key y copies it")]
    Scheme {
        /// The line.
        line: String,
    },
    /// There is no such place.
    #[error("the address names the place {place:?} (character {at}); there are {known}")]
    Place {
        /// What stands there.
        place: String,
        /// The character at which it begins, from 1.
        at: usize,
        /// The names of places.
        known: String,
    },
    /// A slash, and no model behind it.
    #[error("the address names no model behind the slash (character {at}): expected the id of a mini or a path")]
    Model {
        /// The character at which it should begin.
        at: usize,
    },
    /// A part that sets nothing.
    #[error("{part:?} in the address (character {at}) sets nothing: expected KEY=VALUE")]
    Part {
        /// What stands there.
        part: String,
        /// The character at which it begins.
        at: usize,
    },
    /// The place has no such key.
    #[error("the address sets {key:?} (character {at}), which {place} does not have; it has {known}")]
    Key {
        /// What stands there.
        key: String,
        /// The character at which it begins.
        at: usize,
        /// The place.
        place: &'static str,
        /// The keys that it has.
        known: String,
    },
    /// A key that is set twice.
    #[error("the address sets {key:?} twice (character {at}); once is enough")]
    Twice {
        /// The key.
        key: &'static str,
        /// The character at which it stands again.
        at: usize,
    },
    /// A value that the key cannot have.
    #[error("the address sets {key} to {value:?} (character {at}); expected {expected}")]
    Value {
        /// The key.
        key: &'static str,
        /// What stands there.
        value: String,
        /// The character at which it begins.
        at: usize,
        /// What was expected.
        expected: String,
    },
    /// A percent sign without a code.
    #[error("{code:?} in the address (character {at}) is no code: expected % and two figures 0-9 A-F, UTF-8 in all")]
    Code {
        /// What stands there.
        code: String,
        /// The character at which it stands, or at which the text with it begins.
        at: usize,
    },
}
