//! The same text under several tokenizers.

use std::path::{Path, PathBuf};

use color_eyre::eyre::eyre;
use serde_json::{Value, json};

use crate::cli::model;
use crate::cli::table::{Align, Table};
use crate::explore::{Cut, Subject};

/// A model's name and how it cuts the text.
pub type Named = (String, Cut);

/// Cuts the text by the tokenizer of the model and by those of others.
///
/// # Errors
/// Where a model cannot be opened or has no tokenizer.
pub fn cuts(subject: &Subject, with: &[PathBuf], text: &str, catalog: Option<&Path>) -> color_eyre::Result<Vec<Named>> {
    let mut cuts = vec![cut(subject, text)?];
    for other in with {
        cuts.push(cut(&model::open(other, catalog)?, text)?);
    }
    Ok(cuts)
}

fn cut(subject: &Subject, text: &str) -> color_eyre::Result<Named> {
    let tokenizer = subject.tokenizer().ok_or_else(|| {
        eyre!("{} has no tokenizer, so there is nothing to cut a text by; leave it out", subject.name)
    })?;
    Ok((subject.name.clone(), Cut::of(tokenizer, &[text.to_owned()])?))
}

/// A line a tokenizer.
pub fn table(cuts: &[Named]) -> Table {
    let heads = [
        ("model", Align::Left),
        ("tokens", Align::Right),
        ("characters/token", Align::Right),
        ("unknown", Align::Right),
    ];
    let mut table = Table::new(&[&heads[..], &[("cut", Align::Left)]].concat());
    for (name, cut) in cuts {
        let each = cut.characters_per_token().map_or_else(|| "-".to_owned(), |each| format!("{each:.2}"));
        let labels: Vec<&str> = cut.tokens.iter().map(|(label, _)| label.as_str()).collect();
        table.row([name.clone(), cut.tokens.len().to_string(), each, cut.unknown().to_string(), labels.join(" ")]);
    }
    table
}

/// The same as JSON.
pub fn json(cuts: &[Named]) -> Vec<Value> {
    let one = |(name, cut): &Named| {
        let labels: Vec<&str> = cut.tokens.iter().map(|(label, _)| label.as_str()).collect();
        json!({"model": name, "count": cut.tokens.len(), "characters_per_token": cut.characters_per_token(),
            "unknown": cut.unknown(), "tokens": labels})
    };
    cuts.iter().map(one).collect()
}
