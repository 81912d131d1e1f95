//! Expressions.

use smol_str::SmolStr;

use super::{BinaryOp, CompareOp, LogicalOp, Name, Params, Target, UnaryOp};
use crate::Span;

/// An expression.
#[derive(Debug, Clone, PartialEq)]
pub struct Expr {
    /// What it says.
    pub kind: ExprKind,
    /// Where it stands.
    pub span: Span,
}

impl Expr {
    /// Makes an expression that stands at a place.
    #[must_use]
    pub const fn new(span: Span, kind: ExprKind) -> Self {
        Self { kind, span }
    }
}

/// What an expression says.
#[derive(Debug, Clone, PartialEq)]
pub enum ExprKind {
    /// `None`.
    None,
    /// `True` or `False`.
    Bool(bool),
    /// `...`, accepted as a statement that does nothing.
    Ellipsis,
    /// An integer literal: decimal digits without underscores, of any length.
    Int(SmolStr),
    /// A float literal.
    Float(f64),
    /// A string literal: escapes resolved, implicit concatenation joined.
    Str(SmolStr),
    /// An f-string, adjacent plain strings joined in.
    FString(Vec<FStringPart>),
    /// A name.
    Name(SmolStr),
    /// `[a, *b]`.
    List(Vec<Expr>),
    /// `(a, *b)`, parentheses or none.
    Tuple(Vec<Expr>),
    /// `{a, *b}`.
    Set(Vec<Expr>),
    /// `{key: value, **other}`.
    Dict(Vec<DictItem>),
    /// `[element for …]`, `{element for …}` or `(element for …)`.
    Comprehension {
        /// What is built.
        kind: ComprehensionKind,
        /// The element.
        element: Box<Expr>,
        /// The clauses, outermost first; never empty.
        clauses: Vec<Clause>,
    },
    /// `{key: value for …}`.
    DictComprehension {
        /// The key.
        key: Box<Expr>,
        /// The value.
        value: Box<Expr>,
        /// The clauses, outermost first; never empty.
        clauses: Vec<Clause>,
    },
    /// `-x`, `+x`, `~x`, `not x`: the operators outermost first; never empty.
    Unary {
        /// The operators.
        ops: Vec<UnaryOp>,
        /// What they apply to.
        operand: Box<Expr>,
    },
    /// Left-associative operators of one precedence: `first op operand op operand …`.
    Binary {
        /// The first operand.
        first: Box<Expr>,
        /// Each further operator and operand; never empty.
        rest: Vec<(BinaryOp, Expr)>,
    },
    /// `base ** exponent`, right-associative.
    Power {
        /// The base.
        base: Box<Expr>,
        /// The exponent.
        exponent: Box<Expr>,
    },
    /// `a and b and c`, or `a or b or c`.
    Logical {
        /// Which of the two.
        op: LogicalOp,
        /// The operands; at least two.
        values: Vec<Expr>,
    },
    /// `first op operand op operand …`, as in `0 <= i < n`.
    Compare {
        /// The first operand.
        first: Box<Expr>,
        /// Each further operator and operand; never empty.
        rest: Vec<(CompareOp, Expr)>,
    },
    /// `value if test else value if test else …`.
    Conditional {
        /// Each value with the test that chooses it; never empty.
        arms: Vec<(Expr, Expr)>,
        /// The last value.
        orelse: Box<Expr>,
    },
    /// `base.name[index](args)…`, left to right.
    Postfix {
        /// What the first postfix applies to.
        base: Box<Expr>,
        /// The postfixes; never empty.
        ops: Vec<Postfix>,
    },
    /// `lambda params: body`.
    Lambda {
        /// The parameters.
        params: Box<Params>,
        /// The body.
        body: Box<Expr>,
    },
    /// `name := value`.
    Walrus {
        /// The name bound.
        name: Name,
        /// The value.
        value: Box<Expr>,
    },
    /// `*items`, in displays, calls and assignments only.
    Starred(Box<Expr>),
    /// `await value`, which means `value`.
    Await(Box<Expr>),
    /// `yield value`.
    Yield(Option<Box<Expr>>),
    /// `yield from values`.
    YieldFrom(Box<Expr>),
}

/// One postfix, with where it stands (from its dot, bracket or parenthesis on).
#[derive(Debug, Clone, PartialEq)]
pub struct Postfix {
    /// What it says.
    pub kind: PostfixKind,
    /// Where it stands.
    pub span: Span,
}

/// What a postfix says.
#[derive(Debug, Clone, PartialEq)]
pub enum PostfixKind {
    /// `.name`.
    Attribute(Name),
    /// `[index]`.
    Subscript(Box<Subscript>),
    /// `(args)`.
    Call(Vec<Argument>),
}

/// What stands between brackets.
#[derive(Debug, Clone, PartialEq)]
pub enum Subscript {
    /// One value; `a, b` is a tuple.
    Index(Expr),
    /// `start:stop:step`.
    Slice {
        /// The start.
        start: Option<Expr>,
        /// The end.
        stop: Option<Expr>,
        /// The step.
        step: Option<Expr>,
    },
}

/// One argument of a call.
#[derive(Debug, Clone, PartialEq)]
pub enum Argument {
    /// `value`.
    Positional(Expr),
    /// `name=value`.
    Keyword {
        /// The parameter's name.
        name: Name,
        /// The value.
        value: Expr,
    },
    /// `*values`.
    Starred(Expr),
    /// `**values`.
    DoubleStarred(Expr),
}

/// One entry of a dict display.
#[derive(Debug, Clone, PartialEq)]
pub enum DictItem {
    /// `key: value`.
    Pair(Expr, Expr),
    /// `**other`.
    Spread(Expr),
}

/// What a comprehension builds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ComprehensionKind {
    /// `[…]`.
    List,
    /// `{…}`.
    Set,
    /// `(…)`: lazy.
    Generator,
}

/// `for target in iter if condition …`.
#[derive(Debug, Clone, PartialEq)]
pub struct Clause {
    /// What each item is bound to.
    pub target: Target,
    /// What is iterated.
    pub iter: Expr,
    /// The conditions, in order.
    pub conditions: Vec<Expr>,
    /// Whether it was written `async for`; refused by the checker.
    pub is_async: bool,
}

/// A piece of an f-string.
#[derive(Debug, Clone, PartialEq)]
pub enum FStringPart {
    /// Text, `{{` and escapes resolved.
    Text(SmolStr),
    /// `{value=!conversion:spec}`.
    Field(Box<FStringField>),
}

/// A replacement field of an f-string.
#[derive(Debug, Clone, PartialEq)]
pub struct FStringField {
    /// The value.
    pub value: Expr,
    /// The source text up to and including `=`, where the field is written `{value=}`.
    pub debug: Option<SmolStr>,
    /// `!r`, `!s` or `!a`.
    pub conversion: Option<Conversion>,
    /// The format specification; may hold fields itself.
    pub spec: Option<Vec<FStringPart>>,
}

/// How a field's value becomes text before it is formatted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Conversion {
    /// `!s`.
    Str,
    /// `!r`.
    Repr,
    /// `!a`.
    Ascii,
}
