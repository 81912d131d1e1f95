//! What is wrong with a program, as data; how it is shown is the renderers' business.

use serde::Serialize;
use smol_str::SmolStr;

use crate::codes::CodeInfo;
use crate::shown::escaped;
use crate::{Instead, Span};

/// A stable code, such as `S0101`; all of them stand in [`CODES`](crate::CODES).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
pub struct Code(pub &'static str);

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// The program is refused.
    Error,
    /// The program runs; something in it was read otherwise than written (an imagined output was cut).
    Note,
}

/// A further place that belongs to a diagnostic.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Label {
    /// Where it is.
    pub span: Span,
    /// What is to be seen there.
    pub text: String,
}

/// One thing that is wrong, where it is, and what to write instead.
///
/// ```
/// use sift_syntax::parse;
///
/// let source = "x = 1\nfor n in range(3)\n    print(n)\n";
/// let diagnostic = &parse(source).diagnostics[0];
/// assert_eq!((diagnostic.exception, diagnostic.line_column(source)), ("SyntaxError", (2, 18)));
/// assert_eq!(diagnostic.corrected_line(source).as_deref(), Some("for n in range(3):"));
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Diagnostic {
    /// Its stable code.
    pub code: Code,
    /// How bad it is.
    pub severity: Severity,
    /// The Python exception that a Python runtime would have raised for it: `NameError`, `SyntaxError`, `TypeError`,
    /// `ModuleNotFoundError` or `AttributeError`.
    pub exception: &'static str,
    /// What is wrong, in one line.
    pub message: String,
    /// Where.
    pub span: Span,
    /// What was expected or what to do, in a few words.
    pub help: Option<String>,
    /// One corrected line that can be written instead.
    pub corrected: Option<String>,
    /// Names that are bound and near to the one that is not.
    pub near: Vec<SmolStr>,
    /// Further places.
    pub labels: Vec<Label>,
}

impl Diagnostic {
    /// Makes an error with the code's own exception; the builders below add the rest.
    pub(crate) fn error(code: CodeInfo, span: Span, message: impl Into<String>) -> Self {
        Self {
            code: code.code,
            severity: Severity::Error,
            exception: code.exception,
            message: escaped(message.into()),
            span,
            help: None,
            corrected: None,
            near: Vec::new(),
            labels: Vec::new(),
        }
    }

    /// Makes a note: the program runs all the same.
    pub(crate) fn note(code: CodeInfo, span: Span, message: impl Into<String>) -> Self {
        Self {
            severity: Severity::Note,
            ..Self::error(code, span, message)
        }
    }

    /// Adds what to do.
    #[must_use]
    pub(crate) fn with_help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(escaped(help.into()));
        self
    }

    /// Adds one line to write instead.
    #[must_use]
    pub(crate) fn with_corrected(mut self, line: impl Into<String>) -> Self {
        self.corrected = Some(line.into());
        self
    }

    /// Adds what the library says to do and to write instead.
    #[must_use]
    pub(crate) fn with_instead(mut self, instead: &Instead) -> Self {
        self.help = Some(instead.help.to_string());
        self.corrected = Some(instead.corrected.to_string()).filter(|line| !line.is_empty());
        self
    }

    /// Adds a further place.
    #[must_use]
    pub(crate) fn with_label(mut self, span: Span, text: impl Into<String>) -> Self {
        self.labels.push(Label {
            span,
            text: escaped(text.into()),
        });
        self
    }

    /// Says whether the program is refused for it.
    #[must_use]
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }

    /// Returns one line to write instead: the one that it holds, or its own line with the nearest known name put in, or for
    /// what could not be read a line near to it that can.
    #[must_use]
    pub fn corrected_line(&self, source: &str) -> Option<String> {
        if let Some(line) = &self.corrected {
            return Some(line.clone()).filter(|line| !line.trim().is_empty());
        }
        if self.code == crate::codes::UNEXPECTED.code {
            return Some(crate::repair::line(source, self.span));
        }
        let near = self.near.first()?;
        let line = crate::source::line_span(source, self.span.start);
        if self.span.end > line.end {
            return None;
        }
        let before = crate::source::slice(source, Span::new(line.start, self.span.start));
        let after = crate::source::slice(source, Span::new(self.span.end, line.end));
        Some(format!("{before}{near}{}", after.trim_end()))
    }

    /// Returns the line and the column where it begins, both from 1, the column in code points.
    ///
    /// `source` is the text that was parsed; lines end at `\n`, `\r\n` or `\r`, as the language reads them.
    #[must_use]
    pub fn line_column(&self, source: &str) -> (usize, usize) {
        crate::source::line_column(source, self.span.start)
    }
}
