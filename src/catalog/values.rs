//! What entries are made of: texts in two languages, quantities as published, dates, places in sources.

use std::fmt;

use serde::{Serialize, Serializer};

/// A text in both languages.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Text {
    /// In English.
    pub en: String,
    /// In Chinese.
    pub zh: String,
}

impl Text {
    /// A text of which each language has its own.
    pub fn new(en: impl Into<String>, zh: impl Into<String>) -> Self {
        Self { en: en.into(), zh: zh.into() }
    }

    /// What reads the same in both: a name, a formula.
    pub fn same(text: impl Into<String>) -> Self {
        let text = text.into();
        Self { en: text.clone(), zh: text }
    }
}

/// Whether a character is written without blanks around it.
pub fn is_cjk(c: char) -> bool {
    matches!(c, '\u{2e80}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{ff00}'..='\u{ffef}')
}

/// Chinese characters, and punctuation that stands close to them.
fn touches(c: char) -> bool {
    is_cjk(c) || matches!(c, '“' | '”' | '‘' | '’' | '—' | '…')
}

/// A text as it was meant, where its file breaks it into lines: one blank between words, none between Chinese
/// characters.
pub fn joined(text: &str) -> String {
    let mut joined = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if let (Some(before), Some(after)) = (joined.chars().last(), word.chars().next()) {
            // A blank that was typed between Chinese characters would be one too many just the same.
            let chinese = is_cjk(before) || is_cjk(after);
            if !(chinese && touches(before) && touches(after)) {
                joined.push(' ');
            }
        }
        joined.push_str(word);
    }
    joined
}

/// A number as it was published, `117M` or `300M..2B`: its digits say how precise it is.
#[derive(Clone, Debug, PartialEq)]
pub struct Quantity {
    /// As written.
    pub text: String,
    /// Its smallest value.
    pub low: f64,
    /// Its greatest value: the same unless it is a range.
    pub high: f64,
    /// What half a unit of the last printed digit is worth.
    pub half_digit: f64,
}

impl Quantity {
    /// Reads a quantity.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let (low, high) = text.split_once("..").unwrap_or((text, text));
        let ((low, _), (high, half_digit)) = (number(low)?, number(high)?);
        (low <= high).then(|| Self { text: text.to_owned(), low, high, half_digit })
    }

    /// The number, where it is no range.
    pub fn single(&self) -> Option<f64> {
        (self.low == self.high).then_some(self.high)
    }

    /// The number, or the middle of the range.
    pub fn middle(&self) -> f64 {
        self.single().unwrap_or(f64::midpoint(self.low, self.high))
    }

    /// Whether a count agrees: inside the range, or within the last printed digit or one in a hundred.
    pub fn agrees(&self, count: f64) -> bool {
        let slack = |bound: f64| self.half_digit.max(bound / 100.0);
        count >= self.low - slack(self.low) && count <= self.high + slack(self.high)
    }

    /// As a whole number, where that is exact.
    pub fn whole(&self) -> Option<u64> {
        self.single().filter(|n| n.fract() == 0.0 && (0.0..9e15).contains(n)).map(|n| n as u64)
    }
}

/// A number with a suffix, and half of its last digit.
fn number(text: &str) -> Option<(f64, f64)> {
    const SUFFIXES: [(char, f64); 4] = [('K', 1e3), ('M', 1e6), ('B', 1e9), ('T', 1e12)];
    let (digits, unit) = match SUFFIXES.iter().find(|(suffix, _)| text.ends_with(*suffix)) {
        Some((suffix, unit)) => (text.strip_suffix(*suffix)?, *unit),
        None => (text, 1.0),
    };
    let digits = digits.replace('_', "");
    let plain = digits.chars().all(|c| c.is_ascii_digit() || matches!(c, '.' | 'e' | 'E' | '+' | '-'));
    if !plain || !digits.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let value: f64 = digits.parse().ok().filter(|value: &f64| value.is_finite())?;
    let (mantissa, exponent) = digits.split_once(['e', 'E']).unwrap_or((&digits, "0"));
    let decimals = mantissa.split_once('.').map_or(0, |(_, decimals)| decimals.len() as i32);
    let half = 0.5 * unit * 10f64.powi(exponent.parse::<i32>().ok()? - decimals);
    Some((value * unit, half))
}

impl fmt::Display for Quantity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text.replace("..", "–"))
    }
}

impl Serialize for Quantity {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.whole() {
            Some(whole) if self.text.chars().all(|c| c.is_ascii_digit() || c == '_') => serializer.serialize_u64(whole),
            _ => serializer.serialize_str(&self.text),
        }
    }
}

/// A month or a day. Dates are ordered; a month comes before its days.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date {
    /// The year.
    pub year: u16,
    /// The month, from 1.
    pub month: u8,
    /// The day, from 1; 0 where only the month is known.
    pub day: u8,
}

impl Date {
    /// Reads `2019-02` or `2019-02-14`.
    pub fn parse(text: &str) -> Option<Self> {
        fn digits(part: Option<&str>, len: usize) -> Option<&str> {
            part.filter(|part| part.len() == len && part.bytes().all(|b| b.is_ascii_digit()))
        }
        let mut parts = text.split('-');
        let year = digits(parts.next(), 4)?.parse().ok()?;
        let month = digits(parts.next(), 2)?.parse().ok()?;
        let day = match parts.next() {
            None => 0,
            day => digits(day, 2)?.parse().ok().filter(|day| (1..=days(year, month)).contains(day))?,
        };
        (parts.next().is_none() && (1..=12).contains(&month)).then_some(Self { year, month, day })
    }

    /// The month alone, `2019-02`.
    pub fn month(self) -> String {
        format!("{:04}-{:02}", self.year, self.month)
    }
}

fn days(year: u16, month: u8) -> u8 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => 29,
        2 => 28,
        _ => 31,
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}", self.year, self.month)?;
        if self.day > 0 { write!(f, "-{:02}", self.day) } else { Ok(()) }
    }
}

impl Serialize for Date {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// A place in a source.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Cited {
    /// The key of one of the entry's sources.
    pub key: String,
    /// Where in it; may be empty.
    pub place: String,
}

impl fmt::Display for Cited {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.key)?;
        if self.place.is_empty() { Ok(()) } else { write!(f, " {}", self.place) }
    }
}

#[cfg(test)]
mod tests {
    use super::{Date, Quantity, joined};

    #[test]
    fn quantities_keep_what_was_printed() {
        let read = |text| Quantity::parse(text).expect("a quantity");
        assert_eq!(read("117M").single(), Some(117e6));
        assert_eq!((read("1.5B").single(), read("1.5B").half_digit), (Some(1.5e9), 0.5e8));
        assert_eq!(read("1.80e20").half_digit, 0.5e18);
        assert_eq!((read("300M..2B").low, read("300M..2B").high), (300e6, 2e9));
        assert_eq!(read("20_554_567_680").whole(), Some(20_554_567_680));
        for bad in ["", "M", "1.5 B", "about 3B", "-3", "nan", "2B..1B", "1e999", "0x10", "1.2.3"] {
            assert_eq!(Quantity::parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn agreement_goes_by_the_last_digit_or_a_hundredth() {
        let agrees = |text, count| Quantity::parse(text).expect("a quantity").agrees(count);
        assert!(agrees("124M", 124_439_808.0));
        assert!(!agrees("117M", 124_439_808.0));
        assert!(agrees("11B", 11_307_321_344.0));
        assert!(agrees("340M", 343.3e6) && !agrees("340M", 335_141_888.0));
        assert!(agrees("300M..2B", 1.1e9) && !agrees("300M..2B", 2.6e9));
    }

    #[test]
    fn dates_are_those_of_the_calendar() {
        let read = |text| Date::parse(text).map(|date| date.to_string());
        assert_eq!(read("2019-02"), Some("2019-02".to_owned()));
        assert_eq!(read("2020-02-29"), Some("2020-02-29".to_owned()));
        for bad in ["2019", "2019-13", "2019-2", "2019-02-29", "2019-00", "2019-02-14-1", "19-02", "2019-02-00"] {
            assert_eq!(read(bad), None, "{bad}");
        }
        assert!(Date::parse("2019-02") < Date::parse("2019-02-01"));
    }

    #[test]
    fn broken_lines_are_joined() {
        assert_eq!(joined("one\n two\n"), "one two");
        assert_eq!(joined("名为\n“注意力” and “mask” 的"), "名为“注意力” and “mask”的");
        assert_eq!(joined("从左到右，\n只做 BPE\n 一事"), "从左到右，只做 BPE 一事");
    }
}
