//! How the shipped models came about: what they were trained with and on.

pub mod tokenizer;
