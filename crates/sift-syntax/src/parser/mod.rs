//! The parser: from tokens to the syntax tree.
//!
//! The lexer has matched the brackets and numbered the logical lines. The parser therefore reads
//! small flat slices: the content of each bracket, inner ones first, then each line. A bracket is
//! one token of its line. This has three consequences. A rule never calls itself, so nesting uses
//! no stack. An error ends with its bracket or line, and the next one is parsed independently.
//! Rules consist of function items only, so creating them costs nothing.
//!
//! The rules for expressions, brackets and lines are chumsky parsers over these slices. Blocks are
//! parsed by hand (`block`), because indentation is a property of whole lines here and recovery at
//! the end of a line needs no search.

mod block;
mod expression;
mod failure;
mod group;
mod input;
mod literal;
mod operator;
mod prose;
mod refused;
mod statement;
mod target;

use chumsky::Parser;

use crate::ast::Program;
use crate::codes;
use crate::lexer::{Lexed, Lexeme, MAX_DEPTH, Token, lex};
use crate::source::to_u32;
use crate::{Comment, Diagnostic, Span};
use input::{Node, State};

/// The maximum length of a program, in bytes.
pub const MAX_SOURCE_BYTES: usize = 256 * 1024;

/// The result of parsing a source text.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Parsed {
    /// The parsed statements of the program. They are complete if no diagnostic is an error.
    pub program: Program,
    /// The errors and notes, in source order.
    pub diagnostics: Vec<Diagnostic>,
    /// The comments of the program, in source order.
    pub comments: Vec<Comment>,
}

impl Parsed {
    /// Returns `true` if no diagnostic is an error, so that the program can be checked and run.
    #[must_use]
    pub fn is_accepted(&self) -> bool {
        !self.diagnostics.iter().any(Diagnostic::is_error)
    }
}

/// Parses a program of at most [`MAX_SOURCE_BYTES`] bytes.
///
/// Parsing always succeeds: errors are in [`Parsed::diagnostics`], and the valid parts are parsed
/// nonetheless.
///
/// ```
/// let parsed = sift_syntax::parse("total = (1 +\nprint(total\nfor x in y\n    pass\n");
/// let codes: Vec<&str> = parsed.diagnostics.iter().map(|diagnostic| diagnostic.code.0).collect();
/// assert_eq!(codes, ["S0009"]);
/// assert!(sift_syntax::parse("total = (1 +\n  2)").is_accepted());
/// ```
#[must_use]
pub fn parse(source: &str) -> Parsed {
    if source.len() > MAX_SOURCE_BYTES {
        return too_large(source);
    }
    let lexed = lex(source);
    if lexed.gave_up {
        return Parsed {
            diagnostics: lexed.diagnostics,
            comments: lexed.comments,
            ..Parsed::default()
        };
    }
    let mut state = State::new(source, &lexed);
    read_groups(&lexed, &mut state);
    let body = block::Blocks::new(&lexed, &mut state).read();
    let mut diagnostics = std::mem::take(&mut state.diagnostics);
    diagnostics.extend(lexed.diagnostics.iter().cloned());
    diagnostics.sort_by_key(|diagnostic| diagnostic.span.start);
    prose::replace_errors(source, &lexed, &mut diagnostics);
    Parsed {
        program: Program { body },
        diagnostics,
        comments: lexed.comments,
    }
}

fn too_large(source: &str) -> Parsed {
    let end = to_u32(source.floor_char_boundary(1));
    Parsed {
        diagnostics: vec![
            codes::SOURCE_TOO_LARGE
                .error(
                    Span::new(0, end),
                    format!("the program has {} bytes; it may have {MAX_SOURCE_BYTES}", source.len()),
                )
                .with_help("don't paste text into the program: cut it from `context`")
                .with_corrected("text = context[:10000]"),
        ],
        ..Parsed::default()
    }
}

/// Parses the contents of all brackets in the order in which the brackets close, inner ones first.
fn read_groups<'a>(lexed: &'a Lexed, state: &mut State<'a>) {
    for group in &lexed.groups {
        let tokens = lexed.grouped.get(group.tokens.clone()).unwrap_or_default();
        state.begin(tokens, group.span);
        let mut node = Node::Missing;
        if !group.broken {
            match group::content(group.kind).parse_with_state(tokens, state).into_output() {
                Some(read) if fits(state) => node = read,
                Some(_) => {}
                None if state.is_full() => {}
                None => {
                    let diagnostic = failure::in_group(state, group);
                    state.report(diagnostic);
                }
            }
        }
        state.store(node);
    }
}

/// Returns `true` if the syntax tree's height is within the limit, and reports it otherwise. The
/// height counts lambdas, powers and brackets together.
fn fits(state: &mut State<'_>) -> bool {
    if state.height() <= MAX_DEPTH {
        return true;
    }
    let span = Span::new(
        state.around.start,
        state.around.start.saturating_add(1).min(state.around.end),
    );
    state.report(
        codes::TOO_DEEP
            .error(span, format!("this expression nests more than {MAX_DEPTH} deep"))
            .with_help("bind an inner part to a name first, or move it into a function")
            .with_corrected("inner = [1, 2]"),
    );
    false
}

/// Returns `true` if one of the tokens has an error that the lexer reported.
fn is_broken(tokens: &[Lexeme]) -> bool {
    tokens.iter().any(|lexeme| lexeme.token == Token::Broken)
}
