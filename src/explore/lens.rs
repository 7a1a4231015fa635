//! The logit lens: what the model would predict if the head stood behind an earlier layer
//! (nostalgebraist 2020, "interpreting GPT: the logit lens").
//!
//! No model's code takes part: the pass is replayed with what the last layer gives replaced by what layer k gives, so
//! that the final norm and the head, whatever they are, read it.

use super::change::{Standing, standings};
use super::residual::{layer_ends, stream_of};
use super::{ExploreError, Pass};
use crate::models::Predicts;
use crate::tape::{Kind, NodeId, Record, Run, Stream};

/// What the head reads at one place.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LensCell {
    /// The likeliest token.
    pub id: u32,
    /// Its probability.
    pub probability: f32,
    /// How the token that the whole model predicts stands here.
    pub last: Standing,
}

/// One row: behind the embeddings, or behind a layer.
#[derive(Clone, Debug, PartialEq)]
pub struct LensRow {
    /// The layer that was passed last; `None` behind the embeddings.
    pub layer: Option<usize>,
    /// A cell for each position.
    pub cells: Vec<LensCell>,
}

/// The table of layers and positions.
#[derive(Clone, Debug, PartialEq)]
pub struct Lens {
    /// Whose positions.
    pub stream: Stream,
    /// From the embeddings up to the last layer, whose row is the model's own prediction.
    pub rows: Vec<LensRow>,
}

impl Lens {
    /// Reads a record of a pass: its own, or a replay. `None` where it was cancelled.
    ///
    /// # Errors
    /// Where the model predicts no tokens, or has no layers before its head.
    pub fn of(pass: &Pass, record: &Record, run: Run<'_>) -> Result<Option<Self>, ExploreError> {
        let logits = predicting(pass)?;
        let graph = record.graph();
        let stream = stream_of(graph, logits).unwrap_or(Stream::NONE);
        let ends: Vec<_> = layer_ends(graph).into_iter().filter(|ends| ends.stream == stream).collect();
        let (Some(first), Some(last)) = (ends.first(), ends.last()) else {
            return Err(ExploreError::Prompt("this model has no layers that its head could be put behind".to_owned()));
        };
        let final_ids: Vec<u32> = likeliest(record, logits);
        let places: Vec<(Option<usize>, NodeId)> =
            std::iter::once((None, first.entry)).chain(ends.iter().map(|ends| (Some(ends.layer), ends.exit))).collect();
        let mut rows = Vec::new();
        for (layer, from) in &places {
            let replaced = [(last.exit, record.value(*from))];
            let inner = Run { progress: None, ..run };
            let Some(mut values) = record.replay_for(&replaced, &[logits], inner) else { return Ok(None) };
            let logits = values.swap_remove(0).select(0, 0);
            let cells = final_ids.iter().enumerate().map(|(position, &id)| {
                cell(&logits.select(0, position).to_vec(), id)
            });
            rows.push(LensRow { layer: *layer, cells: cells.collect() });
            if let Some(progress) = run.progress {
                progress(rows.len(), places.len());
            }
        }
        Ok(Some(Self { stream, rows }))
    }

    /// How many positions there are.
    pub fn positions(&self) -> usize {
        self.rows.first().map_or(0, |row| row.cells.len())
    }
}

/// The node of the logits.
///
/// # Errors
/// Where the model predicts no tokens.
pub(super) fn predicting(pass: &Pass) -> Result<NodeId, ExploreError> {
    match (pass.predicts(), pass.logits_node()) {
        (Predicts::Nothing, _) | (_, None) => {
            Err(ExploreError::Prompt("this model predicts no tokens: its outputs are vectors".to_owned()))
        }
        (_, Some(logits)) => Ok(logits),
    }
}

fn cell(logits: &[f32], last: u32) -> LensCell {
    let id = best(logits);
    let found = standings(logits, &[id, last]);
    LensCell { id, probability: found[0].probability, last: found[1] }
}

/// The token with the highest logit.
pub(super) fn best(logits: &[f32]) -> u32 {
    (0..logits.len()).max_by(|&a, &b| logits[a].total_cmp(&logits[b]).then(b.cmp(&a))).unwrap_or(0) as u32
}

fn likeliest(record: &Record, logits: NodeId) -> Vec<u32> {
    let value = record.value(logits).select(0, 0);
    let positions = record.graph().node(logits).axes.len_of(Kind::Token);
    (0..positions).map(|position| best(&value.select(0, position).to_vec())).collect()
}
