//! A text's forward pass, with what the screens need beside the record: how each token is called.

use std::sync::{Arc, OnceLock};

use super::overview::Overview;
use super::patterns::{Link, Measured};
use super::pooled::Pools;
use super::predict::{Candidate, Expected, Sampling, candidates, expected};
use super::steps::StepTree;
use super::{Edits, ExploreError, Prompt, Subject};
use crate::models::{Inputs, Predicts};
use crate::tape::{Attention, Graph, Keep, Kind, NodeId, Record, Run, Stream};
use crate::tensor::Tensor;
use crate::text::{Encoding, Token};

/// A token of the pass as it is shown.
#[derive(Clone, Debug, PartialEq)]
pub struct TokenView {
    /// The token.
    pub id: u32,
    /// How it is shown on a map.
    pub label: String,
    /// The token of the text; `None` where decoding made it.
    pub source: Option<Token>,
}

impl TokenView {
    /// The place of a memory, so many before the first token: nobody typed it, and no id stands for it.
    fn remembered(back: usize) -> Self {
        Self { id: u32::MAX, label: format!("m{back}"), source: None }
    }

    /// Whether it is the place of a memory instead of a token.
    pub fn is_remembered(&self) -> bool {
        self.id == u32::MAX && self.source.is_none()
    }
}

/// Bytes of values that are kept before the insides of layers are recomputed on demand.
const KEPT: usize = 384 << 20;

/// One recorded forward pass.
pub struct Pass {
    /// What was asked.
    pub prompt: Prompt,
    /// The tokens that are read, those in the cache included.
    pub tokens: Vec<TokenView>,
    /// The tokens of the target, those in the cache included; empty where the model writes no target of its own.
    pub target: Vec<TokenView>,
    /// The values.
    pub record: Record,
    /// The attentions in the order of the layers.
    pub attentions: Vec<Attention>,
    /// The attentions' maps made small, in the same order.
    pub overviews: Arc<[Option<Overview>]>,
    /// The maps that were looked at, made small.
    pub pools: Pools,
    /// The steps as a tree.
    pub tree: StepTree,
    logits: Option<(NodeId, Predicts)>,
    mask_id: Option<u32>,
    expected: OnceLock<Vec<Expected>>,
    measured: OnceLock<Measured>,
    pub(super) known: Vec<Link>,
    /// Tokens that ran in earlier passes and stand in the cache only.
    past: usize,
    /// The places of a memory that reaches further back than the tokens, then the tokens; empty where none does.
    remembered: Vec<TokenView>,
    /// What was changed by hand; nothing in a pass that was run.
    pub edits: Edits,
}

impl Pass {
    /// Runs a prompt. A target that is not given is its start alone. `None` where it was cancelled.
    ///
    /// # Errors
    /// Where the text cannot be read or is too long.
    pub fn run(subject: &Subject, prompt: &Prompt, run: Run<'_>) -> Result<Option<Self>, ExploreError> {
        let target = subject.target(prompt)?;
        Self::run_target(subject, prompt, target, run)
    }

    /// As [`Pass::run`], where a target that is not given is what the model writes, at most so many tokens.
    ///
    /// # Errors
    /// As [`Pass::run`].
    pub fn run_whole(
        subject: &Subject,
        prompt: &Prompt,
        most: usize,
        run: Run<'_>,
    ) -> Result<Option<Self>, ExploreError> {
        let writes = subject.writes_target() && subject.predicts().0 == Predicts::Next && prompt.target.is_none();
        if !writes {
            return Self::run(subject, prompt, run);
        }
        let Some(target) = super::decode::written_target(subject, prompt, most, run)? else { return Ok(None) };
        Self::run_target(subject, prompt, target, run)
    }

    /// As [`Pass::run`], where a target that is not given is that of another pass: so that both can be compared.
    ///
    /// # Errors
    /// As [`Pass::run`].
    pub fn run_beside(
        subject: &Subject,
        prompt: &Prompt,
        other: &Self,
        run: Run<'_>,
    ) -> Result<Option<Self>, ExploreError> {
        match prompt.target {
            None => Self::run_target(subject, prompt, other.target.clone(), run),
            Some(_) => Self::run(subject, prompt, run),
        }
    }

    fn run_target(
        subject: &Subject,
        prompt: &Prompt,
        target: Vec<TokenView>,
        run: Run<'_>,
    ) -> Result<Option<Self>, ExploreError> {
        let encoding = subject.encode(prompt)?;
        let inputs = with_target(subject.inputs(&encoding), &target);
        Self::of_inputs(subject, prompt.clone(), (views(&encoding), target), &inputs, run)
    }

    /// Runs given arguments; the tokens and those of the target are of the arguments, with those of the cache before
    /// them.
    ///
    /// # Errors
    /// Where the arguments do not fit the model.
    pub fn of_inputs(
        subject: &Subject,
        prompt: Prompt,
        (tokens, target): (Vec<TokenView>, Vec<TokenView>),
        inputs: &Inputs,
        run: Run<'_>,
    ) -> Result<Option<Self>, ExploreError> {
        let graph = subject.model().graph(inputs)?;
        let Some(record) = graph.run(subject.parameters(), &Keep::Within(KEPT), run) else { return Ok(None) };
        let attentions = graph.attentions();
        let (predicts, output) = subject.predicts();
        let known = subject.known_links(&prompt, &tokens, &target);
        let logits = if predicts == Predicts::Nothing { None } else { graph.output(output) };
        let written = if target.is_empty() { &tokens } else { &target };
        let remembered = remembered(&graph, &attentions, written);
        Ok(Some(Self {
            remembered,
            prompt,
            tokens,
            target,
            overviews: Overview::all(&record, &attentions),
            attentions,
            pools: Pools::default(),
            tree: StepTree::new(&graph),
            logits: logits.map(|id| (id, predicts)),
            mask_id: subject.mask_id(),
            expected: OnceLock::new(),
            measured: OnceLock::new(),
            known,
            past: inputs.cache.as_ref().map_or(0, crate::nn::Cache::len),
            edits: Edits::default(),
            record,
        }))
    }

    /// The same pass changed by hand, with its record.
    pub(super) fn of_record(&self, record: Record, edits: Edits) -> Self {
        let attentions = record.graph().attentions();
        Self {
            prompt: self.prompt.clone(),
            tokens: self.tokens.clone(),
            target: self.target.clone(),
            overviews: Overview::all(&record, &attentions),
            attentions,
            pools: Pools::default(),
            tree: self.tree.clone(),
            logits: self.logits,
            mask_id: self.mask_id,
            expected: OnceLock::new(),
            measured: OnceLock::new(),
            known: self.known.clone(),
            past: self.past,
            remembered: self.remembered.clone(),
            edits,
            record,
        }
    }

    /// The tokens along an axis of a stream: all that stand in it, or the last ones where earlier passes ran the rest.
    /// Keys may reach further back, into a memory of what nobody typed.
    pub fn labels(&self, kind: Kind, len: usize, stream: Stream) -> &[TokenView] {
        let tokens = self.stream(stream);
        let tokens = if kind == Kind::Key && len > tokens.len() { &self.remembered } else { tokens };
        &tokens[tokens.len().saturating_sub(len)..]
    }

    /// The tokens of a stream.
    pub fn stream(&self, stream: Stream) -> &[TokenView] {
        if stream == Stream::DECODER { self.output_tokens() } else { &self.tokens }
    }

    /// The tokens that the logits follow: the target where there is one.
    pub fn output_tokens(&self) -> &[TokenView] {
        if self.target.is_empty() { &self.tokens } else { &self.target }
    }

    /// Tokens that ran in this pass, those of the target included.
    pub fn ran(&self) -> usize {
        let read = if self.target.is_empty() || self.past > 0 { 0 } else { self.tokens.len() };
        read + self.output_tokens().len() - self.past
    }

    /// Tokens that ran in earlier passes.
    pub fn past(&self) -> usize {
        self.past
    }

    /// The streams that run through layers, in the order of running.
    pub fn layer_streams(&self) -> Vec<Stream> {
        let mut streams = Vec::new();
        for ends in super::layer_ends(self.record.graph()) {
            if !streams.contains(&ends.stream) {
                streams.push(ends.stream);
            }
        }
        streams
    }

    /// The node of the logits, where the model predicts tokens.
    pub fn logits_node(&self) -> Option<NodeId> {
        self.logits.map(|(id, _)| id)
    }

    /// What the logits predict.
    pub fn predicts(&self) -> Predicts {
        self.logits.map_or(Predicts::Nothing, |(_, predicts)| predicts)
    }

    /// The logits at a position of this pass; `None` where the model predicts no tokens.
    pub fn logits_at(&self, position: usize) -> Option<Vec<f32>> {
        let (id, _) = self.logits?;
        logits_of(&self.record.value(id), position)
    }

    /// The positions that are of interest: masked ones, or the last one of a model that predicts what comes next.
    pub fn predicted_positions(&self) -> Vec<usize> {
        match self.predicts() {
            Predicts::Nothing => Vec::new(),
            Predicts::Next => vec![self.output_tokens().len() - self.past - 1],
            Predicts::Masked => {
                let masked = self.tokens.iter().enumerate().filter(|(_, t)| Some(t.id) == self.mask_id);
                masked.map(|(position, _)| position).collect()
            }
        }
    }

    /// What a model that fills masks in expected at each position; empty for others. A pass over the whole vocabulary
    /// for each token, so it is asked for where the pass is run, and kept.
    pub fn expected(&self) -> &[Expected] {
        self.expected.get_or_init(|| {
            let ids = self.tokens.iter().map(|token| token.id).enumerate();
            match self.predicts() {
                Predicts::Masked => ids.filter_map(|(at, id)| Some(expected(&self.logits_at(at)?, id))).collect(),
                _ => Vec::new(),
            }
        })
    }

    /// What the heads do on this text. Asked for where the pass is run, and kept.
    pub fn measured(&self) -> &Measured {
        self.measured.get_or_init(|| Measured::of(self, &self.record, &[]))
    }

    /// Whether a position holds the mask.
    pub fn is_masked(&self, position: usize) -> bool {
        self.mask_id.is_some() && self.tokens.get(position).map(|token| token.id) == self.mask_id
    }

    /// The likeliest tokens at a position.
    pub fn candidates(&self, position: usize, sampling: &Sampling, at_least: usize) -> Vec<Candidate> {
        self.logits_at(position).map_or_else(Vec::new, |logits| candidates(&logits, sampling, at_least))
    }

    /// The words of the attentions' streams, each once, in their order.
    pub fn streams(&self) -> Vec<&'static str> {
        let mut streams = Vec::new();
        for attention in &self.attentions {
            if !streams.contains(&attention.stream()) {
                streams.push(attention.stream());
            }
        }
        streams
    }

    /// The attention of a layer and stream; the first of the layer where no stream is named.
    pub fn attention(&self, layer: usize, stream: Option<&str>) -> Option<&Attention> {
        self.attentions.iter().find(|a| a.layer == layer && stream.is_none_or(|stream| stream == a.stream()))
    }

    /// The logits at a position of a replay of this pass.
    pub fn logits_of_replay(&self, replay: &Record, position: usize) -> Option<Vec<f32>> {
        logits_of(&replay.value(self.logits?.0), position)
    }
}

/// (batch, token, vocabulary) → the numbers of one token of the first example.
fn logits_of(logits: &Tensor, position: usize) -> Option<Vec<f32>> {
    (position < logits.shape()[1]).then(|| logits.select(0, 0).select(0, position).to_vec())
}

/// The arguments with a target, where there is one.
pub(super) fn with_target(inputs: Inputs, target: &[TokenView]) -> Inputs {
    let ids: Vec<u32> = target.iter().map(|token| token.id).collect();
    if ids.is_empty() { inputs } else { inputs.with_target(&ids) }
}

/// The places of a memory before the tokens, the nearest last, then the tokens; nothing where no keys reach further back.
fn remembered(graph: &Graph, attentions: &[Attention], tokens: &[TokenView]) -> Vec<TokenView> {
    let keys = |attention: &Attention| {
        let key = graph.node(attention.weights).axes.get(Kind::Key);
        key.filter(|key| key.parts.is_some()).map_or(0, |key| key.len)
    };
    let longest = attentions.iter().map(keys).max().unwrap_or(0);
    let before = (1..=longest.saturating_sub(tokens.len())).rev().map(TokenView::remembered);
    let before: Vec<TokenView> = before.collect();
    if before.is_empty() { before } else { before.into_iter().chain(tokens.iter().cloned()).collect() }
}

/// The tokens of a text as they are shown.
pub(super) fn views(encoding: &Encoding) -> Vec<TokenView> {
    let view = |token: &Token| TokenView { id: token.id, label: token.label(), source: Some(token.clone()) };
    encoding.tokens.iter().map(view).collect()
}

/// Whether an `Arc` of a pass can go to another thread.
const _: fn() = || {
    fn sendable<T: Send + Sync>() {}
    sendable::<Arc<Pass>>();
};
