//! Records: files of which each row or line is a document to programs.
//!
//! A record is a part of its file's text, so it can be cited by the file's lines and takes no memory of its own. Of CSV the header line
//! stands before each row, so that a record says by itself what its fields are and is a CSV of its own.

mod csv;
mod json_lines;

use std::fmt;
use std::ops::Range;
use std::path::Path;

use rlm_extract::Packing;
use sift_text::Text;
use smol_str::{SmolStr, format_smolstr};

/// The most records of a context that are documents of their own: they and their names take about a third of a program's memory.
pub const MAX_RECORDS: usize = 100_000;

/// How a file is made of records.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RecordForm {
    /// Rows of fields, of which the first names the fields. What stands between fields, if the name of the file says so.
    Delimited(Option<u8>),
    /// A JSON value a line.
    JsonLines,
}

impl RecordForm {
    /// Tells it by the end of a name, packed files included.
    pub(crate) fn of_name(name: &str) -> Option<Self> {
        let inside = Packing::of_name(name).map_or(name, |(_, inside)| inside);
        let extension = Path::new(inside).extension()?.to_str()?;
        match extension.to_ascii_lowercase().as_str() {
            "csv" => Some(Self::Delimited(None)),
            "tsv" | "tab" => Some(Self::Delimited(Some(b'\t'))),
            "jsonl" | "ndjson" => Some(Self::JsonLines),
            _ => None,
        }
    }

    /// Finds the records; none if there are more than so many.
    pub(crate) fn read(self, text: &str, most: usize) -> Option<Records> {
        match self {
            Self::Delimited(delimiter) => csv::read(text, delimiter, most),
            Self::JsonLines => json_lines::read(text, most),
        }
    }
}

/// Where the records of a file stand in its text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Records {
    /// The row that names the fields, with its line end.
    header: Option<Range<usize>>,
    places: Vec<RecordPlace>,
    flaws: Vec<RecordFlaw>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct RecordPlace {
    bytes: Range<usize>,
    /// The line it begins in, from 1.
    line: u64,
}

/// What is wrong with some records of a file. They are documents like the others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordFlaw {
    /// What it is.
    pub kind: RecordFlawKind,
    /// How many records have it.
    pub count: u64,
    /// The line in which the first of them begins, from 1.
    pub line: u64,
}

/// What can be wrong with a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RecordFlawKind {
    /// It has more or fewer fields than the header, which has so many.
    Ragged {
        /// The fields of the header.
        fields: usize,
    },
    /// A field begins with a quotation mark, and none ends it: all the rest of the file is that field.
    OpenQuote,
    /// It is no JSON; what is wrong with the first of them.
    NotJson {
        /// What is wrong, and in which column of the line.
        reason: String,
    },
}

impl RecordFlaw {
    /// Counts one more.
    fn add(
        flaws: &mut Vec<Self>,
        line: u64,
        is_it: impl Fn(&RecordFlawKind) -> bool,
        kind: impl FnOnce() -> RecordFlawKind,
    ) {
        match flaws.iter_mut().find(|flaw| is_it(&flaw.kind)) {
            Some(flaw) => flaw.count += 1,
            None => flaws.push(Self {
                kind: kind(),
                count: 1,
                line,
            }),
        }
    }
}

impl fmt::Display for RecordFlaw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { kind, count, line } = self;
        let (records, have) = if *count == 1 {
            (format!("the record in line {line}"), "has")
        } else {
            (format!("{count} records, the first in line {line},"), "have")
        };
        match kind {
            RecordFlawKind::Ragged { fields } => {
                write!(
                    f,
                    "{records} {have} more or fewer fields than the header, which has {fields}"
                )
            }
            RecordFlawKind::OpenQuote => {
                write!(
                    f,
                    "the quotation mark that begins a field in the record in line {line} is never closed"
                )
            }
            RecordFlawKind::NotJson { reason } if *count == 1 => write!(f, "line {line} is no JSON: {reason}"),
            RecordFlawKind::NotJson { reason } => {
                write!(f, "{count} lines are no JSON; the first is line {line}: {reason}")
            }
        }
    }
}

/// Why files of records are texts though records were to be documents.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RecordsLeft {
    /// One of them has more than 64 MiB.
    LargeFile,
    /// There are more than [`MAX_RECORDS`].
    TooMany,
    /// No line of it is JSON.
    NoJson,
}

/// A row or line that is a document of its own.
#[derive(Debug, Clone)]
pub struct DataRecord {
    /// The file's name and the line it begins in: `data.csv:17`.
    pub name: SmolStr,
    /// Its text; of CSV and TSV, behind the header line.
    pub text: Text,
    /// Where the record itself stands in the file's text, in bytes.
    pub bytes: Range<usize>,
}

impl Records {
    pub(crate) const fn len(&self) -> usize {
        self.places.len()
    }

    pub(crate) fn flaws(&self) -> &[RecordFlaw] {
        &self.flaws
    }

    pub(crate) const fn has_header(&self) -> bool {
        self.header.is_some()
    }

    /// Cuts the records out of their file's text.
    pub(crate) fn cut<'r>(&'r self, name: &'r str, text: &'r Text) -> impl Iterator<Item = DataRecord> + 'r {
        let cut = |range: &Range<usize>| text.settled().ok()?.slice_bytes(range.clone());
        let header = self.header.as_ref().and_then(cut);
        self.places.iter().map(move |place| {
            let row = cut(&place.bytes).unwrap_or_default();
            DataRecord {
                name: format_smolstr!("{name}:{}", place.line),
                text: match &header {
                    // A file is far from the longest text.
                    Some(header) => Text::concat(header, &row).unwrap_or(row),
                    None => row,
                },
                bytes: place.bytes.clone(),
            }
        })
    }
}

impl Records {
    /// Returns `true` if no record is JSON though all should be.
    pub(crate) fn is_no_json(&self) -> bool {
        let all = self.places.len() as u64;
        let is_it = |flaw: &RecordFlaw| matches!(flaw.kind, RecordFlawKind::NotJson { .. }) && flaw.count == all;
        self.flaws.iter().any(is_it)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_by_name() {
        assert_eq!(RecordForm::of_name("a/Data.CSV"), Some(RecordForm::Delimited(None)));
        assert_eq!(RecordForm::of_name("a.tsv"), Some(RecordForm::Delimited(Some(b'\t'))));
        assert_eq!(RecordForm::of_name("log.ndjson.gz"), Some(RecordForm::JsonLines));
        assert_eq!(RecordForm::of_name("a.json"), None);
        assert_eq!(RecordForm::of_name("csv"), None);
    }
}
