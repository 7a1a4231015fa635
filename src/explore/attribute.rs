//! Attribution: which tokens of the text a prediction's logit rests on, by gradient × input (Shrikumar et al. 2016,
//! <https://arxiv.org/abs/1605.01713>).
//!
//! The gradient of the logit with respect to a token's embedding, multiplied with that embedding and summed over its
//! features: to first order how much the logit would fall if the embedding were scaled down.

use super::lens::{best, predicting};
use super::residual::stream_of;
use super::{ExploreError, Pass};
use crate::tape::{Keep, Kind, NodeId, Record, Run, Stream, vocabulary as name};
use crate::tensor::Tensor;

/// Which prediction is asked about.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Question {
    /// The position whose logits are read; the predicted one where it is `None`.
    pub position: Option<usize>,
    /// The token; the likeliest one where it is `None`.
    pub token: Option<u32>,
}

/// The shares of the tokens of one stream.
#[derive(Clone, Debug, PartialEq)]
pub struct Attributed {
    /// Whose tokens.
    pub stream: Stream,
    /// A number for each token: positive ones speak for the prediction, negative ones against it.
    pub shares: Vec<f32>,
}

/// What a logit rests on.
#[derive(Clone, Debug, PartialEq)]
pub struct Attribution {
    /// The position whose logits were read.
    pub position: usize,
    /// The token.
    pub token: u32,
    /// Its logit.
    pub logit: f32,
    /// Its probability.
    pub probability: f32,
    /// The streams that tokens are put into.
    pub streams: Vec<Attributed>,
}

impl Attribution {
    /// Works out what a prediction of a pass rests on. `None` where it was cancelled.
    ///
    /// # Errors
    /// Where the model predicts no tokens, or there is no such position or token.
    pub fn of(pass: &Pass, question: Question, run: Run<'_>) -> Result<Option<Self>, ExploreError> {
        let logits = predicting(pass)?;
        let axes = pass.record.graph().node(logits).axes.clone();
        let (positions, vocabulary) = (axes.len_of(Kind::Token), axes.len_of(Kind::Vocabulary));
        let last = positions.saturating_sub(1);
        let position = question.position.or(pass.predicted_positions().first().copied()).unwrap_or(last);
        let Some(row) = pass.logits_at(position) else {
            let message = format!("there is no position {position}: the text has {positions}, 0 to {last}");
            return Err(ExploreError::Prompt(message));
        };
        let token = question.token.unwrap_or_else(|| best(&row));
        if token as usize >= vocabulary {
            let message = format!("there is no token {token}: the vocabulary has {vocabulary} entries");
            return Err(ExploreError::Prompt(message));
        }
        let Some(record) = learning(&pass.record, run) else { return Ok(None) };
        let record = record.as_ref().unwrap_or(&pass.record);
        let Some(streams) = gradient_times_input(record, logits, (position, token as usize), run) else {
            return Ok(None);
        };
        let (logit, probability) = (row[token as usize], super::share(&row, token));
        Ok(Some(Self { position, token, logit, probability, streams }))
    }
}

/// A record that has what the way back reads, where the given one has not kept it; `Some(None)` where it has. `None`
/// where the run was cancelled.
fn learning(record: &Record, run: Run<'_>) -> Option<Option<Record>> {
    let graph = record.graph();
    let whole = graph.nodes().all(|(id, node)| node.operation().is_none() || record.get(id).is_some());
    if whole { Some(None) } else { graph.run(record.parameters(), &Keep::Learning, run).map(Some) }
}

fn gradient_times_input(
    record: &Record,
    logits: NodeId,
    cell: (usize, usize),
    run: Run<'_>,
) -> Option<Vec<Attributed>> {
    let graph = record.graph();
    let embeddings: Vec<NodeId> =
        graph.nodes().filter(|(_, node)| node.name == Some(&name::TOKEN_EMBEDDING)).map(|(id, _)| id).collect();
    let axes = &graph.node(logits).axes;
    let mut seed = vec![0.0; axes.size()];
    // The first example of (batch, token, vocabulary).
    seed[cell.0 * axes.len_of(Kind::Vocabulary) + cell.1] = 1.0;
    let seed = Tensor::new(seed, &axes.shape());
    let gradients = record.gradients_of(&[(logits, seed)], &embeddings, run)?;
    let attributed = embeddings.iter().map(|&id| {
        let value = record.value(id).select(0, 0);
        let tokens = value.shape()[0];
        let shares = match gradients.value(id) {
            // Where the prediction does not depend on a stream it rests on none of its tokens.
            None => vec![0.0; tokens],
            Some(gradient) => {
                let gradient = gradient.select(0, 0);
                let of = |token: usize| {
                    let pair = [value.select(0, token).to_vec(), gradient.select(0, token).to_vec()];
                    pair[0].iter().zip(&pair[1]).map(|(x, slope)| x * slope).sum()
                };
                (0..tokens).map(of).collect()
            }
        };
        Attributed { stream: stream_of(graph, id).unwrap_or(Stream::NONE), shares }
    });
    Some(attributed.collect())
}
