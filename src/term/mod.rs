//! The terminal itself: taking it, giving it back whatever happens, and the one channel of events.

mod clipboard;
pub mod depth;
mod events;
mod input;
mod run;
#[cfg(unix)]
mod signals;
mod terminal;

pub use depth::{ColorChoice, Refusal};
pub use events::{End, Event, Events, Mouse, MouseKind, Waker};
pub use run::{Flow, Program, run, spawn_worker};
pub use terminal::{Options, Terminal, restore};

/// Forces a panic where a test asked for one, so that it can see the terminal come back. Debug builds only.
pub fn panic_if_asked(place: &str) {
    #[cfg(debug_assertions)]
    {
        let asked = std::env::var("HEADSCOPE_PANIC").is_ok_and(|wanted| wanted == place);
        assert!(!asked, "a panic in {place}, as HEADSCOPE_PANIC asked");
    }
    #[cfg(not(debug_assertions))]
    let _ = place;
}
