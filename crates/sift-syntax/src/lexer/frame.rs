//! Open constructs on the lexer's stack.

use smol_str::SmolStr;

use super::token::{GroupKind, LexedPart};
use crate::Span;
use crate::ast::Conversion;

/// An open construct: a bracket, a lambda's parameters, a field, or the text of an f-string.
#[derive(Debug)]
pub(super) enum Frame {
    Group(OpenGroup),
    Field(OpenGroup, FieldTail),
    Text(TextFrame),
}

#[derive(Debug, Clone, Copy)]
pub(super) struct OpenGroup {
    pub(super) kind: GroupKind,
    /// The position of the opening bracket or the word `lambda`.
    pub(super) span: Span,
    /// The index in `pending` of the first token inside.
    pub(super) first: usize,
}

/// The debug text and the conversion of a field, which follow its expression.
#[derive(Debug, Clone, Default)]
pub(super) struct FieldTail {
    pub(super) debug: Option<SmolStr>,
    pub(super) conversion: Option<Conversion>,
}

impl Frame {
    /// Returns the bracket that closes the frame, or `None` if no bracket does.
    pub(super) fn closer(&self) -> Option<u8> {
        match self {
            Self::Field(..) => Some(b'}'),
            Self::Text(_) => None,
            Self::Group(open) => match open.kind {
                GroupKind::Parens | GroupKind::Call | GroupKind::Parameters | GroupKind::Imports => Some(b')'),
                GroupKind::List | GroupKind::Subscript => Some(b']'),
                GroupKind::Braces | GroupKind::Field => Some(b'}'),
                GroupKind::LambdaParameters => None,
            },
        }
    }

    /// Returns `true` for the parameters of a lambda.
    pub(super) fn is_lambda(&self) -> bool {
        matches!(self, Self::Group(open) if open.kind == GroupKind::LambdaParameters)
    }
}

/// The text of an f-string or of a format specification during lexing.
#[derive(Debug)]
pub(super) struct TextFrame {
    pub(super) quote: Quote,
    pub(super) role: TextRole,
    /// The position of the literal's opening quote.
    pub(super) open: Span,
    /// The index in `pending` of the first token inside.
    pub(super) first: usize,
    pub(super) parts: Vec<LexedPart>,
    pub(super) buffer: String,
}

/// The role of a text frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TextRole {
    /// The text of the literal itself.
    Literal,
    /// The text of a format specification.
    Specification,
}

impl TextFrame {
    /// Adds the buffered text to the parts.
    pub(super) fn flush(&mut self) {
        if !self.buffer.is_empty() {
            self.parts.push(LexedPart::Text(SmolStr::new(&self.buffer)));
            self.buffer.clear();
        }
    }
}

/// The quotes and the prefix of a string literal.
#[derive(Debug, Clone, Copy)]
pub(super) struct Quote {
    pub(super) byte: u8,
    pub(super) triple: bool,
    pub(super) raw: bool,
}

impl Quote {
    pub(super) const fn length(self) -> usize {
        if self.triple { 3 } else { 1 }
    }
}

/// Returns `true` if letters before a quote are a string prefix.
pub(super) fn is_string_prefix(text: &str) -> bool {
    text.len() <= 2
        && ["r", "u", "f", "b", "fr", "rf", "br", "rb"]
            .iter()
            .any(|prefix| text.eq_ignore_ascii_case(prefix))
}
