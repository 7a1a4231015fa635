//! `headscope follow`: one token through all layers.

use std::fmt::Write as _;
use std::path::Path;

use color_eyre::eyre::{OptionExt, bail};
use serde_json::{Value, json};

use super::model::Asked;
use super::output::{self, number, share, texts_of};
use super::table::{Align, Table};
use crate::explore::{Addition, Follow, HeadWrite, Pass, Passed, Subject, TokenView};
use crate::tape::{Kind, Run, Stream};

/// The arguments.
#[derive(clap::Args)]
pub struct Args {
    #[command(flatten)]
    asked: Asked,
    /// The position of the token, counted from 0 [default: the first masked one, or the last].
    #[arg(long)]
    position: Option<usize>,
    /// Whose token, where the model has several streams: encoder, decoder [default: the one that predicts].
    #[arg(long)]
    stream: Option<String>,
}

/// Runs the model and prints what happened to the token's vector.
///
/// # Errors
/// Where the model or the text cannot be used, or there is no such stream or position.
pub fn run(args: &Args, catalog: Option<&Path>) -> color_eyre::Result<()> {
    let (subject, prompt) = args.asked.open(catalog)?;
    let pass = Pass::run_whole(&subject, &prompt, super::run::TARGET_STEPS, Run::new(subject.pool()))?
        .ok_or_eyre("the run was cancelled")?;
    let stream = stream(&pass, args.stream.as_deref())?;
    let tokens = pass.stream(stream);
    let usual = pass.predicted_positions().first().copied().filter(|at| *at < tokens.len());
    let position = args.position.or(usual).unwrap_or(tokens.len().saturating_sub(1));
    let found = Follow::of(&pass, &pass.record, (stream, position), Run::new(subject.pool()))?
        .ok_or_eyre("the run was cancelled")?;
    let shown = Shown { subject: &subject, pass: &pass, found: &found };
    if args.asked.json {
        return Ok(output::print_json(&shown.json())?);
    }
    Ok(output::print(&shown.plain(output::columns()))?)
}

/// The stream of that name that runs through layers, or the last one.
///
/// # Errors
/// Where there is none of that name.
pub fn stream(pass: &Pass, wanted: Option<&str>) -> color_eyre::Result<Stream> {
    let streams = pass.layer_streams();
    let found = match wanted {
        None => streams.last().copied(),
        Some(wanted) => streams.iter().copied().find(|stream| stream.0 == wanted),
    };
    match found {
        Some(stream) => Ok(stream),
        None if streams.is_empty() => bail!("this model has no layers"),
        None => {
            let there: Vec<&str> = streams.iter().map(|stream| stream.0).collect();
            bail!("there is no stream {:?}; there is: {}", wanted.unwrap_or_default(), there.join(", "))
        }
    }
}

struct Shown<'a> {
    subject: &'a Subject,
    pass: &'a Pass,
    found: &'a Follow,
}

impl Shown<'_> {
    /// The tokens that an addition's attention looks at.
    fn keys(&self, index: usize) -> &[TokenView] {
        let attention = &self.pass.attentions[index];
        let keys = self.pass.record.graph().node(attention.weights).axes.len_of(Kind::Key);
        self.pass.labels(Kind::Key, keys, attention.key_stream)
    }

    fn json(&self) -> Value {
        let Follow { stream, position, stops } = self.found;
        let tokens = texts_of(self.subject, self.pass.stream(*stream));
        json!({"model": self.subject.name, "class": self.subject.class(), "stream": stream.0, "tokens": tokens,
            "position": position, "token": tokens.get(*position), "post_norm": self.found.is_post_norm(),
            "stops": stops.iter().map(|stop| self.stop_json(stop)).collect::<Vec<_>>()})
    }

    fn stop_json(&self, stop: &Passed) -> Value {
        let predicted = stop.predicted.iter().map(
            |(id, probability)| json!({"token": self.subject.written(&[*id]), "id": id, "probability": probability}),
        );
        let summands = stop
            .summands
            .iter()
            .map(|summand| json!({"name": summand.name.id, "norm": summand.norm, "cosine": summand.cosine}));
        json!({"layer": stop.layer, "part": stop.name.id, "step": self.pass.record.graph().path(stop.node),
            "norm": stop.norm, "cosine": stop.cosine, "normed": stop.normed, "summands": summands.collect::<Vec<_>>(),
            "written": stop.written.as_ref().map(|written| self.written_json(written)),
            "predicted": predicted.collect::<Vec<_>>()})
    }

    fn written_json(&self, written: &Addition) -> Value {
        let head = |head: &HeadWrite| {
            let from = head.from.iter().map(|(key, weight)| json!({"position": key, "weight": weight}));
            json!({"head": head.head, "norm": head.norm, "share": head.share, "from": from.collect::<Vec<_>>()})
        };
        let stream = written.attention.map(|index| self.pass.attentions[index].stream());
        json!({"step": self.pass.record.graph().path(written.node), "norm": written.norm, "cosine": written.cosine,
            "attention": stream, "heads": written.heads.iter().map(head).collect::<Vec<_>>()})
    }

    fn plain(&self, columns: usize) -> String {
        let Follow { stream, position, stops } = self.found;
        let token = self.pass.stream(*stream).get(*position).map_or("", |token| token.label.as_str());
        let mut text = format!(
            "{} ({}): {token} at position {position} of the {} through all layers\n\
             wrote: length of what was added, its cosine with the vector before; vector: its length, its cosine with the one above\n",
            self.subject.name,
            self.subject.class(),
            stream.0
        );
        if self.found.is_post_norm() {
            text.push_str("this model norms the vector behind each sum: what was written is meant before the norm, the vector after it\n");
        }
        text.push('\n');
        let mut table = Table::new(&[
            ("behind", Align::Left),
            ("wrote", Align::Right),
            ("cos", Align::Right),
            ("vector", Align::Right),
            ("cos", Align::Right),
            ("would predict", Align::Left),
            ("heads that wrote most, what they looked at (token@position)", Align::Left),
        ]);
        for stop in stops {
            table.row(self.row(stop));
        }
        text.push_str(&table.render(columns));
        if stops.iter().all(|stop| stop.predicted.is_empty()) {
            let _ = writeln!(text, "\nno output head reads the {}, so nothing is predicted from it", stream.0);
        }
        text
    }

    fn row(&self, stop: &Passed) -> [String; 7] {
        let name = stop.layer.map_or_else(|| stop.name.en.to_owned(), |layer| format!("{layer} {}", stop.name.en));
        let written = stop.written.as_ref();
        let of_written = |value: fn(&Addition) -> f32| written.map_or_else(String::new, |w| number(value(w)));
        let predicted = stop.predicted.first();
        let predicted =
            predicted.map_or_else(String::new, |(id, p)| format!("{} {}", self.subject.label(*id), share(*p)));
        let summands = stop.summands.iter().map(|summand| format!("{} {}", summand.name.en, number(summand.norm)));
        let wrote = match written {
            None => summands.collect::<Vec<_>>().join(", "),
            Some(written) => self.heads(written),
        };
        [
            name,
            of_written(|written| written.norm),
            of_written(|written| written.cosine),
            number(stop.norm),
            stop.cosine.map_or_else(String::new, number),
            predicted,
            wrote,
        ]
    }

    fn heads(&self, written: &Addition) -> String {
        let Some(index) = written.attention else { return String::new() };
        let keys = self.keys(index);
        let head = |head: &HeadWrite| {
            let key = |(key, weight): &(usize, f32)| {
                format!("{}@{key} {weight:.2}", keys.get(*key).map_or("", |token| token.label.as_str()))
            };
            let from: Vec<String> = head.from.iter().take(2).map(key).collect();
            format!("{}.{} {} ({})", self.pass.attentions[index].layer, head.head, number(head.norm), from.join(", "))
        };
        written.heads.iter().take(3).map(head).collect::<Vec<_>>().join("  ")
    }
}
