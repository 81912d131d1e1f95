//! Operators of the syntax tree, with their spellings and precedences.

spelled! {
    /// The prefix operators.
    pub enum UnaryOp as as_str {
        Negate = "-",
        Plus = "+",
        Invert = "~",
        Not = "not",
    }
}

spelled! {
    /// The binary arithmetic and bitwise operators.
    pub enum BinaryOp as as_str {
        Add = "+",
        Subtract = "-",
        Multiply = "*",
        Divide = "/",
        FloorDivide = "//",
        Modulo = "%",
        /// The power operator. Used only in augmented assignments; other powers are
        /// [`ExprKind::Power`](super::ExprKind::Power).
        Power = "**",
        ShiftLeft = "<<",
        ShiftRight = ">>",
        BitAnd = "&",
        BitOr = "|",
        BitXor = "^",
    }
    hidden {
        /// Matrix multiplication, which the parser rejects.
        MatrixMultiply = "@",
    }
}

spelled! {
    /// The logical operators `and` and `or`, in ascending order of precedence.
    pub enum LogicalOp as as_str {
        Or = "or",
        And = "and",
    }
}

spelled! {
    /// The comparison operators, including `in` and `is`.
    pub enum CompareOp as as_str {
        Equal = "==",
        NotEqual = "!=",
        Less = "<",
        LessEqual = "<=",
        Greater = ">",
        GreaterEqual = ">=",
        In = "in",
        NotIn = "not in",
        Is = "is",
        IsNot = "is not",
    }
}

impl BinaryOp {
    /// Returns the precedence of the binary operator.
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
}

/// The precedences of binary operators, in ascending order. All operators except powers are
/// left-associative.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Precedence {
    /// The precedence of `|`.
    BitOr,
    /// The precedence of `^`.
    BitXor,
    /// The precedence of `&`.
    BitAnd,
    /// The precedence of `<<` and `>>`.
    Shift,
    /// The precedence of `+` and `-`.
    Sum,
    /// The precedence of `*`, `/`, `//` and `%`.
    Term,
    /// The precedence of `**`.
    Power,
}

impl Precedence {
    /// All precedences, in ascending order.
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
