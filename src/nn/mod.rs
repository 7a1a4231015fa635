//! Parts that several architectures share. A part takes its parameters by pushing path segments onto [`Weights`], so a
//! constructor is the table of parameter names; its `forward` is the equation.

mod attention;
mod embedding;
mod feed_forward;
mod linear;
mod norm;
mod post_norm;
mod prediction_head;
mod relative_bias;
mod relative_terms;
mod self_attention;
mod summary;
mod summed_embeddings;
mod weights;

pub use attention::{Cache, attend, causal, from_heads, padding, padding_of_past, to_heads};
pub use embedding::Embedding;
pub use feed_forward::{FeedForward, GatedFeedForward};
pub use linear::Linear;
pub use norm::{LayerNorm, RmsNorm};
pub use post_norm::{BlockPlaces, BlockSizes, PostNormBlock, run_blocks};
pub use prediction_head::{HeadPlaces, HeadSizes, PredictionHead};
pub use relative_bias::{Buckets, RelativeBias};
pub use relative_terms::{RelativeTerms, sinusoids};
pub use self_attention::{DistanceKeys, SelfAttention, Sight};
pub use summary::{Pick, Summary};
pub use summed_embeddings::{SummedEmbeddings, TableSizes};
pub use weights::{FromCheckpoint, Init, Random, ShapesOnly, Source, Weights};
