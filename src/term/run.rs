//! The loop: wait, take everything that happened, draw once.

use super::{
    events::{End, Event, Events},
    terminal::{self, Terminal},
};
use crate::app::{Code, Key};
use ratatui::Frame;
use std::{
    cell::{Cell, RefCell},
    io,
    panic::{self, AssertUnwindSafe, PanicHookInfo},
    thread,
    time::Duration,
};

/// What goes on after an event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Flow {
    /// Draw and go on.
    Go,
    /// End.
    Quit,
    /// Take the mouse or give it back, draw and go on.
    Mouse(bool),
    /// Put a text on the clipboard, draw and go on.
    Copy(String),
}

/// What the loop runs.
pub trait Program {
    /// What workers report.
    type Message: Send + 'static;

    /// Draws everything.
    fn draw(&mut self, frame: &mut Frame<'_>);

    /// Something happened.
    fn handle(&mut self, event: Event<Self::Message>) -> Flow;

    /// How long to wait for the next thing; `None` waits for ever and takes no time of the processor.
    fn patience(&self) -> Option<Duration> {
        None
    }
}

/// Runs a program until it ends, and says why it did.
///
/// # Errors
/// Where the terminal fails.
pub fn run<P: Program>(program: &mut P, terminal: &mut Terminal, events: &Events<P::Message>) -> io::Result<End> {
    loop {
        let end = match round(program, terminal, events) {
            Ok(None) => continue,
            Ok(Some(end)) => end,
            // A terminal that is gone cannot be drawn on.
            Err(error) => match events.reason(std::iter::empty()) {
                End::NoTerminal => return Err(error),
                end => end,
            },
        };
        return Ok(if terminal::is_broken() { End::Panic } else { end });
    }
}

/// One frame, and what happens after it.
fn round<P: Program>(program: &mut P, terminal: &mut Terminal, events: &Events<P::Message>) -> io::Result<Option<End>> {
    terminal.draw(|frame| {
        super::panic_if_asked("draw");
        program.draw(frame);
    })?;
    let mut all = events.next(program.patience()).into_iter();
    while let Some(event) = all.next() {
        match step(program, terminal, event) {
            Ok(None) => {}
            Ok(Some(End::NoTerminal)) => return Ok(Some(events.reason(all))),
            Ok(end) => return Ok(end),
            // The signal that says why may have been taken already: with SIGHUP comes SIGCONT, in any order.
            Err(error) => match events.reason(all) {
                End::NoTerminal => return Err(error),
                end => return Ok(Some(end)),
            },
        }
    }
    Ok(None)
}

fn step<P: Program>(program: &mut P, terminal: &mut Terminal, event: Event<P::Message>) -> io::Result<Option<End>> {
    const STOP: Key = Key { code: Code::Char('z'), ctrl: true, alt: false, shift: false };
    match event {
        Event::Quit(end) => return Ok(Some(end)),
        Event::Suspend | Event::Key(STOP) => terminal.suspend()?,
        Event::Resume => terminal.resume()?,
        event => match program.handle(event) {
            Flow::Go => {}
            Flow::Quit => return Ok(Some(End::Quit)),
            Flow::Mouse(taken) => terminal.set_mouse(taken)?,
            Flow::Copy(text) => terminal.copy(&text)?,
        },
    }
    Ok(None)
}

thread_local! {
    static CATCHES: Cell<bool> = const { Cell::new(false) };
    static REPORT: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// Whether the thread that panics catches it itself; its report is then kept for it.
pub(super) fn is_caught(info: &PanicHookInfo<'_>) -> bool {
    let caught = CATCHES.with(Cell::get);
    if caught {
        REPORT.with(|report| *report.borrow_mut() = Some(info.to_string()));
    }
    caught
}

/// Runs work on a thread of its own; a panic in it becomes the `Err` that `done` gets, with its message and place.
///
/// # Errors
/// Where no thread can be had.
pub fn spawn_worker<T: 'static>(
    name: &str,
    work: impl FnOnce() -> T + Send + 'static,
    done: impl FnOnce(Result<T, String>) + Send + 'static,
) -> io::Result<()> {
    let run = move || {
        CATCHES.with(|catches| catches.set(true));
        let result = panic::catch_unwind(AssertUnwindSafe(work));
        CATCHES.with(|catches| catches.set(false));
        done(result.map_err(|_| REPORT.with(|report| report.borrow_mut().take()).unwrap_or_default()));
    };
    thread::Builder::new().name(name.into()).spawn(run).map(|_| ())
}
