//! The file a theme is read from.

use super::oklab::Rgb;
use ratatui::style::{Color, Modifier};
use serde::{Deserialize, Deserializer, de::Error};
use std::collections::BTreeMap;

/// Why a theme could not be had.
#[derive(Debug, thiserror::Error)]
pub enum ThemeError {
    /// No embedded theme has this name.
    #[error("there is no theme named {0}: dark, light and mono come with the program")]
    Unknown(String),
    /// The text is not a theme.
    #[error("theme: {0}")]
    Yaml(#[from] serde_yaml::Error),
    /// A colour every theme needs is not there.
    #[error("theme {theme}: {list} names no colour `{colour}`")]
    Missing {
        /// The theme.
        theme: String,
        /// `colours` or `ansi16`.
        list: &'static str,
        /// What is missing.
        colour: &'static str,
    },
    /// A ramp has too few stops.
    #[error("theme {theme}: `{ramp}` needs {wanted}, found {found}")]
    Ramp {
        /// The theme.
        theme: String,
        /// Which ramp.
        ramp: &'static str,
        /// How many stops it needs, in words.
        wanted: &'static str,
        /// How many it has.
        found: usize,
    },
}

/// Every colour a theme with colours must name.
const NAMES: [&str; 14] = [
    "ground",
    "text",
    "bright",
    "dim",
    "faint",
    "rule",
    "selected",
    "accent",
    "warm",
    "bad",
    "label",
    "label_dim",
    "hidden",
    "future",
];

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Source {
    pub name: String,
    /// Whether the theme paints its own ground instead of the terminal's.
    #[serde(default)]
    pub fill: bool,
    #[serde(default)]
    pub colours: BTreeMap<String, Hex>,
    #[serde(default)]
    pub ansi16: BTreeMap<String, Ansi>,
    #[serde(default)]
    modifiers: BTreeMap<String, Vec<Emphasis>>,
    #[serde(default)]
    pub weights: Vec<Hex>,
    #[serde(default)]
    pub signed: Vec<Hex>,
    #[serde(default)]
    pub weights16: Vec<Ansi>,
    #[serde(default)]
    pub signed16: Vec<Ansi>,
}

impl Source {
    pub fn read(text: &str) -> Result<Self, ThemeError> {
        let source: Self = serde_yaml::from_str(text)?;
        if source.has_colours() {
            source.check()?;
        }
        Ok(source)
    }

    pub fn has_colours(&self) -> bool {
        !self.colours.is_empty()
    }

    fn check(&self) -> Result<(), ThemeError> {
        for colour in NAMES {
            for (list, there) in
                [("colours", self.colours.contains_key(colour)), ("ansi16", self.ansi16.contains_key(colour))]
            {
                if !there {
                    return Err(ThemeError::Missing { theme: self.name.clone(), list, colour });
                }
            }
        }
        let lengths = [
            ("weights", "at least 2 stops", self.weights.len(), self.weights.len() >= 2),
            ("signed", "at least 3 stops", self.signed.len(), self.signed.len() >= 3),
            ("weights16", "3 colours", self.weights16.len(), self.weights16.len() == 3),
            ("signed16", "4 colours", self.signed16.len(), self.signed16.len() == 4),
        ];
        for (ramp, wanted, found, right) in lengths {
            if !right {
                return Err(ThemeError::Ramp { theme: self.name.clone(), ramp, wanted, found });
            }
        }
        Ok(())
    }

    pub fn modifiers(&self, name: &str) -> Modifier {
        let list = self.modifiers.get(name).map(Vec::as_slice).unwrap_or_default();
        list.iter().map(|emphasis| emphasis.modifier()).fold(Modifier::empty(), |all, one| all | one)
    }
}

/// A colour written `#rrggbb`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Hex(pub Rgb);

impl<'de> Deserialize<'de> for Hex {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        let digits = text.strip_prefix('#').filter(|digits| digits.len() == 6);
        let number = digits.and_then(|digits| u32::from_str_radix(digits, 16).ok());
        let number =
            number.ok_or_else(|| D::Error::custom(format!("`{text}` is no colour: `#rrggbb` was expected")))?;
        Ok(Self(((number >> 16) as u8, (number >> 8) as u8, number as u8)))
    }
}

/// One of the terminal's own sixteen colours.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Ansi {
    Reset,
    Black,
    Red,
    Green,
    Yellow,
    Blue,
    Magenta,
    Cyan,
    Gray,
    DarkGray,
    LightRed,
    LightGreen,
    LightYellow,
    LightBlue,
    LightMagenta,
    LightCyan,
    White,
}

impl Ansi {
    pub fn colour(self) -> Color {
        match self {
            Self::Reset => Color::Reset,
            Self::Black => Color::Black,
            Self::Red => Color::Red,
            Self::Green => Color::Green,
            Self::Yellow => Color::Yellow,
            Self::Blue => Color::Blue,
            Self::Magenta => Color::Magenta,
            Self::Cyan => Color::Cyan,
            Self::Gray => Color::Gray,
            Self::DarkGray => Color::DarkGray,
            Self::LightRed => Color::LightRed,
            Self::LightGreen => Color::LightGreen,
            Self::LightYellow => Color::LightYellow,
            Self::LightBlue => Color::LightBlue,
            Self::LightMagenta => Color::LightMagenta,
            Self::LightCyan => Color::LightCyan,
            Self::White => Color::White,
        }
    }
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Emphasis {
    Bold,
    Underlined,
    Reversed,
    Dim,
    Italic,
}

impl Emphasis {
    fn modifier(self) -> Modifier {
        match self {
            Self::Bold => Modifier::BOLD,
            Self::Underlined => Modifier::UNDERLINED,
            Self::Reversed => Modifier::REVERSED,
            Self::Dim => Modifier::DIM,
            Self::Italic => Modifier::ITALIC,
        }
    }
}
