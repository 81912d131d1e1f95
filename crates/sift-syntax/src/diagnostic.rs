//! Diagnostics of a program as data, independent of how they are rendered.

use serde::Serialize;
use sift_signature::Instead;
use sift_text::{escaped, is_terminal_control};
use smol_str::SmolStr;

use crate::Span;
use crate::codes::{Code, CodeInfo};

/// The severity of a diagnostic.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// The program is rejected because of the diagnostic.
    Error,
    /// The program runs, but a part was ignored or changed, for example because it is imagined
    /// output.
    Note,
}

/// An additional annotated position of a diagnostic.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Label {
    /// The annotated position in the source.
    pub span: Span,
    /// The text of the annotation.
    pub text: String,
}

/// An error or note about a program, with its position and suggested fixes.
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
    /// The stable code of the diagnostic.
    pub code: Code,
    /// Whether the program is rejected or only a note is added.
    pub severity: Severity,
    /// The exception that Python would raise: `NameError`, `SyntaxError`, `TypeError`,
    /// `ModuleNotFoundError` or `AttributeError`.
    pub exception: &'static str,
    /// The description of the error, in one line.
    pub message: String,
    /// The position of the error in the source.
    pub span: Span,
    /// A short hint: the expected syntax or a suggested change.
    pub help: Option<String>,
    /// A corrected line of the program.
    pub corrected: Option<String>,
    /// Known names that are similar to an unknown name.
    pub near: Vec<SmolStr>,
    /// Additional positions, each with an annotation.
    pub labels: Vec<Label>,
}

impl CodeInfo {
    /// Creates an error diagnostic with the exception of this code. Builder methods add hints and
    /// labels.
    pub(crate) fn error(self, span: Span, message: impl Into<String>) -> Diagnostic {
        Diagnostic {
            code: self.code,
            severity: Severity::Error,
            exception: self.exception,
            message: shown(message),
            span,
            help: None,
            corrected: None,
            near: Vec::new(),
            labels: Vec::new(),
        }
    }

    /// Creates a note with this code, which doesn't reject the program.
    pub(crate) fn note(self, span: Span, message: impl Into<String>) -> Diagnostic {
        Diagnostic {
            severity: Severity::Note,
            ..self.error(span, message)
        }
    }
}

impl Diagnostic {
    /// Sets the hint of the diagnostic.
    #[must_use]
    pub(crate) fn with_help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(shown(help));
        self
    }

    /// Sets the corrected line of the diagnostic.
    #[must_use]
    pub(crate) fn with_corrected(mut self, line: impl Into<String>) -> Self {
        self.corrected = Some(line.into());
        self
    }

    /// Sets the hint and the corrected line from the library's suggested replacement.
    #[must_use]
    pub(crate) fn with_instead(mut self, instead: &Instead) -> Self {
        self.help = Some(instead.help.to_string());
        self.corrected = Some(instead.corrected.to_string()).filter(|line| !line.is_empty());
        self
    }

    /// Adds an annotated position to the diagnostic.
    #[must_use]
    pub(crate) fn with_label(mut self, span: Span, text: impl Into<String>) -> Self {
        self.labels.push(Label {
            span,
            text: shown(text),
        });
        self
    }

    /// Returns `true` if the diagnostic rejects the program.
    #[must_use]
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }

    /// Returns the line and column at which the diagnostic begins, both from 1. Columns count code
    /// points.
    ///
    /// `source` is the text that was parsed. Lines end at `\n`, `\r\n` or `\r`.
    #[must_use]
    pub fn line_column(&self, source: &str) -> (usize, usize) {
        crate::source::line_column(source, self.span.start)
    }
}

/// Returns a text for display with terminal control characters escaped, since the text may quote
/// the program.
fn shown(sentence: impl Into<String>) -> String {
    escaped(&sentence.into(), is_terminal_control).into_owned()
}
