//! `headscope rollout`: attention multiplied through the layers.

use std::path::Path;

use color_eyre::eyre::{OptionExt, bail};
use serde_json::{Value, json};

use super::follow::stream;
use super::model::Asked;
use super::output::{self, texts_of};
use super::table::{Align, Table};
use crate::explore::{Pass, Rollout, Subject};
use crate::tape::Run;

/// The arguments.
#[derive(clap::Args)]
pub struct Args {
    #[command(flatten)]
    asked: Asked,
    /// Up to which layer, counted from 0 [default: the last; in JSON all].
    #[arg(long)]
    layer: Option<usize>,
    /// Whose tokens, where the model has several streams: encoder, decoder [default: the one that predicts].
    #[arg(long)]
    stream: Option<String>,
}

/// Runs the model and prints a share for each pair of tokens.
///
/// # Errors
/// Where the model or the text cannot be used, or there is no such stream or layer.
pub fn run(args: &Args, catalog: Option<&Path>) -> color_eyre::Result<()> {
    let (subject, prompt) = args.asked.open(catalog)?;
    let pass = Pass::run_whole(&subject, &prompt, super::run::TARGET_STEPS, Run::new(subject.pool()))?
        .ok_or_eyre("the run was cancelled")?;
    let stream = stream(&pass, args.stream.as_deref())?;
    let mut found =
        Rollout::of(&pass, &pass.record, stream, Run::new(subject.pool()))?.ok_or_eyre("the run was cancelled")?;
    if let Some(wanted) = args.layer {
        let last = found.layers.last().map_or(0, |(layer, _)| *layer);
        found.layers.retain(|(layer, _)| *layer == wanted);
        if found.layers.is_empty() {
            bail!("there is no layer {wanted}; the last one is {last}, counted from 0");
        }
    }
    if args.asked.json {
        return Ok(output::print_json(&json_of(&subject, &pass, &found))?);
    }
    Ok(output::print(&plain(&subject, &pass, &found, output::columns()))?)
}

fn json_of(subject: &Subject, pass: &Pass, found: &Rollout) -> Value {
    let layer = |(place, (layer, _)): (usize, &(usize, Vec<f32>))| {
        let rows: Vec<&[f32]> = (0..found.tokens).map(|token| found.row(place, token)).collect();
        json!({"layer": layer, "shares": rows})
    };
    json!({"model": subject.name, "class": subject.class(), "method": "attention rollout", "stream": found.stream.0,
        "tokens": texts_of(subject, pass.stream(found.stream)), "cross_attention": if found.looks_elsewhere { "left out" } else { "none" },
        "layers": found.layers.iter().enumerate().map(layer).collect::<Vec<_>>()})
}

fn plain(subject: &Subject, pass: &Pass, found: &Rollout, columns: usize) -> String {
    let place = found.layers.len() - 1;
    let layer = found.layers[place].0;
    let mut text = format!(
        "{} ({}): attention rollout of the {} up to layer {layer}; rows may come from columns\n\
         heads averaged, half kept for the residual, layers multiplied; each row sums to 1; it is no proof of cause\n",
        subject.name,
        subject.class(),
        found.stream.0
    );
    if found.looks_elsewhere {
        text.push_str("what cross attention brings over from the source is not in it\n");
    }
    let labels: Vec<&str> = pass.stream(found.stream).iter().map(|token| token.label.as_str()).collect();
    let wide = labels.iter().map(|label| crate::text::width(label)).max().unwrap_or(1).clamp(4, 10);
    let at_once = (columns.saturating_sub(wide + 6) / (wide.min(6) + 2)).max(1);
    for start in (0..found.tokens).step_by(at_once) {
        let keys = start..(start + at_once).min(found.tokens);
        let heads: Vec<String> = keys.clone().map(|key| crate::text::fit(labels[key], wide.min(6))).collect();
        let mut all = vec![("at", Align::Right), ("token", Align::Left)];
        all.extend(heads.iter().map(|head| (head.as_str(), Align::Right)));
        let mut table = Table::new(&all);
        for (token, label) in labels.iter().enumerate() {
            let row = &found.row(place, token)[keys.clone()];
            let shares = row.iter().map(|share| if *share == 0.0 { "·".to_owned() } else { format!("{share:.2}") });
            table.row([token.to_string(), crate::text::fit(label, wide)].into_iter().chain(shares));
        }
        text.push('\n');
        text.push_str(&table.render(columns));
    }
    text
}
