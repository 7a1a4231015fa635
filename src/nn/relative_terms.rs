//! Scores from contents and distances apart: Transformer-XL's four terms, <https://arxiv.org/abs/1901.02860>
//! section 3.3, which XLNet took over.

use std::sync::Arc;

use super::{Init, Weights};
use crate::checkpoint::Result;
use crate::tape::{Axes, Axis, Ids, Kind, Parameter, Tape, Var, vocabulary as name};
use crate::tensor::Tensor;

/// `(a) q·k + (b) q·r + (c) u·k + (d) v·r`, each times a scale: u and v stand where the query's own position would.
#[derive(Clone)]
pub struct RelativeTerms {
    u: Parameter,
    v: Parameter,
}

impl RelativeTerms {
    /// `r_w_bias` (u) and `r_r_bias` (v), each (head, channel).
    ///
    /// # Errors
    /// Where one is missing or misshapen.
    pub fn new(weights: &Weights<'_>, heads: usize, channels: usize) -> Result<Self> {
        let axes = Axes::new([Axis::new(Kind::Head, heads), Axis::new(Kind::Channel, channels)]);
        let vector = |part: &str| weights.parameter(part, axes.clone(), Init::Normal(0.02));
        Ok(Self { u: vector("r_w_bias")?, v: vector("r_r_bias")? })
    }

    /// query (batch, query, head, channel), key (batch, key, head, channel), distance (distance, head, channel) or one
    /// for each example, and for each (query, key) its distance → (batch, head, query, key).
    pub fn scores<'t>(&self, query: Var<'t>, key: Var<'t>, distance: Var<'t>, rows: &Arc<Ids>, scale: f32) -> Var<'t> {
        let (u, v) = (query.tape().parameter(&self.u), query.tape().parameter(&self.v));
        let content = query.product(key, Kind::Channel, scale).named(&name::CONTENT_SCORES); // (batch, head, query, key)
        let by_distance = query.product(distance, Kind::Channel, scale);
        let by_distance = by_distance.arrange(&[Kind::Batch, Kind::Head, Kind::Query, Kind::Distance]);
        let position = by_distance.pick(rows, Kind::Distance).named(&name::CONTENT_TO_POSITION);
        let content_for_all = key.product(u, Kind::Channel, scale); // (head, batch, key)
        let content_for_all = content_for_all.arrange(&[Kind::Batch, Kind::Head, Kind::Key]);
        let position_for_all = distance.product(v, Kind::Channel, scale); // (head, distance) or (head, batch, distance)
        let position_for_all = match position_for_all.axes().find(Kind::Batch) {
            Some(_) => position_for_all.arrange(&[Kind::Batch, Kind::Head, Kind::Distance]),
            None => position_for_all,
        };
        let position_for_all = position_for_all.pick(rows, Kind::Distance).named(&name::POSITION_FOR_ALL);
        content + position + content_for_all.named(&name::CONTENT_FOR_ALL) + position_for_all
    }
}

/// Sines, then cosines, of each distance at falling frequencies: (distance, feature), or (batch, distance, feature)
/// where each example has distances of its own.
pub fn sinusoids<'t>(tape: &'t Tape, distances: &[Vec<f32>], features: usize) -> Var<'t> {
    // In the steps of the official code: large distances would show other roundings.
    let frequency = |place: usize| 1.0 / 10000f32.powf((2 * place) as f32 / features as f32);
    let frequencies: Vec<f32> = (0..features / 2).map(frequency).collect();
    let mut numbers = Vec::with_capacity(distances.iter().map(Vec::len).sum::<usize>() * features);
    for &distance in distances.iter().flatten() {
        numbers.extend(frequencies.iter().map(|frequency| (distance * frequency).sin()));
        numbers.extend(frequencies.iter().map(|frequency| (distance * frequency).cos()));
    }
    let count = distances.first().map_or(0, Vec::len);
    let inner = [Axis::new(Kind::Distance, count), Axis::new(Kind::Feature, features)];
    let batch = (distances.len() > 1).then(|| Axis::new(Kind::Batch, distances.len()));
    let axes = Axes::new(batch.into_iter().chain(inner));
    tape.given(Tensor::new(numbers, &axes.shape()), axes)
}
