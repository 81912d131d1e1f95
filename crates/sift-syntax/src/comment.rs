//! Comments, kept aside for the printer.

use smol_str::SmolStr;

use crate::Span;

/// A comment, which says nothing to the machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comment {
    /// Its text, from `#` to the end of the line.
    pub text: SmolStr,
    /// Where it stands.
    pub span: Span,
}
