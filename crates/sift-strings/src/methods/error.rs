//! Errors of string methods.

/// An invalid argument of a string method, with CPython's message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TextMethodError {
    /// The separator of `split`, `rsplit`, `partition` or `rpartition` is empty (`ValueError`).
    #[error("empty separator")]
    EmptySeparator,
    /// The fill argument of `center`, `ljust` or `rjust` is not exactly one character
    /// (`TypeError`).
    #[error("The fill character must be exactly one character long")]
    FillLength,
    /// The first two arguments of `str.maketrans` have different lengths (`ValueError`).
    #[error("the first two maketrans arguments must have equal length")]
    MaketransLengths,
}

impl TextMethodError {
    /// Returns a stable error code for diagnostics and machine-readable output.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::EmptySeparator => "empty-separator",
            Self::FillLength => "fill-length",
            Self::MaketransLengths => "maketrans-lengths",
        }
    }

    /// Returns the name of the Python exception that is raised for the error.
    #[must_use]
    pub const fn exception(self) -> &'static str {
        match self {
            Self::EmptySeparator | Self::MaketransLengths => "ValueError",
            Self::FillLength => "TypeError",
        }
    }

    /// Returns a hint on how to fix the error.
    #[must_use]
    pub const fn hint(self) -> &'static str {
        match self {
            Self::EmptySeparator => "use split() for white space, or list(text) for single characters",
            Self::FillLength => "pass one character, such as \" \"",
            Self::MaketransLengths => "pass two texts with the same number of characters, or a dict",
        }
    }
}
