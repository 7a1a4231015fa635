//! Saving what a screen shows: in which form, on which ground, and under which name.

use super::palette::{Choice, Entry};
use super::{Language, Place, Word};

/// The form of what is saved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Form {
    /// A picture of lines and letters.
    Svg,
    /// A picture of pixels.
    Png,
    /// A page for a browser: the picture, and below it the words and numbers.
    Html,
    /// Words and tables.
    Md,
    /// The numbers, for programs.
    Json,
}

impl Form {
    /// Every form.
    pub const ALL: [Self; 5] = [Self::Svg, Self::Png, Self::Html, Self::Md, Self::Json];

    /// How names of such files end.
    pub fn extension(self) -> &'static str {
        match self {
            Self::Svg => "svg",
            Self::Png => "png",
            Self::Html => "html",
            Self::Md => "md",
            Self::Json => "json",
        }
    }

    /// What it is, for the list.
    pub fn word(self) -> Word {
        match self {
            Self::Svg => Word::FormSvg,
            Self::Png => Word::FormPng,
            Self::Html => Word::FormHtml,
            Self::Md => Word::FormMd,
            Self::Json => Word::FormJson,
        }
    }

    /// Whether there is a ground to choose.
    pub fn is_picture(self) -> bool {
        matches!(self, Self::Svg | Self::Png)
    }
}

/// What was chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Saving {
    /// The form.
    pub form: Form,
    /// Whether on white, for print, whatever the theme.
    pub print: bool,
}

impl Saving {
    /// What can be saved at a place: words and numbers only where there is more to say than the picture shows.
    pub fn offered(place: Place) -> Vec<Self> {
        let told = matches!(
            place,
            Place::Attention
                | Place::AttentionLines
                | Place::Card
                | Place::Estimates
                | Place::Compare
                | Place::Timeline
        );
        let on = |print| move |form| Self { form, print };
        let forms = Form::ALL.into_iter();
        let mut offered: Vec<Self> = forms.clone().filter(|form| form.is_picture()).map(on(false)).collect();
        offered.extend(forms.filter(|form| form.is_picture() || *form == Form::Html || told).map(on(true)));
        offered
    }

    /// As a list shows it.
    pub fn entry(self, language: Language) -> Entry {
        let what = |language| {
            let form = self.form.word().text(language);
            match (self.form.is_picture(), self.print) {
                (true, true) => Word::ForPrint.fill(language, &[&form]),
                (true, false) => Word::AsOnScreen.fill(language, &[&form]),
                (false, _) => form.to_owned(),
            }
        };
        Entry {
            title: what(language),
            note: format!(".{}", self.form.extension()),
            also: what(language.other()),
            detail: String::new(),
            choice: Choice::Save(self),
        }
    }
}
