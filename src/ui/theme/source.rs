//! The file a theme is read from.

use super::oklab::Rgb;
use crate::catalog;
use ratatui::style::{Color, Modifier};
use serde::{Deserialize, Deserializer, de::Error};
use std::collections::BTreeMap;

/// Why a theme could not be had.
#[derive(Debug, thiserror::Error)]
pub enum ThemeError {
    /// No theme has this name.
    #[error("there is no theme named {name:?}; there are {}", .known.join(", "))]
    Unknown {
        /// What was asked for.
        name: String,
        /// Those that there are.
        known: Vec<String>,
    },
    /// A file's name and the name in it differ.
    #[error("theme {file}: the name in it is {inside:?}; a theme is named as its file is")]
    Name {
        /// The file, without its ending.
        file: String,
        /// What it says itself.
        inside: String,
    },
    /// Another theme has this name already.
    #[error("theme {0}: a theme of this name comes with the program; name the file otherwise")]
    Taken(String),
    /// A list gives something that no theme has.
    #[error("theme {theme}: {list} names `{name}`, which no theme has; there are {}", .known.join(", "))]
    Stray {
        /// The theme.
        theme: String,
        /// `colours`, `ansi16` or `modifiers`.
        list: &'static str,
        /// What it gives.
        name: String,
        /// What it could give.
        known: Vec<&'static str>,
    },
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

impl ThemeError {
    /// The line of the file, from 1, that it is about.
    pub fn line(&self, text: &str) -> usize {
        let at = |keys: &[&str]| catalog::line_of_keys(text, keys);
        match self {
            Self::Yaml(error) => error.location().map_or(1, |place| place.line()),
            Self::Unknown { .. } => at(&["based_on"]),
            Self::Name { .. } => at(&["name"]),
            Self::Taken(_) => 1,
            Self::Stray { list, name, .. } => at(&[list, name]),
            Self::Missing { list, .. } => at(&[list]),
            Self::Ramp { ramp, .. } => at(&[ramp]),
        }
    }
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

/// What has modifiers besides the colours.
const STYLES: [&str; 6] = ["strong", "title", "focused", "selected", "chosen", "cursor"];

/// A theme as a file gives it: what it leaves out is as in the theme that it is based on.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    name: Option<String>,
    based_on: Option<String>,
    fill: Option<bool>,
    #[serde(default)]
    colours: BTreeMap<String, Hex>,
    #[serde(default)]
    ansi16: BTreeMap<String, Ansi>,
    #[serde(default)]
    modifiers: BTreeMap<String, Vec<Emphasis>>,
    weights: Option<Vec<Hex>>,
    signed: Option<Vec<Hex>>,
    weights16: Option<Vec<Ansi>>,
    signed16: Option<Vec<Ansi>>,
}

/// A whole theme.
#[derive(Clone, Debug, Default)]
pub(super) struct Source {
    pub name: String,
    /// Whether the theme paints its own ground instead of the terminal's.
    pub fill: bool,
    pub colours: BTreeMap<String, Hex>,
    pub ansi16: BTreeMap<String, Ansi>,
    modifiers: BTreeMap<String, Vec<Emphasis>>,
    pub weights: Vec<Hex>,
    pub signed: Vec<Hex>,
    pub weights16: Vec<Ansi>,
    pub signed16: Vec<Ansi>,
}

impl Source {
    /// Reads the file of a theme of this name; `base` gives the themes that it may be based on.
    pub fn read(name: &str, text: &str, base: impl Fn(&str) -> Result<Self, ThemeError>) -> Result<Self, ThemeError> {
        let file: File = serde_yaml::from_str(text)?;
        if let Some(inside) = file.name.filter(|inside| inside != name) {
            return Err(ThemeError::Name { file: name.to_owned(), inside });
        }
        let mut source = file.based_on.as_deref().map(base).transpose()?.unwrap_or_default();
        name.clone_into(&mut source.name);
        source.fill = file.fill.unwrap_or(source.fill);
        source.colours.extend(file.colours);
        source.ansi16.extend(file.ansi16);
        source.modifiers.extend(file.modifiers);
        source.weights = file.weights.unwrap_or(source.weights);
        source.signed = file.signed.unwrap_or(source.signed);
        source.weights16 = file.weights16.unwrap_or(source.weights16);
        source.signed16 = file.signed16.unwrap_or(source.signed16);
        if source.has_colours() {
            source.check()?;
        }
        source.check_names()?;
        Ok(source)
    }

    /// Refuses names that nothing reads: they are misspelt.
    fn check_names(&self) -> Result<(), ThemeError> {
        let stray = |list, names: Vec<&String>, known: Vec<&'static str>| {
            let stray = names.into_iter().find(|name| !known.contains(&name.as_str()));
            let fault = |name: &String| ThemeError::Stray { theme: self.name.clone(), list, name: name.clone(), known };
            stray.map(fault).map_or(Ok(()), Err)
        };
        stray("colours", self.colours.keys().collect(), NAMES.to_vec())?;
        stray("ansi16", self.ansi16.keys().collect(), NAMES.to_vec())?;
        stray("modifiers", self.modifiers.keys().collect(), [&STYLES[..], &NAMES[..]].concat())
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
