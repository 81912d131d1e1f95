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

use crate::document::Content;
use crate::load::{ContextAs, Formats, LoadOptions, MAP_ABOVE_BYTES};
use crate::spec::Place;
use crate::walk::Found;

/// The most records of a context that are documents of their own: they and their names take about a third of a program's memory.
pub const MAX_RECORDS: usize = 100_000;

/// Whether rows and lines of CSV, TSV and JSON-lines files are documents of their own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum RecordsAre {
    /// They are where there are no other files, none of them has more than 64 MiB, and none was given a name.
    #[default]
    Fitting,
    /// They are, in files of any size; beside them, other files are documents.
    Documents,
    /// They are not: each file is one text.
    Text,
}

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

    fn of(file: &Found) -> Option<Self> {
        match &file.place {
            Place::Path(path) => Self::of_name(&path.to_string_lossy()),
            Place::StandardInput => Self::of_name(&file.name),
        }
    }

    /// Finds the records; none if there are more than so many.
    fn read(self, text: &str, most: usize) -> Option<Records> {
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
pub struct Record {
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
    pub(crate) fn cut<'r>(&'r self, name: &'r str, text: &'r Text) -> impl Iterator<Item = Record> + 'r {
        let cut = |range: &Range<usize>| text.settled().ok()?.slice_bytes(range.clone());
        let header = self.header.as_ref().and_then(cut);
        self.places.iter().map(move |place| {
            let row = cut(&place.bytes).unwrap_or_default();
            Record {
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

/// What became of the files of records.
pub(crate) enum Split {
    /// Each of the contents that is made of records, by its number.
    Records(Vec<Option<Records>>),
    Whole(Option<(usize, RecordsLeft)>),
}

/// Finds the records of files, where they are to be documents. `is_named` says whether a file was given a name.
pub(crate) fn split(files: &[(Option<RecordForm>, &Content)], is_named: bool, options: &LoadOptions) -> Split {
    let whole = Split::Whole(None);
    let is_fitting = options.records == RecordsAre::Fitting;
    let is_all = !files.is_empty() && files.iter().all(|(form, _)| form.is_some());
    if options.records == RecordsAre::Text
        || options.formats == Formats::AsTheyAre
        || options.shown_as == ContextAs::Text
        || is_fitting && (!is_all || is_named && options.shown_as == ContextAs::Fitting)
    {
        return whole;
    }
    if is_fitting && let Some(large) = files.iter().position(|(_, content)| content.size() > MAP_ABOVE_BYTES) {
        return Split::Whole(Some((large, RecordsLeft::LargeFile)));
    }
    let mut left = MAX_RECORDS;
    let mut found = Vec::with_capacity(files.len());
    for (number, (form, content)) in files.iter().enumerate() {
        let Some(form) = form else {
            found.push(None);
            continue;
        };
        let Some(records) = form.read(content.as_str(), left) else {
            return Split::Whole(Some((number, RecordsLeft::TooMany)));
        };
        if records.is_no_json() {
            return Split::Whole(Some((number, RecordsLeft::NoJson)));
        }
        left -= records.len();
        found.push((records.len() > 0).then_some(records));
    }
    match found.iter().any(Option::is_some) {
        true => Split::Records(found),
        false => whole,
    }
}

impl Records {
    fn is_no_json(&self) -> bool {
        let all = self.places.len() as u64;
        let is_it = |flaw: &RecordFlaw| matches!(flaw.kind, RecordFlawKind::NotJson { .. }) && flaw.count == all;
        self.flaws.iter().any(is_it)
    }
}

/// Tells how each file is made of records.
pub(crate) fn form_of(file: &Found) -> Option<RecordForm> {
    RecordForm::of(file)
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
