//! What the user has set: `config.yaml`, `keys.yaml` and `themes/`, and `headscope config`, which looks after them.

mod home;
mod load;
mod settings;

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::OnceLock;

use clap::{Subcommand, ValueEnum};
use color_eyre::eyre::bail;
use serde_json::json;

pub use home::Home;
pub use load::Own;
pub use settings::Settings;

use super::output;
use crate::app::keys;
use crate::ui;

/// The directory of `--config`.
static GIVEN: OnceLock<PathBuf> = OnceLock::new();

/// What can be asked.
#[derive(Subcommand)]
pub enum Args {
    /// Hold the files against their rules: every fault with file and line; exit status 1 where there is one.
    Check {
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
    /// Where the files are looked for, and which are there.
    Path,
    /// Print what holds without the files, as a file to begin one's own with.
    Default {
        /// Which file.
        #[arg(default_value = "config")]
        file: Which,
        /// The theme to print.
        #[arg(default_value = "dark")]
        theme: String,
    },
}

/// A file of the directory.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Which {
    /// `config.yaml`.
    Config,
    /// `keys.yaml`.
    Keys,
    /// `themes/NAME.yaml`.
    Theme,
}

/// Takes `--config DIR`; to be called once, before anything is read.
///
/// # Errors
/// Where it is no directory.
pub fn use_directory(given: Option<PathBuf>) -> color_eyre::Result<()> {
    let Some(dir) = given else { return Ok(()) };
    if !dir.is_dir() {
        bail!(
            "--config {}: there is no such directory. Expected one with config.yaml, keys.yaml or themes/",
            dir.display()
        );
    }
    let _ = GIVEN.set(dir);
    Ok(())
}

/// Everything that is set, for the explorer, which tells the faults itself.
///
/// # Errors
/// As [`Own::load`].
pub fn load() -> color_eyre::Result<Own> {
    Own::load(GIVEN.get().map(PathBuf::as_path))
}

/// The settings alone, for commands; faults are told once on stderr.
pub fn settings() -> &'static Settings {
    static SETTINGS: OnceLock<Settings> = OnceLock::new();
    SETTINGS.get_or_init(|| match load() {
        Ok(own) => {
            for fault in own.faults.iter().filter(|fault| fault.file.ends_with("config.yaml")) {
                output::warn(fault);
            }
            own.settings
        }
        Err(error) => {
            output::warn(error);
            Settings::default()
        }
    })
}

/// Does what is asked. The status is 1 where `check` finds faults.
///
/// # Errors
/// Where stdout cannot be written, or there is no such theme.
pub fn run(args: &Args) -> color_eyre::Result<ExitCode> {
    match args {
        Args::Check { json } => return check(*json),
        Args::Path => output::print(&paths()?)?,
        Args::Default { file, theme } => output::print(default(*file, theme)?)?,
    }
    Ok(ExitCode::SUCCESS)
}

fn default(which: Which, theme: &str) -> color_eyre::Result<&'static str> {
    Ok(match which {
        Which::Config => settings::DEFAULT,
        Which::Keys => keys::EMBEDDED,
        Which::Theme => match ui::embedded_theme(theme) {
            Some(text) => text,
            None => {
                bail!("no theme {theme:?} comes with the program; there are {}", crate::app::shell::THEMES.join(", "))
            }
        },
    })
}

fn check(json: bool) -> color_eyre::Result<ExitCode> {
    let own = load()?;
    if json {
        let fault = |f: &load::Fault| json!({"file": f.file, "line": f.line, "message": f.message});
        let faults: Vec<_> = own.faults.iter().map(fault).collect();
        output::print_json(&json!({"files": own.read, "faults": faults}))?;
    } else {
        let mut text = own.faults.iter().fold(String::new(), |text, fault| format!("{text}{fault}\n"));
        let place = own.dir.as_deref().map_or_else(String::new, |dir| dir.display().to_string());
        let files = match own.read.len() {
            0 => format!("no file in {place}: everything is as it comes with the program"),
            1 => format!("1 file in {place}"),
            n => format!("{n} files in {place}"),
        };
        let _ = match own.faults.len() {
            0 if own.read.is_empty() => writeln!(text, "{files}"),
            0 => writeln!(text, "{files}, nothing wrong"),
            1 => writeln!(text, "{files}, 1 fault"),
            n => writeln!(text, "{files}, {n} faults"),
        };
        output::print(&text)?;
    }
    Ok(if own.faults.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// One line a place: what it is for, where it is, whether it is there.
fn paths() -> color_eyre::Result<String> {
    let own = load()?;
    let mut text = String::new();
    let mut line = |name: &str, path: &Path| {
        let there = if path.exists() { "" } else { "  (not there)" };
        let _ = writeln!(text, "{name:<8}{}{there}", path.display());
    };
    if let Some(dir) = &own.dir {
        line("config", &dir.join("config.yaml"));
        line("keys", &dir.join("keys.yaml"));
        line("themes", &dir.join("themes"));
    }
    if let Some(dir) = Home::State.dir() {
        line("state", &dir);
    }
    Ok(text)
}
