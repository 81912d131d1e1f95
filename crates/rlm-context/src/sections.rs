//! The sections of a document: pages, sheets, slides, chapters, messages.

use std::sync::Arc;

use rlm_extract::{Section, SectionLabel, cell_name};
use smol_str::SmolStr;

use crate::location::Position;
use crate::names::shown_name;

/// The maximum number of sections that are listed by name.
const LISTED: usize = 8;

/// The sections whose names tell what they contain.
const SHEET: &str = "sheet";

/// The sections of a document, in the order of the text. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub struct Sections {
    noun: &'static str,
    sections: Arc<[Section]>,
}

impl Sections {
    pub(crate) fn new(noun: Option<&'static str>, sections: Vec<Section>) -> Self {
        Self {
            noun: noun.unwrap_or("section"),
            sections: sections.into(),
        }
    }

    /// Returns the number of sections; 0 for formats without sections. The rows of a sheet count as
    /// one section even if there are empty rows between them.
    #[must_use]
    pub fn count(&self) -> usize {
        self.names().count()
    }

    /// Returns `true` if the document has no sections.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.sections.is_empty()
    }

    /// Returns what a section is called, such as `page` or `sheet`.
    #[must_use]
    pub const fn noun(&self) -> &'static str {
        self.noun
    }

    /// Returns the labels, where the title and the rows of a sheet are one.
    fn names(&self) -> impl Iterator<Item = &SectionLabel> {
        let labels = self.sections.iter().map(|section| &section.label);
        let mut before: Option<&SectionLabel> = None;
        labels.filter(move |label| {
            let is_same = match (before, label) {
                (
                    Some(SectionLabel::Rows { sheet: before, .. } | SectionLabel::Named(before)),
                    SectionLabel::Rows { sheet, .. },
                ) => before == sheet,
                _ => false,
            };
            before = Some(*label);
            !is_same
        })
    }

    /// Describes the sections in a few words: `5 pages`, or `2 sheets (Costs, Income)`.
    pub(crate) fn describe(&self, counted: impl Fn(u64, &str) -> String) -> Option<String> {
        if self.is_empty() {
            return None;
        }
        let count = self.count();
        let mut described = counted(count as u64, self.noun);
        if self.noun == SHEET {
            let sheets = self.names().filter_map(|label| match label {
                SectionLabel::Rows { sheet: name, .. } | SectionLabel::Named(name) => Some(shown_name(name)),
                SectionLabel::Page(_) => None,
            });
            let sheets: Vec<String> = sheets.take(LISTED).collect();
            let more = if count > sheets.len() { ", …" } else { "" };
            described += &format!(" ({}{more})", sheets.join(", "));
        }
        Some(described)
    }

    /// Returns the section that contains a byte of the text.
    pub(crate) fn at(&self, byte: usize) -> Option<&Section> {
        let after = self.sections.partition_point(|section| section.start <= byte);
        self.sections.get(after.checked_sub(1)?)
    }
}

/// Positions within a section.
pub(crate) trait PlacedSection {
    /// Returns the position at a line of the section, from 1. `before` is the text of the line that
    /// precedes the position.
    fn position(&self, line: u64, column: u64, before: &str) -> Position;
}

impl PlacedSection for Section {
    fn position(&self, line: u64, column: u64, before: &str) -> Position {
        let at = Position {
            line,
            column,
            ..Position::default()
        };
        match &self.label {
            SectionLabel::Page(page) => Position {
                page: Some(*page),
                ..at
            },
            SectionLabel::Named(name) => Position {
                section: Some(name.into()),
                ..at
            },
            SectionLabel::Rows {
                sheet,
                row,
                column: first,
            } => {
                let row = row + (line - 1);
                Position {
                    section: Some(sheet.into()),
                    cell: Some(SmolStr::from(cell_name(row, first + fields_before(before)))),
                    line: row,
                    ..at
                }
            }
        }
    }
}

/// Returns the number of fields of a CSV record that end before the end of `text`.
fn fields_before(text: &str) -> u64 {
    let mut is_quoted = false;
    let mut fields = 0;
    for byte in text.bytes() {
        match byte {
            b'"' => is_quoted = !is_quoted,
            b',' if !is_quoted => fields += 1,
            _ => {}
        }
    }
    fields
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_counted_by_the_commas_outside_of_quotes() {
        let rows = SectionLabel::Rows {
            sheet: "Costs".to_owned(),
            row: 12,
            column: 2,
        };
        let section = Section { start: 0, label: rows };
        let cell = |before| section.position(3, 9, before).section_name();
        assert_eq!(cell(""), Some("Costs!B14".into()));
        assert_eq!(cell("a,\"x, y\"\"\","), Some("Costs!D14".into()));
        assert_eq!(cell("a,\"x, "), Some("Costs!C14".into()));
    }
}
