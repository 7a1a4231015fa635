//! MODEL on the command line: the id of a mini or of a catalogue's entry, the path of a checkpoint directory, or the
//! name (`ORG/NAME`) of one in the Hugging Face cache.

use std::path::{Path, PathBuf};

use color_eyre::eyre::{bail, eyre};

use super::output::warn;
use crate::app::{Language, opening};
use crate::catalog::{Catalog, Entry};
use crate::explore::{Prompt, Subject};
use crate::local::{self, Found, Hub};
use crate::minis::{self, Mini};
use crate::models::{self, Loaded};

/// What the commands that run a model on a text and print are all asked.
#[derive(clap::Args)]
pub struct Asked {
    #[command(flatten)]
    pub on: OnText,
    /// Print JSON.
    #[arg(long)]
    pub json: bool,
}

/// A model and what it is to read.
#[derive(clap::Args)]
pub struct OnText {
    /// The id of a mini or of a catalogue's entry, a checkpoint directory, or ORG/NAME of the Hugging Face cache.
    pub model: PathBuf,
    /// The text.
    pub text: String,
    /// A second text, for models that read pairs.
    #[arg(long)]
    pub pair: Option<String>,
    /// What the decoder of an encoder-decoder has written [default: what it writes by itself; in `attention` its start].
    #[arg(long)]
    pub target: Option<String>,
}

impl Asked {
    /// As [`OnText::open`].
    ///
    /// # Errors
    /// As there.
    pub fn open(&self, catalog: Option<&Path>) -> color_eyre::Result<(Subject, Prompt)> {
        self.on.open(catalog)
    }
}

impl OnText {
    /// The model, opened, and what it is to read.
    ///
    /// # Errors
    /// Where the model cannot be opened, or takes no pair or target and is given one.
    pub fn open(&self, catalog: Option<&Path>) -> color_eyre::Result<(Subject, Prompt)> {
        let subject = open(&self.model, catalog)?;
        let prompt = prompt(&subject, &self.text, self.pair.as_deref(), self.target.as_deref())?;
        Ok((subject, prompt))
    }
}

/// Opens the model that is meant.
///
/// # Errors
/// Where there is none, or its checkpoint cannot be used.
pub fn open(model: &Path, catalog: Option<&Path>) -> color_eyre::Result<Subject> {
    if let Some(mini) = mini(model) {
        return Ok(Subject::mini(&mini)?);
    }
    if let Some(found) = cached(model) {
        if let Some(why) = &found.why {
            let why = opening::said(why, Language::En);
            bail!("{} is in the Hugging Face cache and cannot be opened: {why} ({})", found.name, found.dir.display());
        }
        return Ok(Subject::open(&found.dir)?);
    }
    if !is_path(model) {
        let catalog = super::catalog::open(catalog)?;
        let entry = model.to_str().and_then(|name| catalog.entry(name).ok());
        if let Some(subject) = entry.map(untrained).transpose()?.flatten() {
            return Ok(subject);
        }
    }
    known(model)?;
    Ok(Subject::open(model)?)
}

/// The checkpoint of this name in the Hugging Face cache, where there is no such path.
pub fn cached(model: &Path) -> Option<Found> {
    if model.exists() { None } else { Hub::from_environment().repository(model.to_str()?) }
}

/// Where was looked in the cache, in words.
fn cache_place() -> String {
    let hub = Hub::from_environment();
    hub.root().map_or_else(|| "nowhere".to_owned(), |root| root.display().to_string())
}

/// The most parameters that are made at random: more would take long, and much memory.
const RANDOM_AT_MOST: u64 = 150_000_000;

/// The first variant of an entry that is small enough and that there is code for, with random weights.
fn untrained(entry: &Entry) -> color_eyre::Result<Option<Subject>> {
    for variant in &entry.variants {
        let Some(class) = variant.classes.first() else { continue };
        let small = |loaded: Loaded| loaded.parameters.count() <= RANDOM_AT_MOST;
        if variant.shapes(class).is_ok_and(small) {
            let loaded = models::random(&variant.config_for(class), 0)?;
            warn(format_args!(
                "{}, {}: random weights, nothing was learned; the text is token ids",
                entry.head.name, variant.name
            ));
            return Ok(Some(Subject::from_loaded(&entry.head.id, loaded)));
        }
    }
    Ok(None)
}

/// The mini that is meant: its id wins over a directory of the same name, which `./` in front says.
pub fn mini(model: &Path) -> Option<Mini> {
    minis::find(model.to_str()?)
}

/// Refuses a name that is no path, in words that say so.
///
/// # Errors
/// Where there is no such path and it looks like a name.
pub fn known(model: &Path) -> color_eyre::Result<()> {
    let name = model.as_os_str().to_string_lossy();
    if !is_path(model) {
        if let Ok(entry) = Catalog::built_in().entry(&name) {
            bail!(
                "{} is in the catalogue, and there is neither a checkpoint of it here nor a variant with code and at most \
                 {} million parameters, which random weights would do for. Give the path of a directory with config.json \
                 and model.safetensors; `headscope show {name}` says what is known of it",
                entry.head.name,
                RANDOM_AT_MOST / 1_000_000
            );
        }
        bail!(
            "there is no model {name:?}: nothing here has this name, no model is known by it, and the Hugging Face cache \
             ({}) holds none of this name. Known: {}. Or give the path of a directory with config.json and \
             model.safetensors",
            cache_place(),
            minis::all().map(|mini| mini.id).collect::<Vec<_>>().join(", ")
        );
    }
    if !model.exists() && local::is_name(&name) {
        bail!(
            "{name} does not exist: there is neither a directory of this name with config.json and model.safetensors, nor \
             is it in the Hugging Face cache ({}). headscope downloads nothing; `headscope list --local` shows what is there",
            cache_place()
        );
    }
    Ok(())
}

/// Whether it is a path rather than a name.
pub fn is_path(model: &Path) -> bool {
    let name = model.as_os_str().to_string_lossy();
    let looks = name.contains(['/', '\\']) || name.starts_with('.');
    let named = looks || (model.extension().is_some() && Catalog::built_in().entry(&name).is_err());
    !name.is_empty() && (named || model.exists())
}

/// The user's text, with the pair if the model reads pairs, and the target if it writes one.
///
/// # Errors
/// Where a pair or a target is given to a model that takes none.
pub fn prompt(subject: &Subject, text: &str, pair: Option<&str>, target: Option<&str>) -> color_eyre::Result<Prompt> {
    let class = subject.class();
    if pair.is_some() && !subject.model().reads_pairs() {
        return Err(eyre!("{class} reads one text: it takes no --pair"));
    }
    if target.is_some() && !subject.writes_target() {
        return Err(eyre!("{class} has no decoder beside its encoder: it takes no --target"));
    }
    Ok(Prompt { text: text.to_owned(), pair: pair.map(str::to_owned), target: target.map(str::to_owned) })
}
