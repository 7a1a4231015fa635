//! `config.yaml`: what the program starts with.

use serde::Deserialize;
use serde::de::{Deserializer, Error};

use crate::app::Language;
use crate::catalog;
use crate::term::ColorChoice;

/// What the file says; what it does not say is as it is without it.
#[derive(Clone, Debug, Default, Deserialize, PartialEq)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// The language; none is that of the locale.
    #[serde(deserialize_with = "language")]
    pub language: Option<Language>,
    /// The theme.
    pub theme: Option<String>,
    /// Whether clicks come to the program.
    pub mouse: Option<bool>,
    /// How many colours are used.
    #[serde(deserialize_with = "colour")]
    pub color: Option<ColorChoice>,
    /// The model that `headscope` alone opens.
    pub model: Option<String>,
    /// Whether `headscope` alone goes on where it was left.
    pub restore: Option<bool>,
}

/// The file with everything that can be set, as it is without it.
pub const DEFAULT: &str = "\
# What headscope starts with. Each line says what holds without it: take the # away and change it.
# This file is config.yaml; `headscope config path` says where it is looked for.

# The language of the interface and of printed tables: auto (that of the locale), en or zh.
# language: auto

# The theme: dark, light, cividis, contrast, mono, or one of your own in themes/NAME.yaml.
# theme: dark

# Whether clicks and the wheel come to the program; false leaves them to the terminal, to select text.
# mouse: true

# Colours: auto (what the terminal says), never, 16, 256 or truecolor.
# color: auto

# The model that `headscope` alone opens: the id of a mini, a checkpoint directory, or ORG/NAME of the Hugging Face cache.
# model: gpt-2

# Whether `headscope` alone goes on where it was left: model, text, screen, language, theme.
# restore: true
";

impl Settings {
    /// Reads the file; an empty one says nothing.
    ///
    /// # Errors
    /// Where it is no YAML, or names what cannot be set.
    pub fn read(text: &str) -> Result<Self, serde_yaml::Error> {
        Ok(serde_yaml::from_str::<Option<Self>>(text)?.unwrap_or_default())
    }

    /// The line of the file, from 1, that an error is about.
    pub fn line(error: &serde_yaml::Error, text: &str) -> usize {
        // What a field of ours refuses begins with its name, and knows only where the whole begins.
        let message = error.to_string();
        let field = ["language", "color"].into_iter().find(|field| message.starts_with(field));
        if let Some(field) = message.strip_prefix("duplicate field `").and_then(|rest| rest.split('`').next()) {
            // The second one is meant, of which the reader tells no place.
            let named = |line: &str| line.strip_prefix(field).is_some_and(|rest| rest.trim_start().starts_with(':'));
            return text.lines().enumerate().filter(|(_, line)| named(line)).nth(1).map_or(1, |(at, _)| at + 1);
        }
        let whole = error.location().map_or(1, |place| place.line());
        field.map_or(whole, |field| catalog::line_of_keys(text, &[field]))
    }
}

fn language<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Language>, D::Error> {
    match String::deserialize(from)?.as_str() {
        "auto" => Ok(None),
        code => Language::from_code(code)
            .map(Some)
            .ok_or_else(|| D::Error::custom(format!("language is `{code}`; expected auto, en or zh"))),
    }
}

/// A word, or the bare number 16 or 256.
#[derive(Deserialize)]
#[serde(untagged)]
enum Colours {
    Number(u32),
    Word(String),
}

fn colour<'de, D: Deserializer<'de>>(from: D) -> Result<Option<ColorChoice>, D::Error> {
    let wrong = |_| D::Error::custom("color: expected auto, never, 16, 256 or truecolor");
    let text = match Colours::deserialize(from).map_err(wrong)? {
        Colours::Number(number) => number.to_string(),
        Colours::Word(word) => word,
    };
    text.parse().map(Some).map_err(|problem: String| D::Error::custom(format!("color: {problem}")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::ColorDepth;

    #[test]
    fn what_is_printed_as_the_default_is_the_default() {
        assert_eq!(Settings::read(DEFAULT).unwrap(), Settings::default());
        // With the marks taken away every line is one that can be set, and nothing is left out.
        let lines = DEFAULT.lines().filter_map(|line| line.strip_prefix("# "));
        let set =
            |line: &&str| line.split_once(": ").is_some_and(|(name, _)| name.chars().all(|c| c.is_ascii_lowercase()));
        let set: Vec<&str> = lines.filter(set).collect();
        let settings = Settings::read(&set.join("\n")).unwrap();
        let expected = Settings {
            language: None,
            theme: Some(crate::app::shell::THEMES[0].to_owned()),
            mouse: Some(true),
            color: Some(ColorChoice::Auto),
            model: Some(crate::cli::open::FIRST.to_owned()),
            restore: Some(true),
        };
        assert_eq!((set.len(), settings), (6, expected));
    }

    #[test]
    fn colours_are_words_or_numbers() {
        for (text, depth) in [("16", ColorDepth::Ansi16), ("256", ColorDepth::Indexed256), ("never", ColorDepth::None)]
        {
            let settings = Settings::read(&format!("color: {text}")).unwrap();
            assert_eq!(settings.color, Some(ColorChoice::Depth(depth)));
        }
    }

    #[test]
    fn what_cannot_be_set_is_named_with_its_line() {
        for (text, part, line) in [
            ("mouse: true\nthem: dark\n", "`them`", 2),
            ("language: fr", "`fr`", 1),
            ("mouse: true\n\ncolor: 17", "`17`", 3),
            ("mouse: perhaps", "mouse", 1),
            ("[1]", "", 1),
            ("theme: dark\ntheme: light", "theme", 2),
        ] {
            let error = Settings::read(text).unwrap_err();
            assert!(error.to_string().contains(part), "{text}: {error}");
            assert_eq!(Settings::line(&error, text), line, "{text}: {error}");
        }
        for text in ["", "# nothing\n", "---\n"] {
            assert_eq!(Settings::read(text).unwrap(), Settings::default());
        }
    }
}
