//! The steps against ways worked out by hand, and against the library on odd texts.

use std::fs;
use std::path::Path;

use proptest::prelude::*;
use serde_json::{Value, json};

use super::{Trace, Unmatched, Way};
use crate::text::Tokenizer;

fn tokenizer(model: &Value, around: &Value) -> Tokenizer {
    let mut json = json!({"version": "1.0", "added_tokens": [], "model": model});
    for (key, value) in around.as_object().into_iter().flatten() {
        json[key] = value.clone();
    }
    Tokenizer::from_json("tokenizer.json", &json.to_string()).unwrap()
}

fn metaspace() -> Value {
    json!({"pre_tokenizer": {"type": "Metaspace", "replacement": "▁", "prepend_scheme": "always", "split": true}})
}

/// Letters, a few joined ones, and merges in the order in which they were learned.
fn bpe(more: &Value) -> Value {
    let pieces = ["<unk>", "▁", "a", "b", "c", "n", "ab", "an", "ana", "ban", "▁b", "bana", "<0xC3>", "<0xA9>"];
    let vocab: Value = pieces.iter().zip(0..).map(|(piece, id)| ((*piece).to_owned(), json!(id))).collect();
    let merges = [["a", "n"], ["an", "a"], ["b", "an"], ["▁", "b"], ["b", "ana"], ["a", "b"]];
    let mut model = json!({"type": "BPE", "vocab": vocab, "merges": merges});
    for (key, value) in more.as_object().into_iter().flatten() {
        model[key] = value.clone();
    }
    model
}

fn word_piece() -> Value {
    let pieces = ["[UNK]", "un", "una", "##ff", "##able", "##a", "a", "中", "##\u{301}"];
    let vocab: Value = pieces.iter().zip(0..).map(|(piece, id)| ((*piece).to_owned(), json!(id))).collect();
    json!({"type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##",
        "max_input_chars_per_word": 12, "vocab": vocab})
}

fn unigram(fallback: bool) -> Value {
    let pieces = json!([
        ["<unk>", 0.0],
        ["▁a", -1.0],
        ["b", -2.0],
        ["▁", -3.0],
        ["ab", -1.5],
        ["bc", -2.5],
        ["c", -4.0],
        ["abc", -6.0],
        ["<0xC3>", -9.0],
        ["<0xA9>", -9.0]
    ]);
    json!({"type": "Unigram", "unk_id": 0, "byte_fallback": fallback, "vocab": pieces})
}

fn only(trace: &Trace) -> &Way {
    assert_eq!(trace.words.len(), 1, "{trace:?}");
    assert!(trace.words[0].agrees, "{trace:?}");
    &trace.words[0].way
}

#[test]
fn merges_go_by_their_place_in_the_list() {
    let tokenizer = tokenizer(&bpe(&json!({})), &json!({}));
    let trace = tokenizer.trace("banana").unwrap();
    let Way::Merges(merges) = only(&trace) else { panic!("{trace:?}") };
    let states: Vec<Vec<&str>> = (0..trace.words[0].way.len())
        .map(|step| merges.state(step).iter().map(|state| state.piece).collect())
        .collect();
    // `a n` is first in the list, its left place before its right; then `an a`, found twice as `an` `ana`.
    let expected: [&[&str]; 5] = [
        &["b", "a", "n", "a", "n", "a"],
        &["b", "an", "a", "n", "a"],
        &["b", "an", "an", "a"],
        &["b", "an", "ana"],
        &["ban", "ana"],
    ];
    assert_eq!(states, expected);
    let ranks: Vec<(u32, usize)> = merges.merges.iter().map(|merge| (merge.rank, merge.left)).collect();
    assert_eq!(ranks, [(0, 1), (0, 3), (1, 3), (2, 0)]);
    // When the first `a n` was joined, the second was possible too; nothing else was.
    assert_eq!(merges.merges[0].rivals, [(3, 0)]);
    assert_eq!(merges.merges[2].rivals, [(0, 2)], "`b an` has to wait");
    assert_eq!((0..5).map(|step| trace.words[0].piece_at(step)).collect::<Vec<_>>(), [0, 0, 1, 1, 0]);
}

#[test]
fn characters_that_no_vocabulary_has() {
    let with = |more: Value, text: &str| {
        let tokenizer = tokenizer(&bpe(&more), &json!({}));
        let trace = tokenizer.trace(text).unwrap();
        let Way::Merges(merges) = only(&trace) else { panic!("{trace:?}") };
        let symbols: Vec<String> = merges.symbols.iter().map(|s| format!("{}:{}", s.piece, s.text)).collect();
        (symbols.join(" "), merges.lost.clone(), merges.whole)
    };
    assert_eq!(with(json!({}), "axé"), ("a:a".into(), "xé".into(), false));
    assert_eq!(with(json!({"unk_token": "<unk>"}), "xéa").0, "<unk>:x <unk>:é a:a");
    assert_eq!(with(json!({"unk_token": "<unk>", "fuse_unk": true}), "xéa").0, "<unk>:xé a:a");
    assert_eq!(with(json!({"unk_token": "<unk>", "byte_fallback": true}), "xé").0, "<0xC3>:é <0xA9>: <unk>:x");
    assert_eq!(with(json!({"ignore_merges": true}), "bana"), ("bana:bana".into(), String::new(), true));
}

#[test]
fn the_longest_beginning_is_taken_off() {
    let tokenizer = tokenizer(&word_piece(), &json!({}));
    let trace = tokenizer.trace("unaffable").unwrap();
    let Way::Longest(longest) = only(&trace) else { panic!("{trace:?}") };
    let tried: Vec<String> = longest.tries.iter().map(|t| longest.written("unaffable", &t.part)).collect();
    let expected = [
        "unaffable",
        "unaffabl",
        "unaffab",
        "unaffa",
        "unaff",
        "unaf",
        "una",
        "##ffable",
        "##ffabl",
        "##ffab",
        "##ffa",
        "##ff",
        "##able",
    ];
    assert_eq!(tried, expected);
    let found: Vec<usize> = (0..tried.len()).filter(|&at| longest.tries[at].found.is_some()).collect();
    assert_eq!(found, [6, 11, 12]);
    assert_eq!([6, 7, 12].map(|step| trace.words[0].piece_at(step)), [0, 1, 2]);

    let trace = tokenizer.trace("unax").unwrap();
    let Way::Longest(longest) = only(&trace) else { panic!("{trace:?}") };
    assert_eq!(longest.unmatched, Some(Unmatched::NoPiece(3)));
    assert_eq!(trace.words[0].pieces[0].piece, "[UNK]", "what was found before is given up");
    let trace = tokenizer.trace("aaaaaaaaaaaaa").unwrap();
    let Way::Longest(longest) = only(&trace) else { panic!("{trace:?}") };
    assert_eq!(longest.unmatched, Some(Unmatched::TooLong { characters: 13, most: 12 }));
}

#[test]
fn the_best_path_and_the_second_best() {
    let tokenizer = tokenizer(&unigram(false), &metaspace());
    let trace = tokenizer.trace("abc").unwrap();
    let Way::BestPath(found) = only(&trace) else { panic!("{trace:?}") };
    let word = &trace.words[0].text;
    let texts = |path: &super::Path| path.edges.iter().map(|&edge| found.text(word, edge)).collect::<Vec<_>>();
    // ▁a + bc = -1 - 2.5; of the others ▁a + b + c = -7 is best, ▁ + ab + c = -8.5, ▁ + abc = -9.
    assert_eq!((texts(&found.path), found.path.score), (vec!["▁a", "bc"], -3.5));
    let second = found.second.as_ref().unwrap();
    assert_eq!((texts(second), second.score), (vec!["▁a", "b", "c"], -7.0));
    let ends: Vec<Vec<(usize, f64)>> =
        found.places.iter().map(|place| place.ways.iter().map(|way| (way.from, way.total)).collect()).collect();
    // Alone, `a` is unknown: ten below the lowest score.
    assert_eq!(ends[1], [(0, -3.0)]);
    assert_eq!(ends[2], [(0, -1.0), (1, -22.0)]);
    assert_eq!(ends[3], [(1, -4.5), (2, -3.0)]);
    assert_eq!(ends[4], [(1, -9.0), (2, -3.5), (3, -7.0)]);
}

#[test]
fn unknown_characters_become_one_piece_or_bytes() {
    let pieces = |fallback: bool, text: &str| {
        let trace = tokenizer(&unigram(fallback), &metaspace()).trace(text).unwrap();
        assert!(trace.words.iter().all(|word| word.agrees), "{trace:?}");
        let pieces = trace.words.iter().flat_map(|word| &word.pieces).map(|piece| piece.piece.clone());
        pieces.collect::<Vec<_>>()
    };
    assert_eq!(pieces(false, "xyb"), ["▁", "xy", "b"]);
    assert_eq!(pieces(true, "éb"), ["▁", "<0xC3>", "<0xA9>", "b"]);
    assert_eq!(pieces(true, "xb"), ["▁", "x", "b"]);
}

#[test]
fn words_are_looked_up() {
    let model = json!({"type": "WordLevel", "unk_token": "?", "vocab": {"?": 0, "the": 1}});
    let tokenizer = tokenizer(&model, &json!({"pre_tokenizer": {"type": "Whitespace"}}));
    let trace = tokenizer.trace("the cat").unwrap();
    let found: Vec<&Way> = trace.words.iter().map(|word| &word.way).collect();
    assert_eq!(found, [&Way::Lookup(true), &Way::Lookup(false)]);
    assert!(trace.words.iter().all(|word| word.agrees));
}

#[test]
fn chance_is_told() {
    let tokenizer = tokenizer(&bpe(&json!({"dropout": 1.0})), &json!({}));
    let trace = tokenizer.trace("banana").unwrap();
    assert_eq!(trace.words[0].pieces.len(), 6, "with this dropout nothing is ever joined");
    assert!(!trace.words[0].agrees);
}

/// The tokenizers of all minis, and small ones of every kind.
fn all() -> Vec<Tokenizer> {
    let minis = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/models");
    let minis = fs::read_dir(minis).unwrap().map(|entry| entry.unwrap().path());
    let shipped = minis.filter(|dir| dir.join("tokenizer.json").exists()).map(|dir| Tokenizer::open(dir).unwrap());
    let bpe_kinds = [
        json!({"unk_token": "<unk>"}),
        json!({"unk_token": "<unk>", "fuse_unk": true}),
        json!({"unk_token": "<unk>", "fuse_unk": true, "byte_fallback": true}),
        json!({"ignore_merges": true}),
    ];
    let words = json!({"pre_tokenizer": {"type": "BertPreTokenizer"}});
    let small = bpe_kinds.iter().map(|more| tokenizer(&bpe(more), &metaspace()));
    let marked = json!({"type": "BPE", "unk_token": "<unk>", "continuing_subword_prefix": "##",
        "end_of_word_suffix": "</w>", "merges": [["a", "##b"], ["##b", "##a</w>"], ["ab", "##a</w>"]],
        "vocab": {"<unk>": 0, "a": 1, "##b": 2, "##a</w>": 3, "ab": 4, "##ba</w>": 5, "aba</w>": 6, "##b</w>": 7, "##a": 8}});
    let others = [
        tokenizer(&marked, &words),
        tokenizer(&word_piece(), &words),
        tokenizer(&unigram(false), &metaspace()),
        tokenizer(&unigram(true), &json!({})),
        tokenizer(&json!({"type": "WordLevel", "unk_token": "?", "vocab": {"?": 0, "a": 1}}), &words),
    ];
    let all: Vec<Tokenizer> = shipped.chain(small).chain(others).collect();
    assert!(all.len() > 9);
    all
}

fn check(tokenizer: &Tokenizer, text: &str) {
    let trace = tokenizer.trace(text).unwrap();
    let pieces: Vec<u32> = trace.words.iter().flat_map(|word| &word.pieces).map(|piece| piece.id).collect();
    assert_eq!(pieces, tokenizer.encode(text, None, false).unwrap().ids(), "{text:?}");
    for word in &trace.words {
        assert!(word.agrees, "{text:?} {word:?}");
        for step in 0..=word.way.len() {
            assert!(word.piece_at(step) < word.pieces.len().max(1));
        }
        if let Way::BestPath(found) = &word.way
            && let Some(second) = &found.second
        {
            assert!(second.score <= found.path.score && second.edges != found.path.edges);
        }
    }
}

#[test]
fn odd_texts_agree_with_the_library() {
    let long = "laugh".repeat(400);
    let texts = [
        "",
        " ",
        "\t\n",
        "She laughed.",
        "Anna found a red ball",
        "  two  blanks ",
        "😀👩\u{200d}💻",
        "中文和English混排",
        "e\u{301}o\u{308}\u{301}",
        "[MASK][CLS]<|endoftext|></s>",
        "bananabanana ab▁ab",
        "a\u{0}b\u{7f}",
        "ÀÉÎõü ß",
        "12345678901234567890",
        &long,
        "don't won't I'll",
        "\u{feff}x\u{202e}y",
        "🇫🇷🇫🇷",
    ];
    for tokenizer in all() {
        for text in texts {
            check(&tokenizer, text);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn any_text_agrees_with_the_library(
        text in "\\PC{0,24}|[abcn ▁]{0,30}|(the|she|ball|found|ing|un|able| ){0,12}|[a-z\\t中文é😀\u{301} ]{0,20}"
    ) {
        thread_local! {
            static ALL: Vec<Tokenizer> = all();
        }
        ALL.with(|all| all.iter().for_each(|tokenizer| check(tokenizer, &text)));
    }
}
