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
            let cells =
                final_ids.iter().enumerate().map(|(position, &id)| cell(&logits.select(0, position).to_vec(), id));
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
            Err(ExploreError::Prompt("this model predicts no tokens: its outputs are vectors or judgements".to_owned()))
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::explore::{Subject, trial};
    use crate::models;
    use serde_json::json;

    fn lens(pass: &Pass, subject: &Subject) -> Lens {
        Lens::of(pass, &pass.record, Run::new(subject.pool())).unwrap().unwrap()
    }

    /// The same weights with fewer layers: parameters are random by their names.
    fn of_layers(layers: usize, bert: bool) -> (Subject, Pass) {
        let config = if bert {
            json!({"model_type": "bert", "architectures": ["BertForMaskedLM"], "vocab_size": 24, "hidden_size": 8,
                "num_hidden_layers": layers, "num_attention_heads": 2, "intermediate_size": 32,
                "max_position_embeddings": 12})
        } else {
            json!({"model_type": "gpt2", "vocab_size": 24, "n_positions": 12, "n_embd": 8, "n_layer": layers,
                "n_head": 2})
        };
        let loaded = models::random(config.as_object().unwrap(), 3).unwrap();
        let subject = Subject::from_loaded("tiny", loaded);
        let pass = trial::pass(&subject, "1 2 3 4 5");
        (subject, pass)
    }

    #[test]
    fn a_row_is_what_the_model_would_predict_if_it_ended_there() {
        for bert in [false, true] {
            let (subject, pass) = of_layers(3, bert);
            let lens = lens(&pass, &subject);
            let layers: Vec<Option<usize>> = lens.rows.iter().map(|row| row.layer).collect();
            assert_eq!(layers, [None, Some(0), Some(1), Some(2)]);
            assert_eq!(lens.positions(), 5);
            for layers in 1..=3 {
                let (_, shorter) = of_layers(layers, bert);
                for (position, cell) in lens.rows[layers].cells.iter().enumerate() {
                    let logits = shorter.logits_at(position).unwrap();
                    assert_eq!(cell.id, best(&logits));
                    assert!((cell.probability - crate::explore::share(&logits, cell.id)).abs() < 1e-5);
                }
            }
            for (cell, own) in lens.rows[0].cells.iter().zip(&lens.rows[3].cells) {
                assert_eq!((own.last.rank, own.last.probability), (1, own.probability));
                assert!(cell.last.probability <= cell.probability);
            }
        }
    }

    #[test]
    fn with_heads_off_the_last_row_is_the_replay() {
        let subject = Subject::from_loaded("tiny", trial::gpt2());
        let pass = trial::pass(&subject, "1 2 3 4");
        let edits = crate::explore::Edits::without_heads([(0, 0), (1, 1)]);
        let pass = pass.edited(&edits, Run::new(subject.pool())).unwrap().unwrap();
        let lens = lens(&pass, &subject);
        let logits = pass.logits_at(2).unwrap();
        let cell = lens.rows[2].cells[2];
        assert_eq!(cell.id, best(&logits));
        assert!((cell.probability - crate::explore::share(&logits, cell.id)).abs() < 1e-6);
    }

    #[test]
    fn a_model_that_predicts_nothing_is_told_so() {
        let config = json!({"model_type": "gpt2", "architectures": ["GPT2Model"], "vocab_size": 24,
            "n_positions": 12, "n_embd": 8, "n_layer": 1, "n_head": 2});
        let subject = Subject::from_loaded("tiny", models::random(config.as_object().unwrap(), 3).unwrap());
        let pass = trial::pass(&subject, "1 2");
        let error = Lens::of(&pass, &pass.record, Run::new(subject.pool())).unwrap_err();
        assert!(error.to_string().contains("vectors"), "{error}");
    }

    #[test]
    fn it_can_be_cancelled() {
        let subject = Subject::from_loaded("tiny", trial::gpt2());
        let pass = trial::pass(&subject, "1 2 3");
        let cancel = std::sync::atomic::AtomicBool::new(true);
        let run = Run { cancel: Some(&cancel), ..Run::new(subject.pool()) };
        assert!(Lens::of(&pass, &pass.record, run).unwrap().is_none());
    }
}
