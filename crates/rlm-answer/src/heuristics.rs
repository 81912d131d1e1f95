//! Heuristics that recognize empty or premature answers.
//!
//! They inspect the words of an answer and the source of the program that gave it. Since they can
//! be wrong, a run discards only a few answers on their account.

use sift_syntax::ast::{Argument, DictItem, Expr, ExprKind, FStringPart, PostfixKind, StmtKind, Target};
use sift_syntax::parse;

/// The maximum length in characters of an answer that merely states that no answer was found.
const LONGEST_DENIAL: usize = 120;

/// Returns `true` if a program assigns a value other than a dict to the variable `answer`. Models
/// that do this intend to give an answer.
#[must_use]
pub fn rebinds_answer(source: &str) -> bool {
    let is_answer = |target: &Target| matches!(target, Target::Name(name) if name.text == "answer");
    source.contains("answer")
        && parse(source)
            .program
            .body
            .iter()
            .any(|statement| match &statement.kind {
                StmtKind::Assign { targets, value } => {
                    targets.iter().any(is_answer) && !matches!(value.kind, ExprKind::Dict(_))
                }
                _ => false,
            })
}

/// Returns `true` if an answer states that no answer was found: by an empty value, or in a phrase
/// that is typical of models.
#[must_use]
pub fn says_nothing(answer: &str) -> bool {
    let said = answer.trim().trim_matches(['"', '\'', '.']).to_lowercase();
    let said = said
        .replace('’', "'")
        .replace("doesn't", "does not")
        .replace("don't", "do not");
    let said = said.replace("isn't", "is not");
    let is_empty = matches!(
        said.as_str(),
        "" | "none" | "null" | "nothing" | "unknown" | "n/a" | "[]" | "{}" | "()"
    );
    let begins = [
        "no_answer",
        "no answer",
        "not found",
        "nothing was found",
        "cannot be determined",
        "can't be determined",
        "no information",
        "nothing relevant",
        "the context does not",
        "the text does not",
        "the document does not",
        "the documents do not",
    ];
    let holds = [
        "not found in the",
        "no answer",
        "no mention of",
        "not mentioned",
        "not stated",
        "cannot be found",
        "can't be found",
        "could not find",
        "does not mention",
        "does not say",
        "does not state",
        "does not contain",
        "do not contain",
        "do not mention",
        "contain no ",
        "contains no ",
        "is not given",
        "not specified",
        "not available",
        "not provided",
    ];
    let is_short = said.chars().count() <= LONGEST_DENIAL;
    is_empty
        || begins.iter().any(|begin| said.starts_with(begin))
        || (is_short && holds.iter().any(|denial| said.contains(denial)))
}

/// Returns `true` if `text` contains `other`, which makes up more than half of it.
#[must_use]
pub fn is_mostly(text: &str, other: &str) -> bool {
    let text = text.trim();
    !other.trim().is_empty() && other.len().saturating_mul(2) > text.len() && text.contains(other.trim())
}

/// Returns `true` if a program always ends by calling `FINAL` with a literal.
#[must_use]
pub fn has_literal_final(source: &str) -> bool {
    let program = parse(source).program;
    let literal = program.body.iter().find(|statement| match &statement.kind {
        StmtKind::Expr(expression) => is_literal_final(expression),
        _ => false,
    });
    // An earlier `FINAL` may depend on text that the program read.
    literal.is_some_and(|statement| {
        source
            .get(..statement.span.start as usize)
            .is_some_and(|before| !before.contains("FINAL"))
    })
}

fn is_literal_final(expression: &Expr) -> bool {
    let ExprKind::Postfix { base, ops } = &expression.kind else {
        return false;
    };
    let is_final = matches!(&base.kind, ExprKind::Name(name) if name == "FINAL");
    match ops.as_slice() {
        [call] if is_final => match &call.kind {
            PostfixKind::Call(arguments) => {
                matches!(arguments.as_slice(), [Argument::Positional(value) | Argument::Keyword { value, .. }] if is_literal(value))
            }
            _ => false,
        },
        _ => false,
    }
}

fn is_literal(expression: &Expr) -> bool {
    match &expression.kind {
        ExprKind::None | ExprKind::Bool(_) | ExprKind::Int(_) | ExprKind::Float(_) | ExprKind::Str(_) => true,
        ExprKind::FString(parts) => parts.iter().all(|part| matches!(part, FStringPart::Text(_))),
        ExprKind::List(items) | ExprKind::Tuple(items) | ExprKind::Set(items) => items.iter().all(is_literal),
        ExprKind::Dict(items) => items
            .iter()
            .all(|item| matches!(item, DictItem::Pair(key, value) if is_literal(key) && is_literal(value))),
        ExprKind::Unary { operand, .. } => is_literal(operand),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn final_is_literal_if_it_does_not_depend_on_text() {
        for literal in [
            "FINAL('Paris')",
            "print(peek())\nFINAL({'city': 'Paris', 'people': -2})",
            "FINAL(value=[1, 2.5, None])",
        ] {
            assert!(has_literal_final(literal), "{literal}");
        }
        for computed in [
            "FINAL(peek(5))",
            "city = 'Paris'\nprint(city)",
            "FINAL(f'It is {city}')",
            "if 'Paris' in context:\n    FINAL('yes')\nFINAL('no')",
            "if 'Paris' in context:\n    FINAL('yes')",
            "FINAL_VAR('city')",
        ] {
            assert!(!has_literal_final(computed), "{computed}");
        }
    }

    #[test]
    fn empty_answers_are_recognized_by_their_beginning() {
        for nothing in [
            "None",
            "[]",
            "NO_ANSWER",
            "Not found.",
            "The context does not name it.",
            "It is not found in the context.",
            "There is no answer.",
            "The text doesn’t mention it.",
            "No information is available.",
            "Nothing relevant.",
            "The documents contain no such date.",
            "The name is not given.",
        ] {
            assert!(says_nothing(nothing), "{nothing}");
        }
        for something in ["0", "No", "No one signed it.", "Nothing but the truth"] {
            assert!(!says_nothing(something), "{something}");
        }
    }

    #[test]
    fn text_is_mostly_another_if_it_covers_more_than_half() {
        assert!(is_mostly("Error: rate limit exceeded", "rate limit exceeded"));
        assert!(!is_mostly("", ""));
        assert!(!is_mostly(
            "All but one say no (rate limit exceeded); that is 7 of 8.",
            "rate limit exceeded"
        ));
    }
}
