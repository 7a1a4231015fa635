//! Texts within an address: readable, and of characters that mean nothing to a shell.

use std::fmt::Write as _;

/// What stays as it is beside letters and figures.
const PLAIN: &str = "-_./:@，。！？：；、“”‘’（）《》…—";

/// A text as it stands in an address: a blank is `+`, what a shell would read is `%` and two figures a byte.
pub fn encoded(text: &str) -> String {
    let mut line = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            ' ' => line.push('+'),
            plain if plain.is_alphanumeric() || PLAIN.contains(plain) => line.push(plain),
            other => {
                let mut bytes = [0; 4];
                for byte in other.encode_utf8(&mut bytes).bytes() {
                    let _ = write!(line, "%{byte:02X}");
                }
            }
        }
    }
    line
}

/// The text again. What need not have been encoded may stand there as it is.
///
/// # Errors
/// The byte at which something is no code, and what stands there.
pub fn decoded(line: &str) -> Result<String, (usize, String)> {
    let mut bytes = Vec::with_capacity(line.len());
    let mut at = 0;
    while let Some(&byte) = line.as_bytes().get(at) {
        match byte {
            b'+' => bytes.push(b' '),
            b'%' => {
                let code = line.get(at + 1..at + 3).and_then(|code| u8::from_str_radix(code, 16).ok());
                let figures = line.get(at + 1..at + 3).is_some_and(|code| code.bytes().all(|b| b.is_ascii_hexdigit()));
                let wrong = || (at, line[at..].chars().take(3).collect::<String>());
                bytes.push(code.filter(|_| figures).ok_or_else(wrong)?);
                at += 2;
            }
            byte => bytes.push(byte),
        }
        at += 1;
    }
    String::from_utf8(bytes).map_err(|error| {
        let broken = &error.as_bytes()[error.utf8_error().valid_up_to()..];
        let code = broken.iter().take(3).fold(String::new(), |code, byte| format!("{code}%{byte:02X}"));
        (0, code)
    })
}

#[cfg(test)]
mod tests {
    use super::{decoded, encoded};

    #[test]
    fn nothing_that_a_shell_reads_is_left() {
        let all: String = (' '..='~').collect();
        let line = encoded(&all);
        assert!(line.chars().all(|c| c.is_ascii_alphanumeric() || "-_./:@+%".contains(c)), "{line}");
        assert_eq!(decoded(&line).as_deref(), Ok(all.as_str()));
        assert_eq!(encoded("Anna & Tom，你好。"), "Anna+%26+Tom，你好。");
    }

    #[test]
    fn what_is_no_code_says_where() {
        assert_eq!(decoded("ab%2"), Err((2, "%2".to_owned())));
        assert_eq!(decoded("%+1"), Err((0, "%+1".to_owned())));
        assert_eq!(decoded("%G1x"), Err((0, "%G1".to_owned())));
        assert_eq!(decoded("é%我我"), Err((2, "%我我".to_owned())));
        assert_eq!(decoded("a%FF%20"), Err((0, "%FF%20".to_owned())));
    }
}
