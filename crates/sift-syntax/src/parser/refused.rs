//! Detection of unsupported Python statements before they are parsed.

use smol_str::SmolStr;

use super::input::State;
use crate::ast::{Expr, ExprKind, PostfixKind};
use crate::codes;
use crate::lexer::{Keyword, Lexeme, Line, Op, Token};
use crate::source::{indentation, line_text, slice};
use crate::{Diagnostic, Span};

/// Returns the diagnostic for a line that starts an unsupported statement. `level` is the line's
/// indentation level, and `rest` are the lines after it.
pub(super) fn statement(state: &State<'_>, level: usize, rest: &[Line]) -> Option<Diagnostic> {
    let tokens = state.tokens;
    let first = tokens.first()?;
    match first.token {
        Token::Keyword(Keyword::Class) => Some(class(state, tokens, level, rest)),
        Token::Keyword(Keyword::With) => Some(with(state, tokens, first.span)),
        Token::Keyword(Keyword::Async) => asynchronous(state, tokens),
        Token::Name(_) if word(state, first) == "match" => match_statement(state, tokens, rest),
        _ => None,
    }
}

/// Accepts the decorators `@cache` and `@lru_cache`, and reports any other. Returns `true` if the
/// decorator is accepted.
///
/// A decorator of a class isn't reported, because the class itself is.
pub(super) fn check_decorator(state: &mut State<'_>, decorator: &Expr, next: Option<Keyword>) -> bool {
    let (base, ops) = match &decorator.kind {
        ExprKind::Postfix { base, ops } => (base.as_ref(), ops.as_slice()),
        _ => (decorator, [].as_slice()),
    };
    let ops = match ops {
        [before @ .., last] if matches!(last.kind, PostfixKind::Call(_)) => before,
        _ => ops,
    };
    let name = match (&base.kind, ops) {
        (ExprKind::Name(name), []) => Some(name),
        (ExprKind::Name(module), [attribute]) if module == "functools" => match &attribute.kind {
            PostfixKind::Attribute(name) => Some(&name.text),
            _ => None,
        },
        _ => None,
    };
    if name.is_some_and(|name| name == "cache" || name == "lru_cache") {
        return true;
    }
    if next != Some(Keyword::Class) {
        let help = match name.map_or("", SmolStr::as_str) {
            "staticmethod" | "classmethod" | "property" | "wraps" => "leave it out".to_owned(),
            _ => {
                let decorator = slice(state.source, decorator.span);
                format!("leave it out, and below the function f write: f = {decorator}(f)")
            }
        };
        let diagnostic = codes::DECORATOR
            .error(
                decorator.span,
                "of all decorators Sift has only `@cache` and `@lru_cache`",
            )
            .with_help(help)
            .with_corrected(format!(
                "{}# {}",
                indent(state, decorator.span),
                line_text(state.source, decorator.span.start).trim()
            ));
        state.report(diagnostic);
    }
    false
}

fn word<'a>(state: &State<'a>, lexeme: &Lexeme) -> &'a str {
    slice(state.source, lexeme.span)
}

fn indent<'a>(state: &State<'a>, span: Span) -> &'a str {
    indentation(line_text(state.source, span.start))
}

fn class(state: &State<'_>, tokens: &[Lexeme], level: usize, rest: &[Line]) -> Diagnostic {
    let span = tokens.first().map(|first| first.span).unwrap_or_default();
    let name = tokens
        .get(1)
        .filter(|second| matches!(second.token, Token::Name(_)))
        .map(|second| word(state, second));
    let name = name.unwrap_or("Item");
    let fields = class_fields(state, level, rest);
    let corrected = if fields.is_empty() {
        format!("{}item = {{\"kind\": \"{name}\", \"values\": []}}", indent(state, span))
    } else {
        format!(
            "{}{name} = namedtuple(\"{name}\", \"{}\")",
            indent(state, span),
            fields.join(" ")
        )
    };
    codes::CLASS
        .error(span, "`class` is not in Sift")
        .with_help("keep the fields in a dict, a tuple or a namedtuple, and write plain functions over it")
        .with_corrected(corrected)
}

/// Returns the names of the fields that a class declares like a dataclass.
fn class_fields<'a>(state: &State<'a>, level: usize, rest: &[Line]) -> Vec<&'a str> {
    let lexed = state.lexed;
    rest.iter()
        .take_while(|line| line.level > level)
        .filter(|line| line.level == level + 1)
        .filter_map(|line| match lexed.tokens.get(line.tokens.clone())? {
            [name, colon, ..] if colon.token == Token::Op(Op::Colon) && matches!(name.token, Token::Name(_)) => {
                Some(word(state, name))
            }
            _ => None,
        })
        .collect()
}

fn with(state: &State<'_>, tokens: &[Lexeme], span: Span) -> Diagnostic {
    let opens_file = tokens.get(1).is_some_and(|second| word(state, second) == "open");
    let runs_side_by_side = tokens
        .iter()
        .any(|lexeme| word(state, lexeme).ends_with("PoolExecutor"));
    let name = tokens
        .iter()
        .rev()
        .find(|lexeme| matches!(lexeme.token, Token::Name(_)))
        .map_or("value", |lexeme| word(state, lexeme));
    let indent = indent(state, span);
    let (help, corrected) = if opens_file {
        (
            "there are no files here: the text is in `context`",
            format!("{indent}text = context"),
        )
    } else if runs_side_by_side {
        (
            "calls run side by side already: ask all at once",
            format!("{indent}replies = llm_query_batched([\"one?\", \"two?\"])"),
        )
    } else {
        let value = tokens
            .iter()
            .position(|lexeme| lexeme.token == Token::Keyword(Keyword::As))
            .and_then(|at| tokens.get(1..at))
            .and_then(|value| Some(value.first()?.span.to(value.last()?.span)))
            .map_or("context", |span| slice(state.source, span));
        (
            "nothing needs closing here: bind the value to a name",
            format!("{indent}{name} = {value}"),
        )
    };
    codes::WITH
        .error(span, "`with` is not in Sift")
        .with_help(help)
        .with_corrected(corrected)
}

fn asynchronous(state: &State<'_>, tokens: &[Lexeme]) -> Option<Diagnostic> {
    let (first, second) = (tokens.first()?, tokens.get(1)?);
    if !matches!(second.token, Token::Keyword(Keyword::For | Keyword::With)) {
        return None;
    }
    let what = word(state, second);
    let line = line_text(state.source, first.span.start).trim_end();
    Some(
        codes::ASYNC_BLOCK
            .error(
                first.span.to(second.span),
                format!("`async {what}` is not in Sift: calls run side by side by themselves"),
            )
            .with_help("write a plain loop")
            .with_corrected(if what == "for" {
                line.replacen("async for", "for", 1)
            } else {
                format!("{}for part in parts:", indent(state, first.span))
            }),
    )
}

/// Returns the diagnostic for a `match subject:` statement, if `case` follows it. Otherwise `match`
/// is an ordinary name.
fn match_statement(state: &State<'_>, tokens: &[Lexeme], rest: &[Line]) -> Option<Diagnostic> {
    let ends_in_colon = tokens.last().is_some_and(|last| last.token == Token::Op(Op::Colon));
    let case = state.lexed.tokens.get(rest.first()?.tokens.clone())?;
    let is_case = case.first().is_some_and(|first| word(state, first) == "case");
    if !ends_in_colon || !is_case || tokens.len() < 3 {
        return None;
    }
    let span = tokens.first()?.span;
    let between = |tokens: &[Lexeme]| {
        let inside = tokens.get(1..tokens.len().saturating_sub(1)).unwrap_or_default();
        let span = inside
            .first()
            .zip(inside.last())
            .map(|(first, last)| first.span.to(last.span));
        span.map(|span| slice(state.source, span).to_owned())
    };
    let subject = between(tokens).unwrap_or_else(|| "value".to_owned());
    let simple = matches!(
        case.get(1..),
        Some([value, colon]) if colon.token == Token::Op(Op::Colon)
            && matches!(value.token, Token::Str(_) | Token::Int(_) | Token::Float(_))
    );
    let pattern = between(case).filter(|_| simple).unwrap_or_else(|| "\"a\"".to_owned());
    Some(
        codes::MATCH
            .error(span, "`match` is not in Sift")
            .with_help("write `if`, `elif` and `else`")
            .with_corrected(format!("{}if {subject} == {pattern}:", indent(state, span))),
    )
}
