//! `headscope check`: every rule of the catalogue, with file, line and field of what breaks it.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use serde_json::json;

use super::{catalog, output};

/// The arguments.
#[derive(clap::Args)]
pub struct Args {
    /// The directory of the catalogue; without it that of --catalog, or the one that is compiled in.
    dir: Option<PathBuf>,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

/// Checks and prints. The status is 1 where there are faults.
///
/// # Errors
/// Where the catalogue cannot be read.
pub fn run(args: &Args, given: Option<&Path>) -> color_eyre::Result<ExitCode> {
    let dir = args.dir.as_deref().or(given);
    let catalog = catalog::open(dir)?;
    let faults = catalog.check();
    if args.json {
        output::print_json(&json!({"entries": catalog.len(), "faults": faults}))?;
    } else {
        let mut text = String::new();
        for fault in &faults {
            let file = dir.map_or_else(|| PathBuf::from("catalog"), Path::to_owned).join(&fault.file);
            let mut shown = fault.clone();
            shown.file = file.display().to_string();
            let _ = writeln!(text, "{shown}");
        }
        let entries = if catalog.len() == 1 { "1 entry".to_owned() } else { format!("{} entries", catalog.len()) };
        let _ = match faults.len() {
            0 => writeln!(text, "{entries}, nothing wrong"),
            1 => writeln!(text, "{entries}, 1 fault"),
            n => writeln!(text, "{entries}, {n} faults"),
        };
        output::print(&text)?;
    }
    Ok(if faults.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
