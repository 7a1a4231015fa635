//! ALBERT: Lan et al. 2019, <https://arxiv.org/abs/1909.11942>.
//!
//! Official code: transformers 4.46.3, `models/albert/modeling_albert.py`; before it google-research/albert.
//! BERT with few parameters: the tables are narrow, and one product brings their vectors to the width of the layers;
//! the layers are one and the same, run again and again. It learned to fill masked words in and to tell whether two
//! passages stand in their order.

use serde::Deserialize;

use super::encoder::Encoder;
use super::head::Head;
use super::reading::{Position, Reader, Reading};
use super::{Architecture, Config, ModelError, Sizes};
use crate::nn::{
    BlockPlaces, BlockSizes, DistanceKeys, HeadPlaces, HeadSizes, Linear, PostNormBlock, PredictionHead, Summary,
    SummedEmbeddings, TableSizes, Weights,
};
use crate::tape::{Axis, Kind, Tape, vocabulary as name};
use crate::tensor::Activation;

/// The registry's entry.
pub static ARCHITECTURE: Architecture = Architecture {
    model_type: "albert",
    base_prefix: "albert.",
    classes: &[
        "AlbertModel",
        "AlbertForPreTraining",
        "AlbertForMaskedLM",
        "AlbertForSequenceClassification",
        "AlbertForTokenClassification",
        "AlbertForQuestionAnswering",
        "AlbertForMultipleChoice",
    ],
    build: |config, weights| Ok(Box::new(Albert::new(config, weights)?)),
};

/// The most blocks that are run: no parameter stands behind each, so a number alone could ask for any.
const MOST_BLOCKS: usize = 4096;

#[derive(Deserialize)]
#[serde(default)]
struct AlbertConfig {
    vocab_size: usize,
    embedding_size: usize,
    hidden_size: usize,
    num_hidden_layers: usize,
    num_hidden_groups: usize,
    num_attention_heads: usize,
    intermediate_size: usize,
    inner_group_num: usize,
    hidden_act: String,
    max_position_embeddings: usize,
    type_vocab_size: usize,
    layer_norm_eps: f32,
    position_embedding_type: Position,
    tie_word_embeddings: bool,
}

impl Default for AlbertConfig {
    fn default() -> Self {
        Self {
            vocab_size: 30000,
            embedding_size: 128,
            hidden_size: 4096,
            num_hidden_layers: 12,
            num_hidden_groups: 1,
            num_attention_heads: 64,
            intermediate_size: 16384,
            inner_group_num: 1,
            hidden_act: "gelu_new".to_owned(),
            max_position_embeddings: 512,
            type_vocab_size: 2,
            layer_norm_eps: 1e-12,
            position_embedding_type: Position::Absolute,
            tie_word_embeddings: true,
        }
    }
}

impl AlbertConfig {
    fn read(config: &Config<'_>) -> Result<Self, ModelError> {
        config.accept("pruned_heads", |v| v.as_object().is_none_or(serde_json::Map::is_empty), "no pruned heads")?;
        let read: Self = config.read()?;
        config.sizes(&[
            ("vocab_size", read.vocab_size),
            ("embedding_size", read.embedding_size),
            ("hidden_size", read.hidden_size),
            ("num_hidden_groups", read.num_hidden_groups),
            ("num_attention_heads", read.num_attention_heads),
            ("intermediate_size", read.intermediate_size),
            ("inner_group_num", read.inner_group_num),
            ("max_position_embeddings", read.max_position_embeddings),
            ("type_vocab_size", read.type_vocab_size),
        ])?;
        let (layers, groups, inner) = (read.num_hidden_layers, read.num_hidden_groups, read.inner_group_num);
        config.must(
            "num_hidden_layers",
            layers,
            layers <= MOST_BLOCKS / inner.min(MOST_BLOCKS),
            "a few thousand blocks",
        )?;
        // The official code counts the heads of a group's layers by their number, and stumbles where they are fewer.
        config.must(
            "inner_group_num",
            inner,
            layers == 0 || inner <= layers / groups,
            "as many as a group has layers",
        )?;
        Ok(read)
    }

    /// The group that a layer belongs to: the layers are shared out in equal runs.
    fn group(&self, layer: usize) -> usize {
        (layer as f64 / (self.num_hidden_layers as f64 / self.num_hidden_groups as f64)) as usize
    }

    fn reader(&self, channels: usize) -> Reader {
        Reader {
            sizes: Sizes {
                layers: self.num_hidden_layers * self.inner_group_num,
                decoder_layers: 0,
                heads: self.num_attention_heads,
                key_heads: self.num_attention_heads,
                channels,
                d_model: self.hidden_size,
                d_ff: self.intermediate_size,
                vocabulary: self.vocab_size,
                context: Some(self.max_position_embeddings),
            },
            positions: self.max_position_embeddings,
            segments: self.type_vocab_size,
            position: self.position_embedding_type,
            causal: false,
        }
    }
}

/// The parameters of a block by their names here.
fn places<'a>(layer: &Weights<'a>) -> BlockPlaces<'a> {
    BlockPlaces {
        query: layer.at("attention.query"),
        key: layer.at("attention.key"),
        value: layer.at("attention.value"),
        attention_output: layer.at("attention.dense"),
        attention_norm: layer.at("attention.LayerNorm"),
        inner: layer.at("ffn"),
        outer: layer.at("ffn_output"),
        norm: layer.at("full_layer_layer_norm"),
    }
}

/// ALBERT with the head of its class.
struct Albert {
    class: &'static str,
    reader: Reader,
    embeddings: SummedEmbeddings,
    embedding_hidden_mapping_in: Linear,
    /// The blocks of each group.
    groups: Vec<Vec<PostNormBlock>>,
    /// The group of each layer.
    layers: Vec<usize>,
    head: Head,
}

impl Albert {
    fn new(config: &Config<'_>, weights: &Weights<'_>) -> Result<Self, ModelError> {
        let own = AlbertConfig::read(config)?;
        let heads = ("num_attention_heads", own.num_attention_heads);
        let channels = config.channels(("hidden_size", own.hidden_size), heads)?;
        let activation = config.activation("hidden_act", &own.hidden_act)?;
        let usual = "embeddings.word_embeddings";
        let tied = own.tie_word_embeddings && matches!(config.task(), "MaskedLM" | "PreTraining");
        let words = if tied { weights.first_of(&[usual, "predictions.decoder"]) } else { weights.at(usual) };
        let tables = TableSizes {
            feature: own.embedding_size,
            vocabulary: own.vocab_size,
            positions: own.max_position_embeddings,
            segments: own.type_vocab_size,
        };
        let embeddings = SummedEmbeddings::new(&weights.at("embeddings"), &words, tables, own.layer_norm_eps)?;
        let (narrow, wide) = (Axis::new(Kind::Feature, own.embedding_size), Axis::new(Kind::Feature, own.hidden_size));
        let mapping = Linear::new(&weights.at("encoder.embedding_hidden_mapping_in"), narrow, wide)?;
        let sizes = BlockSizes {
            feature: own.hidden_size,
            heads: own.num_attention_heads,
            inner: own.intermediate_size,
            activation,
            epsilon: own.layer_norm_eps,
        };
        let block = |weights: &Weights<'_>| -> Result<PostNormBlock, ModelError> {
            let (table, positions) = (weights.at("attention.distance_embedding"), own.max_position_embeddings);
            let distances = own.position_embedding_type.distances(&table, positions, channels)?;
            // What the distances add is not divided by √d here.
            let distances = distances.map(|distances| DistanceKeys { divided: false, ..distances });
            Ok(PostNormBlock::new(&places(weights), &sizes, distances)?)
        };
        let group = |group: usize| {
            let weights = weights.at("encoder.albert_layer_groups").at(group).at("albert_layers");
            (0..own.inner_group_num).map(|inner| block(&weights.at(inner))).collect()
        };
        let groups = (0..own.num_hidden_groups).map(group).collect::<Result<_, _>>()?;
        let head = match Head::common(config, weights, own.hidden_size)? {
            Some(head) => head,
            None => Self::head(config, weights, &own, activation, &embeddings)?,
        };
        let layers = (0..own.num_hidden_layers).map(|layer| own.group(layer)).collect();
        let (class, reader) = (config.class, own.reader(channels));
        Ok(Self { class, reader, embeddings, embedding_hidden_mapping_in: mapping, groups, layers, head })
    }

    /// The head of a class.
    fn head(
        config: &Config<'_>,
        weights: &Weights<'_>,
        own: &AlbertConfig,
        activation: Activation,
        embeddings: &SummedEmbeddings,
    ) -> Result<Head, ModelError> {
        let feature = Axis::new(Kind::Feature, own.hidden_size);
        let linear = |place: &str, to| Linear::new(&weights.at(place), feature.clone(), to);
        let pooler = || -> Result<Summary, ModelError> {
            Ok(Summary::of_first(linear("pooler", feature.clone())?, Activation::Tanh))
        };
        let words = || {
            let weights = weights.at("predictions");
            let places = HeadPlaces {
                transform: weights.at("dense"),
                norm: weights.at("LayerNorm"),
                decoder: weights.at("decoder"),
                bias: weights,
            };
            let (from, to, vocabulary) = (own.hidden_size, own.embedding_size, own.vocab_size);
            let sizes = HeadSizes { from, to, vocabulary, activation, epsilon: own.layer_norm_eps };
            let table = own.tie_word_embeddings.then(|| embeddings.words().table());
            PredictionHead::new(&places, &sizes, table)
        };
        Ok(match config.task() {
            "MaskedLM" => Head::Words(words()?),
            "PreTraining" => Head::Both {
                pooler: pooler()?,
                words: words()?,
                judge: linear("sop_classifier.classifier", config.classes()?)?,
                judgement: ("sop_logits", &name::SENTENCE_ORDER),
            },
            "SequenceClassification" => Head::Text(pooler()?, Some(linear("classifier", config.classes()?)?)),
            "MultipleChoice" => Head::Choice(pooler()?, linear("classifier", Axis::new(Kind::Class, 1))?),
            _ => Head::Vectors(Some(pooler()?)),
        })
    }
}

impl Encoder for Albert {
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
        let x = self.embeddings.forward(tape, &pass.ids, pass.segments.as_ref(), pass.positions.as_ref());
        let mut x = self.embedding_hidden_mapping_in.forward(x).named(&name::EMBEDDING_PROJECTION);
        tape.output("hidden_states.0", x); // (batch, token, feature)
        let mut index = 0;
        for (layer, &group) in self.layers.iter().enumerate() {
            for block in &self.groups[group] {
                let weights;
                (x, weights) = tape.numbered(&name::LAYER, index, || block.forward(x, index, &pass.sight));
                tape.output(format!("attentions.{index}"), weights);
                index += 1;
            }
            tape.output(format!("hidden_states.{}", layer + 1), x);
        }
        self.head.forward(x);
    }
}
