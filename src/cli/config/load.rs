//! Everything that the user has set, with what is wrong with it: a fault never keeps the program from starting.

use std::fmt;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use super::home::Home;
use super::settings::Settings;
use crate::app::Keymap;
use crate::catalog;
use crate::ui::Themes;

/// Bytes of a file that are read: no sound one is so long.
const LONGEST: u64 = 1 << 20;
/// Themes that are read.
const MOST_THEMES: usize = 200;

/// What is wrong with a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The file.
    pub file: PathBuf,
    /// The line, from 1.
    pub line: usize,
    /// What is wrong, and what was expected.
    pub message: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.file.display(), self.line, self.message)
    }
}

/// What the files of a directory come to.
pub struct Own {
    /// The directory that was looked into.
    pub dir: Option<PathBuf>,
    /// The files that were read.
    pub read: Vec<PathBuf>,
    /// `config.yaml`.
    pub settings: Settings,
    /// The keys that come with the program, and `keys.yaml` over them.
    pub keymap: Keymap,
    /// The themes that come with the program, and those of `themes/`.
    pub themes: Themes,
    /// What is wrong; it was left out.
    pub faults: Vec<Fault>,
}

impl Own {
    /// Reads the directory that is given, or that of the user.
    ///
    /// # Errors
    /// Where the keys that come with the program are faulty, which a test rules out.
    pub fn load(given: Option<&Path>) -> color_eyre::Result<Self> {
        let dir = given.map(Path::to_owned).or_else(|| Home::Config.dir());
        let mut own = Self {
            dir: dir.clone(),
            read: Vec::new(),
            settings: Settings::default(),
            keymap: Keymap::embedded()?,
            themes: Themes::default(),
            faults: Vec::new(),
        };
        if let Some(dir) = dir {
            own.take_keys(&dir.join("keys.yaml"));
            own.take_themes(&dir.join("themes"));
            own.take_settings(&dir.join("config.yaml"));
        }
        Ok(own)
    }

    /// Lays a file of keys over those that there are.
    ///
    /// # Errors
    /// Where it cannot be read or is faulty.
    pub fn lay_keys(&mut self, file: &Path) -> Result<(), Fault> {
        let text = text(file)?.ok_or_else(|| fault(file, 1, "there is no such file"))?;
        self.keymap.overlay(&text).map_err(|error| fault(file, error.line(&text), error.to_string()))
    }

    fn take_keys(&mut self, file: &Path) {
        if !file.exists() {
            return;
        }
        self.read.push(file.to_owned());
        if let Err(fault) = self.lay_keys(file) {
            self.faults.push(fault);
        }
    }

    fn take_settings(&mut self, file: &Path) {
        let Some(text) = self.text(file) else { return };
        match Settings::read(&text) {
            Ok(settings) => self.settings = settings,
            Err(error) => self.faults.push(fault(file, Settings::line(&error, &text), error.to_string())),
        }
        let unknown = self.settings.theme.take_if(|theme| !self.themes.names().contains(theme));
        if let Some(theme) = unknown {
            let line = catalog::line_of_keys(&text, &["theme"]);
            let message = format!("there is no theme {theme:?}; there are {}", self.themes.names().join(", "));
            self.faults.push(fault(file, line, message));
        }
    }

    fn take_themes(&mut self, dir: &Path) {
        let mut files: Vec<PathBuf> = match fs::read_dir(dir) {
            Ok(entries) => entries.flatten().map(|entry| entry.path()).collect(),
            Err(error) if error.kind() == io::ErrorKind::NotFound => return,
            // Where the place of the directory cannot be one there is none either.
            Err(_) if !dir.exists() => return,
            Err(error) => return self.faults.push(fault(dir, 1, format!("cannot be read: {error}"))),
        };
        files.retain(|file| file.extension().is_some_and(|ending| ending == "yaml"));
        files.sort();
        for file in files.iter().take(MOST_THEMES) {
            let Some(text) = self.text(file) else { continue };
            let name = file.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
            if let Err(error) = self.themes.add(&name, &text) {
                self.faults.push(fault(file, error.line(&text), error.to_string()));
            }
        }
    }

    /// The text of a file that is there; what keeps it from being read is noted.
    fn text(&mut self, file: &Path) -> Option<String> {
        match text(file) {
            Ok(text) => {
                self.read.extend(text.is_some().then(|| file.to_owned()));
                text
            }
            Err(fault) => {
                self.faults.push(fault);
                None
            }
        }
    }
}

fn fault(file: &Path, line: usize, message: impl Into<String>) -> Fault {
    Fault { file: file.to_owned(), line, message: message.into() }
}

/// The text of a file, none where there is no such file.
fn text(file: &Path) -> Result<Option<String>, Fault> {
    let broken = |error: io::Error| fault(file, 1, format!("cannot be read: {error}"));
    let Ok(meta) = fs::metadata(file) else { return Ok(None) };
    if !meta.is_file() || meta.len() > LONGEST {
        // Opening a pipe would wait for its writer.
        return Err(fault(file, 1, format!("expected a file of at most {LONGEST} bytes")));
    }
    let mut text = String::new();
    File::open(file).and_then(|file| file.take(LONGEST).read_to_string(&mut text)).map_err(broken)?;
    Ok(Some(text))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::{Action, Language, Place};

    fn dir(files: &[(&str, &str)]) -> tempfile::TempDir {
        let dir = tempfile::tempdir().unwrap();
        fs::create_dir(dir.path().join("themes")).unwrap();
        for (name, text) in files {
            fs::write(dir.path().join(name), text).unwrap();
        }
        dir
    }

    fn load(files: &[(&str, &str)]) -> Own {
        Own::load(Some(dir(files).path())).unwrap()
    }

    #[test]
    fn everything_that_is_set_holds() {
        let own = load(&[
            ("config.yaml", "theme: mine\nlanguage: zh\n"),
            ("keys.yaml", "steps:\n  keys:\n    play: [p]\n"),
            ("themes/mine.yaml", "based_on: light\n"),
            ("themes/notes.txt", "no theme"),
        ]);
        assert_eq!((own.faults, own.read.len()), (Vec::new(), 3));
        assert_eq!((own.settings.theme.as_deref(), own.settings.language), (Some("mine"), Some(Language::Zh)));
        assert_eq!(own.keymap.keys_for(Place::Steps, Action::Play, Language::En), ["p"]);
        assert_eq!(own.themes.names().last().map(String::as_str), Some("mine"));
    }

    #[test]
    fn faults_are_named_with_file_and_line_and_the_rest_holds() {
        let own = load(&[
            ("config.yaml", "language: zh\ntheme: mine\n"),
            ("keys.yaml", "attention:\n  keys:\n    average: [v]\n"),
            ("themes/mine.yaml", "based_on: dark\ncolours:\n  accent: red\n"),
            ("themes/dark.yaml", "based_on: light\n"),
        ]);
        let faults: Vec<(String, usize)> =
            own.faults.iter().map(|f| (f.file.file_name().unwrap().to_string_lossy().into_owned(), f.line)).collect();
        let expected = [("keys.yaml", 3), ("dark.yaml", 1), ("mine.yaml", 3), ("config.yaml", 2)];
        assert_eq!(faults, expected.map(|(file, line)| (file.to_owned(), line)));
        assert_eq!((own.settings.theme, own.settings.language), (None, Some(Language::Zh)));
        assert_eq!(own.keymap.keys_for(Place::Attention, Action::ViewLines, Language::En), ["v"]);
        let shown = own.faults[0].to_string();
        assert!(shown.contains("keys.yaml:3: ") && shown.contains("view_lines"), "{shown}");
    }

    #[test]
    fn nothing_there_is_nothing_wrong() {
        for place in ["/dev/null/nowhere", "/nowhere/at/all"] {
            let own = Own::load(Some(Path::new(place))).unwrap();
            assert_eq!((own.faults, own.read.len(), own.settings), (Vec::new(), 0, Settings::default()));
        }
    }

    #[test]
    fn what_is_no_file_of_text_is_refused() {
        let dir = dir(&[]);
        fs::create_dir(dir.path().join("config.yaml")).unwrap();
        fs::write(dir.path().join("themes/bytes.yaml"), [0xff, 0xfe, 0]).unwrap();
        fs::write(dir.path().join("themes/long.yaml"), " ".repeat(LONGEST as usize + 1)).unwrap();
        let own = Own::load(Some(dir.path())).unwrap();
        assert_eq!(own.faults.len(), 3, "{:?}", own.faults);
    }
}
