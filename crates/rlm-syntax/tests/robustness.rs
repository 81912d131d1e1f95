//! Whatever comes in, an answer comes out: no panic, places within the text, and shown in all three ways.

#![allow(
    clippy::unwrap_used,
    clippy::string_slice,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "helpers of tests stop at once"
)]

mod common;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use proptest::prelude::*;
use rlm_syntax::{Color, Scope, UnknownNames, check, parse, print, render_ariadne, render_plain, to_json};

fn survive(source: &str) {
    let parsed = parse(source);
    let library = common::library();
    let session = BTreeMap::new();
    let scope = Scope {
        library: &library,
        session: &session,
        unknown_names: UnknownNames::Refuse,
    };
    let mut diagnostics = parsed.diagnostics.clone();
    diagnostics.extend(check(&parsed.program, &scope));
    for diagnostic in &diagnostics {
        let (start, end) = (diagnostic.span.start as usize, diagnostic.span.end as usize);
        assert!(start <= end && end <= source.len(), "{source:?} {diagnostic:?}");
        assert!(
            source.is_char_boundary(start) && source.is_char_boundary(end),
            "{source:?} {diagnostic:?}"
        );
        assert!(!diagnostic.message.contains('\n'), "{source:?} {diagnostic:?}");
    }
    let shown = render_plain(source, &diagnostics);
    assert!(shown.lines().count() <= 30, "{shown}");
    let boxes = render_ariadne(source, &diagnostics, Color::Never);
    assert_eq!(boxes.is_empty(), diagnostics.is_empty());
    let rows = to_json(source, &diagnostics);
    assert_eq!(rows["diagnostics"].as_array().map(Vec::len), Some(diagnostics.len()));
    let printed = print(&parsed.program);
    if parsed.is_accepted() {
        let again = parse(&printed);
        assert_eq!(again.diagnostics, [], "{source:?}\n{printed}");
        assert_eq!(
            common::spanless(&again.program),
            common::spanless(&parsed.program),
            "{source:?}\n{printed}"
        );
    }
}

/// Programs to start from: the forms, the pages of diagnostics, and the corpus where it is there.
fn programs() -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut programs = vec![include_str!("forms.sift").to_owned()];
    let mut pages: Vec<_> = fs::read_dir(folder.join("tests/diagnostics"))
        .unwrap()
        .map(|file| file.unwrap().path())
        .collect();
    pages.sort();
    programs.extend(pages.iter().map(|path| fs::read_to_string(path).unwrap()));
    if let Ok(text) = fs::read_to_string(folder.join("../../../shared/corpus/blocks.jsonl")) {
        for line in text.lines() {
            let block: serde_json::Value = serde_json::from_str(line).unwrap();
            programs.push(block["code"].as_str().unwrap().to_owned());
        }
    }
    programs
}

/// Pieces that change what the text around them means.
fn piece() -> impl Strategy<Value = String> {
    prop_oneof![
        prop::sample::select(vec![
            "(",
            ")",
            "[",
            "]",
            "{",
            "}",
            "'",
            "\"",
            "'''",
            "\"\"\"",
            "f'",
            "f\"\"\"{",
            "{{",
            "}}",
            ":",
            ":=",
            "=",
            "==",
            "!",
            "!r",
            "\n",
            "\r\n",
            "\r",
            "    ",
            "\t",
            "\u{c}",
            "\\",
            "\\\n",
            "#",
            "```\n",
            "lambda",
            "lambda x:",
            " if ",
            " else ",
            " for ",
            " in ",
            " not ",
            "await ",
            "async ",
            "yield ",
            "class ",
            "with ",
            "def f(",
            "return ",
            "*",
            "**",
            "@",
            ",",
            ";",
            ".",
            "...",
            "0x",
            "1_",
            "1e",
            "\\N{",
            "\\x",
            "\\u12",
            "é",
            "“",
            "\u{feff}",
            "\0",
            "match x:\n",
            "case y:\n",
            "import ",
            "from ",
            "except ",
            "try:\n",
            "elif ",
            "global x",
        ])
        .prop_map(str::to_owned),
        ".{0,3}",
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_500))]

    #[test]
    fn arbitrary_bytes(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        survive(&String::from_utf8_lossy(&bytes));
    }

    #[test]
    fn pieces_in_any_order(pieces in prop::collection::vec(piece(), 0..30)) {
        survive(&pieces.concat());
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_500))]

    #[test]
    fn changed_programs(
        index in any::<prop::sample::Index>(),
        changes in prop::collection::vec((any::<prop::sample::Index>(), 0..12_usize, piece()), 1..4),
    ) {
        thread_local!(static PROGRAMS: Vec<String> = programs());
        let mut source = PROGRAMS.with(|programs| index.get(programs).clone());
        for (at, removed, inserted) in changes {
            let start = source.floor_char_boundary(at.index(source.len().max(1)).min(source.len()));
            let end = source.ceil_char_boundary((start + removed).min(source.len()));
            source.replace_range(start..end, &inserted);
        }
        survive(&source);
    }
}
