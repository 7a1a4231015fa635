//! In which form something is exported, and where to.

use std::path::{Path, PathBuf};

use clap::Args as ClapArgs;
use color_eyre::eyre::{WrapErr, eyre};

use super::exhibit::{Exhibit, Paper};
use crate::app::{Form, Language};
use crate::cli::{open, output};
use crate::ui::png::png;

/// Pixels to a unit of the drawing: a cell becomes 17 × 34.
const SCALE: f32 = 2.0;

/// Where to and how.
#[derive(ClapArgs)]
pub struct Target {
    #[command(flatten)]
    files: Files,
    /// The ground of pictures: light, as for print, or dark.
    #[arg(long, default_value = "light", value_parser = ["light", "dark"])]
    theme: String,
    /// The language: en or zh. The locale decides where it is not given.
    #[arg(long, value_parser = ["en", "zh"])]
    lang: Option<String>,
}

/// One form, with its file; without one, or with `-`, it goes to stdout.
#[derive(ClapArgs)]
#[group(required = true, multiple = false)]
struct Files {
    /// Write an SVG picture.
    #[arg(long, value_name = "FILE", num_args = 0..=1, default_missing_value = "-")]
    svg: Option<PathBuf>,
    /// Write a PNG picture.
    #[arg(long, value_name = "FILE", num_args = 0..=1, default_missing_value = "-")]
    png: Option<PathBuf>,
    /// Write a page for a browser: the picture, and below it words and numbers.
    #[arg(long, value_name = "FILE", num_args = 0..=1, default_missing_value = "-")]
    html: Option<PathBuf>,
    /// Write Markdown.
    #[arg(long, value_name = "FILE", num_args = 0..=1, default_missing_value = "-")]
    md: Option<PathBuf>,
    /// Write JSON.
    #[arg(long, value_name = "FILE", num_args = 0..=1, default_missing_value = "-")]
    json: Option<PathBuf>,
}

impl Files {
    fn asked(&self) -> Option<(Form, &Path)> {
        let files = [&self.svg, &self.png, &self.html, &self.md, &self.json];
        let forms = [Form::Svg, Form::Png, Form::Html, Form::Md, Form::Json];
        forms.into_iter().zip(files).find_map(|(form, file)| Some((form, file.as_deref()?)))
    }
}

impl Target {
    /// The language that was asked for.
    pub fn language(&self) -> Language {
        open::language(self.lang.as_deref())
    }

    /// The ground of its pictures.
    pub fn paper(&self) -> Paper {
        if self.theme == "dark" { Paper::DARK } else { Paper::LIGHT }
    }

    /// Writes an exhibit as it was asked.
    ///
    /// # Errors
    /// Where it has no such form, or the file cannot be written.
    pub fn write(&self, exhibit: &dyn Exhibit) -> color_eyre::Result<()> {
        let (form, file) = self.files.asked().ok_or_else(|| eyre!("no form was asked for"))?;
        let bytes = Draft::of(exhibit, form, self.paper())?.finish()?;
        if file.as_os_str() == "-" {
            return Ok(output::print_bytes(&bytes)?);
        }
        std::fs::write(file, bytes).wrap_err_with(|| format!("cannot write {}", file.display()))
    }
}

/// What is to be written: pixels still to be drawn, or ready. Drawing them takes longer than a frame may.
pub enum Draft {
    /// The drawing of a PNG.
    Pixels(String),
    /// A text.
    Text(String),
}

impl Draft {
    /// Draws and words an exhibit.
    ///
    /// # Errors
    /// Where it has no such form, or cannot be drawn.
    pub fn of(exhibit: &dyn Exhibit, form: Form, paper: Paper) -> color_eyre::Result<Self> {
        let lacking = || eyre!("there is no {} of {}: a picture or a page shows it", form.extension(), exhibit.title());
        Ok(match form {
            Form::Png => Self::Pixels(exhibit.drawing(paper)?),
            Form::Svg => Self::Text(exhibit.drawing(paper)?),
            Form::Html => Self::Text(super::page::html(exhibit, paper)?),
            Form::Md => Self::Text(exhibit.markdown().ok_or_else(lacking)?),
            Form::Json => Self::Text(format!("{}\n", exhibit.json()?.ok_or_else(lacking)?)),
        })
    }

    /// The bytes of the file.
    ///
    /// # Errors
    /// Where a picture is too large.
    pub fn finish(self) -> color_eyre::Result<Vec<u8>> {
        match self {
            Self::Text(text) => Ok(text.into_bytes()),
            Self::Pixels(svg) => Ok(png(&svg, SCALE)?),
        }
    }
}
