//! What is open while a text is read.

use smol_str::SmolStr;

use super::token::{GroupKind, LexedPart};
use crate::Span;
use crate::ast::Conversion;

/// Something that is open: a bracket, a lambda's parameters, a field, or the text of an f-string.
#[derive(Debug)]
pub(super) enum Frame {
    Group(OpenGroup),
    Field(OpenGroup, FieldTail),
    Text(TextFrame),
}

#[derive(Debug, Clone, Copy)]
pub(super) struct OpenGroup {
    pub(super) kind: GroupKind,
    /// The opening bracket, or the word `lambda`.
    pub(super) span: Span,
    /// The first token in it, as an index into `pending`.
    pub(super) first: usize,
}

/// What follows the expression of a field.
#[derive(Debug, Clone, Default)]
pub(super) struct FieldTail {
    pub(super) debug: Option<SmolStr>,
    pub(super) conversion: Option<Conversion>,
}

impl Frame {
    /// Returns the bracket that closes it.
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

/// The text of an f-string, or of a format specification within a field of it, while it is read.
#[derive(Debug)]
pub(super) struct TextFrame {
    pub(super) quote: Quote,
    pub(super) role: TextRole,
    /// Where the literal opens.
    pub(super) open: Span,
    /// The first token after it, as an index into the pending tokens.
    pub(super) first: usize,
    pub(super) parts: Vec<LexedPart>,
    pub(super) buffer: String,
}

/// What a text frame reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TextRole {
    /// The literal's own text.
    Literal,
    /// A format specification.
    Specification,
}

impl TextFrame {
    /// Ends the piece of text that is read.
    pub(super) fn flush(&mut self) {
        if !self.buffer.is_empty() {
            self.parts.push(LexedPart::Text(SmolStr::new(&self.buffer)));
            self.buffer.clear();
        }
    }
}

/// How a string literal is written.
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

/// Says whether letters before a quote are a prefix of a string.
pub(super) fn is_string_prefix(text: &str) -> bool {
    text.len() <= 2
        && ["r", "u", "f", "b", "fr", "rf", "br", "rb"]
            .iter()
            .any(|prefix| text.eq_ignore_ascii_case(prefix))
}
