//! Tests of nesting: allowed nesting works on a small stack in a debug build, and deeper nesting is
//! rejected before it uses any stack.

use crate::common;

use std::collections::BTreeMap;

use sift_syntax::{MAX_DEPTH, Scope, UnknownNames, check, parse, print, render_plain};

/// Parses, checks, prints, compares and drops a program on a thread with a stack of 1 MiB. Returns
/// its error codes.
fn codes(source: String) -> Vec<String> {
    let work = move || {
        let parsed = parse(&source);
        if parsed.is_accepted() {
            let library = common::library();
            let session = BTreeMap::new();
            let scope = Scope {
                library: &library,
                session: &session,
                unknown_names: UnknownNames::Allow,
            };
            assert_eq!(check(&parsed.program, &scope), []);
            let printed = print(&parsed.program);
            assert_eq!(print(&parse(&printed).program), printed);
            assert_eq!(parsed.program.clone(), parsed.program);
            assert!(!format!("{:?}", parsed.program).is_empty());
        }
        assert!(
            !render_plain(&source, &parsed.diagnostics).contains("S0101"),
            "{source}"
        );
        parsed
            .diagnostics
            .iter()
            .map(|diagnostic| diagnostic.code.0.to_owned())
            .collect()
    };
    std::thread::Builder::new()
        .stack_size(1 << 20)
        .spawn(work)
        .unwrap()
        .join()
        .unwrap()
}

/// Returns programs that nest `depth` levels deep, each with a different construct.
fn nested(depth: usize) -> Vec<(&'static str, String)> {
    let wrap = |open: &str, inner: &str, close: &str| format!("{}{inner}{}", open.repeat(depth), close.repeat(depth));
    let blocks: String = (0..depth)
        .map(|level| format!("{}if x:\n", " ".repeat(level)))
        .collect();
    let functions: String = (0..depth)
        .map(|level| format!("{}def f(a):\n", " ".repeat(level)))
        .collect();
    let tries: String = (0..depth).map(|level| format!("{}try:\n", " ".repeat(level))).collect();
    let finallys: String = (0..depth)
        .rev()
        .map(|level| format!("{0}finally:\n{0} pass\n", " ".repeat(level)))
        .collect();
    vec![
        ("parentheses", wrap("(", "x", ")")),
        ("lists", wrap("[", "x", "]")),
        ("dicts", wrap("{1:", "x", "}")),
        ("calls", wrap("f(", "x", ")")),
        ("keywords", wrap("f(a=", "x", ")")),
        ("subscripts", wrap("x[", "1", "]")),
        ("comprehensions", wrap("[y for y in ", "x", "]")),
        ("conditions", wrap("[y for y in x if ", "x", "]")),
        ("tuples", wrap("(", "x", ",)")),
        ("targets", format!("{} = x", wrap("(", "y", ",)"))),
        ("operators", wrap("1 + 2 * -(3 and not ", "x", ")")),
        ("methods", wrap("x.f(", "x", ").g")),
        ("f-strings", wrap("f'{", "x", "}'")),
        (
            "specifications",
            format!("f'{{x{}{}'", ":{x".repeat(depth - 1), "}".repeat(depth)),
        ),
        ("blocks", format!("{blocks}{}pass\n", " ".repeat(depth))),
        ("functions", format!("{functions}{}pass\n", " ".repeat(depth))),
        ("tries", format!("{tries}{}pass\n{finallys}", " ".repeat(depth))),
    ]
}

#[test]
fn nesting_below_the_depth_limit_is_accepted() {
    // The line itself is one level if a chain nests within a bracket.
    for (name, source) in nested(MAX_DEPTH - 2) {
        assert_eq!(codes(source), Vec::<String>::new(), "{name}");
    }
}

#[test]
fn nesting_beyond_the_depth_limit_is_rejected() {
    for depth in [MAX_DEPTH + 1, 5_000] {
        for (name, source) in nested(depth) {
            if source.len() <= sift_syntax::MAX_SOURCE_BYTES {
                assert_eq!(codes(source), ["S0002"], "{name}, {depth} deep");
            }
        }
    }
}

#[test]
fn blocks_and_brackets_share_the_depth_limit() {
    let half = MAX_DEPTH / 2;
    let program = |brackets: usize| {
        let blocks: String = (0..half).map(|level| format!("{}if x:\n", " ".repeat(level))).collect();
        format!(
            "{blocks}{}{}x{}\n",
            " ".repeat(half),
            "(".repeat(brackets),
            ")".repeat(brackets)
        )
    };
    assert_eq!(codes(program(half)), Vec::<String>::new());
    assert_eq!(codes(program(half + 1)), ["S0002"]);
}

/// Chains without nesting are flat in the tree, however long they are.
#[test]
fn flat_chains_do_not_count_as_nesting() {
    let elifs: String = (0..5_000)
        .map(|index| format!("elif x == {index}:\n  pass\n"))
        .collect();
    for (name, source) in [
        ("signs", format!("{}x", "-".repeat(50_000))),
        ("nots", format!("{}x", "not ".repeat(20_000))),
        ("sums", format!("x{}", " + x".repeat(20_000))),
        ("ands", format!("x{}", " and x".repeat(20_000))),
        ("comparisons", format!("x{}", " < x".repeat(20_000))),
        ("attributes", format!("x{}", ".a".repeat(20_000))),
        ("calls", format!("x{}", "()".repeat(20_000))),
        ("subscripts", format!("x{}", "[0]".repeat(20_000))),
        ("conditionals", format!("{}x", "x if x else ".repeat(10_000))),
        ("clauses", format!("[x{}]", " for x in x".repeat(5_000))),
        ("assignments", format!("{}x", "x = ".repeat(20_000))),
        ("strings", "'a' ".repeat(20_000)),
        ("statements", "x;".repeat(20_000)),
        ("elifs", format!("if x:\n  pass\n{elifs}")),
        ("decorators", format!("{}def f(): pass", "@cache\n".repeat(20_000))),
    ] {
        assert_eq!(codes(source), Vec::<String>::new(), "{name}");
    }
}

/// Constructs that nest to the right without brackets have the same limit.
#[test]
fn right_nested_chains_count_as_nesting() {
    for (name, open, close) in [
        ("powers", "x ** ", "x"),
        ("lambdas", "lambda: ", "x"),
        ("signs", "-x ** ", "x"),
    ] {
        assert_eq!(
            codes(format!("{}{close}", open.repeat(30))),
            Vec::<String>::new(),
            "{name}"
        );
        assert_eq!(codes(format!("{}{close}", open.repeat(101))), ["S0002"], "{name}");
        assert_eq!(codes(format!("{}{close}", open.repeat(10_000))), ["S0002"], "{name}");
    }
}

#[test]
fn too_long_sources_are_rejected() {
    assert_eq!(
        codes("x".repeat(sift_syntax::MAX_SOURCE_BYTES - 1)),
        Vec::<String>::new()
    );
    assert_eq!(codes("é".repeat(sift_syntax::MAX_SOURCE_BYTES / 2 + 1)), ["S0001"]);
}
