//! Tokenizers small enough to check by hand: BERT's kind, GPT-2's kind, and one in the manner of SentencePiece.

use std::fs;
use std::time::{Duration, Instant};

use proptest::prelude::*;
use serde_json::{Value, json};
use tempfile::{TempDir, tempdir};

use super::{Encoding, Kind, Special, Token, Tokenizer};

pub(super) fn directory(files: &[(&str, &str)]) -> TempDir {
    let dir = tempdir().expect("a directory");
    for (name, text) in files {
        fs::write(dir.path().join(name), text).expect("written");
    }
    dir
}

pub(super) fn open(files: &[(&str, &str)]) -> Result<Tokenizer, String> {
    Tokenizer::open(directory(files).path()).map_err(|error| error.to_string())
}

const BERT: &str =
    "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\nzoe\ncafe\ncaf\n##e\n中\n文\nthe\n##s\n😀\n!\nuna\n##ff\n##able\nZoë\n";

fn bert() -> Tokenizer {
    open(&[("vocab.txt", BERT)]).expect("a tokenizer")
}

/// GPT-2's alphabet of bytes as a vocabulary, and a few merges.
fn byte_files(more: &[&str]) -> (String, &'static str) {
    let alphabet = |byte: u8| match byte {
        0x21..=0x7e | 0xa1..=0xac | 0xae..=0xff => char::from(byte),
        0..=0x20 => char::from_u32(0x100 + u32::from(byte)).expect("a character"),
        0x7f..=0xa0 => char::from_u32(0x121 + u32::from(byte) - 0x7f).expect("a character"),
        0xad => '\u{143}',
    };
    let letters = (0..=255).map(|byte| alphabet(byte).to_string());
    let merged = ["Ġt", "he", "Ġthe", "ca", "fÃ", "ðŁ"].map(str::to_owned);
    let more = more.iter().map(|&piece| piece.to_owned());
    let vocab: Value = letters.chain(merged).chain(more).zip(0..).map(|(piece, id)| (piece, json!(id))).collect();
    (vocab.to_string(), "#version: 0.2\nĠ t\nh e\nĠt he\nc a\nf Ã\nð Ł\n")
}

fn gpt2() -> Tokenizer {
    let (vocab, merges) = byte_files(&["<|endoftext|>"]);
    open(&[("vocab.json", &vocab), ("merges.txt", merges)]).expect("a tokenizer")
}

pub(super) fn pieces(encoding: &Encoding) -> Vec<&str> {
    encoding.tokens.iter().map(|token| &*token.piece).collect()
}

fn labels(encoding: &Encoding) -> Vec<String> {
    encoding.tokens.iter().map(Token::label).collect()
}

/// Character and byte offsets must name the same part of the text, and that part must be the token's text.
pub(super) fn check_offsets(encoding: &Encoding, texts: [&str; 2]) {
    for token in &encoding.tokens {
        let Some(sequence) = token.sequence else {
            assert_eq!((token.start, token.end, &*token.text), (0, 0, ""));
            continue;
        };
        let text = texts[usize::from(sequence)];
        let by_chars: String = text.chars().skip(token.start).take(token.end - token.start).collect();
        assert_eq!((by_chars.as_str(), &text[token.bytes.clone()]), (&*token.text, &*token.text), "{token:?}");
    }
}

#[test]
fn word_piece_lowers_strips_and_keeps_places() {
    let tokenizer = bert();
    assert_eq!((tokenizer.kind(), tokenizer.vocab_size()), (Kind::WordPiece, 19));
    let text = "Zoë 😀 café\n中文";
    let encoding = tokenizer.encode(text, None, true).expect("encoded");
    assert_eq!(pieces(&encoding), ["[CLS]", "zoe", "😀", "cafe", "中", "文", "[SEP]"]);
    assert_eq!(labels(&encoding), ["‹CLS›", "zoe", "😀", "cafe", "中", "文", "‹SEP›"]);
    let places: Vec<_> = encoding.tokens.iter().map(|token| (token.start, token.end, &*token.text)).collect();
    let expected =
        [(0, 0, ""), (0, 3, "Zoë"), (4, 5, "😀"), (6, 10, "café"), (11, 12, "中"), (12, 13, "文"), (0, 0, "")];
    assert_eq!(places, expected);
    check_offsets(&encoding, [text, ""]);
    assert_eq!(encoding.tokens[3].bytes, 10..15);
    let special: Vec<_> = encoding.tokens.iter().map(|token| token.special).collect();
    assert_eq!(special, [true, false, false, false, false, false, true]);
}

#[test]
fn word_piece_pairs_words_and_specials() {
    let tokenizer = bert();
    let encoding = tokenizer.encode("unaffable [MASK]", Some("cafes zzz"), true).expect("encoded");
    assert_eq!(
        pieces(&encoding),
        ["[CLS]", "una", "##ff", "##able", "[MASK]", "[SEP]", "cafe", "##s", "[UNK]", "[SEP]"]
    );
    assert_eq!(encoding.type_ids(), [0, 0, 0, 0, 0, 0, 1, 1, 1, 1]);
    let sequences: Vec<_> = encoding.tokens.iter().map(|token| token.sequence).collect();
    let (added, first, second) = (None, Some(0), Some(1));
    assert_eq!(sequences, [added, first, first, first, first, added, second, second, second, added]);
    let words: Vec<_> = encoding.tokens.iter().map(|token| token.word).collect();
    assert_eq!(words[1..5], [Some(0), Some(0), Some(0), Some(1)]);
    assert_eq!(words[6..9], [Some(0), Some(0), Some(1)]);
    assert!(encoding.tokens[4].special && encoding.tokens[4].text == "[MASK]", "typed, and special all the same");
    assert_eq!((encoding.tokens[8].label(), &*encoding.tokens[8].text), ("‹UNK›".to_owned(), "zzz"));
    check_offsets(&encoding, ["unaffable [MASK]", "cafes zzz"]);

    assert_eq!(tokenizer.special(Special::Mask), tokenizer.id("[MASK]"));
    assert_eq!((tokenizer.special(Special::Bos), tokenizer.special(Special::Cls)), (None, Some(2)));
    assert_eq!(tokenizer.decode(&encoding.ids()[..4]), "[CLS] unaffable");
    assert_eq!(tokenizer.decode_plain(&encoding.ids()), "unaffable cafes");
    assert_eq!(tokenizer.encode("the", None, false).expect("encoded").ids(), [11]);
    assert_eq!(pieces(&tokenizer.encode("", None, true).expect("encoded")), ["[CLS]", "[SEP]"]);
    assert!(tokenizer.encode("", None, false).expect("encoded").is_empty());
}

#[test]
fn traces_lead_to_the_tokens() {
    let trace = bert().trace("Zoë unaffable[MASK]").expect("traced");
    assert_eq!(trace.normalised.as_deref(), Some("zoe unaffable[MASK]"));
    let words: Vec<_> = trace.words.iter().map(|word| (&*word.text, word.start, word.end, word.whole)).collect();
    assert_eq!(words, [("zoe", 0, 3, false), ("unaffable", 4, 13, false), ("[MASK]", 13, 19, true)]);
    let pieces: Vec<_> = trace.words[1].pieces.iter().map(|piece| (&*piece.piece, piece.id)).collect();
    assert_eq!(pieces, [("una", 15), ("##ff", 16), ("##able", 17)]);

    let trace = gpt2().trace("the café<|endoftext|>").expect("traced");
    assert_eq!(trace.normalised, None);
    let words: Vec<_> = trace.words.iter().map(|word| (&*word.text, word.start, word.end)).collect();
    assert_eq!(words, [("the", 0, 3), ("ĠcafÃ©", 3, 8), ("<|endoftext|>", 8, 21)]);
    assert_eq!(gpt2().trace("").expect("traced").words, []);
}

#[test]
fn settings_change_word_piece() {
    let config = r#"{"do_lower_case": false, "mask_token": {"content": "the", "lstrip": false}, "pad_token": null,
        "cls_token": 7, "tokenizer_class": "BertTokenizer"}"#;
    let map = r#"{"sep_token": "!", "mask_token": "zoe"}"#;
    let files = [("vocab.txt", BERT), ("tokenizer_config.json", config), ("special_tokens_map.json", map)];
    let tokenizer = open(&files).expect("a tokenizer");
    let encoding = tokenizer.encode("Zoë the", None, true).expect("encoded");
    assert_eq!(pieces(&encoding), ["[CLS]", "Zoë", "the", "!"]);
    assert_eq!(tokenizer.special(Special::Mask), tokenizer.id("the"));
    assert_eq!(tokenizer.special(Special::Sep), tokenizer.id("!"));
    assert_eq!(tokenizer.special(Special::Pad), Some(0));
}

#[test]
fn byte_level_keeps_every_byte() {
    let tokenizer = gpt2();
    assert_eq!((tokenizer.kind(), tokenizer.vocab_size()), (Kind::ByteLevelBpe, 263));
    let text = "the the café 😀\n\t中";
    let encoding = tokenizer.encode(text, None, true).expect("encoded");
    assert_eq!(
        labels(&encoding),
        [
            "t", "he", "the", "␣", "ca", "f<C3>", "<A9>", "␣", "<F0><9F>", "<98>", "<80>", "⏎", "→", "<E4>", "<B8>",
            "<AD>"
        ]
    );
    check_offsets(&encoding, [text, ""]);
    // Every token of a character covers it.
    let emoji: Vec<_> = encoding.tokens[8..11].iter().map(|token| (token.start, token.end, &*token.text)).collect();
    assert_eq!(emoji, [(13, 14, "😀"); 3]);
    assert_eq!(encoding.tokens[5].text, "fé");
    assert_eq!(tokenizer.decode(&encoding.ids()), text);
    assert_eq!(tokenizer.special(Special::Eos), Some(262));
    assert_eq!(tokenizer.label(262).as_deref(), Some("‹endoftext›"));
    assert_eq!((tokenizer.piece(263), tokenizer.label(u32::MAX)), (None, None));
    let pair = tokenizer.encode("a", Some("b"), true).expect("encoded");
    assert_eq!((pieces(&pair), pair.tokens[1].sequence), (vec!["a", "b"], Some(1)));
}

#[test]
fn roberta_and_bos_put_tokens_around() {
    let (vocab, merges) = byte_files(&["<s>", "</s>", "<unk>", "<pad>", "<mask>"]);
    let tokenizer = open(&[("vocab.json", &vocab), ("merges.txt", merges)]).expect("a tokenizer");
    let encoding = tokenizer.encode("the the", Some("the"), true).expect("encoded");
    assert_eq!(labels(&encoding), ["‹s›", "t", "he", "the", "‹/s›", "‹/s›", "t", "he", "‹/s›"]);
    assert!(encoding.type_ids().iter().all(|&segment| segment == 0));
    assert_eq!((encoding.tokens[3].start, encoding.tokens[3].end), (4, 7), "the space is not part of it");
    assert_eq!((tokenizer.special(Special::Bos), tokenizer.special(Special::Mask)), (Some(262), Some(266)));
    let masked = tokenizer.encode("the <mask>", None, false).expect("encoded");
    assert_eq!(labels(&masked), ["t", "he", "‹mask›"]);

    let (vocab, merges) = byte_files(&["<|endoftext|>"]);
    let config = r#"{"tokenizer_class": "GPT2Tokenizer", "add_bos_token": true}"#;
    let files = [("vocab.json", &*vocab), ("merges.txt", merges), ("tokenizer_config.json", config)];
    let tokenizer = open(&files).expect("a tokenizer");
    assert_eq!(labels(&tokenizer.encode("he", None, true).expect("encoded")), ["‹endoftext›", "he"]);
}

#[test]
fn characters_come_out_whole() {
    let tokenizer = gpt2();
    let text = "café 😀中 end";
    let ids = tokenizer.encode(text, None, false).expect("encoded").ids();
    let mut decoder = tokenizer.decoder();
    let parts: Vec<_> = ids.iter().map(|&id| decoder.push(id)).collect();
    assert_eq!(parts.concat(), text);
    assert!(parts.contains(&"😀".to_owned()) && parts.contains(&"fé".to_owned()), "{parts:?}");
    assert_eq!(decoder.finish(), "");

    let mut decoder = tokenizer.decoder();
    let half = tokenizer.id("ä").expect("a byte");
    assert_eq!((decoder.push(half), decoder.finish()), (String::new(), "\u{fffd}".to_owned()));
    let nonsense: String = (0..100).map(|_| decoder.push(half)).collect();
    assert!(nonsense.chars().count() >= 90, "nonsense is not held back for ever");

    let tokenizer = bert();
    let ids = tokenizer.encode("cafes the zoe!", None, false).expect("encoded").ids();
    let mut decoder = tokenizer.decoder();
    let decoded: String = ids.iter().map(|&id| decoder.push(id)).collect();
    assert_eq!(decoded, tokenizer.decode(&ids));
}

#[test]
fn metaspace_and_byte_fallback() {
    let json = json!({"version": "1.0", "added_tokens": [
            {"id": 1, "content": "</s>", "single_word": false, "lstrip": false, "rstrip": false, "normalized": false,
             "special": true}],
        "pre_tokenizer": {"type": "Metaspace", "replacement": "▁", "prepend_scheme": "always", "split": true},
        "truncation": {"direction": "Right", "max_length": 1, "strategy": "LongestFirst", "stride": 0},
        "model": {"type": "Unigram", "unk_id": 0, "byte_fallback": false,
            "vocab": [["<unk>", 0.0], ["</s>", 0.0], ["▁a", -1.0], ["b", -2.0], ["▁", -3.0], ["ab", -1.5]]}});
    let tokenizer = open(&[("tokenizer.json", &json.to_string())]).expect("a tokenizer");
    assert_eq!(tokenizer.kind(), Kind::Unigram);
    let encoding = tokenizer.encode("ab ?</s>", None, true).expect("encoded");
    assert_eq!(labels(&encoding), ["a", "b", "␣", "<unk>", "‹/s›"]);
    assert_eq!((&*encoding.tokens[3].piece, &*encoding.tokens[3].text), ("<unk>", "?"));
    check_offsets(&encoding, ["ab ?</s>", ""]);

    let config = r#"{"unk_token": "<unk>"}"#;
    let files = [("tokenizer.json", &*json.to_string()), ("tokenizer_config.json", config)];
    let tokenizer = open(&files).expect("a tokenizer");
    assert_eq!(tokenizer.label(0).as_deref(), Some("‹unk›"), "the settings say that it is special");
    assert_eq!(tokenizer.decode_plain(&[0, 3]), "b");

    let json = json!({"version": "1.0", "decoder": {"type": "Sequence", "decoders": [
            {"type": "Replace", "pattern": {"String": "▁"}, "content": " "}, {"type": "ByteFallback"},
            {"type": "Fuse"}]},
        "normalizer": {"type": "Replace", "pattern": {"String": " "}, "content": "▁"},
        "model": {"type": "BPE", "byte_fallback": true, "unk_token": "<unk>", "merges": [["▁", "a"]],
            "vocab": {"<unk>": 0, "▁": 1, "a": 2, "▁a": 3, "<0xC3>": 4, "<0xA9>": 5}}});
    let tokenizer = open(&[("tokenizer.json", &json.to_string())]).expect("a tokenizer");
    assert_eq!(tokenizer.kind(), Kind::Bpe);
    let encoding = tokenizer.encode("a aé", None, true).expect("encoded");
    assert_eq!(labels(&encoding), ["a", "a", "<C3>", "<A9>"]);
    assert_eq!((encoding.tokens[2].start, &*encoding.tokens[3].text), (3, "é"));
    check_offsets(&encoding, ["a aé", ""]);
    let mut decoder = tokenizer.decoder();
    let parts: Vec<_> = encoding.ids().iter().map(|&id| decoder.push(id)).collect();
    assert_eq!(parts, ["a", " a", "", "é"]);
}

#[test]
fn odd_texts_stay_in_place() {
    let text = "\0a\u{202e}b\u{200d}\r\n\u{feff} e\u{301}\u{301} ﷺ ½ ß İ 👩\u{200d}💻 \u{1f1e9}\u{1f1ea}";
    for tokenizer in [bert(), gpt2()] {
        let encoding = tokenizer.encode(text, Some(text), true).expect("encoded");
        check_offsets(&encoding, [text, text]);
        assert!(labels(&encoding).iter().all(|label| !label.contains(char::is_control)));
    }
    assert_eq!(gpt2().decode(&gpt2().encode(text, None, false).expect("encoded").ids()), text);
}

#[test]
fn long_texts_stay_fast() {
    let texts = ["the café 中😀 ".repeat(8000), "x".repeat(100_000), " ".repeat(100_000), "😀".repeat(50_000)];
    for tokenizer in [bert(), gpt2()] {
        for text in &texts {
            let start = Instant::now();
            let encoding = tokenizer.encode(text, None, true).expect("encoded");
            let took = start.elapsed();
            assert!(took < Duration::from_secs(8), "{took:?} for {:?}…", text.chars().take(9).collect::<String>());
            check_some(&encoding, text);
        }
    }
}

fn check_some(encoding: &Encoding, text: &str) {
    for token in encoding.tokens.iter().step_by(1 + encoding.len() / 50).filter(|token| token.sequence.is_some()) {
        assert_eq!(&text[token.bytes.clone()], token.text);
    }
}

proptest! {
    /// Offsets are right for any text.
    #[test]
    fn offsets_name_the_text(text in "\\PC{0,20}|.{0,20}") {
        let (bert, gpt2) = (bert(), gpt2());
        for tokenizer in [&bert, &gpt2] {
            let encoding = tokenizer.encode(&text, None, true).expect("encoded");
            check_offsets(&encoding, [&text, ""]);
            let traced = tokenizer.trace(&text).expect("traced").words;
            let traced: Vec<u32> = traced.iter().flat_map(|word| &word.pieces).map(|piece| piece.id).collect();
            prop_assert_eq!(traced, tokenizer.encode(&text, None, false).expect("encoded").ids());
        }
        let ids = gpt2.encode(&text, None, false).expect("encoded").ids();
        let mut decoder = gpt2.decoder();
        let mut decoded: String = ids.iter().map(|&id| decoder.push(id)).collect();
        decoded.push_str(&decoder.finish());
        prop_assert_eq!(decoded, text);
    }
}
