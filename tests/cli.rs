//! The commands as scripts use them: JSON alone on stdout, messages on stderr, exit status 0, 1 or 2.

mod common;

use std::ffi::OsStr;
use std::path::Path;
use std::process::{Output, Stdio};

use assert_cmd::Command;
use common::{assert_close, gpt2_config, parity_checkpoint, record, tiny_bert, tiny_gpt2, tiny_t5, write_checkpoint};
use headscope::checkpoint::Checkpoint;
use headscope::models::{self, Inputs};
use headscope::tape::Keep;
use headscope::text::width;
use serde_json::{Value, json};
use tempfile::TempDir;

fn gpt2(class: &str) -> TempDir {
    let dir = tempfile::tempdir().expect("a directory");
    tiny_gpt2(dir.path(), class);
    dir
}

fn bert(class: &str) -> TempDir {
    let dir = tempfile::tempdir().expect("a directory");
    tiny_bert(dir.path(), class);
    dir
}

fn t5(class: &str) -> TempDir {
    let dir = tempfile::tempdir().expect("a directory");
    tiny_t5(dir.path(), class);
    dir
}

fn command() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_headscope"));
    command.envs(common::ISOLATED);
    command.env_remove("COLUMNS").env_remove("RUST_BACKTRACE");
    command
}

fn run<S: AsRef<OsStr>>(command_name: &str, model: &Path, rest: &[S]) -> Output {
    command().arg(command_name).arg(model).args(rest).output().expect("the program can be started")
}

/// The JSON value of a command that succeeds, with nothing else on stdout and nothing on stderr.
fn json_of(name: &str, model: &Path, rest: &[&str]) -> Value {
    let output = run(name, model, &[rest, &["--json"]].concat());
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert_eq!((output.status.code(), &*stderr), (Some(0), ""), "{name} {rest:?}");
    serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{name} {rest:?}: {error}"))
}

/// What a command that fails says; its stdout is empty.
fn refusal(name: &str, model: &Path, rest: &[&str], status: i32) -> String {
    let output = run(name, model, rest);
    let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(status), "{name} {rest:?}: {stderr}");
    assert_eq!(output.stdout, b"", "{name} {rest:?}");
    assert!(!stderr.trim().is_empty() && !stderr.contains("panicked"), "{name} {rest:?}: {stderr}");
    stderr
}

fn plain(name: &str, model: &Path, rest: &[&str], columns: usize) -> String {
    let mut command = command();
    command.arg(name).arg(model).args(rest).env("COLUMNS", columns.to_string());
    let output = command.output().expect("the program can be started");
    assert_eq!(output.status.code(), Some(0), "{name}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("text")
}

fn ids(value: &Value) -> Vec<u32> {
    let tokens = value.as_array().expect("a list of tokens");
    tokens.iter().map(|token| token["id"].as_u64().expect("an id") as u32).collect()
}

fn texts(value: &Value) -> Vec<&str> {
    value.as_array().expect("a list").iter().map(|text| text.as_str().expect("a text")).collect()
}

fn numbers(value: &Value) -> Vec<f32> {
    value.as_array().expect("a list").iter().map(|number| number.as_f64().expect("a number") as f32).collect()
}

/// An output of the checkpoint's model for these arguments.
fn official(dir: &Path, inputs: &Inputs, output: &str) -> headscope::tensor::Tensor {
    let loaded = models::open(&Checkpoint::open(dir).expect("a checkpoint")).expect("a model");
    record(&loaded, inputs, &Keep::Outputs).output(output).expect("an output")
}

/// The candidates are sorted, and are those of the logits.
fn check_candidates(prediction: &Value, logits: &[f32], temperature: f32, count: usize) {
    let candidates = prediction["candidates"].as_array().expect("candidates");
    assert_eq!(candidates.len(), count);
    let largest = logits.iter().fold(f32::MIN, |a, b| a.max(*b));
    let raised: Vec<f32> = logits.iter().map(|x| ((x - largest) / temperature).exp()).collect();
    let sum: f32 = raised.iter().sum();
    let mut above = f64::INFINITY;
    for candidate in candidates {
        let id = candidate["id"].as_u64().expect("an id") as usize;
        assert!(candidate["token"].is_string());
        let got = ["logit", "probability"].map(|field| candidate[field].as_f64().expect("a number") as f32);
        assert_close(&got, &[logits[id], raised[id] / sum], 1e-5, "a candidate");
        assert!(candidate["logit"].as_f64() <= Some(above));
        above = candidate["logit"].as_f64().expect("a number");
    }
    let best = (0..logits.len()).max_by(|&a, &b| logits[a].total_cmp(&logits[b]));
    assert_eq!(candidates[0]["id"].as_u64().map(|id| id as usize), best);
}

#[test]
fn gpt2_writes_what_its_logits_say() {
    let dir = gpt2("GPT2LMHeadModel");
    let result = json_of("run", dir.path(), &["the cat s", "--steps", "4"]);
    assert_eq!(result["class"], "GPT2LMHeadModel");
    assert_eq!(result["model"], dir.path().file_name().expect("a name").to_string_lossy().as_ref());
    let mut all = ids(&result["tokens"]);
    assert_eq!(all, [116, 257, 261, 32, 115]);
    let spans: Vec<_> = result["tokens"].as_array().expect("tokens").iter().map(|t| (&t["start"], &t["end"])).collect();
    assert_eq!(spans[2], (&json!(4), &json!(7)));
    let predictions = result["predictions"].as_array().expect("predictions");
    assert_eq!(predictions.len(), 4);
    for (step, prediction) in predictions.iter().enumerate() {
        assert_eq!(prediction["position"], 4 + step);
        let logits = official(dir.path(), &Inputs::ids(&all), "logits").select(0, 0).select(0, 4 + step).to_vec();
        check_candidates(prediction, &logits, 1.0, 5);
        assert_eq!(prediction["chosen"], prediction["candidates"][0]["id"], "without options the likeliest is taken");
        all.push(prediction["chosen"].as_u64().expect("an id") as u32);
    }
    let tokenizer = headscope::text::Tokenizer::open(dir.path()).expect("a tokenizer");
    assert_eq!(result["output"], tokenizer.decode(&all[5..]));
}

#[test]
fn drawing_follows_its_options() {
    let dir = gpt2("GPT2LMHeadModel");
    let run = |rest: &[&str]| json_of("run", dir.path(), &[&["the cat", "--steps", "6"], rest].concat());
    let greedy = run(&[]);
    let drawn = run(&["--seed", "3"]);
    assert_eq!(drawn, run(&["--seed", "3"]), "the same seed, the same tokens");
    assert_ne!(drawn["output"], run(&["--seed", "4"])["output"]);
    assert_eq!(run(&["--top-k", "1", "--seed", "9"])["output"], greedy["output"]);
    assert_eq!(run(&["--top-p", "0.001", "--seed", "9"])["output"], greedy["output"]);
    assert_eq!(run(&["--temperature", "0"]), greedy);
    let first = |result: &Value| result["predictions"][0]["candidates"][0]["probability"].as_f64().expect("a number");
    assert!(first(&run(&["--temperature", "0.5"])) > first(&run(&["--temperature", "2"])));
    let few = run(&["--candidates", "2"]);
    assert_eq!(few["predictions"][0]["candidates"].as_array().map(Vec::len), Some(2));
    let none = json_of("run", dir.path(), &["the cat", "--steps", "0"]);
    assert_eq!((&none["output"], none["predictions"].as_array().map(Vec::len)), (&json!(""), Some(1)));
}

#[test]
fn writing_ends_where_there_is_no_room() {
    let dir = gpt2("GPT2LMHeadModel");
    // 24 positions; each of these letters is a token.
    let result = json_of("run", dir.path(), &["xyzxyzxyzxyzxyzxyzxyz", "--steps", "1000"]);
    assert_eq!(result["tokens"].as_array().map(Vec::len), Some(21));
    let predictions = result["predictions"].as_array().expect("predictions");
    if result["stopped"] == "context" {
        assert_eq!(predictions[predictions.len() - 1]["position"], 23);
    }
    let long = refusal("run", dir.path(), &["xyzxyzxyzxyzxyzxyzxyzxyzx"], 1);
    assert!(long.contains("25 tokens") && long.contains("24"), "{long}");
}

#[test]
fn bert_fills_masks() {
    let dir = bert("BertForMaskedLM");
    let result = json_of("run", dir.path(), &["The [MASK] sat", "--pair", "on [MASK]!"]);
    assert_eq!(
        texts(&json!(result["tokens"].as_array().expect("tokens").iter().map(|t| &t["text"]).collect::<Vec<_>>())),
        ["[CLS]", "The", "[MASK]", "sat", "[SEP]", "on", "[MASK]", "!", "[SEP]"]
    );
    let predictions = result["predictions"].as_array().expect("predictions");
    let positions: Vec<_> = predictions.iter().map(|p| p["position"].as_u64().expect("a position")).collect();
    assert_eq!(positions, [2, 6]);
    let tokens = ids(&result["tokens"]);
    let inputs = Inputs::ids(&tokens).with("token_type_ids", vec![1, 9], vec![0, 0, 0, 0, 0, 1, 1, 1, 1]);
    let logits = official(dir.path(), &inputs, "logits");
    for prediction in predictions {
        let position = prediction["position"].as_u64().expect("a position") as usize;
        check_candidates(prediction, &logits.select(0, 0).select(0, position).to_vec(), 1.0, 5);
    }
    assert!(result["output"].is_string());

    // Nothing is masked: nothing is asked for, unless all is.
    let result = json_of("run", dir.path(), &["the cat"]);
    assert_eq!((result["predictions"].as_array().map(Vec::len), &result["output"]), (Some(0), &Value::Null));
    let all = json_of("run", dir.path(), &["the cat", "--all"]);
    assert_eq!(all["predictions"].as_array().map(Vec::len), Some(4));
    let told = run("run", dir.path(), &["the cat"]);
    assert!(String::from_utf8_lossy(&told.stderr).contains("[MASK]"));
    assert!(refusal("run", dir.path(), &["the cat", "--steps", "2"], 1).contains("does not write"));
    let pretraining = bert("BertForPreTraining");
    assert_eq!(json_of("run", pretraining.path(), &["a [MASK]"])["predictions"].as_array().map(Vec::len), Some(1));
}

#[test]
fn base_classes_predict_nothing() {
    for dir in [bert("BertModel"), gpt2("GPT2Model")] {
        let result = json_of("run", dir.path(), &["the cat", "--all"]);
        assert_eq!(result["predictions"], json!([]));
        let told = run("run", dir.path(), &["the cat"]);
        assert!(String::from_utf8_lossy(&told.stderr).contains("predicts no tokens"));
    }
}

#[test]
fn attention_is_that_of_the_pass() {
    let dir = gpt2("GPT2LMHeadModel");
    let result = json_of("attention", dir.path(), &["the cat s", "--layer", "1", "--head", "2"]);
    assert_eq!((&result["stream"], &result["layer"], &result["head"]), (&json!("decoder"), &json!(1), &json!(2)));
    assert_eq!(texts(&result["queries"]), ["t", "he", "cat", " ", "s"]);
    assert_eq!(result["keys"], result["queries"]);
    let weights = official(dir.path(), &Inputs::ids(&[116, 257, 261, 32, 115]), "attentions.1");
    for (query, row) in result["weights"].as_array().expect("rows").iter().enumerate() {
        let expected: Vec<f32> = (0..5).map(|key| weights.at(&[0, 2, query, key])).collect();
        assert_close(&numbers(row), &expected, 1e-6, "a row");
        let mask: Vec<Value> = (0..5).map(|key| if key > query { json!("future") } else { Value::Null }).collect();
        assert_eq!(result["mask"][query], json!(mask));
    }
    // The base class reads the same text in the same way.
    let base = gpt2("GPT2Model");
    let there = json_of("attention", base.path(), &["the cat s", "--layer", "1", "--head", "2", "--stream", "decoder"]);
    assert_eq!(there["weights"], result["weights"]);

    let dir = bert("BertModel");
    let result = json_of("attention", dir.path(), &["the cat", "--pair", "sat", "--layer", "0", "--head", "0"]);
    assert_eq!(result["stream"], "encoder");
    assert_eq!(texts(&result["queries"]), ["[CLS]", "the", "cat", "[SEP]", "sat", "[SEP]"]);
    for (weights, mask) in
        std::iter::zip(result["weights"].as_array().expect("rows"), result["mask"].as_array().expect("rows"))
    {
        assert!((numbers(weights).iter().sum::<f32>() - 1.0).abs() < 1e-5);
        assert_eq!(*mask, json!([null, null, null, null, null, null]));
    }
}

#[test]
fn attention_that_is_not_there_is_refused() {
    let dir = gpt2("GPT2LMHeadModel");
    let refused = |rest: &[&str]| refusal("attention", dir.path(), &[&["the"], rest].concat(), 1);
    assert!(refused(&["--layer", "2", "--head", "0"]).contains("0 to 1"));
    assert!(refused(&["--layer", "0", "--head", "3"]).contains("0 to 2"));
    assert!(refused(&["--layer", "18446744073709551615", "--head", "0"]).contains("no layer"));
    assert!(refused(&["--layer", "0", "--head", "0", "--stream", "cross"]).contains("decoder"));
    assert!(refused(&["--layer", "0", "--head", "0", "--pair", "x"]).contains("--pair"));
}

#[test]
fn tokens_say_how_they_came_about() {
    let dir = bert("BertForMaskedLM");
    let result = json_of("tokens", dir.path(), &["Cafés 中文[MASK]"]);
    assert_eq!(ids(&result["tokens"]), [2, 11, 10, 17, 18, 4, 3]);
    let first = &result["tokens"][1];
    assert_eq!((&first["text"], &first["start"], &first["end"]), (&json!("Café"), &json!(0), &json!(4)));
    let steps = result["steps"].as_array().expect("steps");
    let names: Vec<_> = steps.iter().map(|step| step["step"].as_str().expect("a name")).collect();
    assert_eq!(names, ["normalise", "split", "pieces", "add"]);
    assert_eq!(steps[0]["text"], "cafes  中  文 [MASK]");
    assert_eq!(
        (&steps[2]["method"], &steps[2]["words"][0]["pieces"][1]),
        (&json!("WordPiece"), &json!({"piece": "##s", "id": 10}))
    );
    assert_eq!(steps[3]["tokens"][1], json!({"position": 6, "text": "[SEP]", "id": 3}));
    // `cafes` is not in the vocabulary, `cafe` and `##s` are.
    let tries = steps[2]["words"][0]["steps"].as_array().expect("the tries");
    let tried: Vec<_> = tries.iter().map(|one| (one["try"].as_str().expect("a part"), one["found"] == true)).collect();
    assert_eq!(tried, [("cafes", false), ("cafe", true), ("##s", true)]);
    assert_eq!((&tries[0]["cut"], &steps[2]["words"][0]["agrees"]), (&json!(""), &json!(true)));

    let dir = gpt2("GPT2LMHeadModel");
    let result = json_of("tokens", dir.path(), &["the cat<|endoftext|>"]);
    assert_eq!(ids(&result["tokens"]), [116, 257, 261, 262]);
    assert_eq!(result["steps"].as_array().map(Vec::len), Some(2));
    let merges = result["steps"][1]["words"][1]["steps"].as_array().expect("the merges");
    assert_eq!(merges[0]["symbols"], json!(["Ġ", "c", "a", "t"]));
    let last = merges.last().expect("a merge");
    assert_eq!((&last["result"], &last["id"]), (&json!("Ġcat"), &json!(261)));
    assert_eq!(
        json_of("tokens", dir.path(), &[""]),
        json!({"tokens": [], "steps": [
        {"step": "split", "words": []}, {"step": "pieces", "method": "byte-level BPE", "words": []}]})
    );
}

#[test]
fn one_text_under_several_tokenizers() {
    let (dir, other) = (gpt2("GPT2LMHeadModel"), bert("BertForMaskedLM"));
    let with = other.path().to_str().expect("a path");
    let result = json_of("tokens", dir.path(), &["the cat", "--with", with, "--with", "t5"]);
    let lines = result["side_by_side"].as_array().expect("a line a model");
    assert_eq!(lines.len(), 3);
    for line in lines {
        let tokens = line["tokens"].as_array().expect("tokens").len();
        assert_eq!(
            (line["count"].as_u64(), line["characters_per_token"].as_f64().map(|each| (each * tokens as f64).round())),
            (Some(tokens as u64), Some(7.0))
        );
    }
    let told = plain("tokens", dir.path(), &["the cat", "--with", with], 100);
    assert!(told.contains("characters/token") && told.contains("merged:"), "{told}");
    let none = tempfile::TempDir::new().expect("a directory");
    assert!(refusal("tokens", dir.path(), &["the cat", "--with", none.path().to_str().expect("a path")], 1).len() > 10);
}

#[test]
fn parameters_are_counted_without_weights() {
    let dir = bert("BertForPreTraining");
    let with_weights = json_of("params", dir.path(), &[]);
    std::fs::remove_file(dir.path().join("model.safetensors")).expect("removed");
    let result = json_of("params", dir.path(), &[]);
    assert_eq!(result, with_weights);
    let variant = &result["variants"][0];
    let total = variant["parameters"]["BertForPreTraining"].as_u64().expect("a count");
    let parts = variant["components"].as_array().expect("components");
    assert_eq!(parts.iter().map(|part| part["parameters"].as_u64().expect("a count")).sum::<u64>(), total);
    assert_eq!((&variant["memory"]["fp32"], &variant["memory"]["fp16"]), (&json!(4 * total), &json!(2 * total)));
    assert_eq!(variant["shared"][0]["places"], json!(["embeddings", "prediction_head"]));

    std::fs::write(dir.path().join("config.json"), r#"{"model_type": "gpt2", "architectures": ["GPT2LMHeadModel"]}"#)
        .expect("written");
    let result = json_of("params", dir.path(), &[]);
    assert_eq!(result["variants"][0]["parameters"], json!({"GPT2LMHeadModel": 124_439_808}));
    assert!(plain("params", dir.path(), &[], 80).contains("124,439,808"));
    assert!(refusal("params", &dir.path().join("nothing"), &[], 1).contains("does not exist"));
}

#[test]
fn without_a_tokenizer_a_text_is_token_ids() {
    let dir = parity_checkpoint("gpt2-lm");
    let result = json_of("run", &dir, &["5 6 7", "--steps", "2"]);
    assert_eq!(ids(&result["tokens"]), [5, 6, 7]);
    assert_eq!(result["output"].as_str().map(|output| output.split(' ').count()), Some(2));
    assert_eq!(json_of("tokens", &dir, &["5 6"])["steps"], json!([]));
    assert!(refusal("run", &dir, &["five"], 1).contains("no tokenizer"));
    assert!(refusal("run", &dir, &["5 97"], 1).contains("97"));
    assert!(refusal("run", &parity_checkpoint("bert-model"), &["5", "--pair", "6"], 1).contains("no pair"));
}

#[test]
fn tables_stay_within_a_narrow_terminal() {
    let (gpt2, bert) = (gpt2("GPT2LMHeadModel"), bert("BertForMaskedLM"));
    for columns in [40, 60, 100] {
        let tables = [
            plain("tokens", bert.path(), &["the cat sat on the mats 中文 unaffable"], columns),
            plain("run", gpt2.path(), &["the cat", "--steps", "5", "--candidates", "9"], columns),
            plain("run", bert.path(), &["the [MASK] sat", "--candidates", "9"], columns),
            plain("attention", bert.path(), &["中文 the cat sat on the mat", "--layer", "0", "--head", "1"], columns),
            plain("params", gpt2.path(), &[], columns),
        ];
        for text in tables {
            let table = text.split_once("\n\n").expect("a table behind an empty line").1;
            let wide: Vec<&str> = table.lines().filter(|line| width(line) > columns && !line.contains(": ")).collect();
            assert!(wide.is_empty(), "{columns} columns: {wide:#?}");
        }
    }
    // In any width all keys are there.
    let narrow = plain("attention", bert.path(), &["the cat sat", "--layer", "0", "--head", "1"], 1);
    assert!(["‹CLS›", "the", "cat", "sat", "‹SEP›"].iter().all(|label| narrow.contains(label)));
}

#[test]
fn control_characters_of_a_text_do_not_reach_the_terminal() {
    let dir = gpt2("GPT2LMHeadModel");
    for (name, rest) in
        [("tokens", vec![]), ("run", vec!["--steps", "3"]), ("attention", vec!["--layer", "0", "--head", "0"])]
    {
        let text = plain(name, dir.path(), &[vec!["a\u{1b}[2J\u{7}\u{9b}b\r\u{202e}"], rest].concat(), 80);
        assert!(
            !text.contains(|c: char| c == '\u{202e}' || (c.is_control() && c != '\n' && c != '\t')),
            "{name}: {text:?}"
        );
    }
}

#[test]
fn hostile_command_lines_are_refused() {
    let dir = gpt2("GPT2LMHeadModel");
    for rest in [
        &["the", "--steps", "18446744073709551616"][..],
        &["the", "--steps", "-1"],
        &["the", "--steps", ""],
        &["the", "--temperature", "nan"],
        &["the", "--temperature", "inf"],
        &["the", "--temperature", "-0.1"],
        &["the", "--top-p", "0"],
        &["the", "--top-p", "1.01"],
        &["the", "--top-k", "0"],
        &["the", "--candidates", "0"],
        &["the", "--seed", "x"],
        &["the", "--no-such-option"],
        &["the", "more"],
        &["-x"],
        &[],
    ] {
        refusal("run", dir.path(), rest, 2);
    }
    assert!(refusal("run", Path::new("gpt-9"), &["the"], 1).contains("no model"));
    refusal("run", Path::new(""), &["the"], 2);
    assert!(refusal("run", Path::new("/dev/null"), &["the"], 1).contains("/dev/null"));
    refusal("run", &dir.path().join("model.safetensors/x"), &["the"], 1);
    assert!(refusal("run", dir.path(), &[""], 1).contains("empty"));
    assert!(refusal("run", dir.path(), &["the", "--all"], 1).contains("--all"));
    refusal("run", dir.path(), &[&"x".repeat(100_000)], 1);
    refusal("attention", dir.path(), &["the", "--layer", "0"], 2);
    refusal("attention", dir.path(), &["the", "--layer", "99999999999999999999", "--head", "0"], 2);
    refusal("params", dir.path(), &["--layer", "0"], 2);
    refusal("tokens", dir.path(), &[], 2);
    // A text may look like an option behind `--`.
    let output = run("tokens", dir.path(), &["--json", "--", "-x"]);
    let result: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(ids(&result["tokens"]).len(), 2);
}

#[cfg(unix)]
#[test]
fn a_text_that_is_no_text_is_refused() {
    use std::os::unix::ffi::OsStrExt;
    let dir = gpt2("GPT2LMHeadModel");
    let output = run("tokens", dir.path(), &[OsStr::from_bytes(b"a\xff")]);
    assert_eq!(output.status.code(), Some(2), "{output:?}");
}

#[test]
fn the_explorer_and_the_rest() {
    let dir = gpt2("GPT2LMHeadModel");
    assert!(refusal("open", dir.path(), &[], 1).contains("terminal"));
    assert!(refusal("open", Path::new("gpt-9"), &[], 1).contains("no model"));
    let alone = command().output().expect("the program can be started");
    assert_eq!((alone.status.code(), alone.stdout.len()), (Some(1), 0));
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let script = command().args(["completions", shell]).output().expect("the program can be started");
        assert!(script.status.success() && String::from_utf8_lossy(&script.stdout).contains("attention"), "{shell}");
    }
    assert_eq!(command().args(["completions", "cmd"]).output().expect("started").status.code(), Some(2));
    let page = command().arg("man").output().expect("the program can be started");
    assert!(page.status.success() && String::from_utf8_lossy(&page.stdout).contains(".TH headscope"));
    for rest in [&["--help"][..], &["--version"], &["run", "--help"]] {
        assert!(command().args(rest).output().expect("the program can be started").status.success());
    }
}

#[test]
fn a_reader_that_leaves_is_no_error() {
    let dir = gpt2("GPT2LMHeadModel");
    for rest in
        [&["tokens", "MODEL", "the cat"][..], &["tokens", "MODEL", "the", "--json"], &["params", "MODEL"], &["man"]]
    {
        let rest = rest.iter().map(|arg| if *arg == "MODEL" { dir.path().as_os_str() } else { OsStr::new(arg) });
        let mut child = std::process::Command::new(env!("CARGO_BIN_EXE_headscope"))
            .envs(common::ISOLATED)
            .args(rest)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program can be started");
        drop(child.stdout.take());
        let output = child.wait_with_output().expect("it ends");
        assert_eq!((output.status.code(), &*String::from_utf8_lossy(&output.stderr)), (Some(0), ""));
    }
}

#[cfg(unix)]
#[test]
fn an_interrupt_ends_it_quietly() {
    use std::os::unix::process::ExitStatusExt;
    let dir = tempfile::tempdir().expect("a directory");
    let mut config = gpt2_config();
    config["n_positions"] = 200_000.into();
    write_checkpoint(dir.path(), &config);
    let child = std::process::Command::new(env!("CARGO_BIN_EXE_headscope"))
        .envs(common::ISOLATED)
        .arg("run")
        .arg(dir.path())
        .args(["1", "--steps", "200000"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program can be started");
    std::thread::sleep(std::time::Duration::from_millis(300));
    let interrupt = format!("kill -INT {}", child.id());
    assert!(std::process::Command::new("sh").args(["-c", &interrupt]).status().expect("a shell").success());
    let output = child.wait_with_output().expect("it ends");
    assert_eq!(output.status.signal(), Some(2), "{output:?}");
    assert_eq!((output.stdout.as_slice(), output.stderr.as_slice()), (&b""[..], &b""[..]));
}

#[test]
fn numbers_that_are_none_are_said() {
    let dir = parity_checkpoint("hostile-nan-weights");
    let output = run("run", &dir, &["1 2", "--steps", "1", "--json"]);
    let result: Value = serde_json::from_slice(&output.stdout).expect("JSON all the same");
    assert_eq!(result["predictions"][0]["candidates"][0]["logit"], Value::Null);
    assert!(String::from_utf8_lossy(&output.stderr).contains("non-finite"));
}

/// What the model expects after a target.
fn expected(dir: &Path, source: &[u32], target: &[u32]) -> Vec<f32> {
    let logits = official(dir, &Inputs::ids(source).with_target(target), "logits");
    logits.select(0, 0).select(0, target.len() - 1).to_vec()
}

#[test]
fn t5_writes_a_target_of_its_own() {
    let dir = t5("T5ForConditionalGeneration");
    let result = json_of("run", dir.path(), &["the cat sat", "--steps", "5"]);
    let source = ids(&result["tokens"]);
    assert_eq!(source, [3, 4, 5, 1]);
    let target = ids(&result["target_tokens"]);
    assert_eq!(target[0], 0, "the start token comes first");
    let predictions = result["predictions"].as_array().expect("predictions");
    for (position, prediction) in predictions.iter().enumerate() {
        assert_eq!(prediction["position"], position);
        check_candidates(prediction, &expected(dir.path(), &source, &target[..=position]), 1.0, 5);
        assert_eq!(prediction["chosen"], prediction["candidates"][0]["id"]);
        if let Some(next) = target.get(position + 1) {
            assert_eq!(prediction["chosen"], *next);
        }
    }
    let tokenizer = headscope::text::Tokenizer::open(dir.path()).expect("a tokenizer");
    assert_eq!(result["output"], tokenizer.decode(&target[1..]));
    let drawn = json_of("run", dir.path(), &["the cat sat", "--temperature", "2", "--seed", "3"]);
    assert_ne!(drawn["output"], result["output"]);
    assert_eq!(
        drawn["output"],
        json_of("run", dir.path(), &["the cat sat", "--temperature", "2", "--seed", "3"])["output"]
    );
}

#[test]
fn a_given_target_is_predicted_and_continued() {
    let dir = t5("T5ForConditionalGeneration");
    let result = json_of("run", dir.path(), &["the cat", "--target", "cat sat"]);
    let target = ids(&result["target_tokens"]);
    assert_eq!(target, [0, 4, 5]);
    assert_eq!(result["target_tokens"][2]["start"], 3);
    assert_eq!((&result["output"], &result["stopped"]), (&Value::Null, &Value::Null), "nothing was written");
    let predictions = result["predictions"].as_array().expect("predictions");
    assert_eq!(predictions.len(), 3);
    for (position, prediction) in predictions.iter().enumerate() {
        check_candidates(prediction, &expected(dir.path(), &[3, 4, 1], &target[..=position]), 1.0, 5);
    }
    assert_eq!((&predictions[0]["chosen"], &predictions[1]["chosen"]), (&json!(4), &json!(5)));
    let longer = json_of("run", dir.path(), &["the cat", "--target", "cat sat", "--steps", "2"]);
    assert!(longer["output"].is_string());
    assert_eq!(ids(&longer["target_tokens"])[..3], target);
    assert_eq!(longer["predictions"].as_array().map_or(&[][..], Vec::as_slice)[..2], predictions[..2]);
    let text = plain("run", dir.path(), &["the cat", "--target", "cat"], 80);
    assert!(text.contains("\ntarget  ‹pad› cat\n"), "{text}");
}

#[test]
fn the_end_of_the_text_ends_writing() {
    let dir = t5("T5ForConditionalGeneration");
    let first = json_of("run", dir.path(), &["the cat sat"]);
    let wanted = ids(&first["target_tokens"])[1];
    // The first token that this model writes is now the end.
    let file = dir.path().join("tokenizer_config.json");
    let piece = common::PIECES[wanted as usize].0;
    std::fs::write(&file, json!({"eos_token": piece}).to_string()).expect("written");
    let result = json_of("run", dir.path(), &["the cat sat"]);
    assert_eq!((&result["output"], &result["stopped"]), (&json!(""), &json!("end")));
    assert_eq!(ids(&result["target_tokens"]), [0]);
    assert_eq!(result["predictions"][0]["chosen"], wanted);
}

#[test]
fn encoder_decoder_and_cross_attention_each_have_their_texts() {
    let dir = t5("T5ForConditionalGeneration");
    let rest = |stream: &'static str, layer: &'static str| {
        ["the cat sat", "--target", "sat the", "--layer", layer, "--head", "1", "--stream", stream]
    };
    let (source, target) = (["the", " cat", " sat", "</s>"], ["<pad>", "sat", " the"]);
    let inputs = Inputs::ids(&[3, 4, 5, 1]).with_target(&[0, 5, 3]);
    for (stream, layer, queries, keys) in [
        ("encoder", "1", &source[..], &source[..]),
        ("decoder", "2", &target, &target),
        ("cross", "2", &target, &source),
    ] {
        let result = json_of("attention", dir.path(), &rest(stream, layer));
        assert_eq!((&result["stream"], &result["head"]), (&json!(stream), &json!(1)));
        assert_eq!((texts(&result["queries"]), texts(&result["keys"])), (queries.to_vec(), keys.to_vec()));
        let name = if stream == "cross" { "cross_attentions" } else { &format!("{stream}_attentions") };
        let weights = official(dir.path(), &inputs, &format!("{name}.{layer}")).select(0, 0).select(0, 1);
        for (query, row) in result["weights"].as_array().expect("rows").iter().enumerate() {
            assert_close(&numbers(row), &weights.select(0, query).to_vec(), 1e-6, stream);
        }
        let hidden =
            if stream == "decoder" { json!([null, "future", "future"]) } else { json!(vec![Value::Null; keys.len()]) };
        assert_eq!(result["mask"][0], hidden);
    }
    let usual = json_of("attention", dir.path(), &["the cat sat", "--layer", "0", "--head", "0"]);
    assert_eq!(usual["stream"], "encoder");
    let start = json_of("attention", dir.path(), &["the", "--layer", "0", "--head", "0", "--stream", "cross"]);
    assert_eq!(texts(&start["queries"]), ["<pad>"]);
}

#[test]
fn targets_and_streams_that_are_not_there_are_refused() {
    let (t5, gpt2) = (t5("T5ForConditionalGeneration"), gpt2("GPT2LMHeadModel"));
    assert!(refusal("run", gpt2.path(), &["a", "--target", "b"], 1).contains("--target"));
    let head = ["a", "--layer", "0", "--head", "0"];
    assert!(refusal("attention", gpt2.path(), &[&head[..], &["--target", "b"]].concat(), 1).contains("--target"));
    assert!(refusal("attention", t5.path(), &[&head[..], &["--stream", "memory"]].concat(), 1).contains("cross"));
    let third = ["a", "--layer", "2", "--head", "0"];
    assert!(refusal("attention", t5.path(), &third, 1).contains("encoder"));
    assert!(refusal("run", t5.path(), &["a", "--pair", "b"], 1).contains("--pair"));
    let encoder = self::t5("T5EncoderModel");
    assert!(refusal("run", encoder.path(), &["a", "--target", "b"], 1).contains("--target"));
    assert!(refusal("run", encoder.path(), &["a", "--steps", "2"], 1).contains("--steps"));
    let vectors = json_of("run", encoder.path(), &["the cat"]);
    assert_eq!((ids(&vectors["tokens"]), &vectors["predictions"]), (vec![3, 4, 1], &json!([])));
}

#[test]
fn parts_of_t5_are_counted_by_stack() {
    let dir = t5("T5ForConditionalGeneration");
    let result = json_of("params", dir.path(), &[]);
    let variant = &result["variants"][0];
    let parts = variant["components"].as_array().expect("components");
    let of =
        |name: &str| parts.iter().find(|part| part["name"] == name).map(|part| (&part["times"], &part["parameters"]));
    assert_eq!(of("encoder/layer/attention"), Some((&json!(2), &json!(2 * 4 * 12 * 15))));
    assert_eq!(of("decoder/layer/cross_attention"), Some((&json!(3), &json!(3 * 4 * 12 * 15))));
    assert_eq!(of("decoder/relative_position"), Some((&json!(1), &json!(8 * 3))));
    let total: u64 = parts.iter().filter_map(|part| part["parameters"].as_u64()).sum();
    assert_eq!(variant["parameters"]["T5ForConditionalGeneration"], total);
    let places = json!(["encoder/embeddings", "decoder/embeddings", "logits"]);
    assert_eq!(variant["shared"], json!([{"parameter": "shared.weight", "places": places}]));
}

#[test]
fn the_world_shows_documents_and_makes_tokenizers() {
    let world = |rest: &[&str]| command().arg("world").args(rest).output().expect("the program can be started");
    let story = world(&["--genre", "story", "-n", "3", "--seed", "4", "--split", "test", "--json"]);
    let value: Value = serde_json::from_slice(&story.stdout).expect("JSON");
    let documents = value["documents"].as_array().expect("documents");
    assert_eq!((documents.len(), documents[0]["genre"].as_str()), (3, Some("story")));
    assert!(documents.iter().all(|document| document["nats"].as_f64().is_some_and(|nats| nats > 5.0)));
    assert!(!documents[0]["links"].as_array().expect("links").is_empty());

    let unknown = world(&["--genre", "poem"]);
    let said = String::from_utf8_lossy(&unknown.stderr);
    assert_eq!(unknown.status.code(), Some(1));
    assert!(said.contains("poem") && said.contains("story, names, list"), "{said}");

    let made = world(&["--tokenizer", "bert"]).stdout;
    assert!(made == std::fs::read("assets/models/bert/tokenizer.json").expect("the shipped file"));
    assert_eq!(world(&["--tokenizer", "bert", "--seed", "1"]).status.code(), Some(2));
}

#[test]
fn options_of_the_explorer_before_a_command_are_not_swallowed() {
    let output = command().args(["--lang", "zh", "list"]).output().expect("the program can be started");
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{stderr}");
    assert!(stderr.contains("--lang stands before the command"), "{stderr}");
    // Alone they are the explorer's, which needs a terminal.
    let output = command().args(["--lang", "zh"]).output().expect("the program can be started");
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.code() == Some(1) && stderr.contains("needs a terminal"), "{stderr}");
}

/// What a command of the catalogue prints.
fn catalogue(args: &[&str]) -> String {
    let output = command().args(args).env("COLUMNS", "200").output().expect("the program can be started");
    let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(0), "{args:?}: {stderr}");
    String::from_utf8(output.stdout).expect("UTF-8")
}

fn catalogue_json(args: &[&str]) -> Value {
    serde_json::from_str(&catalogue(&[args, &["--json"]].concat())).expect("JSON")
}

#[test]
fn the_list_says_what_runs_and_what_is_only_said() {
    let list = catalogue_json(&["list"]);
    let of = |id: &str| list.as_array().and_then(|l| l.iter().find(|e| e["id"] == id)).expect("an entry").clone();
    assert_eq!((&of("gpt-2")["executable"], &of("gpt-4")["executable"]), (&json!(true), &json!(false)));
    assert_eq!((&of("gpt-2")["mini"], &of("gpt-4")["mini"]), (&json!("gpt-2"), &Value::Null));
    let plain = catalogue(&["list", "--lang", "en"]);
    let line = |id: &str| plain.lines().find(|line| line.starts_with(&format!("{id} "))).expect("a line").to_owned();
    assert!(line("gpt-2").contains('▸') && !line("gpt-4").contains('▸'), "{plain}");
    assert!(line("gpt-4").contains("undisclosed") && line("gpt-3").contains("≈175B"), "{plain}");
}

#[test]
fn the_list_is_sorted_and_filtered_by_what_it_says() {
    let entries = |args: &[&str]| catalogue_json(&[&["list"], args].concat()).as_array().expect("a list").clone();
    let ids = |args: &[&str]| -> Vec<String> {
        entries(args).iter().map(|entry| entry["id"].as_str().expect("an id").to_owned()).collect()
    };
    let place = |order: &[String], id: &str| order.iter().position(|own| own == id).expect("an entry");
    let by_size = ids(&["--sort", "parameters"]);
    let sizes = ["palm", "gpt-3", "bert", "distilbert"].map(|id| place(&by_size, id));
    assert!(sizes.is_sorted(), "{by_size:?}");
    let by_context = ids(&["--sort", "context"]);
    assert!(place(&by_context, "gpt-3") < place(&by_context, "gpt-2"), "{by_context:?}");
    let by_tokens = ids(&["--sort", "tokens"]);
    assert!(place(&by_tokens, "llama") < place(&by_tokens, "gpt-3"), "{by_tokens:?}");
    assert!(entries(&["--sort", "date"]).is_sorted_by_key(|entry| entry["released"].as_str().map(str::to_owned)));
    let year = entries(&["--year", "2019"]);
    assert!(!year.is_empty() && year.iter().all(|e| e["released"].as_str().is_some_and(|d| d.starts_with("2019"))));
}

#[test]
fn estimates_are_for_any_size_and_length_and_say_where_their_numbers_come_from() {
    let entry = catalogue_json(&["show", "gpt-2", "--context", "2048"]);
    let names: Vec<&str> =
        entry["variants"].as_array().expect("a list").iter().filter_map(|v| v["name"].as_str()).collect();
    let last = *names.last().expect("a variant");
    assert!(names.iter().all(|name| entry["estimates"][name].as_array().is_some_and(|list| !list.is_empty())));
    let cache =
        entry["estimates"][last].as_array().and_then(|l| l.iter().find(|e| e["id"] == "cache")).expect("a cache");
    // 2 (key, value) x 48 layers x 25 heads x 64 numbers x 2048 tokens x 2 bytes.
    assert_eq!(cache["value"].as_f64(), Some(2.0 * 48.0 * 25.0 * 64.0 * 2048.0 * 2.0));
    let from = |symbol: &str| {
        cache["terms"].as_array().and_then(|l| l.iter().find(|t| t["symbol"] == symbol)).expect("a term")
    };
    assert_eq!(from("L")["from"], json!({"kind": "config", "field": "n_layer"}));
    assert_eq!(from("n")["from"]["kind"], "chosen");
    let plain = catalogue(&["show", "gpt-2", "--variant", last, "--derive", "--lang", "en"]);
    assert!(plain.contains("config: n_layer") && plain.contains("headscope objective gpt-2 TEXT"), "{plain}");
    assert!(!plain.contains(&format!("▪ {}", names[0])), "{plain}");
    let output = command().args(["show", "gpt-2", "--variant", "huge"]).output().expect("the program can be started");
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stderr).contains("there are: "));
}

#[test]
fn counts_are_explained_in_the_language_asked_for() {
    let (en, zh) = (catalogue(&["params", "t5", "--lang", "en"]), catalogue(&["params", "t5", "--lang", "zh"]));
    assert!(en.contains("why different") && zh.contains("差异原因"), "{zh}");
    assert!(zh.lines().skip(1).any(|line| line.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c))), "{zh}");
    assert!(catalogue(&["params", "glam", "--lang", "en"]).contains("(active 96.6B)"));
}

/// A cache of the hub with a GPT-2 that opens and a BERT whose weights are missing.
fn cache() -> TempDir {
    let cache = tempfile::tempdir().expect("a directory");
    for (name, revision) in [("models--org--tiny", "00ff"), ("models--broken", "11ee")] {
        let repository = cache.path().join(name);
        let snapshot = repository.join("snapshots").join(revision);
        std::fs::create_dir_all(&snapshot).expect("made");
        std::fs::create_dir_all(repository.join("refs")).expect("made");
        std::fs::write(repository.join("refs/main"), revision).expect("written");
        if name.ends_with("tiny") {
            tiny_gpt2(&snapshot, "GPT2LMHeadModel");
        } else {
            tiny_bert(&snapshot, "BertModel");
            std::fs::remove_file(snapshot.join("model.safetensors")).expect("removed");
        }
    }
    cache
}

#[test]
fn checkpoints_of_the_hugging_face_cache_are_listed_and_opened_by_name() {
    let cache = cache();
    let asked = |args: &[&str]| command().env("HF_HUB_CACHE", cache.path()).args(args).output().expect("to start");
    let list: Value = serde_json::from_slice(&asked(&["list", "--local", "--json"]).stdout).expect("JSON");
    let field = |name: &str| list.as_array().expect("a list").iter().map(|one| one[name].clone()).collect::<Vec<_>>();
    assert_eq!(field("name"), ["org/tiny", "broken"]);
    assert_eq!(field("opens"), [true, false]);
    assert_eq!(field("reason"), [Value::Null, json!("no_safetensors")]);
    assert_eq!(field("class"), ["GPT2LMHeadModel", "BertModel"]);
    let text = |args: &[&str]| String::from_utf8(asked(args).stdout).expect("text");
    let english = text(&["list", "--local", "--lang", "en"]);
    assert!(english.contains("broken: it holds no weights") && english.contains("1 of 2 in "), "{english}");
    let chinese = text(&["list", "--local", "--lang", "zh", "bert"]);
    assert!(chinese.contains("其中没有权重") && !chinese.contains("org/tiny"), "{chinese}");

    let run = asked(&["run", "org/tiny", "the cat", "--json"]);
    let ran: Value = serde_json::from_slice(&run.stdout).expect("JSON");
    assert_eq!((&ran["model"], &ran["class"]), (&json!("org/tiny"), &json!("GPT2LMHeadModel")));
    let counted: Value = serde_json::from_slice(&asked(&["params", "broken", "--json"]).stdout).expect("JSON");
    assert_eq!(counted["id"], "broken", "the configuration is enough for counting");
    for (name, says) in [
        ("broken", "cannot be opened: it holds no weights"),
        ("org/absent", "does not exist"),
        ("absent", "holds none of this name"),
    ] {
        let output = asked(&["open", name]);
        let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(1), "{stderr}");
        let place = cache.path().display().to_string();
        assert!(stderr.contains(says) && stderr.contains(&place), "{name}: {stderr}");
    }
}

#[test]
fn what_is_set_by_files_is_checked_and_holds() {
    let dir = tempfile::tempdir().expect("a directory");
    let write = |name: &str, text: &str| std::fs::write(dir.path().join(name), text).expect("written");
    let asked = |args: &[&str]| {
        let output = command()
            .env("HEADSCOPE_CONFIG_HOME", dir.path())
            .env("LC_ALL", "C")
            .args(args)
            .output()
            .expect("to start");
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        (output.status.code(), text(&output.stdout), text(&output.stderr))
    };
    let (status, text, _) = asked(&["config", "check"]);
    assert!(status == Some(0) && text.starts_with("no file in "), "{text}");
    // What is printed as the default is sound, file by file.
    std::fs::create_dir(dir.path().join("themes")).expect("made");
    for (args, file) in [
        (&["config", "default"][..], "config.yaml"),
        (&["config", "default", "keys"], "keys.yaml"),
        (&["config", "default", "theme", "contrast"], "themes/mine.yaml"),
    ] {
        let (status, text, _) = asked(args);
        assert_eq!(status, Some(0));
        write(file, &text.replace("name: contrast", "name: mine"));
    }
    let (status, text, _) = asked(&["config", "check"]);
    assert!(status == Some(0) && text.contains("3 files") && text.contains("nothing wrong"), "{text}");
    // A language that is set holds for what commands print.
    write("config.yaml", "language: zh\n");
    assert!(asked(&["list"]).1.contains("个模型"));
    assert!(asked(&["list", "--lang", "en"]).1.contains(" models"));
    // Faults have their file and line, and keep nothing from working.
    write("config.yaml", "language: zh\nthem: mine\n");
    write("keys.yaml", "attention:\n  keys:\n    average: [v]\n");
    let (status, text, _) = asked(&["config", "check"]);
    assert_eq!(status, Some(1));
    assert!(text.contains("config.yaml:2: ") && text.contains("keys.yaml:3: ") && text.contains("2 faults"), "{text}");
    let (status, text, stderr) = asked(&["list"]);
    assert!(status == Some(0) && text.contains(" models") && stderr.contains("config.yaml:2: "), "{stderr}");
    let json: Value = serde_json::from_str(&asked(&["config", "check", "--json"]).1).expect("JSON");
    assert_eq!(json["faults"].as_array().map(Vec::len), Some(2));
    assert!(asked(&["config", "path"]).1.contains("keys.yaml"));
    // What is asked for by name and is not there is refused.
    for (args, says) in [
        (&["--config", "/dev/null/x", "list"][..], "no such directory"),
        (&["open", "gpt-2", "--theme", "drak"], "\"drak\""),
        (&["open", "gpt-2", "--keys", "/dev/null/x"], "no such file"),
        (&["config", "default", "theme", "drak"], "\"drak\""),
    ] {
        let (status, _, stderr) = asked(args);
        assert!(status == Some(1) && stderr.contains(says), "{args:?}: {stderr}");
    }
}

#[test]
fn the_reference_of_the_commands_is_what_the_program_says() {
    let output = command().arg("reference").output().expect("the program can be started");
    let said = String::from_utf8(output.stdout).expect("UTF-8");
    assert!(said.starts_with("# Commands\n") && said.contains("## `headscope export card`"), "{said}");
    let written = std::fs::read_to_string("docs/commands.md").expect("docs/commands.md");
    assert!(said == written, "docs/commands.md is old: cargo run -- reference > docs/commands.md");
}

#[test]
fn tours_are_listed_printed_and_measured() {
    let listed = command().args(["tour", "--lang", "en"]).output().expect("a list");
    let text = String::from_utf8_lossy(&listed.stdout).into_owned();
    assert_eq!(text.matches(" stops)").count(), 6, "{text}");
    let printed = command().args(["tour", "induction", "--print", "--lang", "zh"]).output().expect("a tour");
    let text = String::from_utf8_lossy(&printed.stdout).into_owned();
    assert!(
        text.contains("1. headscope:writing/gpt-2,text=Kalo+Mivu+Zore+Kalo+Mivu") && text.contains("照抄"),
        "{text}"
    );
    let json = command().args(["tour", "induction", "--json"]).output().expect("a tour");
    let value: Value = serde_json::from_slice(&json.stdout).expect("JSON");
    assert_eq!(value["stops"].as_array().map(Vec::len), Some(6));
    let checked = command().args(["tour", "--check"]).output().expect("a check");
    assert_eq!(checked.status.code(), Some(0), "{}", String::from_utf8_lossy(&checked.stdout));
}

#[test]
fn a_tour_of_ones_own_is_read_and_its_faults_named() {
    let dir = tempfile::tempdir().expect("a directory");
    let file = dir.path().join("mine.yaml");
    let tour = |address: &str, least: &str| {
        format!(
            "title: t\nsummary: s\nstops:\n  - address: {address}\n    words: w\n    expect:\n      - weight: {{at_least: {least}}}\n"
        )
    };
    let run = |args: &[&str]| command().arg("tour").arg(&file).args(args).output().expect("the program can be started");
    std::fs::write(&file, tour("headscope:attention/gpt-2,text=Anna+and,layer=0,head=0,query=1,key=0", "0.9"))
        .expect("a file");
    assert_eq!(run(&["--check"]).status.code(), Some(0));
    std::fs::write(&file, tour("headscope:attention/gpt-2,text=Anna+and,layer=0,head=0,query=1,key=1", "0.9"))
        .expect("a file");
    let output = run(&["--check"]);
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.code() == Some(1) && said.starts_with("mine, stop 1: the weight is 0.000"), "{said}");
    std::fs::write(&file, tour("headscope:attention/gpt-2,laier=1", "0.9")).expect("a file");
    let output = run(&[]);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(1));
    assert!(said.contains("mine.yaml:4: stops[0].address: the address sets \"laier\""), "{said}");
    let unknown = command().args(["tour", "nowhere"]).output().expect("the program can be started");
    assert!(String::from_utf8_lossy(&unknown.stderr).contains("Tours: causal-mask, both-sides"));
}

#[test]
fn an_address_that_is_none_is_a_wrong_command_line() {
    let output = command().args(["open", "headscope:atention/gpt-2"]).output().expect("the program can be started");
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(2));
    assert!(said.contains("the place \"atention\" (character 11)"), "{said}");
}
