//! Errors of patterns and templates, and the reasons for stopping a search.

use std::fmt;

/// The kind of a pattern or template error, which determines the Python exception.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PatternErrorKind {
    /// The pattern or template has invalid syntax (`re.error`).
    Syntax,
    /// The flags contradict each other or don't apply to text patterns (`ValueError`).
    Flags,
    /// A repetition count is too large (`OverflowError`).
    RepetitionTooLarge,
    /// A template refers to an unknown group (`IndexError`).
    UnknownGroup,
    /// Groups are nested deeper than [`MAX_DEPTH`](super::MAX_DEPTH), or the pattern is longer than
    /// [`MAX_PATTERN_BYTES`](super::MAX_PATTERN_BYTES) (`re.error`; CPython has other limits or
    /// none).
    TooLarge,
}

impl PatternErrorKind {
    /// Returns a stable error code for diagnostics and machine-readable output.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Syntax => "pattern-syntax",
            Self::Flags => "pattern-flags",
            Self::RepetitionTooLarge => "pattern-repetition",
            Self::UnknownGroup => "pattern-unknown-group",
            Self::TooLarge => "pattern-too-large",
        }
    }

    /// Returns the name of the Python exception that is raised for the error.
    #[must_use]
    pub const fn exception(self) -> &'static str {
        match self {
            Self::Syntax | Self::TooLarge => "error",
            Self::Flags => "ValueError",
            Self::RepetitionTooLarge => "OverflowError",
            Self::UnknownGroup => "IndexError",
        }
    }

    /// Returns a hint on how to fix the error.
    #[must_use]
    pub const fn hint(self) -> &'static str {
        match self {
            Self::Syntax => "look at the named position; use re.escape() for text that is to match itself",
            Self::Flags => "use re.I, re.M, re.S, re.X or re.A, joined by |",
            Self::RepetitionTooLarge => "use a count below 4294967295, or * or +",
            Self::UnknownGroup => "name a group that the pattern has, as in (?P<name>...)",
            Self::TooLarge => "cut the pattern into several and search for each",
        }
    }
}

/// The position of an error in a pattern.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PatternPosition {
    /// The offset of the error in the pattern, in code points, counted from 0.
    pub offset: usize,
    /// The line and the column, both counted from 1; only for patterns of several lines.
    pub line_and_column: Option<(usize, usize)>,
}

/// An invalid pattern or template. Displayed as CPython's message.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct PatternError {
    /// The kind of the error, which determines the Python exception.
    pub kind: PatternErrorKind,
    /// The error message without the position.
    pub message: String,
    /// The position of the error in the pattern, if it has one.
    pub position: Option<PatternPosition>,
}

impl PatternError {
    pub(super) fn unplaced(kind: PatternErrorKind, message: impl Into<String>) -> Self {
        Self {
            kind,
            message: message.into(),
            position: None,
        }
    }

    pub(super) fn at(message: impl Into<String>, pattern: &[char], offset: usize) -> Self {
        let before = pattern.get(..offset).unwrap_or(pattern);
        let line_and_column = pattern.contains(&'\n').then(|| {
            let line = before.iter().filter(|&&char| char == '\n').count() + 1;
            let column = before.iter().rev().take_while(|&&char| char != '\n').count() + 1;
            (line, column)
        });
        Self {
            kind: PatternErrorKind::Syntax,
            message: message.into(),
            position: Some(PatternPosition {
                offset,
                line_and_column,
            }),
        }
    }
}

impl fmt::Display for PatternError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)?;
        if let Some(PatternPosition {
            offset,
            line_and_column,
        }) = self.position
        {
            write!(f, " at position {offset}")?;
            if let Some((line, column)) = line_and_column {
                write!(f, " (line {line}, column {column})")?;
            }
        }
        Ok(())
    }
}

/// The reason why a search was stopped without a result. Programs can't catch it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Stop {
    /// The budget has no fuel left.
    #[error("the search ran out of fuel; use a pattern with fewer nested repetitions, or a smaller text")]
    OutOfFuel,
    /// The backtracking stack would exceed the memory limit.
    #[error("the search ran out of memory; use a pattern with fewer nested repetitions, or a smaller text")]
    OutOfMemory,
}

impl Stop {
    /// Returns a stable error code for diagnostics and machine-readable output.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::OutOfFuel => "search-fuel",
            Self::OutOfMemory => "search-memory",
        }
    }
}
