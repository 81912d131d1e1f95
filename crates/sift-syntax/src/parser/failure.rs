//! Diagnostics of parse failures. Common mistakes have specific ones; others name the expected and
//! the found token.

use super::input::{Expected, State};
use crate::codes;
use crate::lexer::{Group, GroupKind, Keyword, Lexeme, Op, Token};
use crate::source::{indentation, line_span, line_text, replaced, slice};
use crate::{Diagnostic, Span};

/// The position and context of a parse failure.
struct Failure<'s, 'a> {
    state: &'s State<'a>,
    /// The kind of bracket that is parsed, or `None` for a line.
    group: Option<GroupKind>,
    first: Option<Lexeme>,
    second: Option<Lexeme>,
    before: Option<Lexeme>,
    found: Option<Lexeme>,
    expected: Expected,
    /// The position of the failure to report.
    span: Span,
}

/// Returns the diagnostic for a bracket that couldn't be parsed.
pub(super) fn in_group(state: &State<'_>, group: &Group) -> Diagnostic {
    let close = group.span.end.saturating_sub(1).max(group.span.start);
    let end = match group.kind {
        GroupKind::LambdaParameters => Span::new(group.span.end, group.span.end),
        _ => Span::new(close, group.span.end),
    };
    Failure::new(state, Some(group.kind), end).diagnose()
}

/// Returns the diagnostic for a line that couldn't be parsed.
pub(super) fn in_line(state: &State<'_>) -> Diagnostic {
    let end = Span::new(state.around.end, state.around.end);
    Failure::new(state, None, end).diagnose()
}

impl<'s, 'a> Failure<'s, 'a> {
    fn new(state: &'s State<'a>, group: Option<GroupKind>, end: Span) -> Self {
        let at = state.failed_at;
        let get = |at: usize| state.tokens.get(at).copied();
        let found = get(at);
        Self {
            state,
            group,
            first: get(0),
            second: get(1),
            before: at.checked_sub(1).and_then(get),
            found,
            expected: state.expected,
            span: found.map_or(end, |lexeme| lexeme.span),
        }
    }

    fn diagnose(&self) -> Diagnostic {
        let slips = [
            Self::python_2,
            Self::foreign_word,
            Self::foreign_operator,
            Self::keyword_as_name,
            Self::walrus,
            Self::equal_sign,
            Self::missing_colon,
            Self::missing_parameters,
            Self::missing_comma,
        ];
        slips
            .iter()
            .find_map(|slip| slip(self))
            .unwrap_or_else(|| self.unexpected())
    }

    fn python_2(&self) -> Option<Diagnostic> {
        let first = self.first?;
        if self.group.is_none() && matches!(self.text(first), "print" | "exec") && self.state.failed_at == 1 {
            let found = self
                .found
                .filter(|found| matches!(found.token, Token::Str(_) | Token::FString(_) | Token::Name(_)))?;
            let line = line_span(self.state.source, first.span.start);
            let rest = slice(
                self.state.source,
                Span::new(found.span.start, self.state.around.end.min(line.end)),
            );
            let word = self.text(first);
            return Some(
                codes::PYTHON_2
                    .error(
                        first.span,
                        format!("`{word}` is a function: its value stands in parentheses"),
                    )
                    .with_help(format!("write {word}(...)"))
                    .with_corrected(format!("{}{word}({})", self.indent(), rest.trim_end())),
            );
        }
        let comma = self.found.filter(|found| found.token == Token::Op(Op::Comma))?;
        if self.group.is_some() || first.token != Token::Keyword(Keyword::Except) {
            return None;
        }
        let line = line_span(self.state.source, first.span.start);
        let classes = slice(self.state.source, Span::new(first.span.end, line.end)).trim();
        let classes = classes.split(':').next().unwrap_or(classes);
        Some(
            codes::PYTHON_2
                .error(comma.span, "several exception classes stand in parentheses")
                .with_help("write except (A, B): or except A as error:")
                .with_corrected(format!("{}except ({classes}):", self.indent())),
        )
    }

    fn foreign_word(&self) -> Option<Diagnostic> {
        let (first, second) = (self.first?, self.second?);
        let else_if = first.token == Token::Keyword(Keyword::Else) && second.token == Token::Keyword(Keyword::If);
        let word = self.text(first);
        let known = else_if
            || matches!(
                word,
                "elseif" | "elsif" | "function" | "foreach" | "let" | "const" | "var"
            );
        if self.group.is_some() || !known {
            return None;
        }
        let line = self.line().trim_start();
        let (place, right) = match word {
            "else" => (first.span.to(second.span), "elif"),
            "function" => (first.span, "def"),
            "foreach" => (first.span, "for"),
            "elseif" | "elsif" => (first.span, "elif"),
            _ => (first.span, ""),
        };
        let wrong = slice(self.state.source, place);
        let corrected = line.replacen(wrong, right, 1);
        Some(
            codes::FOREIGN_OPERATOR
                .error(place, format!("`{wrong}` has no meaning here"))
                .with_help(if right.is_empty() {
                    "just assign".to_owned()
                } else {
                    format!("write `{right}`")
                })
                .with_corrected(format!("{}{}", self.indent(), corrected.trim())),
        )
    }

    fn foreign_operator(&self) -> Option<Diagnostic> {
        let before = self.before?;
        let (wrong, right, code) = match (before.token, self.found.map(|found| found.token)) {
            (Token::Op(Op::Ampersand), Some(Token::Op(Op::Ampersand))) => ("&&", " and ", codes::FOREIGN_OPERATOR),
            (Token::Op(Op::Pipe), Some(Token::Op(Op::Pipe))) => ("||", " or ", codes::FOREIGN_OPERATOR),
            (Token::Op(Op::EqualEqual), Some(Token::Op(Op::Equal))) => ("===", "==", codes::FOREIGN_OPERATOR),
            (Token::Op(Op::NotEqual), Some(Token::Op(Op::Equal))) => ("!==", "!=", codes::FOREIGN_OPERATOR),
            (Token::Op(Op::Less), Some(Token::Op(Op::Greater))) => ("<>", "!=", codes::PYTHON_2),
            (Token::Op(Op::Equal), Some(Token::Op(Op::Greater))) => ("=>", ">=", codes::FOREIGN_OPERATOR),
            (Token::Op(Op::Plus), None) => ("++", " += 1", codes::FOREIGN_OPERATOR),
            (Token::Op(Op::Minus), None) => ("--", " -= 1", codes::FOREIGN_OPERATOR),
            _ => return None,
        };
        let span = match self.found {
            Some(found) if found.span.start == before.span.end => before.span.to(found.span),
            Some(_) => return None,
            None => Span::new(before.span.end.checked_sub(2)?, before.span.end),
        };
        if slice(self.state.source, span) != wrong {
            return None;
        }
        let line = self.line();
        let mut corrected = line.trim_end().replace(wrong, right);
        if right.starts_with(' ') {
            corrected = format!(
                "{}{}",
                self.indent(),
                corrected.split_whitespace().collect::<Vec<_>>().join(" ")
            );
        }
        Some(
            code.error(span, format!("`{wrong}` is no operator here"))
                .with_help(format!("write `{}`", right.trim()))
                .with_corrected(corrected),
        )
    }

    fn keyword_as_name(&self) -> Option<Diagnostic> {
        let assigned = self.group.is_none()
            && self.second.is_some_and(|second| second.token == Token::Op(Op::Equal))
            && self.state.failed_at <= 1;
        let keyword_argument = self.group == Some(GroupKind::Call)
            && self
                .state
                .tokens
                .get(self.state.failed_at + 1)
                .is_some_and(|next| next.token == Token::Op(Op::Equal));
        let place = if assigned { self.first? } else { self.found? };
        let Token::Keyword(word) = place.token else { return None };
        if !assigned && !keyword_argument && !self.expected.has(Expected::NAME) {
            return None;
        }
        let word = word.as_str();
        let corrected = self.replaced(place.span, &format!("{word}_"));
        Some(
            codes::KEYWORD_AS_NAME
                .error(place.span, format!("`{word}` is a reserved word and can't be a name"))
                .with_help(format!("write `{word}_`"))
                .with_corrected(corrected),
        )
    }

    fn walrus(&self) -> Option<Diagnostic> {
        let found = self.found.filter(|found| found.token == Token::Op(Op::Walrus))?;
        let (help, replacement) = match self.group {
            None => ("write `=`, or put parentheses around it", "="),
            Some(_) => ("only a name can stand before `:=`", "=="),
        };
        let corrected = self.replaced(found.span, replacement);
        Some(
            codes::BAD_WALRUS
                .error(found.span, "`:=` can't stand here")
                .with_help(help)
                .with_corrected(corrected),
        )
    }

    fn equal_sign(&self) -> Option<Diagnostic> {
        let found = self.found.filter(|found| found.token == Token::Op(Op::Equal))?;
        let head = self.first.is_some_and(|first| {
            matches!(
                first.token,
                Token::Keyword(
                    Keyword::If | Keyword::Elif | Keyword::While | Keyword::Assert | Keyword::Return | Keyword::Not
                )
            )
        });
        let (code, message, help, replacement) = match self.group {
            None if !head => return None,
            Some(GroupKind::Call) => (
                codes::BAD_ARGUMENTS,
                "only a plain name can stand before `=` in a call",
                "write `==` to compare, or name the parameter without quotes",
                "==",
            ),
            Some(GroupKind::Braces) => (
                codes::UNEXPECTED,
                "in a dict, `:` stands between key and value",
                "write `:`",
                ":",
            ),
            Some(GroupKind::Parameters | GroupKind::LambdaParameters | GroupKind::Imports) => return None,
            _ => (
                codes::ASSIGN_IN_EXPRESSION,
                "`=` assigns and can't stand in an expression",
                "write `==` to compare",
                "==",
            ),
        };
        let corrected = self.replaced(found.span, replacement);
        Some(
            code.error(found.span, message)
                .with_help(help)
                .with_corrected(corrected),
        )
    }

    fn missing_colon(&self) -> Option<Diagnostic> {
        let Token::Keyword(word) = self.first?.token else {
            return None;
        };
        if self.group.is_some() || !self.expected.has(Expected::COLON) {
            return None;
        }
        let then = self.found.filter(|found| self.text(*found) == "then");
        let brace = self
            .found
            .filter(|found| matches!(found.token, Token::Group(GroupKind::Braces, _)));
        let end = match (self.found, then.or(brace)) {
            (None, _) => self.state.around.end,
            (Some(_), Some(other)) => other.span.start,
            _ => return None,
        };
        let line = line_span(self.state.source, self.first?.span.start);
        let corrected = slice(self.state.source, Span::new(line.start, end)).trim_end();
        // Only the last line of a head over several lines is shown.
        let corrected = if corrected.is_empty() || end > line.end {
            format!(
                "{}:",
                slice(self.state.source, line_span(self.state.source, end)).trim_end()
            )
        } else {
            format!("{corrected}:")
        };
        Some(
            codes::MISSING_COLON
                .error(self.span, format!("`:` is missing after this `{}`", word.as_str()))
                .with_help("end the line with `:`")
                .with_corrected(corrected),
        )
    }

    fn missing_parameters(&self) -> Option<Diagnostic> {
        if !self.expected.has(Expected::PARAMETERS) {
            return None;
        }
        let name = self.before.map_or("work", |before| self.text(before));
        Some(
            codes::UNEXPECTED
                .error(
                    self.span,
                    "a function needs parentheses after its name, even empty ones",
                )
                .with_help("write `()`")
                .with_corrected(format!("{}def {name}():", self.indent())),
        )
    }

    fn missing_comma(&self) -> Option<Diagnostic> {
        let (found, before) = (self.found?, self.before?);
        let lists = matches!(
            self.group?,
            GroupKind::Parens
                | GroupKind::List
                | GroupKind::Braces
                | GroupKind::Call
                | GroupKind::Parameters
                | GroupKind::Imports
        );
        let value = matches!(
            found.token,
            Token::Name(_) | Token::Int(_) | Token::Float(_) | Token::Str(_) | Token::FString(_) | Token::Group(..)
        );
        if !lists || !value || !before.token.ends_value() || !self.expected.has(Expected::COMMA) {
            return None;
        }
        let corrected = self.replaced(Span::new(before.span.end, before.span.end), ",");
        Some(
            codes::UNEXPECTED
                .error(
                    found.span,
                    format!("a comma is missing before {}", self.describe_found()),
                )
                .with_help(
                    "write `,` between values; if a quote ended a string too early, write \\' or change the quotes",
                )
                .with_corrected(corrected),
        )
    }

    fn unexpected(&self) -> Diagnostic {
        let message = format!("expected {}, found {}", self.describe_expected(), self.describe_found());
        let diagnostic = codes::UNEXPECTED.error(self.span, message);
        match self.found.map(|found| found.token) {
            None if self.group.is_none() => diagnostic.with_help("finish the line"),
            Some(Token::Keyword(Keyword::For)) if self.group == Some(GroupKind::Call) => diagnostic
                .with_help("a generator beside other arguments needs parentheses")
                .with_corrected("best = max((len(line) for line in str(context).splitlines()), default=0)"),
            _ => diagnostic,
        }
    }

    fn describe_expected(&self) -> String {
        let named = [
            (Expected::STATEMENT, "a statement"),
            (Expected::IN, "`in`"),
            (Expected::ELSE, "`else`"),
            (Expected::IMPORT, "`import`"),
            (Expected::NAME, "a name"),
            (Expected::EXPRESSION, "a value"),
            (Expected::COLON, "`:`"),
            (Expected::COMMA, "`,`"),
            (Expected::OPERATOR, "an operator"),
        ];
        let mut parts: Vec<&str> = named
            .iter()
            .filter(|(flag, _)| self.expected.has(*flag))
            .map(|(_, text)| *text)
            .take(3)
            .collect();
        let may_end = self.expected.has(Expected::OPERATOR.or(Expected::COMMA)) && self.found.is_some();
        if may_end && !self.expected.has(Expected::ELSE.or(Expected::IN).or(Expected::COLON)) {
            parts.push(self.end_of_what());
        }
        match parts.as_slice() {
            [] => "the end of the line".to_owned(),
            [one] => (*one).to_owned(),
            [rest @ .., last] => format!("{} or {last}", rest.join(", ")),
        }
    }

    fn end_of_what(&self) -> &'static str {
        match self.group {
            None => "the end of the line",
            Some(GroupKind::Parens | GroupKind::Call | GroupKind::Parameters | GroupKind::Imports) => "`)`",
            Some(GroupKind::List | GroupKind::Subscript) => "`]`",
            Some(GroupKind::Braces | GroupKind::Field) => "`}`",
            Some(GroupKind::LambdaParameters) => "`:`",
        }
    }

    fn describe_found(&self) -> String {
        let Some(found) = self.found else {
            return match self.group {
                None => "the end of the line".to_owned(),
                Some(GroupKind::LambdaParameters) => "`:`".to_owned(),
                Some(_) => format!("`{}`", slice(self.state.source, self.span)),
            };
        };
        let text = self.text(found);
        match found.token {
            Token::Str(_) | Token::FString(_) => "a string".to_owned(),
            Token::Int(_) | Token::Float(_) => format!("the number `{}`", shortened(text)),
            Token::Name(_) => format!("the name `{}`", shortened(text)),
            Token::Group(..) => format!("`{}`", text.chars().next().unwrap_or('(')),
            _ => format!("`{}`", shortened(text)),
        }
    }

    // Access to the source.

    fn text(&self, lexeme: Lexeme) -> &'a str {
        slice(self.state.source, lexeme.span)
    }

    fn line(&self) -> &'a str {
        line_text(self.state.source, self.span.start)
    }

    fn indent(&self) -> &'a str {
        indentation(self.line())
    }

    /// Returns the source line of a span, with the span's text replaced.
    fn replaced(&self, span: Span, replacement: &str) -> String {
        replaced(self.state.source, span, replacement)
    }
}

fn shortened(text: &str) -> String {
    const LONGEST: usize = 30;
    if text.chars().count() <= LONGEST {
        return text.to_owned();
    }
    text.chars().take(LONGEST).chain("...".chars()).collect()
}
