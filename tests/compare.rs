//! `headscope compare` as scripts and readers use it.

use assert_cmd::Command;
use serde_json::{Value, json};

const TEXT: &str = "Anna and Tom went to the park. Anna found a red ball. She gave it to Tom.";

fn output(arguments: &[&str]) -> std::process::Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_headscope"));
    command.env_remove("COLUMNS").env_remove("RUST_BACKTRACE").arg("compare").args(arguments);
    command.output().expect("the program can be started")
}

fn json_of(arguments: &[&str]) -> Value {
    let output = output(&[arguments, &["--json"]].concat());
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert_eq!((output.status.code(), &*stderr), (Some(0), ""), "{arguments:?}");
    serde_json::from_slice(&output.stdout).expect("one JSON value")
}

fn plain(arguments: &[&str]) -> String {
    let output = output(arguments);
    assert_eq!(output.status.code(), Some(0), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("text")
}

fn refused(arguments: &[&str], words: &str) {
    let output = output(arguments);
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert_eq!((output.status.code(), output.stdout.len()), (Some(1), 0), "{arguments:?}: {stderr}");
    assert!(stderr.contains(words) && !stderr.contains("panicked"), "{arguments:?}: {stderr}");
}

#[test]
fn structure_and_figures_as_json() {
    let found = json_of(&["bert", "gpt-2", "t5", "--context", "128"]);
    assert_eq!((&found["models"], &found["context"]), (&json!(["bert", "gpt-2", "t5"]), &json!(128)));
    let rows = found["structure"].as_array().expect("rows");
    let row = |path: &str| rows.iter().find(|row| row["path"] == path).unwrap_or_else(|| panic!("no {path}"));
    assert_eq!(row("layer/cross_attention")["present"], json!([false, false, true]));
    assert_eq!(row("layer/attention")["present"], json!([true, true, true]));
    assert_eq!(row("layer/attention")["same"], json!(false));
    assert_eq!(row("layer/norm_before_attention")["values"][1]["line"]["en"], "before  mean, spread, bias");
    assert!(rows.iter().all(|row| row["same"] == json!(true) || row["sentence"]["zh"].is_string()));
    assert_eq!(found["sides"][1]["parameters"], json!(124_439_808.0));
    assert_eq!(found["sides"][1]["cache_fp16_bytes"], json!(2.0 * 12.0 * 768.0 * 128.0 * 2.0));
    let facts = found["facts"].as_array().expect("facts");
    assert!(facts.iter().any(|fact| fact["field"] == "positions" && fact["same"] == json!(false)));
    let differing = json_of(&["bert", "gpt-2", "--differences"]);
    let same = |name: &str| differing[name].as_array().expect("rows").iter().any(|row| row["same"] == json!(true));
    assert!(!same("structure") && !same("facts"));
}

#[test]
fn heads_are_matched_on_a_text() {
    let found = json_of(&["gpt-2", "bert", "--text", TEXT, "--head", "2.1", "--query", "15"]);
    let heads = found["text"]["heads"].as_array().expect("heads");
    assert_eq!(heads.len(), 1);
    let [own, other] = [&heads[0][0], &heads[0][1]];
    assert_eq!((&own["layer"], &own["head"], &own["distance"]), (&json!(2), &json!(1), &json!(0.0)));
    let lower = |value: &Value| value.as_str().expect("a token").to_lowercase();
    assert_eq!(lower(&own["query_token"]), lower(&other["query_token"]));
    let weights: Vec<f64> =
        other["keys"].as_array().expect("keys").iter().map(|k| k["weight"].as_f64().unwrap()).collect();
    assert!(
        weights.len() == 4 && weights.windows(2).all(|pair| pair[0] >= pair[1]) && weights.iter().sum::<f64>() <= 1.001
    );
    // Without a head all of them are matched.
    let all = json_of(&["gpt-2", "bert", "--text", TEXT]);
    assert_eq!(all["text"]["heads"].as_array().expect("heads").len(), 12);
    let said = plain(&["gpt-2", "bert", "gpt-4", "--text", TEXT, "--lang", "en"]);
    assert!(said.contains("gpt-4: no small trained model exists of it"), "{said}");
}

#[test]
fn one_model_on_two_texts() {
    let found = json_of(&["gpt-2", "--text", TEXT, "--text", "Lena met Ben."]);
    let models = found["text"]["models"].as_array().expect("models");
    assert_eq!((models.len(), &models[1]["text"]), (2, &json!("Lena met Ben.")));
    let head = &found["text"]["heads"][5];
    assert_eq!((&head[0]["layer"], &head[0]["head"]), (&head[1]["layer"], &head[1]["head"]));
}

#[test]
fn a_newcomer_can_read_it() {
    let said = plain(&["bert", "gpt-2", "--lang", "en"]);
    for words in ["≠ layer/attention", "12 heads · causal", "124 439 808", "An encoder reads a whole text at once"] {
        assert!(said.contains(words), "{words}: {said}");
    }
    assert!(plain(&["bert", "gpt-2", "--lang", "zh"]).contains("12 个头 · 因果"));
    let unknown = plain(&["gpt-2", "gpt-4", "--lang", "en"]);
    assert!(unknown.contains("its configuration was not published"), "{unknown}");
}

#[test]
fn what_cannot_be_compared_is_refused() {
    refused(&["gpt-2", "gpt-2"], "named twice");
    refused(&["gpt-2"], "--text FIRST --text SECOND");
    refused(&["gpt-2", "bert", "--text", "a", "--text", "b"], "two texts are for one model");
    refused(&["gpt-2", "nonesuch"], "nonesuch");
    refused(&["gpt-2", "bert", "--head", "0.0"], "--text");
    refused(&["gpt-2", "bert", "--text", "a", "--head", "7.0"], "no head 7.0");
    refused(&["gpt-2", "bert", "--text", "a", "--query", "99"], "--query 99");
    refused(&["gpt-4", "gpt-3", "--text", "a"], "no small trained model");
    assert_eq!(output(&["gpt-2", "bert", "--head", "x"]).status.code(), Some(2));
}
