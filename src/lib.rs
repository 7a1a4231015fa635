//! headscope: an interactive terminal explorer of model architectures.

pub mod app;
pub mod catalog;
pub mod checkpoint;
pub mod cli;
pub mod explore;
pub mod local;
pub mod minis;
pub mod models;
pub mod nn;
pub mod tape;
pub mod tensor;
pub mod term;
pub mod text;
pub mod train;
pub mod ui;
pub mod world;
