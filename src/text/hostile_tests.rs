//! Files that are no tokenizers, or damaged ones: each is refused with a message, and nothing panics.

use std::fs::{self, File};
use std::time::{Duration, Instant};

use proptest::prelude::*;
use serde_json::json;

use super::Tokenizer;
use super::tests::{check_offsets, directory, open, pieces};

#[test]
fn what_is_missing_is_said() {
    let error = |files: &[(&str, &str)]| open(files).expect_err("refused");
    assert!(error(&[]).contains("looked for tokenizer.json, vocab.txt, and vocab.json with merges.txt. Download"));
    assert!(error(&[("vocab.json", "{}")]).contains("merges.txt is missing"));
    assert!(error(&[("merges.txt", "")]).contains("vocab.json is missing"));
    assert!(error(&[("spiece.model", "")]).contains("SentencePiece model, which is not read"));
    assert!(error(&[("vocab.txt", "a\nb")]).contains(r#"vocab.txt cannot be used: it holds no "[UNK]""#));
    assert!(error(&[("vocab.json", "[]"), ("merges.txt", "")]).contains("vocab.json cannot be used: invalid type"));
    assert!(error(&[("vocab.json", "{}"), ("merges.txt", "a b c")]).contains("line 1: expected two pieces"));
    assert!(error(&[("vocab.json", "{}"), ("merges.txt", "a b</w>")]).contains("not byte-level BPE"));
    assert!(error(&[("vocab.json", r#"{"a":0}"#), ("merges.txt", "a b")]).contains("vocab.json cannot be used"));
    assert!(error(&[("tokenizer_config.json", "{")]).contains("tokenizer_config.json cannot be used: EOF"));
    let gone = Tokenizer::open("/no/such/model").expect_err("refused").to_string();
    assert!(gone.contains("/no/such/model") && gone.contains("no such directory"), "{gone}");

    let dir = directory(&[]);
    fs::create_dir(dir.path().join("tokenizer.json")).expect("created");
    assert!(Tokenizer::open(dir.path()).expect_err("refused").to_string().contains("not a regular file"));
    let dir = directory(&[]);
    let huge = File::create(dir.path().join("tokenizer.json")).expect("created");
    huge.set_len(1 << 40).expect("sized");
    assert!(Tokenizer::open(dir.path()).expect_err("refused").to_string().contains("has 1099511627776 bytes"));
    fs::write(dir.path().join("tokenizer.json"), b"{\n\xff").expect("written");
    assert!(Tokenizer::open(dir.path()).expect_err("refused").to_string().contains("not UTF-8 text (line 2)"));
}

/// A complete `tokenizer.json` with many parts, to be damaged.
fn whole_json() -> String {
    json!({"version": "1.0", "truncation": null,
        "padding": {"strategy": "BatchLongest", "direction": "Right", "pad_to_multiple_of": null, "pad_id": 0,
            "pad_type_id": 0, "pad_token": "[PAD]"},
        "added_tokens": [{"id": 3, "content": "[SEP]", "single_word": false, "lstrip": true, "rstrip": false,
            "normalized": true, "special": true}],
        "normalizer": {"type": "Sequence", "normalizers": [{"type": "NFKC"},
            {"type": "Replace", "pattern": {"Regex": " {2,}"}, "content": " "}]},
        "pre_tokenizer": {"type": "Sequence", "pretokenizers": [{"type": "WhitespaceSplit"},
            {"type": "Split", "pattern": {"Regex": "\\d(?=x)"}, "behavior": "Isolated", "invert": false}]},
        "post_processor": {"type": "TemplateProcessing",
            "single": [{"Sequence": {"id": "A", "type_id": 0}}, {"SpecialToken": {"id": "[SEP]", "type_id": 0}}],
            "pair": [{"Sequence": {"id": "A", "type_id": 0}}, {"Sequence": {"id": "B", "type_id": 1}}],
            "special_tokens": {"[SEP]": {"id": "[SEP]", "ids": [3], "tokens": ["[SEP]"]}}},
        "decoder": {"type": "WordPiece", "prefix": "##", "cleanup": true},
        "model": {"type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##",
            "max_input_chars_per_word": 100, "vocab": {"[UNK]": 0, "a": 1, "##b": 2, "[SEP]": 3, "1": 4}}})
    .to_string()
}

#[test]
fn hostile_tokenizers_are_refused() {
    let whole = whole_json();
    let tokenizer = open(&[("tokenizer.json", &whole)]).expect("a tokenizer");
    let encoding = tokenizer.encode("ab 1x", None, true).expect("encoded");
    assert_eq!(pieces(&encoding), ["a", "##b", "1", "[UNK]", "[SEP]"]);
    let deep = format!("{}{}", r#"{"normalizer":"#, r#"{"type":"Sequence","normalizers":["#.repeat(50_000));
    let shallow = format!(
        r#"{{"version":"1.0","normalizer":{}{{"type":"NFC"}}{}}}"#,
        r#"{"type":"Sequence","normalizers":["#.repeat(40),
        "]}".repeat(40)
    );
    let cases = [
        "",
        "[]",
        "3",
        "{}",
        r#"{"version": "9"}"#,
        r#"{"model": {"type": "BPE"}}"#,
        &deep,
        &shallow,
        r#"{"model": {"type": "Unigram", "vocab": [], "unk_id": 5}}"#,
        r#"{"model": {"type": "Unigram", "vocab": [["a", 1e999]], "unk_id": 0}}"#,
        r#"{"version":"1.0","normalizer":{"type":"Replace","pattern":{"Regex":"(((("},"content":""}}"#,
        r#"{"version":"1.0","normalizer":{"type":"Precompiled","precompiled_charsmap":"AAAA"}}"#,
        r#"{"version":"1.0","normalizer":{"type":"Precompiled","precompiled_charsmap":"/////w=="}}"#,
    ];
    for json in cases {
        let start = Instant::now();
        let message = open(&[("tokenizer.json", json)]).expect_err(&json[..json.len().min(80)]);
        assert!(message.contains("tokenizer.json cannot be used") && message.len() < 900, "{message}");
        assert!(start.elapsed() < Duration::from_secs(5));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    /// A damaged file is refused or works; whatever it then does, it does not panic.
    #[test]
    fn damaged_tokenizers_never_panic(cut in 0usize..1500, flips in prop::collection::vec((0usize..1500, any::<char>()), 0..4)) {
        let mut characters: Vec<char> = whole_json().chars().collect();
        for (place, character) in flips {
            let place = place % characters.len();
            characters[place] = character;
        }
        if cut < 300 {
            characters.truncate(cut * 5);
        }
        let json: String = characters.into_iter().collect();
        if let Ok(tokenizer) = open(&[("tokenizer.json", &json)])
            && let Ok(encoding) = tokenizer.encode("ab  1x [SEP]", Some("é"), true)
        {
            check_offsets(&encoding, ["ab  1x [SEP]", "é"]);
            tokenizer.decode(&encoding.ids());
        }
    }
}
