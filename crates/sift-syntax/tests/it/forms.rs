//! Every syntactic form is parsed, printed, and shown as a tree.

use crate::common::spanless;
use sift_syntax::{parse, print};

const FORMS: &str = include_str!("../forms.sift");

#[test]
fn every_syntax_form_is_parsed() {
    let parsed = parse(FORMS);
    assert_eq!(parsed.diagnostics, []);
    let printed = print(&parsed.program);
    insta::assert_snapshot!("printed_forms", printed);
    let again = parse(&printed);
    assert_eq!(again.diagnostics, []);
    assert_eq!(spanless(&again.program), spanless(&parsed.program));
    assert_eq!(print(&again.program), printed);
}

#[test]
fn comments_are_collected_with_offsets() {
    let source = "# first\nx = [1, # second\n 2]\n  # third\ny = '# none' # fourth";
    let comments: Vec<_> = parse(source)
        .comments
        .into_iter()
        .map(|comment| (comment.text, comment.span.start))
        .collect();
    assert_eq!(
        comments,
        [
            ("# first".into(), 0),
            ("# second".into(), 16),
            ("# third".into(), 31),
            ("# fourth".into(), 52)
        ]
    );
}
