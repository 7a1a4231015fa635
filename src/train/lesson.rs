//! From a document of the world to an example, and to where guided heads should look in it.

use std::ops::Range;

use rand::SeedableRng;
use rand::rngs::StdRng;

use super::example::Example;
use super::guide::{Attention, Job};
use super::objective::{Objective, ObjectiveError, Source, fitting, masked};
use crate::models::{Model, Predicts};
use crate::tape::Stream;
use crate::text::Tokenizer;
use crate::world::{Document, Link, LinkKind, Mark};

/// What is learned from one document: the texts that an objective starts from, and what in them belongs together.
pub struct Lesson {
    text: String,
    pair: Option<String>,
    links: Vec<Link>,
    /// Copies of a list behind the first.
    repeated: Vec<Range<usize>>,
    /// Places of the pair and of the text: what is written, what it comes from.
    aligned: Vec<(Range<usize>, Vec<Range<usize>>)>,
}

impl Lesson {
    /// A document as text, all of it.
    pub fn text(document: &Document) -> Self {
        let repeated = document.marked(Mark::Repeated).cloned().collect();
        Self { text: document.text.clone(), pair: None, links: document.links.clone(), repeated, aligned: Vec::new() }
    }

    /// A document as a task in words and its answer: a translation, a question about a story, a sum. `None` where it
    /// has none.
    pub fn task(document: &Document) -> Option<Self> {
        if let Some(translation) = &document.translation {
            let shift = translation.prompt.len();
            let moved = |source: &Range<usize>| std::iter::once(source.start + shift..source.end + shift).collect();
            let aligned = translation.aligned.iter().map(|(target, source)| (target.clone(), moved(source)));
            return Some(Self {
                text: format!("{}{}", translation.prompt, translation.source),
                pair: Some(translation.target.clone()),
                links: Vec::new(),
                repeated: Vec::new(),
                aligned: aligned.collect(),
            });
        }
        let answers = document.marks.iter().filter(|(mark, _)| matches!(mark, Mark::Answer | Mark::Result));
        let answer = answers.map(|(_, range)| range.clone()).next_back()?;
        Some(Self {
            text: document.text[..answer.start].trim_end().to_owned(),
            pair: Some(document.text[answer].to_owned()),
            links: Vec::new(),
            repeated: Vec::new(),
            aligned: Vec::new(),
        })
    }

    /// The example that an objective makes of it.
    ///
    /// # Errors
    /// As [`Objective::example`].
    pub fn example(
        &self,
        objective: &dyn Objective,
        stranger: Option<&str>,
        tokenizer: &Tokenizer,
        draw: &mut StdRng,
    ) -> Result<Example, ObjectiveError> {
        let source = Source { text: &self.text, pair: self.pair.as_deref(), pair_at: 0, stranger };
        objective.example(source, tokenizer, draw)
    }

    /// A document and its example as a model reads it, nothing hidden: the task and its answer where the model writes one.
    /// `None` where the document has no task.
    ///
    /// # Errors
    /// Where the tokenizer cannot split it.
    pub fn read_by(
        model: &dyn Model,
        document: &Document,
        tokenizer: &Tokenizer,
    ) -> Result<Option<(Self, Example)>, ObjectiveError> {
        let lesson = if model.target_start().is_some() { Self::task(document) } else { Some(Self::text(document)) };
        let Some(lesson) = lesson else { return Ok(None) };
        let hides_nothing = fitting(model).filter(|_| model.predicts().0 == Predicts::Next).last();
        let example = match hides_nothing {
            // These draw nothing.
            Some(objective) => lesson.example(objective, None, tokenizer, &mut StdRng::seed_from_u64(0))?,
            None => lesson.unmasked(tokenizer)?,
        };
        Ok(Some((lesson, example)))
    }

    /// The text as an encoder reads it, nothing hidden and nothing to predict.
    ///
    /// # Errors
    /// Where the tokenizer cannot split it.
    fn unmasked(&self, tokenizer: &Tokenizer) -> Result<Example, ObjectiveError> {
        let encoding = tokenizer.encode(&self.text, None, true)?;
        let (rows, origins) = masked::encoder(&encoding, &encoding.ids(), tokenizer, None);
        Ok(Example { rows, terms: Vec::new(), origins })
    }

    /// Where a head with this job should look in the example: from each query to keys.
    pub fn looks(&self, job: Job, attention: Attention, example: &Example) -> Vec<(usize, Vec<usize>)> {
        let own = match attention {
            Attention::Encoder => Stream::ENCODER,
            Attention::Decoder | Attention::Cross => Stream::DECODER,
        };
        let Some(own) = example.origins(own) else { return Vec::new() };
        let tokens = own.ranges.len();
        let causal = attention == Attention::Decoder;
        let at = |range: &Range<usize>| own.within(range).collect();
        let linked_by = |kinds: &[LinkKind]| {
            let links = self.links.iter().filter(|link| kinds.contains(&link.kind));
            linked(links.map(|link| (&link.from, link.to.as_slice())), at, at, causal)
        };
        match job {
            Job::Previous => (1..tokens).map(|query| (query, vec![query - 1])).collect(),
            Job::Next => (1..tokens).map(|key| (key - 1, vec![key])).collect(),
            Job::Coreference => linked_by(&[LinkKind::Coreference, LinkKind::Mention]),
            Job::Answer => linked_by(&[LinkKind::Answer]),
            Job::Induction => {
                let queries = self.repeated.iter().flat_map(|range| own.within(range));
                followers(&example.rows[0].values, queries)
            }
            Job::Alignment => match example.origins(Stream::ENCODER) {
                None => Vec::new(),
                Some(source) => {
                    let pairs = self.aligned.iter().map(|(from, to)| (from, to.as_slice()));
                    linked(pairs, at, |range| source.within(range).collect(), false)
                }
            },
        }
    }
}

/// The tokens that followed earlier copies of each query's token.
fn followers(ids: &[i64], queries: impl Iterator<Item = usize>) -> Vec<(usize, Vec<usize>)> {
    let looks = queries.map(|query| {
        let earlier = (0..query).filter(|&place| ids[place] == ids[query]);
        (query, earlier.map(|place| place + 1).filter(|&key| key < query).collect::<Vec<_>>())
    });
    looks.filter(|(_, keys)| !keys.is_empty()).collect()
}

/// Links between places of texts as links between tokens; a causal head sees only what came before.
fn linked<'a>(
    links: impl Iterator<Item = (&'a Range<usize>, &'a [Range<usize>])>,
    queries: impl Fn(&Range<usize>) -> Vec<usize>,
    keys: impl Fn(&Range<usize>) -> Vec<usize>,
    causal: bool,
) -> Vec<(usize, Vec<usize>)> {
    let mut looks: std::collections::BTreeMap<usize, Vec<usize>> = std::collections::BTreeMap::new();
    for (from, to) in links {
        for query in queries(from) {
            let found = to.iter().flat_map(&keys).filter(|&key| !causal || key < query);
            looks.entry(query).or_default().extend(found);
        }
    }
    looks.retain(|_, keys| {
        keys.sort_unstable();
        keys.dedup();
        !keys.is_empty()
    });
    looks.into_iter().collect()
}
