//! Parts that several architectures share. A part takes its parameters by pushing path segments onto [`Weights`], so a
//! constructor is the table of parameter names; its `forward` is the equation.

mod attention;
mod embedding;
mod feed_forward;
mod linear;
mod norm;
mod relative_bias;
mod relative_terms;
mod weights;

pub use attention::{Cache, attend, causal, from_heads, padding, padding_of_past, to_heads};
pub use embedding::Embedding;
pub use feed_forward::{FeedForward, GatedFeedForward};
pub use linear::Linear;
pub use norm::{LayerNorm, RmsNorm};
pub use relative_bias::{Buckets, RelativeBias};
pub use relative_terms::{RelativeTerms, sinusoids};
pub use weights::{FromCheckpoint, Init, Random, ShapesOnly, Source, Weights};
