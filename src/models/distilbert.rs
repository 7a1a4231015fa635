//! `DistilBERT`: Sanh et al. 2019, <https://arxiv.org/abs/1910.01108>.
//!
//! Official code: transformers 4.46.3, `models/distilbert/modeling_distilbert.py`.
//! BERT with every second layer left out, without segments and without a pooler, taught by BERT itself: it learned to
//! give the probabilities that its teacher gives, to fill masked words in, and to have vectors that point where the
//! teacher's point. Each block is the original Transformer's, under names of its own.

use serde::Deserialize;

use super::encoder::Encoder;
use super::head::Head;
use super::reading::{Position, Reader, Reading};
use super::{Architecture, Config, ModelError, Sizes};
use crate::nn::{
    BlockPlaces, BlockSizes, HeadPlaces, HeadSizes, Linear, PostNormBlock, PredictionHead, Summary, SummedEmbeddings,
    TableSizes, Weights, run_blocks,
};
use crate::tape::{Axis, Kind, Tape};
use crate::tensor::Activation;

/// The registry's entry.
pub static ARCHITECTURE: Architecture = Architecture {
    model_type: "distilbert",
    base_prefix: "distilbert.",
    classes: &[
        "DistilBertModel",
        "DistilBertForMaskedLM",
        "DistilBertForSequenceClassification",
        "DistilBertForTokenClassification",
        "DistilBertForQuestionAnswering",
        "DistilBertForMultipleChoice",
    ],
    build: |config, weights| Ok(Box::new(DistilBert::new(config, weights)?)),
};

/// What every norm adds to the variance: no field of the configuration sets it.
const EPSILON: f32 = 1e-12;

#[derive(Deserialize)]
#[serde(default)]
struct DistilBertConfig {
    vocab_size: usize,
    max_position_embeddings: usize,
    n_layers: usize,
    n_heads: usize,
    dim: usize,
    hidden_dim: usize,
    activation: String,
    tie_word_embeddings: bool,
}

impl Default for DistilBertConfig {
    fn default() -> Self {
        Self {
            vocab_size: 30522,
            max_position_embeddings: 512,
            n_layers: 6,
            n_heads: 12,
            dim: 768,
            hidden_dim: 3072,
            activation: "gelu".to_owned(),
            tie_word_embeddings: true,
        }
    }
}

impl DistilBertConfig {
    fn read(config: &Config<'_>) -> Result<Self, ModelError> {
        config.accept("pruned_heads", |v| v.as_object().is_none_or(serde_json::Map::is_empty), "no pruned heads")?;
        let read: Self = config.read_with(&[
            ("hidden_size", "dim"),
            ("num_attention_heads", "n_heads"),
            ("num_hidden_layers", "n_layers"),
        ])?;
        config.sizes(&[
            ("vocab_size", read.vocab_size),
            ("max_position_embeddings", read.max_position_embeddings),
            ("n_heads", read.n_heads),
            ("dim", read.dim),
            ("hidden_dim", read.hidden_dim),
        ])?;
        Ok(read)
    }

    fn reader(&self, channels: usize) -> Reader {
        Reader {
            sizes: Sizes {
                layers: self.n_layers,
                decoder_layers: 0,
                heads: self.n_heads,
                key_heads: self.n_heads,
                channels,
                d_model: self.dim,
                d_ff: self.hidden_dim,
                vocabulary: self.vocab_size,
                context: Some(self.max_position_embeddings),
            },
            positions: self.max_position_embeddings,
            segments: 0,
            position: Position::Absolute,
            causal: false,
        }
    }
}

/// The parameters of a block by their names here.
fn places<'a>(layer: &Weights<'a>) -> BlockPlaces<'a> {
    BlockPlaces {
        query: layer.at("attention.q_lin"),
        key: layer.at("attention.k_lin"),
        value: layer.at("attention.v_lin"),
        attention_output: layer.at("attention.out_lin"),
        attention_norm: layer.at("sa_layer_norm"),
        inner: layer.at("ffn.lin1"),
        outer: layer.at("ffn.lin2"),
        norm: layer.at("output_layer_norm"),
    }
}

/// `DistilBERT` with the head of its class.
struct DistilBert {
    class: &'static str,
    reader: Reader,
    embeddings: SummedEmbeddings,
    layers: Vec<PostNormBlock>,
    head: Head,
}

impl DistilBert {
    fn new(config: &Config<'_>, weights: &Weights<'_>) -> Result<Self, ModelError> {
        let own = DistilBertConfig::read(config)?;
        let channels = config.channels(("dim", own.dim), ("n_heads", own.n_heads))?;
        let activation = config.activation("activation", &own.activation)?;
        let usual = "embeddings.word_embeddings";
        let tied = own.tie_word_embeddings && config.task() == "MaskedLM";
        let words = if tied { weights.first_of(&[usual, "vocab_projector"]) } else { weights.at(usual) };
        let tables = TableSizes {
            feature: own.dim,
            vocabulary: own.vocab_size,
            positions: own.max_position_embeddings,
            segments: 0,
        };
        let embeddings = SummedEmbeddings::new(&weights.at("embeddings"), &words, tables, EPSILON)?;
        let (heads, inner) = (own.n_heads, own.hidden_dim);
        let sizes = BlockSizes { feature: own.dim, heads, inner, activation, epsilon: EPSILON };
        let layers = (0..own.n_layers)
            .map(|layer| PostNormBlock::new(&places(&weights.at("transformer.layer").at(layer)), &sizes, None))
            .collect::<Result<_, _>>()?;
        let head = match Head::common(config, weights, own.dim)? {
            Some(head) => head,
            None => Self::head(config, weights, &own, activation, &embeddings)?,
        };
        Ok(Self { class: config.class, reader: own.reader(channels), embeddings, layers, head })
    }

    /// The head of a class.
    fn head(
        config: &Config<'_>,
        weights: &Weights<'_>,
        own: &DistilBertConfig,
        activation: Activation,
        embeddings: &SummedEmbeddings,
    ) -> Result<Head, ModelError> {
        let feature = Axis::new(Kind::Feature, own.dim);
        let linear = |place: &str, to| Linear::new(&weights.at(place), feature.clone(), to);
        let first = || -> Result<Summary, ModelError> {
            Ok(Summary::of_first(linear("pre_classifier", feature.clone())?, Activation::Relu))
        };
        Ok(match config.task() {
            "MaskedLM" => {
                let places = HeadPlaces {
                    transform: weights.at("vocab_transform"),
                    norm: weights.at("vocab_layer_norm"),
                    decoder: weights.at("vocab_projector"),
                    bias: weights.at("vocab_projector"),
                };
                let (from, to, vocabulary) = (own.dim, own.dim, own.vocab_size);
                let sizes = HeadSizes { from, to, vocabulary, activation, epsilon: EPSILON };
                let table = own.tie_word_embeddings.then(|| embeddings.words().table());
                Head::Words(PredictionHead::new(&places, &sizes, table)?)
            }
            "SequenceClassification" => Head::Text(first()?, Some(linear("classifier", config.classes()?)?)),
            "MultipleChoice" => Head::Choice(first()?, linear("classifier", Axis::new(Kind::Class, 1))?),
            _ => Head::Vectors(None),
        })
    }
}

impl Encoder for DistilBert {
    fn class(&self) -> &'static str {
        self.class
    }

    fn reader(&self) -> &Reader {
        &self.reader
    }

    fn head(&self) -> &Head {
        &self.head
    }

    fn forward(&self, tape: &Tape, pass: &Reading) {
        let x = self.embeddings.forward(tape, &pass.ids, None, pass.positions.as_ref());
        self.head.forward(run_blocks(tape, x, &self.layers, &pass.sight));
    }

    fn arguments(&self) -> &'static [&'static str] {
        &["input_ids", "attention_mask"]
    }
}
