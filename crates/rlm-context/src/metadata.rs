//! A one-screen description of a context, shown to models and users before its content is read.

use std::fmt::Write as _;

use crate::context::{Context, ContextKind};
use crate::document::Document;
use crate::names::{escaped, shown_name};

/// The maximum number of documents listed by name.
const LISTED: usize = 20;
impl Context {
    /// Describes the context on one screen: kind, size, digest (if no document exceeds 64 MiB), and
    /// the names and sizes of the first 20 documents. No content is shown. Names are the only
    /// untrusted data here: they are truncated to 100 code points and unprintable characters are
    /// escaped.
    #[must_use]
    pub fn metadata(&self) -> String {
        let total = self.total();
        let mut shown = match (self.kind(), self.documents()) {
            (ContextKind::Text, _) => "a text".to_owned(),
            (ContextKind::Json, _) => "a JSON value".to_owned(),
            (ContextKind::List, documents) => format!("a list of {}", counted(documents.len() as u64, "document")),
            (ContextKind::Dict, documents) => {
                format!("a dict of {} by name", counted(documents.len() as u64, "document"))
            }
        };
        match (total.chars, total.lines) {
            (Some(chars), Some(lines)) => {
                let _ = write!(
                    shown,
                    ": {}, {}, {}",
                    counted(chars, "character"),
                    counted(total.bytes, "byte"),
                    counted(lines, "line")
                );
            }
            _ => {
                let _ = write!(shown, ": {}", counted(total.bytes, "byte"));
            }
        }
        // Models must not see whether a file is mapped, so contexts with large documents show no
        // digest.
        if !self.documents().iter().any(Document::is_large) {
            let _ = write!(shown, ", {}", self.digest().short());
        }
        shown.push('\n');
        for document in self.documents().iter().take(LISTED) {
            self.describe(&mut shown, document);
        }
        let left_out = self.documents().len().saturating_sub(LISTED);
        if left_out > 0 {
            let _ = writeln!(shown, "  … and {} more", grouped(left_out as u64));
        }
        self.describe_files_without_text(&mut shown);
        shown
    }
}

impl Context {
    fn describe(&self, shown: &mut String, document: &Document) {
        let _ = write!(
            shown,
            "  {}. {} ({}): ",
            document.id().0,
            shown_name(document.name()),
            document.media_type(),
        );
        if self.is_counted_at_start(document) {
            let (chars, lines) = (
                counted(document.chars(), "character"),
                counted(document.lines(), "line"),
            );
            let _ = write!(shown, "{chars}, {lines}");
            if let Some(sections) = document.sections().describe(counted) {
                let _ = write!(shown, ", {sections}");
            }
            if document.replaced() > 0 {
                let _ = write!(shown, ", {} not UTF-8", counted(document.replaced(), "sequence"));
            }
        } else {
            let _ = write!(shown, "{}, lines not counted yet", counted(document.size(), "byte"));
        }
        shown.push('\n');
    }

    fn describe_files_without_text(&self, shown: &mut String) {
        let files = self.without_text();
        if files.is_empty() {
            return;
        }
        let all = files.len() + self.documents().len();
        let _ = writeln!(
            shown,
            "{} of {} have no text:",
            grouped(files.len() as u64),
            counted(all as u64, "file")
        );
        for file in files.iter().take(LISTED) {
            let _ = writeln!(shown, "  {}: {}", shown_name(&file.name), escaped(&file.why));
        }
        let more = files.len().saturating_sub(LISTED);
        if more > 0 {
            let _ = writeln!(shown, "  … and {} more", grouped(more as u64));
        }
    }
}

fn counted(count: u64, noun: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{} {noun}{plural}", grouped(count))
}

/// Formats a number with thousands separators (commas).
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut shown = String::with_capacity(digits.len() * 4 / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            shown.push(',');
        }
        shown.push(digit);
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped_by_thousands() {
        assert_eq!(
            [0, 12, 999, 1_000, 1_234_567].map(grouped),
            ["0", "12", "999", "1,000", "1,234,567"]
        );
    }
}
