//! Words by how frequent they are: narrow vectors for rare ones, <https://arxiv.org/abs/1809.10853>, and a softmax in
//! two steps, <https://arxiv.org/abs/1609.04309>.

use std::ops::Range;
use std::sync::Arc;

use super::TransfoXlConfig;
use crate::models::ModelError;
use crate::nn::{Embedding, Init, Weights};
use crate::tape::{Axes, Axis, Ids, Kind, Parameter, Tape, Var, vocabulary as name};

/// The ranges of ids, frequent words first.
pub struct Clusters {
    ranges: Vec<Range<usize>>,
    /// Whether each has a table of its own.
    apart: bool,
}

impl Clusters {
    pub fn new(config: &TransfoXlConfig) -> Self {
        let ends = config.cutoffs.iter().copied().chain([config.vocab_size]);
        let starts = [0].into_iter().chain(config.cutoffs.iter().copied());
        Self { ranges: starts.zip(ends).map(|(start, end)| start..end).collect(), apart: config.div_val != 1 }
    }

    /// The ids as each table counts them; tokens of other clusters have no row in it.
    pub fn ids(&self, ids: &Arc<Ids>) -> Vec<Arc<Ids>> {
        if !self.apart {
            return vec![Arc::clone(ids)];
        }
        let within = |range: &Range<usize>| {
            let row = |&id: &u32| {
                if range.contains(&(id as usize)) { id - range.start as u32 } else { Ids::NONE }
            };
            Ids::new(ids.axes.clone(), ids.values.iter().map(row).collect())
        };
        self.ranges.iter().map(within).collect()
    }
}

/// A product between the width of the model and that of a cluster, stored (model, cluster) for both directions.
#[derive(Clone)]
struct Projection(Parameter);

impl Projection {
    fn new(weights: &Weights<'_>, cluster: usize, config: &TransfoXlConfig) -> Result<Self, ModelError> {
        let axes = Axes::new([config.feature(), Axis::new(Kind::Incoming, config.narrowed(cluster))]);
        Ok(Self(weights.parameter(&cluster.to_string(), axes, Init::Normal(0.01))?))
    }

    fn widen<'t>(&self, x: Var<'t>) -> Var<'t> {
        x.linear(x.tape().parameter(&self.0), None, Kind::Feature)
    }

    fn narrow<'t>(&self, x: Var<'t>) -> Var<'t> {
        x.linear(x.tape().parameter(&self.0), None, Kind::Incoming).rename(Kind::Incoming, Kind::Feature)
    }
}

pub struct AdaptiveEmbedding {
    clusters: Clusters,
    tables: Vec<Embedding>,
    projections: Vec<Projection>,
    scale: f32,
}

impl AdaptiveEmbedding {
    pub fn new(weights: &Weights<'_>, config: &TransfoXlConfig, clusters: Clusters) -> Result<Self, ModelError> {
        let (tables, projections) = (weights.at("emb_layers"), weights.at("emb_projs"));
        let table = |cluster: usize, entries: usize| {
            let feature = Axis::new(Kind::Feature, config.narrowed(cluster));
            Embedding::new(&tables.at(cluster), Axis::new(Kind::Vocabulary, entries), feature)
        };
        let sizes: Vec<usize> = if clusters.apart {
            clusters.ranges.iter().map(ExactSizeIterator::len).collect()
        } else {
            vec![config.vocab_size]
        };
        let differs = clusters.apart || config.d_embed != config.d_model;
        let count = if differs { sizes.len() } else { 0 };
        Ok(Self {
            tables: sizes
                .iter()
                .enumerate()
                .map(|(place, &entries)| table(place, entries))
                .collect::<Result<_, _>>()?,
            projections: (0..count)
                .map(|cluster| Projection::new(&projections, cluster, config))
                .collect::<Result<_, _>>()?,
            clusters,
            scale: (config.d_model as f32).sqrt(),
        })
    }

    pub fn clusters(&self) -> &Clusters {
        &self.clusters
    }

    /// The ids of each table → (batch, token, feature).
    pub fn forward<'t>(&self, tape: &'t Tape, ids: &[Arc<Ids>]) -> Var<'t> {
        tape.scope(&name::EMBEDDINGS, || {
            let part = |place: usize| {
                let narrow = self.tables[place].forward(tape, &ids[place]).named(&name::TOKEN_EMBEDDING);
                let widen = |projection: &Projection| projection.widen(narrow).named(&name::CLUSTER_PROJECTION);
                self.projections.get(place).map_or(narrow, widen)
            };
            let x = if self.tables.len() == 1 {
                part(0)
            } else {
                let parts = (0..self.tables.len()).map(|place| tape.numbered(&name::CLUSTER, place, || part(place)));
                parts.reduce(|sum, part| sum + part).expect("at least one cluster").named(&name::RESIDUAL)
            };
            (x * self.scale).named(&name::ENLARGED)
        })
    }
}

/// What gives the words of one cluster their numbers.
struct Output {
    weight: Parameter,
    bias: Parameter,
    projection: Option<Projection>,
    /// The rows of weight and bias that are this cluster's.
    rows: Range<usize>,
}

impl Output {
    /// (batch, token, feature) → the cluster's words (batch, token, vocabulary), and the narrowed vectors.
    fn forward<'t>(&self, x: Var<'t>) -> (Var<'t>, Var<'t>) {
        let tape = x.tape();
        let narrow = self.projection.as_ref().map_or(x, |projection| projection.narrow(x).named(&name::NARROWED));
        let rows = |parameter| tape.parameter(parameter).slice(Kind::Vocabulary, self.rows.clone(), Kind::Vocabulary);
        (narrow.linear(rows(&self.weight), Some(rows(&self.bias)), Kind::Vocabulary), narrow)
    }
}

pub struct AdaptiveSoftmax {
    outputs: Vec<Output>,
    /// Weight (vocabulary, feature) and bias of the clusters of rare words, which stand beside the frequent words.
    rare: Option<(Parameter, Parameter)>,
}

impl AdaptiveSoftmax {
    pub fn new(
        weights: &Weights<'_>,
        config: &TransfoXlConfig,
        embedding: &AdaptiveEmbedding,
    ) -> Result<Self, ModelError> {
        let Clusters { ranges, apart } = &embedding.clusters;
        let clusters = Axis::new(Kind::Vocabulary, ranges.len() - 1);
        let rare = || -> Result<_, ModelError> {
            let axes = Axes::new([clusters.clone(), Axis::new(Kind::Feature, config.d_embed)]);
            let weight = weights.parameter("cluster_weight", axes, Init::Normal(0.02))?;
            Ok((weight, weights.parameter("cluster_bias", Axes::new([clusters.clone()]), Init::Zeros)?))
        };
        let rare = (clusters.len > 0).then(rare).transpose()?;
        // Without tables of their own the clusters share the one out layer.
        let layers = embedding.tables.iter().enumerate().map(|(place, table)| {
            let own = weights.at("out_layers").at(place);
            let weight = if config.tie_word_embeddings {
                table.table().clone()
            } else {
                own.parameter("weight", table.table().axes.clone(), Init::Normal(0.02))?
            };
            let words = Axes::new([weight.axes[0].clone()]);
            Ok((weight, own.parameter("bias", words, Init::Zeros)?))
        });
        let layers: Vec<(Parameter, Parameter)> = layers.collect::<Result<_, ModelError>>()?;
        let outputs = ranges.iter().enumerate().map(|(place, range)| {
            let (weight, bias) = layers[if *apart { place } else { 0 }].clone();
            let rows = if *apart { 0..range.len() } else { range.clone() };
            let known = embedding.projections.get(if *apart { place } else { 0 });
            let projection = match known {
                None => None,
                Some(known) if config.ties_projection(place) => Some(known.clone()),
                Some(_) => Some(Projection::new(&weights.at("out_projs"), place, config)?),
            };
            Ok(Output { weight, bias, projection, rows })
        });
        Ok(Self { outputs: outputs.collect::<Result<_, ModelError>>()?, rare })
    }

    /// x (batch, token, feature) → the logarithm of each word's share, (batch, token, vocabulary).
    pub fn forward<'t>(&self, x: Var<'t>) -> Var<'t> {
        let tape = x.tape();
        tape.scope(&name::ADAPTIVE_SOFTMAX, || {
            let (words, narrow) = self.outputs[0].forward(x);
            let Some((weight, bias)) = &self.rare else {
                return words.named(&name::LOGITS).log_softmax().named(&name::LOG_SHARES);
            };
            let clusters = narrow.linear(tape.parameter(weight), Some(tape.parameter(bias)), Kind::Vocabulary);
            let first = words.append(clusters, Kind::Vocabulary).named(&name::LOGITS);
            let first = first.log_softmax().named(&name::LOG_SHARES);
            let frequent = self.outputs[0].rows.len();
            let start = first.slice(Kind::Vocabulary, 0..frequent, Kind::Vocabulary);
            let all = self.outputs.iter().enumerate().skip(1).fold(start, |all, (cluster, output)| {
                let shares = tape.numbered(&name::CLUSTER, cluster, || {
                    let within = output.forward(x).0.named(&name::LOGITS).log_softmax().named(&name::LOG_SHARES);
                    (within + first.select(Kind::Vocabulary, frequent + cluster - 1)).named(&name::CLUSTER_SHARES)
                });
                all.append(shares, Kind::Vocabulary)
            });
            all.named(&name::LOG_SHARES)
        })
    }
}
