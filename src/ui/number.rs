//! Numbers as the screens write them.

/// A weight in four columns: `.945`, `1.00`; what is not between 0 and 1 is written out.
pub fn weight(value: f32) -> String {
    unit(value, 3)
}

/// A weight in three columns, for cells: `.94`, `1.0`.
pub fn short_weight(value: f32) -> String {
    unit(value, 2)
}

fn unit(value: f32, digits: usize) -> String {
    let text = format!("{value:.digits$}");
    if let Some(fraction) = text.strip_prefix("0.") {
        return format!(".{fraction}");
    }
    if let Some(fraction) = text.strip_prefix("-0.") {
        // A rounded nothing has no sign.
        let sign = if fraction.bytes().all(|digit| digit == b'0') { "" } else { "-" };
        return format!("{sign}.{fraction}");
    }
    if text.starts_with("1.") { format!("{value:.*}", digits - 1) } else { text }
}

/// Thousands parted by thin gaps: `124 439 808`.
pub fn thousands(value: u64) -> String {
    let digits = value.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(' ');
        }
        text.push(digit);
    }
    text
}

/// A number to so many significant digits, without an exponent while it stays readable.
pub fn significant(value: f32, digits: usize) -> String {
    if !value.is_finite() {
        return if value.is_nan() {
            "nan".into()
        } else if value > 0.0 {
            "∞".into()
        } else {
            "-∞".into()
        };
    }
    if value == 0.0 {
        return "0".into();
    }
    let size = value.abs().log10().floor() as i32;
    if !(-5..9).contains(&size) {
        return format!("{value:.*e}", digits.saturating_sub(1));
    }
    let decimals = (digits as i32 - 1 - size).max(0) as usize;
    let text = format!("{value:.decimals$}");
    if text.trim_start_matches('-').len() > 4 && !text.contains('.') { grouped(&text) } else { text }
}

fn grouped(text: &str) -> String {
    let (sign, digits) = text.strip_prefix('-').map_or(("", text), |digits| ("-", digits));
    digits.parse().map_or_else(|_| text.to_owned(), |value| format!("{sign}{}", thousands(value)))
}

/// A number with its sign and one decimal, for the ends of a signed range: `+3.4`.
pub fn signed(value: f32) -> String {
    format!("{value:+.1}")
}

/// A count in three figures and a letter: `1.56 B`.
pub fn count(value: u64) -> String {
    let units = [(1e12, "T"), (1e9, "B"), (1e6, "M"), (1e3, "K")];
    for (index, (size, letter)) in units.into_iter().enumerate() {
        // 999 999 would round to 1000 K: the unit is chosen by the rounded figure.
        if value as f64 >= size * 0.9995 {
            let above = index.checked_sub(1).map(|i| units[i]);
            let (size, letter) = above.filter(|(s, _)| value as f64 >= s * 0.9995).unwrap_or((size, letter));
            return format!("{} {letter}", three(value as f64 / size));
        }
    }
    value.to_string()
}

/// An amount of memory: `19.5 KiB`.
pub fn bytes(value: u64) -> String {
    for (shift, unit) in [(40, "TiB"), (30, "GiB"), (20, "MiB"), (10, "KiB")] {
        if value >= 1 << shift {
            return format!("{} {unit}", three(value as f64 / (1u64 << shift) as f64));
        }
    }
    format!("{value} B")
}

fn three(value: f64) -> String {
    match value {
        v if v < 9.995 => format!("{v:.2}"),
        v if v < 99.95 => format!("{v:.1}"),
        v => format!("{v:.0}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weights() {
        let written = [0.945, 1.0, 0.9996, 0.0, 0.055, -0.25, -0.000_1, 3.25].map(weight);
        assert_eq!(written, [".945", "1.00", "1.00", ".000", ".055", "-.250", ".000", "3.250"]);
        assert_eq!([0.945, 1.0, 0.996].map(short_weight), [".94", "1.0", "1.0"]);
    }

    #[test]
    fn gaps_of_thousands() {
        let written = [0, 999, 1000, 124_439_808].map(thousands);
        assert_eq!(written, ["0", "999", "1 000", "124 439 808"]);
    }

    #[test]
    fn significant_digits() {
        let written = [34.196, 0.054_8, -3.25, 5162.2, 1e-9, 0.0, f32::NAN, f32::NEG_INFINITY];
        let written = written.map(|value| significant(value, 4));
        assert_eq!(written, ["34.20", "0.05480", "-3.250", "5162", "1.000e-9", "0", "nan", "-∞"]);
        assert_eq!(significant(-123_456.0, 4), "-123 456");
    }

    #[test]
    fn counts_and_bytes() {
        let written = [12, 1_560_000_000, 124_439_808, 999_999, 175_000_000_000].map(count);
        assert_eq!(written, ["12", "1.56 B", "124 M", "1.00 M", "175 B"]);
        assert_eq!([100, 19_968, 37_748_736].map(bytes), ["100 B", "19.5 KiB", "36.0 MiB"]);
    }
}
