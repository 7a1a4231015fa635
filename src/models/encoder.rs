//! What encoders of BERT's kind are as models: they read the same inputs and end in the same heads. What is peculiar to
//! one of them is how it embeds and which layers it runs.

use std::sync::Arc;

use super::head::Head;
use super::inputs::counted;
use super::reading::{Reader, Reading};
use super::{InputError, Inputs, Model, Predicts, Sizes};
use crate::tape::{Ids, Tape};

/// An encoder of BERT's kind; each is a [`Model`].
pub(super) trait Encoder: Send + Sync {
    /// The official name of the class.
    fn class(&self) -> &'static str;

    /// What it takes.
    fn reader(&self) -> &Reader;

    /// What stands behind its layers.
    fn head(&self) -> &Head;

    /// The equations, from the checked inputs to the official outputs.
    fn forward(&self, tape: &Tape, pass: &Reading);

    /// Where each token stands if that is not given, behind so many tokens of earlier passes: counted from 0.
    ///
    /// # Errors
    /// Where the table has no row for it.
    fn places(&self, ids: &Ids, past: usize) -> Result<Arc<Ids>, InputError> {
        Ok(counted(&ids.axes, past))
    }

    /// As [`Model::arguments`].
    fn arguments(&self) -> &'static [&'static str] {
        &["input_ids", "attention_mask", "token_type_ids", "position_ids"]
    }

    /// As [`Model::predicts`].
    fn predicts(&self) -> (Predicts, &'static str) {
        self.head().predicts(self.reader().causal)
    }

    /// As [`Model::judges`].
    fn judges(&self) -> Option<&'static str> {
        None
    }
}

impl<E: Encoder> Model for E {
    fn class(&self) -> &'static str {
        Encoder::class(self)
    }

    fn sizes(&self) -> Sizes {
        self.reader().sizes
    }

    fn arguments(&self) -> &'static [&'static str] {
        Encoder::arguments(self)
    }

    fn predicts(&self) -> (Predicts, &'static str) {
        Encoder::predicts(self)
    }

    fn reads_pairs(&self) -> bool {
        self.reader().segments > 1
    }

    fn judges(&self) -> Option<&'static str> {
        Encoder::judges(self)
    }

    fn build(&self, tape: &Tape, inputs: &Inputs) -> Result<(), InputError> {
        let pass = self.head().read(self.reader(), inputs, |ids, past| self.places(ids, past))?;
        self.forward(tape, &pass);
        Ok(())
    }
}
