//! The syntax tree: a plain value, compared and printed as one.
//!
//! Chains are kept flat (operators of one precedence, postfixes, `elif`, conditional expressions), so that the depth of
//! the tree is the depth that a reader sees, and a long chain costs no depth at all.

use smol_str::SmolStr;

use crate::Span;

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
    pub kind: crate::ParamKind,
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

/// An expression.
#[derive(Debug, Clone, PartialEq)]
pub struct Expr {
    /// What it says.
    pub kind: ExprKind,
    /// Where it stands.
    pub span: Span,
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

/// Operators before an operand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum UnaryOp {
    /// `-`.
    Negate,
    /// `+`.
    Plus,
    /// `~`.
    Invert,
    /// `not`.
    Not,
}

impl UnaryOp {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Negate, Self::Plus, Self::Invert, Self::Not];

    /// Returns the operator as it is written.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Negate => "-",
            Self::Plus => "+",
            Self::Invert => "~",
            Self::Not => "not",
        }
    }
}

/// Operators between two operands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum BinaryOp {
    /// `+`.
    Add,
    /// `-`.
    Subtract,
    /// `*`.
    Multiply,
    /// `/`.
    Divide,
    /// `//`.
    FloorDivide,
    /// `%`.
    Modulo,
    /// `**`: in an augmented assignment only; otherwise see [`ExprKind::Power`].
    Power,
    /// `@`: refused by the checker.
    MatrixMultiply,
    /// `<<`.
    ShiftLeft,
    /// `>>`.
    ShiftRight,
    /// `&`.
    BitAnd,
    /// `|`.
    BitOr,
    /// `^`.
    BitXor,
}

impl BinaryOp {
    /// All of them but `@`, which is read only to be refused.
    pub const ALL: [Self; 12] = [
        Self::Add,
        Self::Subtract,
        Self::Multiply,
        Self::Divide,
        Self::FloorDivide,
        Self::Modulo,
        Self::Power,
        Self::ShiftLeft,
        Self::ShiftRight,
        Self::BitAnd,
        Self::BitOr,
        Self::BitXor,
    ];

    /// Returns how tightly the operator binds.
    #[must_use]
    pub const fn precedence(self) -> Precedence {
        match self {
            Self::Add | Self::Subtract => Precedence::Sum,
            Self::Multiply | Self::Divide | Self::FloorDivide | Self::Modulo | Self::MatrixMultiply => Precedence::Term,
            Self::Power => Precedence::Power,
            Self::ShiftLeft | Self::ShiftRight => Precedence::Shift,
            Self::BitAnd => Precedence::BitAnd,
            Self::BitOr => Precedence::BitOr,
            Self::BitXor => Precedence::BitXor,
        }
    }

    /// Returns the operator as it is written.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Add => "+",
            Self::Subtract => "-",
            Self::Multiply => "*",
            Self::Divide => "/",
            Self::FloorDivide => "//",
            Self::Modulo => "%",
            Self::Power => "**",
            Self::MatrixMultiply => "@",
            Self::ShiftLeft => "<<",
            Self::ShiftRight => ">>",
            Self::BitAnd => "&",
            Self::BitOr => "|",
            Self::BitXor => "^",
        }
    }
}

/// How tightly operators between two operands bind, loosest first. Those of one precedence are read from the left,
/// powers from the right.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Precedence {
    /// `|`.
    BitOr,
    /// `^`.
    BitXor,
    /// `&`.
    BitAnd,
    /// `<<` and `>>`.
    Shift,
    /// `+` and `-`.
    Sum,
    /// `*`, `/`, `//` and `%`.
    Term,
    /// `**`.
    Power,
}

impl Precedence {
    /// All of them, loosest first.
    pub const ALL: [Self; 7] = [
        Self::BitOr,
        Self::BitXor,
        Self::BitAnd,
        Self::Shift,
        Self::Sum,
        Self::Term,
        Self::Power,
    ];
}

/// `and` and `or`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum LogicalOp {
    /// `and`.
    And,
    /// `or`.
    Or,
}

/// Comparison operators.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CompareOp {
    /// `==`.
    Equal,
    /// `!=`.
    NotEqual,
    /// `<`.
    Less,
    /// `<=`.
    LessEqual,
    /// `>`.
    Greater,
    /// `>=`.
    GreaterEqual,
    /// `in`.
    In,
    /// `not in`.
    NotIn,
    /// `is`.
    Is,
    /// `is not`.
    IsNot,
}

impl LogicalOp {
    /// Both of them, the looser one first.
    pub const ALL: [Self; 2] = [Self::Or, Self::And];

    /// Returns the operator as it is written.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::And => "and",
            Self::Or => "or",
        }
    }
}

impl CompareOp {
    /// All of them.
    pub const ALL: [Self; 10] = [
        Self::Equal,
        Self::NotEqual,
        Self::Less,
        Self::LessEqual,
        Self::Greater,
        Self::GreaterEqual,
        Self::In,
        Self::NotIn,
        Self::Is,
        Self::IsNot,
    ];

    /// Returns the operator as it is written.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Equal => "==",
            Self::NotEqual => "!=",
            Self::Less => "<",
            Self::LessEqual => "<=",
            Self::Greater => ">",
            Self::GreaterEqual => ">=",
            Self::In => "in",
            Self::NotIn => "not in",
            Self::Is => "is",
            Self::IsNot => "is not",
        }
    }
}
