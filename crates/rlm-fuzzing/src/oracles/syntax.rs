//! What holds of any text that is read as a program, and of any program that is printed.

use std::collections::BTreeMap;
use std::fmt::Debug;

#[cfg(not(feature = "vm"))]
use sift_syntax::LibraryScope;
use sift_syntax::ast::Program;
use sift_syntax::{
    Color, Diagnostic, FormatError, Scope, UnknownNames, check, format, highlight, parse, print, render_ariadne,
    render_plain, to_json,
};

use crate::generators::{Dice, drawn_each, pieces, statement};

/// The most lines in which all diagnostics of a program are shown to a model.
const MOST_LINES: usize = 30;

/// Reads any bytes as a program.
///
/// # Panics
/// Where a diagnostic lies outside of the text, or a program that is accepted is not laid out faithfully.
pub fn parse_bytes(data: &[u8]) {
    reads(&String::from_utf8_lossy(data));
}

/// Reads pieces of programs in any order.
///
/// # Panics
/// As [`parse_bytes`].
pub fn parse_tokens(data: &[u8]) {
    reads(&pieces(Dice::of(data)));
}

/// Prints whatever is accepted of bytes, and a tree that is made from them, and reads it back.
///
/// # Panics
/// Where the tree is another one then.
pub fn parse_print_parse(data: &[u8]) {
    reads_back(&String::from_utf8_lossy(data));
    let body = drawn_each(&statement(), data, 3);
    tree_reads_back(&Program { body });
}

/// Shows what is wrong with bytes, and with pieces of programs, to people, models and tools.
///
/// # Panics
/// Where it is shown to a model with control characters or at any length, or is not shown at all.
pub fn diagnostics_render(data: &[u8]) {
    renders(&String::from_utf8_lossy(data));
    renders(&pieces(Dice::of(data)));
}

/// As [`parse_bytes`], of a text.
///
/// # Panics
/// As [`parse_bytes`].
pub fn reads(source: &str) {
    for diagnostic in diagnose(source) {
        let range = diagnostic.span.start as usize..diagnostic.span.end as usize;
        assert!(source.get(range).is_some(), "{source:?} {diagnostic:?}");
        assert!(!diagnostic.message.contains('\n'), "{source:?} {diagnostic:?}");
    }
    let mut end = 0;
    for (range, _) in highlight(source) {
        assert!(
            range.start >= end && source.get(range.clone()).is_some(),
            "{source:?} {range:?}"
        );
        end = range.end;
    }
    match format(source) {
        Ok(formatted) => assert_eq!(format(&formatted).as_ref(), Ok(&formatted), "{source:?}"),
        Err(FormatError::Unfaithful) => panic!("not laid out faithfully: {source:?}"),
        Err(FormatError::Unread(_) | FormatError::TooLong(_)) => {}
    }
}

/// As [`diagnostics_render`], of a text.
///
/// # Panics
/// As [`diagnostics_render`].
pub fn renders(source: &str) {
    let diagnostics = diagnose(source);
    let shown = render_plain(source, &diagnostics);
    assert!(shown.lines().count() <= MOST_LINES, "{source:?}\n{shown}");
    let boxes = render_ariadne(source, &diagnostics, Color::Never);
    for shown in [&shown, &boxes] {
        let obeyed = shown.lines().flat_map(str::chars).find(|c| is_obeyed(*c));
        assert_eq!(obeyed, None, "{source:?}\n{shown:?}");
    }
    assert_eq!(boxes.is_empty(), diagnostics.is_empty(), "{source:?}\n{boxes}");
    let rows = to_json(source, &diagnostics);
    let count = rows["diagnostics"].as_array().map(Vec::len);
    assert_eq!(count, Some(diagnostics.len()), "{source:?}\n{rows}");
}

/// Tells whether a terminal does something at a character, or turns what follows around, or ends a line where others don't.
fn is_obeyed(c: char) -> bool {
    c.is_control() && c != '\t'
        || matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

/// Prints the program of a text, where it is accepted, and reads it back.
///
/// # Panics
/// Where the tree is another one then.
pub fn reads_back(source: &str) {
    let parsed = parse(source);
    // What was only read in part can be printed too.
    let printed = print(&parsed.program);
    if parsed.is_accepted() {
        let again = parse(&printed);
        assert_eq!(again.diagnostics, [], "{source:?}\n{printed}");
        assert_eq!(
            spanless(&again.program),
            spanless(&parsed.program),
            "{source:?}\n{printed}"
        );
    }
}

/// Prints a tree and reads it back.
///
/// # Panics
/// Where it is another tree then.
pub fn tree_reads_back(program: &Program) {
    let printed = print(program);
    let parsed = parse(&printed);
    assert_eq!(parsed.diagnostics, [], "{printed}");
    assert_eq!(spanless(&parsed.program), spanless(program), "{printed}");
    assert_eq!(print(&parsed.program), printed);
}

/// Shows a tree without the places of its parts.
#[must_use]
pub fn spanless(tree: &impl Debug) -> String {
    let text = format!("{tree:?}");
    let mut out = String::with_capacity(text.len());
    let mut rest = text.as_str();
    while let Some((before, after)) = rest.split_once("Span { ") {
        out.push_str(before);
        rest = after.split_once('}').map_or("", |(_, rest)| rest);
    }
    out + rest
}

/// Returns the diagnostics of parser and checker. Only with the feature `vm` is the library in scope.
pub(super) fn diagnose(source: &str) -> Vec<Diagnostic> {
    let parsed = parse(source);
    let session = BTreeMap::new();
    #[cfg(feature = "vm")]
    let library = sift_vm::library_scope();
    #[cfg(not(feature = "vm"))]
    let library = &LibraryScope::default();
    let scope = Scope {
        library,
        session: &session,
        unknown_names: UnknownNames::Refuse,
    };
    let mut diagnostics = parsed.diagnostics;
    diagnostics.extend(check(&parsed.program, &scope));
    diagnostics
}
