//! The printer: from the syntax tree to text.
//!
//! The output parses to the same tree. Parentheses are printed wherever omitting them would join
//! two chains. The layout is fixed: four spaces, double quotes, one space around operators.
//! [`print`] uses only the tree and breaks no lines. [`format`](format()) also uses the source, and
//! preserves its comments, blank lines and spelling of literals.

mod expression;
mod format;
mod layout;
mod original;
mod statement;
mod string;
mod writer;

pub(crate) use expression::expression;
pub use format::{FormatError, format};
pub use layout::LINE_WIDTH;
pub use statement::print;
