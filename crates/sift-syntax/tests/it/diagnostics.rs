//! Snapshots of each diagnostic: the source, and its renderings for people, models and tools.

use crate::common;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::fs;
use std::path::Path;

use sift_syntax::{
    CODES, Color, Diagnostic, Parsed, Scope, UnknownNames, check, parse, render_ariadne, render_plain, to_json,
};
use sift_text::is_terminal_control;

fn diagnose(source: &str) -> Vec<Diagnostic> {
    let Parsed {
        program,
        mut diagnostics,
        ..
    } = parse(source);
    if diagnostics.iter().all(|diagnostic| !diagnostic.is_error()) {
        let library = common::library();
        let scope = Scope {
            library: &library,
            session: &BTreeMap::new(),
            unknown_names: UnknownNames::Refuse,
        };
        diagnostics.extend(check(&program, &scope));
    }
    diagnostics
}

#[test]
fn every_diagnostic_matches_its_snapshot() {
    insta::glob!("..", "diagnostics/*.sift", |path| {
        let source = fs::read_to_string(path).unwrap();
        let diagnostics = diagnose(&source);
        let mut page = format!("SOURCE\n{}", shortened(&source));
        write!(page, "\nFOR MODELS\n{}", render_plain(&source, &diagnostics)).unwrap();
        write!(
            page,
            "\nFOR PEOPLE\n{}",
            shortened(&render_ariadne(&source, &diagnostics, Color::Never))
        )
        .unwrap();
        let json = serde_json::to_string_pretty(&to_json(&source, &diagnostics)).unwrap();
        write!(page, "\nFOR TOOLS\n{}\n", shortened(&json)).unwrap();
        insta::with_settings!({ omit_expression => true, prepend_module_to_snapshot => false }, {
            insta::assert_snapshot!(page);
        });
    });
}

/// Shortens long lines to fit the snapshot.
fn shortened(text: &str) -> String {
    let cut = |line: &str| match line.char_indices().nth(150) {
        Some((at, _)) => format!("{} [...]", &line[..at]),
        None => line.to_owned(),
    };
    text.lines().map(|line| cut(line) + "\n").collect()
}

#[test]
fn every_diagnostic_code_has_an_example() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/diagnostics");
    let mut shown = BTreeSet::new();
    for file in fs::read_dir(folder).unwrap() {
        let path = file.unwrap().path();
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        let wanted = name[..5].to_uppercase();
        let codes: Vec<&str> = diagnose(&fs::read_to_string(&path).unwrap())
            .iter()
            .map(|diagnostic| diagnostic.code.0)
            .collect();
        assert!(codes.contains(&wanted.as_str()), "{name} shows {codes:?}");
        shown.insert(wanted);
    }
    // A source above the limit is too long to store with the tests.
    let long = diagnose(&" ".repeat(sift_syntax::MAX_SOURCE_BYTES + 1));
    assert_eq!(long.len(), 1);
    shown.insert(long[0].code.0.to_owned());
    let all: BTreeSet<String> = CODES.iter().map(|info| info.code.0.to_owned()).collect();
    assert_eq!(shown, all);
}

#[test]
fn codes_are_distinct_and_in_order() {
    let codes: Vec<&str> = CODES.iter().map(|info| info.code.0).collect();
    assert!(codes.is_sorted_by(|a, b| a < b), "{codes:?}");
}

/// Every corrected line parses, so that a suggested fix doesn't fail again.
#[test]
fn suggested_corrections_parse() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/diagnostics");
    for file in fs::read_dir(folder).unwrap() {
        let path = file.unwrap().path();
        let source = fs::read_to_string(&path).unwrap();
        for diagnostic in diagnose(&source) {
            let Some(line) = diagnostic.corrected_line(&source) else {
                continue;
            };
            let line = line.trim();
            // The head of a block needs a body, and a clause its statement.
            let program = match line.split(|c: char| !c.is_alphabetic()).next() {
                Some("except" | "finally") => format!("try:\n    pass\n{line}\n    pass\n"),
                Some("elif" | "else") => format!("if x:\n    pass\n{line}\n    pass\n"),
                Some("case") => continue,
                _ if line.ends_with(':') => format!("{line}\n    pass\n"),
                _ if line.starts_with('@') => format!("{line}\ndef f():\n    pass\n"),
                _ => line.to_owned(),
            };
            let again: Vec<&str> = parse(&program)
                .diagnostics
                .iter()
                .filter(|again| again.code == diagnostic.code)
                .map(|again| again.code.0)
                .collect();
            assert_eq!(again, Vec::<&str>::new(), "{}: {line}", path.display());
        }
    }
}

#[test]
fn at_most_three_diagnostics_are_shown_to_a_model() {
    let source = "a b\nc d\ne f\ng h\ni j\n";
    let diagnostics = parse(source).diagnostics;
    assert_eq!(diagnostics.len(), 5);
    let shown = render_plain(source, &diagnostics);
    assert_eq!(shown.matches("S0101").count(), 3, "{shown}");
    assert!(shown.ends_with("and 2 more\n"), "{shown}");
}

#[test]
fn diagnostics_are_colored_only_on_request() {
    let source = "x = = 1";
    let diagnostics = parse(source).diagnostics;
    assert!(render_ariadne(source, &diagnostics, Color::Always).contains("\u{1b}["));
    assert!(!render_ariadne(source, &diagnostics, Color::Never).contains('\u{1b}'));
}

/// Clears a terminal, moves the cursor back, and reverses the text direction.
const HOSTILE: &str = "if x == '\u{1b}[2J\u{9b}2J\u{8}\u{202e}'\n    print(1)\n";

#[test]
fn rendered_diagnostics_contain_no_control_characters() {
    let holds_obeyed = |text: &str| text.chars().any(|c| c != '\n' && is_terminal_control(c));
    for source in [
        HOSTILE,
        "\u{202a}",
        "\u{9b}2J",
        "x = \"\\N{LONG\0DASH}\"",
        "x = 1 # \u{1b}c\ny = (\u{1b}c",
    ] {
        let diagnostics = parse(source).diagnostics;
        assert!(!diagnostics.is_empty(), "{source:?}");
        for diagnostic in &diagnostics {
            assert!(!holds_obeyed(&diagnostic.message), "{diagnostic:?}");
        }
        for shown in [
            render_plain(source, &diagnostics),
            render_ariadne(source, &diagnostics, Color::Never),
        ] {
            assert!(!holds_obeyed(&shown), "{shown:?}");
        }
    }
}

#[test]
fn unprintable_line_gets_no_suggested_correction() {
    let shown = render_plain(HOSTILE, &parse(HOSTILE).diagnostics);
    assert!(shown.contains("if x == '") && !shown.contains("write: "), "{shown:?}");
}
