//! What is wrong with a pattern or a template, and why a search was stopped.

use std::fmt;

/// What kind of error a pattern or a template has; decides the Python exception.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PatternErrorKind {
    /// It does not follow the syntax (`re.error`).
    Syntax,
    /// Its flags contradict each other or don't suit text (a ValueError).
    Flags,
    /// A repetition count does not fit (an OverflowError).
    RepetitionTooLarge,
    /// A template names a group that the pattern does not have (an IndexError).
    UnknownGroup,
    /// Groups stand in groups deeper than [`MAX_DEPTH`](super::MAX_DEPTH), or the text is longer than
    /// [`MAX_PATTERN_BYTES`](super::MAX_PATTERN_BYTES) (`re.error`; CPython has no such limit, or another).
    TooLarge,
}

impl PatternErrorKind {
    /// Returns a stable code for diagnostics and machine-readable output.
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

    /// Returns the name of the Python exception that the error is raised as.
    #[must_use]
    pub const fn exception(self) -> &'static str {
        match self {
            Self::Syntax | Self::TooLarge => "error",
            Self::Flags => "ValueError",
            Self::RepetitionTooLarge => "OverflowError",
            Self::UnknownGroup => "IndexError",
        }
    }

    /// Returns what to do about it.
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

/// A place in a pattern.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PatternPosition {
    /// The offset in code points.
    pub offset: usize,
    /// The line, counted from 1, and the column, counted from 1; only for patterns of several lines.
    pub line_and_column: Option<(usize, usize)>,
}

/// A pattern or a template can't be used. Shown as CPython's message.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct PatternError {
    /// What kind of error it is.
    pub kind: PatternErrorKind,
    /// What is wrong, without the place.
    pub message: String,
    /// Where it is wrong, if anywhere in particular.
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

/// Why a search was stopped before it had an answer. No program can catch it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Stop {
    /// The meter refused to pay for more steps.
    #[error("the search ran out of fuel; use a pattern with fewer nested repetitions, or a smaller text")]
    OutOfFuel,
    /// There is no room for more ways to go back to.
    #[error("the search ran out of memory; use a pattern with fewer nested repetitions, or a smaller text")]
    OutOfMemory,
}

impl Stop {
    /// Returns a stable code for diagnostics and machine-readable output.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::OutOfFuel => "search-fuel",
            Self::OutOfMemory => "search-memory",
        }
    }
}
