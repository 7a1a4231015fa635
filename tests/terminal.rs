//! The terminal in a pseudo-terminal: it must come back as it was, however the program ends.
//!
//! The child is this test binary itself, running the ignored test `child`.
#![cfg(unix)]
#![allow(missing_docs)]

use headscope::term::{self, Event, Events, Flow, Options, Program, Terminal};
use portable_pty::CommandBuilder;
use ratatui::Frame;
use session::Session;
use std::{io::Write, sync::atomic::Ordering, thread, time::Duration};

#[path = "common/session.rs"]
mod session;

/// A program that shows what it gets.
struct Echo(String);

impl Program for Echo {
    type Message = Result<(), String>;

    fn draw(&mut self, frame: &mut Frame<'_>) {
        let area = frame.area();
        let text = format!("size {}x{} got {}", area.width, area.height, self.0);
        frame.buffer_mut().set_string(0, 0, text, ratatui::style::Style::new());
    }

    fn handle(&mut self, event: Event<Self::Message>) -> Flow {
        let got = match event {
            Event::Key(key) if key.to_string() == "q" => return Flow::Quit,
            Event::Key(key) => format!("<{key}>"),
            Event::Paste(text) => format!("paste:{text:?}"),
            Event::Mouse(mouse) => format!("{:?}@{},{}", mouse.kind, mouse.x, mouse.y),
            Event::Wake(result) => format!("worker:{}", result.is_err()),
            _ => String::new(),
        };
        self.0.push_str(&got);
        Flow::Go
    }
}

#[test]
#[ignore = "the child of the other tests"]
fn child() {
    if std::env::var("HEADSCOPE_CHILD").is_err() {
        return;
    }
    let mut terminal = Terminal::start(Options { mouse: true }).expect("a terminal");
    let events = Events::start().expect("events");
    if std::env::var("HEADSCOPE_PANIC").is_ok_and(|place| place == "worker") {
        thread::spawn(|| {
            thread::sleep(Duration::from_millis(200));
            term::panic_if_asked("worker");
        });
    }
    if std::env::var("HEADSCOPE_CAUGHT").is_ok() {
        let waker = events.waker();
        let done = move |result| {
            waker.wake(result);
        };
        term::spawn_worker("job", || panic!("a job fails"), done).expect("a thread");
    }
    let end = term::run(&mut Echo(String::new()), &mut terminal, &events);
    drop(terminal);
    // The terminal may be gone, and printing to nowhere would panic.
    let _ = writeln!(std::io::stdout(), "end {end:?}");
    std::process::exit(end.map_or(1, |end| i32::from(end.status())));
}

/// Starts this test binary as the child.
fn start(variables: &[(&str, &str)]) -> Session {
    let this = std::env::current_exe().expect("this test");
    let deaf = variables.iter().any(|(name, _)| *name == "HEADSCOPE_DEAF");
    let mut command = if deaf {
        // A session of its own has no controlling terminal, so nothing is sent when it goes.
        let mut command = CommandBuilder::new("sh");
        command.args(["-c", "trap '' HUP; exec setsid --wait \"$0\" \"$@\""]);
        command.arg(this);
        command
    } else {
        CommandBuilder::new(this)
    };
    command.args(["--exact", "child", "--ignored", "--nocapture"]);
    command.env("HEADSCOPE_CHILD", "1");
    for (name, value) in variables {
        command.env(name, value);
    }
    Session::spawn(command, (90, 20))
}

#[test]
fn keys_paste_mouse_and_sizes_arrive() {
    let mut session = start(&[]);
    session.shows("size 90x20");
    assert!(!session.is_given_back());
    session.send("aL\x1b[A\x1b[200~two\nlines\x1b[201~\x1b[<0;5;3M");
    session.shows("<a><L><Up>");
    session.shows("Click@4,2");
    session.shows("two");
    session.resize(80, 18);
    session.shows("size 80x18");
    session.send("q");
    assert_eq!(session.ended(), 0);
    assert!(session.is_given_back());
}

#[test]
fn signals_end_it_in_order() {
    for (signal, status) in [("TERM", 143), ("HUP", 129), ("INT", 130)] {
        let mut session = start(&[]);
        session.shows("size");
        session.signal(signal);
        assert_eq!(session.ended(), status, "{signal}");
        assert!(session.is_given_back(), "{signal}");
    }
}

#[test]
fn a_panic_while_drawing_is_reported_on_a_clean_terminal() {
    let mut session = start(&[("HEADSCOPE_PANIC", "draw")]);
    assert_eq!(session.ended(), 101);
    assert!(session.is_given_back());
    session.shows("a panic in draw");
}

#[test]
fn a_panic_of_a_thread_ends_the_program_and_is_reported() {
    let mut session = start(&[("HEADSCOPE_PANIC", "worker")]);
    assert_eq!(session.ended(), 101);
    assert!(session.is_given_back());
    session.shows("a panic in worker");
}

#[test]
fn a_panic_of_a_worker_is_a_failed_job() {
    let mut session = start(&[("HEADSCOPE_CAUGHT", "1")]);
    session.shows("worker:true");
    session.send("q");
    assert_eq!(session.ended(), 0);
}

#[test]
fn it_stops_and_goes_on() {
    let mut session = start(&[]);
    session.shows("size");
    session.send("x\x1a");
    session.until(|screen| !screen.alternate_screen() && !screen.hide_cursor());
    // It needs a moment between giving the terminal back and being stopped.
    thread::sleep(Duration::from_millis(200));
    session.signal("CONT");
    session.until(vt100::Screen::alternate_screen);
    session.shows("got <x>");
    session.send("q");
    assert_eq!(session.ended(), 0);
    assert!(session.is_given_back());
}

#[test]
fn it_ends_when_the_terminal_goes() {
    ends_when_the_terminal_goes(&[], 129);
    ends_when_the_terminal_goes(&[("HEADSCOPE_DEAF", "1")], 1);
}

/// With `HEADSCOPE_DEAF` no signal tells the child: it has to notice by itself.
fn ends_when_the_terminal_goes(variables: &[(&str, &str)], expected: u32) {
    let mut session = start(variables);
    session.shows("size");
    // The terminal is gone when nobody holds it: the reader lets go of it after the echo of one more key.
    session.gone.store(true, Ordering::SeqCst);
    session.master = None;
    session.send("x");
    session.writer = None;
    assert_eq!(session.ended(), expected);
}

#[test]
fn no_colour_sequence_wipes_out_bold() {
    let mut session = start(&[("NO_COLOR", "1")]);
    session.shows("size");
    session.send("q");
    session.ended();
    let seen = session.seen.lock().expect("the bytes").clone();
    assert!(!String::from_utf8_lossy(&seen).contains("\x1b[;m"));
}
