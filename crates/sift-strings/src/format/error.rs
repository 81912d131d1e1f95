//! What formatting and reading of numbers refuse, in CPython's words.

/// A format, a template or a value in it can't be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FormatError {
    /// A type code that the value's type does not have.
    #[error("Unknown format code '{}' for object of type '{type_name}'", shown(*code))]
    UnknownCode {
        /// The code.
        code: char,
        /// The value's type, as a program knows it.
        type_name: String,
    },
    /// Something stands behind what could be read.
    #[error("Invalid format specifier '{spec}' for object of type '{type_name}'")]
    InvalidSpecifier {
        /// The whole specifier.
        spec: String,
        /// The value's type, as a program knows it.
        type_name: String,
    },
    /// A width or a precision with too many digits.
    #[error("Too many decimal digits in format string")]
    TooManyDigits,
    /// A point without digits.
    #[error("Format specifier missing precision")]
    MissingPrecision,
    /// More decimals than a float can be asked for.
    #[error("precision too big")]
    PrecisionTooBig,
    /// A width that does not fit.
    #[error("width too big")]
    WidthTooBig,
    /// A separator that the code does not take.
    #[error("Cannot specify '{separator}' with '{}'.", shown(*code))]
    SeparatorWithCode {
        /// `,` or `_`.
        separator: char,
        /// The code.
        code: char,
    },
    /// Both separators.
    #[error("Cannot specify both ',' and '_'.")]
    BothSeparators,
    /// An option that texts or integers do not take.
    #[error("{option} not allowed in {kind} format specifier")]
    NotAllowed {
        /// The option, as CPython names it.
        option: &'static str,
        /// `string` or `integer`.
        kind: &'static str,
    },
    /// An option that the code `c` does not take.
    #[error("{option} not allowed with integer format specifier 'c'")]
    NotAllowedWithChar {
        /// The option, as CPython names it.
        option: &'static str,
    },
    /// A number that is no character (an OverflowError).
    #[error("%c arg not in range(0x110000)")]
    CharOutOfRange,
    /// A number far beyond all characters (an OverflowError).
    #[error("Python int too large to convert to C long")]
    IntTooLargeForChar,
    /// An integer beyond the largest float (an OverflowError).
    #[error("int too large to convert to float")]
    IntTooLargeForFloat,
    /// An integer of more digits than may be written.
    #[error(transparent)]
    Number(#[from] NumberError),
    /// A template of `str.format` is malformed; the text says how.
    #[error("{0}")]
    Template(&'static str),
    /// A conversion other than `r`, `s` and `a`.
    #[error("Unknown conversion specifier {}", conversion(*.0))]
    UnknownConversion(char),
    /// A template of `%` is malformed; the text says how.
    #[error("{0}")]
    Percent(&'static str),
    /// A code that `%` does not have.
    #[error(
        "unsupported format character '{}' (0x{:x}) at index {index}",
        if matches!(*code, '\x1f'..='~') { *code } else { '?' },
        u32::from(*code)
    )]
    UnsupportedPercentCode {
        /// The code.
        code: char,
        /// Where it stands, in code points.
        index: usize,
    },
}

impl FormatError {
    /// Returns a stable code for diagnostics and machine-readable output.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::UnknownCode { .. } => "format-code",
            Self::InvalidSpecifier { .. } => "format-specifier",
            Self::TooManyDigits | Self::PrecisionTooBig | Self::WidthTooBig => "format-size",
            Self::MissingPrecision => "format-precision",
            Self::SeparatorWithCode { .. } | Self::BothSeparators => "format-separator",
            Self::NotAllowed { .. } | Self::NotAllowedWithChar { .. } => "format-option",
            Self::CharOutOfRange | Self::IntTooLargeForChar => "format-char",
            Self::IntTooLargeForFloat => "format-overflow",
            Self::Number(error) => error.code(),
            Self::Template(_) | Self::UnknownConversion(_) => "format-template",
            Self::Percent(_) | Self::UnsupportedPercentCode { .. } => "format-percent",
        }
    }

    /// Returns the name of the Python exception that the error is raised as.
    #[must_use]
    pub const fn exception(&self) -> &'static str {
        match self {
            Self::CharOutOfRange | Self::IntTooLargeForChar | Self::IntTooLargeForFloat => "OverflowError",
            Self::Number(error) => error.exception(),
            _ => "ValueError",
        }
    }

    /// Returns what to write instead.
    #[must_use]
    pub const fn hint(&self) -> &'static str {
        match self {
            Self::UnknownCode { .. } => "convert the value first: int(x) for d, float(x) for f, str(x) for s",
            Self::InvalidSpecifier { .. } => "write [[fill]align][sign][z][#][0][width][,][.precision][type]",
            Self::TooManyDigits | Self::PrecisionTooBig | Self::WidthTooBig => "use a smaller width or precision",
            Self::MissingPrecision => "write digits behind the point, as in .2f",
            Self::SeparatorWithCode { .. } | Self::BothSeparators => "use one separator, with d, e, f, g or %",
            Self::NotAllowed { .. } | Self::NotAllowedWithChar { .. } => "leave the option out",
            Self::CharOutOfRange | Self::IntTooLargeForChar => "pass a code point from 0 to 0x10ffff",
            Self::IntTooLargeForFloat => "format it with d",
            Self::Number(error) => error.hint(),
            Self::Template(_) | Self::UnknownConversion(_) => "write {{ and }} for braces that mean themselves",
            Self::Percent(_) | Self::UnsupportedPercentCode { .. } => "write %% for a percent sign that means itself",
        }
    }
}

/// A text is no number, or a number can't be written or rounded.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NumberError {
    /// Not an integer in that base; with the `repr` of the text, cut to 200 characters.
    #[error("invalid literal for int() with base {base}: {repr}")]
    InvalidInt {
        /// The base asked for.
        base: u32,
        /// The text as `repr` shows it.
        repr: String,
    },
    /// A base that `int()` does not know.
    #[error("int() base must be >= 2 and <= 36, or 0")]
    InvalidBase,
    /// Not a float; with the `repr` of the text.
    #[error("could not convert string to float: {repr}")]
    InvalidFloat {
        /// The text as `repr` shows it.
        repr: String,
    },
    /// A text of more digits than may be read.
    #[error(
        "Exceeds the limit (4300 digits) for integer string conversion: value has {digits} digits; \
         use sys.set_int_max_str_digits() to increase the limit"
    )]
    TooManyDigitsToRead {
        /// How many digits it has.
        digits: usize,
    },
    /// An integer of more digits than may be written.
    #[error(
        "Exceeds the limit (4300 digits) for integer string conversion; \
         use sys.set_int_max_str_digits() to increase the limit"
    )]
    TooManyDigitsToWrite,
    /// `round` of a float near the largest one (an OverflowError).
    #[error("rounded value too large to represent")]
    RoundedTooLarge,
}

impl NumberError {
    /// Returns a stable code for diagnostics and machine-readable output.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::InvalidInt { .. } => "number-int",
            Self::InvalidBase => "number-base",
            Self::InvalidFloat { .. } => "number-float",
            Self::TooManyDigitsToRead { .. } | Self::TooManyDigitsToWrite => "number-digits",
            Self::RoundedTooLarge => "number-overflow",
        }
    }

    /// Returns the name of the Python exception that the error is raised as.
    #[must_use]
    pub const fn exception(&self) -> &'static str {
        match self {
            Self::RoundedTooLarge => "OverflowError",
            _ => "ValueError",
        }
    }

    /// Returns what to write instead.
    #[must_use]
    pub const fn hint(&self) -> &'static str {
        match self {
            Self::InvalidInt { .. } => "strip everything but the digits first, or catch the ValueError",
            Self::InvalidBase => "pass a base from 2 to 36, or 0 to read 0x, 0o and 0b",
            Self::InvalidFloat { .. } => "strip everything but the number first, or catch the ValueError",
            Self::TooManyDigitsToRead { .. } | Self::TooManyDigitsToWrite => "use hex(x) and int(text, 16)",
            Self::RoundedTooLarge => "round to more digits",
        }
    }
}

/// Shows a code as CPython does: as it is if it is plain ASCII, else by number.
fn shown(code: char) -> String {
    if matches!(code, '!'..='\x7f') {
        code.to_string()
    } else {
        format!("\\x{:x}", u32::from(code))
    }
}

fn conversion(code: char) -> String {
    if matches!(code, '!'..='~') {
        code.to_string()
    } else {
        format!("\\x{:x}", u32::from(code))
    }
}
