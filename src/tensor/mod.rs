//! Kernels on plain arrays and slices.

pub mod activation;
mod few_rows;
pub mod pointwise;
pub mod product;
pub mod rows;
mod transpose;
