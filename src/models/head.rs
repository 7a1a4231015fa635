//! What stands behind an encoder in the classes that the official code makes of it.

use std::sync::Arc;

use super::reading::{Reader, Reading};
use super::{Config, InputError, Inputs, ModelError, Predicts};
use crate::nn::{Linear, PredictionHead, Summary, Weights};
use crate::tape::{Axis, Ids, Kind, Name, Var, vocabulary as name};

/// A head, by what it says something of.
#[expect(clippy::large_enum_variant, reason = "a model has one of them")]
pub(super) enum Head {
    /// Of nothing: the vectors themselves, and one for the whole text where there is a pooler.
    Vectors(Option<Summary>),
    /// Of each place: which token belongs there.
    Words(PredictionHead),
    /// The same, and a judgement of the text: what both were trained on together.
    Both {
        words: PredictionHead,
        pooler: Summary,
        judge: Linear,
        /// The output of the judge, and the name of its step.
        judgement: (&'static str, &'static Name),
    },
    /// Of the text: which class it belongs to. The summary alone, where it leads to the classes itself.
    Text(Summary, Option<Linear>),
    /// Of several texts: which is the one.
    Choice(Summary, Linear),
    /// Of each token: which class it belongs to.
    Tokens(Linear),
    /// Of the answer to a question: where in the text it begins and ends.
    Span(Linear),
}

impl Head {
    /// The head of a class whose parameters all architectures call alike; `None` for other classes.
    ///
    /// # Errors
    /// Where a parameter is missing or misshapen, or the number of labels does not serve.
    pub fn common(config: &Config<'_>, weights: &Weights<'_>, width: usize) -> Result<Option<Self>, ModelError> {
        let feature = Axis::new(Kind::Feature, width);
        Ok(match config.task() {
            "TokenClassification" => {
                Some(Self::Tokens(Linear::new(&weights.at("classifier"), feature, config.classes()?)?))
            }
            "QuestionAnswering" | "QuestionAnsweringSimple" => {
                let ends = config.classes()?;
                config.must("num_labels", ends.len, ends.len == 2, "2: where an answer begins and where it ends")?;
                Some(Self::Span(Linear::new(&weights.at("qa_outputs"), feature, ends)?))
            }
            _ => None,
        })
    }

    /// What a pass is given; each of several choices is a text of its own.
    ///
    /// # Errors
    /// As [`Reader::read`].
    pub fn read(
        &self,
        reader: &Reader,
        inputs: &Inputs,
        places: impl FnOnce(&Ids, usize) -> Result<Arc<Ids>, InputError>,
    ) -> Result<Reading, InputError> {
        match self {
            Self::Choice(..) => reader.read(&inputs.of_choices(), places),
            _ => reader.read(inputs, places),
        }
    }

    /// x (batch, token, feature), as the last layer gives it, to the official outputs.
    pub fn forward(&self, x: Var<'_>) {
        let tape = x.tape();
        match self {
            Self::Vectors(pooler) => {
                tape.output("last_hidden_state", x);
                if let Some(pooler) = pooler {
                    tape.output("pooler_output", pooler.forward(x)); // (batch, feature)
                }
            }
            Self::Words(head) => tape.output("logits", head.forward(x)), // (batch, token, vocabulary)
            Self::Both { words, pooler, judge, judgement: (output, step) } => {
                let pooled = pooler.forward(x);
                tape.output("prediction_logits", words.forward(x));
                tape.output(*output, judge.forward(pooled).named(step)); // (batch, class)
            }
            Self::Text(summary, None) => tape.output("logits", summary.forward(x).named(&name::CLASSES)),
            Self::Text(summary, Some(classes)) => {
                tape.output("logits", classes.forward(summary.forward(x)).named(&name::CLASSES)); // (batch, class)
            }
            Self::Choice(summary, one) => {
                let scores = one.forward(summary.forward(x)).select(Kind::Class, 0); // (batch), a row a choice
                let choices = Axis::new(Kind::Class, scores.len_of(Kind::Batch));
                let scores = scores.split(Kind::Batch, Axis::new(Kind::Batch, 1), choices);
                tape.output("logits", scores.named(&name::CLASSES)); // (1, class)
            }
            Self::Tokens(classes) => tape.output("logits", classes.forward(x).named(&name::CLASSES)),
            Self::Span(ends) => {
                let ends = ends.forward(x).named(&name::ANSWER_ENDS); // (batch, token, 2)
                tape.output("start_logits", ends.select(Kind::Class, 0)); // (batch, token)
                tape.output("end_logits", ends.select(Kind::Class, 1));
            }
        }
    }

    /// What it predicts, and the output that says so; `writes` where the future is hidden.
    pub fn predicts(&self, writes: bool) -> (Predicts, &'static str) {
        match self {
            Self::Vectors(_) => (Predicts::Nothing, "last_hidden_state"),
            Self::Words(_) if writes => (Predicts::Next, "logits"),
            Self::Words(_) => (Predicts::Masked, "logits"),
            Self::Both { .. } => (Predicts::Masked, "prediction_logits"),
            Self::Span(_) => (Predicts::Nothing, "start_logits"),
            Self::Text(..) | Self::Choice(..) | Self::Tokens(_) => (Predicts::Nothing, "logits"),
        }
    }
}
