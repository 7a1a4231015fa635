//! Damaged, truncated and nonsensical files: each must be refused with a message that names what is wrong.

use std::fs::{self, File};
use std::path::Path;

use proptest::prelude::*;
use tempfile::{TempDir, tempdir};

use super::{Checkpoint, Dtype, TensorFile, write_tensors};

/// A safetensors file of this header and this many bytes of data.
fn file_of(header: &str, data: usize) -> Vec<u8> {
    let mut bytes = (header.len() as u64).to_le_bytes().to_vec();
    bytes.extend(header.as_bytes());
    bytes.extend((0..data).map(|index| index as u8));
    bytes
}

fn one(dtype: &str, shape: &str, offsets: &str) -> String {
    format!(r#"{{"w":{{"dtype":{dtype},"shape":{shape},"data_offsets":{offsets}}}}}"#)
}

fn valid() -> Vec<u8> {
    let header = r#"{"__metadata__":{"format":"pt"},
        "b":{"dtype":"F16","shape":[3],"data_offsets":[16,22]},
        "a":{"dtype":"F32","shape":[2,2],"data_offsets":[0,16]},
        "ids":{"dtype":"I64","shape":[1,2],"data_offsets":[22,38]}}"#;
    file_of(header, 38)
}

fn opened(bytes: &[u8]) -> Result<TensorFile, String> {
    let dir = tempdir().expect("a directory");
    let path = dir.path().join("x.safetensors");
    fs::write(&path, bytes).expect("written");
    TensorFile::open(&path).map_err(|error| error.to_string())
}

fn refused(bytes: &[u8], reason: &str) {
    let message = opened(bytes).expect_err(reason);
    assert!(message.contains(reason), "{message:?} does not contain {reason:?}");
    assert!(message.contains("x.safetensors") && message.len() < 900, "{message}");
}

#[test]
fn valid_files_are_read() {
    let file = opened(&valid()).expect("valid");
    assert_eq!(file.names().collect::<Vec<_>>(), ["a", "b", "ids"]);
    let ids = file.tensor("ids").expect("there");
    assert_eq!((ids.dtype(), ids.shape(), ids.elements()), (Dtype::I64, &[1, 2][..], 2));
    assert_eq!(ids.to_i64().expect("whole numbers")[1], i64::from_le_bytes([30, 31, 32, 33, 34, 35, 36, 37]));
    assert_eq!(opened(&file_of("{}", 0)).expect("valid").names().len(), 0);
    opened(&file_of(&one(r#""F32""#, "[0,5]", "[0,0]"), 0)).expect("an empty tensor is no fault");
}

#[test]
fn every_type_is_converted() {
    let header = r#"{"f64":{"dtype":"F64","shape":[1],"data_offsets":[0,8]},
        "i32":{"dtype":"I32","shape":[1],"data_offsets":[8,12]},
        "f16":{"dtype":"F16","shape":[1],"data_offsets":[12,14]},
        "bf16":{"dtype":"BF16","shape":[1],"data_offsets":[14,16]},
        "i16":{"dtype":"I16","shape":[1],"data_offsets":[16,18]},
        "i8":{"dtype":"I8","shape":[1],"data_offsets":[18,19]},
        "u8":{"dtype":"U8","shape":[1],"data_offsets":[19,20]},
        "bool":{"dtype":"BOOL","shape":[1],"data_offsets":[20,21]},
        "fp8":{"dtype":"F8_E4M3","shape":[1],"data_offsets":[21,22]},
        "odd":{"dtype":"F32","shape":[1],"data_offsets":[22,26]}}"#;
    let mut bytes = file_of(header, 0);
    bytes.extend((-1.5f64).to_le_bytes());
    bytes.extend((-7i32).to_le_bytes());
    bytes.extend(half::f16::from_f32(0.5).to_le_bytes());
    bytes.extend(half::bf16::from_f32(3.0).to_le_bytes());
    bytes.extend((-300i16).to_le_bytes());
    bytes.extend([0xff, 0xff, 2, 0x40]);
    bytes.extend(2.5f32.to_le_bytes());
    let file = opened(&bytes).expect("valid");
    let entry = |name: &str| file.tensor(name).expect("there");
    let floats = [
        ("f64", -1.5),
        ("i32", -7.0),
        ("f16", 0.5),
        ("bf16", 3.0),
        ("i16", -300.0),
        ("i8", -1.0),
        ("u8", 255.0),
        ("bool", 1.0),
        ("odd", 2.5),
    ];
    for (name, value) in floats {
        assert_eq!(entry(name).to_f32().expect("readable"), [value], "{name}");
    }
    for (name, value) in [("i32", -7), ("i16", -300), ("i8", -1), ("u8", 255), ("bool", 1)] {
        assert_eq!(entry(name).to_i64().expect("readable"), [value], "{name}");
    }
    let message = entry("fp8").to_f32().expect_err("refused").to_string();
    assert!(message.contains(r#"tensor "fp8" has type F8_E4M3"#), "{message}");
    assert!(entry("f16").to_i64().is_err() && entry("f16").as_f32().is_none() && entry("f16").as_bf16().is_none());
    // The header here has a length that leaves the data unaligned, or not; a cast never lies about either.
    assert!(entry("odd").as_f32().is_none_or(|values| values == [2.5]));
}

#[test]
fn wrong_lengths() {
    refused(b"", "the file is empty");
    refused(b"1234567", "it has 7 bytes");
    refused(&[0, 0, 0, 0, 0, 0, 0, 0x80], "said to have 9223372036854775808 bytes");
    refused(&u64::MAX.to_le_bytes(), "said to have 18446744073709551615 bytes");
    let mut bytes = valid();
    let length = bytes.len() as u64;
    bytes[..8].copy_from_slice(&length.to_le_bytes());
    refused(&bytes, "The file is cut off");
    refused(&0u64.to_le_bytes(), "its header cannot be read: EOF");
    let whole = valid();
    for cut in 0..whole.len() {
        opened(&whole[..cut]).expect_err("a file that is cut off");
    }
    refused(&whole[..whole.len() - 1], r#"tensor "ids": its data lie at [22, 38], but the file holds only 37 bytes"#);
    refused(&[&whole[..], &[0]].concat(), "1 bytes at its end belong to no tensor");
}

#[test]
fn headers_that_are_no_table_of_tensors() {
    refused(&file_of("no json at all", 0), "its header cannot be read: expected ident at line 1 column 2");
    refused(&file_of("[1,2]", 0), "expected a JSON object of tensors");
    refused(&file_of("{} {}", 0), "trailing characters");
    refused(&file_of(r#"{"w":3}"#, 0), r#"tensor "w": its entry in the header is wrong"#);
    refused(&file_of(r#"{"w":{"dtype":"F32"}}"#, 0), "missing field `shape`");
    let mut bytes = valid();
    bytes[10] = 0xff;
    refused(&bytes, "not UTF-8 text (byte 10)");
    for deep in [r#"{"w":"#, "[", r#"{"__metadata__":["#, r#"{"w":{"x":["#] {
        refused(&file_of(&deep.repeat(200_000), 0), "header");
    }
    let deep = format!(r#"{{"__metadata__":{}1{}}}"#, "[".repeat(200_000), "]".repeat(200_000));
    // Skipped without recursion, or refused: either is well.
    let _ = opened(&file_of(&deep, 0));
}

#[test]
fn entries_that_make_no_sense() {
    let cases = [
        (one(r#""F32""#, "[8589934592,8589934592]", "[0,8]"), "larger than any memory"),
        (one(r#""F32""#, "[9223372036854775807]", "[0,8]"), "larger than any memory"),
        (one(r#""F32""#, "[18446744073709551616]", "[0,8]"), "invalid"),
        (one(r#""F32""#, "[-2]", "[0,8]"), "invalid value: integer `-2`"),
        (one(r#""F32""#, "[2.5]", "[0,8]"), "invalid type: floating point"),
        (one(r#""F32""#, r#""2""#, "[0,8]"), "a list of at most 32 whole numbers"),
        (one(r#""F32""#, &format!("[{}1]", "1,".repeat(1000)), "[0,4]"), "a list of at most 32"),
        (one(r#""F32""#, "[2]", "[-8,0]"), "invalid value: integer `-8`"),
        (one(r#""F32""#, "[2]", "[0,8,8]"), "its entry in the header is wrong"),
        (one(r#""F32""#, "[2]", "[8,0]"), "end (at 0) before they begin (at 8)"),
        (one(r#""F32""#, "[3]", "[0,8]"), "needs 12 bytes, but its offsets [0, 8] span 8"),
        (one(r#""F32""#, "[2]", "[18446744073709551607,18446744073709551615]"), "the file holds only 8 bytes"),
        (one(r#""F32""#, "[2]", "[8,16]"), "the file holds only 8 bytes"),
        (one(r#""F32""#, "[1]", "[4,8]"), "4 bytes before its data belong to no tensor"),
        (one(r#""F99""#, "[2]", "[0,8]"), "unknown variant `F99`"),
        (one("7", "[2]", "[0,8]"), "its entry in the header is wrong"),
        (one(r#""F4""#, "[3]", "[0,1]"), "does not end on a whole byte"),
    ];
    for (header, reason) in cases {
        refused(&file_of(&header, 8), reason);
        refused(&file_of(&header, 8), r#"tensor "w""#);
    }
    let twice = r#"{"w":{"dtype":"U8","shape":[4],"data_offsets":[0,4]},
        "w":{"dtype":"U8","shape":[4],"data_offsets":[4,8]}}"#;
    refused(&file_of(twice, 8), r#"tensor "w": the header lists it twice"#);
    let overlap = r#"{"a":{"dtype":"U8","shape":[5],"data_offsets":[0,5]},
        "b":{"dtype":"U8","shape":[4],"data_offsets":[4,8]}}"#;
    refused(&file_of(overlap, 8), r#"tensor "b": its data overlap with those of "a""#);
    let name = "\\u001b[2J\\n".repeat(10_000);
    let control = format!(r#"{{"{name}":{{"dtype":"U8","shape":[9],"data_offsets":[0,8]}}}}"#);
    let message = opened(&file_of(&control, 8)).expect_err("refused");
    assert!(!message.contains(['\u{1b}', '\n']), "names are escaped: {message}");
    refused(&file_of(&control, 8), "needs 9 bytes");
}

#[test]
fn what_is_no_file() {
    let dir = tempdir().expect("a directory");
    let error = |path: &Path| TensorFile::open(path).expect_err("refused").to_string();
    assert!(error(dir.path()).contains("is a directory; expected a safetensors file"));
    assert!(error(&dir.path().join("none")).contains("does not exist"));
    #[cfg(unix)]
    assert!(error(Path::new("/dev/zero")).contains("not a regular file"));
}

/// A directory with these files.
fn directory(files: &[(&str, &[u8])]) -> TempDir {
    let dir = tempdir().expect("a directory");
    for (name, bytes) in files {
        fs::write(dir.path().join(name), bytes).expect("written");
    }
    dir
}

#[track_caller]
fn checkpoint_refused(files: &[(&str, &[u8])], reason: &str) {
    let dir = directory(files);
    let message = Checkpoint::open(dir.path()).expect_err(reason).to_string();
    assert!(message.contains(reason), "{message:?} does not contain {reason:?}");
}

#[test]
fn configurations() {
    let weights = ("model.safetensors", &valid()[..]);
    let with = |config: &str, reason| checkpoint_refused(&[("config.json", config.as_bytes()), weights], reason);
    with("[1, 2]", "expected a JSON object, found a list");
    with("{\n \"a\": NaN}", "line 2 column 7");
    with("{\"a\": 1", "EOF while parsing an object at line 1 column 7");
    with("", "EOF");
    with("\u{feff}{}", "not valid JSON");
    with(&"{\"a\":".repeat(100_000), "recursion limit");
    checkpoint_refused(&[weights], "config.json does not exist");
    checkpoint_refused(&[("config.json", b"{\"a\":\"\xff\"}"), weights], "invalid unicode");

    let dir = directory(&[weights]);
    let huge = File::create(dir.path().join("config.json")).expect("created");
    huge.set_len(100_000_000).expect("sized");
    let message = Checkpoint::open(dir.path()).expect_err("refused").to_string();
    assert!(message.contains("has 100000000 bytes; more than 4194304 are not read"), "{message}");
}

#[test]
fn weights_that_are_not_there() {
    let config = ("config.json", &b"{}"[..]);
    checkpoint_refused(&[config], "looked for model.safetensors and model.safetensors.index.json");
    checkpoint_refused(&[config, ("pytorch_model.bin", b"")], "There is pytorch_model.bin, a format that is not read");
    let index =
        |json: &str, reason| checkpoint_refused(&[config, ("model.safetensors.index.json", json.as_bytes())], reason);
    index("{", "not valid JSON");
    index("{}", "missing field `weight_map`");
    index(r#"{"weight_map": {"a": 3}}"#, "invalid type: integer `3`, expected a string");
    index(r#"{"weight_map": {"a": "s.safetensors"}}"#, r#"names the shard "s.safetensors", which is missing"#);
    for outside in ["../s.safetensors", "/etc/passwd", "x/../../s", "", "."] {
        index(&format!(r#"{{"weight_map": {{"a": "{outside}"}}}}"#), "lies outside the checkpoint's directory");
    }
    index(r#"{"weight_map": {"a": "x\u0000y"}}"#, "cannot read");
    let absent = br#"{"weight_map": {"a": "s", "none": "s"}}"#;
    let files = [config, ("model.safetensors.index.json", &absent[..]), ("s", &valid()[..])];
    checkpoint_refused(&files, r#"says that tensor "none" is in "s", but it is not"#);

    let message = Checkpoint::open("/no/such/model").expect_err("refused").to_string();
    assert!(message.contains("/no/such/model does not exist"), "{message}");
    let dir = directory(&[("notes.txt", b"")]);
    let message = Checkpoint::open(dir.path().join("notes.txt")).expect_err("refused").to_string();
    assert!(message.contains("is not a directory; expected a directory with config.json"), "{message}");
}

#[test]
fn checkpoints_are_opened_from_a_directory_or_a_file() {
    let config = br#"{"model_type": "bert", "architectures": ["BertModel"], "hidden_size": 8}"#;
    let index = br#"{"metadata": {}, "weight_map": {"a": "s1", "bert.norm.gamma": "s2", "norm.beta": "s2"}}"#;
    let second = r#"{"bert.norm.gamma":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},
        "norm.beta":{"dtype":"U8","shape":[1],"data_offsets":[1,2]}}"#;
    let files: [(&str, &[u8]); 4] = [
        ("config.json", config),
        ("model.safetensors.index.json", index),
        ("s1", &valid()),
        ("s2", &file_of(second, 2)),
    ];
    let dir = directory(&files);
    for place in ["", "config.json", "model.safetensors.index.json"] {
        let checkpoint = Checkpoint::open(dir.path().join(place)).expect("opened");
        assert_eq!((checkpoint.model_type(), checkpoint.architectures()), (Some("bert"), vec!["BertModel"]));
        assert_eq!(checkpoint.names().collect::<Vec<_>>(), ["a", "bert.norm.gamma", "norm.beta"]);
        assert_eq!((checkpoint.total_bytes(), checkpoint.total_elements()), (18, 6));
        assert_eq!(checkpoint.dtypes()[&Dtype::U8], 2);
        assert_eq!(checkpoint.find("bert.", "norm.weight").expect("found").name(), "bert.norm.gamma");
        assert_eq!(checkpoint.find("bert.", "bert.norm.bias").expect("found").name(), "norm.beta");
        checkpoint.require("bert.", "bert.a", &[2, 2]).expect("found");
        let missing = checkpoint.require("bert.", "x.weight", &[2]).expect_err("missing").to_string();
        assert!(
            missing.contains(r#"holds no tensor "x.weight" (nor bert.x.weight, x.gamma, bert.x.gamma)"#),
            "{missing}"
        );
        let shape = checkpoint.require("", "a", &[4]).expect_err("another shape").to_string();
        assert!(shape.contains(r#"tensor "a" has shape [2, 2], but config.json asks for [4]"#), "{shape}");
    }
    assert_eq!(Checkpoint::open_config_only(dir.path()).expect("opened").names().len(), 0);
}

#[test]
fn the_exact_name_wins() {
    let dir = directory(&[("config.json", b"{}")]);
    let tensors = ["n.weight", "n.gamma", "bert.n.weight"].map(|name| (name, vec![1], &[1.0f32][..]));
    write_tensors(dir.path().join("model.safetensors"), &tensors).expect("written");
    let checkpoint = Checkpoint::open(dir.path().join("model.safetensors")).expect("opened");
    assert_eq!(checkpoint.find("bert.", "n.weight").expect("found").name(), "n.weight");
    assert_eq!(checkpoint.find("bert.", "bert.n.weight").expect("found").name(), "bert.n.weight");
    assert_eq!(checkpoint.find("gpt.", "n.weight").expect("found").name(), "n.weight");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    /// Whatever bits are flipped, opening and reading everything neither panics nor leaves the file.
    #[test]
    fn flipped_bytes_never_panic(flips in prop::collection::vec((0usize..1000, any::<u8>()), 1..6)) {
        let mut bytes = valid();
        for (place, value) in flips {
            let place = place % bytes.len();
            bytes[place] = value;
        }
        if let Ok(file) = opened(&bytes) {
            let mut total = 0;
            for entry in file.tensors() {
                total += entry.bytes().len();
                prop_assert_eq!(entry.elements() * entry.dtype().bitsize(), entry.bytes().len() * 8);
                let _ = (entry.to_f32(), entry.to_i64(), entry.as_f32(), entry.as_f16(), entry.as_bf16());
            }
            prop_assert!(total + 8 <= bytes.len());
        }
    }
}
