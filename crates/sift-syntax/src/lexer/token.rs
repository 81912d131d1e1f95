//! Tokens: small, copied freely; long texts stand in tables beside them.

use std::ops::Range;

use crate::Span;

/// A token where it stands.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Lexeme {
    pub(crate) token: Token,
    pub(crate) span: Span,
}

/// What the parser reads. A bracket with all that stands in it is one token, see [`Group`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Token {
    /// A name; its text is in [`Lexed::texts`](super::Lexed::texts).
    Name(u32),
    /// An integer; its decimal digits are in [`Lexed::texts`](super::Lexed::texts).
    Int(u32),
    /// A float; its value is in [`Lexed::floats`](super::Lexed::floats).
    Float(u32),
    /// A plain string; its value is in [`Lexed::texts`](super::Lexed::texts).
    Str(u32),
    /// An f-string; its pieces are in [`Lexed::fstrings`](super::Lexed::fstrings).
    FString(u32),
    /// A bracket, or parameters of a lambda; in [`Lexed::groups`](super::Lexed::groups).
    Group(GroupKind, u32),
    /// A keyword.
    Keyword(Keyword),
    /// An operator or a delimiter.
    Op(Op),
    /// Something that the lexer has reported.
    Broken,
}

/// What a group's content is read as. The lexer knows it from the token before the bracket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum GroupKind {
    /// `(…)` that is a value.
    Parens,
    /// `[…]` that is a value.
    List,
    /// `{…}`.
    Braces,
    /// `(…)` after a value.
    Call,
    /// `[…]` after a value.
    Subscript,
    /// `(…)` after `def name`.
    Parameters,
    /// What stands between `lambda` and its colon.
    LambdaParameters,
    /// `(…)` after `import`.
    Imports,
    /// A replacement field of an f-string: the expression.
    Field,
}

/// A bracket and what stands in it.
#[derive(Debug, Clone)]
pub(crate) struct Group {
    pub(crate) kind: GroupKind,
    /// Where it stands, brackets included.
    pub(crate) span: Span,
    /// Its tokens, as a range of [`Lexed::grouped`](super::Lexed::grouped).
    pub(crate) tokens: Range<usize>,
    /// Whether the lexer reported something in it, so that it is not parsed.
    pub(crate) broken: bool,
}

/// A logical line: one statement, or several with semicolons, or the head of a block.
#[derive(Debug, Clone)]
pub(crate) struct Line {
    /// How many indentations it stands in.
    pub(crate) level: usize,
    /// Its tokens; never empty.
    pub(crate) tokens: Range<usize>,
}

/// An f-string as the lexer leaves it.
#[derive(Debug, Clone)]
pub(crate) enum LexedPart {
    Text(smol_str::SmolStr),
    Field(Box<LexedField>),
}

/// A replacement field as the lexer leaves it.
#[derive(Debug, Clone)]
pub(crate) struct LexedField {
    pub(crate) group: u32,
    pub(crate) debug: Option<smol_str::SmolStr>,
    pub(crate) conversion: Option<crate::ast::Conversion>,
    pub(crate) spec: Option<Vec<LexedPart>>,
}

spelled! {
    /// The reserved words of Python; the last two are pairs that the lexer joins.
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
    /// Operators and delimiters other than brackets.
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
    /// Says whether the word begins a statement and can stand nowhere else, so that a line that begins with it is not
    /// the rest of an open bracket.
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
    /// Says whether a value may end here, so that a bracket after it is a call or a subscript.
    pub(crate) const fn ends_value(self) -> bool {
        match self {
            Self::Name(_) | Self::Int(_) | Self::Float(_) | Self::Str(_) | Self::FString(_) | Self::Broken => true,
            Self::Group(kind, _) => !matches!(kind, GroupKind::LambdaParameters),
            Self::Keyword(word) => matches!(word, Keyword::False | Keyword::None | Keyword::True),
            Self::Op(op) => matches!(op, Op::Ellipsis),
        }
    }
}
