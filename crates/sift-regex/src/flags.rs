//! The flags of a pattern, with the numeric values of Python's `re`.

use std::ops::BitOr;

use super::{PatternError, PatternErrorKind};

/// A set of pattern flags.
///
/// ```
/// use sift_regex::Flags;
///
/// let flags = Flags::IGNORECASE | Flags::MULTILINE;
/// assert!(flags.has(Flags::MULTILINE) && !flags.has(Flags::DOTALL));
/// assert_eq!(Flags::from_bits(i64::from(flags.bits()))?, flags);
/// assert!(Flags::from_bits(1 << 40).is_err());
/// # Ok::<(), sift_regex::PatternError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Flags(u16);

impl Flags {
    /// The empty set of flags.
    pub const NONE: Self = Self(0);
    /// `re.T`: accepted, without effect.
    pub const TEMPLATE: Self = Self(1);
    /// `re.I`: case-insensitive matching.
    pub const IGNORECASE: Self = Self(2);
    /// `re.L`: rejected, because it applies only to bytes patterns.
    pub const LOCALE: Self = Self(4);
    /// `re.M`: `^` and `$` also match at line boundaries.
    pub const MULTILINE: Self = Self(8);
    /// `re.S`: `.` also matches a newline.
    pub const DOTALL: Self = Self(16);
    /// `re.U`: Unicode matching, the default.
    pub const UNICODE: Self = Self(32);
    /// `re.X`: ignores white space and comments in the pattern.
    pub const VERBOSE: Self = Self(64);
    /// `re.DEBUG`: accepted, without effect.
    pub const DEBUG: Self = Self(128);
    /// `re.A`: `\w`, `\d`, `\s`, `\b` and case-insensitive matching are limited to ASCII.
    pub const ASCII: Self = Self(256);

    pub(super) const TYPE: Self = Self(Self::ASCII.0 | Self::LOCALE.0 | Self::UNICODE.0);
    pub(super) const GLOBAL_ONLY: Self = Self(Self::DEBUG.0 | Self::TEMPLATE.0);
    const KNOWN: u16 = 511;

    /// Converts the integer that a program passes as `flags`.
    ///
    /// # Errors
    /// A [`PatternError`] if an unknown bit is set.
    pub fn from_bits(bits: i64) -> Result<Self, PatternError> {
        u16::try_from(bits)
            .ok()
            .filter(|bits| bits & !Self::KNOWN == 0)
            .map(Self)
            .ok_or_else(|| PatternError::unplaced(PatternErrorKind::Flags, "unknown flag"))
    }

    /// Returns the numeric value of the flags, as a program sees it.
    #[must_use]
    pub const fn bits(self) -> u16 {
        self.0
    }

    /// Returns `true` if `self` contains any flag of `other`.
    #[must_use]
    pub const fn has(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    pub(super) const fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    pub(super) const fn of_letter(letter: char) -> Option<Self> {
        Some(match letter {
            'i' => Self::IGNORECASE,
            'L' => Self::LOCALE,
            'm' => Self::MULTILINE,
            's' => Self::DOTALL,
            'x' => Self::VERBOSE,
            'a' => Self::ASCII,
            't' => Self::TEMPLATE,
            'u' => Self::UNICODE,
            _ => return None,
        })
    }
}

impl BitOr for Flags {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}
