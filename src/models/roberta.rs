//! RoBERTa: Liu et al. 2019, <https://arxiv.org/abs/1907.11692>, and XLM-RoBERTa: Conneau et al. 2019,
//! <https://arxiv.org/abs/1911.02116>.
//!
//! Official code: transformers 4.46.3, `models/roberta/modeling_roberta.py` and `models/xlm_roberta`, which are the same;
//! before them facebookresearch/fairseq. BERT's encoder, trained longer on more text, on masked words alone and with
//! new masks each time; XLM-RoBERTa is the same over a hundred languages. What differs in a pass: places are counted
//! over the tokens that are no padding, and begin behind the number of the padding token.

use std::sync::Arc;

use serde::Deserialize;
use serde_json::{Value, json};

use super::bert::BertConfig;
use super::encoder::Encoder;
use super::head::Head;
use super::reading::{Position, Reader, Reading};
use super::{Architecture, Config, InputError, ModelError};
use crate::nn::{HeadPlaces, Linear, PostNormBlock, Summary, SummedEmbeddings, Weights, run_blocks};
use crate::tape::{Axis, Ids, Kind, Tape};
use crate::tensor::Activation;

/// RoBERTa.
pub static ROBERTA: Architecture = Architecture {
    model_type: "roberta",
    base_prefix: "roberta.",
    classes: &[
        "RobertaModel",
        "RobertaForMaskedLM",
        "RobertaForCausalLM",
        "RobertaForSequenceClassification",
        "RobertaForTokenClassification",
        "RobertaForQuestionAnswering",
        "RobertaForMultipleChoice",
    ],
    build: |config, weights| Ok(Box::new(Roberta::new(config, &json!({"vocab_size": 50_265}), weights)?)),
};

/// The same code over the vocabulary of a hundred languages.
pub static XLM_ROBERTA: Architecture = Architecture {
    model_type: "xlm-roberta",
    base_prefix: "roberta.",
    classes: &[
        "XLMRobertaModel",
        "XLMRobertaForMaskedLM",
        "XLMRobertaForCausalLM",
        "XLMRobertaForSequenceClassification",
        "XLMRobertaForTokenClassification",
        "XLMRobertaForQuestionAnswering",
        "XLMRobertaForMultipleChoice",
    ],
    build: |config, weights| Ok(Box::new(Roberta::new(config, &Value::Null, weights)?)),
};

/// What RoBERTa's configuration has that BERT's pass does not read.
#[derive(Deserialize)]
#[serde(default)]
struct Padding {
    pad_token_id: u32,
}

impl Default for Padding {
    fn default() -> Self {
        Self { pad_token_id: 1 }
    }
}

/// RoBERTa with the head of its class.
struct Roberta {
    class: &'static str,
    reader: Reader,
    pad: u32,
    embeddings: SummedEmbeddings,
    layers: Vec<PostNormBlock>,
    head: Head,
}

impl Roberta {
    fn new(config: &Config<'_>, defaults: &Value, weights: &Weights<'_>) -> Result<Self, ModelError> {
        let own = BertConfig::read(config, defaults)?;
        let pad = config.read::<Padding>()?.pad_token_id;
        let rows = own.vocab_size.min(own.max_position_embeddings);
        let served = "a row of the token table and of the position table";
        config.must("pad_token_id", pad, (pad as usize) < rows, served)?;
        let mut reader = own.reader(config)?;
        if own.position_embedding_type == Position::Absolute {
            // The rows of the position table up to that of the padding are never a token's.
            reader.sizes.context = Some(own.max_position_embeddings - 1 - pad as usize);
        }
        let usual = "embeddings.word_embeddings";
        let tied = own.tie_word_embeddings && matches!(config.task(), "MaskedLM" | "CausalLM");
        let words = if tied { weights.first_of(&[usual, "lm_head.decoder"]) } else { weights.at(usual) };
        let embeddings = own.embeddings(weights, &words, own.hidden_size)?;
        let layers = own.layers(config, weights)?;
        let head = match Head::common(config, weights, own.hidden_size)? {
            Some(head) => head,
            None => Self::head(config, weights, &own, &embeddings)?,
        };
        Ok(Self { class: config.class, reader, pad, embeddings, layers, head })
    }

    /// The head of a class. The bend before the vocabulary is the exact GELU, whatever the layers have.
    fn head(
        config: &Config<'_>,
        weights: &Weights<'_>,
        own: &BertConfig,
        embeddings: &SummedEmbeddings,
    ) -> Result<Head, ModelError> {
        let linear = |place: &str, to| Linear::new(&weights.at(place), own.feature(), to);
        let summary = |place: &str| -> Result<Summary, ModelError> {
            Ok(Summary::of_first(linear(place, own.feature())?, Activation::Tanh))
        };
        let words = || {
            let weights = weights.at("lm_head");
            let places = HeadPlaces {
                transform: weights.at("dense"),
                norm: weights.at("layer_norm"),
                decoder: weights.at("decoder"),
                bias: weights,
            };
            own.words(&places, own.hidden_size, Activation::Gelu, embeddings)
        };
        Ok(match config.task() {
            "MaskedLM" | "CausalLM" => Head::Words(words()?),
            "SequenceClassification" => {
                Head::Text(summary("classifier.dense")?, Some(linear("classifier.out_proj", config.classes()?)?))
            }
            "MultipleChoice" => {
                Head::Choice(summary("pooler.dense")?, linear("classifier", Axis::new(Kind::Class, 1))?)
            }
            _ => Head::Vectors(Some(summary("pooler.dense")?)),
        })
    }
}

impl Encoder for Roberta {
    fn class(&self) -> &'static str {
        self.class
    }

    fn reader(&self) -> &Reader {
        &self.reader
    }

    fn head(&self) -> &Head {
        &self.head
    }

    /// Tokens are counted without the padding, which itself stays at its own number.
    fn places(&self, ids: &Ids, past: usize) -> Result<Arc<Ids>, InputError> {
        let tokens = ids.axes.len_of(Kind::Token);
        let mut places = Vec::with_capacity(ids.values.len());
        for row in ids.values.chunks(tokens) {
            let mut seen = past as u32;
            places.extend(row.iter().map(|&id| {
                seen += u32::from(id != self.pad);
                if id == self.pad { self.pad } else { self.pad + seen }
            }));
        }
        match places.iter().max() {
            Some(&last) if last as usize >= self.reader.positions => Err(InputError::TooLong {
                tokens: past + tokens,
                limit: self.reader.positions - 1 - self.pad as usize,
                why: "max_position_embeddings, without the rows up to pad_token_id",
            }),
            _ => Ok(Ids::new(ids.axes.clone(), places)),
        }
    }

    fn forward(&self, tape: &Tape, pass: &Reading) {
        let x = self.embeddings.forward(tape, &pass.ids, pass.segments.as_ref(), pass.positions.as_ref());
        self.head.forward(run_blocks(tape, x, &self.layers, &pass.sight));
    }
}
