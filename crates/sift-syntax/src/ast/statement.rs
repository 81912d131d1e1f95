//! Syntax tree nodes of statements, and their targets.

use super::{BinaryOp, Block, Expr, Name, Subscript};
use crate::Span;

/// A statement.
#[derive(Debug, Clone, PartialEq)]
pub struct Stmt {
    /// The kind of statement, with its parts.
    pub kind: StmtKind,
    /// The position in the source. A compound statement's span includes its blocks.
    pub span: Span,
}

/// The kind of a statement, with its parts.
#[derive(Debug, Clone, PartialEq)]
pub enum StmtKind {
    /// An expression statement.
    Expr(Expr),
    /// `a = b = value`: one target or several, left to right.
    Assign {
        /// The targets, from left to right; never empty.
        targets: Vec<Target>,
        /// The value.
        value: Expr,
    },
    /// `target += value` and the like.
    AugAssign {
        /// The target: a name, a subscript or an attribute.
        target: Target,
        /// The binary operator, without the `=`.
        op: BinaryOp,
        /// The value.
        value: Expr,
    },
    /// `target: annotation = value`. The annotation has no effect.
    AnnAssign {
        /// The annotated target.
        target: Target,
        /// The annotation, used only by the printer.
        annotation: Expr,
        /// The value, if any.
        value: Option<Expr>,
    },
    /// `if … elif … else …`, as a flat chain.
    If {
        /// Each condition with its block; never empty.
        arms: Vec<(Expr, Block)>,
        /// The `else` block; empty if there is none.
        orelse: Block,
    },
    /// `for target in iter: … else: …`.
    For {
        /// The target to which each item is assigned.
        target: Target,
        /// The iterable.
        iter: Expr,
        /// The loop's body.
        body: Block,
        /// The `else` block; empty if there is none.
        orelse: Block,
    },
    /// `while test: … else: …`.
    While {
        /// The condition.
        test: Expr,
        /// The loop's body.
        body: Block,
        /// The `else` block; empty if there is none.
        orelse: Block,
    },
    /// `break`.
    Break,
    /// `continue`.
    Continue,
    /// `pass`.
    Pass,
    /// `def name(…): …`.
    Def(Box<FunctionDef>),
    /// `return value`.
    Return(Option<Expr>),
    /// `try: … except …: … else: … finally: …`.
    Try(Box<Try>),
    /// `raise exception from cause`.
    Raise {
        /// The exception, or `None` to re-raise the current one.
        exception: Option<Expr>,
        /// The cause after `from`, if any.
        cause: Option<Expr>,
    },
    /// `assert test, message`.
    Assert {
        /// The condition.
        test: Expr,
        /// The message.
        message: Option<Expr>,
    },
    /// `del targets`.
    Delete(Vec<Target>),
    /// `global names`.
    Global(Vec<Name>),
    /// `nonlocal names`.
    Nonlocal(Vec<Name>),
    /// `import module as name, …`.
    Import(Vec<ImportItem>),
    /// `from module import name as name, …`.
    FromImport {
        /// The dotted module name.
        module: Name,
        /// The imported members; empty for `*`.
        names: Vec<ImportItem>,
    },
}

/// An imported module or member.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportItem {
    /// The dotted module, or the member of a module.
    pub name: Name,
    /// The name after `as`, if any.
    pub alias: Option<Name>,
}

/// A function definition.
#[derive(Debug, Clone, PartialEq)]
pub struct FunctionDef {
    /// The function's name.
    pub name: Name,
    /// The function's parameters.
    pub params: Params,
    /// The return annotation, used only by the printer.
    pub returns: Option<Expr>,
    /// The function's body.
    pub body: Block,
    /// The decorators, such as `@cache` or `@lru_cache(maxsize=None)`, as expressions.
    pub decorators: Vec<Expr>,
    /// Whether it is an `async def`, which has the same meaning as `def`.
    pub is_async: bool,
}

/// A `try` statement with all its clauses.
#[derive(Debug, Clone, PartialEq)]
pub struct Try {
    /// The guarded block.
    pub body: Block,
    /// The `except` clauses, in order.
    pub handlers: Vec<Handler>,
    /// The `else` block; empty if there is none.
    pub orelse: Block,
    /// The `finally` block; empty if there is none.
    pub finally: Block,
}

/// An `except` clause.
#[derive(Debug, Clone, PartialEq)]
pub struct Handler {
    /// The exception class or tuple of classes, or `None` for a bare `except:`.
    pub class: Option<Expr>,
    /// The name bound to the exception, if any.
    pub name: Option<Name>,
    /// The handler's block.
    pub body: Block,
    /// The position in the source.
    pub span: Span,
}

/// The parameters of a function or a lambda, in source order.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Params {
    /// The parameters.
    pub items: Vec<ParamDef>,
}

/// A parameter of a function or a lambda.
#[derive(Debug, Clone, PartialEq)]
pub struct ParamDef {
    /// The parameter's name.
    pub name: Name,
    /// The way to pass its argument.
    pub kind: sift_signature::ParamKind,
    /// The annotation, used only by the printer.
    pub annotation: Option<Expr>,
    /// The default, if any.
    pub default: Option<Expr>,
}

/// A target of `=`, `for` or `del`.
#[derive(Debug, Clone, PartialEq)]
pub enum Target {
    /// A name.
    Name(Name),
    /// `(a, b)`, `[a, b]` or `a, b`.
    Tuple {
        /// The targets in the tuple.
        items: Vec<Target>,
        /// The position in the source.
        span: Span,
    },
    /// `*rest` within a tuple.
    Starred {
        /// The target that receives the remaining items.
        target: Box<Target>,
        /// The position in the source.
        span: Span,
    },
    /// `object[index]`.
    Subscript {
        /// The object.
        object: Box<Expr>,
        /// The index.
        index: Box<Subscript>,
        /// The position in the source.
        span: Span,
    },
    /// `object.name`.
    Attribute {
        /// The object.
        object: Box<Expr>,
        /// The attribute's name.
        name: Name,
        /// The position in the source.
        span: Span,
    },
}

impl Target {
    /// Returns the position in the source.
    #[must_use]
    pub const fn span(&self) -> Span {
        match self {
            Self::Name(name) => name.span,
            Self::Tuple { span, .. }
            | Self::Starred { span, .. }
            | Self::Subscript { span, .. }
            | Self::Attribute { span, .. } => *span,
        }
    }
}
