//! Comments of the source, which the parser keeps for the printer.

use smol_str::SmolStr;

use crate::Span;

/// A comment in the source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comment {
    /// The text of the comment, from `#` to the end of the line.
    pub text: SmolStr,
    /// The position of the comment in the source.
    pub span: Span,
}
