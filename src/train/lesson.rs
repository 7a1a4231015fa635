//! From a document of the world to an example, and to where guided heads should look in it.

use std::ops::Range;

use rand::rngs::StdRng;

use super::example::Example;
use super::guide::{Attention, Job};
use super::objective::{Objective, ObjectiveError, Source};
use crate::tape::Stream;
use crate::text::Tokenizer;
use crate::world::{Document, LinkKind, Mark};

/// What is learned from one document: the texts that an objective starts from, and what in them belongs together.
pub struct Lesson {
    text: String,
    pair: Option<String>,
    /// Places of the text: from, to.
    links: Vec<(Range<usize>, Vec<Range<usize>>)>,
    /// Places of the pair and of the text: what is written, what it comes from.
    aligned: Vec<(Range<usize>, Vec<Range<usize>>)>,
}

impl Lesson {
    /// A document as text, all of it.
    pub fn text(document: &Document) -> Self {
        let kinds = [LinkKind::Coreference, LinkKind::Mention];
        let links = document.links.iter().filter(|link| kinds.contains(&link.kind));
        let links = links.map(|link| (link.from.clone(), link.to.clone())).collect();
        Self { text: document.text.clone(), pair: None, links, aligned: Vec::new() }
    }

    /// A document as a task in words and its answer: a translation, a question about a story, a sum. `None` where it
    /// has none.
    pub fn task(document: &Document) -> Option<Self> {
        if let Some(translation) = &document.translation {
            let shift = translation.prompt.len();
            let moved = |source: &Range<usize>| vec![source.start + shift..source.end + shift];
            let aligned = translation.aligned.iter().map(|(target, source)| (target.clone(), moved(source)));
            return Some(Self {
                text: format!("{}{}", translation.prompt, translation.source),
                pair: Some(translation.target.clone()),
                links: Vec::new(),
                aligned: aligned.collect(),
            });
        }
        let answers = document.marks.iter().filter(|(mark, _)| matches!(mark, Mark::Answer | Mark::Result));
        let answer = answers.map(|(_, range)| range.clone()).next_back()?;
        Some(Self {
            text: document.text[..answer.start].trim_end().to_owned(),
            pair: Some(document.text[answer].to_owned()),
            links: Vec::new(),
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

    /// Where a head with this job should look in the example: from each query to keys.
    pub fn looks(&self, job: Job, attention: Attention, example: &Example) -> Vec<(usize, Vec<usize>)> {
        let own = match attention {
            Attention::Encoder => Stream::ENCODER,
            Attention::Decoder | Attention::Cross => Stream::DECODER,
        };
        let Some(own) = example.origins(own) else { return Vec::new() };
        let tokens = own.ranges.len();
        match job {
            Job::Previous => (1..tokens).map(|query| (query, vec![query - 1])).collect(),
            Job::Next => (1..tokens).map(|key| (key - 1, vec![key])).collect(),
            Job::Coreference => {
                let causal = attention == Attention::Decoder;
                linked(&self.links, |from| own.within(from).collect(), |to| own.within(to).collect(), causal)
            }
            Job::Alignment => match example.origins(Stream::ENCODER) {
                None => Vec::new(),
                Some(source) => {
                    linked(&self.aligned, |from| own.within(from).collect(), |to| source.within(to).collect(), false)
                }
            },
        }
    }
}

/// Links between places of texts as links between tokens; a causal head sees only what came before.
fn linked(
    links: &[(Range<usize>, Vec<Range<usize>>)],
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
