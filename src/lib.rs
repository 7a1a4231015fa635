//! headscope: an interactive terminal explorer of model architectures.

pub mod tensor;
