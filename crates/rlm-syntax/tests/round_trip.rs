//! Tree → text → the same tree.

#![allow(clippy::unwrap_used, reason = "helpers of tests stop at once")]

mod common;
#[path = "common/trees.rs"]
mod trees;

use proptest::collection::vec;
use proptest::prelude::*;
use rlm_syntax::ast::Program;
use rlm_syntax::{parse, print};

use common::spanless;
use trees::statement;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn printed_trees_read_back_as_they_were(body in vec(statement(), 1..4)) {
        let program = Program { body };
        let text = print(&program);
        let parsed = parse(&text);
        prop_assert_eq!(&parsed.diagnostics, &[], "{}", text);
        prop_assert_eq!(spanless(&parsed.program), spanless(&program), "{}", text);
        prop_assert_eq!(print(&parsed.program), text);
    }
}
