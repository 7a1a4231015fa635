//! What encoders of BERT's kind are given, and the checks that they share.

use std::sync::Arc;

use serde::Deserialize;

use super::inputs::{constant, within};
use super::{InputError, Inputs, ModelError, Sizes};
use crate::nn::{DistanceKeys, Sight, Weights, causal, padding};
use crate::tape::{Axes, Axis, Effect, Ids, Kind, Mask, Stream};

/// How a model knows where a token stands.
#[derive(Clone, Copy, Deserialize, PartialEq)]
#[serde(rename_all = "snake_case")]
pub(super) enum Position {
    /// A vector for each place, added to the token's.
    Absolute,
    /// A vector for each distance, compared with the query.
    RelativeKey,
    /// A vector for each distance, compared with query and key.
    RelativeKeyQuery,
}

impl Position {
    /// The table of distances, where positions are relative.
    ///
    /// # Errors
    /// Where it is missing or misshapen.
    pub fn distances(
        self,
        weights: &Weights<'_>,
        positions: usize,
        channels: usize,
    ) -> Result<Option<DistanceKeys>, ModelError> {
        if self == Self::Absolute {
            return Ok(None);
        }
        Ok(Some(DistanceKeys::new(weights, positions, channels, self == Self::RelativeKeyQuery)?))
    }
}

/// What an encoder takes.
pub(super) struct Reader {
    /// The model's sizes.
    pub sizes: Sizes,
    /// Rows of the position table.
    pub positions: usize,
    /// Rows of the segment table; 0 where there is none.
    pub segments: usize,
    /// How it knows where a token stands.
    pub position: Position,
    /// Whether the future is hidden, so that it can write.
    pub causal: bool,
}

/// What one pass is given, checked.
pub(super) struct Reading {
    /// (batch, token).
    pub ids: Arc<Ids>,
    /// Where there are segments.
    pub segments: Option<Arc<Ids>>,
    /// Where places have vectors of their own.
    pub positions: Option<Arc<Ids>>,
    /// What may be seen.
    pub sight: Sight,
}

impl Reader {
    /// Checks the inputs. `places` gives the position of each token where none are given, from the ids and the number of
    /// tokens that earlier passes read.
    ///
    /// # Errors
    /// Where an input is missing, misshapen or out of range.
    pub fn read(
        &self,
        inputs: &Inputs,
        places: impl FnOnce(&Ids, usize) -> Result<Arc<Ids>, InputError>,
    ) -> Result<Reading, InputError> {
        let stream = if self.causal { Stream::DECODER } else { Stream::ENCODER };
        let axes = inputs.text_axes("input_ids", stream)?;
        let (batch, tokens) = (axes[0].len, axes[1].len);
        let Sizes { layers, key_heads, channels, vocabulary, .. } = self.sizes;
        let past = inputs.past(layers, batch, key_heads, channels)?;
        let keys = past + tokens;
        let why = "max_position_embeddings";
        within(keys, self.positions, why)?;
        let ids = inputs.required_ids("input_ids", &axes, vocabulary, "vocab_size")?;
        let segments = match self.segments {
            0 => None,
            rows => Some(inputs.optional_ids("token_type_ids", &axes, rows, "type_vocab_size")?),
        };
        let given = inputs.optional_ids("position_ids", &axes, self.positions, why)?;
        let positions = match (self.position, given) {
            (Position::Absolute, Some(given)) => Some(given),
            (Position::Absolute, None) => Some(places(&ids, past)?),
            _ => None,
        };
        let visible = inputs.visible("attention_mask", batch, keys)?;
        Ok(Reading {
            segments: segments.map(|given| given.unwrap_or_else(|| constant(&axes, 0))),
            positions,
            sight: Sight {
                mask: self.mask(&axes, past, visible),
                distances: (self.position != Position::Absolute).then(|| distances(&axes[1], past, self.positions)),
                cache: inputs.cache.clone(),
            },
            ids,
        })
    }

    /// Padding is hidden; from one that writes the future too, and then a cell is hidden once even where both hold.
    fn mask(&self, axes: &Axes, past: usize, visible: Option<Arc<Vec<bool>>>) -> Arc<Mask> {
        let (batch, keys) = (axes[0].len, past + axes[1].len);
        let hidden = Effect::Replace(f32::MIN);
        let future = self.causal.then(|| causal(past, hidden));
        let padding = visible.map(|visible| padding(visible, keys, hidden));
        let key = Axis::along(Kind::Key, keys, axes[1].stream);
        Mask::new(batch, &axes[1], &key, future.into_iter().chain(padding).collect())
    }
}

/// For each query and key the row of the distance table: query − key, counted from the longest.
fn distances(token: &Axis, past: usize, limit: usize) -> Arc<Ids> {
    let (query, key) = (token.renamed(Kind::Query), Axis::along(Kind::Key, past + token.len, token.stream));
    let (queries, keys) = (query.len, key.len);
    let rows = (past..past + queries).flat_map(|query| (0..keys).map(move |key| (limit - 1 + query - key) as u32));
    Ids::new(Axes::new([query, key]), rows.collect())
}
