//! Syntax tree nodes of expressions.

use smol_str::SmolStr;

use super::{BinaryOp, CompareOp, LogicalOp, Name, Params, Target, UnaryOp};
use crate::Span;

/// An expression.
#[derive(Debug, Clone, PartialEq)]
pub struct Expr {
    /// The kind of expression, with its operands.
    pub kind: ExprKind,
    /// The position in the source.
    pub span: Span,
}

impl Expr {
    /// Creates an expression at a position.
    #[must_use]
    pub const fn new(span: Span, kind: ExprKind) -> Self {
        Self { kind, span }
    }
}

/// The kind of an expression, with its operands.
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
    /// A string literal. Escapes are resolved and adjacent strings are joined.
    Str(SmolStr),
    /// An f-string, joined with adjacent strings.
    FString(Vec<FStringPart>),
    /// A reference to a name.
    Name(SmolStr),
    /// `[a, *b]`.
    List(Vec<Expr>),
    /// `(a, *b)`, with or without parentheses.
    Tuple(Vec<Expr>),
    /// `{a, *b}`.
    Set(Vec<Expr>),
    /// `{key: value, **other}`.
    Dict(Vec<DictItem>),
    /// `[element for …]`, `{element for …}` or `(element for …)`.
    Comprehension {
        /// The kind of collection that it builds.
        kind: ComprehensionKind,
        /// The element expression.
        element: Box<Expr>,
        /// The clauses, outermost first; never empty.
        clauses: Vec<Clause>,
    },
    /// `{key: value for …}`.
    DictComprehension {
        /// The key expression.
        key: Box<Expr>,
        /// The value expression.
        value: Box<Expr>,
        /// The clauses, outermost first; never empty.
        clauses: Vec<Clause>,
    },
    /// `-x`, `+x`, `~x`, `not x`.
    Unary {
        /// The operators, outermost first; never empty.
        ops: Vec<UnaryOp>,
        /// The operand of the innermost operator.
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
        /// The operator.
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
        /// Each value with its condition; never empty.
        arms: Vec<(Expr, Expr)>,
        /// The value if all conditions are false.
        orelse: Box<Expr>,
    },
    /// `base.name[index](args)…`, from left to right.
    Postfix {
        /// The operand of the first postfix.
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
        /// The target name.
        name: Name,
        /// The assigned value.
        value: Box<Expr>,
    },
    /// `*items`, only in displays, calls and assignments.
    Starred(Box<Expr>),
    /// `await value`, which evaluates to `value`.
    Await(Box<Expr>),
    /// `yield value`.
    Yield(Option<Box<Expr>>),
    /// `yield from values`.
    YieldFrom(Box<Expr>),
}

/// A postfix operator: an attribute, a subscript or a call.
#[derive(Debug, Clone, PartialEq)]
pub struct Postfix {
    /// The kind of postfix.
    pub kind: PostfixKind,
    /// The position in the source, from the dot, bracket or parenthesis on.
    pub span: Span,
}

/// The kind of a postfix.
#[derive(Debug, Clone, PartialEq)]
pub enum PostfixKind {
    /// `.name`.
    Attribute(Name),
    /// `[index]`.
    Subscript(Box<Subscript>),
    /// `(args)`.
    Call(Vec<Argument>),
}

/// The content of subscript brackets.
#[derive(Debug, Clone, PartialEq)]
pub enum Subscript {
    /// A single index; `a, b` is a tuple.
    Index(Expr),
    /// `start:stop:step`.
    Slice {
        /// The start, or `None` if it is omitted.
        start: Option<Expr>,
        /// The end, or `None` if it is omitted.
        stop: Option<Expr>,
        /// The step, or `None` if it is omitted.
        step: Option<Expr>,
    },
}

/// An argument of a call.
#[derive(Debug, Clone, PartialEq)]
pub enum Argument {
    /// `value`.
    Positional(Expr),
    /// `name=value`.
    Keyword {
        /// The parameter's name.
        name: Name,
        /// The argument.
        value: Expr,
    },
    /// `*values`.
    Starred(Expr),
    /// `**values`.
    DoubleStarred(Expr),
}

/// An entry of a dict display.
#[derive(Debug, Clone, PartialEq)]
pub enum DictItem {
    /// `key: value`.
    Pair(Expr, Expr),
    /// `**other`.
    Spread(Expr),
}

/// The kind of collection that a comprehension builds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ComprehensionKind {
    /// `[…]`.
    List,
    /// `{…}`.
    Set,
    /// `(…)`, evaluated lazily.
    Generator,
}

/// A clause `for target in iter if condition …`.
#[derive(Debug, Clone, PartialEq)]
pub struct Clause {
    /// The target to which each item is assigned.
    pub target: Target,
    /// The iterable.
    pub iter: Expr,
    /// The conditions, in order.
    pub conditions: Vec<Expr>,
    /// Whether it is an `async for`, which the checker rejects.
    pub is_async: bool,
}

/// A part of an f-string: literal text or a field.
#[derive(Debug, Clone, PartialEq)]
pub enum FStringPart {
    /// Literal text, with escapes and doubled braces resolved.
    Text(SmolStr),
    /// `{value=!conversion:spec}`.
    Field(Box<FStringField>),
}

/// A replacement field of an f-string.
#[derive(Debug, Clone, PartialEq)]
pub struct FStringField {
    /// The expression to format.
    pub value: Expr,
    /// The source text up to and including `=` if the field has the form `{value=}`.
    pub debug: Option<SmolStr>,
    /// The conversion `!r`, `!s` or `!a`, if any.
    pub conversion: Option<Conversion>,
    /// The format specification, which may contain fields.
    pub spec: Option<Vec<FStringPart>>,
}

/// The conversion of a field's value to text before formatting.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Conversion {
    /// `!s`.
    Str,
    /// `!r`.
    Repr,
    /// `!a`.
    Ascii,
}
