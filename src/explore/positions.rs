//! Position schemes in the place of a model's own: what tells the tokens' order apart, taken away or replaced.
//!
//! Where positions come in is found by what the steps are called and by their axes, so no model is asked: a table of
//! positions that is added to the embeddings, a bias of the scores for each distance, a vector for each distance. A scheme
//! that turns queries and keys would be found in [`Place::all`], and what fits it said in [`Scheme::edits`].

use std::fmt;
use std::sync::Arc;

use super::Pass;
use crate::tape::{Edit, Graph, Ids, Kind, NodeId, Record, vocabulary as name};
use crate::tensor::Tensor;

/// What stands in the place of the model's own positions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scheme {
    /// Nothing: the order of the words is lost.
    None,
    /// Sines and cosines (Vaswani et al. 2017, section 3.5), as long as the model's own vectors.
    Sinusoidal,
    /// The model's own vectors, dealt out in another order.
    Shuffled(u64),
    /// As if the words came in the opposite order.
    Reversed,
    /// As if the text began so many places later.
    Shifted(i64),
    /// A bias that falls with the distance, with a slope a head (Press et al. 2022, <https://arxiv.org/abs/2108.12409>).
    Alibi,
}

/// Why a scheme does not fit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Misfit {
    /// There is no step that gives positions.
    NoPositions,
    /// The positions are a bias or vectors for distances, not a vector a place.
    NotAbsolute,
    /// The positions are no bias of the scores.
    NoBias,
    /// The table has too few rows: rows, and the place that would be read.
    Table(usize, i64),
    /// Queries and keys do not stand at the same places: earlier passes ran some.
    Continued,
}

impl fmt::Display for Misfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Misfit::NoPositions => f.write_str("this model has no step that gives positions"),
            Misfit::NotAbsolute => f.write_str("its positions are distances, not a vector for each place"),
            Misfit::NoBias => f.write_str("its positions are vectors, not a bias of the scores"),
            Misfit::Table(rows, place) => write!(f, "its table has {rows} positions, from 0 on; there is no {place}"),
            Misfit::Continued => f.write_str("queries and keys do not begin at the same place"),
        }
    }
}

/// A step that gives positions.
enum Place {
    /// A vector a position, added to the embeddings; the rows that it reads, where it reads a table.
    Absolute(NodeId, Option<Arc<Ids>>),
    /// A number a head and distance, added to the scores, and the step that reads the table.
    Bias(NodeId, Option<(NodeId, Arc<Ids>)>),
    /// A vector a distance, multiplied with queries or keys, and the step that reads the table.
    Distance(NodeId, Option<(NodeId, Arc<Ids>)>),
}

impl Place {
    fn all(graph: &Graph) -> Vec<Self> {
        let ids_of = |id: NodeId| graph.node(id).operation().and_then(|operation| operation.ids()).cloned();
        let reading = |id: NodeId| {
            let from = graph.through_views(id);
            ids_of(from).map(|ids| (from, ids))
        };
        let place = |(id, node): (NodeId, &crate::tape::Node)| {
            let has = |kinds: &[Kind]| kinds.iter().all(|kind| node.axes.find(*kind).is_some());
            match node.name? {
                own if *own == name::POSITION_EMBEDDING && has(&[Kind::Token, Kind::Feature]) => {
                    Some(Place::Absolute(id, ids_of(id)))
                }
                own if *own == name::RELATIVE_BIAS && has(&[Kind::Head, Kind::Query, Kind::Key]) => {
                    Some(Place::Bias(id, reading(id)))
                }
                own if *own == name::RELATIVE_KEY && has(&[Kind::Query, Kind::Key]) => {
                    Some(Place::Distance(id, reading(id)))
                }
                _ => None,
            }
        };
        graph.nodes().filter_map(place).collect()
    }
}

/// The seed that shuffles where nobody names one.
pub const SHUFFLE: u64 = 1;

impl Scheme {
    /// The schemes that there are, shifted by one place.
    pub const ALL: [Self; 6] =
        [Self::None, Self::Sinusoidal, Self::Shuffled(SHUFFLE), Self::Reversed, Self::Shifted(1), Self::Alibi];

    /// The scheme of a word: `none`, `sinusoidal`, `shuffled`, `reversed`, `shift:N`, `alibi`.
    pub fn of(word: &str) -> Option<Self> {
        if let Some(by) = word.strip_prefix("shift:") {
            return by.parse().ok().map(Self::Shifted);
        }
        if let Some(seed) = word.strip_prefix("shuffled:") {
            return seed.parse().ok().map(Self::Shuffled);
        }
        Self::ALL.into_iter().filter(|scheme| !matches!(scheme, Self::Shifted(_))).find(|scheme| scheme.id() == word)
    }

    /// Its word in files and on the command line.
    pub fn id(self) -> String {
        match self {
            Self::None => "none".to_owned(),
            Self::Sinusoidal => "sinusoidal".to_owned(),
            Self::Shuffled(SHUFFLE) => "shuffled".to_owned(),
            Self::Shuffled(seed) => format!("shuffled:{seed}"),
            Self::Reversed => "reversed".to_owned(),
            Self::Shifted(by) => format!("shift:{by}"),
            Self::Alibi => "alibi".to_owned(),
        }
    }

    /// Whether both are of one kind, whatever their numbers.
    pub fn is_like(self, other: Self) -> bool {
        std::mem::discriminant(&self) == std::mem::discriminant(&other)
    }

    /// Those that fit a pass, the shift by one place among them where the table is long enough.
    pub fn fitting(pass: &Pass) -> Vec<Self> {
        Self::ALL.into_iter().filter(|scheme| scheme.edits(&pass.record).is_ok()).collect()
    }

    /// What has to be edited so that a record has this scheme.
    ///
    /// # Errors
    /// Where it does not fit the model or the text.
    pub fn edits(self, record: &Record) -> Result<Vec<(NodeId, Edit)>, Misfit> {
        let places = Place::all(record.graph());
        if places.is_empty() {
            return Err(Misfit::NoPositions);
        }
        places.into_iter().map(|place| self.edit(record, place)).collect()
    }

    fn edit(self, record: &Record, place: Place) -> Result<(NodeId, Edit), Misfit> {
        let shape = |id: NodeId| record.graph().node(id).axes.shape();
        match (self, place) {
            (Self::None, Place::Absolute(id, _) | Place::Bias(id, _) | Place::Distance(id, _)) => {
                Ok((id, Edit::Value(Tensor::zeros(&shape(id)), "y = 0".to_owned())))
            }
            (Self::Sinusoidal, Place::Absolute(id, _)) => Ok((id, sinusoidal(record, id))),
            (Self::Shuffled(seed), Place::Absolute(id, ids)) => Ok((id, along(record, id, ids, |n| shuffled(n, seed)))),
            (Self::Reversed, Place::Absolute(id, ids)) => Ok((id, along(record, id, ids, |n| (0..n).rev().collect()))),
            (Self::Shifted(by), Place::Absolute(id, Some(ids))) => Ok((id, Edit::Rows(shifted(record, id, &ids, by)?))),
            (Self::Reversed, Place::Bias(_, Some((id, ids))) | Place::Distance(_, Some((id, ids)))) => {
                Ok((id, Edit::Rows(turned(&ids)?)))
            }
            (Self::Alibi, Place::Bias(id, _)) => Ok((id, alibi(record, id))),
            (Self::Alibi, Place::Absolute(..) | Place::Distance(..)) => Err(Misfit::NoBias),
            _ => Err(Misfit::NotAbsolute),
        }
    }
}

/// The same vectors along the tokens in another order: `order(tokens)` says which stands where.
fn along(record: &Record, id: NodeId, ids: Option<Arc<Ids>>, order: impl Fn(usize) -> Vec<usize>) -> Edit {
    if let Some(ids) = ids {
        let order = order(ids.axes.len_of(Kind::Token));
        let rows = ids.values.chunks_exact(order.len().max(1));
        let values = rows.flat_map(|row| order.iter().map(|&from| row[from])).collect();
        return Edit::Rows(Ids::new(ids.axes.clone(), values));
    }
    let axes = &record.graph().node(id).axes;
    let place = axes.place(Kind::Token);
    let (order, value) = (order(axes[place].len), record.value(id));
    let inner: usize = axes.iter().skip(place + 1).map(|axis| axis.len).product();
    let data = value.to_vec();
    let blocks = data.chunks_exact((inner * order.len()).max(1));
    let values = blocks.flat_map(|block| order.iter().flat_map(move |&from| block[from * inner..][..inner].to_vec()));
    Edit::Value(Tensor::new(values.collect(), value.shape()), "y = x[order]".to_owned())
}

/// A permutation (Fisher and Yates), the same for the same seed; a different one than the order itself where there is one.
fn shuffled(count: usize, seed: u64) -> Vec<usize> {
    let mut order: Vec<usize> = (0..count).collect();
    let mut state = seed;
    for place in (1..count).rev() {
        // SplitMix64, <https://prng.di.unimi.it/splitmix64.c>.
        state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        order.swap(place, ((mixed ^ (mixed >> 31)) % (place as u64 + 1)) as usize);
    }
    if count > 1 && order.iter().enumerate().all(|(place, &from)| place == from) {
        order.rotate_left(1);
    }
    order
}

fn shifted(record: &Record, id: NodeId, ids: &Ids, by: i64) -> Result<Arc<Ids>, Misfit> {
    let table = record.graph().node(id).inputs[0];
    let rows = record.graph().node(table).axes[0].len;
    let place = |&row: &u32| {
        let place = i64::from(row).saturating_add(by);
        u32::try_from(place).ok().filter(|place| (*place as usize) < rows).ok_or(Misfit::Table(rows, place))
    };
    Ok(Ids::new(ids.axes.clone(), ids.values.iter().map(place).collect::<Result<_, _>>()?))
}

/// Rows of (query, key), each taken from where query and key change places.
fn turned(ids: &Ids) -> Result<Arc<Ids>, Misfit> {
    let (queries, keys) = (ids.axes.len_of(Kind::Query), ids.axes.len_of(Kind::Key));
    if queries != keys || ids.axes.rank() != 2 {
        return Err(Misfit::Continued);
    }
    let values = (0..queries * keys).map(|cell| ids.values[cell % keys * keys + cell / keys]);
    Ok(Ids::new(ids.axes.clone(), values.collect()))
}

/// `sin` and `cos` of the place over growing wavelengths, side by side, each vector as long as the model's own are on the
/// average.
fn sinusoidal(record: &Record, id: NodeId) -> Edit {
    let axes = &record.graph().node(id).axes;
    let (tokens, features) = (axes.len_of(Kind::Token), axes.len_of(Kind::Feature));
    let own = record.value(id).to_vec();
    let rows = own.chunks_exact(features.max(1));
    let length = rows.map(|row| row.iter().map(|x| x * x).sum::<f32>().sqrt()).sum::<f32>();
    let length = length / (own.len() / features.max(1)).max(1) as f32;
    // Each pair of sine and cosine has length 1.
    let scale = f64::from(length) / (features as f64 / 2.0).sqrt();
    let value = |cell: usize| {
        let (token, feature) = (cell / features % tokens, cell % features);
        let angle = token as f64 / 10_000f64.powf((feature / 2 * 2) as f64 / features as f64);
        (scale * if feature % 2 == 0 { angle.sin() } else { angle.cos() }) as f32
    };
    let values = (0..own.len()).map(value).collect();
    let formula = format!("y = {scale:.4} × sin, cos(place ÷ 10000^(2i ÷ {features}))");
    Edit::Value(Tensor::new(values, &axes.shape()), formula)
}

/// `−slope × distance` for (head, query, key), the last query beside the last key.
fn alibi(record: &Record, id: NodeId) -> Edit {
    let axes = &record.graph().node(id).axes;
    let places = [Kind::Head, Kind::Query, Kind::Key].map(|kind| axes.place(kind));
    let [heads, queries, keys] = places.map(|place| axes[place].len);
    let (slopes, past) = (slopes(heads), keys.saturating_sub(queries));
    let shape = axes.shape();
    let value = |cell: usize| {
        let index = |place: usize| cell / shape[place + 1..].iter().product::<usize>() % shape[place];
        let [head, query, key] = places.map(index);
        -slopes[head] * (query + past).abs_diff(key) as f32
    };
    Edit::Value(Tensor::new((0..axes.size()).map(value).collect(), &shape), "y = −slope × |query − key|".to_owned())
}

/// The slopes of the paper's code: powers of 2 to the −8/n; where the number of heads is no power of two, those of the next
/// smaller one, and behind them every second of the next larger one.
fn slopes(heads: usize) -> Vec<f32> {
    let of = |count: usize| (1..=count).map(move |head| 2f64.powf(-8.0 * head as f64 / count as f64) as f32);
    if heads.is_power_of_two() {
        return of(heads).collect();
    }
    let smaller = (heads + 1).next_power_of_two() / 2;
    of(smaller).chain(of(2 * smaller).step_by(2)).take(heads).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slopes_are_those_of_the_paper() {
        assert_eq!(slopes(8), [1, 2, 3, 4, 5, 6, 7, 8].map(|head| 2f32.powi(-head)));
        // Twelve heads: eight as above, then every second of sixteen, from 2^-0.5 on.
        let twelve = slopes(12);
        assert_eq!((&twelve[..8], twelve.len()), (&slopes(8)[..], 12));
        let more = [-0.5f32, -1.5, -2.5, -3.5].map(f32::exp2);
        assert!(twelve[8..].iter().zip(more).all(|(found, slope)| (found - slope).abs() < 1e-6));
        assert_eq!(slopes(1), [2f32.powi(-8)]);
        assert_eq!(slopes(0), [0f32; 0]);
    }

    #[test]
    fn a_shuffle_is_another_order_of_all() {
        for count in [2, 3, 17] {
            for seed in 0..20 {
                let mut order = shuffled(count, seed);
                assert!(order != (0..count).collect::<Vec<_>>() && order == shuffled(count, seed));
                order.sort_unstable();
                assert_eq!(order, (0..count).collect::<Vec<_>>());
            }
        }
        assert_eq!((shuffled(0, 1), shuffled(1, 1)), (vec![], vec![0]));
    }

    #[test]
    fn words_are_read_as_they_are_written() {
        for scheme in Scheme::ALL.into_iter().chain([Scheme::Shuffled(7), Scheme::Shifted(-3)]) {
            assert_eq!(Scheme::of(&scheme.id()), Some(scheme));
        }
        for word in ["", "shift", "shift:", "shift:x", "rotary", "shuffled:", "None"] {
            assert_eq!(Scheme::of(word), None, "{word}");
        }
    }
}
