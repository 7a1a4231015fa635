//! Twenty questions of a reader of the survey, asked of the real program in a real pseudo-terminal.
#![cfg(unix)]
#![allow(missing_docs)]

mod common;
#[path = "common/session.rs"]
mod session;

use portable_pty::CommandBuilder;
use serde::Deserialize;
use session::Session;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};
use std::{fs, thread};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Ask {
    en: String,
    zh: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Question {
    ask: Ask,
    keys: String,
    shows: Vec<String>,
}

fn questions() -> Vec<Question> {
    serde_yaml::from_str(include_str!("questions.yaml")).expect("tests/questions.yaml")
}

/// What a terminal sends for a key.
fn bytes(key: &str) -> &str {
    match key {
        "Enter" => "\r",
        "Tab" => "\t",
        "BTab" => "\x1b[Z",
        "Up" => "\x1b[A",
        "Down" => "\x1b[B",
        "Right" => "\x1b[C",
        "Left" => "\x1b[D",
        "Home" => "\x1b[H",
        "End" => "\x1b[F",
        "PgUp" => "\x1b[5~",
        "PgDn" => "\x1b[6~",
        "space" => " ",
        _ => {
            assert_eq!(key.chars().count(), 1, "no key is called {key}");
            key
        }
    }
}

/// Waits until nothing has been drawn for a while: a person reads before the next key.
fn settle(session: &Session) {
    let length = || session.seen.lock().expect("the bytes").len();
    let (mut last, mut since, start) = (length(), Instant::now(), Instant::now());
    while since.elapsed() < Duration::from_millis(200) && start.elapsed() < session::PATIENCE {
        thread::sleep(Duration::from_millis(10));
        if length() != last {
            (last, since) = (length(), Instant::now());
        }
    }
}

fn answer(question: &Question) {
    let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_headscope"));
    let home = tempfile::TempDir::new().expect("a directory");
    command.cwd(home.path());
    command.env_remove("NO_COLOR");
    command.env("LC_ALL", "en_US.UTF-8");
    for (name, value) in common::ISOLATED {
        command.env(name, value);
    }
    let mut session = Session::spawn(command, (120, 36));
    session.shows("1 Catalogue");
    settle(&session);
    let missing = |screen: &vt100::Screen| -> Vec<String> {
        let contents = screen.contents();
        question.shows.iter().filter(|text| !contents.contains(*text)).cloned().collect()
    };
    assert!(!missing(session.screen().screen()).is_empty(), "answered before it is asked: {}", question.ask.en);
    for key in question.keys.split(' ') {
        session.send(bytes(key));
        settle(&session);
    }
    let since = Instant::now();
    while !missing(session.screen().screen()).is_empty() {
        let parser = session.screen();
        let screen = parser.screen();
        assert!(
            since.elapsed() < Duration::from_secs(8),
            "{}\n{}\nmissing: {:?}\n{}",
            question.ask.en,
            question.keys,
            missing(screen),
            screen.contents()
        );
        thread::sleep(Duration::from_millis(10));
    }
    session.send("\x03");
    assert_eq!(session.ended(), 0);
}

#[test]
fn each_is_answered_within_six_keys() {
    let questions = questions();
    assert_eq!(questions.len(), 20);
    for question in &questions {
        let count = question.keys.split(' ').count();
        assert!((1..=6).contains(&count), "{}: {count} keys", question.ask.en);
        assert!(!question.shows.is_empty() && !question.ask.zh.is_empty(), "{}", question.ask.en);
    }
    let next = AtomicUsize::new(0);
    let ask = || {
        let mut failed = Vec::new();
        while let Some(question) = questions.get(next.fetch_add(1, Ordering::SeqCst)) {
            if thread::scope(|scope| scope.spawn(|| answer(question)).join()).is_err() {
                failed.push(question.ask.en.as_str());
            }
        }
        failed
    };
    let failed: Vec<&str> = thread::scope(|scope| {
        let threads: Vec<_> = (0..4).map(|_| scope.spawn(ask)).collect();
        threads.into_iter().flat_map(|thread| thread.join().expect("a thread that ends")).collect()
    });
    assert!(failed.is_empty(), "not answered: {failed:#?}");
}

/// The table of docs/questions.md; `INSTA_UPDATE=always` writes it again.
#[test]
fn the_table_is_that_of_the_questions() {
    let mut page = "# Twenty questions\n\nEach is answered within six keys from the start of `headscope`; \
                    tests/questions.rs asks the program.\nThis table is written from tests/questions.yaml.\n\n\
                    | question | keys |\n|---|---|\n"
        .to_owned();
    for question in questions() {
        let keys: Vec<String> = question.keys.split(' ').map(|key| format!("`{key}`")).collect();
        page.push_str(&["| ", &question.ask.en, " | ", &keys.join(" "), " |\n"].concat());
    }
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/questions.md");
    if std::env::var("INSTA_UPDATE").is_ok_and(|value| value == "always") {
        fs::write(path, &page).expect("docs/questions.md");
    }
    let found = fs::read_to_string(path).expect("docs/questions.md");
    assert_eq!(found, page, "run INSTA_UPDATE=always cargo test --test questions");
}
