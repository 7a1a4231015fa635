//! `headscope tour`: lists the tours, opens one, prints its words, or holds them against the models.

use std::fmt::Write as _;
use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use color_eyre::eyre::{bail, eyre};
use serde_json::{Value, json};

use super::wrap::Paper;
use super::{config, explorer, open, output};
use crate::app::Language;
use crate::app::tour::Tour;

/// No tour is nearly as long.
const LARGEST: u64 = 1 << 20;

/// The arguments.
#[derive(clap::Args)]
pub struct Args {
    /// The id of a tour, or a file of one's own; without one, all are listed.
    #[arg(value_name = "ID|FILE")]
    tour: Option<PathBuf>,
    /// Print the words and addresses of all stops instead of opening it.
    #[arg(long)]
    print: bool,
    /// Go to every stop and hold what it expects against the model, without a terminal.
    #[arg(long, conflicts_with = "print")]
    check: bool,
    /// Print JSON.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    view: open::View,
}

/// Runs the command.
///
/// # Errors
/// Where there is no such tour, it is faulty, a stop does not show what it expects, or there is no terminal.
pub fn run(args: Args, catalog: Option<&Path>) -> color_eyre::Result<ExitCode> {
    let language = args.view.language();
    let Some(name) = &args.tour else {
        if args.check {
            return check(Tour::built_in(), catalog);
        }
        let tours = Tour::built_in();
        if args.json {
            output::print_json(&json(tours))?;
        } else {
            output::print(&list(tours, language))?;
        }
        return Ok(ExitCode::SUCCESS);
    };
    let tour = Arc::new(find(name)?);
    if args.check {
        return check(&[tour], catalog);
    }
    if args.json {
        output::print_json(&json_of(&tour, true))?;
        return Ok(ExitCode::SUCCESS);
    }
    if args.print {
        output::print(&plain(&tour, language))?;
        return Ok(ExitCode::SUCCESS);
    }
    let mut options = args.view.options(config::load()?)?;
    let first = tour.stops[0].address.clone();
    let model = open::by_address(first, &mut options);
    options.tour = Some(tour);
    Ok(ExitCode::from(explorer::open(Some(&model), catalog, options)?))
}

/// The tour of an id, else that of a file.
fn find(name: &Path) -> color_eyre::Result<Tour> {
    if let Some(tour) = name.to_str().and_then(Tour::find) {
        return Ok((*tour).clone());
    }
    if !name.exists() {
        let known: Vec<&str> = Tour::built_in().iter().map(|tour| tour.id.as_str()).collect();
        bail!("there is no tour {:?}, and no such file. Tours: {}", name.display().to_string(), known.join(", "));
    }
    let mut yaml = String::new();
    let wrong = |error: std::io::Error| eyre!("{}: cannot be read as a tour ({error})", name.display());
    fs::File::open(name).map_err(wrong)?.take(LARGEST + 1).read_to_string(&mut yaml).map_err(wrong)?;
    if yaml.len() as u64 > LARGEST {
        bail!("{}: is larger than 1 MiB, which no tour is", name.display());
    }
    Ok(Tour::parse(&name.display().to_string(), &yaml)?)
}

fn json(tours: &[Arc<Tour>]) -> Value {
    tours.iter().map(|tour| json_of(tour, false)).collect()
}

fn json_of(tour: &Tour, whole: bool) -> Value {
    let mut value = json!({"id": tour.id, "title": tour.title, "summary": tour.summary, "stops": tour.stops.len()});
    if whole {
        let stops = tour
            .stops
            .iter()
            .map(|stop| json!({"address": stop.address.to_string(), "words": stop.words, "keys": stop.keys}));
        value["stops"] = stops.collect();
    }
    value
}

fn list(tours: &[Arc<Tour>], language: Language) -> String {
    let mut paper = Paper::new(output::columns());
    for tour in tours {
        let title = language.pick(&tour.title.en, &tour.title.zh);
        let stops = language.pick(format!("{} stops", tour.stops.len()), format!("{} 站", tour.stops.len()));
        paper.line(&format!("{}  {title} ({stops})", tour.id));
        paper.item("   ", language.pick(&tour.summary.en, &tour.summary.zh));
    }
    paper.finish()
}

fn plain(tour: &Tour, language: Language) -> String {
    let mut paper = Paper::new(output::columns());
    paper.line(language.pick(&tour.title.en, &tour.title.zh));
    paper.line(language.pick(&tour.summary.en, &tour.summary.zh));
    for (at, stop) in tour.stops.iter().enumerate() {
        paper.title("");
        // An address is one word, and is not broken.
        paper.verbatim(&format!("{}. {}", at + 1, stop.address));
        for words in std::iter::once(&stop.words).chain(&stop.keys) {
            paper.item("  ", language.pick(&words.en, &words.zh));
        }
    }
    paper.finish()
}

/// Goes to every stop. What does not fit an address and what is not as expected is printed; the status says whether
/// anything was.
fn check(tours: &[Arc<Tour>], catalog: Option<&Path>) -> color_eyre::Result<ExitCode> {
    let (mut wrong, mut held) = (String::new(), 0);
    for tour in tours {
        let catalog = super::catalog::open(catalog)?;
        let mut app = explorer::app(None, catalog, Language::En, true, None)?;
        for (at, stop) in tour.stops.iter().enumerate() {
            explorer::arrive(&mut app, &stop.address);
            let mut say = |what: &str| {
                let _ = writeln!(wrong, "{}, stop {}: {what}", tour.id, at + 1);
            };
            if let Some(notice) = app.shell.notice.take() {
                say(&notice.text);
            }
            if let Some(fault) = &app.fault {
                say(fault);
            }
            for expect in &stop.expect {
                held += 1;
                if let Err(found) = expect.check(&app) {
                    say(&found);
                }
            }
        }
    }
    if wrong.is_empty() {
        output::print(&format!("{} tours, {held} claims measured: all hold\n", tours.len()))?;
        return Ok(ExitCode::SUCCESS);
    }
    output::print(&wrong)?;
    Ok(ExitCode::FAILURE)
}
