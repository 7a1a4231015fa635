//! ELECTRA: Clark et al. 2020, <https://arxiv.org/abs/2003.10555>.
//!
//! Official code: transformers 4.46.3, `models/electra/modeling_electra.py`; before it google-research/electra.
//! Two encoders of BERT's kind are trained together: a small generator fills masked words in, and the discriminator,
//! which is what remains, says of every token whether it is the original. So it learns from all places, not from the
//! masked ones alone. Where the tables are narrower than the layers, one product brings the vectors to their width.

use serde::Deserialize;
use serde_json::{Value, json};

use super::bert::BertConfig;
use super::encoder::Encoder;
use super::head::Head;
use super::reading::{Reader, Reading};
use super::sequence_summary::SequenceSummary;
use super::{Architecture, Config, ModelError, Predicts};
use crate::nn::{HeadPlaces, Linear, PostNormBlock, Summary, SummedEmbeddings, Weights, run_blocks};
use crate::tape::{Axis, Kind, Tape, Var, vocabulary as name};
use crate::tensor::Activation;

/// The registry's entry.
pub static ARCHITECTURE: Architecture = Architecture {
    model_type: "electra",
    base_prefix: "electra.",
    classes: &[
        "ElectraModel",
        "ElectraForPreTraining",
        "ElectraForMaskedLM",
        "ElectraForCausalLM",
        "ElectraForSequenceClassification",
        "ElectraForTokenClassification",
        "ElectraForQuestionAnswering",
        "ElectraForMultipleChoice",
    ],
    build: |config, weights| Ok(Box::new(Electra::new(config, weights)?)),
};

/// Where the defaults differ from BERT's: the small model is the default.
fn defaults() -> Value {
    json!({"hidden_size": 256, "num_attention_heads": 4, "intermediate_size": 1024})
}

/// What ELECTRA's configuration has beside BERT's fields.
#[derive(Deserialize)]
#[serde(default)]
struct Tables {
    embedding_size: usize,
}

impl Default for Tables {
    fn default() -> Self {
        Self { embedding_size: 128 }
    }
}

/// Says of each token whether it is the original.
struct Discriminator {
    dense: Linear,
    activation: Activation,
    prediction: Linear,
}

impl Discriminator {
    fn new(weights: &Weights<'_>, feature: &Axis, activation: Activation) -> Result<Self, ModelError> {
        Ok(Self {
            dense: Linear::new(&weights.at("dense"), feature.clone(), feature.clone())?,
            activation,
            prediction: Linear::new(&weights.at("dense_prediction"), feature.clone(), Axis::new(Kind::Class, 1))?,
        })
    }

    /// x (batch, token, feature) → (batch, token).
    fn forward<'t>(&self, x: Var<'t>) -> Var<'t> {
        x.tape().scope(&name::DISCRIMINATOR, || {
            let x = self.dense.forward(x).named(&name::TRANSFORM);
            let x = x.activation(self.activation).named(&name::ACTIVATION);
            self.prediction.forward(x).named(&name::REPLACED).select(Kind::Class, 0)
        })
    }
}

/// ELECTRA as generator, discriminator, or with another head.
struct Electra {
    class: &'static str,
    reader: Reader,
    embeddings: SummedEmbeddings,
    /// Where the tables have another width than the layers.
    embeddings_project: Option<Linear>,
    layers: Vec<PostNormBlock>,
    head: Head,
    discriminator: Option<Discriminator>,
}

impl Electra {
    fn new(config: &Config<'_>, weights: &Weights<'_>) -> Result<Self, ModelError> {
        let own = BertConfig::read(config, &defaults())?;
        let width = config.read::<Tables>()?.embedding_size;
        config.sizes(&[("embedding_size", width)])?;
        let reader = own.reader(config)?;
        let usual = "embeddings.word_embeddings";
        let tied = own.tie_word_embeddings && matches!(config.task(), "MaskedLM" | "CausalLM");
        let words = if tied { weights.first_of(&[usual, "generator_lm_head"]) } else { weights.at(usual) };
        let embeddings = own.embeddings(weights, &words, width)?;
        let project = || Linear::new(&weights.at("embeddings_project"), Axis::new(Kind::Feature, width), own.feature());
        let embeddings_project = (width != own.hidden_size).then(project).transpose()?;
        let layers = own.layers(config, weights)?;
        let head = match Head::common(config, weights, own.hidden_size)? {
            Some(head) => head,
            None => Self::head(config, weights, &own, width, &embeddings)?,
        };
        let discriminator = match config.task() {
            "PreTraining" => {
                let weights = weights.at("discriminator_predictions");
                Some(Discriminator::new(&weights, &own.feature(), own.activation(config)?)?)
            }
            _ => None,
        };
        Ok(Self { class: config.class, reader, embeddings, embeddings_project, layers, head, discriminator })
    }

    /// The head of a class. The bends of all but the discriminator are the exact GELU, whatever the layers have.
    fn head(
        config: &Config<'_>,
        weights: &Weights<'_>,
        own: &BertConfig,
        width: usize,
        embeddings: &SummedEmbeddings,
    ) -> Result<Head, ModelError> {
        let linear = |place: &str, to| Linear::new(&weights.at(place), own.feature(), to);
        Ok(match config.task() {
            "MaskedLM" | "CausalLM" => {
                let predictions = weights.at("generator_predictions");
                let places = HeadPlaces {
                    transform: predictions.at("dense"),
                    norm: predictions.at("LayerNorm"),
                    decoder: weights.at("generator_lm_head"),
                    bias: weights.at("generator_lm_head"),
                };
                Head::Words(own.words(&places, width, Activation::Gelu, embeddings)?)
            }
            "SequenceClassification" => {
                let summary = Summary::of_first(linear("classifier.dense", own.feature())?, Activation::Gelu);
                Head::Text(summary, Some(linear("classifier.out_proj", config.classes()?)?))
            }
            "MultipleChoice" => {
                let summary = json!({"summary_activation": "gelu", "summary_proj_to_labels": false});
                let summary = SequenceSummary::read(config, &summary)?.build(config, weights, &own.feature())?;
                Head::Choice(summary, linear("classifier", Axis::new(Kind::Class, 1))?)
            }
            _ => Head::Vectors(None),
        })
    }
}

impl Encoder for Electra {
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
        let x = match &self.embeddings_project {
            Some(project) => project.forward(x).named(&name::EMBEDDING_PROJECTION), // (batch, token, feature)
            None => x,
        };
        let x = run_blocks(tape, x, &self.layers, &pass.sight);
        match &self.discriminator {
            Some(discriminator) => tape.output("logits", discriminator.forward(x)),
            None => self.head.forward(x),
        }
    }

    fn predicts(&self) -> (Predicts, &'static str) {
        match self.discriminator {
            Some(_) => (Predicts::Nothing, "logits"),
            None => self.head.predicts(self.reader.causal),
        }
    }
}
