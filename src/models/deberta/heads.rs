//! What stands on the encoder, by class.

use super::DebertaConfig;
use crate::models::{Config, ModelError, Predicts};
use crate::nn::{Embedding, Init, LayerNorm, Linear, Weights};
use crate::tape::{Axes, Axis, Kind, Var, vocabulary as name};
use crate::tensor::Activation;

/// What fills masked words in.
pub struct Predictions {
    transform: Linear,
    activation: Activation,
    norm: LayerNorm,
    decoder: Linear,
}

/// One vector for the whole text: the first token's, through a product and a bend.
pub struct Pooler {
    dense: Linear,
    activation: Activation,
}

pub enum Head {
    None,
    Predictions(Box<Predictions>),
    Text(Pooler, Linear),
    Tokens(Linear),
    Span(Linear),
}

impl Head {
    pub fn new(
        config: &Config<'_>,
        weights: &Weights<'_>,
        own: &DebertaConfig,
        words: &Embedding,
    ) -> Result<Self, ModelError> {
        let classes = |part: &str| -> Result<Linear, ModelError> {
            let axis = Axis::new(Kind::Class, config.labels()?);
            Ok(Linear::new(&weights.at(part), own.feature(), axis)?)
        };
        let class = config.class;
        Ok(if class.ends_with("MaskedLM") {
            Self::Predictions(Box::new(Predictions::new(config, &weights.at("cls.predictions"), own, words)?))
        } else if class.ends_with("SequenceClassification") {
            let dense = Linear::new(&weights.at("pooler.dense"), own.feature(), own.feature())?;
            let activation = config.activation("pooler_hidden_act", &own.pooler_hidden_act)?;
            Self::Text(Pooler { dense, activation }, classes("classifier")?)
        } else if class.ends_with("TokenClassification") {
            Self::Tokens(classes("classifier")?)
        } else if class.ends_with("QuestionAnswering") {
            config.two_labels()?;
            Self::Span(classes("qa_outputs")?)
        } else {
            Self::None
        })
    }

    pub fn predicts(&self) -> (Predicts, &'static str) {
        match self {
            Self::Predictions(_) => (Predicts::Masked, "logits"),
            Self::None => (Predicts::Nothing, "last_hidden_state"),
            Self::Text(..) | Self::Tokens(_) => (Predicts::Nothing, "logits"),
            Self::Span(_) => (Predicts::Nothing, "start_logits"),
        }
    }

    /// x (batch, token, feature): the official outputs of the class.
    pub fn forward(&self, x: Var<'_>) {
        let tape = x.tape();
        match self {
            Self::None => tape.output("last_hidden_state", x),
            Self::Predictions(head) => tape.output("logits", head.forward(x)),
            Self::Text(pooler, classifier) => {
                let pooled = tape.scope(&name::POOLER, || {
                    let first = pooler.dense.forward(x.select(Kind::Token, 0)).named(&name::TRANSFORM);
                    first.activation(pooler.activation).named(&name::POOLED) // (batch, feature)
                });
                tape.output("logits", classifier.forward(pooled).named(&name::CLASS_SCORES)); // (batch, class)
            }
            Self::Tokens(classifier) => {
                tape.output("logits", classifier.forward(x).named(&name::CLASS_SCORES)); // (batch, token, class)
            }
            Self::Span(ends) => {
                let ends = ends.forward(x).named(&name::ANSWER_SPAN); // (batch, token, class)
                tape.output("start_logits", ends.select(Kind::Class, 0));
                tape.output("end_logits", ends.select(Kind::Class, 1));
            }
        }
    }
}

impl Predictions {
    fn new(
        config: &Config<'_>,
        weights: &Weights<'_>,
        own: &DebertaConfig,
        words: &Embedding,
    ) -> Result<Self, ModelError> {
        let narrow = Axis::new(Kind::Feature, own.embedding_size());
        let vocabulary = Axis::new(Kind::Vocabulary, own.vocab_size);
        let transform = weights.at("transform");
        let bias = weights.parameter("bias", Axes::new([vocabulary.clone()]), Init::Zeros)?;
        let decoder = if own.tie_word_embeddings {
            Linear::tied(words.table(), Some(bias))
        } else {
            let axes = Axes::new([vocabulary, narrow.clone()]);
            let weight = weights.at("decoder").parameter("weight", axes, Init::Normal(0.02))?;
            Linear::tied(&weight, Some(bias))
        };
        Ok(Self {
            transform: Linear::new(&transform.at("dense"), own.feature(), narrow.clone())?,
            activation: config.activation("hidden_act", &own.hidden_act)?,
            norm: LayerNorm::new(&transform.at("LayerNorm"), &narrow, own.layer_norm_eps)?,
            decoder,
        })
    }

    /// x (batch, token, feature) → (batch, token, vocabulary).
    fn forward<'t>(&self, x: Var<'t>) -> Var<'t> {
        x.tape().scope(&name::PREDICTION_HEAD, || {
            let x = self.transform.forward(x).named(&name::TRANSFORM);
            let x = self.norm.forward(x.activation(self.activation).named(&name::ACTIVATION));
            self.decoder.forward(x).named(&name::LOGITS)
        })
    }
}
