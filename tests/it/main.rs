//! Tests of the whole product.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stderr,
    clippy::string_slice,
    clippy::unwrap_used,
    reason = "tests panic on failure"
)]

mod adversarial;
mod dependencies;
mod dependency_graph;
mod documentation;
#[expect(dead_code, reason = "the `main` functions of the examples are not called")]
mod examples;
mod llama;
mod options;
mod public_face;
mod quickstart;
mod recorded;
mod structure;
mod words;
#[expect(dead_code, reason = "the tests use only part of the tool")]
mod writability;
