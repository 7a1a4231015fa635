//! Saving from the explorer: the same exhibits, into a file of a free name in the directory where it was started.

use std::fs::File;
use std::io::{ErrorKind, Write};

use color_eyre::eyre::{WrapErr, bail};

use super::exhibit::Paper;
use super::form::Draft;
use super::screen::Screen;
use crate::app::{App, Saving};

/// What is to be written of the open screen, drawn with so many columns and rows.
///
/// # Errors
/// Where it cannot be drawn.
pub fn draft(app: &App, size: (u16, u16), saving: Saving) -> color_eyre::Result<Draft> {
    if !saving.print {
        let paper = if app.shell.theme == "light" { Paper::LIGHT } else { Paper::DARK };
        return Draft::of(&Screen { app, size }, saving.form, paper);
    }
    Draft::of(super::of(app, size).as_ref(), saving.form, Paper::LIGHT)
}

/// The beginning of the file's name: what is shown, of which model.
pub fn file_name(app: &App) -> String {
    let place = app.place();
    let entry = app.catalogue.opened.clone().filter(|_| app.shell.screen == crate::app::Screen::Model);
    let model = entry.or_else(|| app.subject.as_ref().map(|subject| subject.name.clone())).unwrap_or_default();
    let plain = |text: &str| -> String {
        let kept = |c: char| if c.is_alphanumeric() || c == '.' { c.to_ascii_lowercase() } else { '-' };
        text.chars().map(kept).collect::<String>().trim_matches(['-', '.']).to_owned()
    };
    let place = plain(place.word().text(crate::app::Language::En));
    let parts: Vec<String> =
        ["headscope".to_owned(), place, plain(&model)].into_iter().filter(|part| !part.is_empty()).collect();
    parts.join("-")
}

impl Draft {
    /// Writes it under the first free name; returns which.
    ///
    /// # Errors
    /// Where the picture is too large or the directory cannot be written.
    pub fn save(self, name: &str, extension: &str) -> color_eyre::Result<String> {
        let bytes = self.finish()?;
        for number in 1..10_000 {
            let number = if number == 1 { String::new() } else { format!("-{number}") };
            let path = format!("{name}{number}.{extension}");
            // Nothing that is there already is written over.
            match File::create_new(&path) {
                Ok(mut file) => {
                    file.write_all(&bytes).wrap_err_with(|| format!("cannot write {path}"))?;
                    return Ok(path);
                }
                Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
                Err(error) => return Err(error).wrap_err_with(|| format!("cannot write {path}")),
            }
        }
        bail!("there are too many files called {name}: remove some")
    }
}
