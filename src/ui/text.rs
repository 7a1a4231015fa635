//! Text by display width: Chinese characters take two columns, combining marks none.

use std::fmt::Write;
use unicode_segmentation::UnicodeSegmentation;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// Columns a text takes.
pub fn width(text: &str) -> usize {
    text.width()
}

/// Columns a character takes; control characters take none.
pub fn char_width(character: char) -> usize {
    character.width().unwrap_or(0)
}

/// The text cut to at most so many columns, ending in `…` where something is missing.
pub fn fit(text: &str, columns: usize) -> String {
    if width(text) <= columns {
        return text.to_owned();
    }
    let mut cut = take(text, columns.saturating_sub(1)).to_owned();
    if columns > 0 {
        cut.push('…');
    }
    cut
}

/// The longest beginning that takes at most so many columns.
pub fn take(text: &str, columns: usize) -> &str {
    let mut used = 0;
    for (at, grapheme) in text.grapheme_indices(true) {
        used += width(grapheme);
        if used > columns {
            return &text[..at];
        }
    }
    text
}

/// What is left after so many columns; a character that is cut in two goes.
pub fn skip(text: &str, columns: usize) -> &str {
    let mut used = 0;
    for (at, grapheme) in text.grapheme_indices(true) {
        if used >= columns {
            return &text[at..];
        }
        used += width(grapheme);
    }
    ""
}

/// Cut or filled with blanks to exactly so many columns, the text on the left.
pub fn left(text: &str, columns: usize) -> String {
    let text = fit(text, columns);
    let gap = " ".repeat(columns.saturating_sub(width(&text)));
    text + &gap
}

/// Cut or filled with blanks to exactly so many columns, the text on the right.
pub fn right(text: &str, columns: usize) -> String {
    let text = fit(text, columns);
    " ".repeat(columns.saturating_sub(width(&text))) + &text
}

/// Lines of at most so many columns, broken at blanks, and between Chinese characters where no blank is.
///
/// A line never begins with closing punctuation; a word longer than a line is broken.
pub fn wrap(text: &str, columns: usize) -> Vec<String> {
    let columns = columns.max(1);
    let mut lines = Vec::new();
    for paragraph in text.split('\n') {
        wrap_paragraph(paragraph, columns, &mut lines);
    }
    lines
}

fn wrap_paragraph(paragraph: &str, columns: usize, lines: &mut Vec<String>) {
    let mut line = String::new();
    for piece in pieces(paragraph) {
        let fits = width(&line) + width(piece.trim_end()) <= columns;
        if !fits && !line.is_empty() {
            lines.push(line.trim_end().to_owned());
            line.clear();
        }
        let piece = if line.is_empty() && !lines.is_empty() { piece.trim_start() } else { piece };
        push_broken(piece, columns, &mut line, lines);
    }
    lines.push(line.trim_end().to_owned());
}

/// Adds a piece to a line, breaking it where even an empty line is too short for it.
fn push_broken(piece: &str, columns: usize, line: &mut String, lines: &mut Vec<String>) {
    let mut rest = piece;
    while width(line) + width(rest.trim_end()) > columns {
        let mut head = take(rest, columns - width(line).min(columns));
        if head.is_empty() {
            // Not even one character fits: it goes in alone, or nothing would ever end.
            head = rest.graphemes(true).next().unwrap_or_default();
        }
        line.push_str(head);
        lines.push(std::mem::take(line));
        rest = &rest[head.len()..];
    }
    line.push_str(rest);
}

/// The places where a line may be broken: each piece carries the blanks after it.
fn pieces(text: &str) -> Vec<&str> {
    let mut pieces = Vec::new();
    let mut start = 0;
    let mut before: Option<&str> = None;
    for (at, grapheme) in text.grapheme_indices(true) {
        if let Some(before) = before
            && may_break(before, grapheme)
        {
            pieces.push(&text[start..at]);
            start = at;
        }
        before = Some(grapheme);
    }
    pieces.push(&text[start..]);
    pieces
}

fn may_break(before: &str, after: &str) -> bool {
    let blank = |text: &str| text.chars().all(char::is_whitespace);
    let wide = |text: &str| width(text) > 1;
    let closing = "，。、；：？！）》」』】…”’,.;:?!)]}";
    let opening = "（《「『【“‘([{";
    if blank(after) || closing.contains(after) || opening.contains(before) {
        return false;
    }
    blank(before) || wide(before) || wide(after)
}

/// Which labels stand on which line, a blank between two.
pub fn lines_of(labels: &[String], columns: usize) -> Vec<std::ops::Range<usize>> {
    let mut lines = Vec::new();
    let (mut start, mut used) = (0, 0);
    for (position, label) in labels.iter().enumerate() {
        let width = width(label) + 1;
        if used + width > columns && position > start {
            lines.push(start..position);
            (start, used) = (position, 0);
        }
        used += width;
    }
    lines.push(start..labels.len());
    lines
}

/// A token as a label: blanks and line ends as signs, control characters as their bytes, marks on a circle.
pub fn visible(token: &str) -> String {
    if token.is_empty() {
        return "∅".into();
    }
    let mut shown = String::with_capacity(token.len());
    for (index, character) in token.chars().enumerate() {
        match character {
            ' ' | '\u{a0}' => shown.push('␣'),
            '\n' => shown.push('⏎'),
            '\t' => shown.push('→'),
            c if c.is_control() || c == '\u{feff}' => {
                // Writing to a string cannot fail.
                let _ = write!(shown, "<{:02X}>", c as u32);
            }
            c if index == 0 && c.width() == Some(0) => {
                shown.push('◌');
                shown.push(c);
            }
            c => shown.push(c),
        }
    }
    shown
}

/// The label of a token in a list or a map: as [`visible`], without the blank that marks the start of a word.
pub fn label(token: &str) -> String {
    let word = token.strip_prefix([' ', '▁', 'Ġ']).filter(|word| !word.is_empty()).unwrap_or(token);
    match word {
        "▁" | "Ġ" => "␣".into(),
        "<s>" => "‹s›".into(),
        "</s>" => "‹/s›".into(),
        word => visible(word),
    }
}

/// A number in small figures below the line: `Anna₁₅`.
pub fn subscript(number: usize) -> String {
    number
        .to_string()
        .bytes()
        .map(|digit| char::from_u32('₀' as u32 + u32::from(digit - b'0')).unwrap_or('?'))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cut_by_width() {
        assert_eq!(fit("transformer", 6), "trans…");
        assert_eq!(fit("注意力机制", 6), "注意…");
        assert_eq!(fit("注意力", 6), "注意力");
        assert_eq!((fit("ab", 1), fit("ab", 0)), ("…".into(), String::new()));
        assert_eq!(right("帽子", 6), "  帽子");
        assert_eq!(left("注意力机制", 6), "注意… ");
        assert_eq!(skip("注意力", 3), "力");
    }

    #[test]
    fn wrapped_at_blanks() {
        let lines = wrap("Each token is centred and divided by its own spread.", 20);
        assert_eq!(lines, ["Each token is", "centred and divided", "by its own spread."]);
        assert_eq!(wrap("abcdefgh", 3), ["abc", "def", "gh"]);
        assert_eq!(wrap("one\n\ntwo", 9), ["one", "", "two"]);
    }

    #[test]
    fn wrapped_in_chinese() {
        let lines = wrap("普通的从左到右语言模型，规模大到无需 GPT-2 训练便能完成各种任务。", 28);
        assert_eq!(lines, ["普通的从左到右语言模型，规模", "大到无需 GPT-2 训练便能完成", "各种任务。"]);
    }

    #[test]
    fn no_line_begins_with_closing_punctuation() {
        assert_eq!(wrap("语言模型，规模", 8), ["语言模", "型，规模"]);
    }

    #[test]
    fn tokens_that_cannot_be_seen() {
        assert_eq!(visible(" \n\t"), "␣⏎→");
        assert_eq!(visible("\u{7}"), "<07>");
        assert_eq!(visible("\u{301}"), "◌\u{301}");
        assert_eq!(subscript(15), "₁₅");
    }
}
