//! What is wrong with a program, as data; how it is shown is the renderers' business.

use serde::Serialize;
use sift_signature::Instead;
use sift_text::{escaped, is_obeyed};
use smol_str::SmolStr;

use crate::Span;
use crate::codes::{Code, CodeInfo};

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

impl CodeInfo {
    /// Makes an error with the code's own exception; the methods of the diagnostic add the rest.
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

    /// Makes a note: the program runs all the same.
    pub(crate) fn note(self, span: Span, message: impl Into<String>) -> Diagnostic {
        Diagnostic {
            severity: Severity::Note,
            ..self.error(span, message)
        }
    }
}

impl Diagnostic {
    /// Adds what to do.
    #[must_use]
    pub(crate) fn with_help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(shown(help));
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
            text: shown(text),
        });
        self
    }

    /// Says whether the program is refused for it.
    #[must_use]
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }

    /// Returns the line and the column where it begins, both from 1, the column in code points.
    ///
    /// `source` is the text that was parsed; lines end at `\n`, `\r\n` or `\r`, as the language reads them.
    #[must_use]
    pub fn line_column(&self, source: &str) -> (usize, usize) {
        crate::source::line_column(source, self.span.start)
    }
}

/// Returns a sentence in which what a terminal would obey of the program's text is escaped.
fn shown(sentence: impl Into<String>) -> String {
    escaped(&sentence.into(), is_obeyed).into_owned()
}
