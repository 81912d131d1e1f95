//! Places in documents, as people cite them.

use std::fmt;

use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

use crate::names::shown_name;

/// A place in a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Position {
    /// The page, from 1, where the document has pages.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub page: Option<u64>,
    /// The line, from 1; on the page, where there are pages.
    pub line: u64,
    /// The column in code points, from 1.
    pub column: u64,
}

/// A stretch of a document, from its first code point to its last. An empty stretch begins and ends at one place.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Location {
    /// The document's name.
    pub document: SmolStr,
    /// Where the first code point stands.
    pub start: Position,
    /// Where the last code point stands.
    pub end: Position,
}

impl fmt::Display for Location {
    /// Shows `name:line:column-column`, or `name:line:column-line:column` over several lines; with pages, `name:p3:line:…`.
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
