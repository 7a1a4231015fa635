//! The real program in a pseudo-terminal: from start to the first frame, from a key to the last byte of its frame, and
//! processor time while nothing happens.
//!
//! `cargo bench --bench terminal` opens the GPT-2 mini; `HEADSCOPE_CHECKPOINT=DIR` a checkpoint of your own.
#![cfg(unix)]

use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};

/// A frame is over when nothing came for so long.
const QUIET: Duration = Duration::from_millis(4);
const SIZES: [(u16, u16); 3] = [(80, 24), (120, 36), (200, 60)];

fn main() {
    let dir = PathBuf::from(std::env::var_os("HEADSCOPE_CHECKPOINT").unwrap_or_else(|| "gpt-2".into()));
    println!("{}", dir.display());
    for size in SIZES {
        measure(&dir, size);
    }
    idle(&dir);
}

struct Session {
    child: Box<dyn Child + Send + Sync>,
    _master: Box<dyn MasterPty + Send>,
    writer: Box<dyn Write + Send>,
    bytes: Receiver<(Instant, usize)>,
    began: Instant,
}

impl Session {
    fn start(dir: &Path, size: (u16, u16)) -> Self {
        let size = PtySize { rows: size.1, cols: size.0, pixel_width: 0, pixel_height: 0 };
        let pair = native_pty_system().openpty(size).expect("a pseudo-terminal");
        let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_headscope"));
        command.args(["open", "--lang", "en", "--color", "truecolor"]);
        command.arg(dir);
        command.env("TERM", "xterm-256color");
        // Nothing of whoever measures is read or written.
        for name in ["HF_HUB_CACHE", "HEADSCOPE_CONFIG_HOME", "HEADSCOPE_STATE_HOME"] {
            command.env(name, "/dev/null/none");
        }
        let mut reader = pair.master.try_clone_reader().expect("a reader");
        let (send, bytes) = channel();
        std::thread::spawn(move || {
            let mut buffer = vec![0; 1 << 16];
            while let Ok(count @ 1..) = reader.read(&mut buffer) {
                if send.send((Instant::now(), count)).is_err() {
                    break;
                }
            }
        });
        let began = Instant::now();
        let child = pair.slave.spawn_command(command).expect("the program");
        let writer = pair.master.take_writer().expect("a writer");
        Self { child, _master: pair.master, writer, bytes, began }
    }

    /// Milliseconds from `since` to the last byte before a silence.
    fn frame(&self, since: Instant) -> f64 {
        let mut last = since;
        let mut patience = Duration::from_secs(5);
        while let Ok((at, _)) = self.bytes.recv_timeout(patience) {
            (last, patience) = (at, QUIET);
        }
        (last - since).as_secs_f64() * 1e3
    }

    fn key(&mut self, key: &str) -> f64 {
        let since = Instant::now();
        self.writer.write_all(key.as_bytes()).and_then(|()| self.writer.flush()).expect("to type");
        self.frame(since)
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn median(times: &mut [f64]) -> f64 {
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}

fn measure(dir: &Path, size: (u16, u16)) {
    let mut first: Vec<f64> = (0..11)
        .map(|_| {
            let session = Session::start(dir, size);
            session.frame(session.began)
        })
        .collect();
    print!("{:3} x {:2}   first frame {:6.1} ms   key to frame:", size.0, size.1, median(&mut first));
    for (screen, opens, keys) in [
        ("model", "2", "jk"),
        ("objective", "2o", "jk"),
        ("steps", "3", "lhjk"),
        ("attention", "4", "lhjk"),
        ("lines", "4v", "lhjk"),
        ("paint", "4p", "xc"),
        ("heads", "4H", "jk"),
        ("followed", "4F", "jk"),
        ("contributions", "4C", "jk"),
        ("rollout", "4R", "jk"),
        ("tokenization", "K", "lh"),
        ("compare", "5", "jk"),
        ("compared maps", "5\t", "lhjk"),
        ("catalogue", "1", "jk"),
        ("card", "1\r", "jk"),
        ("timeline", "6", "lhjk"),
    ] {
        let mut session = Session::start(dir, size);
        session.frame(session.began);
        for key in opens.chars() {
            session.key(&key.to_string());
        }
        let mut times: Vec<f64> =
            keys.chars().cycle().take(40).map(|key| session.key(&key.to_string())).filter(|&ms| ms > 0.0).collect();
        let slowest = times.iter().copied().fold(0.0, f64::max);
        print!("  {screen} {:.1} (slowest {slowest:.1})", median(&mut times));
    }
    println!(" ms");
}

/// Processor time in five seconds without a key, from the kernel's account of the process.
fn idle(dir: &Path) {
    let session = Session::start(dir, (120, 36));
    session.frame(session.began);
    let Some(id) = session.child.process_id() else { return };
    let ticks = || {
        let stat = std::fs::read_to_string(format!("/proc/{id}/stat")).unwrap_or_default();
        let fields: Vec<&str> = stat.rsplit(") ").next().unwrap_or_default().split(' ').collect();
        [11, 12].iter().filter_map(|&field| fields.get(field)?.parse::<u64>().ok()).sum::<u64>()
    };
    let before = ticks();
    std::thread::sleep(Duration::from_secs(5));
    println!("idle for 5 s: {} ms of processor time", (ticks() - before) * 10);
}
