//! The binary rlm.
fn main() {}
