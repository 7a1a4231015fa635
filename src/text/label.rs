//! How a token is shown in a cell or beside a map: short, printable, of a known width.
//!
//! | piece | label |
//! |---|---|
//! | `Ġthe`, `▁the` | `the`: the mark of a leading space is dropped |
//! | `##ing` | `##ing` |
//! | `<s>`, `[CLS]`, `<\|endoftext\|>` (specials) | `‹s›`, `‹CLS›`, `‹endoftext›` |
//! | a space, a newline, a tab | `␣`, `⏎`, `→` |
//! | a byte that is no whole character | `<E4>`: two digits |
//! | a character that would not be seen | `<200B>`: its code point, four digits or more |
//! | other control characters | their pictures, `␀` |
//! | a combining mark alone | on a dotted circle, `◌́` |

use std::fmt::Write as _;

use unicode_segmentation::UnicodeSegmentation;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use super::kind::Style;

/// The label of a piece of the vocabulary.
pub fn label(piece: &str, style: Style, special: bool) -> String {
    if special {
        return format!("‹{}›", shown(without_brackets(piece)));
    }
    match style {
        Style::Bytes => match piece_bytes(piece) {
            Some(bytes) => bytes_label(&bytes),
            // An added token, written as it is.
            None => shown(without_leading_space(piece)),
        },
        Style::Spaces => {
            if let Some(byte) = byte_fallback(piece) {
                return bytes_label(&[byte]);
            }
            let text = piece.replace('▁', " ");
            shown(without_leading_space(text.strip_suffix("</w>").unwrap_or(&text)))
        }
        // The marks by themselves, so that a combining character after them is not drawn on them.
        Style::Continued => match piece.strip_prefix("##") {
            Some(rest) if !rest.is_empty() => format!("##{}", shown(rest)),
            _ => shown(piece),
        },
        Style::Plain => shown(piece),
    }
}

/// A piece with everything that it spells, the mark of a leading space too: for where pieces are put together.
pub fn spelled(piece: &str, style: Style) -> String {
    match style {
        Style::Bytes => piece_bytes(piece).map_or_else(|| shown(piece), |bytes| bytes_spelled(&bytes)),
        Style::Spaces => byte_fallback(piece).map_or_else(|| shown(piece), |byte| bytes_spelled(&[byte])),
        Style::Continued => label(piece, style, false),
        Style::Plain => shown(piece),
    }
}

/// How many columns of a terminal a text takes.
pub fn width(text: &str) -> usize {
    text.width()
}

/// The text if it fits into so many columns, else its beginning and `…`; a character is never cut in two.
pub fn fit(text: &str, columns: usize) -> String {
    if width(text) <= columns {
        return text.to_owned();
    }
    if columns == 0 {
        return String::new();
    }
    let mut end = 0;
    let mut used = 0;
    for (start, grapheme) in text.grapheme_indices(true) {
        used += width(grapheme);
        if used > columns - 1 {
            break;
        }
        end = start + grapheme.len();
    }
    format!("{}…", &text[..end])
}

/// The name of a special token without the brackets around it.
fn without_brackets(piece: &str) -> &str {
    for (open, close) in [("<|", "|>"), ("<", ">"), ("[", "]")] {
        let inner = piece.strip_prefix(open).and_then(|rest| rest.strip_suffix(close));
        if let Some(inner) = inner.filter(|inner| !inner.is_empty()) {
            return inner;
        }
    }
    piece
}

/// One leading space is how most words begin; a token of nothing but blanks keeps all of them.
fn without_leading_space(text: &str) -> &str {
    text.strip_prefix(' ').filter(|rest| !rest.trim_start().is_empty()).unwrap_or(text)
}

/// The bytes that a piece of a byte-level vocabulary stands for, if all its characters do.
pub(super) fn piece_bytes(piece: &str) -> Option<Vec<u8>> {
    let piece = piece.strip_suffix("</w>").unwrap_or(piece);
    piece.chars().map(char_byte).collect()
}

/// The byte for which GPT-2's alphabet has this character: printable Latin-1 stands for itself, and the other 68
/// bytes, in order, follow from U+0100 on.
fn char_byte(character: char) -> Option<u8> {
    const MOVED: u32 = 0x100;
    match u32::from(character) {
        code @ (0x21..=0x7e | 0xa1..=0xac | 0xae..=0xff) => Some(code as u8),
        code @ MOVED..=0x120 => Some((code - MOVED) as u8),
        code @ 0x121..=0x142 => Some((code - 0x121) as u8 + 0x7f),
        0x143 => Some(0xad),
        _ => None,
    }
}

/// The byte of a piece like `<0x0A>`.
fn byte_fallback(piece: &str) -> Option<u8> {
    let digits = piece.strip_prefix("<0x")?.strip_suffix('>')?;
    let plain = digits.len() == 2 && digits.bytes().all(|digit| digit.is_ascii_hexdigit());
    plain.then(|| u8::from_str_radix(digits, 16).ok()).flatten()
}

fn bytes_label(bytes: &[u8]) -> String {
    let bytes = match bytes {
        [b' ', rest @ ..] if !rest.trim_ascii_start().is_empty() => rest,
        _ => bytes,
    };
    bytes_spelled(bytes)
}

fn bytes_spelled(bytes: &[u8]) -> String {
    let mut label = String::new();
    for chunk in bytes.utf8_chunks() {
        label.push_str(&shown(chunk.valid()));
        for byte in chunk.invalid() {
            // Writing to a string cannot fail.
            let _ = write!(label, "<{byte:02X}>");
        }
    }
    label
}

/// A text with everything visible.
fn shown(text: &str) -> String {
    let mut label = String::with_capacity(text.len());
    for grapheme in text.graphemes(true) {
        push_grapheme(&mut label, grapheme);
    }
    label
}

fn push_grapheme(label: &mut String, grapheme: &str) {
    let mut characters = grapheme.chars().peekable();
    let mut base = false;
    while let Some(character) = characters.next() {
        match character {
            // Emoji are joined by it; anywhere else it would not be seen.
            '\u{200d}' if base && characters.peek().is_some_and(|&next| next.width() == Some(2)) => {
                label.push(character);
            }
            // Which form of a character is meant; terminals disagree on the width that follows from it.
            '\u{fe00}'..='\u{fe0f}' if base => {}
            _ if picture(character).is_some() => label.extend(picture(character)),
            _ if invisible(character) => {
                // Writing to a string cannot fail.
                let _ = write!(label, "<{:04X}>", u32::from(character));
                base = false;
            }
            _ if !base && character.width() == Some(0) => {
                label.extend(['◌', character]);
                base = true;
            }
            _ => {
                label.push(character);
                base = true;
            }
        }
    }
}

/// What stands for a blank or a control character of ASCII.
fn picture(character: char) -> Option<char> {
    match character {
        ' ' => Some('␣'),
        '\n' => Some('⏎'),
        '\t' => Some('→'),
        '\u{7f}' => Some('␡'),
        '\0'..='\u{1f}' => char::from_u32(0x2400 + u32::from(character)),
        _ => None,
    }
}

/// Characters that leave no mark, or rearrange those around them.
fn invisible(character: char) -> bool {
    character.is_control()
        || character.is_whitespace()
        || matches!(character,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
            | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
            | '\u{2800}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}'
            | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn labels() {
        use Style::{Bytes, Continued, Plain, Spaces};
        let cases = [
            ("Ġthe", Bytes, "the"),
            ("Ġ", Bytes, "␣"),
            ("ĠĠĠ", Bytes, "␣␣␣"),
            ("ĠĠx", Bytes, "␣x"),
            ("Ċ", Bytes, "⏎"),
            ("ĉ", Bytes, "→"),
            ("ĠĊ", Bytes, "␣⏎"),
            ("č", Bytes, "␍"),
            ("Ā", Bytes, "␀"),
            ("ä¸Ń", Bytes, "中"),
            ("ä¸", Bytes, "<E4><B8>"),
            ("Ńe", Bytes, "<AD>e"),
            ("Ã©", Bytes, "é"),
            ("cafÃ©</w>", Bytes, "café"),
            ("Ìģ", Bytes, "◌\u{301}"),
            ("▁word", Spaces, "word"),
            ("▁", Spaces, "␣"),
            ("<0x0A>", Spaces, "⏎"),
            ("<0xE4>", Spaces, "<E4>"),
            ("<0xZZ>", Spaces, "<0xZZ>"),
            ("##ing", Continued, "##ing"),
            ("##\u{301}", Continued, "##◌\u{301}"),
            ("##", Continued, "##"),
            ("a\u{200b}b", Plain, "a<200B>b"),
            ("\u{202e}", Plain, "<202E>"),
            ("a\u{200d}", Plain, "a<200D>"),
            ("👩\u{200d}💻", Plain, "👩\u{200d}💻"),
            ("❤\u{fe0f}", Plain, "❤"),
            ("\u{fe0f}", Plain, "<FE0F>"),
            ("\u{a0}", Plain, "<00A0>"),
            ("\u{85}", Plain, "<0085>"),
            ("e\u{301}", Plain, "e\u{301}"),
            ("\u{1b}[2J", Plain, "␛[2J"),
            ("", Plain, ""),
        ];
        for (piece, style, expected) in cases {
            assert_eq!(label(piece, style, false), expected, "{piece:?}");
        }
        let whole =
            [("Ġthe", Bytes, "␣the"), ("▁the", Spaces, "▁the"), ("<0x0A>", Spaces, "⏎"), ("ä¸", Bytes, "<E4><B8>")];
        for (piece, style, expected) in whole {
            assert_eq!(spelled(piece, style), expected);
        }
        let specials = [
            ("<s>", "‹s›"),
            ("</s>", "‹/s›"),
            ("[CLS]", "‹CLS›"),
            ("<|endoftext|>", "‹endoftext›"),
            ("<extra_id_0>", "‹extra_id_0›"),
            ("<>", "‹<>›"),
            ("pad", "‹pad›"),
        ];
        for (piece, expected) in specials {
            assert_eq!(label(piece, Bytes, true), expected);
        }
    }

    #[test]
    fn the_byte_alphabet_is_complete() {
        let mut bytes: Vec<u8> = ('\0'..='\u{200}').filter_map(char_byte).collect();
        bytes.sort_unstable();
        assert_eq!(bytes, (0..=255).collect::<Vec<u8>>());
        let alphabet = tokenizers::pre_tokenizers::byte_level::ByteLevel::alphabet();
        assert!(alphabet.iter().all(|&character| char_byte(character).is_some()));
    }

    #[test]
    fn fitting() {
        assert_eq!(fit("word", 4), "word");
        assert_eq!(fit("words", 4), "wor…");
        assert_eq!(fit("中文字", 4), "中…");
        assert_eq!(fit("中文字", 5), "中文…");
        assert_eq!(fit("中", 1), "…");
        assert_eq!(fit("e\u{301}e\u{301}e\u{301}", 2), "e\u{301}…");
        assert_eq!(fit("x", 0), "");
        assert_eq!(width("中é"), 3);
    }

    proptest! {
        #[test]
        fn labels_are_printable_and_fit(piece in "\\PC*|.{0,12}|[\\x00-\\x{2fff}]{0,8}", columns in 0usize..9) {
            for style in [Style::Bytes, Style::Spaces, Style::Continued, Style::Plain] {
                for special in [false, true] {
                    let label = label(&piece, style, special);
                    prop_assert!(!label.chars().any(|c| c.is_control() || c.is_whitespace()), "{:?}", label);
                    prop_assert!(piece.is_empty() || !label.is_empty());
                    let fitted = fit(&label, columns);
                    prop_assert!(width(&fitted) <= columns, "{:?}", fitted);
                }
            }
        }
    }
}
