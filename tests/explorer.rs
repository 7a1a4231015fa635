//! The real program in a real pseudo-terminal, on a small checkpoint: start, type, resize, quit, signals, panics.
#![cfg(unix)]
#![allow(missing_docs)]

mod common;
#[path = "common/session.rs"]
mod session;

use portable_pty::CommandBuilder;
use session::Session;
use std::{path::Path, time::Duration};
use tempfile::TempDir;

fn open(dir: &Path, variables: &[(&str, &str)]) -> Session {
    let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_headscope"));
    command.args(["open", "--lang", "en", "--text", "the cat sat"]);
    command.arg(dir);
    // What is saved goes where the program was started.
    command.cwd(dir);
    command.env_remove("NO_COLOR");
    for (name, value) in common::ISOLATED.iter().chain(variables) {
        command.env(name, value);
    }
    Session::spawn(command, (120, 36))
}

fn gpt2() -> TempDir {
    let dir = TempDir::new().expect("a directory");
    common::tiny_gpt2(dir.path(), "GPT2LMHeadModel");
    dir
}

fn bert() -> TempDir {
    let dir = TempDir::new().expect("a directory");
    common::tiny_bert(dir.path(), "BertForMaskedLM");
    dir
}

#[test]
fn it_starts_shows_attention_and_quits() {
    let dir = gpt2();
    let mut session = open(dir.path(), &[]);
    session.shows("❯ the cat sat");
    session.send("4");
    session.shows("All heads");
    session.shows("Head 0.0");
    session.send("ll");
    session.shows("not masked");
    session.send("q");
    assert_eq!(session.ended(), 0);
    assert!(session.is_given_back());
}

#[test]
fn what_is_typed_is_run_while_it_is_typed() {
    let dir = gpt2();
    let mut session = open(dir.path(), &[]);
    session.send("4");
    session.shows("All heads");
    let before = tokens(&session);
    session.send("e and the dog");
    session.until(|screen| tokens_of(&screen.contents()) > before);
    session.send("\r");
    session.shows("❯ the cat sat and the dog");
    // Faster than any pass: nothing is lost and nothing is stale.
    session.send("e");
    for _ in 0..200 {
        session.send("x");
    }
    session.send("\x15bye\r");
    session.shows("❯ bye");
    session.until(|screen| tokens_of(&screen.contents()) <= 3);
    session.send("q");
    assert_eq!(session.ended(), 0);
}

fn tokens(session: &Session) -> usize {
    tokens_of(session.screen().screen().contents().as_str())
}

/// The number before the word `tokens` at the foot of the screen.
fn tokens_of(contents: &str) -> usize {
    let before = contents.split(" tokens").next().unwrap_or_default();
    before.rsplit(' ').next().and_then(|number| number.parse().ok()).unwrap_or(0)
}

#[test]
fn a_storm_of_sizes_does_no_harm() {
    let dir = bert();
    let mut session = open(dir.path(), &[]);
    session.send("4");
    session.shows("All heads");
    for round in 0..40u16 {
        let sizes = [(80, 24), (200, 60), (61, 17), (40, 10), (1, 1), (120, 36), (300, 5)];
        let (columns, rows) = sizes[usize::from(round) % sizes.len()];
        session.resize(columns, rows);
        session.send(["4", "3", "2", "v", "\x1b[C", "?", "\x1b"][usize::from(round) % 7]);
    }
    session.send("\x1b");
    std::thread::sleep(Duration::from_millis(100));
    session.send("\x1b4");
    session.resize(120, 36);
    session.until(|screen| screen.contents().contains("Attention"));
    session.send("q");
    assert_eq!(session.ended(), 0);
    assert!(session.is_given_back());
}

#[test]
fn every_key_of_every_screen_is_survived() {
    for dir in [gpt2(), bert()] {
        let mut session = open(dir.path(), &[]);
        session.shows("❯");
        let keys: String = ('!'..='~').filter(|key| !['q', 'e', ':'].contains(key)).collect();
        for screen in ["2", "3", "4", "4v", "3w"] {
            session.send("\x1b");
            std::thread::sleep(Duration::from_millis(60));
            session.send(screen);
            session.send(&keys);
            session.send("\x1b[A\x1b[B\x1b[C\x1b[D\x1b[H\x1b[F\x1b[5~\x1b[6~\t\r ");
        }
        session.send("\x1b");
        std::thread::sleep(Duration::from_millis(60));
        session.send("\x03");
        assert_eq!(session.ended(), 0);
        assert!(session.is_given_back());
    }
}

#[test]
fn what_is_shown_is_saved_beside_what_is_there() {
    let dir = gpt2();
    let mut session = open(dir.path(), &[]);
    session.shows("❯ the cat sat");
    session.send("4");
    session.shows("All heads");
    for (choice, file) in [("SPNG print", ".png"), ("SJSON", ".json"), ("SJSON", "-2.json")] {
        session.send(choice);
        session.send("\r");
        session.shows(file);
    }
    session.send("q");
    assert_eq!(session.ended(), 0);
    let saved = |ending: &str| {
        let files = std::fs::read_dir(dir.path()).expect("the directory").map(|file| file.expect("a file").path());
        let file = files.into_iter().find(|file| {
            file.file_name().is_some_and(|name| {
                name.to_string_lossy().starts_with("headscope-attention") && name.to_string_lossy().ends_with(ending)
            })
        });
        std::fs::read(file.unwrap_or_else(|| panic!("no file ends with {ending}"))).expect("the file")
    };
    assert!(saved(".png").starts_with(b"\x89PNG"));
    let json: serde_json::Value = serde_json::from_slice(&saved("-2.json")).expect("JSON");
    assert_eq!(json["layer"], 0);
}

#[test]
fn a_signal_gives_the_terminal_back() {
    let dir = gpt2();
    let mut session = open(dir.path(), &[]);
    session.shows("❯");
    session.signal("TERM");
    assert_eq!(session.ended(), 143);
    assert!(session.is_given_back());
}

#[test]
fn a_panic_while_drawing_gives_the_terminal_back() {
    if !cfg!(debug_assertions) {
        return;
    }
    let dir = gpt2();
    let mut session = open(dir.path(), &[("HEADSCOPE_PANIC", "draw")]);
    assert_eq!(session.ended(), 101);
    assert!(session.is_given_back());
}

#[test]
fn a_panic_of_a_worker_is_said_and_survived() {
    if !cfg!(debug_assertions) {
        return;
    }
    let dir = gpt2();
    let mut session = open(dir.path(), &[("HEADSCOPE_PANIC", "worker")]);
    session.shows("fault of headscope");
    session.send("q");
    assert_eq!(session.ended(), 0);
    assert!(session.is_given_back());
}

#[test]
fn without_a_terminal_it_says_so() {
    let dir = gpt2();
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_headscope"))
        .envs(common::ISOLATED)
        .arg("open")
        .arg(dir.path())
        .output()
        .expect("to run");
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stderr).contains("needs a terminal"));
}

/// `headscope` without a command, on a shipped mini.
fn alone(arguments: &[&str]) -> Session {
    let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_headscope"));
    command.args(arguments);
    command.env_remove("NO_COLOR");
    for (name, value) in common::ISOLATED {
        command.env(name, value);
    }
    Session::spawn(command, (120, 36))
}

#[test]
fn without_a_command_the_maps_of_a_mini_are_there() {
    let mut session = alone(&["--lang", "en"]);
    session.shows("gpt-2");
    session.shows("❯ Anna and Tom went to the park.");
    session.send("4");
    session.shows("All heads");
    session.shows("Head 0.0");
    session.send("q");
    assert_eq!(session.ended(), 0);
    assert!(session.is_given_back());
}

#[test]
fn without_a_command_the_options_of_open_hold() {
    let mut session = alone(&["--lang", "zh", "--color", "16", "--no-mouse", "--text", "Tom saw a red ball."]);
    session.shows("❯ Tom saw a red ball.");
    session.send("4");
    session.shows("所有头");
    session.send("q");
    assert_eq!(session.ended(), 0);
}

#[test]
fn an_address_is_copied_and_opened_again() {
    let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_headscope"));
    command.args([
        "open",
        "--lang",
        "en",
        "headscope:attention/bert?text=Tom found a ball.&layer=1&head=2&query=3&key=2",
    ]);
    let mut session = Session::spawn(command, (120, 36));
    session.shows("Head 1.2");
    session.shows("Tom found a ball.");
    session.send("y");
    session.shows("headscope:attention/bert,text=Tom+found+a+ball.,layer=1,head=2,query=3,key=2");
    session.send("q");
    assert_eq!(session.ended(), 0);
}

#[test]
fn a_tour_leads_from_model_to_model() {
    let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_headscope"));
    command.args(["tour", "three-architectures", "--lang", "en"]);
    let mut session = Session::spawn(command, (120, 36));
    session.shows("stop 1 of 8");
    session.send("}}");
    session.shows("stop 3 of 8");
    session.until(|screen| screen.rows(0, 120).next().is_some_and(|row| row.contains("bert")));
    session.send("W");
    session.until(|screen| !screen.contents().contains("stop 3 of 8"));
    session.send("q");
    assert_eq!(session.ended(), 0);
}

#[test]
fn another_mini_and_an_example_are_taken_from_lists() {
    let mut session = alone(&["--lang", "en"]);
    session.shows("❯ Anna and Tom went");
    session.send("xcapital\r");
    session.shows("❯ The capital of Japan is");
    session.send("mbert\r");
    session.shows("bert");
    session.shows("[MASK] gave it to Tom.");
    session.send("q");
    assert_eq!(session.ended(), 0);
}

/// `headscope` without a command, that remembers in a directory.
fn remembering(state: &Path, arguments: &[&str]) -> Session {
    let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_headscope"));
    command.args(arguments);
    command.env_remove("NO_COLOR");
    for (name, value) in common::ISOLATED {
        command.env(name, value);
    }
    command.env("HEADSCOPE_STATE_HOME", state);
    Session::spawn(command, (120, 36))
}

#[test]
fn the_next_start_goes_on_where_this_one_was_left() {
    let state = TempDir::new().expect("a directory");
    let mut session = remembering(state.path(), &["--lang", "en", "--text", "Anna found a red ball."]);
    session.shows("❯ Anna found a red ball.");
    session.send("4");
    session.shows("All heads");
    session.send("jL");
    session.shows("所有头");
    session.send("q");
    assert_eq!(session.ended(), 0);
    let mut session = remembering(state.path(), &[]);
    session.shows("❯ Anna found a red ball.");
    session.shows("所有头");
    session.send("q");
    assert_eq!(session.ended(), 0);
    // A model that is gone is told, and the program starts all the same; so does one whose file is damaged.
    let file = state.path().join("state.json");
    let text =
        std::fs::read_to_string(&file).expect("the file").replace("attention/gpt-2", "attention//nowhere/at/all");
    std::fs::write(&file, text).expect("written");
    let mut session = remembering(state.path(), &["--lang", "en"]);
    session.shows("could not go on");
    session.send("q");
    assert_eq!(session.ended(), 0);
    std::fs::write(&file, "{").expect("written");
    let mut session = remembering(state.path(), &["--lang", "en"]);
    session.shows("state.json");
    session.send("q");
    assert_eq!(session.ended(), 0);
    // Begun anew, nothing is as it was, but the texts of before are there.
    let mut session = remembering(state.path(), &["--lang", "en", "--text", "Tom saw a kite."]);
    session.shows("❯ Tom saw a kite.");
    session.send("4q");
    assert_eq!(session.ended(), 0);
    let mut session = remembering(state.path(), &["--lang", "en", "--fresh"]);
    session.shows("gpt-2");
    session.send("\x12");
    session.shows("Tom saw a kite.");
    // Sent together with what follows it would be Alt.
    session.send("\x1b");
    session.shows("3 Steps");
    std::thread::sleep(Duration::from_millis(60));
    session.send("q");
    assert_eq!(session.ended(), 0);
}
