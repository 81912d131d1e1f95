//! What results are fitted to: precision, rounding, bounds of the exponent; and what happened so far.

/// How digits that do not fit are dropped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rounding {
    /// Away from zero.
    Up,
    /// Towards zero.
    Down,
    /// Towards positive infinity.
    Ceiling,
    /// Towards negative infinity.
    Floor,
    /// To the nearest; ties away from zero.
    HalfUp,
    /// To the nearest; ties towards zero.
    HalfDown,
    /// To the nearest; ties to the even digit.
    HalfEven,
    /// Away from zero if the last digit would be 0 or 5.
    ZeroFiveUp,
}

impl Rounding {
    /// All of them, with Python's names, in the order of Python's messages.
    pub const NAMES: [(Self, &'static str); 8] = [
        (Self::Ceiling, "ROUND_CEILING"),
        (Self::Floor, "ROUND_FLOOR"),
        (Self::Up, "ROUND_UP"),
        (Self::Down, "ROUND_DOWN"),
        (Self::HalfUp, "ROUND_HALF_UP"),
        (Self::HalfDown, "ROUND_HALF_DOWN"),
        (Self::HalfEven, "ROUND_HALF_EVEN"),
        (Self::ZeroFiveUp, "ROUND_05UP"),
    ];

    /// Returns Python's name, such as `ROUND_HALF_EVEN`.
    #[must_use]
    pub fn name(self) -> &'static str {
        Self::NAMES
            .iter()
            .find(|(rounding, _)| *rounding == self)
            .map_or("", |(_, name)| name)
    }

    /// Returns the rounding with Python's name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        let found = Self::NAMES.iter().find(|(_, known)| *known == name);
        found.map(|(rounding, _)| *rounding)
    }
}

/// A condition that is noted and does not stop a computation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Flag {
    /// The exponent was changed to fit the context.
    Clamped = 1,
    /// Digits other than zero were dropped.
    Inexact = 2,
    /// Digits were dropped, if only zeros.
    Rounded = 4,
    /// The exponent was below the smallest normal one before rounding.
    Subnormal = 8,
    /// The result was rounded and subnormal.
    Underflow = 16,
    /// The operation has no result.
    InvalidOperation = 32,
    /// A number other than zero was divided by zero.
    DivisionByZero = 64,
    /// The exponent was above the largest one.
    Overflow = 128,
}

impl Flag {
    /// All flags, in the order in which Python shows them.
    pub const NAMES: [(Self, &'static str); 8] = [
        (Self::Clamped, "Clamped"),
        (Self::InvalidOperation, "InvalidOperation"),
        (Self::DivisionByZero, "DivisionByZero"),
        (Self::Inexact, "Inexact"),
        (Self::Overflow, "Overflow"),
        (Self::Rounded, "Rounded"),
        (Self::Subnormal, "Subnormal"),
        (Self::Underflow, "Underflow"),
    ];
}

/// A condition that stops a computation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trap {
    /// A text that is no number.
    ConversionSyntax,
    /// An integer quotient with more digits than the precision.
    DivisionImpossible,
    /// 0 / 0.
    DivisionUndefined,
    /// A number other than zero was divided by zero.
    DivisionByZero,
    /// The operation has no result.
    InvalidOperation,
    /// The exponent is above the largest one.
    Overflow,
}

/// What results are fitted to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Context {
    /// How many digits a result has at most.
    pub precision: u64,
    /// How results are rounded.
    pub rounding: Rounding,
    /// The smallest exponent of the first digit of a normal number.
    pub min_exponent: i64,
    /// The largest exponent of the first digit.
    pub max_exponent: i64,
    /// Whether texts have `E` rather than `e`.
    pub capitals: bool,
    /// Whether exponents of the last digit are bounded too.
    pub clamp: bool,
    /// The flags that were set, as bits.
    pub flags: u8,
}

impl Default for Context {
    fn default() -> Self {
        Self {
            precision: 28,
            rounding: Rounding::HalfEven,
            min_exponent: -999_999,
            max_exponent: 999_999,
            capitals: true,
            clamp: false,
            flags: 0,
        }
    }
}

impl Context {
    /// The widest context of a precision: nothing overflows in it that can be written down.
    pub(super) const fn wide(precision: u64) -> Self {
        Self {
            precision,
            rounding: Rounding::HalfEven,
            min_exponent: -super::MAX_EXPONENT,
            max_exponent: super::MAX_EXPONENT,
            capitals: true,
            clamp: false,
            flags: 0,
        }
    }

    /// Sets a flag.
    pub const fn note(&mut self, flag: Flag) {
        self.flags |= flag as u8;
    }

    /// Sets the flags of a rounding that lost digits.
    pub const fn note_inexact(&mut self) {
        self.note(Flag::Inexact);
        self.note(Flag::Rounded);
    }

    /// Returns whether a flag is set.
    #[must_use]
    pub const fn has(&self, flag: Flag) -> bool {
        self.flags & flag as u8 != 0
    }

    /// Sets the flag of a trap.
    pub const fn note_trap(&mut self, trap: Trap) {
        self.note(match trap {
            Trap::DivisionByZero => Flag::DivisionByZero,
            Trap::Overflow => Flag::Overflow,
            _ => Flag::InvalidOperation,
        });
    }

    /// The smallest exponent of the last digit.
    pub const fn min_last_exponent(&self) -> i64 {
        self.min_exponent - self.precision.cast_signed() + 1
    }

    /// The largest exponent of the last digit of a number of full precision.
    pub const fn max_last_exponent(&self) -> i64 {
        self.max_exponent - self.precision.cast_signed() + 1
    }

    /// Returns the same context with another rounding, and runs `work` in it; flags are kept.
    pub(super) fn rounding_by<T>(&mut self, rounding: Rounding, work: impl FnOnce(&mut Self) -> T) -> T {
        let before = std::mem::replace(&mut self.rounding, rounding);
        let result = work(self);
        self.rounding = before;
        result
    }
}
