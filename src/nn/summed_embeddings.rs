//! The embeddings of BERT and its kin: what tells a token, its segment and its place, added and normed.

use std::sync::Arc;

use super::{Embedding, LayerNorm, Weights};
use crate::checkpoint::Result;
use crate::tape::{Axis, Ids, Kind, Tape, Var, vocabulary as name};

/// The tables' sizes.
#[derive(Clone, Copy, Debug)]
pub struct TableSizes {
    /// Numbers of a vector.
    pub feature: usize,
    /// Entries of the vocabulary.
    pub vocabulary: usize,
    /// Places.
    pub positions: usize,
    /// Segments; 0 where there is no such table.
    pub segments: usize,
}

/// The tables and the norm behind their sum.
pub struct SummedEmbeddings {
    word: Embedding,
    segment: Option<Embedding>,
    position: Embedding,
    norm: LayerNorm,
}

impl SummedEmbeddings {
    /// Takes `position_embeddings`, `token_type_embeddings` and `LayerNorm` at `weights`, the token table at `words`.
    ///
    /// # Errors
    /// Where one is missing or misshapen.
    pub fn new(weights: &Weights<'_>, words: &Weights<'_>, sizes: TableSizes, epsilon: f32) -> Result<Self> {
        let feature = Axis::new(Kind::Feature, sizes.feature);
        let table =
            |weights: &Weights<'_>, kind, entries| Embedding::new(weights, Axis::new(kind, entries), feature.clone());
        let segment = || table(&weights.at("token_type_embeddings"), Kind::Segment, sizes.segments);
        Ok(Self {
            word: table(words, Kind::Vocabulary, sizes.vocabulary)?,
            position: table(&weights.at("position_embeddings"), Kind::Position, sizes.positions)?,
            segment: (sizes.segments > 0).then(segment).transpose()?,
            norm: LayerNorm::new(&weights.at("LayerNorm"), &feature, epsilon)?,
        })
    }

    /// The token table, for a head that is tied to it.
    pub fn words(&self) -> &Embedding {
        &self.word
    }

    /// The summands, normed: (batch, token, feature). What is not given is not added.
    pub fn forward<'t>(
        &self,
        tape: &'t Tape,
        ids: &Arc<Ids>,
        segments: Option<&Arc<Ids>>,
        positions: Option<&Arc<Ids>>,
    ) -> Var<'t> {
        tape.scope(&name::EMBEDDINGS, || {
            let mut x = self.word.forward(tape, ids).named(&name::TOKEN_EMBEDDING);
            if let (Some(table), Some(segments)) = (&self.segment, segments) {
                x = x + table.forward(tape, segments).named(&name::SEGMENT_EMBEDDING);
            }
            if let Some(positions) = positions {
                x = x + self.position.forward(tape, positions).named(&name::POSITION_EMBEDDING);
            }
            self.norm.forward(x.named(&name::RESIDUAL))
        })
    }
}
