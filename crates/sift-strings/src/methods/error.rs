//! What string methods refuse.

/// A string method was given an argument that it can't work with; the text is CPython's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TextMethodError {
    /// `split`, `rsplit`, `partition` or `rpartition` by an empty text (a ValueError).
    #[error("empty separator")]
    EmptySeparator,
    /// A fill that is not one character (a TypeError).
    #[error("The fill character must be exactly one character long")]
    FillLength,
    /// `str.maketrans` with two texts of different lengths (a ValueError).
    #[error("the first two maketrans arguments must have equal length")]
    MaketransLengths,
}

impl TextMethodError {
    /// Returns a stable code for diagnostics and machine-readable output.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::EmptySeparator => "empty-separator",
            Self::FillLength => "fill-length",
            Self::MaketransLengths => "maketrans-lengths",
        }
    }

    /// Returns the name of the Python exception that the error is raised as.
    #[must_use]
    pub const fn exception(self) -> &'static str {
        match self {
            Self::EmptySeparator | Self::MaketransLengths => "ValueError",
            Self::FillLength => "TypeError",
        }
    }

    /// Returns what to write instead.
    #[must_use]
    pub const fn hint(self) -> &'static str {
        match self {
            Self::EmptySeparator => "use split() for white space, or list(text) for single characters",
            Self::FillLength => "pass one character, such as \" \"",
            Self::MaketransLengths => "pass two texts with the same number of characters, or a dict",
        }
    }
}
