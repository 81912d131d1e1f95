//! The sections of a text: pages, sheets, slides, chapters, messages, cells.

use serde::{Deserialize, Serialize};

/// The start of a section of a text, and what a reader finds it by in the file.
///
/// ```
/// use rlm_extract::{Section, SectionLabel};
///
/// let slide = Section { start: 120, label: SectionLabel::Named("slide 4".to_owned()) };
/// assert_eq!(slide.label.to_string(), "slide 4");
/// let rows = SectionLabel::Rows { sheet: "Costs".to_owned(), row: 12, column: 2 };
/// assert_eq!(rows.to_string(), "Costs!B12");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Section {
    /// The byte offset in the text at which the section starts.
    pub start: usize,
    /// The label in citations.
    pub label: SectionLabel,
}

/// The label of a section in citations.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SectionLabel {
    /// A page, counted from 1.
    Page(u64),
    /// A name, such as `slide 4` or the title of a chapter. The file may determine it.
    Named(String),
    /// Consecutive rows of a sheet. Each line of the section is one row, with its cells as the
    /// fields of a CSV record.
    Rows {
        /// The name of the sheet.
        sheet: String,
        /// The row of the section's first line, from 1.
        row: u64,
        /// The column of each line's first field, from 1.
        column: u64,
    },
}

impl std::fmt::Display for SectionLabel {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Page(page) => write!(f, "p{page}"),
            Self::Named(name) => f.write_str(name),
            Self::Rows { sheet, row, column } => write!(f, "{sheet}!{}", cell_name(*row, *column)),
        }
    }
}

/// Returns the name of a cell, such as `AB12`. Rows and columns are counted from 1.
///
/// ```
/// use rlm_extract::cell_name;
///
/// assert_eq!([1, 26, 27, 703].map(|column| cell_name(7, column)), ["A7", "Z7", "AA7", "AAA7"]);
/// ```
#[must_use]
pub fn cell_name(row: u64, column: u64) -> String {
    let mut letters = Vec::new();
    let mut left = column;
    while left > 0 {
        let letter = u8::try_from((left - 1) % 26).unwrap_or(0);
        letters.push(char::from(b'A' + letter));
        left = (left - 1) / 26;
    }
    letters.iter().rev().collect::<String>() + &row.to_string()
}
