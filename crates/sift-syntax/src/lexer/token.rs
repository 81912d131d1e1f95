//! The tokens of the lexer. Tokens are small and `Copy`; long texts are in separate tables.

use std::ops::Range;

use crate::Span;

/// A token with its position in the source.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Lexeme {
    pub(crate) token: Token,
    pub(crate) span: Span,
}

/// A token for the parser. A bracket with all its content is one token, whose content is a
/// [`Group`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Token {
    /// A name, by the index of its text in [`Lexed::texts`](super::Lexed::texts).
    Name(u32),
    /// An integer, by the index of its decimal digits in [`Lexed::texts`](super::Lexed::texts).
    Int(u32),
    /// A float, by the index of its value in [`Lexed::floats`](super::Lexed::floats).
    Float(u32),
    /// A plain string, by the index of its value in [`Lexed::texts`](super::Lexed::texts).
    Str(u32),
    /// An f-string, by the index of its parts in [`Lexed::fstrings`](super::Lexed::fstrings).
    FString(u32),
    /// A bracket or the parameters of a lambda, by the index in
    /// [`Lexed::groups`](super::Lexed::groups).
    Group(GroupKind, u32),
    /// A reserved word.
    Keyword(Keyword),
    /// An operator, or a delimiter other than a bracket.
    Op(Op),
    /// Text with an error that the lexer has reported.
    Broken,
}

/// The kind of a group, which determines the rule that parses it. The lexer infers the kind from
/// the token before the bracket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum GroupKind {
    /// Parentheses that don't follow a value: `(…)`.
    Parens,
    /// Square brackets that don't follow a value, a list display: `[…]`.
    List,
    /// Braces, a dict or set display: `{…}`.
    Braces,
    /// Parentheses after a value, the arguments of a call: `f(…)`.
    Call,
    /// Square brackets after a value, a subscript: `x[…]`.
    Subscript,
    /// The parameters of a function, in parentheses after `def name`.
    Parameters,
    /// The tokens between `lambda` and its colon.
    LambdaParameters,
    /// The imported names, in parentheses after `import`.
    Imports,
    /// The expression in a replacement field of an f-string.
    Field,
}

/// A group of tokens for the parser: a bracket with its content, or the parameters of a lambda.
#[derive(Debug, Clone)]
pub(crate) struct Group {
    pub(crate) kind: GroupKind,
    /// The position of the group in the source, including the brackets.
    pub(crate) span: Span,
    /// The tokens in the group, as a range of [`Lexed::grouped`](super::Lexed::grouped).
    pub(crate) tokens: Range<usize>,
    /// Whether the lexer reported an error in the group, so that it isn't parsed.
    pub(crate) broken: bool,
}

/// A logical line: one or more simple statements, or the head of a block.
#[derive(Debug, Clone)]
pub(crate) struct Line {
    /// The number of indentation levels around the line.
    pub(crate) level: usize,
    /// The tokens of the line; never empty.
    pub(crate) tokens: Range<usize>,
}

/// A part of an f-string, after lexing.
#[derive(Debug, Clone)]
pub(crate) enum LexedPart {
    Text(smol_str::SmolStr),
    Field(Box<LexedField>),
}

/// A replacement field of an f-string, after lexing.
#[derive(Debug, Clone)]
pub(crate) struct LexedField {
    pub(crate) group: u32,
    pub(crate) debug: Option<smol_str::SmolStr>,
    pub(crate) conversion: Option<crate::ast::Conversion>,
    pub(crate) spec: Option<Vec<LexedPart>>,
}

spelled! {
    /// The reserved words of Python. The last two are pairs of words that the lexer joins.
    pub(crate) enum Keyword as as_str {
        False = "False",
        None = "None",
        True = "True",
        And = "and",
        As = "as",
        Assert = "assert",
        Async = "async",
        Await = "await",
        Break = "break",
        Class = "class",
        Continue = "continue",
        Def = "def",
        Del = "del",
        Elif = "elif",
        Else = "else",
        Except = "except",
        Finally = "finally",
        For = "for",
        From = "from",
        Global = "global",
        If = "if",
        Import = "import",
        In = "in",
        Is = "is",
        Lambda = "lambda",
        Nonlocal = "nonlocal",
        Not = "not",
        Or = "or",
        Pass = "pass",
        Raise = "raise",
        Return = "return",
        Try = "try",
        While = "while",
        With = "with",
        Yield = "yield",
        NotIn = "not in",
        IsNot = "is not",
    }
}

spelled! {
    /// The operators, and the delimiters other than brackets.
    pub(crate) enum Op as as_str {
        Plus = "+",
        Minus = "-",
        Star = "*",
        DoubleStar = "**",
        Slash = "/",
        DoubleSlash = "//",
        Percent = "%",
        At = "@",
        ShiftLeft = "<<",
        ShiftRight = ">>",
        Ampersand = "&",
        Pipe = "|",
        Caret = "^",
        Tilde = "~",
        Walrus = ":=",
        Less = "<",
        Greater = ">",
        LessEqual = "<=",
        GreaterEqual = ">=",
        EqualEqual = "==",
        NotEqual = "!=",
        Comma = ",",
        Colon = ":",
        Semicolon = ";",
        Dot = ".",
        Ellipsis = "...",
        Equal = "=",
        Arrow = "->",
        PlusEqual = "+=",
        MinusEqual = "-=",
        StarEqual = "*=",
        SlashEqual = "/=",
        DoubleSlashEqual = "//=",
        PercentEqual = "%=",
        AtEqual = "@=",
        AmpersandEqual = "&=",
        PipeEqual = "|=",
        CaretEqual = "^=",
        ShiftLeftEqual = "<<=",
        ShiftRightEqual = ">>=",
        DoubleStarEqual = "**=",
    }
}

impl Keyword {
    /// Returns `true` if the keyword only occurs at the start of a statement. A line that begins
    /// with it doesn't continue an open bracket.
    pub(crate) const fn begins_statement_only(self) -> bool {
        matches!(
            self,
            Self::Assert
                | Self::Break
                | Self::Class
                | Self::Continue
                | Self::Def
                | Self::Del
                | Self::Elif
                | Self::Except
                | Self::Finally
                | Self::Global
                | Self::Import
                | Self::Nonlocal
                | Self::Pass
                | Self::Raise
                | Self::Return
                | Self::Try
                | Self::While
                | Self::With
        )
    }
}

impl Token {
    /// Returns `true` if a value may end with this token. A bracket after it is then a call or a
    /// subscript.
    pub(crate) const fn ends_value(self) -> bool {
        match self {
            Self::Name(_) | Self::Int(_) | Self::Float(_) | Self::Str(_) | Self::FString(_) | Self::Broken => true,
            Self::Group(kind, _) => !matches!(kind, GroupKind::LambdaParameters),
            Self::Keyword(word) => matches!(word, Keyword::False | Keyword::None | Keyword::True),
            Self::Op(op) => matches!(op, Op::Ellipsis),
        }
    }
}
