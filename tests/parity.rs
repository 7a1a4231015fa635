//! The numbers of the official implementations: every case under `tests/parity` is run through the real program.
//!
//! A case is a directory `ARCHITECTURE-VARIANT` with `checkpoint/`, `input.safetensors`, `expected.safetensors` and
//! `note.txt`, whose first lines say what kind of case it is. The files are read with the safetensors crate itself, not
//! with headscope's own reader, so that a fault there cannot hide behind itself.

mod common;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Output;
use std::time::Duration;

use assert_cmd::Command;
use safetensors::{Dtype, SafeTensors};

/// How far a number may be off, as a part of its tensor's largest: room for another order of summation and nothing else.
const TOLERANCE: f32 = 2e-4;
/// No case may take longer, even in a debug build on a busy machine.
const LIMIT: Duration = Duration::from_secs(20);

/// A tensor of a file.
struct Stored {
    shape: Vec<usize>,
    numbers: Vec<f32>,
}

type Note = BTreeMap<String, String>;

#[test]
fn every_case_gives_the_official_numbers() {
    let cases = cases();
    assert!(!cases.is_empty(), "no parity case was found");
    let faults: Vec<String> =
        cases.iter().filter_map(|case| judge(case).err().map(|fault| format!("{}: {fault}", case.display()))).collect();
    assert!(faults.is_empty(), "{} of {} cases failed\n{}", faults.len(), cases.len(), faults.join("\n"));
}

fn cases() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/parity");
    let entries = fs::read_dir(&root).expect("the directory of parity cases");
    let mut cases: Vec<PathBuf> = entries
        .map(|entry| entry.expect("an entry of the directory").path())
        .filter(|path| path.join("note.txt").is_file())
        .collect();
    cases.sort();
    cases
}

/// The `key: value` lines at the top of `note.txt`.
fn note(case: &Path) -> Note {
    let text = fs::read_to_string(case.join("note.txt")).expect("the note of the case");
    let lines = text.lines().take_while(|line| !line.trim().is_empty());
    let pairs = lines.filter_map(|line| line.split_once(':'));
    pairs.map(|(key, value)| (key.trim().to_owned(), value.trim().to_owned())).collect()
}

/// Runs a case; `Err` says what is wrong with the result.
fn judge(case: &Path) -> Result<(), String> {
    let note = note(case);
    let dir = tempfile::tempdir().expect("a temporary directory");
    let written = dir.path().join("out.safetensors");
    let output = Command::new(env!("CARGO_BIN_EXE_headscope"))
        .envs(common::ISOLATED)
        .arg("forward")
        .args([Path::new("--checkpoint"), &case.join("checkpoint")])
        .args([Path::new("--input"), &case.join("input.safetensors")])
        .args([Path::new("--output"), &written])
        .timeout(LIMIT)
        .output()
        .expect("the program can be started");
    let message = String::from_utf8_lossy(&output.stderr).into_owned();
    // Without a code it was ended by a signal, or by the time limit.
    let code = output.status.code().ok_or_else(|| format!("ended by {}: {message}", output.status))?;
    if code == 101 || message.contains("panicked") {
        return Err(format!("panicked: {message}"));
    }
    match note.get("kind").map(String::as_str) {
        Some("error") => judge_refusal(code, &message),
        Some("nonfinite") => judge_non_finite(code, &output, &written),
        Some("parity") => judge_numbers(code, &message, &written, case, &note),
        other => Err(format!("note.txt names the kind {other:?}")),
    }
}

fn judge_refusal(code: i32, message: &str) -> Result<(), String> {
    match (code, message.trim()) {
        (0, _) => Err("it was accepted; an error was required".to_owned()),
        (_, "") => Err(format!("exit {code} without a word on stderr")),
        _ => Ok(()),
    }
}

fn judge_non_finite(code: i32, output: &Output, written: &Path) -> Result<(), String> {
    if code != 0 {
        return Err(format!("exit {code}: {}", String::from_utf8_lossy(&output.stderr)));
    }
    if read(written)?.values().all(|tensor| tensor.numbers.iter().all(|x| x.is_finite())) {
        return Err("the output holds finite numbers only".to_owned());
    }
    let said = [&output.stdout, &output.stderr].map(|bytes| String::from_utf8_lossy(bytes).to_lowercase()).concat();
    let words: BTreeSet<&str> = said.split(|c: char| !c.is_alphabetic()).collect();
    let named = ["nan", "inf", "infinite", "infinity", "nonfinite"].iter().any(|word| words.contains(word));
    if named || said.contains("non-finite") { Ok(()) } else { Err("no message says so".to_owned()) }
}

fn judge_numbers(code: i32, message: &str, written: &Path, case: &Path, note: &Note) -> Result<(), String> {
    if code != 0 {
        return Err(format!("exit {code}: {message}"));
    }
    let ignored: Vec<usize> = match note.get("ignore_positions") {
        None => Vec::new(),
        Some(list) => list.split(',').map(|place| place.trim().parse().expect("a position")).collect(),
    };
    let got = read(written)?;
    let expected = read(&case.join("expected.safetensors"))?;
    if expected.is_empty() {
        return Err("nothing is expected of it".to_owned());
    }
    let faults: Vec<String> =
        expected.iter().filter_map(|(name, wanted)| compare(name, wanted, got.get(name), &ignored).err()).collect();
    if faults.is_empty() { Ok(()) } else { Err(faults.join("; ")) }
}

fn compare(name: &str, wanted: &Stored, got: Option<&Stored>, ignored: &[usize]) -> Result<(), String> {
    let got = got.ok_or_else(|| format!("{name} is missing"))?;
    if got.shape != wanted.shape {
        return Err(format!("{name} has shape {:?}, expected {:?}", got.shape, wanted.shape));
    }
    let (got, wanted) = (counted(name, got, ignored), counted(name, wanted, ignored));
    if got.iter().any(|x| !x.is_finite()) {
        return Err(format!("{name} holds non-finite numbers"));
    }
    let largest = wanted.iter().fold(0.0f32, |largest, x| largest.max(x.abs()));
    let furthest = got.iter().zip(&wanted).fold(0.0f32, |furthest, (a, b)| furthest.max((a - b).abs()));
    if furthest <= TOLERANCE * largest {
        Ok(())
    } else {
        Err(format!("{name} is off by {:.2e} of its largest number", furthest / largest))
    }
}

/// The numbers that count: without the positions that carry no meaning, along axis 2 of attentions (the queries) and
/// axis 1 of tensors with three axes.
fn counted(name: &str, tensor: &Stored, ignored: &[usize]) -> Vec<f32> {
    let axis = match tensor.shape.len() {
        4 if name.contains("attentions") => 2,
        3 => 1,
        _ => return tensor.numbers.clone(),
    };
    let (rows, width) = (tensor.shape[axis], tensor.shape[axis + 1..].iter().product::<usize>());
    let counts = |place: &usize| !ignored.contains(&(place / width % rows));
    (0..tensor.numbers.len()).filter(counts).map(|place| tensor.numbers[place]).collect()
}

/// The tensors of a file of float32.
fn read(path: &Path) -> Result<BTreeMap<String, Stored>, String> {
    let bytes = fs::read(path).map_err(|error| format!("{}: {error}", path.display()))?;
    let file = SafeTensors::deserialize(&bytes).map_err(|error| format!("{}: {error}", path.display()))?;
    let tensors = file.tensors().into_iter().map(|(name, view)| {
        assert_eq!(view.dtype(), Dtype::F32, "{name} of {}", path.display());
        let (words, _) = view.data().as_chunks::<4>();
        let numbers = words.iter().map(|word| f32::from_le_bytes(*word)).collect();
        (name, Stored { shape: view.shape().to_vec(), numbers })
    });
    Ok(tensors.collect())
}
