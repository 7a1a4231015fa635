//! `headscope world`: documents of the small world that the shipped models learned.

use std::fmt::Write as _;

use color_eyre::eyre::bail;
use serde_json::json;

use super::output::{self, visible};
use crate::train::tokenizer::{self, Recipe};
use crate::world::{Split, World};

/// The arguments.
#[derive(clap::Args)]
pub struct Args {
    /// Only documents of this genre.
    #[arg(long)]
    genre: Option<String>,
    /// How many documents.
    #[arg(short, long, default_value_t = 10)]
    n: usize,
    /// The same seed gives the same documents.
    #[arg(long, default_value_t = 0)]
    seed: u64,
    /// What models learned from, or what was kept from them.
    #[arg(long, value_enum, default_value_t = Side::Train)]
    split: Side,
    /// Make the tokenizer of this shipped model from the world's texts, and print its tokenizer.json.
    #[arg(long, value_name = "MODEL", conflicts_with_all = ["genre", "n", "seed", "split", "json"])]
    tokenizer: Option<String>,
    /// Print a JSON value, with what follows from what in each text.
    #[arg(long)]
    json: bool,
}

#[derive(Clone, Copy, clap::ValueEnum)]
enum Side {
    Train,
    Validation,
    Test,
}

impl From<Side> for Split {
    fn from(side: Side) -> Self {
        match side {
            Side::Train => Self::Train,
            Side::Validation => Self::Validation,
            Side::Test => Self::Test,
        }
    }
}

/// Makes the documents and prints them.
///
/// # Errors
/// Where there is no such genre.
pub fn run(args: &Args) -> color_eyre::Result<()> {
    let world = World::shipped();
    if let Some(model) = &args.tokenizer {
        return Ok(output::print(&tokenizer::build(&Recipe::of(model)?, world)?)?);
    }
    let mix = match args.genre.as_deref() {
        None => Vec::new(),
        Some(genre) if world.genres().any(|(name, ..)| name == genre) => vec![(genre, 1.0)],
        Some(genre) => {
            let names: Vec<&str> = world.genres().map(|(name, ..)| name).collect();
            bail!("there is no genre {}; there are {}", visible(genre), names.join(", "));
        }
    };
    let documents = world.documents(&mix, args.split.into(), args.seed).take(args.n);
    if args.json {
        let documents: Vec<_> = documents.collect();
        return Ok(output::print_json(&json!({ "documents": documents }))?);
    }
    let mut text = String::new();
    for (place, document) in documents.enumerate() {
        let blank = if place == 0 { "" } else { "\n" };
        let _ = writeln!(text, "{blank}{}  {:.1} nats\n{}", document.genre, document.nats, visible(&document.text));
    }
    Ok(output::print(&text)?)
}
