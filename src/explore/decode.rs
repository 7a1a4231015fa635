//! Decoding: one token at a time, each a pass over one token with the keys and values of all before it.

use std::sync::Arc;

use super::pass::{views, with_target};
use super::predict::{Choice, Sampling, choose};
use super::{ExploreError, Pass, Prompt, Subject, TokenView};
use crate::models::{Inputs, Predicts};
use crate::nn::Cache;
use crate::tape::Run;

/// A token that was chosen, and the pass whose last position predicted it.
#[derive(Clone)]
pub struct Step {
    /// The pass.
    pub pass: Arc<Pass>,
    /// What was chosen from its prediction; `None` for the newest step, where nothing is chosen yet.
    pub choice: Option<Choice>,
    /// The probability of what was chosen, at temperature 1.
    pub probability: f32,
    /// How undecided the model was about it, in nats at temperature 1.
    pub entropy: f32,
    /// The cache when this pass was over.
    cache: Cache,
}

/// A text that grows. The first step runs the prompt whole.
pub struct Decoding {
    /// What it began with.
    pub prompt: Prompt,
    /// How tokens are chosen from here on.
    pub sampling: Sampling,
    steps: Vec<Step>,
    /// Steps that were let go.
    forgotten: usize,
}

impl Decoding {
    /// Runs the prompt. `None` where it was cancelled.
    ///
    /// # Errors
    /// Where the model does not predict what comes next, or the text cannot be read.
    pub fn start(
        subject: &Subject,
        prompt: &Prompt,
        sampling: Sampling,
        run: Run<'_>,
    ) -> Result<Option<Self>, ExploreError> {
        if subject.predicts().0 != Predicts::Next {
            let class = subject.class();
            return Err(ExploreError::Prompt(format!("{class} does not write: it does not predict the next token")));
        }
        let (encoding, target) = (subject.encode(prompt)?, subject.target(prompt)?);
        let inputs = with_target(subject.inputs(&encoding), &target).with_cache(Cache::default());
        let tokens = (views(&encoding), target);
        let Some(step) = Step::run(subject, prompt, tokens, &inputs, run)? else { return Ok(None) };
        Ok(Some(Self { prompt: prompt.clone(), sampling, steps: vec![step], forgotten: 0 }))
    }

    /// The steps so far; the newest has chosen nothing yet.
    pub fn steps(&self) -> &[Step] {
        &self.steps
    }

    /// The newest step.
    pub fn newest(&self) -> &Step {
        &self.steps[self.steps.len() - 1]
    }

    /// The ids that were written.
    pub fn written(&self) -> Vec<u32> {
        self.steps.iter().filter_map(|step| step.choice.map(|choice| choice.id)).collect()
    }

    /// The token that ended the text, where one was written.
    pub fn ended(&self, subject: &Subject) -> Option<u32> {
        self.written().last().copied().filter(|id| Some(*id) == subject.end())
    }

    /// The prompt with what was written: behind its text, or as its target.
    pub fn written_prompt(&self, subject: &Subject) -> Prompt {
        let mut ids = self.written();
        ids.truncate(ids.len() - usize::from(self.ended(subject).is_some()));
        let mut prompt = self.prompt.clone();
        if subject.writes_target() {
            let given = self.newest().pass.target.iter().skip(1).filter_map(|token| token.source.as_ref());
            let all: Vec<u32> = given.map(|token| token.id).chain(ids).collect();
            return prompt.becoming(subject.written(&all));
        }
        prompt.pair.as_mut().unwrap_or(&mut prompt.text).push_str(&subject.written(&ids));
        prompt
    }

    /// Bytes of the cache, and of one token in it.
    pub fn cache_bytes(&self) -> (usize, usize) {
        let cache = &self.newest().cache;
        (cache.bytes(), cache.bytes().checked_div(cache.len()).unwrap_or(0))
    }

    /// What sampling would choose next.
    pub fn next(&self) -> Choice {
        let logits = self.newest().logits();
        choose(&logits, &self.sampling, self.forgotten + self.steps.len() - 1)
    }

    /// Writes a token: what sampling chooses, or `id` if a person chose. `None` where it was cancelled.
    ///
    /// # Errors
    /// Where the text is as long as the model allows.
    pub fn write(&self, subject: &Subject, id: Option<u32>, run: Run<'_>) -> Result<Option<Self>, ExploreError> {
        let choice = id.map_or_else(|| self.next(), |id| Choice { id, draw: None });
        let newest = self.newest();
        let (mut tokens, mut target) = (newest.pass.tokens.clone(), newest.pass.target.clone());
        let inputs = if subject.writes_target() {
            target.push(subject.view(choice.id));
            Inputs::default().with_target(&[choice.id])
        } else {
            tokens.push(subject.view(choice.id));
            subject.more(&[choice.id])
        };
        let inputs = inputs.with_cache(newest.cache.clone());
        let Some(step) = Step::run(subject, &self.prompt, (tokens, target), &inputs, run)? else { return Ok(None) };
        let mut steps = self.steps.clone();
        if let Some(last) = steps.last_mut() {
            last.probability = super::predict::share(&last.logits(), choice.id);
            last.choice = Some(choice);
        }
        steps.push(step);
        Ok(Some(Self { prompt: self.prompt.clone(), sampling: self.sampling, steps, forgotten: self.forgotten }))
    }

    /// Lets go of all steps but the newest, whose values nobody will look at. They can no longer be taken back, and
    /// [`Decoding::written`] no longer has them; what is chosen from here on stays the same.
    pub fn forget(&mut self) {
        let old = self.steps.len() - 1;
        self.steps.drain(..old);
        self.forgotten += old;
    }

    /// The same with tokens chosen in another way from here on.
    #[must_use]
    pub fn with_sampling(&self, sampling: Sampling) -> Self {
        Self { sampling, prompt: self.prompt.clone(), steps: self.steps.clone(), forgotten: self.forgotten }
    }

    /// The same without the last token written; `None` where nothing was written.
    pub fn taken_back(&self) -> Option<Self> {
        let mut steps = self.steps.clone();
        steps.pop();
        steps.last_mut()?.choice = None;
        Some(Self { prompt: self.prompt.clone(), sampling: self.sampling, steps, forgotten: self.forgotten })
    }
}

/// The target that a model writes for a prompt, the likeliest token each time: its start and at most so many tokens,
/// without the one that ends it. `None` where it was cancelled.
pub(super) fn written_target(
    subject: &Subject,
    prompt: &Prompt,
    most: usize,
    run: Run<'_>,
) -> Result<Option<Vec<TokenView>>, ExploreError> {
    let Some(mut decoding) = Decoding::start(subject, prompt, Sampling::default(), run)? else { return Ok(None) };
    for _ in 0..most {
        let next = decoding.next().id;
        if Some(next) == subject.end() {
            break;
        }
        let Some(longer) = decoding.write(subject, Some(next), run)? else { return Ok(None) };
        decoding = longer;
        decoding.forget();
    }
    Ok(Some(decoding.newest().pass.target.clone()))
}

impl Step {
    fn run(
        subject: &Subject,
        prompt: &Prompt,
        tokens: (Vec<TokenView>, Vec<TokenView>),
        inputs: &Inputs,
        run: Run<'_>,
    ) -> Result<Option<Self>, ExploreError> {
        let Some(pass) = Pass::of_inputs(subject, prompt.clone(), tokens, inputs, run)? else { return Ok(None) };
        let read = pass.output_tokens().len();
        let cache = Cache::after(|name| pass.record.output(name)).having_read(read);
        let mut step = Self { pass: Arc::new(pass), choice: None, probability: 0.0, entropy: 0.0, cache };
        step.entropy = super::predict::entropy(&step.logits(), 1.0);
        Ok(Some(step))
    }

    /// The logits of the next token.
    pub fn logits(&self) -> Vec<f32> {
        let last = self.pass.predicted_positions().first().copied().unwrap_or(0);
        self.pass.logits_at(last).unwrap_or_default()
    }

    /// The keys and values so far.
    pub fn cache(&self) -> &Cache {
        &self.cache
    }
}
