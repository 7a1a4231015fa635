//! The commands that look inside: heads ranked, heads off, layers asked, predictions traced back, values put in.

mod common;

use std::path::Path;
use std::process::Output;

use assert_cmd::Command;
use common::{tiny_bert, tiny_gpt2};
use serde_json::{Value, json};
use tempfile::TempDir;

fn gpt2() -> TempDir {
    let dir = tempfile::tempdir().expect("a directory");
    tiny_gpt2(dir.path(), "GPT2LMHeadModel");
    dir
}

fn bert(class: &str) -> TempDir {
    let dir = tempfile::tempdir().expect("a directory");
    tiny_bert(dir.path(), class);
    dir
}

fn run(name: &str, model: &Path, rest: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_headscope"));
    command.envs(common::ISOLATED);
    command.env("COLUMNS", "100").env_remove("RUST_BACKTRACE");
    command.arg(name).arg(model).args(rest).output().expect("the program can be started")
}

fn json_of(name: &str, model: &Path, rest: &[&str]) -> Value {
    let output = run(name, model, &[rest, &["--json"]].concat());
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert_eq!((output.status.code(), &*stderr), (Some(0), ""), "{name} {rest:?}");
    serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{name} {rest:?}: {error}"))
}

fn plain(name: &str, model: &Path, rest: &[&str]) -> String {
    let output = run(name, model, rest);
    assert_eq!(output.status.code(), Some(0), "{name}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("text")
}

fn refusal(name: &str, model: &Path, rest: &[&str], status: i32) -> String {
    let output = run(name, model, rest);
    let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!((output.status.code(), &*output.stdout), (Some(status), &b""[..]), "{name} {rest:?}: {stderr}");
    assert!(!stderr.contains("panicked"), "{stderr}");
    stderr
}

fn list<'a>(value: &'a Value, field: &str) -> &'a [Value] {
    value[field].as_array().unwrap_or_else(|| panic!("{field} is no list: {value}"))
}

fn number(value: &Value) -> f64 {
    value.as_f64().unwrap_or_else(|| panic!("no number: {value}"))
}

#[test]
fn heads_are_ranked_beside_chance() {
    let dir = gpt2();
    let text = "the cat the cat the";
    let all = json_of("heads", dir.path(), &[text]);
    let heads = list(&all, "heads");
    let clear: Vec<(bool, f64)> = heads.iter().map(|head| (head["clear"] == true, number(&head["score"]))).collect();
    assert!(clear.is_sorted_by(|a, b| (a.0, a.1) >= (b.0, b.1)), "{clear:?}");
    // A share is that of the attention which the other command prints.
    let head = heads.iter().find(|head| head["pattern"] == "previous").expect("a score");
    let (layer, number_of) = (head["layer"].to_string(), head["head"].to_string());
    let map = json_of("attention", dir.path(), &[text, "--layer", &layer, "--head", &number_of]);
    let rows = list(&map, "weights");
    let shares: Vec<f64> = (1..rows.len()).map(|query| number(&rows[query][query - 1])).collect();
    let (mean, queries) = (shares.iter().sum::<f64>() / shares.len() as f64, shares.len());
    assert!((number(&head["score"]) - mean).abs() < 1e-5);
    assert_eq!(head["queries"], queries);
    let chance = (2..=rows.len()).map(|seen| 1.0 / seen as f64).sum::<f64>() / queries as f64;
    assert!((number(&head["chance"]) - chance).abs() < 1e-5);

    let some = json_of("heads", dir.path(), &[text, "--pattern", "induction"]);
    assert!(list(&some, "heads").iter().all(|head| head["pattern"] == "induction"));
    assert!(!list(&some, "heads").is_empty());
    assert!(refusal("heads", dir.path(), &[text, "--pattern", "nonsense"], 1).contains("induction"));
    let table = plain("heads", dir.path(), &[text, "--rows", "2"]);
    assert!(table.contains("more; --rows 0 prints all"), "{table}");
}

#[test]
fn links_that_somebody_knows_are_measured() {
    let dir = gpt2();
    let gold = dir.path().join("gold.json");
    let file = gold.to_str().expect("a path");
    std::fs::write(&gold, json!([{"kind": "answer", "queries": [3], "keys": [0, 1]}]).to_string()).expect("written");
    let found = json_of("heads", dir.path(), &["the cat the cat", "--gold", file, "--pattern", "answer"]);
    let head = &list(&found, "heads")[0];
    let [layer, which] = ["layer", "head"].map(|field| head[field].to_string());
    let map = json_of("attention", dir.path(), &["the cat the cat", "--layer", &layer, "--head", &which]);
    let row = &list(&map, "weights")[3];
    assert!((number(&head["score"]) - number(&row[0]) - number(&row[1])).abs() < 1e-5);
    std::fs::write(&gold, json!([{"kind": "answer", "queries": [99], "keys": [0]}]).to_string()).expect("written");
    assert!(refusal("heads", dir.path(), &["the cat", "--gold", file], 1).contains("position 99"));
    std::fs::write(&gold, "{}").expect("written");
    assert!(refusal("heads", dir.path(), &["the cat", "--gold", file], 1).contains("expected [{"));
}

#[test]
fn taught_heads_are_marked_and_a_bad_card_is_told() {
    let dir = gpt2();
    let card = dir.path().join("card.json");
    let heads = json!({"heads": [{"stream": "decoder", "layer": 0, "head": 1, "job": "previous", "score": 0.99,
        "chance": 0.05, "taught": true}]});
    std::fs::write(&card, heads.to_string()).expect("written");
    let found = json_of("heads", dir.path(), &["the cat s"]);
    for head in list(&found, "heads") {
        let marked = head["layer"] == 0 && head["head"] == 1;
        assert_eq!(head["taught"], marked, "{head}");
        assert_eq!(head["note"]["job"] == "previous", marked, "{head}");
    }
    assert!(plain("heads", dir.path(), &["the cat s"]).contains("† taught: previous"));
    std::fs::write(&card, r#"{"heads": 3}"#).expect("written");
    let output = run("heads", dir.path(), &["the cat s", "--json"]);
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && stderr.contains("card.json"), "{stderr}");
    serde_json::from_slice::<Value>(&output.stdout).expect("JSON all the same");
}

#[test]
fn heads_that_are_off_change_the_prediction() {
    let dir = gpt2();
    let found = json_of("run", dir.path(), &["the cat s", "--off", "0.0,1.*", "--candidates", "3"]);
    assert_eq!(found["off"], json!(["0.0", "1.0", "1.1", "1.2"]));
    let prediction = &list(&found, "predictions")[0];
    let plain_run = json_of("run", dir.path(), &["the cat s", "--steps", "1"]);
    let (before, after) = (list(prediction, "before"), list(prediction, "after"));
    assert_eq!(prediction["position"], plain_run["predictions"][0]["position"]);
    assert_eq!(before[0]["id"], plain_run["predictions"][0]["candidates"][0]["id"]);
    assert!(
        (number(&before[0]["logit"]) - number(&plain_run["predictions"][0]["candidates"][0]["logit"])).abs() < 1e-5
    );
    let ids = |side: &[Value]| {
        let mut ids: Vec<u64> = side.iter().map(|c| c["id"].as_u64().expect("an id")).collect();
        ids.sort_unstable();
        ids
    };
    assert_eq!(ids(before), ids(after));
    assert_eq!((&before[0]["rank"], &after[0]["rank"]), (&json!(1), &json!(1)));
    let logits = |side: &[Value]| side.iter().map(|c| number(&c["logit"])).sum::<f64>();
    assert!((logits(before) - logits(after)).abs() > 1e-6);
    for (off, fault) in [("9.0", "no such layer"), ("0.9", "there is no head 9"), ("x", "names no head")] {
        assert!(refusal("run", dir.path(), &["the", "--off", off], 1).contains(fault));
    }
    refusal("run", dir.path(), &["the", "--off", "0.0", "--steps", "3"], 2);
    assert!(plain("run", dir.path(), &["the cat s", "--off", "0.0"]).contains("rank before"));
    let model = bert("BertModel");
    assert!(refusal("run", model.path(), &["the cat", "--off", "0.0"], 1).contains("no tokens"));
}

#[test]
fn the_last_row_of_the_lens_is_the_prediction() {
    let dir = gpt2();
    let found = json_of("lens", dir.path(), &["the cat s"]);
    let rows = list(&found, "rows");
    assert_eq!(rows[0]["layer"], Value::Null);
    assert_eq!(rows.last().expect("rows")["layer"], rows.len() - 2);
    let last = list(&rows[rows.len() - 1], "cells");
    let tokens = list(&found, "tokens").len();
    assert!(rows.iter().all(|row| list(row, "cells").len() == tokens));
    let first = json_of("run", dir.path(), &["the cat s", "--steps", "1"]);
    let candidate = &first["predictions"][0]["candidates"][0];
    assert_eq!(last[tokens - 1]["id"], candidate["id"]);
    assert!((number(&last[tokens - 1]["probability"]) - number(&candidate["probability"])).abs() < 1e-5);
    assert!(plain("lens", dir.path(), &["the cat s"]).contains("embeddings"));
    let masked = bert("BertForMaskedLM");
    let found = json_of("lens", masked.path(), &["the [MASK]"]);
    assert_eq!(list(&found, "rows").len(), 2 + 1);
    let model = bert("BertModel");
    assert!(refusal("lens", model.path(), &["the cat"], 1).contains("vectors"));
}

#[test]
fn a_prediction_is_traced_back_to_its_tokens() {
    let dir = gpt2();
    let found = json_of("attribute", dir.path(), &["the cat s"]);
    let first = json_of("run", dir.path(), &["the cat s", "--steps", "1"]);
    assert_eq!(found["id"], first["predictions"][0]["candidates"][0]["id"]);
    let stream = &list(&found, "streams")[0];
    let shares: Vec<f64> = list(stream, "shares").iter().map(number).collect();
    assert_eq!(shares.len(), list(stream, "tokens").len());
    assert!(shares.iter().any(|share| *share != 0.0));
    // What comes behind the position cannot speak for its prediction.
    let early = json_of("attribute", dir.path(), &["the cat s", "--position", "1", "--token", "cat"]);
    assert_eq!((&early["position"], &early["token"]), (&json!(1), &json!(" cat")));
    let shares: Vec<f64> = list(&early["streams"][0], "shares").iter().map(number).collect();
    assert!(shares[2..].iter().all(|share| *share == 0.0) && shares[0] != 0.0, "{shares:?}");
    assert!(refusal("attribute", dir.path(), &["the cat", "--position", "99"], 1).contains("no position 99"));
    assert!(refusal("attribute", dir.path(), &["the cat", "--token", "dogs"], 1).contains("no single token"));
    assert!(plain("attribute", dir.path(), &["the cat s"]).contains("gradient × input"));
}

#[test]
fn values_of_another_text_are_put_in() {
    let dir = gpt2();
    let rest = ["the cat s", "--from", "the cat x", "--answer", "a", "--against", "e"];
    let found = json_of("patch", dir.path(), &rest);
    let (rows, tokens) = (list(&found, "rows"), list(&found, "tokens").len());
    let effects: Vec<f64> = list(&rows[0], "cells").iter().map(|cell| number(&cell["effect"])).collect();
    assert_eq!(effects.len(), tokens);
    assert!((effects[tokens - 1] - 1.0).abs() < 1e-3, "{effects:?}");
    assert!(effects[..tokens - 1].iter().all(|effect| *effect == 0.0), "{effects:?}");
    let heads = json_of("patch", dir.path(), &[&rest[..], &["--heads"]].concat());
    assert_eq!((&heads["columns"], list(&heads["rows"][0], "cells").len()), (&json!("head"), 3));
    assert!(plain("patch", dir.path(), &rest).contains("most: layer"));
    let fault = refusal("patch", dir.path(), &["the cat s", "--from", "the"], 1);
    assert!(fault.contains("same number of tokens"), "{fault}");
    let fault = refusal("patch", dir.path(), &["the cat s", "--from", "the cat s"], 1);
    assert!(fault.contains("nothing to put in"), "{fault}");
    refusal("patch", dir.path(), &["the cat s"], 2);
}

#[test]
fn a_token_is_followed_through_the_layers() {
    let dir = gpt2();
    let found = json_of("follow", dir.path(), &["the cat s"]);
    let stops = list(&found, "stops");
    let parts: Vec<(Option<u64>, &str)> =
        stops.iter().map(|stop| (stop["layer"].as_u64(), stop["part"].as_str().expect("a name"))).collect();
    assert_eq!(parts[..3], [(None, "embeddings"), (Some(0), "attention"), (Some(0), "feed_forward")]);
    assert_eq!(
        (&found["post_norm"], found["tokens"][found["position"].as_u64().expect("a place") as usize].is_string()),
        (&json!(false), true)
    );
    // Behind the last layer the head reads what the model predicts.
    let first = json_of("run", dir.path(), &["the cat s", "--steps", "1"]);
    let last = &stops[stops.len() - 1]["predicted"][0];
    let candidate = &first["predictions"][0]["candidates"][0];
    assert_eq!(last["id"], candidate["id"]);
    assert!((number(&last["probability"]) - number(&candidate["probability"])).abs() < 1e-5);
    let heads = list(&stops[1]["written"], "heads");
    assert_eq!(heads.len(), 3);
    let head = heads[0]["head"].to_string();
    let map = json_of("attention", dir.path(), &["the cat s", "--layer", "0", "--head", &head]);
    let from = &heads[0]["from"][0];
    let row = list(&map, "weights").last().expect("rows");
    assert!(
        (number(&row[from["position"].as_u64().expect("a place") as usize]) - number(&from["weight"])).abs() < 1e-6
    );
    assert!(plain("follow", dir.path(), &["the cat s", "--position", "0"]).contains("at position 0"));
    let masked = bert("BertForMaskedLM");
    let found = json_of("follow", masked.path(), &["the [MASK]"]);
    assert_eq!((&found["post_norm"], &found["position"]), (&json!(true), &json!(2)));
    let vectors = bert("BertModel");
    let found = json_of("follow", vectors.path(), &["the cat"]);
    assert!(list(&found, "stops").iter().all(|stop| list(stop, "predicted").is_empty()));
    assert!(refusal("follow", dir.path(), &["the", "--position", "9"], 1).contains("no position 9"));
    assert!(refusal("follow", dir.path(), &["the", "--stream", "encoder"], 1).contains("there is: decoder"));
}

#[test]
fn contributions_add_up_to_the_logit() {
    let (decoder, encoder) = (gpt2(), bert("BertForPreTraining"));
    for (dir, text) in [(&decoder, "the cat s"), (&encoder, "the [MASK]")] {
        let found = json_of("contributions", dir.path(), &[text]);
        let parts: f64 = list(&found, "parts").iter().map(|part| number(&part["value"])).sum();
        let sums: f64 = found["sums"].as_object().expect("sums").values().map(number).sum();
        let logit = number(&found["logit"]);
        assert!((parts - logit).abs() < 1e-4 && (sums - logit).abs() < 1e-4, "{parts} {sums} {logit}");
        let first = json_of("run", dir.path(), &[text]);
        assert_eq!(found["id"], first["predictions"][0]["candidates"][0]["id"]);
    }
    let found = json_of("contributions", decoder.path(), &["the cat s", "--position", "1", "--token", "cat"]);
    assert_eq!((&found["position"], &found["token"]), (&json!(1), &json!(" cat")));
    let told = plain("contributions", decoder.path(), &["the cat s", "--rows", "2"]);
    assert!(told.contains("feed-forward") && told.contains("more; --rows 0 prints all"), "{told}");
    assert!(refusal("contributions", decoder.path(), &["the", "--position", "9"], 1).contains("no position 9"));
    let vectors = bert("BertModel");
    assert!(refusal("contributions", vectors.path(), &["the cat"], 1).contains("vectors"));
}

#[test]
fn attention_is_rolled_out() {
    let dir = gpt2();
    let found = json_of("rollout", dir.path(), &["the cat s"]);
    let (layers, tokens) = (list(&found, "layers"), list(&found, "tokens").len());
    for layer in layers {
        for row in list(layer, "shares") {
            let row = row.as_array().expect("a row");
            assert_eq!(row.len(), tokens);
            assert!((row.iter().map(number).sum::<f64>() - 1.0).abs() < 1e-5);
        }
    }
    let one = json_of("rollout", dir.path(), &["the cat s", "--layer", "0"]);
    assert_eq!(list(&one, "layers")[0], layers[0]);
    assert!(plain("rollout", dir.path(), &["the cat s"]).contains("no proof of cause"));
    assert!(refusal("rollout", dir.path(), &["the", "--layer", "7"], 1).contains("the last one is 1"));
}
