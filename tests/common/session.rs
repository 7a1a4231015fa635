//! A program in a pseudo-terminal.
#![allow(dead_code)]

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};
use std::{
    io::{Read, Write},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

/// How long anything may take.
pub const PATIENCE: Duration = Duration::from_secs(20);

/// A child in a pseudo-terminal, and what it has written.
pub struct Session {
    pub child: Box<dyn Child + Send + Sync>,
    pub master: Option<Box<dyn MasterPty + Send>>,
    pub writer: Option<Box<dyn Write + Send>>,
    pub seen: Arc<Mutex<Vec<u8>>>,
    pub gone: Arc<AtomicBool>,
    size: (u16, u16),
}

impl Session {
    /// Starts a command in a terminal of so many columns and rows.
    pub fn spawn(mut command: CommandBuilder, size: (u16, u16)) -> Self {
        let size_of = PtySize { rows: size.1, cols: size.0, pixel_width: 0, pixel_height: 0 };
        let pair = native_pty_system().openpty(size_of).expect("a pseudo-terminal");
        command.env("TERM", "xterm-256color");
        command.env("RUST_BACKTRACE", "0");
        let child = pair.slave.spawn_command(command).expect("the child");
        drop(pair.slave);
        let seen = Arc::new(Mutex::new(Vec::new()));
        let gone = Arc::new(AtomicBool::new(false));
        let (mut reader, into, stop) = (pair.master.try_clone_reader().expect("a reader"), seen.clone(), gone.clone());
        thread::spawn(move || {
            let mut buffer = [0; 4096];
            while let Ok(count @ 1..) = reader.read(&mut buffer) {
                into.lock().expect("the bytes").extend(&buffer[..count]);
                if stop.load(Ordering::SeqCst) {
                    break;
                }
            }
        });
        let writer = pair.master.take_writer().expect("a writer");
        Self { child, master: Some(pair.master), writer: Some(writer), seen, gone, size }
    }

    /// Gives the terminal another size.
    pub fn resize(&mut self, columns: u16, rows: u16) {
        self.size = (columns, rows);
        let size = PtySize { rows, cols: columns, pixel_width: 0, pixel_height: 0 };
        self.master.as_ref().expect("the master").resize(size).expect("to resize");
    }

    pub fn screen(&self) -> vt100::Parser {
        let mut parser = vt100::Parser::new(self.size.1, self.size.0, 0);
        parser.process(&self.seen.lock().expect("the bytes"));
        parser
    }

    pub fn until(&self, wanted: impl Fn(&vt100::Screen) -> bool) {
        let since = Instant::now();
        while !wanted(self.screen().screen()) {
            assert!(since.elapsed() < PATIENCE, "{}", self.screen().screen().contents());
            thread::sleep(Duration::from_millis(10));
        }
    }

    pub fn shows(&self, text: &str) {
        self.until(|screen| screen.contents().contains(text));
    }

    pub fn send(&mut self, bytes: &str) {
        let writer = self.writer.as_mut().expect("a writer");
        writer.write_all(bytes.as_bytes()).and_then(|()| writer.flush()).expect("to write");
    }

    pub fn signal(&self, name: &str) {
        let id = self.child.process_id().expect("an id").to_string();
        let sent = std::process::Command::new("kill").args([&format!("-{name}"), &id]).status().expect("kill");
        assert!(sent.success());
    }

    pub fn ended(&mut self) -> u32 {
        let since = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().expect("a status") {
                // What was written last may still be on its way.
                thread::sleep(Duration::from_millis(50));
                return status.exit_code();
            }
            if since.elapsed() > PATIENCE {
                self.child.kill().expect("to kill");
                panic!("it does not end:\n{}", self.screen().screen().contents());
            }
            thread::sleep(Duration::from_millis(10));
        }
    }

    pub fn is_given_back(&self) -> bool {
        let parser = self.screen();
        let screen = parser.screen();
        !screen.alternate_screen()
            && !screen.hide_cursor()
            && !screen.bracketed_paste()
            && screen.mouse_protocol_mode() == vt100::MouseProtocolMode::None
    }
}
