//! The syntax tree: a plain value, compared and printed as one.
//!
//! Chains are kept flat (operators of one precedence, postfixes, `elif`, conditional expressions), so that the depth of
//! the tree is the depth that a reader sees, and a long chain costs no depth at all.

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

/// A whole program: what one fenced block or one file holds.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Program {
    /// The statements, in order.
    pub body: Block,
}

/// Statements of one indentation.
pub type Block = Vec<Stmt>;

/// A name where it stands. Normalised to NFKC, as Python does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Name {
    /// The name.
    pub text: SmolStr,
    /// Where it stands.
    pub span: Span,
}
