//! The function `ast.literal_eval`, which parses the output of `repr`. Other parts of `ast` aren't
//! supported, because Sift has no syntax trees at run time.

mod reader;
mod string;

use reader::{Fault, Reader};
use sift_compiler::exception::ExceptionClass;
use sift_runtime::runtime::{Args, Group, Runtime};
use sift_runtime::table::{Owner, entry};
use sift_syntax::ast::{ExprKind, StmtKind};
use sift_syntax::{Code, Diagnostic};
use sift_values::cost;
use sift_values::flow::{Flow, Outcome};
use sift_values::meter::WINDOW_BYTES;
use sift_values::value::Type;

/// The native functions of the module `ast`.
pub const GROUPS: &[Group] = &[Group {
    owner: Owner::Module("ast"),
    rows: &[entry(
        "literal_eval(node_or_string)",
        "Reads a value that is written as a literal: numbers, texts, lists, tuples, dicts, sets, True, False and None.",
        literal_eval,
    )],
}];

fn literal_eval(m: &mut Runtime, args: &Args) -> Outcome {
    let value = args.get(0);
    if value.kind() != Type::Str {
        let shown = m.repr(value)?;
        let message = format!("malformed node or string: {shown}");
        return Err(m.value_error(message));
    }
    let text = m.text(value)?;
    m.meter.charge_bytes(text.known_bytes())?;
    let source = text.as_str().unwrap_or_default();
    if source.contains('\0') {
        return Err(m.value_error("source code string cannot contain null bytes"));
    }
    match Reader::new(&text, value.label()).read(m) {
        Ok(value) => Ok(value),
        Err(Fault::Flow(flow)) => Err(flow),
        Err(Fault::Syntax { message, byte }) => Err(syntax_error(m, source, &message, byte)),
        Err(Fault::NoLiteral { byte }) => Err(no_literal(m, source, byte)),
    }
}

fn line_of(source: &str, byte: usize) -> usize {
    source.get(..byte).unwrap_or(source).matches('\n').count() + 1
}

fn syntax_error(m: &mut Runtime, source: &str, message: &str, byte: usize) -> Flow {
    let line = line_of(source, byte);
    m.raise(
        ExceptionClass::SyntaxError,
        format!("{message} (<unknown>, line {line})"),
    )
}

/// Creates the exception for a text that isn't a literal: it is either another expression or
/// invalid.
fn no_literal(m: &mut Runtime, source: &str, byte: usize) -> Flow {
    if source.len() > WINDOW_BYTES {
        // The parser, which identifies the expression, doesn't check the cancel flag.
        return m.value_error("malformed node or string");
    }
    if let Err(flow) = m.meter.charge_items(source.len().saturating_mul(cost::PARSED_BYTE)) {
        return flow;
    }
    let source = source.trim_start_matches([' ', '\t']);
    if source.trim().is_empty() {
        return m.raise(ExceptionClass::SyntaxError, "invalid syntax (<unknown>, line 0)");
    }
    let parsed = sift_syntax::parse(source);
    let fault = parsed.diagnostics.iter().find(|diagnostic| diagnostic.is_error());
    match (fault, parsed.program.body.as_slice()) {
        (Some(fault), _) => {
            let class = match fault.exception {
                "IndentationError" => ExceptionClass::IndentationError,
                _ => ExceptionClass::SyntaxError,
            };
            let line = line_of(source, fault.span.start as usize);
            let message = python_message(source, fault, line);
            m.raise(class, format!("{message} (<unknown>, line {line})"))
        }
        (None, [statement]) if let StmtKind::Expr(expr) = &statement.kind => {
            let line = line_of(source, expr.span.start as usize);
            let node = node_name(&expr.kind);
            let flow = m.value_error(format!("malformed node or string on line {line}: <ast.{node} object>"));
            m.with_help(
                flow,
                "only values can be read: for JSON write json.loads, for a model's reply parse_json",
            )
        }
        _ => syntax_error(m, source, "invalid syntax", byte),
    }
}

/// Returns CPython's message for a syntax error, if CPython has a fixed one.
fn python_message(source: &str, fault: &Diagnostic, line: usize) -> String {
    let start = fault.span.start as usize;
    let bracket = source.get(start..).and_then(|rest| rest.chars().next());
    match (fault.code, bracket) {
        (Code("S0009"), Some(open @ ('(' | '[' | '{'))) => format!("'{open}' was never closed"),
        (Code("S0010"), Some(close @ (')' | ']' | '}'))) => format!("unmatched '{close}'"),
        (Code("S0007"), _) => format!("unterminated string literal (detected at line {line})"),
        (Code("S0008"), _) => format!(
            "unterminated triple-quoted string literal (detected at line {})",
            source.lines().count()
        ),
        (Code("S0005"), _) => "unexpected indent".to_owned(),
        _ => "invalid syntax".to_owned(),
    }
}

/// Returns CPython's name for a kind of expression, such as `BinOp`.
const fn node_name(kind: &ExprKind) -> &'static str {
    match kind {
        ExprKind::Binary { .. } | ExprKind::Power { .. } => "BinOp",
        ExprKind::Unary { .. } => "UnaryOp",
        ExprKind::Compare { .. } => "Compare",
        ExprKind::Logical { .. } => "BoolOp",
        ExprKind::Postfix { .. } => "Call",
        ExprKind::FString(_) => "JoinedStr",
        ExprKind::Lambda { .. } => "Lambda",
        ExprKind::Conditional { .. } => "IfExp",
        ExprKind::Comprehension { .. } => "ListComp",
        ExprKind::DictComprehension { .. } => "DictComp",
        _ => "Name",
    }
}
