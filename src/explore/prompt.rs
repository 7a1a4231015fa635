//! What a model is given: a text, and what may stand beside it.

/// Two texts of one prompt stand on either side of this.
const BETWEEN: &str = " || ";
/// A source and its target stand on either side of this.
const BECOMES: &str = " => ";

/// The user's text, and what some models take beside it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Prompt {
    /// What the model reads.
    pub text: String,
    /// A second sentence.
    pub pair: Option<String>,
    /// What an encoder-decoder is to have written; `None` lets it write by itself.
    pub target: Option<String>,
}

impl Prompt {
    /// One text.
    pub fn of(text: impl Into<String>) -> Self {
        Self { text: text.into(), ..Self::default() }
    }

    /// The same with a target.
    #[must_use]
    pub fn becoming(self, target: impl Into<String>) -> Self {
        Self { target: Some(target.into()), ..self }
    }

    /// One line as it is typed: `first || second` is a pair.
    pub fn from_line(line: &str) -> Self {
        match line.split_once(BETWEEN) {
            Some((text, pair)) => Self { pair: Some(pair.to_owned()), ..Self::of(text) },
            None => Self::of(line),
        }
    }

    /// One line as it is typed for a model that writes a target: `source => target`. Nothing behind the sign is an
    /// empty target.
    pub fn from_line_with_target(line: &str) -> Self {
        match line.split_once(BECOMES) {
            Some((text, target)) => Self::of(text).becoming(target),
            None => match line.strip_suffix(BECOMES.trim_end()) {
                Some(text) => Self::of(text).becoming(""),
                None => Self::of(line),
            },
        }
    }

    /// The line that gives this prompt.
    pub fn line(&self) -> String {
        match (&self.pair, &self.target) {
            (Some(pair), _) => format!("{}{BETWEEN}{pair}", self.text),
            (None, Some(target)) => format!("{}{BECOMES}{target}", self.text),
            (None, None) => self.text.clone(),
        }
    }

    /// The byte of [`Prompt::line`] at which the second part begins.
    pub fn second(&self) -> usize {
        let between = if self.pair.is_some() { BETWEEN } else { BECOMES };
        self.text.len() + between.len()
    }
}

#[cfg(test)]
mod tests {
    use super::Prompt;

    #[test]
    fn lines_and_prompts() {
        for line in ["a b", "a => b => c", "a => ", "a || b"] {
            assert_eq!(Prompt::from_line_with_target(line).line(), line);
            assert_eq!(Prompt::from_line(line).line(), line);
        }
        let given = Prompt::from_line_with_target("a => b => c");
        assert_eq!((given.text.as_str(), given.target.as_deref(), given.second()), ("a", Some("b => c"), 5));
        assert_eq!(Prompt::from_line_with_target("a =>").target.as_deref(), Some(""));
        assert_eq!(Prompt::from_line_with_target("a=>b").target, None);
        assert_eq!(Prompt::from_line("a => b").target, None);
        assert_eq!(Prompt::from_line("a || b").second(), 5);
    }
}
