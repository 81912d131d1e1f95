//! The context of an operation: precision, rounding, exponent limits, and the flags set so far.

/// The mode of rounding digits away.
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
    /// Away from zero if the last kept digit is 0 or 5, otherwise towards zero.
    ZeroFiveUp,
}

impl Rounding {
    /// All modes with their Python names, in the order of Python's messages.
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

    /// Returns the name in Python, such as `ROUND_HALF_EVEN`.
    #[must_use]
    pub fn name(self) -> &'static str {
        Self::NAMES
            .iter()
            .find(|(rounding, _)| *rounding == self)
            .map_or("", |(_, name)| name)
    }

    /// Returns the mode with a name in Python; `None` if there is none.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        let found = Self::NAMES.iter().find(|(_, known)| *known == name);
        found.map(|(rounding, _)| *rounding)
    }
}

/// A condition that is recorded without stopping the computation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Flag {
    /// The exponent was changed to fit the context.
    Clamped = 1,
    /// Non-zero digits were dropped.
    Inexact = 2,
    /// Digits were dropped, possibly only zeros.
    Rounded = 4,
    /// The exponent was below the smallest normal exponent before rounding.
    Subnormal = 8,
    /// The result was inexact and subnormal.
    Underflow = 16,
    /// The operation has no result.
    InvalidOperation = 32,
    /// A non-zero number was divided by zero.
    DivisionByZero = 64,
    /// The exponent was above the maximum.
    Overflow = 128,
}

impl Flag {
    /// All flags with their Python names, in Python's display order.
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
    /// The text is not a number.
    ConversionSyntax,
    /// The integer quotient has more digits than the precision.
    DivisionImpossible,
    /// 0 / 0.
    DivisionUndefined,
    /// A non-zero number was divided by zero.
    DivisionByZero,
    /// The operation has no result.
    InvalidOperation,
    /// The exponent is above the maximum.
    Overflow,
}

/// The context of an operation: limits and rounding of its result, and the flags it sets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Context {
    /// The maximum number of digits of a result.
    pub precision: u64,
    /// The rounding mode.
    pub rounding: Rounding,
    /// The smallest exponent of the first digit of a normal number.
    pub min_exponent: i64,
    /// The largest exponent of the first digit.
    pub max_exponent: i64,
    /// Whether the exponent is written as `E` instead of `e`.
    pub capitals: bool,
    /// Whether the exponent of the last digit is limited too.
    pub clamp: bool,
    /// The flags that have been set, as a bit mask of [`Flag`].
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
    /// Creates the context with the widest exponent range for a precision. No number in bounds
    /// overflows in it.
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

    /// Sets the flags of an inexact rounding.
    pub const fn note_inexact(&mut self) {
        self.note(Flag::Inexact);
        self.note(Flag::Rounded);
    }

    /// Returns `true` if a flag is set.
    #[must_use]
    pub const fn has(&self, flag: Flag) -> bool {
        self.flags & flag as u8 != 0
    }

    /// Sets the flag that corresponds to a trap.
    pub const fn note_trap(&mut self, trap: Trap) {
        self.note(match trap {
            Trap::DivisionByZero => Flag::DivisionByZero,
            Trap::Overflow => Flag::Overflow,
            _ => Flag::InvalidOperation,
        });
    }

    /// Returns the smallest exponent of the last digit.
    pub const fn min_last_exponent(&self) -> i64 {
        self.min_exponent - self.precision.cast_signed() + 1
    }

    /// Returns the largest exponent of the last digit of a number with full precision.
    pub const fn max_last_exponent(&self) -> i64 {
        self.max_exponent - self.precision.cast_signed() + 1
    }

    /// Runs `work` in the context with another rounding mode. Keeps the flags and restores the
    /// mode.
    pub(super) fn rounding_by<T>(&mut self, rounding: Rounding, work: impl FnOnce(&mut Self) -> T) -> T {
        let before = std::mem::replace(&mut self.rounding, rounding);
        let result = work(self);
        self.rounding = before;
        result
    }
}
