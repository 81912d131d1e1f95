//! Open constructs, such as brackets and f-strings, on the lexer's stack.

use smol_str::SmolStr;

use super::token::{GroupKind, LexedPart};
use crate::Span;
use crate::ast::Conversion;

/// An open construct on the lexer's stack: a bracket, a lambda's parameters, a field, or the text
/// of an f-string.
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
    /// The index in `pending` of the first token in the group.
    pub(super) first: usize,
}

/// The parts of an f-string field that follow its expression: the debug text and the conversion.
#[derive(Debug, Clone, Default)]
pub(super) struct FieldTail {
    pub(super) debug: Option<SmolStr>,
    pub(super) conversion: Option<Conversion>,
}

impl Frame {
    /// Returns the bracket that closes the open construct, or `None` if no bracket does.
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

    /// Returns `true` if the open construct is the parameters of a lambda.
    pub(super) fn is_lambda(&self) -> bool {
        matches!(self, Self::Group(open) if open.kind == GroupKind::LambdaParameters)
    }
}

/// The text of an f-string or of a format specification during lexing.
#[derive(Debug)]
pub(super) struct TextFrame {
    pub(super) quote: Quote,
    pub(super) role: TextRole,
    /// The position of the opening quote of the f-string.
    pub(super) open: Span,
    /// The index in `pending` of the first token within the text.
    pub(super) first: usize,
    pub(super) parts: Vec<LexedPart>,
    pub(super) buffer: String,
}

/// Whether the lexed text belongs to an f-string itself or to a format specification in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TextRole {
    /// The text of the f-string itself.
    Literal,
    /// The text of a format specification in a field of the f-string.
    Specification,
}

impl TextFrame {
    /// Moves the buffered text to the parts of the f-string.
    pub(super) fn flush(&mut self) {
        if !self.buffer.is_empty() {
            self.parts.push(LexedPart::Text(SmolStr::new(&self.buffer)));
            self.buffer.clear();
        }
    }
}

/// The quotes and the prefix that a string literal begins with.
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

/// Returns `true` if the letters before a quote are the prefix of a string literal, such as `rb`.
pub(super) fn is_string_prefix(text: &str) -> bool {
    text.len() <= 2
        && ["r", "u", "f", "b", "fr", "rf", "br", "rb"]
            .iter()
            .any(|prefix| text.eq_ignore_ascii_case(prefix))
}
