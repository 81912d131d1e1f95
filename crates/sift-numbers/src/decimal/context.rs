//! The context of a decimal operation: precision, rounding, exponent limits, and the flags set so
//! far.

/// The mode of rounding a number to fewer digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rounding {
    /// Rounds away from zero.
    Up,
    /// Rounds towards zero.
    Down,
    /// Rounds towards positive infinity.
    Ceiling,
    /// Rounds towards negative infinity.
    Floor,
    /// Rounds to the nearest; ties away from zero.
    HalfUp,
    /// Rounds to the nearest; ties towards zero.
    HalfDown,
    /// Rounds to the nearest; ties to the even digit.
    HalfEven,
    /// Rounds away from zero if the last kept digit is 0 or 5, otherwise towards zero.
    ZeroFiveUp,
}

impl Rounding {
    /// All rounding modes with their Python names, in the order of Python's messages.
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

    /// Returns the rounding mode's name in Python, such as `ROUND_HALF_EVEN`.
    #[must_use]
    pub fn name(self) -> &'static str {
        Self::NAMES
            .iter()
            .find(|(rounding, _)| *rounding == self)
            .map_or("", |(_, name)| name)
    }

    /// Returns the rounding mode with a name in Python. Returns `None` if there is none.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        let found = Self::NAMES.iter().find(|(_, known)| *known == name);
        found.map(|(rounding, _)| *rounding)
    }
}

/// A condition that an operation records in its context without failing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Flag {
    /// The exponent of the result was changed to fit the context.
    Clamped = 1,
    /// Non-zero digits of the result were dropped.
    Inexact = 2,
    /// Digits of the result were dropped, possibly only zeros.
    Rounded = 4,
    /// The exponent of the result was below the smallest normal exponent before rounding.
    Subnormal = 8,
    /// The result was inexact, and its exponent was below the smallest normal exponent.
    Underflow = 16,
    /// The operation has no numeric result, such as 0 / 0.
    InvalidOperation = 32,
    /// A non-zero number was divided by zero.
    DivisionByZero = 64,
    /// The exponent of the result was above the maximum.
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

/// A condition that makes an operation fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trap {
    /// The text to convert is not a decimal number.
    ConversionSyntax,
    /// The integer quotient of a division has more digits than the precision.
    DivisionImpossible,
    /// Zero was divided by zero.
    DivisionUndefined,
    /// A non-zero number was divided by zero.
    DivisionByZero,
    /// The operation has no numeric result, such as infinity minus infinity.
    InvalidOperation,
    /// The exponent of the result is above the maximum.
    Overflow,
}

/// The context of a decimal operation: limits and rounding of its result, and the flags it sets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Context {
    /// The maximum number of digits of a result.
    pub precision: u64,
    /// The mode of rounding a result to the precision.
    pub rounding: Rounding,
    /// The smallest exponent of a normal number's first digit.
    pub min_exponent: i64,
    /// The largest exponent of a number's first digit.
    pub max_exponent: i64,
    /// Whether exponents are written with `E` instead of `e`.
    pub capitals: bool,
    /// Whether the exponent of a number's last digit is limited too, as Python's `clamp=1` does.
    pub clamp: bool,
    /// The flags set by operations so far, as a bit mask of [`Flag`].
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
    /// Creates a context with a given precision and the widest possible exponent range.
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

    /// Sets a flag of the context.
    pub const fn note(&mut self, flag: Flag) {
        self.flags |= flag as u8;
    }

    /// Sets the flags `Inexact` and `Rounded`.
    pub const fn note_inexact(&mut self) {
        self.note(Flag::Inexact);
        self.note(Flag::Rounded);
    }

    /// Returns `true` if a flag of the context is set.
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

    /// Returns the smallest exponent that the last digit of a number can have in this context.
    pub const fn min_last_exponent(&self) -> i64 {
        self.min_exponent - self.precision.cast_signed() + 1
    }

    /// Returns the largest exponent of the last digit of a number with full precision in this
    /// context.
    pub const fn max_last_exponent(&self) -> i64 {
        self.max_exponent - self.precision.cast_signed() + 1
    }

    /// Runs `work` with another rounding mode in the context, and restores the mode. Flags set by
    /// `work` are kept.
    pub(super) fn rounding_by<T>(&mut self, rounding: Rounding, work: impl FnOnce(&mut Self) -> T) -> T {
        let before = std::mem::replace(&mut self.rounding, rounding);
        let result = work(self);
        self.rounding = before;
        result
    }
}
