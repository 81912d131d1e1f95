//! Locations in documents, as shown in citations.

use std::fmt;

use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

use crate::names::shown_name;

/// A line and column in a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Position {
    /// The page, from 1, if the document has pages.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub page: Option<u64>,
    /// The line, from 1; counted from the top of the page if there are pages.
    pub line: u64,
    /// The column in code points, from 1.
    pub column: u64,
}

/// A range of a document, from its first code point to its last. In an empty range both are equal.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Location {
    /// The document's name.
    pub document: SmolStr,
    /// The position of the first code point.
    pub start: Position,
    /// The position of the last code point.
    pub end: Position,
}

impl fmt::Display for Location {
    /// Formats as `name:line:column-column`, or as `name:line:column-line:column` for several
    /// lines. With pages it is `name:p3:line:…`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { document, start, end } = self;
        write!(f, "{}:", shown_name(document))?;
        if let Some(page) = start.page {
            write!(f, "p{page}:")?;
        }
        write!(f, "{}:{}", start.line, start.column)?;
        if start == end {
            Ok(())
        } else if let (Some(page), true) = (end.page, start.page != end.page) {
            write!(f, "-p{page}:{}:{}", end.line, end.column)
        } else if start.line == end.line {
            write!(f, "-{}", end.column)
        } else {
            write!(f, "-{}:{}", end.line, end.column)
        }
    }
}
