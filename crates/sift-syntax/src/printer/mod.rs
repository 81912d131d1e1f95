//! From the tree back to text.
//!
//! What is printed reads back to the same tree: brackets stand wherever leaving them out would join two chains into one.
//! Layout is always the same: four spaces, double quotes, one space around operators. [`print`] knows the tree alone and
//! breaks no line; [`format`](format()) has the text beside it, and keeps its comments, its blank lines and its spelling of
//! literals.

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
