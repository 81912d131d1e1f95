//! Syntax tree nodes of statements, and of assignment targets.

use super::{BinaryOp, Block, Expr, Name, Subscript};
use crate::Span;

/// A statement of a Sift program.
#[derive(Debug, Clone, PartialEq)]
pub struct Stmt {
    /// The kind of statement, with its expressions and blocks.
    pub kind: StmtKind,
    /// The position of the statement in the source, including the blocks of a compound statement.
    pub span: Span,
}

/// The kind of a statement, with its expressions and blocks.
#[derive(Debug, Clone, PartialEq)]
pub enum StmtKind {
    /// An expression that is used as a statement.
    Expr(Expr),
    /// An assignment to one or more targets: `a = b = value`.
    Assign {
        /// The targets, from left to right; never empty.
        targets: Vec<Target>,
        /// The value to assign.
        value: Expr,
    },
    /// An augmented assignment, such as `target += value`.
    AugAssign {
        /// The target: a name, a subscript or an attribute.
        target: Target,
        /// The binary operator of the augmented assignment, without the `=`.
        op: BinaryOp,
        /// The right operand, after the operator.
        value: Expr,
    },
    /// An annotated assignment: `target: annotation = value`. The annotation has no effect.
    AnnAssign {
        /// The variable, attribute or item that is annotated.
        target: Target,
        /// The annotation, used only by the printer.
        annotation: Expr,
        /// The value to assign, if any.
        value: Option<Expr>,
    },
    /// An `if` statement with all its `elif` clauses: `if … elif … else …`.
    If {
        /// Each condition with its block; never empty.
        arms: Vec<(Expr, Block)>,
        /// The `else` block; empty if there is none.
        orelse: Block,
    },
    /// A `for` loop: `for target in iter: … else: …`.
    For {
        /// The target to which each item is assigned.
        target: Target,
        /// The iterable of the loop.
        iter: Expr,
        /// The statements in the loop.
        body: Block,
        /// The `else` block; empty if there is none.
        orelse: Block,
    },
    /// A `while` loop: `while test: … else: …`.
    While {
        /// The condition of the loop.
        test: Expr,
        /// The statements in the loop.
        body: Block,
        /// The `else` block; empty if there is none.
        orelse: Block,
    },
    /// A `break` statement.
    Break,
    /// A `continue` statement.
    Continue,
    /// A `pass` statement.
    Pass,
    /// A function definition: `def name(…): …`.
    Def(Box<FunctionDef>),
    /// A `return` statement with its value, if any.
    Return(Option<Expr>),
    /// A `try` statement: `try: … except …: … else: … finally: …`.
    Try(Box<Try>),
    /// A `raise` statement: `raise exception from cause`.
    Raise {
        /// The exception, or `None` to re-raise the current one.
        exception: Option<Expr>,
        /// The cause of the exception, after `from`, if any.
        cause: Option<Expr>,
    },
    /// An `assert` statement: `assert test, message`.
    Assert {
        /// The condition that is asserted.
        test: Expr,
        /// The message of the assertion, if any.
        message: Option<Expr>,
    },
    /// A `del` statement with its targets.
    Delete(Vec<Target>),
    /// A `global` declaration with the declared names.
    Global(Vec<Name>),
    /// A `nonlocal` declaration with the declared names.
    Nonlocal(Vec<Name>),
    /// An import of modules: `import module as name, …`.
    Import(Vec<ImportItem>),
    /// An import of a module's members: `from module import name as name, …`.
    FromImport {
        /// The dotted name of the module.
        module: Name,
        /// The imported members; empty for `*`.
        names: Vec<ImportItem>,
    },
}

/// An imported module or member.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportItem {
    /// The dotted name of the module, or the name of the member.
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
    /// The statements of the function.
    pub body: Block,
    /// The decorators, such as `@cache` or `@lru_cache(maxsize=None)`, as expressions.
    pub decorators: Vec<Expr>,
    /// Whether the definition is an `async def`, which has the same meaning as `def`.
    pub is_async: bool,
}

/// A `try` statement with all its clauses.
#[derive(Debug, Clone, PartialEq)]
pub struct Try {
    /// The block after `try:`, whose exceptions are handled.
    pub body: Block,
    /// The `except` clauses of the statement, in order.
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
    /// The statements of the `except` clause.
    pub body: Block,
    /// The position of the clause in the source.
    pub span: Span,
}

/// The parameters of a function or a lambda, in source order.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Params {
    /// The parameters, in source order.
    pub items: Vec<ParamDef>,
}

/// A parameter of a function or a lambda.
#[derive(Debug, Clone, PartialEq)]
pub struct ParamDef {
    /// The parameter's name.
    pub name: Name,
    /// How the parameter's argument is passed: by position, by keyword or either.
    pub kind: sift_signature::ParamKind,
    /// The annotation, used only by the printer.
    pub annotation: Option<Expr>,
    /// The default value of the parameter, if any.
    pub default: Option<Expr>,
}

/// A target of an assignment, a `for` loop or a `del` statement.
#[derive(Debug, Clone, PartialEq)]
pub enum Target {
    /// A variable as the target.
    Name(Name),
    /// Several targets that a sequence is unpacked to: `(a, b)`, `[a, b]` or `a, b`.
    Tuple {
        /// The targets in the tuple.
        items: Vec<Target>,
        /// The position of the target in the source.
        span: Span,
    },
    /// A starred target within a tuple, `*rest`, which receives a list.
    Starred {
        /// The target that receives the remaining items.
        target: Box<Target>,
        /// The position of the target in the source.
        span: Span,
    },
    /// An item of an object as the target: `object[index]`.
    Subscript {
        /// The object whose item is assigned.
        object: Box<Expr>,
        /// The index of the item, or a slice.
        index: Box<Subscript>,
        /// The position of the target in the source.
        span: Span,
    },
    /// An attribute of an object as the target: `object.name`.
    Attribute {
        /// The object whose attribute is assigned.
        object: Box<Expr>,
        /// The name of the assigned attribute.
        name: Name,
        /// The position of the target in the source.
        span: Span,
    },
}

impl Target {
    /// Returns the position of the target in the source.
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
