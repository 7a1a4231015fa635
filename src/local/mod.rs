//! What lies on this machine: checkpoints in the Hugging Face cache, and whether they can be opened.
//!
//! A cache may be large, half-downloaded or hostile. Names alone are read, and of each checkpoint its `config.json`; every
//! list is bounded, nothing is walked deeper than the layout of the cache says, and a name is never made a path unless it
//! is one that the hub gives.

mod hub;
mod judge;

pub use hub::{Hub, Scan, is_name, repository_of};
pub use judge::{Found, Why};
