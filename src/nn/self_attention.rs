//! Attention of a sequence to itself, with one product each for query, key, value and result: that of the original
//! Transformer, <https://arxiv.org/abs/1706.03762>, as encoders from BERT on have it.

use std::sync::Arc;

use super::{Cache, Embedding, Linear, Weights, attend, from_heads, to_heads};
use crate::checkpoint::Result;
use crate::tape::{Axis, Ids, Kind, Mask, Var, vocabulary as name};

/// What a query may see of a sequence, and how far away it is.
pub struct Sight {
    /// What is hidden, and why.
    pub mask: Arc<Mask>,
    /// The row of the distance table for each query and key; only where positions are relative.
    pub distances: Option<Arc<Ids>>,
    /// Keys and values of earlier tokens, where the text is read piece by piece.
    pub cache: Option<Cache>,
}

/// A learned vector for each distance, compared with the query, <https://arxiv.org/abs/1803.02155>.
pub struct DistanceKeys {
    /// The vectors (distance, channel), a row for each `query − key`, counted from the longest.
    pub table: Embedding,
    /// Whether keys are compared with them too, <https://arxiv.org/abs/2009.13658>.
    pub keys_too: bool,
    /// Whether these scores are divided by `√d` as those of the contents are. ALBERT's code leaves them as they are.
    pub divided: bool,
}

impl DistanceKeys {
    /// The table for texts of at most `positions` tokens.
    ///
    /// # Errors
    /// Where it is missing or misshapen.
    pub fn new(weights: &Weights<'_>, positions: usize, channels: usize, keys_too: bool) -> Result<Self> {
        let distance = Axis::new(Kind::Distance, 2 * positions - 1);
        let table = Embedding::new(weights, distance, Axis::new(Kind::Channel, channels))?;
        Ok(Self { table, keys_too, divided: true })
    }

    /// `q·r`, and perhaps `k·r`: two terms of the scores (batch, head, query, key).
    fn scores<'t>(&self, query: Var<'t>, key: Var<'t>, rows: &Arc<Ids>) -> Var<'t> {
        let distance = self.table.forward(query.tape(), rows).named(&name::RELATIVE_KEY); // (query, key, channel)
        let scores = query.product(distance, Kind::Channel, 1.0).named(&name::RELATIVE_SCORES);
        if self.keys_too {
            scores + key.product(distance, Kind::Channel, 1.0).named(&name::RELATIVE_SCORES)
        } else {
            scores
        }
    }
}

/// The products of an attention, and its heads.
pub struct SelfAttention {
    /// From the features to the heads' queries.
    pub query: Linear,
    /// From the features to the heads' keys.
    pub key: Linear,
    /// From the features to the heads' values.
    pub value: Linear,
    /// From the heads side by side back to the features.
    pub output: Linear,
    /// How many heads there are.
    pub heads: usize,
    /// Where positions are relative.
    pub distances: Option<DistanceKeys>,
}

impl SelfAttention {
    /// x (batch, token, feature) → the same, and the weights (batch, head, query, key).
    pub fn forward<'t>(&self, x: Var<'t>, layer: usize, sight: &Sight) -> (Var<'t>, Var<'t>) {
        x.tape().scope(&name::ATTENTION, || {
            let heads = |linear: &Linear, position| to_heads(linear.forward(x), self.heads, position);
            let query = heads(&self.query, Kind::Query).named(&name::QUERY); // (batch, query, head, channel)
            let key = heads(&self.key, Kind::Key).named(&name::KEY); // (batch, key, head, channel)
            let value = heads(&self.value, Kind::Key).named(&name::VALUE);
            let (key, value) = match &sight.cache {
                Some(cache) => cache.extend(layer, key, value),
                None => (key, value),
            };
            let scores = self.scores(query, key, sight).named(&name::SCORES); // (batch, head, query, key)
            let (context, weights) = attend(scores, value, &sight.mask); // (batch, head, query, channel)
            (self.output.forward(from_heads(context)).named(&name::ATTENTION_OUTPUT), weights)
        })
    }

    /// `q·k ÷ √d`, and what the distances add.
    fn scores<'t>(&self, query: Var<'t>, key: Var<'t>, sight: &Sight) -> Var<'t> {
        let scale = (query.len_of(Kind::Channel) as f32).sqrt().recip();
        match (&self.distances, &sight.distances) {
            (Some(distances), Some(rows)) if distances.divided => {
                (query.product(key, Kind::Channel, 1.0) + distances.scores(query, key, rows)) * scale
            }
            (Some(distances), Some(rows)) => {
                query.product(key, Kind::Channel, scale) + distances.scores(query, key, rows)
            }
            _ => query.product(key, Kind::Channel, scale),
        }
    }
}
