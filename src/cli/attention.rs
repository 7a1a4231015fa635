//! `headscope attention`: one head's weights over a text, and the reasons of what is hidden.

use std::fmt::Write as _;
use std::path::Path;

use color_eyre::eyre::{OptionExt, bail};
use serde_json::{Value, json};

use super::changed::ByHand;
use super::model::Asked;
use super::output::{self, texts_of, warn};
use crate::explore::{Edits, Pass, Subject, TokenView};
use crate::tape::{Attention, Cell, Kind, Reason, Run};
use crate::tensor::Tensor;
use crate::text::{fit, width};

/// The arguments.
#[derive(clap::Args)]
pub struct Args {
    #[command(flatten)]
    asked: Asked,
    #[command(flatten)]
    which: Which,
}

/// Which head.
#[derive(clap::Args)]
pub struct Which {
    /// The layer, counted from 0.
    #[arg(long)]
    layer: usize,
    /// The head, counted from 0.
    #[arg(long)]
    pub head: usize,
    /// Which attention, where a layer has several: encoder, decoder, cross [default: encoder].
    #[arg(long)]
    stream: Option<String>,
    #[command(flatten)]
    by_hand: ByHand,
}

/// Runs the model and prints what the head looks at.
///
/// # Errors
/// Where the model or the text cannot be used, or there is no such head.
pub fn run(args: &Args, catalog: Option<&Path>) -> color_eyre::Result<()> {
    let (subject, prompt) = args.asked.open(catalog)?;
    let pass = Pass::run(&subject, &prompt, Run::new(subject.pool()))?.ok_or_eyre("the run was cancelled")?;
    let index = args.which.find(&subject, &pass)?;
    let edits = args.which.edits(&pass, index)?;
    let pass = if edits.is_empty() {
        pass
    } else {
        pass.edited(&edits, Run::new(subject.pool()))?.ok_or_eyre("the run was cancelled")?
    };
    let map = Map::new(&pass, index, Some(args.which.head));
    if map.rows(|query, key| map.weight(query, key)).iter().flatten().any(|weight| !weight.is_finite()) {
        warn("warning: the weights hold non-finite numbers (NaN or inf); they are null in JSON");
    }
    if args.asked.json {
        return Ok(output::print_json(&map.json(&subject))?);
    }
    Ok(output::print(&map.plain(&subject.name, output::columns()))?)
}

impl Which {
    /// What is changed by hand in a pass whose attention at this place is shown.
    ///
    /// # Errors
    /// Where what is asked for does not fit.
    pub fn edits(&self, pass: &Pass, index: usize) -> color_eyre::Result<Edits> {
        self.by_hand.edits(pass, Some(pass.attentions[index].stream()))
    }

    /// The place of the attention among those of the pass.
    ///
    /// # Errors
    /// Where there is no such stream, layer or head.
    pub fn find(&self, subject: &Subject, pass: &Pass) -> color_eyre::Result<usize> {
        let streams = pass.streams();
        let asked = self.stream.as_deref().or(streams.first().copied()).unwrap_or_default();
        let of_stream = || pass.attentions.iter().enumerate().filter(|(_, attention)| attention.stream() == asked);
        let layers = of_stream().map(|(_, attention)| attention.layer + 1).max().unwrap_or(0);
        if layers == 0 && self.stream.is_some() {
            bail!("there is no attention {asked:?} in {}; there is: {}", subject.name, streams.join(", "));
        }
        let Some((index, attention)) = of_stream().find(|(_, attention)| attention.layer == self.layer) else {
            let name = &subject.name;
            let of = if streams.len() > 1 { format!("the {asked} attention of {name}") } else { name.clone() };
            let known: Vec<String> = of_stream().map(|(_, attention)| attention.layer.to_string()).collect();
            if known.len() < layers {
                bail!("layer {} has none of {of}; layers that have it: {}", self.layer, known.join(", "));
            }
            bail!("there is no layer {}: {of} has {}", self.layer, counted(layers, "layer"));
        };
        if self.head >= attention.heads {
            bail!("there is no head {}: the layer has {}", self.head, counted(attention.heads, "head"));
        }
        Ok(index)
    }
}

/// `2 layers, 0 to 1`.
fn counted(count: usize, what: &str) -> String {
    match count {
        0 => format!("no {what}s"),
        1 => format!("one {what}, 0"),
        _ => format!("{count} {what}s, 0 to {}", count - 1),
    }
}

/// One head's part of an attention, or the average of all of them.
pub struct Map<'a> {
    attention: &'a Attention,
    /// Which head; `None` is the average.
    head: Option<usize>,
    /// What looks.
    pub queries: &'a [TokenView],
    /// What is looked at.
    pub keys: &'a [TokenView],
    /// (head, query, key)
    weights: Tensor,
}

impl<'a> Map<'a> {
    /// That part of the attention at a place of the pass.
    pub fn new(pass: &'a Pass, index: usize, head: Option<usize>) -> Self {
        let attention = &pass.attentions[index];
        let axes = &pass.record.graph().node(attention.weights).axes;
        let labels = |kind, stream| pass.labels(kind, axes.len_of(kind), stream);
        Self {
            attention,
            head,
            queries: labels(Kind::Query, attention.query_stream),
            keys: labels(Kind::Key, attention.key_stream),
            weights: pass.record.value(attention.weights).select(0, 0),
        }
    }

    /// The weight of a key for a query.
    pub fn weight(&self, query: usize, key: usize) -> f32 {
        let of = |head| self.weights.at(&[head, query, key]);
        self.head.map_or_else(|| (0..self.attention.heads).map(of).sum::<f32>() / self.attention.heads as f32, of)
    }

    /// Why a key is hidden from a query, if it is.
    pub fn reason(&self, query: usize, key: usize) -> Option<&'static Reason> {
        self.attention.reason(self.head, Cell { batch: 0, query, key })
    }

    /// A number or a reason for each query and key.
    fn rows<T>(&self, cell: impl Fn(usize, usize) -> T) -> Vec<Vec<T>> {
        (0..self.queries.len()).map(|query| (0..self.keys.len()).map(|key| cell(query, key)).collect()).collect()
    }

    /// As JSON.
    pub fn json(&self, subject: &Subject) -> Value {
        json!({"model": subject.name, "stream": self.attention.stream(), "layer": self.attention.layer, "head": self.head,
            "queries": texts_of(subject, self.queries), "keys": texts_of(subject, self.keys),
            "weights": self.rows(|query, key| self.weight(query, key)),
            "mask": self.rows(|query, key| self.reason(query, key).map(|reason| reason.word))})
    }

    /// `gpt-2: layer 2, head 0, decoder`.
    pub fn title(&self, model: &str) -> String {
        let head = self.head.map_or_else(|| "all heads on average".to_owned(), |head| format!("head {head}"));
        format!("{model}: layer {}, {head}, {}", self.attention.layer, self.attention.stream())
    }

    /// A row for each query; as many keys side by side as there is room for, the rest below.
    fn plain(&self, model: &str, columns: usize) -> String {
        const CELL: usize = 6;
        let mut text = format!("{}; rows look at columns\n", self.title(model));
        let side = self.queries.iter().map(|token| width(&token.label)).max().unwrap_or(0).clamp(1, 12);
        let at_once = (columns.saturating_sub(side) / CELL).max(1);
        let mut reasons: Vec<&Reason> = Vec::new();
        for start in (0..self.keys.len()).step_by(at_once) {
            let keys = start..(start + at_once).min(self.keys.len());
            let _ = write!(text, "\n{}", " ".repeat(side));
            self.keys[keys.clone()].iter().for_each(|key| text.push_str(&right(&fit(&key.label, CELL - 1), CELL)));
            text.push('\n');
            for (query, token) in self.queries.iter().enumerate() {
                let name = fit(&token.label, side);
                let _ = write!(text, "{name}{}", " ".repeat(side - width(&name)));
                for key in keys.clone() {
                    let reason = self.reason(query, key);
                    text.push_str(&right(&shown(self.weight(query, key), reason), CELL));
                    reasons.extend(reason.filter(|reason| !reasons.contains(reason)));
                }
                text.push('\n');
            }
        }
        for reason in reasons {
            let _ = write!(text, "\n{} {}: {}", reason.glyph, reason.word, reason.en);
        }
        if text.ends_with('\n') { text } else { text + "\n" }
    }
}

/// A weight, or why there is none. A row hidden whole still has weights, and shows both.
pub fn shown(weight: f32, reason: Option<&Reason>) -> String {
    let number = if (0.0..0.0005).contains(&weight) { "0".to_owned() } else { format!("{weight:.2}") };
    match reason {
        None => number,
        Some(reason) if weight == 0.0 => reason.glyph.to_string(),
        Some(reason) => format!("{}{number}", reason.glyph),
    }
}

fn right(text: &str, columns: usize) -> String {
    format!("{}{text}", " ".repeat(columns.saturating_sub(width(text))))
}
