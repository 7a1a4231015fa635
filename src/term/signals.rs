//! Signals as events.

use super::events::{End, Event, Waker};
use signal_hook::{
    consts::{SIGCONT, SIGHUP, SIGINT, SIGTERM, SIGTSTP},
    iterator::Signals,
    low_level,
};
use std::{io, thread};

/// Starts the thread that turns signals into events.
pub(super) fn listen<W: Send + 'static>(waker: Waker<W>) -> io::Result<()> {
    let mut signals = Signals::new([SIGTERM, SIGHUP, SIGINT, SIGTSTP, SIGCONT])?;
    thread::Builder::new().name("signals".into()).spawn(move || {
        for signal in signals.forever() {
            let event = match signal {
                SIGTSTP => Event::Suspend,
                SIGCONT => Event::Resume,
                signal => Event::Quit(End::Signal(signal)),
            };
            if !waker.send(event) {
                break;
            }
        }
    })?;
    Ok(())
}

/// Stops this process as Ctrl-Z does; returns when it is let go on.
pub(super) fn stop() -> io::Result<()> {
    low_level::emulate_default_handler(SIGTSTP)
}
