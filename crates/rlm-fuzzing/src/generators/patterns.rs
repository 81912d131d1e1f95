//! Generators of regular expressions.

use proptest::prelude::*;

/// Generates regular expressions with all regular constructs and lookahead.
pub fn any_pattern() -> impl Strategy<Value = String> {
    let atom = prop::sample::select(vec![
        "a",
        "b",
        "é",
        ".",
        "[ab]",
        "[^a]",
        r"\w",
        r"\s",
        r"\n",
        r"\d",
        "",
        "^",
        "$",
        r"\b",
        r"\B",
        r"\Z",
        "(?m:^)",
        "(?m:$)",
        "(?i:A)",
        "(?s:.)",
        "[^\\W\\d]",
    ]);
    atom.prop_map(str::to_owned).prop_recursive(4, 24, 3, |inner| {
        let repeat = prop::sample::select(vec!["*", "+", "?", "*?", "+?", "??", "{2}", "{1,2}", "{,2}?", "{2,}"]);
        prop_oneof![
            prop::collection::vec(inner.clone(), 2..4).prop_map(|parts| parts.concat()),
            prop::collection::vec(inner.clone(), 2..4).prop_map(|arms| format!("(?:{})", arms.join("|"))),
            (inner.clone(), repeat).prop_map(|(body, repeat)| format!("(?:{body}){repeat}")),
            inner.clone().prop_map(|body| format!("({body})")),
            inner.prop_map(|body| format!("(?={body})")),
        ]
    })
}
