//! Masks and positions changed on the command line.

mod common;

use std::path::Path;
use std::process::Output;

use assert_cmd::Command;
use common::{tiny_bert, tiny_gpt2};
use serde_json::{Value, json};
use tempfile::TempDir;

fn model(bert: bool) -> TempDir {
    let dir = tempfile::tempdir().expect("a directory");
    if bert {
        tiny_bert(dir.path(), "BertForMaskedLM");
    } else {
        tiny_gpt2(dir.path(), "GPT2LMHeadModel");
    }
    dir
}

fn run(name: &str, model: &Path, rest: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_headscope"));
    command.env("COLUMNS", "100").env_remove("RUST_BACKTRACE");
    command.arg(name).arg(model).args(rest).output().expect("the program can be started")
}

fn json_of(name: &str, model: &Path, rest: &[&str]) -> Value {
    let output = run(name, model, &[rest, &["--json"]].concat());
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert_eq!((output.status.code(), &*stderr), (Some(0), ""), "{name} {rest:?}");
    serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{name} {rest:?}: {error}"))
}

fn refusal(name: &str, model: &Path, rest: &[&str], status: i32) -> String {
    let output = run(name, model, rest);
    let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!((output.status.code(), &*output.stdout), (Some(status), &b""[..]), "{name} {rest:?}: {stderr}");
    assert!(!stderr.contains("panicked"), "{stderr}");
    stderr
}

const HEAD: [&str; 4] = ["--layer", "1", "--head", "0"];

fn attention(model: &Path, text: &str, rest: &[&str]) -> Value {
    json_of("attention", model, &[&[text], &HEAD[..], rest].concat())
}

#[test]
fn a_painted_mask_is_told_as_such_and_its_cells_get_nothing() {
    let dir = model(true);
    let found = attention(dir.path(), "the cat s", &["--mask", "causal"]);
    let keys = found["keys"].as_array().expect("keys").len();
    assert!(keys > 2);
    for query in 0..keys {
        for key in 0..keys {
            let hidden = key > query;
            assert_eq!(found["mask"][query][key], if hidden { json!("hand") } else { Value::Null });
            assert_eq!(found["weights"][query][key] == json!(0.0), hidden, "{query} {key}");
        }
    }
    // What the model hides itself keeps its own reason; a cell that is opened has none.
    let dir = model(false);
    let own = attention(dir.path(), "the cat s", &[]);
    assert_eq!(attention(dir.path(), "the cat s", &["--mask", "causal"]), own);
    let both = attention(dir.path(), "the cat s", &["--mask", "both"]);
    assert_eq!((&own["mask"][0][1], &both["mask"][0][1]), (&json!("future"), &Value::Null));
    assert!(both["weights"][0][1].as_f64().expect("a number") > 0.0);
    let window = attention(dir.path(), "the cat s", &["--mask", "window:0"]);
    assert_eq!((&window["mask"][1][0], &window["mask"][0][1]), (&json!("hand"), &json!("future")));
    assert_eq!(window["weights"][1][1], json!(1.0));
}

#[test]
fn masks_are_read_from_files() {
    let dir = model(false);
    let file = dir.path().join("mask.json");
    let path = file.to_str().expect("a path");
    std::fs::write(&file, "[[1, 0], [2, 0]]").expect("written");
    let found = attention(dir.path(), "the cat s", &["--mask", path]);
    let reasons: Vec<&Value> = (0..3).map(|query| &found["mask"][query][0]).collect();
    assert_eq!(reasons, [&Value::Null, &json!("hand"), &json!("hand")]);
    std::fs::write(&file, "[[1, 0], [99, 0]]").expect("written");
    let fault = refusal("attention", dir.path(), &[&["the cat s", "--mask", path], &HEAD[..]].concat(), 1);
    assert!(fault.contains("no cell [99, 0]") && fault.contains("mask.json"), "{fault}");
    let fault = refusal("run", dir.path(), &["the", "--mask", "nothing.json"], 1);
    assert!(fault.contains("causal, both, window:N") && fault.contains("nothing.json"), "{fault}");
}

#[test]
fn predictions_before_and_after() {
    let dir = model(false);
    let found =
        json_of("run", dir.path(), &["the cat s", "--mask", "self", "--positions", "none", "--candidates", "3"]);
    assert_eq!((&found["positions"], &found["mask"]["asked"]), (&json!("none"), &json!("self")));
    assert!(found["mask"]["cells"].as_u64().expect("a count") > 0);
    let prediction = &found["predictions"][0];
    let logit = |side: &str| prediction[side][0]["logit"].as_f64().expect("a number");
    assert!((logit("before") - logit("after")).abs() > 1e-6);
    // With heads off too, it is one pass.
    let all = json_of("run", dir.path(), &["the cat s", "--mask", "self", "--off", "0.0", "--candidates", "3"]);
    assert_eq!(all["off"], json!(["0.0"]));
    assert_ne!(all["predictions"][0]["after"], prediction["after"]);
    let plain = run("run", dir.path(), &["the cat s", "--mask", "window:1", "--positions", "shift:2"]);
    let plain = String::from_utf8(plain.stdout).expect("text");
    assert!(plain.contains("mask window:1 (") && plain.contains("positions shift:2"), "{plain}");
}

#[test]
fn what_does_not_fit_is_refused_in_words() {
    let dir = model(false);
    for (positions, fault) in [
        ("alibi", "not a bias of the scores"),
        ("shift:9999", "there is no"),
        ("rotary", "there is none, sinusoidal, shuffled, reversed, shift:1, alibi"),
    ] {
        let found = refusal("run", dir.path(), &["the", "--positions", positions], 1);
        assert!(found.contains(fault), "{found}");
    }
    refusal("run", dir.path(), &["the", "--mask", "self", "--steps", "3"], 2);
}
