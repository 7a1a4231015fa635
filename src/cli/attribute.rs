//! `headscope attribute`: which tokens a prediction rests on, by gradient × input.

use std::fmt::Write as _;
use std::path::Path;

use color_eyre::eyre::{OptionExt, bail};
use serde_json::{Value, json};

use super::model::Asked;
use super::output::{self, number, share, texts_of};
use super::table::{Align, Table};
use crate::explore::{Attributed, Attribution, Pass, Question, Subject, TokenView};
use crate::tape::{Kind, Run};
use crate::text::Token;

/// The arguments.
#[derive(clap::Args)]
pub struct Args {
    #[command(flatten)]
    asked: Asked,
    /// The position whose prediction is asked about [default: the first masked one, or the last].
    #[arg(long)]
    position: Option<usize>,
    /// The token that is asked about, as it would be written, or its id [default: the likeliest].
    #[arg(long)]
    token: Option<String>,
}

/// Runs the model forwards and backwards and prints a number for each token.
///
/// # Errors
/// Where the model or the text cannot be used, or there is no such position or token.
pub fn run(args: &Args, catalog: Option<&Path>) -> color_eyre::Result<()> {
    let (subject, prompt) = args.asked.open(catalog)?;
    let token = args.token.as_deref().map(|word| token(&subject, word)).transpose()?;
    let pass = Pass::run_whole(&subject, &prompt, super::run::TARGET_STEPS, Run::new(subject.pool()))?
        .ok_or_eyre("the run was cancelled")?;
    let question = Question { position: args.position, token };
    let found = Attribution::of(&pass, question, Run::new(subject.pool()))?.ok_or_eyre("the run was cancelled")?;
    if args.asked.json {
        return Ok(output::print_json(&json_of(&subject, &pass, &found))?);
    }
    Ok(output::print(&plain(&subject, &pass, &found, output::columns()))?)
}

/// The id of a token that is written out: a word that begins anew, a piece of the vocabulary, or a number.
pub fn token(subject: &Subject, word: &str) -> color_eyre::Result<u32> {
    let Some(tokenizer) = subject.tokenizer() else {
        return match word.parse() {
            Ok(id) => Ok(id),
            Err(_) => bail!("there is no tokenizer beside this checkpoint, so --token is an id; {word:?} is none"),
        };
    };
    // As it stands in a running text first: ` ball` for `ball` where words carry their blank.
    for text in [format!(" {}", word.trim_start()), word.to_owned()] {
        let encoding = tokenizer.encode(&text, None, false)?;
        if let [token] = encoding.tokens.as_slice() {
            return Ok(token.id);
        }
    }
    if let Some(id) = tokenizer.id(word).or_else(|| word.parse().ok()) {
        return Ok(id);
    }
    let pieces: Vec<String> = tokenizer.encode(word, None, false)?.tokens.iter().map(Token::label).collect();
    bail!("{word:?} is no single token of this vocabulary, but {}: {}", pieces.len(), pieces.join(" "))
}

fn views<'a>(pass: &'a Pass, stream: &Attributed) -> &'a [TokenView] {
    pass.labels(Kind::Token, stream.shares.len(), stream.stream)
}

fn json_of(subject: &Subject, pass: &Pass, found: &Attribution) -> Value {
    let streams = found.streams.iter().map(|stream| {
        json!({"stream": stream.stream.0, "tokens": texts_of(subject, views(pass, stream)), "shares": stream.shares})
    });
    json!({"model": subject.name, "class": subject.class(), "method": "gradient × input", "position": found.position,
        "token": subject.written(&[found.token]), "id": found.token, "logit": found.logit,
        "probability": found.probability, "streams": streams.collect::<Vec<_>>()})
}

fn plain(subject: &Subject, pass: &Pass, found: &Attribution, columns: usize) -> String {
    const BAR: usize = 20;
    let mut text = format!(
        "{} ({}): what {:?} at position {} rests on; logit {}, {}\ngradient × input: above 0 speaks for it, below 0 against it\n",
        subject.name,
        subject.class(),
        subject.written(&[found.token]),
        found.position,
        number(found.logit),
        share(found.probability)
    );
    let most = found.streams.iter().flat_map(|stream| &stream.shares).fold(0.0f32, |most, share| most.max(share.abs()));
    for stream in &found.streams {
        if found.streams.len() > 1 {
            let _ = write!(text, "\n{}", stream.stream.0);
        }
        text.push('\n');
        let mut table =
            Table::new(&[("at", Align::Right), ("token", Align::Left), ("share", Align::Right), ("", Align::Left)]);
        for (position, (view, share)) in views(pass, stream).iter().zip(&stream.shares).enumerate() {
            let length = (share.abs() / most.max(f32::MIN_POSITIVE) * BAR as f32).round() as usize;
            let sign = if *share < 0.0 { "-" } else { "+" };
            table.row([position.to_string(), view.label.clone(), number(*share), sign.repeat(length)]);
        }
        text.push_str(&table.render(columns));
    }
    text
}
