//! headscope: an interactive terminal explorer of model architectures.

pub mod checkpoint;
pub mod text;
