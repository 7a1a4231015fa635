//! What the benches share: timing, the PyTorch side, a line of the report.
// Each bench uses its part.
#![allow(dead_code)]

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::Instant;

/// The middle one.
pub fn median(mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}

/// Milliseconds of each of `runs` calls.
pub fn time(runs: usize, mut work: impl FnMut()) -> Vec<f64> {
    (0..runs)
        .map(|_| {
            let start = Instant::now();
            work();
            start.elapsed().as_secs_f64() * 1e3
        })
        .collect()
}

/// The PyTorch side: told a number of tokens, it answers with milliseconds.
pub struct Peer {
    child: Child,
    answers: BufReader<ChildStdout>,
}

impl Peer {
    /// Where `HEADSCOPE_PEER` names a python with torch and transformers.
    pub fn start() -> Option<Self> {
        let python = std::env::var("HEADSCOPE_PEER").ok()?;
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/benches/peer.py");
        let mut child =
            Command::new(python).arg(script).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("the peer");
        let answers = BufReader::new(child.stdout.take().expect("a pipe"));
        Some(Self { child, answers })
    }

    /// The answer, in milliseconds.
    pub fn ask(&mut self, question: &str) -> f64 {
        let input = self.child.stdin.as_mut().expect("a pipe");
        writeln!(input, "{question}").expect("the peer listens");
        let mut line = String::new();
        self.answers.read_line(&mut line).expect("the peer answers");
        line.trim().parse().expect("a number")
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        drop(self.child.stdin.take());
        self.child.wait().expect("the peer ends");
    }
}

/// Prints the medians and, where there is a peer, the ratio.
pub fn report(what: &str, ours: Vec<f64>, theirs: Vec<f64>) {
    let ours = median(ours);
    print!("{what:<53} {ours:9.3} ms");
    if !theirs.is_empty() {
        let theirs = median(theirs);
        print!("   PyTorch eager {theirs:9.3} ms   {:.2} times as fast", theirs / ours);
    }
    println!();
}
