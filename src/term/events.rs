//! One channel for everything that can happen.

use super::input;
use crate::app::Key;
use std::{
    io::{self, IsTerminal},
    sync::{
        Mutex,
        mpsc::{self, Receiver, RecvTimeoutError, Sender},
    },
    thread,
    time::{Duration, Instant},
};

/// Something that happened. `W` is what workers report.
#[derive(Clone, Debug, PartialEq)]
pub enum Event<W> {
    /// A key was pressed, or repeats.
    Key(Key),
    /// A click, a drag or a turn of the wheel.
    Mouse(Mouse),
    /// A text was pasted.
    Paste(String),
    /// The window has another size: columns and rows.
    Resize(u16, u16),
    /// A worker reports.
    Wake(W),
    /// The time asked for has passed.
    Tick,
    /// The shell wants the terminal.
    Suspend,
    /// The shell gives the terminal back.
    Resume,
    /// The program is to end.
    Quit(End),
}

/// What the mouse did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mouse {
    /// What it did.
    pub kind: MouseKind,
    /// Column, from 0.
    pub x: u16,
    /// Row, from 0.
    pub y: u16,
}

/// What the mouse did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MouseKind {
    /// The left button went down.
    Click,
    /// It moved with the left button down.
    Drag,
    /// The wheel turned up.
    Up,
    /// The wheel turned down.
    Down,
}

/// Why the program ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// It was asked to.
    Quit,
    /// A signal of that number came.
    Signal(i32),
    /// The terminal is gone.
    NoTerminal,
    /// A panic was reported.
    Panic,
}

impl End {
    /// The exit status that goes with it.
    pub fn status(self) -> u8 {
        match self {
            Self::Quit => 0,
            // As shells report a death by signal.
            Self::Signal(signal) => u8::try_from(signal).map_or(255, |signal| signal.saturating_add(128)),
            Self::NoTerminal => 1,
            Self::Panic => 101,
        }
    }
}

/// How a worker reports.
#[derive(Debug)]
pub struct Waker<W>(Sender<Event<W>>);

impl<W> Clone for Waker<W> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<W> Waker<W> {
    /// Reports; `false` where nobody listens any more.
    pub fn wake(&self, message: W) -> bool {
        self.send(Event::Wake(message))
    }

    pub(super) fn send(&self, event: Event<W>) -> bool {
        self.0.send(event).is_ok()
    }
}

/// What the panic hook calls to end the program.
static ON_PANIC: Mutex<Option<Box<dyn Fn() + Send>>> = Mutex::new(None);

pub(super) fn end_after_panic() {
    // A thread that panicked while it held this may not keep the program from ending.
    let hook = ON_PANIC.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    if let Some(end) = hook.as_ref() {
        end();
    }
}

/// The receiving end.
#[derive(Debug)]
pub struct Events<W> {
    receiver: Receiver<Event<W>>,
    waker: Waker<W>,
}

impl<W: Send + 'static> Events<W> {
    /// Starts the threads that read keys and signals.
    ///
    /// # Errors
    /// Where a thread or a signal cannot be had.
    pub fn start() -> io::Result<Self> {
        let (sender, receiver) = mpsc::channel();
        let waker = Waker(sender);
        let for_panics = waker.clone();
        *ON_PANIC.lock().unwrap_or_else(std::sync::PoisonError::into_inner) = Some(Box::new(move || {
            for_panics.send(Event::Quit(End::Panic));
        }));
        #[cfg(unix)]
        super::signals::listen(waker.clone())?;
        read_keys(waker.clone())?;
        watch_terminal(waker.clone())?;
        Ok(Self { receiver, waker })
    }

    /// What workers report with.
    pub fn waker(&self) -> Waker<W> {
        self.waker.clone()
    }

    /// Why the terminal is gone: mostly a signal says so too, a moment before or after. `taken` are events that were
    /// taken already.
    pub(super) fn reason(&self, taken: impl Iterator<Item = Event<W>>) -> End {
        const MOMENT: Duration = Duration::from_millis(250);
        let until = Instant::now() + MOMENT;
        let coming =
            std::iter::from_fn(|| self.receiver.recv_timeout(until.saturating_duration_since(Instant::now())).ok());
        let said = taken.chain(coming).find_map(|event| match event {
            Event::Quit(end) if end != End::NoTerminal => Some(end),
            _ => None,
        });
        said.unwrap_or(End::NoTerminal)
    }

    /// Waits for something to happen, at most so long, and takes everything that has: one frame answers all of it.
    pub fn next(&self, at_most: Option<Duration>) -> Vec<Event<W>> {
        let first = match at_most {
            None => self.receiver.recv().unwrap_or(Event::Quit(End::NoTerminal)),
            Some(at_most) => match self.receiver.recv_timeout(at_most) {
                Ok(event) => event,
                Err(RecvTimeoutError::Timeout) => Event::Tick,
                Err(RecvTimeoutError::Disconnected) => Event::Quit(End::NoTerminal),
            },
        };
        gather(first, self.receiver.try_iter())
    }
}

/// All events that are there; of several sizes only the last one counts.
fn gather<W>(first: Event<W>, rest: impl Iterator<Item = Event<W>>) -> Vec<Event<W>> {
    /// So that a flood cannot keep the screen from being drawn.
    const MOST: usize = 256;
    let mut events = vec![first];
    for event in rest.take(MOST) {
        if matches!(event, Event::Resize(..)) {
            events.retain(|event| !matches!(event, Event::Resize(..)));
        }
        events.push(event);
    }
    events
}

fn read_keys<W: Send + 'static>(waker: Waker<W>) -> io::Result<()> {
    let run = move || {
        loop {
            let sent = match crossterm::event::read() {
                Ok(event) => input::event(event).is_none_or(|event| waker.send(event)),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => true,
                Err(_) => {
                    waker.send(Event::Quit(End::NoTerminal));
                    false
                }
            };
            if !sent {
                break;
            }
        }
    };
    thread::Builder::new().name("keys".into()).spawn(run).map(|_| ())
}

/// Ends the program when the terminal is gone without a signal.
///
/// crossterm reads the end of its input as "nothing yet" and would turn in its loop for ever, so somebody else has to
/// notice. Looking costs one system call.
fn watch_terminal<W: Send + 'static>(waker: Waker<W>) -> io::Result<()> {
    const EVERY: Duration = Duration::from_secs(1);
    /// The process itself must end even if the main thread is stuck in a write to nowhere.
    const PATIENCE: Duration = Duration::from_secs(5);
    let run = move || {
        while io::stdout().is_terminal() {
            thread::sleep(EVERY);
        }
        waker.send(Event::Quit(End::NoTerminal));
        let since = Instant::now();
        while since.elapsed() < PATIENCE {
            thread::sleep(EVERY);
        }
        std::process::exit(i32::from(End::NoTerminal.status()));
    };
    thread::Builder::new().name("watch".into()).spawn(run).map(|_| ())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_storm_of_sizes_is_one_size() {
        let storm = [Event::Resize(81, 24), Event::Key(Key::char('a')), Event::Resize(82, 25), Event::Resize(83, 26)];
        let events = gather(Event::<()>::Resize(80, 24), storm.into_iter());
        assert_eq!(events, [Event::Key(Key::char('a')), Event::Resize(83, 26)]);
    }

    #[test]
    fn a_flood_is_taken_in_pieces() {
        let events = gather(Event::Wake(0), (1..).map(Event::Wake));
        assert_eq!(events.len(), 257);
    }

    #[test]
    fn exit_statuses() {
        assert_eq!([End::Quit, End::Signal(15), End::NoTerminal, End::Panic].map(End::status), [0, 143, 1, 101]);
    }
}
