//! Checks the parsing of any text, and the printing of any program.

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

/// The maximum number of lines for all diagnostics of a program in the rendering for a model.
const MOST_LINES: usize = 30;

/// Parses the input bytes as a program.
///
/// # Panics
/// If a diagnostic is outside of the text, or formatting changes the tree of an accepted program.
pub fn parse_bytes(data: &[u8]) {
    reads(&String::from_utf8_lossy(data));
}

/// Parses a random sequence of program tokens.
///
/// # Panics
/// See [`parse_bytes`].
pub fn parse_tokens(data: &[u8]) {
    reads(&pieces(Dice::of(data)));
}

/// Prints the program that parses from the input bytes, and a generated tree, and parses both
/// outputs again.
///
/// # Panics
/// If the tree changes.
pub fn parse_print_parse(data: &[u8]) {
    reads_back(&String::from_utf8_lossy(data));
    let body = drawn_each(&statement(), data, 3);
    tree_reads_back(&Program { body });
}

/// Renders the diagnostics of the input bytes and of random tokens for users, models and tools.
///
/// # Panics
/// If the rendering for a model contains control characters or exceeds its length limit, or if a
/// rendering is empty.
pub fn diagnostics_render(data: &[u8]) {
    renders(&String::from_utf8_lossy(data));
    renders(&pieces(Dice::of(data)));
}

/// Parses a text, and checks the diagnostics and the formatting as [`parse_bytes`] does.
///
/// # Panics
/// See [`parse_bytes`].
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

/// Renders the diagnostics of a text, and checks the renderings as [`diagnostics_render`] does.
///
/// # Panics
/// See [`diagnostics_render`].
pub fn renders(source: &str) {
    let diagnostics = diagnose(source);
    let shown = render_plain(source, &diagnostics);
    assert!(shown.lines().count() <= MOST_LINES, "{source:?}\n{shown}");
    let boxes = render_ariadne(source, &diagnostics, Color::Never);
    for shown in [&shown, &boxes] {
        let obeyed = shown.lines().flat_map(str::chars).find(|c| is_terminal_control(*c));
        assert_eq!(obeyed, None, "{source:?}\n{shown:?}");
    }
    assert_eq!(boxes.is_empty(), diagnostics.is_empty(), "{source:?}\n{boxes}");
    let rows = to_json(source, &diagnostics);
    let count = rows["diagnostics"].as_array().map(Vec::len);
    assert_eq!(count, Some(diagnostics.len()), "{source:?}\n{rows}");
}

/// Returns `true` if a terminal may interpret the character instead of showing it: a control
/// character, a bidirectional control or a line separator.
fn is_terminal_control(c: char) -> bool {
    c.is_control() && c != '\t'
        || matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

/// Prints the program that parses from a text, and parses the output again. Does nothing if the
/// text is rejected.
///
/// # Panics
/// If the tree changes.
pub fn reads_back(source: &str) {
    let parsed = parse(source);
    // A partially parsed program can also be printed.
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

/// Prints a syntax tree and parses the output again.
///
/// # Panics
/// If the tree changes.
pub fn tree_reads_back(program: &Program) {
    let printed = print(program);
    let parsed = parse(&printed);
    assert_eq!(parsed.diagnostics, [], "{printed}");
    assert_eq!(spanless(&parsed.program), spanless(program), "{printed}");
    assert_eq!(print(&parsed.program), printed);
}

/// Returns the debug output of a syntax tree without source spans.
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

/// Returns the diagnostics of the parser and the checker for a program. The library's names are in
/// scope only with the feature `vm`.
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
