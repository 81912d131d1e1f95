//! Errors of formatting and parsing numbers, with CPython's messages.

/// An invalid format, template or value.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FormatError {
    /// A type code that the value's type doesn't support.
    #[error("Unknown format code '{}' for object of type '{type_name}'", shown(*code))]
    UnknownCode {
        /// The code.
        code: char,
        /// The name of the value's type in the program.
        type_name: String,
    },
    /// Trailing characters after the valid part of a specifier.
    #[error("Invalid format specifier '{spec}' for object of type '{type_name}'")]
    InvalidSpecifier {
        /// The whole specifier.
        spec: String,
        /// The name of the value's type in the program.
        type_name: String,
    },
    /// A width or a precision with too many digits.
    #[error("Too many decimal digits in format string")]
    TooManyDigits,
    /// A point that no digits follow.
    #[error("Format specifier missing precision")]
    MissingPrecision,
    /// A precision beyond the limit for floats.
    #[error("precision too big")]
    PrecisionTooBig,
    /// A width beyond the supported range.
    #[error("width too big")]
    WidthTooBig,
    /// A thousands separator that the code doesn't support.
    #[error("Cannot specify '{separator}' with '{}'.", shown(*code))]
    SeparatorWithCode {
        /// `,` or `_`.
        separator: char,
        /// The code.
        code: char,
    },
    /// Both `,` and `_`.
    #[error("Cannot specify both ',' and '_'.")]
    BothSeparators,
    /// An option that strings or integers don't support.
    #[error("{option} not allowed in {kind} format specifier")]
    NotAllowed {
        /// The name of the option in CPython's message.
        option: &'static str,
        /// `string` or `integer`.
        kind: &'static str,
    },
    /// An option that the code `c` doesn't support.
    #[error("{option} not allowed with integer format specifier 'c'")]
    NotAllowedWithChar {
        /// The name of the option in CPython's message.
        option: &'static str,
    },
    /// An integer that is not a code point (`OverflowError`).
    #[error("%c arg not in range(0x110000)")]
    CharOutOfRange,
    /// An integer far beyond all code points (`OverflowError`).
    #[error("Python int too large to convert to C long")]
    IntTooLargeForChar,
    /// An integer beyond the largest float (`OverflowError`).
    #[error("int too large to convert to float")]
    IntTooLargeForFloat,
    /// An integer with more digits than the limit for conversions.
    #[error(transparent)]
    Number(#[from] NumberError),
    /// A malformed template of `str.format`, with CPython's message.
    #[error("{0}")]
    Template(&'static str),
    /// A conversion other than `r`, `s` and `a`.
    #[error("Unknown conversion specifier {}", conversion(*.0))]
    UnknownConversion(char),
    /// A malformed template of `%`, with CPython's message.
    #[error("{0}")]
    Percent(&'static str),
    /// A code that `%` doesn't support.
    #[error(
        "unsupported format character '{}' (0x{:x}) at index {index}",
        if matches!(*code, '\x1f'..='~') { *code } else { '?' },
        u32::from(*code)
    )]
    UnsupportedPercentCode {
        /// The code.
        code: char,
        /// The offset of the code in the template, in code points.
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

    /// Returns the name of the Python exception that is raised for the error.
    #[must_use]
    pub const fn exception(&self) -> &'static str {
        match self {
            Self::CharOutOfRange | Self::IntTooLargeForChar | Self::IntTooLargeForFloat => "OverflowError",
            Self::Number(error) => error.exception(),
            _ => "ValueError",
        }
    }

    /// Returns a hint on how to fix the error.
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

/// A text that can't be parsed as a number, or a number that can't be converted or rounded.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NumberError {
    /// A text that isn't an integer in the given base.
    #[error("invalid literal for int() with base {base}: {repr}")]
    InvalidInt {
        /// The base of the conversion.
        base: u32,
        /// The `repr` of the text, truncated to 200 characters.
        repr: String,
    },
    /// A base that `int()` doesn't support.
    #[error("int() base must be >= 2 and <= 36, or 0")]
    InvalidBase,
    /// A text that isn't a float.
    #[error("could not convert string to float: {repr}")]
    InvalidFloat {
        /// The `repr` of the text.
        repr: String,
    },
    /// A text with more digits than the limit for conversions.
    #[error(
        "Exceeds the limit (4300 digits) for integer string conversion: value has {digits} digits; \
         use sys.set_int_max_str_digits() to increase the limit"
    )]
    TooManyDigitsToRead {
        /// The number of digits in the text.
        digits: usize,
    },
    /// An integer with more digits than the limit for conversions.
    #[error(
        "Exceeds the limit (4300 digits) for integer string conversion; \
         use sys.set_int_max_str_digits() to increase the limit"
    )]
    TooManyDigitsToWrite,
    /// `round` of a float near the largest one (`OverflowError`).
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

    /// Returns the name of the Python exception that is raised for the error.
    #[must_use]
    pub const fn exception(&self) -> &'static str {
        match self {
            Self::RoundedTooLarge => "OverflowError",
            _ => "ValueError",
        }
    }

    /// Returns a hint on how to fix the error.
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

/// Returns a code as CPython shows it: printable ASCII as is, other characters by number.
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
