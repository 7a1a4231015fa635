//! BERT: Devlin et al. 2018, <https://arxiv.org/abs/1810.04805>.
//!
//! Official code: transformers 4.46.3, `models/bert/modeling_bert.py`; before it google-research/bert, `modeling.py`.
//! An encoder that sees both sides of every word: token, segment and position vectors are added and normed; each layer
//! attends to the whole text and norms, then passes each token through a feed-forward network and norms again. It was
//! trained to fill masked words in and to tell whether two sentences belong together.

use serde::Deserialize;
use serde_json::Value;

use super::encoder::Encoder;
use super::head::Head;
use super::reading::{Position, Reader, Reading};
use super::{Architecture, Config, ModelError, Sizes};
use crate::nn::{
    BlockPlaces, BlockSizes, HeadPlaces, HeadSizes, Linear, PostNormBlock, PredictionHead, Summary, SummedEmbeddings,
    TableSizes, Weights, run_blocks,
};
use crate::tape::{Axis, Kind, Tape, vocabulary as name};
use crate::tensor::Activation;

/// The registry's entry.
pub static ARCHITECTURE: Architecture = Architecture {
    model_type: "bert",
    base_prefix: "bert.",
    classes: &[
        "BertModel",
        "BertForMaskedLM",
        "BertForPreTraining",
        "BertLMHeadModel",
        "BertForNextSentencePrediction",
        "BertForSequenceClassification",
        "BertForTokenClassification",
        "BertForQuestionAnswering",
        "BertForMultipleChoice",
    ],
    build: |config, weights| Ok(Box::new(Bert::new(config, weights)?)),
};

/// The fields of BERT's configuration, which RoBERTa and ELECTRA have too.
#[derive(Deserialize)]
#[serde(default)]
pub(super) struct BertConfig {
    pub vocab_size: usize,
    pub hidden_size: usize,
    num_hidden_layers: usize,
    num_attention_heads: usize,
    intermediate_size: usize,
    hidden_act: String,
    pub max_position_embeddings: usize,
    type_vocab_size: usize,
    pub layer_norm_eps: f32,
    pub position_embedding_type: Position,
    is_decoder: bool,
    pub tie_word_embeddings: bool,
}

impl Default for BertConfig {
    fn default() -> Self {
        Self {
            vocab_size: 30522,
            hidden_size: 768,
            num_hidden_layers: 12,
            num_attention_heads: 12,
            intermediate_size: 3072,
            hidden_act: "gelu".to_owned(),
            max_position_embeddings: 512,
            type_vocab_size: 2,
            layer_norm_eps: 1e-12,
            position_embedding_type: Position::Absolute,
            is_decoder: false,
            tie_word_embeddings: true,
        }
    }
}

impl BertConfig {
    /// Reads the fields; `defaults` (an object) stand in the place of BERT's own.
    ///
    /// # Errors
    /// Where a field has the wrong type, a size is none, or an option is not supported.
    pub fn read(config: &Config<'_>, defaults: &Value) -> Result<Self, ModelError> {
        config.accept("add_cross_attention", |v| v == &Value::Bool(false), "false")?;
        config.accept("pruned_heads", |v| v.as_object().is_none_or(serde_json::Map::is_empty), "no pruned heads")?;
        let read: Self = config.read_over(defaults, &[])?;
        config.sizes(&[
            ("vocab_size", read.vocab_size),
            ("hidden_size", read.hidden_size),
            ("num_attention_heads", read.num_attention_heads),
            ("intermediate_size", read.intermediate_size),
            ("max_position_embeddings", read.max_position_embeddings),
            ("type_vocab_size", read.type_vocab_size),
        ])?;
        Ok(read)
    }

    /// The function that `hidden_act` names.
    ///
    /// # Errors
    /// Where there is none of that name.
    pub fn activation(&self, config: &Config<'_>) -> Result<Activation, ModelError> {
        config.activation("hidden_act", &self.hidden_act)
    }

    /// Axis of the vectors between the layers.
    pub fn feature(&self) -> Axis {
        Axis::new(Kind::Feature, self.hidden_size)
    }

    /// The tables, `width` numbers a row, the token table at `words`.
    ///
    /// # Errors
    /// Where a parameter is missing or misshapen.
    pub fn embeddings(
        &self,
        weights: &Weights<'_>,
        words: &Weights<'_>,
        width: usize,
    ) -> Result<SummedEmbeddings, ModelError> {
        let tables = TableSizes {
            feature: width,
            vocabulary: self.vocab_size,
            positions: self.max_position_embeddings,
            segments: self.type_vocab_size,
        };
        Ok(SummedEmbeddings::new(&weights.at("embeddings"), words, tables, self.layer_norm_eps)?)
    }

    /// The layers.
    ///
    /// # Errors
    /// Where a parameter is missing or misshapen.
    pub fn layers(&self, config: &Config<'_>, weights: &Weights<'_>) -> Result<Vec<PostNormBlock>, ModelError> {
        let sizes = BlockSizes {
            feature: self.hidden_size,
            heads: self.num_attention_heads,
            inner: self.intermediate_size,
            activation: self.activation(config)?,
            epsilon: self.layer_norm_eps,
        };
        let (channels, positions) = (self.channels(config)?, self.max_position_embeddings);
        let layers = (0..self.num_hidden_layers).map(|layer| {
            let weights = weights.at("encoder.layer").at(layer);
            let table = weights.at("attention.self.distance_embedding");
            let distances = self.position_embedding_type.distances(&table, positions, channels)?;
            Ok(PostNormBlock::new(&BlockPlaces::of_bert(&weights), &sizes, distances)?)
        });
        layers.collect()
    }

    fn channels(&self, config: &Config<'_>) -> Result<usize, ModelError> {
        let heads = ("num_attention_heads", self.num_attention_heads);
        config.channels(("hidden_size", self.hidden_size), heads)
    }

    /// What the model takes.
    ///
    /// # Errors
    /// Where the heads do not divide the width.
    pub fn reader(&self, config: &Config<'_>) -> Result<Reader, ModelError> {
        Ok(Reader {
            sizes: Sizes {
                layers: self.num_hidden_layers,
                decoder_layers: 0,
                heads: self.num_attention_heads,
                key_heads: self.num_attention_heads,
                channels: self.channels(config)?,
                d_model: self.hidden_size,
                d_ff: self.intermediate_size,
                vocabulary: self.vocab_size,
                context: Some(self.max_position_embeddings),
            },
            positions: self.max_position_embeddings,
            segments: self.type_vocab_size,
            position: self.position_embedding_type,
            causal: self.is_decoder,
        })
    }

    /// The head over the vocabulary: from the layers' width to `to`, which the token table has.
    ///
    /// # Errors
    /// Where a parameter is missing or misshapen.
    pub fn words(
        &self,
        places: &HeadPlaces<'_>,
        to: usize,
        activation: Activation,
        embeddings: &SummedEmbeddings,
    ) -> Result<PredictionHead, ModelError> {
        let (from, vocabulary, epsilon) = (self.hidden_size, self.vocab_size, self.layer_norm_eps);
        let sizes = HeadSizes { from, to, vocabulary, activation, epsilon };
        let table = self.tie_word_embeddings.then(|| embeddings.words().table());
        Ok(PredictionHead::new(places, &sizes, table)?)
    }
}

/// BERT with the head of its class.
struct Bert {
    class: &'static str,
    reader: Reader,
    embeddings: SummedEmbeddings,
    layers: Vec<PostNormBlock>,
    head: Head,
}

impl Bert {
    fn new(config: &Config<'_>, weights: &Weights<'_>) -> Result<Self, ModelError> {
        let own = BertConfig::read(config, &Value::Null)?;
        let reader = own.reader(config)?;
        let usual = "embeddings.word_embeddings";
        let tied = own.tie_word_embeddings && predicts_words(config);
        let words = if tied { weights.first_of(&[usual, "cls.predictions.decoder"]) } else { weights.at(usual) };
        let embeddings = own.embeddings(weights, &words, own.hidden_size)?;
        let layers = own.layers(config, weights)?;
        let head = match Head::common(config, weights, own.hidden_size)? {
            Some(head) => head,
            None => Self::head(config, weights, &own, &embeddings)?,
        };
        Ok(Self { class: config.class, reader, embeddings, layers, head })
    }

    /// The head of a class.
    fn head(
        config: &Config<'_>,
        weights: &Weights<'_>,
        own: &BertConfig,
        embeddings: &SummedEmbeddings,
    ) -> Result<Head, ModelError> {
        let linear = |place: &str, to| Linear::new(&weights.at(place), own.feature(), to);
        let pooler = || -> Result<Summary, ModelError> {
            Ok(Summary::of_first(linear("pooler.dense", own.feature())?, Activation::Tanh))
        };
        let words = || {
            let weights = weights.at("cls.predictions");
            let places = HeadPlaces {
                transform: weights.at("transform.dense"),
                norm: weights.at("transform.LayerNorm"),
                decoder: weights.at("decoder"),
                bias: weights,
            };
            own.words(&places, own.hidden_size, own.activation(config)?, embeddings)
        };
        let relation = || linear("cls.seq_relationship", Axis::new(Kind::Class, 2));
        Ok(match config.task() {
            "MaskedLM" => Head::Words(words()?),
            "PreTraining" => Head::Both {
                pooler: pooler()?,
                words: words()?,
                judge: relation()?,
                judgement: ("seq_relationship_logits", &name::SEGMENT_RELATION),
            },
            "NextSentencePrediction" => Head::Text(pooler()?, Some(relation()?)),
            "SequenceClassification" => Head::Text(pooler()?, Some(linear("classifier", config.classes()?)?)),
            "MultipleChoice" => Head::Choice(pooler()?, linear("classifier", Axis::new(Kind::Class, 1))?),
            _ if config.class == "BertLMHeadModel" => Head::Words(words()?),
            _ => Head::Vectors(Some(pooler()?)),
        })
    }
}

/// Whether the class has the head over the vocabulary.
fn predicts_words(config: &Config<'_>) -> bool {
    matches!(config.task(), "MaskedLM" | "PreTraining") || config.class == "BertLMHeadModel"
}

impl Encoder for Bert {
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
        self.head.forward(run_blocks(tape, x, &self.layers, &pass.sight));
    }

    fn judges(&self) -> Option<&'static str> {
        match &self.head {
            Head::Both { judgement: (output, _), .. } => Some(output),
            _ => None,
        }
    }
}
