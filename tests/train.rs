//! `headscope train` and `headscope objective`, as a person or a script uses them.

mod common;

use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

fn headscope(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_headscope"))
        .envs(common::ISOLATED)
        .args(args)
        .stdin(Stdio::null())
        .output()
        .expect("the program")
}

fn message(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn json(output: &Output) -> Value {
    assert!(output.status.success(), "{}", message(output));
    serde_json::from_slice(&output.stdout).expect("one JSON value")
}

fn path(dir: &Path) -> &str {
    dir.to_str().expect("a path in UTF-8")
}

#[test]
fn a_short_run_reports_saves_and_opens() {
    let dir = tempfile::tempdir().expect("a directory");
    let out = dir.path().join("mini");
    let run = headscope(&["train", "bert", "--steps", "3", "--seed", "5", "--out", path(&out), "--json"]);
    let report = json(&run);
    assert_eq!(report["step"], 3);
    for field in ["loss", "validation_loss", "tokens_per_second"] {
        assert!(report[field].as_f64().is_some_and(|number| number > 0.0), "{report}");
    }
    let card: Value = serde_json::from_slice(&std::fs::read(out.join("card.json")).expect("a card")).expect("JSON");
    assert_eq!((&card["steps"], &card["seed"]), (&Value::from(3), &Value::from(5)));
    let filled = json(&headscope(&["run", path(&out), "Anna went to the [MASK].", "--json"]));
    assert_eq!(filled["class"], "BertForPreTraining");
    // Asked again there is nothing left to do; with another seed the directory belongs to another run.
    assert!(headscope(&["train", "bert", "--steps", "3", "--seed", "5", "--out", path(&out)]).status.success());
    let other = headscope(&["train", "bert", "--steps", "3", "--seed", "6", "--out", path(&out)]);
    assert_eq!(other.status.code(), Some(1));
    assert!(message(&other).contains("another recipe"), "{}", message(&other));
}

#[test]
fn what_cannot_be_trained_is_said() {
    let unknown = headscope(&["train", "gpt-5"]);
    assert_eq!(unknown.status.code(), Some(1));
    assert!(message(&unknown).contains("gpt-2, "), "{}", message(&unknown));
    assert_eq!(headscope(&["train", "gpt-2", "--steps", "0"]).status.code(), Some(2));
    let nowhere = headscope(&["train", "gpt-2", "--steps", "1", "--out", "/dev/null/x"]);
    assert_eq!(nowhere.status.code(), Some(1));
    assert!(message(&nowhere).contains("/dev/null/x"), "{}", message(&nowhere));
}

#[cfg(unix)]
#[test]
fn an_interrupted_run_is_saved_and_goes_on() {
    let dir = tempfile::tempdir().expect("a directory");
    let run = |args: &[&str]| {
        let all = [&["train", "gpt-2", "--out", path(dir.path())], args].concat();
        Command::new(env!("CARGO_BIN_EXE_headscope"))
            .envs(common::ISOLATED)
            .args(all)
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program")
    };
    let child = run(&["--steps", "100000"]);
    std::thread::sleep(Duration::from_millis(1500));
    let pid = child.id().to_string();
    assert!(Command::new("kill").args(["-INT", &pid]).status().expect("kill").success());
    let asked = Instant::now();
    let output = child.wait_with_output().expect("an end");
    assert!(asked.elapsed() < Duration::from_secs(20), "it took too long to stop");
    assert_eq!(output.status.code(), Some(130), "{}", message(&output));
    assert!(message(&output).contains("the same command goes on from there"), "{}", message(&output));
    let saved: Value =
        serde_json::from_slice(&std::fs::read(dir.path().join("training.json")).expect("saved")).expect("JSON");
    let step = saved["step"].as_u64().expect("a step");
    let child = run(&["--steps", "100000"]);
    std::thread::sleep(Duration::from_millis(1500));
    let pid = child.id().to_string();
    assert!(Command::new("kill").args(["-TERM", &pid]).status().expect("kill").success());
    let output = child.wait_with_output().expect("an end");
    assert!(message(&output).contains(&format!("goes on after step {step} of 100000")), "{}", message(&output));
}

#[test]
fn objectives_show_what_is_given_and_what_is_wanted() {
    let text = "Anna had a red ball. She gave it to Tom.";
    let causal = json(&headscope(&["objective", "gpt-2", text, "--json"]));
    assert_eq!(causal["objective"], "causal-lm");
    let (input, targets) = (causal["input"].as_array().expect("tokens"), causal["targets"].as_array().expect("tokens"));
    assert_eq!(input.len(), targets.len());
    assert!(input[1..].iter().zip(targets).all(|(next, target)| next == target), "each predicts the next");
    assert!(causal["loss"].as_f64() < causal["unigram_loss"].as_f64(), "{causal}");

    let masked = |seed: &str| json(&headscope(&["objective", "bert", text, "--seed", seed, "--json"]));
    let first = masked("1");
    assert_eq!(first["terms"].as_array().expect("terms").len(), 2);
    assert_eq!((&first, &masked("1")), (&first, &first), "the same seed hides the same");
    assert_ne!(first["counted"], masked("2")["counted"]);
    let counted = first["counted"].as_array().expect("flags").iter().filter(|flag| **flag == true).count();
    assert_eq!(counted, first["targets"].as_array().expect("targets").iter().filter(|t| !t.is_null()).count());
    let sum: f64 = first["terms"]
        .as_array()
        .expect("terms")
        .iter()
        .map(|t| t["weight"].as_f64().unwrap_or(0.0) * t["loss"].as_f64().unwrap_or(0.0))
        .sum();
    assert!((sum - first["loss"].as_f64().expect("a loss")).abs() < 1e-4);

    let epochs = json(&headscope(&["objective", "bert", text, "--epochs", "3", "--json"]));
    assert_eq!(epochs["epochs"].as_array().map(Vec::len), Some(3));
    let task = json(&headscope(&[
        "objective",
        "t5",
        "translate English to German: Tom sees a dog.",
        "--pair",
        "Tom sieht einen Hund.",
        "--json",
    ]));
    assert_eq!(task["objective"], "text-to-text");
    let plain = headscope(&["objective", "t5", text]);
    assert!(String::from_utf8_lossy(&plain.stdout).contains("extra_id_0"));
    // What a class cannot be trained by is refused by name, whatever the tokenizer has.
    for (model, which) in
        [("gpt-2", "text-to-text"), ("bert", "causal-lm"), ("t5", "causal-lm"), ("bert", "text-to-text")]
    {
        let unfit = headscope(&["objective", model, text, "--pair", "Tom.", "--objective", which]);
        assert_eq!(unfit.status.code(), Some(1), "{model} {which}");
        assert!(message(&unfit).contains(&format!("{which} does not fit")), "{}", message(&unfit));
    }
    let wrong = headscope(&["objective", "bert", text, "--objective", "guessing"]);
    assert_eq!(wrong.status.code(), Some(1));
    assert!(message(&wrong).contains("masked-lm"), "{}", message(&wrong));
}

#[test]
fn models_that_an_objective_does_not_fit_say_so() {
    let tokenizer = include_str!("../assets/models/bert/tokenizer.json");
    let text = "Anna had a ball. She gave it to Tom.";
    let base = json!({"model_type": "bert", "vocab_size": 512, "hidden_size": 8, "num_hidden_layers": 1,
        "num_attention_heads": 2, "intermediate_size": 8, "max_position_embeddings": 64});
    let checkpoint = |class: &str, vocabulary: usize| {
        let mut config = base.clone();
        (config["architectures"], config["vocab_size"]) = (json!([class]), json!(vocabulary));
        let dir = tempfile::tempdir().expect("a directory");
        common::write_checkpoint(dir.path(), &config);
        std::fs::write(dir.path().join("tokenizer.json"), tokenizer).expect("written");
        dir
    };
    let refused = |dir: &tempfile::TempDir, which: &str, says: &str| {
        let output = headscope(&["objective", path(dir.path()), text, "--objective", which]);
        assert_eq!(output.status.code(), Some(1), "{which}: {}", message(&output));
        assert!(message(&output).contains(says), "{which}: {}", message(&output));
    };
    for which in ["causal-lm", "masked-lm", "bert-pretraining", "text-to-text"] {
        refused(&checkpoint("BertModel", 512), which, "does not fit BertModel");
    }
    refused(&checkpoint("BertForMaskedLM", 512), "bert-pretraining", "does not fit BertForMaskedLM");
    // A tokenizer that knows more tokens than the model.
    let small = checkpoint("BertForMaskedLM", 6);
    let output = headscope(&["objective", path(small.path()), text, "--objective", "masked-lm"]);
    assert_eq!(output.status.code(), Some(1), "{}", message(&output));
}

#[test]
fn a_document_of_the_world_has_links_by_itself() {
    let documents =
        json(&headscope(&["world", "--genre", "story", "-n", "1", "--split", "test", "--seed", "7", "--json"]));
    let story = documents["documents"][0]["text"].as_str().expect("a text");
    let ranked = json(&headscope(&["heads", "gpt-2", story, "--pattern", "coreference", "--json"]));
    let best = &ranked["heads"][0];
    assert_eq!((&best["layer"], &best["head"], &best["taught"]), (&json!(2), &json!(1), &json!(true)), "{best}");
    let none = headscope(&["heads", "gpt-2", "Anna went.", "--pattern", "coreference"]);
    assert_eq!(none.status.code(), Some(1), "of other texts nothing is known");
    assert!(message(&none).contains("there is no pattern \"coreference\""), "{}", message(&none));
}

#[test]
fn an_entry_of_ones_own_runs_by_its_config_alone() {
    let dir = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/catalog/valid/one-entry");
    let run = headscope(&["--catalog", dir, "run", "tiny", "1 2 3", "--steps", "2", "--json"]);
    assert!(message(&run).contains("random weights"), "{}", message(&run));
    let written = json(&run);
    assert_eq!(
        (&written["class"], written["tokens"].as_array().map(Vec::len)),
        (&Value::from("GPT2LMHeadModel"), Some(3))
    );
    let again = json(&headscope(&["--catalog", dir, "run", "tiny", "1 2 3", "--steps", "2", "--json"]));
    assert_eq!(written["output"], again["output"], "the same weights each time");
    let attention =
        json(&headscope(&["--catalog", dir, "attention", "tiny", "1 2 3", "--layer", "0", "--head", "0", "--json"]));
    assert_eq!(attention["mask"][0][2], "future");
    // An entry that there is no code for says so.
    let none = headscope(&["run", "glide", "1 2 3"]);
    assert_eq!(none.status.code(), Some(1));
    assert!(message(&none).contains("is in the catalogue"), "{}", message(&none));
}
