//! Splits files into records: rows or lines that programs see as separate documents.
//!
//! A record is a slice of its file's text, so it can be cited by the file's lines and takes no
//! extra memory. The header line of a CSV precedes each row, so that each record is a complete CSV
//! with the names of its fields.

mod csv;
mod json_lines;

use std::fmt;
use std::ops::Range;
use std::path::Path;

use rlm_extract::Packing;
use sift_text::Text;
use smol_str::{SmolStr, format_smolstr};

/// The maximum number of records of a context that become separate documents. They and their names
/// take about a third of a program's memory.
pub const MAX_RECORDS: usize = 100_000;

/// The record format of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RecordForm {
    /// Rows of fields; the first row names the fields. Contains the delimiter if the file name
    /// determines it.
    Delimited(Option<u8>),
    /// One JSON value per line.
    JsonLines,
}

impl RecordForm {
    /// Detects the format by file extension, also of packed files.
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

    /// Finds the records; `None` if there are more than `most`.
    pub(crate) fn read(self, text: &str, most: usize) -> Option<Records> {
        match self {
            Self::Delimited(delimiter) => csv::read(text, delimiter, most),
            Self::JsonLines => json_lines::read(text, most),
        }
    }
}

/// The byte ranges of a file's records.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Records {
    /// The header row, including its line end.
    header: Option<Range<usize>>,
    places: Vec<RecordPlace>,
    flaws: Vec<RecordFlaw>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct RecordPlace {
    bytes: Range<usize>,
    /// The line in which the record begins, from 1.
    line: u64,
}

/// A kind of flaw in the records of a file. Flawed records are documents like the others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordFlaw {
    /// The kind of flaw.
    pub kind: RecordFlawKind,
    /// The number of records with this flaw.
    pub count: u64,
    /// The line in which the first record with this flaw begins, from 1.
    pub line: u64,
}

/// The kinds of flaws of a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RecordFlawKind {
    /// The record has more or fewer fields than the header.
    Ragged {
        /// The number of fields of the header.
        fields: usize,
    },
    /// A quoted field isn't closed, so it extends to the end of the file.
    OpenQuote,
    /// The record is invalid JSON.
    NotJson {
        /// The error of the first such record, with the column.
        reason: String,
    },
}

impl RecordFlaw {
    /// Counts another record with a flaw.
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
            (format!("the record on line {line}"), "has")
        } else {
            (format!("{count} records (first on line {line})"), "have")
        };
        match kind {
            RecordFlawKind::Ragged { fields } => {
                write!(f, "{records} {have} more or fewer fields than the header ({fields})")
            }
            RecordFlawKind::OpenQuote => {
                write!(f, "unclosed quotation mark in the record on line {line}")
            }
            RecordFlawKind::NotJson { reason } if *count == 1 => write!(f, "invalid JSON on line {line}: {reason}"),
            RecordFlawKind::NotJson { reason } => {
                write!(f, "{count} lines are invalid JSON; the first is line {line}: {reason}")
            }
        }
    }
}

/// The reason why files of records weren't split although records were to be documents.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotSplitReason {
    /// A file of records exceeds 64 MiB.
    LargeFile,
    /// The files contain more than [`MAX_RECORDS`] records.
    TooMany,
    /// A JSON-lines file contains no line that is JSON.
    NoJson,
}

/// A row or line that programs see as a document.
#[derive(Debug, Clone)]
pub struct DataRecord {
    /// The file's name and the line in which the record begins, such as `data.csv:17`.
    pub name: SmolStr,
    /// The text of the record; in CSV and TSV, preceded by the header line.
    pub text: Text,
    /// The byte range of the record in the file's text, without the header.
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

    /// Slices the records out of their file's text.
    pub(crate) fn cut<'r>(&'r self, name: &'r str, text: &'r Text) -> impl Iterator<Item = DataRecord> + 'r {
        let cut = |range: &Range<usize>| text.settled().ok()?.slice_bytes(range.clone());
        let header = self.header.as_ref().and_then(cut);
        self.places.iter().map(move |place| {
            let row = cut(&place.bytes).unwrap_or_default();
            DataRecord {
                name: format_smolstr!("{name}:{}", place.line),
                text: match &header {
                    // Concatenation fails only for longer texts than a file can be.
                    Some(header) => Text::concat(header, &row).unwrap_or(row),
                    None => row,
                },
                bytes: place.bytes.clone(),
            }
        })
    }
}

impl Records {
    /// Returns `true` if every record is invalid JSON.
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
    fn record_format_is_derived_from_the_file_name() {
        assert_eq!(RecordForm::of_name("a/Data.CSV"), Some(RecordForm::Delimited(None)));
        assert_eq!(RecordForm::of_name("a.tsv"), Some(RecordForm::Delimited(Some(b'\t'))));
        assert_eq!(RecordForm::of_name("log.ndjson.gz"), Some(RecordForm::JsonLines));
        assert_eq!(RecordForm::of_name("a.json"), None);
        assert_eq!(RecordForm::of_name("csv"), None);
    }
}
