//! What stands on the last layer, by class.

use super::XlNetConfig;
use crate::models::{Config, ModelError, Predicts};
use crate::nn::{Embedding, Init, Linear, Weights};
use crate::tape::{Axes, Axis, Kind, Var, vocabulary as name};
use crate::tensor::Activation;

/// Which vector stands for the text.
enum Whole {
    First,
    Last,
    Mean,
}

/// One vector for the text.
pub struct Summary {
    whole: Whole,
    projection: Option<Linear>,
    activation: Option<Activation>,
}

impl Summary {
    fn new(config: &Config<'_>, weights: &Weights<'_>, own: &XlNetConfig) -> Result<Self, ModelError> {
        let whole = match own.summary_type.as_str() {
            "first" => Whole::First,
            // Without an index given, the classification token is the last.
            "last" | "cls_index" => Whole::Last,
            "mean" => Whole::Mean,
            other => {
                return Err(config.refused("summary_type", other.to_owned(), "last, first, mean, cls_index"));
            }
        };
        let projection =
            own.summary_use_proj.then(|| Linear::new(&weights.at("summary"), own.feature(), own.feature()));
        let named = own.summary_activation.as_deref().filter(|named| !named.is_empty());
        let activation = named.map(|named| config.activation("summary_activation", named));
        Ok(Self { whole, projection: projection.transpose()?, activation: activation.transpose()? })
    }

    /// (batch, token, feature) → (batch, feature).
    fn forward<'t>(&self, x: Var<'t>) -> Var<'t> {
        x.tape().scope(&name::SUMMARY, || {
            let whole = match self.whole {
                Whole::First => x.select(Kind::Token, 0),
                Whole::Last => x.select(Kind::Token, x.len_of(Kind::Token) - 1),
                Whole::Mean => x.arrange(&[Kind::Batch, Kind::Feature, Kind::Token]).mean().named(&name::MEAN),
            };
            let whole = self.projection.as_ref().map_or(whole, |p| p.forward(whole).named(&name::TRANSFORM));
            self.activation.map_or(whole, |activation| whole.activation(activation).named(&name::POOLED))
        })
    }
}

pub enum Head {
    None,
    Words(Linear),
    Text(Summary, Linear),
    Tokens(Linear),
    Span(Linear),
}

impl Head {
    pub fn new(
        config: &Config<'_>,
        weights: &Weights<'_>,
        own: &XlNetConfig,
        words: &Embedding,
    ) -> Result<Self, ModelError> {
        let classes = |part: &str| -> Result<Linear, ModelError> {
            let axis = Axis::new(Kind::Class, config.labels()?);
            Ok(Linear::new(&weights.at(part), own.feature(), axis)?)
        };
        Ok(match config.class {
            "XLNetLMHeadModel" => {
                let vocabulary = Axis::new(Kind::Vocabulary, own.vocab_size);
                let head = weights.at("lm_loss");
                let bias = head.parameter("bias", Axes::new([vocabulary.clone()]), Init::Zeros)?;
                if own.tie_word_embeddings {
                    Self::Words(Linear::tied(words.table(), Some(bias)))
                } else {
                    let axes = Axes::new([vocabulary, own.feature()]);
                    Self::Words(Linear::tied(&head.parameter("weight", axes, Init::Normal(0.02))?, Some(bias)))
                }
            }
            "XLNetForSequenceClassification" => {
                let summary = Summary::new(config, &weights.at("sequence_summary"), own)?;
                Self::Text(summary, classes("logits_proj")?)
            }
            "XLNetForTokenClassification" => Self::Tokens(classes("classifier")?),
            "XLNetForQuestionAnsweringSimple" => {
                config.two_labels()?;
                Self::Span(classes("qa_outputs")?)
            }
            _ => Self::None,
        })
    }

    pub fn predicts(&self) -> (Predicts, &'static str) {
        match self {
            Self::Words(_) => (Predicts::Masked, "logits"),
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
            Self::Words(head) => tape.output("logits", head.forward(x).named(&name::LOGITS)), // (batch, token, vocabulary)
            Self::Text(summary, classifier) => {
                let scores = classifier.forward(summary.forward(x)); // (batch, class)
                tape.output("logits", scores.named(&name::CLASS_SCORES));
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
