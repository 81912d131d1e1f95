//! The syntax tree, plain data that can be compared and printed.
//!
//! Chains are flat: operators of one precedence, postfixes, `elif`, conditional expressions. The
//! depth of the tree therefore equals the visible nesting depth, and a long chain adds no depth.

mod expression;
mod operator;
mod statement;

use smol_str::SmolStr;

use crate::Span;

pub use self::expression::{
    Argument, Clause, ComprehensionKind, Conversion, DictItem, Expr, ExprKind, FStringField, FStringPart, Postfix,
    PostfixKind, Subscript,
};
pub use self::operator::{BinaryOp, CompareOp, LogicalOp, Precedence, UnaryOp};
pub use self::statement::{FunctionDef, Handler, ImportItem, ParamDef, Params, Stmt, StmtKind, Target, Try};

/// A whole program: the content of a fenced block or a file.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Program {
    /// The top-level statements of the program, in order.
    pub body: Block,
}

/// The statements at one level of indentation.
pub type Block = Vec<Stmt>;

/// An identifier and its position in the source. The text is normalised to NFKC, as in Python.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Name {
    /// The text of the identifier.
    pub text: SmolStr,
    /// The position of the identifier in the source.
    pub span: Span,
}
