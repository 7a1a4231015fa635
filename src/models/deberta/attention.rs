//! Disentangled attention, <https://arxiv.org/abs/2006.03654> section 3.1:
//! `A = Qc·Kc + Qc·Kr[δ(i, j)] + Kc·Qr[δ(i, j)]`, divided by `√(d · terms)`.

use std::ops::Range;
use std::sync::Arc;

use super::{DebertaConfig, Pass, Version};
use crate::models::ModelError;
use crate::nn::{Init, LayerNorm, Linear, Weights, from_heads, to_heads};
use crate::tape::{Axes, Axis, Ids, Kind, Parameter, Tape, Var, vocabulary as name};

/// The rows of the table of distances that a text needs, and the row of each (query, key) among them.
pub struct Distances {
    pub needed: Range<usize>,
    pub rows: Arc<Ids>,
}

/// From distances to rows.
#[derive(Clone, Copy)]
pub struct Buckets {
    /// The rows of one direction.
    pub span: usize,
    /// From here on distances are one; only with `logarithmic`.
    pub max_distance: usize,
    /// Whether far distances share rows that widen like a logarithm.
    pub logarithmic: bool,
}

impl Buckets {
    /// The distance as it counts: itself while it is near; far ones in steps of a logarithm, rounded as the official code
    /// rounds, since that decides at the borders. `None` where the official code has no number.
    fn counted(self, distance: i64) -> Option<i64> {
        let middle = (self.span / 2) as i64;
        let far = distance.abs();
        if !self.logarithmic || far <= middle {
            return Some(distance);
        }
        let ratio = |a: i64| f64::from(a as f32 / middle as f32).ln() as f32;
        let steps = ratio(far) / ratio(self.max_distance as i64 - 1) * (middle - 1) as f32;
        let counted = steps.ceil() + middle as f32;
        counted.is_finite().then(|| counted as i64 * distance.signum())
    }

    /// The row for a query that stands `distance` places behind its key, between 0 and twice the span.
    pub fn row(self, distance: i64) -> usize {
        let span = self.span as i64;
        self.counted(distance).map_or(0, |counted| counted.saturating_add(span).clamp(0, 2 * span - 1) as usize)
    }

    /// For all queries and keys of a text. Without logarithms only the distances that the text has are needed.
    pub fn distances(self, token: &Axis) -> Distances {
        let reach = if self.logarithmic { self.span } else { self.span.min(token.len) };
        let first = self.span - reach;
        let axes = Axes::new([token.renamed(Kind::Query), token.renamed(Kind::Key)]);
        let places = || 0..token.len as i64;
        let cells = places().flat_map(|query| places().map(move |key| query - key));
        let rows = cells.map(|distance| (self.row(distance) - first) as u32).collect();
        Distances { needed: first..self.span + reach, rows: Ids::new(axes, rows) }
    }
}

/// The one table of distances, (distance, feature).
pub struct Table {
    vectors: Parameter,
    norm: Option<LayerNorm>,
    pub buckets: Buckets,
}

impl Table {
    /// `rel_embeddings`, and the norm over it where there is one.
    pub fn new(
        weights: &Weights<'_>,
        config: &DebertaConfig,
        norm: Option<LayerNorm>,
        version: Version,
    ) -> Result<Self, ModelError> {
        let count = usize::try_from(config.position_buckets).ok().filter(|&b| b > 0 && version == Version::Two);
        let max_distance = config.max_distance();
        let buckets = Buckets { span: count.unwrap_or(max_distance), max_distance, logarithmic: count.is_some() };
        let axes = Axes::new([Axis::new(Kind::Distance, 2 * buckets.span), config.feature()]);
        let table = weights.at("rel_embeddings").parameter("weight", axes, Init::Normal(0.02))?;
        Ok(Self { vectors: table, norm, buckets })
    }

    /// The vectors that a text needs: (distance, feature).
    pub fn forward<'t>(&self, tape: &'t Tape, distances: &Distances) -> Var<'t> {
        tape.scope(&name::RELATIVE_POSITION, || {
            let table = tape.parameter(&self.vectors);
            let table = table.slice(Kind::Distance, distances.needed.clone(), Kind::Distance);
            let vectors = self.norm.as_ref().map_or(table, |norm| norm.forward(table));
            vectors.named(&name::RELATIVE_VECTORS)
        })
    }
}

/// How query, key and value are made.
enum Maps {
    /// Version 1: one product for all, query and value with a bias.
    Joined { in_proj: Box<Linear>, q_bias: Box<Parameter>, v_bias: Box<Parameter> },
    /// Version 2: three products.
    Apart { query: Box<Linear>, key: Box<Linear>, value: Box<Linear> },
}

/// How the vectors of distances become keys and queries; `None` where the term is left out.
struct DistanceMaps {
    key: Option<Linear>,
    query: Option<Linear>,
    /// Version 2 may use the content's maps.
    shared: (bool, bool),
}

pub struct Attention {
    maps: Maps,
    distance: DistanceMaps,
    output: Linear,
    norm: LayerNorm,
    heads: usize,
    scale: f32,
}

impl Attention {
    pub fn new(weights: &Weights<'_>, config: &DebertaConfig, version: Version) -> Result<Self, ModelError> {
        let (own, output) = (weights.at("self"), weights.at("output"));
        let (feature, heads) = (config.feature(), Axis::new(Kind::Heads, config.hidden_size));
        let linear = |part: &str| Linear::new(&own.at(part), feature.clone(), heads.clone());
        let maps = match version {
            Version::One => {
                let joined = Axis::new(Kind::Joined, 3 * config.hidden_size);
                let bias = |part: &str| own.parameter(part, Axes::new([heads.clone()]), Init::Zeros);
                Maps::Joined {
                    in_proj: Box::new(Linear::without_bias(&own.at("in_proj"), feature.clone(), joined)?),
                    q_bias: Box::new(bias("q_bias")?),
                    v_bias: Box::new(bias("v_bias")?),
                }
            }
            Version::Two => Maps::Apart {
                query: Box::new(linear("query_proj")?),
                key: Box::new(linear("key_proj")?),
                value: Box::new(linear("value_proj")?),
            },
        };
        let (to_position, to_content) = (config.has_term("c2p"), config.has_term("p2c"));
        let shares = version == Version::Two && config.share_att_key;
        let (key, query) = match version {
            Version::One => {
                let key = || Linear::without_bias(&own.at("pos_proj"), feature.clone(), heads.clone());
                (to_position.then(key).transpose()?, to_content.then(|| linear("pos_q_proj")).transpose()?)
            }
            Version::Two => (
                (to_position && !shares).then(|| linear("pos_key_proj")).transpose()?,
                (to_content && !shares).then(|| linear("pos_query_proj")).transpose()?,
            ),
        };
        // Version 1 counts whatever the list holds, even where distances are not used.
        let terms = config.terms();
        let terms = match version {
            Version::One => 1 + terms.len(),
            Version::Two => 1 + ["c2p", "p2c"].iter().filter(|term| terms.iter().any(|own| own == *term)).count(),
        };
        let channels = config.hidden_size / config.num_attention_heads;
        Ok(Self {
            maps,
            distance: DistanceMaps { key, query, shared: (shares && to_position, shares && to_content) },
            output: Linear::new(&output.at("dense"), heads, feature.clone())?,
            norm: LayerNorm::new(&output.at("LayerNorm"), &feature, config.layer_norm_eps)?,
            heads: config.num_attention_heads,
            scale: ((channels * terms) as f32).sqrt().recip(),
        })
    }

    /// x (batch, token, feature), vectors (distance, feature) → x again, and the weights (batch, head, query, key).
    pub fn forward<'t>(&self, x: Var<'t>, vectors: Option<Var<'t>>, pass: &Pass) -> (Var<'t>, Var<'t>) {
        let (attended, weights) = x.tape().scope(&name::ATTENTION, || {
            let (query, key, value) = self.query_key_value(x);
            let scores = match (vectors, &pass.distances) {
                (Some(vectors), Some(distances)) => self.scores(query, key, vectors, &distances.rows),
                _ => query.product(key, Kind::Channel, self.scale),
            };
            let masked = scores.named(&name::SCORES).masked(&pass.mask).named(&name::MASKED);
            let weights = masked.softmax_of_visible().named(&name::WEIGHTS); // (batch, head, query, key)
            let context = weights.product(value, Kind::Key, 1.0).named(&name::CONTEXT); // (batch, head, query, channel)
            (self.output.forward(from_heads(context)).named(&name::ATTENTION_OUTPUT), weights)
        });
        (self.norm.forward((x + attended).named(&name::RESIDUAL)), weights)
    }

    /// Each (batch, query or key, head, channel).
    fn query_key_value<'t>(&self, x: Var<'t>) -> (Var<'t>, Var<'t>, Var<'t>) {
        let (query, key, value) = match &self.maps {
            Maps::Apart { query, key, value } => {
                let heads = |linear: &Linear, position| to_heads(linear.forward(x), self.heads, position);
                (heads(query, Kind::Query), heads(key, Kind::Key), heads(value, Kind::Key))
            }
            Maps::Joined { in_proj, q_bias, v_bias } => {
                // Head by head: query, key and value side by side.
                let joined = in_proj.forward(x).named(&name::QUERY_KEY_VALUE);
                let each = joined.len_of(Kind::Joined) / self.heads;
                let joined = joined.split(Kind::Joined, self.head(), Axis::new(Kind::Channel, each));
                let third =
                    |place: usize| joined.slice(Kind::Channel, place * each / 3..(place + 1) * each / 3, Kind::Channel);
                let bias = |parameter: &Parameter| self.by_head(x.tape().parameter(parameter)); // (head, channel)
                let query = (third(0) + bias(q_bias)).rename(Kind::Token, Kind::Query);
                let value = (third(2) + bias(v_bias)).rename(Kind::Token, Kind::Key);
                (query, third(1).rename(Kind::Token, Kind::Key), value)
            }
        };
        (query.named(&name::QUERY), key.named(&name::KEY), value.named(&name::VALUE))
    }

    fn head(&self) -> Axis {
        Axis::new(Kind::Head, self.heads)
    }

    /// (…, heads) → (…, head, channel).
    fn by_head<'t>(&self, x: Var<'t>) -> Var<'t> {
        let channels = x.len_of(Kind::Heads) / self.heads;
        x.split(Kind::Heads, self.head(), Axis::new(Kind::Channel, channels))
    }

    /// Content to content, content to position, position to content, and their sum: (batch, head, query, key).
    fn scores<'t>(&self, query: Var<'t>, key: Var<'t>, vectors: Var<'t>, rows: &Arc<Ids>) -> Var<'t> {
        let (distance_key, distance_query) = self.distance_maps();
        let mut scores = query.product(key, Kind::Channel, self.scale).named(&name::CONTENT_SCORES);
        if let Some(map) = distance_key {
            let distance = self.by_head(map.forward(vectors)).named(&name::RELATIVE_KEY); // (distance, head, channel)
            let by_distance = query.product(distance, Kind::Channel, self.scale); // (head, batch, query, distance)
            let by_distance = by_distance.arrange(&[Kind::Batch, Kind::Head, Kind::Query, Kind::Distance]);
            scores = scores + by_distance.pick(rows, Kind::Distance).named(&name::CONTENT_TO_POSITION);
        }
        if let Some(map) = distance_query {
            let distance = self.by_head(map.forward(vectors)).named(&name::RELATIVE_QUERY); // (distance, head, channel)
            let by_distance = key.product(distance, Kind::Channel, self.scale); // (head, batch, key, distance)
            let by_distance = by_distance.arrange(&[Kind::Batch, Kind::Head, Kind::Key, Kind::Distance]);
            let by_key = by_distance.pick(rows, Kind::Distance); // (batch, head, key, query)
            let by_query = by_key.arrange(&[Kind::Batch, Kind::Head, Kind::Query, Kind::Key]);
            scores = scores + by_query.named(&name::POSITION_TO_CONTENT);
        }
        scores
    }

    /// What makes keys and queries of the vectors of distances.
    fn distance_maps(&self) -> (Option<&Linear>, Option<&Linear>) {
        match (&self.maps, self.distance.shared) {
            (Maps::Apart { query, key, .. }, (to_position, to_content)) if to_position || to_content => {
                (to_position.then_some(&**key), to_content.then_some(&**query))
            }
            _ => (self.distance.key.as_ref(), self.distance.query.as_ref()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Worked out with the official `make_log_bucket_position` (256 buckets, 512 positions; 6 buckets, 32 positions).
    #[test]
    fn far_distances_share_rows() {
        let large = Buckets { span: 256, max_distance: 512, logarithmic: true };
        let row = |distance| large.row(distance) as i64 - 256;
        assert_eq!([0, 1, -127, 128, 129, 200, -300, 511].map(row), LARGE);
        let small = Buckets { span: 6, max_distance: 32, logarithmic: true };
        let row = |distance| small.row(distance) as i64 - 6;
        assert_eq!([0, 3, 4, 7, 10, 21, -21, 31, 40].map(row), SMALL);
    }

    const LARGE: [i64; 8] = [0, 1, -127, 128, 129, 169, -207, 255];
    const SMALL: [i64; 9] = [0, 3, 4, 4, 5, 5, -5, 5, 5];

    #[test]
    fn only_the_distances_of_the_text_are_needed() {
        let near = Buckets { span: 8, max_distance: 8, logarithmic: false };
        let token = Axis::new(Kind::Token, 3);
        let distances = near.distances(&token);
        assert_eq!(distances.needed, 5..11);
        assert_eq!(distances.rows.values, [3, 2, 1, 4, 3, 2, 5, 4, 3]);
        // A longer text than the table is: the ends serve all that is further away.
        let distances = Buckets { span: 2, max_distance: 2, logarithmic: false }.distances(&Axis::new(Kind::Token, 4));
        assert_eq!(distances.rows.values[..4], [2, 1, 0, 0]);
        assert_eq!(distances.rows.values[12..], [3, 3, 3, 2]);
    }
}
