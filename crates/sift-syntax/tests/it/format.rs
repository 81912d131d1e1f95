//! Tests of the formatter with files, the corpus, and programs with inserted comments.

use crate::common;

use std::fs;
use std::path::Path;

use proptest::prelude::*;
use sift_syntax::ast::{Block, StmtKind};
use sift_syntax::{FormatError, LINE_WIDTH, Parsed, format, parse, print};

/// Formats a program and asserts all guarantees of the result.
fn checked(source: &str) -> String {
    let formatted = format(source).unwrap_or_else(|error| panic!("{error:?}\n{source}"));
    let (before, after) = (parse(source), parse(&formatted));
    assert_eq!(after.diagnostics, [], "{formatted}");
    assert_eq!(
        common::spanless(&before.program),
        common::spanless(&after.program),
        "{source}\n{formatted}"
    );
    assert_eq!(comments(&before), comments(&after), "{source}\n{formatted}");
    assert_eq!(format(&formatted).unwrap(), formatted, "{source}");
    assert!(formatted.is_empty() || formatted.ends_with('\n'));
    formatted
}

fn comments(parsed: &Parsed) -> Vec<&str> {
    parsed.comments.iter().map(|comment| comment.text.trim_end()).collect()
}

/// Returns the number of statements that begin before each comment.
fn neighbours(parsed: &Parsed) -> Vec<usize> {
    let mut starts = Vec::new();
    gather(&parsed.program.body, &mut starts);
    let before = |at: u32| starts.iter().filter(|start| **start < at).count();
    parsed
        .comments
        .iter()
        .map(|comment| before(comment.span.start))
        .collect()
}

fn gather(body: &Block, starts: &mut Vec<u32>) {
    for statement in body {
        starts.push(statement.span.start);
        match &statement.kind {
            StmtKind::If { arms, orelse } => {
                arms.iter().for_each(|(_, body)| gather(body, starts));
                gather(orelse, starts);
            }
            StmtKind::For { body, orelse, .. } | StmtKind::While { body, orelse, .. } => {
                gather(body, starts);
                gather(orelse, starts);
            }
            StmtKind::Def(def) => gather(&def.body, starts),
            StmtKind::Try(statement) => {
                gather(&statement.body, starts);
                statement
                    .handlers
                    .iter()
                    .for_each(|handler| gather(&handler.body, starts));
                gather(&statement.orelse, starts);
                gather(&statement.finally, starts);
            }
            _ => {}
        }
    }
}

fn corpus() -> Vec<String> {
    let shared = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared");
    let mut programs = vec![include_str!("../forms.sift").to_owned()];
    if let Ok(text) = fs::read_to_string(shared.join("corpus/blocks.jsonl")) {
        programs.extend(text.lines().map(|line| {
            let block: serde_json::Value = serde_json::from_str(line).unwrap();
            block["code"].as_str().unwrap().to_owned()
        }));
    }
    for case in fs::read_dir(shared.join("cases")).into_iter().flatten() {
        for step in fs::read_dir(case.unwrap().path().join("steps")).into_iter().flatten() {
            programs.push(fs::read_to_string(step.unwrap().path()).unwrap());
        }
    }
    programs.retain(|program| parse(program).diagnostics.is_empty());
    programs
}

#[test]
fn formatting_keeps_comments_everywhere() {
    let source = include_str!("../format/comments.sift");
    insta::with_settings!({ omit_expression => true }, {
        insta::assert_snapshot!("comments", checked(source));
    });
}

#[test]
fn formatting_keeps_model_programs_equivalent() {
    let programs = corpus();
    let (mut lines, mut wide) = (0_usize, 0_usize);
    for program in &programs {
        let formatted = checked(program);
        let texts_of_several_lines = formatted.contains("\"\"\"") || formatted.contains("'''");
        if !texts_of_several_lines {
            lines += formatted.lines().count();
            wide += formatted
                .lines()
                .filter(|line| line.chars().count() > LINE_WIDTH && !line.contains(['"', '\'', '#']))
                .inspect(|line| println!("{line}"))
                .count();
        }
        let (before, after) = (neighbours(&parse(program)), neighbours(&parse(&formatted)));
        assert_eq!(before, after, "{program}\n{formatted}");
    }
    println!("{} programs, {wide} of {lines} lines are too wide", programs.len());
    assert!(
        wide * 1_000 <= lines,
        "{wide} of {lines} lines without a string are too wide"
    );
}

#[test]
fn line_endings_and_tabs_are_normalized() {
    assert_eq!(
        checked("if x:\r\n\ty = '''a\r\nb'''  # c\r\n\t# d\r\n# e\r\nz = 1"),
        "if x:\n    y = \"\"\"a\nb\"\"\"  # c\n    # d\n# e\nz = 1\n"
    );
    assert_eq!(checked(""), "");
    assert_eq!(checked("\n\n  # alone\n\n\n\n\n# twice"), "# alone\n\n\n# twice\n");
}

#[test]
fn comments_around_import_aliases_are_kept() {
    let inner = "from itertools import (\n    # none\n    chain,\n    islice\n    # one\n    as cut  # two\n    ,\n)  # three\n";
    let formatted = checked(inner);
    assert_eq!(
        formatted,
        "from itertools import (\n    # none\n    chain,\n    islice as cut,\n    # one\n    # two\n)  # three\n"
    );
}

#[test]
fn quotes_are_normalized_only_without_new_escapes() {
    for (before, after) in [
        ("x = 'a'", "x = \"a\""),
        ("x = 'say \"a\"'", "x = 'say \"a\"'"),
        (r"x = 'it\'s'", r"x = 'it\'s'"),
        (r"x = r'\d'", r"x = r'\d'"),
        ("x = f'{a[\"b\"]}'", "x = f'{a[\"b\"]}'"),
        ("x = f'{a!r:>{b}}'", "x = f\"{a!r:>{b}}\""),
        ("x = ''", "x = \"\""),
        ("x = ''''''", "x = \"\"\"\"\"\""),
        ("x = F'{a = }'", "x = F\"{a = }\""),
        ("x = 1_000 + 0xFF + 1E3 + .5", "x = 1_000 + 0xFF + 1E3 + .5"),
    ] {
        assert_eq!(checked(before), format!("{after}\n"));
    }
}

#[test]
fn formatting_rejects_programs_with_errors() {
    for source in [
        "x = = 1",
        "```python\nx = 1\n```",
        "x = 1\n```\nThe result is 1.\n",
        "class A:\n    pass\n",
    ] {
        let Err(FormatError::Unread(diagnostics)) = format(source) else {
            panic!("{source}");
        };
        assert!(!diagnostics.is_empty());
    }
    // Four spaces per level make a program longer.
    let heads: String = (0..90).map(|level| " ".repeat(level) + "if x:\n").collect();
    let body = format!("{}x\n", " ".repeat(90)).repeat(2_500);
    assert!(matches!(format(&(heads + &body)), Err(FormatError::TooLong(_))));
}

/// Inserts comments into a program wherever the program remains the same.
fn with_comments(program: &str, places: &[(prop::sample::Index, usize)]) -> String {
    let expected = print(&parse(program).program);
    let mut source = program.to_owned();
    for (number, (place, kind)) in places.iter().enumerate() {
        let mut at = place.index(source.len() + 1);
        while !source.is_char_boundary(at) {
            at -= 1;
        }
        let comment = match kind {
            0 => format!("# {number}\n"),
            1 => format!("\n# {number}\n"),
            2 => format!("  #{number}"),
            _ => format!("\n      # {number}\n\n\n"),
        };
        let changed = format!("{}{comment}{}", &source[..at], &source[at..]);
        let parsed = parse(&changed);
        if parsed.diagnostics.is_empty() && print(&parsed.program) == expected {
            source = changed;
        }
    }
    source
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(120))]

    #[test]
    fn comments_at_any_position_are_kept(
        program in any::<prop::sample::Index>(),
        places in prop::collection::vec((any::<prop::sample::Index>(), 0..4_usize), 40..120),
    ) {
        thread_local!(static PROGRAMS: Vec<String> = {
            let mut programs = vec![include_str!("../format/comments.sift").to_owned()];
            programs.extend(corpus());
            programs.retain(|program| program.len() < 3_000);
            programs
        });
        let program = PROGRAMS.with(|programs| program.get(programs).clone());
        checked(&with_comments(&program, &places));
    }
}
