//! Syntax tree nodes of expressions.

use smol_str::SmolStr;

use super::{BinaryOp, CompareOp, LogicalOp, Name, Params, Target, UnaryOp};
use crate::Span;

/// An expression of a Sift program.
#[derive(Debug, Clone, PartialEq)]
pub struct Expr {
    /// The kind of expression, with its operands.
    pub kind: ExprKind,
    /// The position of the expression in the source.
    pub span: Span,
}

impl Expr {
    /// Creates an expression of this kind at a position in the source.
    #[must_use]
    pub const fn new(span: Span, kind: ExprKind) -> Self {
        Self { kind, span }
    }
}

/// The kind of an expression, with its operands.
#[derive(Debug, Clone, PartialEq)]
pub enum ExprKind {
    /// The literal `None`.
    None,
    /// The literal `True` or `False`.
    Bool(bool),
    /// The literal `...`, accepted as a statement that does nothing.
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
    /// A list display: `[a, *b]`.
    List(Vec<Expr>),
    /// A tuple display: `(a, *b)`, with or without parentheses.
    Tuple(Vec<Expr>),
    /// A set display: `{a, *b}`.
    Set(Vec<Expr>),
    /// A dict display: `{key: value, **other}`.
    Dict(Vec<DictItem>),
    /// A list, set or generator comprehension: `[element for …]`, `{element for …}` or
    /// `(element for …)`.
    Comprehension {
        /// The kind of collection that the comprehension builds.
        kind: ComprehensionKind,
        /// The expression for each element.
        element: Box<Expr>,
        /// The `for` clauses of the comprehension, outermost first; never empty.
        clauses: Vec<Clause>,
    },
    /// A dict comprehension: `{key: value for …}`.
    DictComprehension {
        /// The expression for each key.
        key: Box<Expr>,
        /// The expression for each value.
        value: Box<Expr>,
        /// The `for` clauses of the comprehension, outermost first; never empty.
        clauses: Vec<Clause>,
    },
    /// Prefix operators and their operand: `-x`, `+x`, `~x`, `not x`.
    Unary {
        /// The prefix operators, outermost first; never empty.
        ops: Vec<UnaryOp>,
        /// The operand of the innermost operator.
        operand: Box<Expr>,
    },
    /// A chain of left-associative binary operators of one precedence:
    /// `first op operand op operand …`.
    Binary {
        /// The leftmost operand.
        first: Box<Expr>,
        /// The further operators, each with its right operand; never empty.
        rest: Vec<(BinaryOp, Expr)>,
    },
    /// A power, `base ** exponent`, which is right-associative.
    Power {
        /// The operand on the left of `**`.
        base: Box<Expr>,
        /// The operand on the right of `**`.
        exponent: Box<Expr>,
    },
    /// A chain of one logical operator: `a and b and c`, or `a or b or c`.
    Logical {
        /// The logical operator: `and` or `or`.
        op: LogicalOp,
        /// The operands of `and` or `or`; at least two.
        values: Vec<Expr>,
    },
    /// A chain of comparisons: `first op operand op operand …`, as in `0 <= i < n`.
    Compare {
        /// The first operand of the comparison.
        first: Box<Expr>,
        /// The further operators, each with its right operand; never empty.
        rest: Vec<(CompareOp, Expr)>,
    },
    /// A chain of conditional expressions: `value if test else value if test else …`.
    Conditional {
        /// Each value with its condition, in order; never empty.
        arms: Vec<(Expr, Expr)>,
        /// The value if all conditions are false.
        orelse: Box<Expr>,
    },
    /// A value with attributes, subscripts and calls, from left to right:
    /// `base.name[index](args)…`.
    Postfix {
        /// The value that the first postfix applies to.
        base: Box<Expr>,
        /// The postfix operators (attributes, subscripts, calls), in order; never empty.
        ops: Vec<Postfix>,
    },
    /// A lambda: `lambda params: body`.
    Lambda {
        /// The parameters of the lambda.
        params: Box<Params>,
        /// The expression that the lambda returns.
        body: Box<Expr>,
    },
    /// An assignment expression: `name := value`.
    Walrus {
        /// The name that the value is assigned to.
        name: Name,
        /// The value that is assigned to the name.
        value: Box<Expr>,
    },
    /// A starred expression, `*items`, only in displays, calls and assignments.
    Starred(Box<Expr>),
    /// An `await value` expression, which evaluates to `value`.
    Await(Box<Expr>),
    /// A `yield value` expression, or `yield` alone.
    Yield(Option<Box<Expr>>),
    /// A `yield from values` expression.
    YieldFrom(Box<Expr>),
}

/// A postfix operator: an attribute, a subscript or a call.
#[derive(Debug, Clone, PartialEq)]
pub struct Postfix {
    /// The kind of postfix operator, with its operands.
    pub kind: PostfixKind,
    /// The position of the postfix in the source, from its dot, bracket or parenthesis on.
    pub span: Span,
}

/// The kind of a postfix operator: an attribute, a subscript or a call.
#[derive(Debug, Clone, PartialEq)]
pub enum PostfixKind {
    /// An attribute: `.name`.
    Attribute(Name),
    /// A subscript: `[index]`.
    Subscript(Box<Subscript>),
    /// A call: `(args)`.
    Call(Vec<Argument>),
}

/// The content of subscript brackets.
#[derive(Debug, Clone, PartialEq)]
pub enum Subscript {
    /// A single index; `a, b` is a tuple as an index.
    Index(Expr),
    /// A slice: `start:stop:step`.
    Slice {
        /// The start of the slice, or `None` if it is omitted.
        start: Option<Expr>,
        /// The end of the slice, or `None` if it is omitted.
        stop: Option<Expr>,
        /// The step of the slice, or `None` if it is omitted.
        step: Option<Expr>,
    },
}

/// An argument of a call.
#[derive(Debug, Clone, PartialEq)]
pub enum Argument {
    /// A positional argument: `value`.
    Positional(Expr),
    /// A keyword argument: `name=value`.
    Keyword {
        /// The name of the parameter.
        name: Name,
        /// The value of the argument.
        value: Expr,
    },
    /// Spread positional arguments: `*values`.
    Starred(Expr),
    /// Spread keyword arguments: `**values`.
    DoubleStarred(Expr),
}

/// An entry of a dict display.
#[derive(Debug, Clone, PartialEq)]
pub enum DictItem {
    /// A key with its value: `key: value`.
    Pair(Expr, Expr),
    /// The entries of another mapping: `**other`.
    Spread(Expr),
}

/// The kind of collection that a comprehension builds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ComprehensionKind {
    /// A list comprehension: `[…]`.
    List,
    /// A set comprehension: `{…}`.
    Set,
    /// A generator expression, `(…)`, which is evaluated lazily.
    Generator,
}

/// A clause of a comprehension: `for target in iter if condition …`.
#[derive(Debug, Clone, PartialEq)]
pub struct Clause {
    /// The target to which each item is assigned.
    pub target: Target,
    /// The iterable of the clause.
    pub iter: Expr,
    /// The `if` conditions of the clause, in order.
    pub conditions: Vec<Expr>,
    /// Whether the clause is an `async for`, which the checker rejects.
    pub is_async: bool,
}

/// A part of an f-string: literal text or a replacement field.
#[derive(Debug, Clone, PartialEq)]
pub enum FStringPart {
    /// Literal text of the f-string, with escapes and doubled braces resolved.
    Text(SmolStr),
    /// A replacement field: `{value=!conversion:spec}`.
    Field(Box<FStringField>),
}

/// A replacement field of an f-string.
#[derive(Debug, Clone, PartialEq)]
pub struct FStringField {
    /// The expression whose value is formatted.
    pub value: Expr,
    /// The source text up to and including the `=` of a field of the form `{value=}`.
    pub debug: Option<SmolStr>,
    /// The conversion `!r`, `!s` or `!a`, if any.
    pub conversion: Option<Conversion>,
    /// The format specification after `:`, which may contain fields.
    pub spec: Option<Vec<FStringPart>>,
}

/// The conversion of a field's value to text before formatting.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Conversion {
    /// The conversion `!s`, which applies `str`.
    Str,
    /// The conversion `!r`, which applies `repr`.
    Repr,
    /// The conversion `!a`, which applies `ascii`.
    Ascii,
}
