//! Sums and differences of bound numbers, as in `{=x+y}` and `0..9-x`.

/// Terms with their signs; each a number or a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Expression(Vec<(i64, Term)>);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Term {
    Number(i64),
    Name(String),
}

impl Expression {
    /// Reads terms joined by `+` and `-`.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut terms = Vec::new();
        let mut sign = 1;
        let mut rest = text.trim();
        loop {
            let end = rest.find(['+', '-']).unwrap_or(rest.len());
            terms.push((
                sign,
                term(rest[..end].trim()).ok_or_else(|| format!("`{text}` is no sum of names and numbers"))?,
            ));
            let Some(operator) = rest[end..].chars().next() else { return Ok(Self(terms)) };
            sign = if operator == '-' { -1 } else { 1 };
            rest = rest[end + 1..].trim_start();
        }
    }

    /// Its value, where `value` knows the names.
    pub fn value(&self, value: impl Fn(&str) -> Option<i64>) -> Result<i64, String> {
        let term = |term: &Term| match term {
            Term::Number(number) => Ok(*number),
            Term::Name(name) => value(name).ok_or_else(|| format!("`{name}` is no bound number")),
        };
        self.0.iter().map(|(sign, t)| Ok(sign * term(t)?)).sum()
    }
}

fn term(text: &str) -> Option<Term> {
    if let Ok(number) = text.parse() {
        return Some(Term::Number(number));
    }
    super::template::is_name(text).then(|| Term::Name(text.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::Expression;

    #[test]
    fn sums_of_names_and_numbers() {
        let value = |text: &str| {
            let known = |name: &str| (name == "x").then_some(7);
            Expression::parse(text)?.value(known)
        };
        assert_eq!(value("9 - x"), Ok(2));
        assert_eq!(value("x+x-10+1"), Ok(5));
        assert!(value("y+1").unwrap_err().contains("`y`"));
        assert!(value("x+").is_err() && value("").is_err() && value("2 3").is_err());
    }
}
