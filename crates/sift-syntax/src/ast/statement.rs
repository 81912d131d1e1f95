//! Statements, and what they bind.

use super::{BinaryOp, Block, Expr, Name, Subscript};
use crate::Span;

/// A statement.
#[derive(Debug, Clone, PartialEq)]
pub struct Stmt {
    /// What it says.
    pub kind: StmtKind,
    /// Where it stands; of a compound statement, all of it.
    pub span: Span,
}

/// What a statement says.
#[derive(Debug, Clone, PartialEq)]
pub enum StmtKind {
    /// An expression on its own.
    Expr(Expr),
    /// `a = b = value`: one target or several, left to right.
    Assign {
        /// The targets.
        targets: Vec<Target>,
        /// The value.
        value: Expr,
    },
    /// `target += value` and the like.
    AugAssign {
        /// A name, a subscript or an attribute.
        target: Target,
        /// The operator without its `=`.
        op: BinaryOp,
        /// The value.
        value: Expr,
    },
    /// `target: annotation = value`; the annotation is read and ignored.
    AnnAssign {
        /// What is annotated.
        target: Target,
        /// The annotation, for the printer only.
        annotation: Expr,
        /// The value, if one is given.
        value: Option<Expr>,
    },
    /// `if … elif … else …`; the chain of tests is flat.
    If {
        /// Each test with its block; never empty.
        arms: Vec<(Expr, Block)>,
        /// The `else` block; empty if there is none.
        orelse: Block,
    },
    /// `for target in iter: … else: …`.
    For {
        /// What each item is bound to.
        target: Target,
        /// What is iterated.
        iter: Expr,
        /// The loop's body.
        body: Block,
        /// The `else` block; empty if there is none.
        orelse: Block,
    },
    /// `while test: … else: …`.
    While {
        /// The test.
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
        /// The exception; none to raise the current one again.
        exception: Option<Expr>,
        /// What stands after `from`.
        cause: Option<Expr>,
    },
    /// `assert test, message`.
    Assert {
        /// The test.
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
        /// What is imported; empty for `*`.
        names: Vec<ImportItem>,
    },
}

/// One imported thing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportItem {
    /// The dotted module, or the member of the module.
    pub name: Name,
    /// The name it is bound to, where `as` gives one.
    pub alias: Option<Name>,
}

/// A function definition.
#[derive(Debug, Clone, PartialEq)]
pub struct FunctionDef {
    /// Its name.
    pub name: Name,
    /// Its parameters.
    pub params: Params,
    /// The return annotation, for the printer only.
    pub returns: Option<Expr>,
    /// Its body.
    pub body: Block,
    /// `@lru_cache` or `@cache`: expressions as written (`lru_cache(maxsize=None)` included).
    pub decorators: Vec<Expr>,
    /// Whether it was written `async def`, which means the same as `def`.
    pub is_async: bool,
}

/// `try` and all its clauses.
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

/// One `except` clause.
#[derive(Debug, Clone, PartialEq)]
pub struct Handler {
    /// The exception class or tuple of classes; none for a bare `except:`.
    pub class: Option<Expr>,
    /// The name it is bound to.
    pub name: Option<Name>,
    /// The handler's block.
    pub body: Block,
    /// Where the clause stands.
    pub span: Span,
}

/// Parameters of a function or a lambda, in the order written.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Params {
    /// The parameters.
    pub items: Vec<ParamDef>,
}

/// One parameter.
#[derive(Debug, Clone, PartialEq)]
pub struct ParamDef {
    /// Its name.
    pub name: Name,
    /// How arguments reach it.
    pub kind: sift_signature::ParamKind,
    /// Its annotation, for the printer only.
    pub annotation: Option<Expr>,
    /// Its default.
    pub default: Option<Expr>,
}

/// What can stand left of `=`, after `for`, or after `del`.
#[derive(Debug, Clone, PartialEq)]
pub enum Target {
    /// A name.
    Name(Name),
    /// `(a, b)`, `[a, b]` or `a, b`.
    Tuple {
        /// The parts.
        items: Vec<Target>,
        /// Where it stands.
        span: Span,
    },
    /// `*rest` within a tuple.
    Starred {
        /// What takes the rest.
        target: Box<Target>,
        /// Where it stands.
        span: Span,
    },
    /// `object[index]`.
    Subscript {
        /// The object.
        object: Box<Expr>,
        /// The index.
        index: Box<Subscript>,
        /// Where it stands.
        span: Span,
    },
    /// `object.name`.
    Attribute {
        /// The object.
        object: Box<Expr>,
        /// The attribute.
        name: Name,
        /// Where it stands.
        span: Span,
    },
}

impl Target {
    /// Returns where the target stands.
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
