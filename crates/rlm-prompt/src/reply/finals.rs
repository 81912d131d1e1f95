//! Final answers outside of programs: `FINAL(…)`, `FINAL_VAR(…)`, `FINAL: …`, `FINAL_VAR: name`.
//!
//! They count only at the start of a line and as the last statement of the reply: "I will call
//! FINAL(x) later" is prose.

use sift_syntax::ast::{ExprKind, StmtKind};

use super::Final;

/// A final form in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Found {
    /// The offset of the line in which it begins.
    pub(super) start: usize,
    pub(super) value: Final,
    /// Whether it is written as a call.
    pub(super) is_call: bool,
}

/// The characters around a final form that don't belong to it.
const DECORATION: &[char] = &['*', '#', '>', '`', '_', ' ', '\t'];

/// The maximum number of lines with FINAL that are tried as the start of the final form, since each
/// may extend to the end.
const TRIED_LINES: usize = 32;

/// Finds the final form that ends a text.
pub(super) fn find(text: &str) -> Option<Found> {
    let mut start = 0;
    let mut tried = 0;
    for line in text.split_inclusive('\n') {
        tried += usize::from(line.contains("FINAL"));
        if tried > TRIED_LINES {
            return None;
        }
        if let Some((value, is_call)) = at_line(line, text.get(start..)?) {
            return Some(Found { start, value, is_call });
        }
        start += line.len();
    }
    None
}

/// Parses the final form that begins with `line`. `rest` is the text from that line on.
fn at_line(line: &str, rest: &str) -> Option<(Final, bool)> {
    let decorated = line.len() - line.trim_start_matches(DECORATION).len();
    // An indented line is code.
    if line.starts_with([' ', '\t']) && line.trim_start().starts_with("FINAL") {
        return None;
    }
    let rest = rest.get(decorated..)?;
    let after = rest.strip_prefix("FINAL")?;
    if let Some(after) = after.strip_prefix("_VAR") {
        return match after.strip_prefix('(') {
            Some(after) => Some((Final::Variable(plain_name(call_argument(after)?)), true)),
            None => variable_after_colon(after).map(|value| (value, false)),
        };
    }
    if let Some(after) = after.strip_prefix('(') {
        return Some((value_of(call_argument(after)?), true));
    }
    let after = after
        .strip_prefix(" ANSWER")
        .or_else(|| after.strip_prefix("_ANSWER"))
        .unwrap_or(after);
    let answer = colon(after)?;
    Some((Final::Text(undecorated(answer).to_owned()), false))
}

/// Returns the answer after the colon of a form such as `FINAL:`, without Markdown emphasis around
/// the colon; `None` if there is no colon.
fn colon(after: &str) -> Option<&str> {
    let after = after.trim_start_matches(['*', '_', '`']);
    let after = after.strip_prefix(':')?;
    Some(after.trim_start_matches(['*', '`']).trim())
}

/// Removes the `**` at the end of an answer if the bold text began before the answer.
fn undecorated(answer: &str) -> &str {
    match answer.strip_suffix("**") {
        Some(inner) if inner.matches("**").count() % 2 == 0 => inner.trim_end(),
        _ => answer,
    }
}

fn variable_after_colon(after: &str) -> Option<Final> {
    let name = plain_name(colon(after)?);
    is_name(&name).then_some(Final::Variable(name))
}

/// Returns a name without the quotes, backticks, asterisks and full stops around it.
pub(super) fn plain_name(text: &str) -> String {
    text.trim().trim_matches(['"', '\'', '`', '*', '.', ' ']).to_owned()
}

/// Returns `true` if the text has the form of a variable's name: letters, digits and underscores,
/// not starting with a digit.
#[must_use]
pub fn is_name(text: &str) -> bool {
    let mut chars = text.chars();
    chars.next().is_some_and(|char| char.is_alphabetic() || char == '_')
        && chars.all(|char| char.is_alphanumeric() || char == '_')
}

/// Returns the argument of a call, if the call ends the text. `text` begins after the opening
/// bracket.
fn call_argument(text: &str) -> Option<&str> {
    let ends = |end: usize| {
        let rest = text.get(end + 1..)?;
        rest.trim_matches(DECORATION)
            .trim_matches(['\n', '\r', ';', '`'])
            .trim()
            .is_empty()
            .then(|| text.get(..end))
            .flatten()
    };
    // An apostrophe in an unquoted answer does not start a string, so the last bracket is the
    // closing one.
    let by_brackets = closing_bracket(text).and_then(ends);
    by_brackets.or_else(|| text.rfind(')').and_then(ends)).map(str::trim)
}

/// Finds the bracket that closes a call. Strings are parsed as in the language.
fn closing_bracket(text: &str) -> Option<usize> {
    let mut depth = 0_usize;
    let mut chars = text.char_indices();
    let mut quote: Option<&str> = None;
    while let Some((at, char)) = chars.next() {
        if let Some(open) = quote {
            if char == '\\' {
                chars.next();
            } else if text.get(at..)?.starts_with(open) {
                skip(&mut chars, open.len() - 1);
                quote = None;
            }
            continue;
        }
        match char {
            '"' | '\'' => {
                let rest = text.get(at..)?;
                let triple = ["\"\"\"", "'''"].into_iter().find(|triple| rest.starts_with(triple));
                if triple.is_some() {
                    skip(&mut chars, 2);
                }
                quote = triple.or(Some(if char == '"' { "\"" } else { "'" }));
            }
            '(' | '[' | '{' => depth += 1,
            ')' if depth == 0 => return Some(at),
            ')' | ']' | '}' => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    None
}

fn skip(chars: &mut impl Iterator, count: usize) {
    (0..count).for_each(|_| {
        let _ = chars.next();
    });
}

/// Parses the argument of FINAL: the value of a plain string, or an expression that is resolved
/// later by the variables.
fn value_of(argument: &str) -> Final {
    let parsed = sift_syntax::parse(argument);
    if parsed.is_accepted()
        && let [statement] = parsed.program.body.as_slice()
        && let StmtKind::Expr(expression) = &statement.kind
        && let ExprKind::Str(text) = &expression.kind
    {
        return Final::Text(text.to_string());
    }
    Final::Expression(argument.to_owned())
}

/// Splits a text form of a final answer off the end of a program, if it begins the last line.
pub(super) fn split_last_line(source: &str) -> Option<(&str, Final)> {
    let text = source.trim_end();
    let start = text.rfind('\n').map_or(0, |newline| newline + 1);
    let line = text.get(start..)?;
    match at_line(line, line)? {
        (value, false) => Some((source.get(..start)?, value)),
        // A call of FINAL is left to the program.
        (_, true) => None,
    }
}

/// Returns `true` if the text contains FINAL as a call or a text form.
pub(super) fn is_mentioned(text: &str) -> bool {
    ["FINAL(", "FINAL_VAR(", "FINAL:", "FINAL_VAR:"]
        .iter()
        .any(|form| text.contains(form))
}
