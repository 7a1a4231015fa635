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

impl Question {
    /// The position that is asked about, and its logits.
    pub(super) fn position_of(self, pass: &Pass, record: &Record) -> Result<(usize, Vec<f32>), ExploreError> {
        let positions = record.graph().node(predicting(pass)?).axes.len_of(Kind::Token);
        let last = positions.saturating_sub(1);
        let position = self.position.or(pass.predicted_positions().first().copied()).unwrap_or(last);
        let row = pass.logits_of_replay(record, position);
        let missing = || format!("there is no position {position}: the text has {positions}, 0 to {last}");
        Ok((position, row.ok_or_else(|| ExploreError::Prompt(missing()))?))
    }

    /// The token that is asked about, among these logits.
    pub(super) fn token_of(self, logits: &[f32]) -> Result<u32, ExploreError> {
        let token = self.token.unwrap_or_else(|| best(logits));
        if token as usize >= logits.len() {
            let message = format!("there is no token {token}: the vocabulary has {} entries", logits.len());
            return Err(ExploreError::Prompt(message));
        }
        Ok(token)
    }
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
        let (position, row) = question.position_of(pass, &pass.record)?;
        let token = question.token_of(&row)?;
        let again = if is_whole(&pass.record) {
            None
        } else {
            let graph = pass.record.graph();
            let Some(record) = graph.run(pass.record.parameters(), &Keep::Learning, run) else { return Ok(None) };
            Some(record)
        };
        let record = again.as_ref().unwrap_or(&pass.record);
        let Some(streams) = gradient_times_input(record, logits, (position, token as usize), run) else {
            return Ok(None);
        };
        let (logit, probability) = (row[token as usize], super::share(&row, token));
        Ok(Some(Self { position, token, logit, probability, streams }))
    }
}

/// Whether a record has kept everything, so that the way back finds what it reads.
fn is_whole(record: &Record) -> bool {
    record.graph().nodes().all(|(id, node)| node.operation().is_none() || record.get(id).is_some())
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::explore::{Subject, trial};

    fn subjects() -> [Subject; 2] {
        [trial::gpt2(), trial::bert()].map(|loaded| Subject::from_loaded("tiny", loaded))
    }

    fn ask(subject: &Subject, pass: &Pass, question: Question) -> Result<Attribution, ExploreError> {
        Attribution::of(pass, question, Run::new(subject.pool())).map(Option::unwrap)
    }

    /// How the logit changes when one token's embedding is scaled, by central differences.
    fn by_scaling(pass: &Pass, subject: &Subject, found: &Attribution, token: usize) -> f32 {
        let graph = pass.record.graph();
        let (id, _) = graph.nodes().find(|(_, node)| node.name == Some(&name::TOKEN_EMBEDDING)).unwrap();
        let logits = pass.logits_node().unwrap();
        let width = graph.node(id).axes.len_of(Kind::Feature);
        let logit = |factor: f32| {
            let mut data = pass.record.value(id).to_vec();
            data[token * width..][..width].iter_mut().for_each(|x| *x *= factor);
            let scaled = Tensor::new(data, &graph.node(id).axes.shape());
            let value = pass.record.replay_for(&[(id, scaled)], &[logits], Run::new(subject.pool())).unwrap();
            f64::from(value[0].at(&[0, found.position, found.token as usize]))
        };
        let step = 1e-2;
        ((logit(1.0 + step) - logit(1.0 - step)) / f64::from(2.0 * step)) as f32
    }

    #[test]
    fn a_share_is_the_slope_when_the_embedding_is_scaled() {
        for subject in subjects() {
            let pass = trial::pass(&subject, "3 1 4 1 5 9");
            let question = Question { position: Some(4), token: None };
            let found = ask(&subject, &pass, question).unwrap();
            let shares = &found.streams[0].shares;
            assert_eq!((found.streams.len(), shares.len(), found.position), (1, 6, 4));
            assert!(shares.iter().any(|share| share.abs() > 1e-3), "{shares:?}");
            for (token, share) in shares.iter().enumerate() {
                let slope = by_scaling(&pass, &subject, &found, token);
                assert!((share - slope).abs() < 2e-2 * slope.abs().max(0.1), "{token}: {share} {slope}");
            }
        }
    }

    #[test]
    fn what_comes_later_has_no_share_where_it_cannot_be_seen() {
        let [gpt2, bert] = subjects();
        for (subject, sees) in [(gpt2, false), (bert, true)] {
            let pass = trial::pass(&subject, "3 1 4 1 5 9");
            let found = ask(&subject, &pass, Question { position: Some(2), token: Some(7) }).unwrap();
            assert_eq!(found.token, 7);
            assert_eq!(found.streams[0].shares[3..].iter().any(|share| *share != 0.0), sees);
        }
    }

    #[test]
    fn a_record_that_kept_little_gives_the_same() {
        let [subject, _] = subjects();
        let mut pass = trial::pass(&subject, "3 1 4 1 5");
        let whole = ask(&subject, &pass, Question::default()).unwrap();
        let graph = std::sync::Arc::clone(pass.record.graph());
        pass.record = graph.run(subject.parameters(), &Keep::Outputs, Run::new(subject.pool())).unwrap();
        let again = ask(&subject, &pass, Question::default()).unwrap();
        assert_eq!(whole.position, 4);
        for (a, b) in whole.streams[0].shares.iter().zip(&again.streams[0].shares) {
            assert!((a - b).abs() < 1e-5);
        }
    }

    #[test]
    fn questions_that_have_no_answer_are_refused() {
        let [subject, _] = subjects();
        let pass = trial::pass(&subject, "3 1");
        let fault = |question| ask(&subject, &pass, question).unwrap_err().to_string();
        assert!(fault(Question { position: Some(2), token: None }).contains("there is no position 2"));
        assert!(fault(Question { position: None, token: Some(24) }).contains("there is no token 24"));
    }
}
