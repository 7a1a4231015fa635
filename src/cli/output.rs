//! Results on stdout, messages on stderr, and how tokens and numbers are written in both forms.

use std::io::{self, IsTerminal, Write};

use serde_json::{Value, json};

use crate::explore::{Candidate, Subject, TokenView};
use crate::text::{Style, Token, label};

/// Columns of a pipe or a file, which nobody need fold.
const UNLIMITED: usize = 10_000;

/// Prints a result. A reader that has gone is no error: it has what it wanted.
///
/// # Errors
/// Where stdout cannot be written.
pub fn print(text: &str) -> io::Result<()> {
    print_bytes(text.as_bytes())
}

/// As [`print`], for what is no text.
///
/// # Errors
/// Where stdout cannot be written.
pub fn print_bytes(bytes: &[u8]) -> io::Result<()> {
    let mut stdout = io::stdout().lock();
    match stdout.write_all(bytes).and_then(|()| stdout.flush()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        result => result,
    }
}

/// Prints one JSON value.
///
/// # Errors
/// Where stdout cannot be written.
pub fn print_json(value: &Value) -> io::Result<()> {
    print(&format!("{value}\n"))
}

/// Says something on stderr. Where nobody can be told, nobody is.
pub fn warn(message: impl std::fmt::Display) {
    let _ = writeln!(io::stderr(), "headscope: {message}");
}

/// The columns that a line may take.
pub fn columns() -> usize {
    let asked = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok()).filter(|&columns| columns > 0);
    asked.unwrap_or_else(|| match crossterm::terminal::size() {
        Ok((columns, _)) if columns > 0 && io::stdout().is_terminal() => usize::from(columns),
        _ => UNLIMITED,
    })
}

/// A text that can be shown: spaces and line breaks stay, what would not be seen or would act on the terminal is written
/// out.
pub fn visible(text: &str) -> String {
    let parts = text.split_inclusive([' ', '\n', '\t']);
    let shown = parts.map(|part| {
        let word = part.trim_end_matches([' ', '\n', '\t']);
        label(word, Style::Plain, false) + &part[word.len()..]
    });
    shown.collect()
}

/// A number with so many decimals that three or four digits count.
pub fn number(x: f32) -> String {
    match x.abs() {
        size if !size.is_finite() => format!("{x}"),
        size if size < 10.0 => format!("{x:.3}"),
        size if size < 1000.0 => format!("{x:.2}"),
        _ => format!("{x:.0}"),
    }
}

/// A share as it is read most easily: `43.1%`.
pub fn share(x: f32) -> String {
    format!("{:.1}%", 100.0 * x)
}

/// A whole number in groups of three: `109,482,240`.
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut grouped = String::with_capacity(digits.len() + digits.len() / 3);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

/// Bytes in the unit that reads best.
pub fn bytes(count: u64) -> String {
    let mut size = count as f64;
    for unit in ["B", "KiB", "MiB", "GiB"] {
        if size < 1024.0 {
            return if unit == "B" { format!("{count} B") } else { format!("{size:.1} {unit}") };
        }
        size /= 1024.0;
    }
    format!("{size:.1} TiB")
}

/// What stands for a token in JSON: what the user typed, or what would be written for it where nobody typed it.
pub fn text_of(subject: &Subject, token: &Token) -> String {
    if token.text.is_empty() { subject.written(&[token.id]) } else { token.text.clone() }
}

/// The same for tokens of a pass.
pub fn texts_of(subject: &Subject, tokens: &[TokenView]) -> Vec<String> {
    let text = |token: &TokenView| match &token.source {
        Some(source) => text_of(subject, source),
        None if token.is_remembered() => token.label.clone(),
        None => subject.written(&[token.id]),
    };
    tokens.iter().map(text).collect()
}

/// A token in JSON. Places count characters of its text; those of added tokens are empty.
pub fn token_json(subject: &Subject, token: &Token) -> Value {
    json!({"text": text_of(subject, token), "id": token.id, "start": token.start, "end": token.end, "piece": token.piece,
        "special": token.special, "sequence": token.sequence})
}

/// The same for a token of a pass; one that nobody typed has no place in a text.
pub fn view_json(subject: &Subject, token: &TokenView) -> Value {
    if let Some(source) = &token.source {
        return token_json(subject, source);
    }
    let special = subject.tokenizer().is_some_and(|tokenizer| tokenizer.is_special(token.id));
    let piece = subject.tokenizer().and_then(|tokenizer| tokenizer.piece(token.id));
    json!({"text": subject.written(&[token.id]), "id": token.id, "start": 0, "end": 0, "piece": piece,
        "special": special, "sequence": null})
}

/// A candidate in JSON.
pub fn candidate_json(subject: &Subject, candidate: &Candidate) -> Value {
    json!({"token": subject.written(&[candidate.id]), "id": candidate.id, "logit": candidate.logit,
        "probability": candidate.probability})
}

#[cfg(test)]
mod tests {
    use super::{bytes, grouped, number, share, visible};

    #[test]
    fn numbers() {
        assert_eq!([0, 7, 999, 1000, 109_482_240].map(grouped), ["0", "7", "999", "1,000", "109,482,240"]);
        assert_eq!([0.12345, -12.345, 1234.5, f32::NAN].map(number), ["0.123", "-12.35", "1234", "NaN"]);
        assert_eq!([12, 2048, 497_759_232].map(bytes), ["12 B", "2.0 KiB", "474.7 MiB"]);
        assert_eq!(share(0.4306), "43.1%");
    }

    #[test]
    fn control_characters_are_seen() {
        assert_eq!(visible("a\u{1b}[2J\n b\u{9b} \u{202e}"), "a␛[2J\n b<009B> <202E>");
    }
}
