//! Errors of formatting and parsing numbers, with CPython's messages.

/// An error of formatting a value: an invalid format, template or value.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FormatError {
    /// The value's type doesn't support the type code.
    #[error("Unknown format code '{}' for object of type '{type_name}'", shown(*code))]
    UnknownCode {
        /// The unsupported type code.
        code: char,
        /// The name of the value's type in the program.
        type_name: String,
    },
    /// The format specifier has trailing characters after its valid part.
    #[error("Invalid format specifier '{spec}' for object of type '{type_name}'")]
    InvalidSpecifier {
        /// The whole format specifier.
        spec: String,
        /// The name of the value's type in the program.
        type_name: String,
    },
    /// A width or a precision has too many digits.
    #[error("Too many decimal digits in format string")]
    TooManyDigits,
    /// No digits follow the decimal point of a format specifier.
    #[error("Format specifier missing precision")]
    MissingPrecision,
    /// The precision exceeds the limit for floats.
    #[error("precision too big")]
    PrecisionTooBig,
    /// The width exceeds the supported range.
    #[error("width too big")]
    WidthTooBig,
    /// The type code doesn't support a thousands separator.
    #[error("Cannot specify '{separator}' with '{}'.", shown(*code))]
    SeparatorWithCode {
        /// The thousands separator: `,` or `_`.
        separator: char,
        /// The type code.
        code: char,
    },
    /// A format specifier has both thousands separators, `,` and `_`.
    #[error("Cannot specify both ',' and '_'.")]
    BothSeparators,
    /// Strings or integers don't support an option of the format specifier.
    #[error("{option} not allowed in {kind} format specifier")]
    NotAllowed {
        /// The name of the option in CPython's message.
        option: &'static str,
        /// The kind of the value: `string` or `integer`.
        kind: &'static str,
    },
    /// The type code `c` doesn't support an option of the format specifier.
    #[error("{option} not allowed with integer format specifier 'c'")]
    NotAllowedWithChar {
        /// The name of the option in CPython's message.
        option: &'static str,
    },
    /// An integer to be formatted as a character is not a code point (`OverflowError`).
    #[error("%c arg not in range(0x110000)")]
    CharOutOfRange,
    /// An integer to be formatted as a character is far beyond all code points (`OverflowError`).
    #[error("Python int too large to convert to C long")]
    IntTooLargeForChar,
    /// An integer to be formatted as a float is beyond the largest float (`OverflowError`).
    #[error("int too large to convert to float")]
    IntTooLargeForFloat,
    /// An integer has more digits than the limit for conversions to text.
    #[error(transparent)]
    Number(#[from] NumberError),
    /// A template of `str.format` is malformed. The field is CPython's message.
    #[error("{0}")]
    Template(&'static str),
    /// A conversion after `!` is not `r`, `s` or `a`.
    #[error("Unknown conversion specifier {}", conversion(*.0))]
    UnknownConversion(char),
    /// A template of the `%` operator is malformed. The field is CPython's message.
    #[error("{0}")]
    Percent(&'static str),
    /// The `%` operator doesn't support a conversion code.
    #[error(
        "unsupported format character '{}' (0x{:x}) at index {index}",
        if matches!(*code, '\x1f'..='~') { *code } else { '?' },
        u32::from(*code)
    )]
    UnsupportedPercentCode {
        /// The unsupported conversion code.
        code: char,
        /// The offset of the conversion code in the template, in code points.
        index: usize,
    },
}

impl FormatError {
    /// Returns a stable error code for diagnostics and machine-readable output.
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

/// An error of parsing a text as a number, or of converting or rounding a number.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NumberError {
    /// A text is not an integer in the given base.
    #[error("invalid literal for int() with base {base}: {repr}")]
    InvalidInt {
        /// The base of the conversion.
        base: u32,
        /// The `repr` of the text, truncated to 200 characters.
        repr: String,
    },
    /// `int()` doesn't support the base.
    #[error("int() base must be >= 2 and <= 36, or 0")]
    InvalidBase,
    /// A text is not a float.
    #[error("could not convert string to float: {repr}")]
    InvalidFloat {
        /// The `repr` of the text that is not a float.
        repr: String,
    },
    /// A text to be parsed as an integer has more digits than the limit for conversions.
    #[error(
        "Exceeds the limit (4300 digits) for integer string conversion: value has {digits} digits; \
         use sys.set_int_max_str_digits() to increase the limit"
    )]
    TooManyDigitsToRead {
        /// The number of digits in the text.
        digits: usize,
    },
    /// An integer to be converted to text has more digits than the limit for conversions.
    #[error(
        "Exceeds the limit (4300 digits) for integer string conversion; \
         use sys.set_int_max_str_digits() to increase the limit"
    )]
    TooManyDigitsToWrite,
    /// The result of `round` exceeds the largest float (`OverflowError`).
    #[error("rounded value too large to represent")]
    RoundedTooLarge,
}

impl NumberError {
    /// Returns a stable error code for diagnostics and machine-readable output.
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

/// Returns a format code as CPython shows it: printable ASCII as is, other characters by number.
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
