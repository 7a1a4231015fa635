//! What the world knows of a text: who is meant by a pronoun, where an answer stands, which words translate each other.
//!
//! A mini's examples end with documents of the world that it never learned from. Of these, and of no other text, it is known
//! what belongs together: heads are then measured on it like on any other pattern.

use super::{Link, Pass, Prompt, Subject, TokenView};
use crate::train::{Attention, Example, Job, Lesson};
use crate::world::{Document, Split, World};

/// Genres in which something belongs together, and how many documents of each are shown.
const GENRES: [(&str, usize); 4] = [("story", 2), ("parallel", 2), ("names", 1), ("list", 1)];
/// The jobs that only somebody who knows the text can measure.
const JOBS: [Job; 3] = [Job::Coreference, Job::Answer, Job::Alignment];
/// Which documents.
const SEED: u64 = 7;

impl Subject {
    /// Test documents of the world that a mini learned; none of a model that is no mini.
    pub fn documents(&self) -> &[Document] {
        self.known.get_or_init(|| {
            let Some(recipe) = self.recipe() else { return Vec::new() };
            let learned =
                |genre: &str| recipe.tasks.iter().flat_map(|task| &task.genres).any(|(name, _)| name == genre);
            // A model that reads a source and writes a target is shown translations alone.
            let genres =
                GENRES.iter().filter(|(genre, _)| learned(genre) && (self.writes_target() == (*genre == "parallel")));
            let few = |&(genre, count): &(&str, usize)| {
                World::shipped().documents(&[(genre, 1.0)], Split::Test, SEED).take(count).collect::<Vec<_>>()
            };
            genres.flat_map(few).collect()
        })
    }

    /// The prompt that is a document.
    pub fn prompt_of(&self, document: &Document) -> Prompt {
        match &document.translation {
            Some(translation) => Prompt::of(format!("{}{}", translation.prompt, translation.source)),
            None => Prompt::of(&document.text),
        }
    }

    /// What belongs together in a prompt that is one of [`Subject::documents`], by the positions of its tokens.
    pub(super) fn known_links(&self, prompt: &Prompt, tokens: &[TokenView], target: &[TokenView]) -> Vec<Link> {
        if self.as_mini().is_none() || prompt.pair.is_some() {
            return Vec::new();
        }
        let Some(document) = self.documents().iter().find(|document| self.prompt_of(document).text == prompt.text)
        else {
            return Vec::new();
        };
        self.links_of(document, tokens, target).unwrap_or_default()
    }

    /// `None` where the tokens of the pass are not those that the document has by itself.
    fn links_of(&self, document: &Document, tokens: &[TokenView], target: &[TokenView]) -> Option<Vec<Link>> {
        let tokenizer = self.tokenizer()?;
        let (lesson, example) = Lesson::read_by(self.model(), document, tokenizer).ok()??;
        let read = |argument: &str, tokens: &[TokenView]| begins(&example, argument, tokens);
        if !read("input_ids", tokens) || (self.writes_target() && !read("decoder_input_ids", target)) {
            return None;
        }
        let written = if target.is_empty() { tokens.len() } else { target.len() };
        let mut links = Vec::new();
        for (job, attention) in JOBS.into_iter().flat_map(|job| Attention::ALL.map(|attention| (job, attention))) {
            if (job == Job::Alignment) != (attention == Attention::Cross) {
                continue;
            }
            let looks = lesson.looks(job, attention, &example);
            links.extend(looks.into_iter().filter(|(query, _)| *query < written).map(|(query, keys)| Link {
                kind: job.id().into(),
                stream: Some(attention.stream().to_owned()),
                queries: vec![query],
                keys,
            }));
        }
        Some(links)
    }
}

/// Whether a row of an example begins with these tokens.
fn begins(example: &Example, argument: &str, tokens: &[TokenView]) -> bool {
    let row = example.rows.iter().find(|row| row.argument == argument);
    row.is_some_and(|row| {
        row.values.len() >= tokens.len() && row.values.iter().zip(tokens).all(|(&id, token)| id == i64::from(token.id))
    })
}

impl Pass {
    /// What is known to belong together in this text.
    pub fn known(&self) -> &[Link] {
        &self.known
    }
}
