//! Operators, how they are written and how close they bind.

spelled! {
    /// Operators before an operand.
    pub enum UnaryOp as as_str {
        Negate = "-",
        Plus = "+",
        Invert = "~",
        Not = "not",
    }
}

spelled! {
    /// Operators between two operands.
    pub enum BinaryOp as as_str {
        Add = "+",
        Subtract = "-",
        Multiply = "*",
        Divide = "/",
        FloorDivide = "//",
        Modulo = "%",
        /// In an augmented assignment only; otherwise see [`ExprKind::Power`](super::ExprKind::Power).
        Power = "**",
        ShiftLeft = "<<",
        ShiftRight = ">>",
        BitAnd = "&",
        BitOr = "|",
        BitXor = "^",
    }
    hidden {
        /// Refused by the parser.
        MatrixMultiply = "@",
    }
}

spelled! {
    /// `and` and `or`, the looser one first.
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
