//! The integration tests of the crate.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stderr,
    clippy::print_stdout,
    clippy::string_slice,
    clippy::unwrap_used,
    reason = "tests panic on failure"
)]

mod attributes;
mod builtin_limits;
mod cases;
mod conformance;
mod container_limits;
mod corpus;
mod corrections;
mod costs;
mod datetime;
mod datetime_limits;
mod documents;
mod every_kind;
mod every_limit;
mod exact_numbers;
mod generated;
mod guards;
mod images;
mod json_calls;
mod library_limits;
mod limit_tests;
mod machine;
mod manual;
mod module_limits;
mod native_stack;
mod number_limits;
mod numeric;
mod pending;
mod provenance;
mod re_limits;
mod ropes;
mod scanned;
mod search;
mod speculation;
mod stepping;
mod str_limits;
mod subcalls;
mod support;
mod text_module_limits;
mod text_oracle;
mod tokens;
mod tool_names;
mod tool_provenance;
mod toolkit;
mod toolkit_limits;
mod tools;
mod unicodedata;
