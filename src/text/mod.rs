//! Text and its tokens: tokenizers as they come with a checkpoint, the tokens of a text with their places in it, and
//! how a token is shown.

mod build;
mod decode;
mod encoding;
mod error;
mod files;
mod guard;
mod kind;
mod label;
mod tokenizer;
mod trace;

#[cfg(test)]
mod hostile_tests;
#[cfg(test)]
mod tests;

pub use decode::Decoder;
pub use encoding::{Encoding, Token};
pub use error::TextError;
pub use guard::filter_panics;
pub use kind::{Kind, Style};
pub use label::{fit, label, spelled, width};
pub use tokenizer::{Special, Tokenizer};
pub use trace::{
    BestPath, LongestMatch, Merge, Merges, Origin, Path, Piece, Place, State, Symbol, Trace, Try, Unmatched, Way,
    WayIn, Word,
};

/// What every fallible call of this module returns.
pub type Result<T, E = TextError> = std::result::Result<T, E>;
