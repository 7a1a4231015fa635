//! The `headscope` binary.
fn main() {}
