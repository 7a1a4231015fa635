//! What the heads of several models do on one text, or of one model on two: matched by what they measurably do.

use std::fmt::Write as _;

use color_eyre::eyre::{OptionExt, bail, eyre};
use serde_json::{Value, json};

use super::Args;
use crate::app::Language;
use crate::cli::table::{Align, Table};
use crate::cli::{output, run::TARGET_STEPS};
use crate::explore::compare::{Alignment, Match, Sequence, nearest, open_mini};
use crate::explore::{Pass, Subject};
use crate::tape::{Attention, Kind, Run};

/// So many keys of a query are shown.
const KEYS: usize = 4;

/// Reads `2.1`.
///
/// # Errors
/// Where it is not two numbers with a point between them.
pub fn place(text: &str) -> Result<(usize, usize), String> {
    let numbers = text.split_once('.').and_then(|(layer, head)| Some((layer.parse().ok()?, head.parse().ok()?)));
    numbers.ok_or_else(|| "expected layer.head, both counted from 0: 2.1".to_owned())
}

/// One model on a text.
struct Ran {
    id: String,
    subject: Subject,
    pass: Pass,
}

/// The models that run, and those that do not.
pub struct OnText {
    runs: Vec<Ran>,
    without: Vec<String>,
    /// The heads of the first model that are shown, by place of the attention and head.
    heads: Vec<(usize, usize)>,
    query: Option<usize>,
    /// Whether one model is compared on two texts.
    texts: bool,
}

impl OnText {
    /// Runs all models of which there is a small trained one; a checkpoint runs itself.
    ///
    /// # Errors
    /// Where a text cannot be read, nothing runs, or the first model has no such head.
    pub fn run(args: &Args, ids: &[String], mut open: Vec<Subject>) -> color_eyre::Result<Self> {
        let texts = ids.len() == 1;
        let (mut runs, mut without) = (Vec::new(), Vec::new());
        let asked = ids.iter().flat_map(|id| args.text.iter().map(move |text| (id, text)));
        for (id, text) in asked {
            let own = open.iter().position(|subject| subject.name == *id).filter(|_| !texts || runs.len() == 1);
            let subject = match own {
                Some(place) => Some(open.remove(place)),
                None if texts && open.iter().any(|subject| subject.name == *id) => {
                    Some(super::super::model::open(args.ids[0].as_ref(), None)?)
                }
                None => open_mini(id).map_err(|words| eyre!(words))?,
            };
            let Some(subject) = subject else {
                without.push(id.clone());
                continue;
            };
            let pass = Pass::run_whole(&subject, &subject.prompt(text), TARGET_STEPS, Run::new(subject.pool()))
                .map_err(|error| eyre!("{id}: {error}"))?
                .ok_or_eyre("the run was cancelled")?;
            runs.push(Ran { id: id.clone(), subject, pass });
        }
        let Some(first) = runs.first() else {
            bail!(
                "no small trained model exists of {}: without one there is nothing to run on a text",
                without.join(", ")
            );
        };
        let heads = match args.head {
            None => first.all_heads(args.stream.as_deref()),
            Some((layer, head)) => vec![first.head(layer, head, args.stream.as_deref())?],
        };
        if heads.is_empty() {
            bail!(
                "{} has no attention{}",
                first.id,
                args.stream.as_ref().map(|s| format!(" in a stream {s:?}")).unwrap_or_default()
            );
        }
        let found = Self { heads, query: args.query, texts, without, runs };
        // Said before anything is printed.
        found.queries(&found.matches(found.heads[0]))?;
        Ok(found)
    }

    /// For a head of the first run the heads of all: its own, and of the others the nearest; on two texts the same.
    fn matches(&self, at: (usize, usize)) -> Vec<Option<Match>> {
        let first = &self.runs[0].pass;
        let own = Match { index: at.0, head: at.1, distance: 0.0 };
        let other = |run: &Ran| if self.texts { Some(own) } else { nearest(first, at, &run.pass) };
        std::iter::once(Some(own)).chain(self.runs[1..].iter().map(other)).collect()
    }

    /// The query in each run, by the tokens that belong together.
    fn queries(&self, matches: &[Option<Match>]) -> color_eyre::Result<Vec<Option<usize>>> {
        let first = &self.runs[0];
        let Some(attention) = matches[0].and_then(|own| first.pass.attentions.get(own.index)) else {
            return Ok(vec![None; self.runs.len()]);
        };
        let along = Sequence::of(&first.pass, attention.query_stream);
        let last = along.tokens.len().saturating_sub(1);
        let query = self.query.unwrap_or(last);
        if query > last {
            bail!("--query {query}: {} has {} tokens there, counted from 0", first.id, last + 1);
        }
        let of = |(run, own): (&Ran, &Option<Match>)| {
            let attention = run.pass.attentions.get(own.as_ref()?.index)?;
            Alignment::of(&along, &Sequence::of(&run.pass, attention.query_stream)).nearest(query)
        };
        let others = self.runs.iter().zip(matches).skip(1).map(of);
        Ok(std::iter::once(Some(query)).chain(others).collect())
    }

    /// As JSON.
    pub fn json(&self) -> Value {
        let models: Vec<Value> = self
            .runs
            .iter()
            .map(|run| {
                json!({"id": run.id, "text": run.pass.prompt.line(), "tokens": output::texts_of(&run.subject, &run.pass.tokens),
                    "target_tokens": output::texts_of(&run.subject, &run.pass.target)})
            })
            .collect();
        let heads: Vec<Value> = self
            .heads
            .iter()
            .map(|&at| {
                let matches = self.matches(at);
                let queries = self.queries(&matches).unwrap_or_else(|_| vec![None; self.runs.len()]);
                self.runs
                    .iter()
                    .zip(matches.iter().zip(&queries))
                    .map(|(run, (own, query))| own.map_or(Value::Null, |own| run.json(own, *query)))
                    .collect()
            })
            .collect();
        json!({"models": models, "without_mini": self.without, "heads": heads})
    }

    /// As running text: all heads beside those nearest to them, and of one head what the query looks at.
    pub fn plain(&self, language: Language) -> String {
        let mut text = String::new();
        let title = language.pick("On the text, by the small trained models", "在文本上，由训练好的小模型运行");
        let _ = writeln!(text, "\n{title}");
        for id in &self.without {
            let words = language.pick("no small trained model exists of it", "没有训练好的小模型");
            let _ = writeln!(text, "  {id}: {words}");
        }
        let names: Vec<String> =
            self.runs.iter().map(|run| if self.texts { run.pass.prompt.line() } else { run.id.clone() }).collect();
        let mut columns: Vec<(&str, Align)> = names.iter().map(|name| (name.as_str(), Align::Left)).collect();
        columns.push((language.pick("apart", "差距"), Align::Left));
        let mut table = Table::new(&columns);
        for &at in &self.heads {
            let matches = self.matches(at);
            let mut cells: Vec<String> = self
                .runs
                .iter()
                .zip(&matches)
                .map(|(run, own)| own.map_or_else(|| "·".to_owned(), |own| run.told(own)))
                .collect();
            let apart =
                matches[1..].iter().map(|own| own.map_or_else(|| "·".to_owned(), |own| format!("{:.2}", own.distance)));
            cells.push(apart.collect::<Vec<_>>().join("  "));
            table.row(cells);
        }
        text += &table.render(output::columns());
        if let [at] = self.heads.as_slice() {
            text += &self.looks(*at, language);
        }
        text
    }

    fn looks(&self, at: (usize, usize), language: Language) -> String {
        let matches = self.matches(at);
        let queries = match self.queries(&matches) {
            Ok(queries) => queries,
            Err(error) => return format!("\n{error}\n"),
        };
        let mut text = String::new();
        let title = language.pick("What the query looks at most", "该查询最关注的键");
        let _ = writeln!(text, "\n{title}");
        for (run, (own, query)) in self.runs.iter().zip(matches.iter().zip(&queries)) {
            let (Some(own), Some(query)) = (own, query) else { continue };
            let Some((label, keys)) = run.keys(*own, *query) else { continue };
            let told: Vec<String> =
                keys.iter().map(|(place, label, weight)| format!("{label} ({place}) {weight:.2}")).collect();
            let _ = writeln!(
                text,
                "  {} {}  {label} ({query}) → {}",
                run.id,
                run.pass.head_name(own.index, own.head),
                told.join("  ")
            );
        }
        text
    }
}

impl Ran {
    fn all_heads(&self, stream: Option<&str>) -> Vec<(usize, usize)> {
        let attentions = self.pass.attentions.iter().enumerate();
        let wanted = attentions.filter(|(_, a)| stream.is_none_or(|stream| stream == a.stream()));
        wanted.flat_map(|(index, a)| (0..a.heads).map(move |head| (index, head))).collect()
    }

    fn head(&self, layer: usize, head: usize, stream: Option<&str>) -> color_eyre::Result<(usize, usize)> {
        let fits =
            |a: &&Attention| a.layer == layer && head < a.heads && stream.is_none_or(|stream| stream == a.stream());
        let found = self.pass.attentions.iter().position(|a| fits(&a));
        found.map(|index| (index, head)).ok_or_else(|| {
            let layers = self.pass.attentions.iter().map(|a| a.layer + 1).max().unwrap_or(0);
            let heads = self.pass.attentions.first().map_or(0, |a| a.heads);
            eyre!("{} has no head {layer}.{head}: it has {layers} layers of {heads} heads, counted from 0, in the streams {}", self.id, self.pass.streams().join(", "))
        })
    }

    /// The query's label, and its strongest keys.
    #[allow(clippy::type_complexity)]
    fn keys(&self, own: Match, query: usize) -> Option<(String, Vec<(usize, String, f32)>)> {
        let attention = self.pass.attentions.get(own.index)?;
        let axes = &self.pass.record.graph().node(attention.weights).axes;
        let weights =
            self.pass.record.value(attention.weights).select(0, 0).select(0, own.head).select(0, query).to_vec();
        let labels = |kind, stream| self.pass.labels(kind, axes.len_of(kind), stream);
        let keys = labels(Kind::Key, attention.key_stream);
        let mut order: Vec<usize> = (0..weights.len()).collect();
        order.sort_by(|a, b| weights[*b].total_cmp(&weights[*a]));
        let label = labels(Kind::Query, attention.query_stream).get(query)?.label.clone();
        let key = |place: usize| Some((place, keys.get(place)?.label.clone(), weights[place]));
        Some((label, order.into_iter().take(KEYS).filter_map(key).collect()))
    }

    fn told(&self, own: Match) -> String {
        let name = self.pass.head_name(own.index, own.head);
        let job = self.pass.measured().head(own.index, own.head).and_then(|scores| scores.job());
        let job = job.map(|job| format!("  {} {:.2}", job.pattern.id(), job.score)).unwrap_or_default();
        format!("{name}{job}")
    }

    fn json(&self, own: Match, query: Option<usize>) -> Value {
        let Some(attention) = self.pass.attentions.get(own.index) else { return Value::Null };
        let job = self.pass.measured().head(own.index, own.head).and_then(|scores| scores.job());
        let keys = query.and_then(|query| self.keys(own, query));
        json!({"id": self.id, "stream": attention.stream(), "layer": attention.layer, "head": own.head,
            "distance": own.distance, "job": job.map(|job| json!({"pattern": job.pattern.id(), "score": job.score,
            "chance": job.chance})), "query": query, "query_token": keys.as_ref().map(|(label, _)| label),
            "keys": keys.map(|(_, keys)| keys.into_iter().map(|(place, token, weight)|
                json!({"position": place, "token": token, "weight": weight})).collect::<Value>())})
    }
}
