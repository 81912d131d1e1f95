//! Operators, with their spellings and precedences.

spelled! {
    /// Prefix operators.
    pub enum UnaryOp as as_str {
        Negate = "-",
        Plus = "+",
        Invert = "~",
        Not = "not",
    }
}

spelled! {
    /// Binary operators.
    pub enum BinaryOp as as_str {
        Add = "+",
        Subtract = "-",
        Multiply = "*",
        Divide = "/",
        FloorDivide = "//",
        Modulo = "%",
        /// Used only in augmented assignments; otherwise see
        /// [`ExprKind::Power`](super::ExprKind::Power).
        Power = "**",
        ShiftLeft = "<<",
        ShiftRight = ">>",
        BitAnd = "&",
        BitOr = "|",
        BitXor = "^",
    }
    hidden {
        /// Rejected by the parser.
        MatrixMultiply = "@",
    }
}

spelled! {
    /// `and` and `or`, in ascending order of precedence.
    pub enum LogicalOp as as_str {
        Or = "or",
        And = "and",
    }
}

spelled! {
    /// Comparison operators.
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
    /// Returns the operator's precedence.
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

/// The precedences of binary operators, in ascending order. Operators are left-associative except
/// for powers.
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
