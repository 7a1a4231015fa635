//! Exact counts, memory and work of a model at a chosen length of text.

use crate::catalog::estimate::{estimates, parameters, sizes};
use crate::catalog::{Entry, Variant};
use crate::explore::Subject;
use crate::models::{Inputs, Predicts};

/// Sizes of a model, and what it takes at some length of text; what is not known is none.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Figures {
    /// Layers, and those of a decoder that follows an encoder.
    pub layers: Option<(u64, Option<u64>)>,
    /// Numbers of a token's vector.
    pub width: Option<u64>,
    /// Attention heads of a layer.
    pub heads: Option<u64>,
    /// Entries of the vocabulary.
    pub vocabulary: Option<u64>,
    /// The longest text that it reads.
    pub context: Option<u64>,
    /// Parameters.
    pub parameters: Option<f64>,
    /// Whether they were counted with the code that runs the model, and not only published.
    pub counted: bool,
    /// Bytes of the weights at two bytes each.
    pub weights: Option<f64>,
    /// Bytes of keys and values at two bytes a number, for the length; none where nothing is written.
    pub cache: Option<f64>,
    /// Floating-point operations a token, for the length.
    pub work: Option<f64>,
}

impl Figures {
    /// Of a published variant.
    pub fn of_variant(entry: &Entry, variant: &Variant, length: Option<u64>) -> Self {
        let sizes = sizes(variant);
        let list = estimates(entry, variant, length);
        let value = |id: &str| list.iter().find(|estimate| estimate.what.id == id).map(|estimate| estimate.value);
        let size = parameters(variant);
        Self {
            layers: sizes.layers.map(|layers| (layers, sizes.decoder_layers)),
            width: sizes.d_model,
            heads: sizes.heads,
            vocabulary: sizes.vocabulary,
            context: crate::catalog::estimate::context(entry, variant),
            parameters: size.map(|size| size.number),
            counted: size.is_some_and(|size| size.counted),
            weights: value("weights_fp16"),
            cache: value("cache"),
            work: value("flops_per_token"),
        }
    }

    /// Of a model that is open.
    pub fn of_subject(subject: &Subject, length: Option<u64>) -> Self {
        let sizes = subject.sizes();
        let count = subject.parameters().count() as f64;
        let wide = |number: usize| number as u64;
        let length = length.or(sizes.context.map(wide));
        let writes = subject.predicts().0 == Predicts::Next;
        let kept = 4 * sizes.writing_layers() * sizes.key_heads * sizes.channels;
        Self {
            layers: Some((wide(sizes.layers), (sizes.decoder_layers > 0).then_some(wide(sizes.decoder_layers)))),
            width: Some(wide(sizes.d_model)),
            heads: Some(wide(sizes.heads)),
            vocabulary: Some(wide(sizes.vocabulary)),
            context: sizes.context.map(wide),
            parameters: Some(count),
            counted: true,
            weights: Some(2.0 * count),
            cache: length.filter(|_| writes).map(|length| kept as f64 * length as f64),
            work: length.and_then(|length| work(subject, length)),
        }
    }
}

/// Operations a token of a pass over so many tokens; nothing where it cannot read them.
fn work(subject: &Subject, length: u64) -> Option<f64> {
    let tokens = usize::try_from(length).ok().filter(|tokens| (1..=1 << 14).contains(tokens))?;
    let inputs = Inputs::ids(&vec![0; tokens]);
    // Half is read and half is written where there are two streams.
    let inputs = if subject.writes_target() { inputs.with_target(&vec![0; tokens]) } else { inputs };
    Some(subject.model().graph(&inputs).ok()?.cost() as f64 / tokens as f64)
}
