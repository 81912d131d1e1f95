//! Locations in documents, as shown in citations.

use std::fmt;

use serde::{Deserialize, Serialize};
use smol_str::{SmolStr, format_smolstr};

use crate::names::shown_name;

/// A line and column in a document.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub struct Position {
    /// The page, from 1, if the document has pages.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub page: Option<u64>,
    /// The name of the section, such as the name of a sheet or `slide 4`, if the document has named
    /// sections.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub section: Option<SmolStr>,
    /// The name of the cell, such as `C12`, if the section is a sheet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cell: Option<SmolStr>,
    /// The line, from 1; counted from the top of the page or section if there is one. In a sheet,
    /// this is the row.
    pub line: u64,
    /// The column in code points, from 1.
    pub column: u64,
}

impl Position {
    /// Returns the name of the page, section or cell, such as `p3`, `slide 4` or `Costs!C12`; `None`
    /// in a document without sections. The file may have chosen its characters.
    #[must_use]
    pub fn section_name(&self) -> Option<SmolStr> {
        match (self.page, &self.section, &self.cell) {
            (Some(page), ..) => Some(format_smolstr!("p{page}")),
            (None, Some(section), Some(cell)) => Some(format_smolstr!("{section}!{cell}")),
            (None, section, _) => section.clone(),
        }
    }

    /// Returns `true` if both positions are on the same page or in the same section.
    #[must_use]
    pub fn is_in_section_of(&self, other: &Self) -> bool {
        self.page == other.page && self.section == other.section
    }

    /// Writes the section, and `line:column` unless the section's name says it.
    fn write(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(name) = self.section_name() {
            write!(f, "{}", shown_name(&name))?;
            if self.cell.is_some() {
                return Ok(());
            }
            f.write_str(":")?;
        }
        write!(f, "{}:{}", self.line, self.column)
    }
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

impl Location {
    /// Returns the document and its line, such as `minutes/may.md:12`, `report.pdf:p3:17`,
    /// `talk.pptx#slide 4:2` or `budget.xlsx#Costs!C12`, without escapes.
    #[must_use]
    pub fn line_name(&self) -> SmolStr {
        let Self { document, start, .. } = self;
        let line = start.line;
        match start.section_name() {
            None => format_smolstr!("{document}:{line}"),
            Some(page) if start.page.is_some() => format_smolstr!("{document}:{page}:{line}"),
            Some(cell) if start.cell.is_some() => format_smolstr!("{document}#{cell}"),
            Some(section) => format_smolstr!("{document}#{section}:{line}"),
        }
    }

    /// Formats the range without columns: `name:17`, `name:17-20`, `name:p3:12-p4:2`,
    /// `name#slide 4:2`, `name#Costs!C12-D13`.
    ///
    /// ```
    /// use rlm_context::Context;
    /// use sift_text::SourceId;
    ///
    /// let context = Context::from_dict([("a.md", "one\ntwo\nthree\n")], "\n")?;
    /// let lines = |range| context.locate(SourceId(0), range).map(|location| location.lines());
    /// assert_eq!(lines(0..3).as_deref(), Some("a.md:1"));
    /// assert_eq!(lines(4..14).as_deref(), Some("a.md:2-3"));
    /// # Ok::<(), rlm_context::ContextError>(())
    /// ```
    #[must_use]
    pub fn lines(&self) -> String {
        let Self { document, start, end } = self;
        let at = |position: &Position| match position.section_name() {
            Some(cell) if position.cell.is_some() => shown_name(&cell).to_string(),
            Some(section) => format!("{}:{}", shown_name(&section), position.line),
            None => position.line.to_string(),
        };
        let separator = if start.section.is_some() { '#' } else { ':' };
        let mut lines = format!("{}{separator}{}", shown_name(document), at(start));
        if !start.is_in_section_of(end) {
            lines.push('-');
            lines.push_str(&at(end));
        } else if let Some(cell) = &end.cell {
            if start.cell.as_ref() != Some(cell) {
                lines.push('-');
                lines.push_str(cell);
            }
        } else if start.line != end.line {
            lines.push('-');
            lines.push_str(&end.line.to_string());
        }
        lines
    }
}

impl fmt::Display for Location {
    /// Formats as `name:line:column-column`, or as `name:line:column-line:column` for several
    /// lines. With pages it is `name:p3:line:…`, with other sections `name#slide 4:line:…`, and in
    /// sheets `name#Costs!C12-D13`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { document, start, end } = self;
        let separator = if start.section.is_some() { '#' } else { ':' };
        write!(f, "{}{separator}", shown_name(document))?;
        start.write(f)?;
        let is_one = if start.cell.is_some() {
            start.cell == end.cell
        } else {
            start == end
        };
        if !start.is_in_section_of(end) {
            f.write_str("-")?;
            end.write(f)
        } else if is_one {
            Ok(())
        } else if let Some(cell) = &end.cell {
            write!(f, "-{cell}")
        } else if start.line == end.line {
            write!(f, "-{}", end.column)
        } else {
            write!(f, "-{}:{}", end.line, end.column)
        }
    }
}
