//! headscope: an interactive terminal explorer of model architectures.

pub mod app;
pub mod term;
pub mod ui;
