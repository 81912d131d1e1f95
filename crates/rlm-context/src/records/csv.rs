//! Finds the rows of a CSV text like Python's `csv` module, but without a limit on the length of a
//! field.

use memchr::{memchr, memchr3};

use super::{RecordFlaw, RecordFlawKind, RecordPlace, Records};

/// The possible delimiters. The one that is most frequent in the header is used.
const DELIMITERS: [u8; 4] = [b',', b';', b'\t', b'|'];

/// Finds the rows; `None` if there are more than `most`, not counting the header.
pub(super) fn read(text: &str, delimiter: Option<u8>, most: usize) -> Option<Records> {
    let start = if text.starts_with('\u{feff}') { 3 } else { 0 };
    let mut rows = Rows {
        bytes: text.as_bytes(),
        at: start,
        line: 1,
        delimiter: b',',
    };
    rows.delimiter = delimiter.unwrap_or_else(|| rows.likely_delimiter());
    let mut records = Records {
        header: None,
        places: Vec::new(),
        flaws: Vec::new(),
    };
    let Some(header) = rows.next() else {
        return Some(records);
    };
    records.header = Some(header.start..rows.at);
    while let Some(row) = rows.next() {
        if records.places.len() == most {
            return None;
        }
        let flaws = &mut records.flaws;
        if row.fields != header.fields {
            let is_ragged = |kind: &RecordFlawKind| matches!(kind, RecordFlawKind::Ragged { .. });
            RecordFlaw::add(flaws, row.line, is_ragged, || RecordFlawKind::Ragged {
                fields: header.fields,
            });
        }
        if row.is_open {
            let is_open = |kind: &RecordFlawKind| *kind == RecordFlawKind::OpenQuote;
            RecordFlaw::add(flaws, row.line, is_open, || RecordFlawKind::OpenQuote);
        }
        records.places.push(RecordPlace {
            bytes: row.start..row.end,
            line: row.line,
        });
    }
    Some(records)
}

struct Rows<'t> {
    bytes: &'t [u8],
    at: usize,
    line: u64,
    delimiter: u8,
}

/// A row without its line end.
#[derive(Debug, Clone, Copy)]
struct Row {
    start: usize,
    end: usize,
    line: u64,
    fields: usize,
    is_open: bool,
}

/// The state of the tokenizer.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Within {
    FieldStart,
    Field,
    Quotes,
}

impl Rows<'_> {
    /// Returns the next row that isn't empty.
    fn next(&mut self) -> Option<Row> {
        while let Some(b'\r' | b'\n') = self.bytes.get(self.at) {
            self.end_line();
        }
        (self.at < self.bytes.len()).then(|| self.row())
    }

    fn row(&mut self) -> Row {
        let (start, line) = (self.at, self.line);
        let mut fields = 1;
        let mut within = Within::FieldStart;
        while let Some(&byte) = self.bytes.get(self.at) {
            match within {
                Within::Quotes if byte == b'"' => {
                    // A doubled quote is an escaped quote. Text after a closing quote still belongs
                    // to the field.
                    let is_doubled = self.bytes.get(self.at + 1) == Some(&b'"');
                    self.at += if is_doubled { 2 } else { 1 };
                    if !is_doubled {
                        within = Within::Field;
                    }
                }
                Within::Quotes if matches!(byte, b'\r' | b'\n') => self.end_line(),
                Within::Quotes => self.at = self.next_of([b'"', b'\n', b'\r']),
                Within::FieldStart | Within::Field if matches!(byte, b'\r' | b'\n') => break,
                Within::FieldStart | Within::Field if byte == self.delimiter => {
                    fields += 1;
                    within = Within::FieldStart;
                    self.at += 1;
                }
                Within::FieldStart if byte == b'"' => {
                    within = Within::Quotes;
                    self.at += 1;
                }
                Within::FieldStart | Within::Field => {
                    within = Within::Field;
                    self.at = self.next_of([self.delimiter, b'\n', b'\r']);
                }
            }
        }
        let end = self.at;
        if self.at < self.bytes.len() {
            self.end_line();
        }
        Row {
            start,
            end,
            line,
            fields,
            is_open: within == Within::Quotes,
        }
    }

    fn next_of(&self, [a, b, c]: [u8; 3]) -> usize {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        memchr3(a, b, c, rest).map_or(self.bytes.len(), |found| self.at + found)
    }

    /// Moves past a line end. Lines are counted as in editors: a lone `\r` ends a row but not a
    /// line.
    fn end_line(&mut self) {
        if self.bytes.get(self.at) == Some(&b'\r') {
            self.at += 1;
        }
        if self.bytes.get(self.at) == Some(&b'\n') {
            self.at += 1;
            self.line += 1;
        }
    }

    fn likely_delimiter(&self) -> u8 {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        let line = rest
            .get(..memchr(b'\n', rest).unwrap_or(rest.len()))
            .unwrap_or_default();
        let mut counts = [0_usize; DELIMITERS.len()];
        let mut is_quoted = false;
        for byte in line {
            is_quoted ^= *byte == b'"';
            if let Some(place) = DELIMITERS
                .iter()
                .position(|delimiter| delimiter == byte)
                .filter(|_| !is_quoted)
                && let Some(count) = counts.get_mut(place)
            {
                *count += 1;
            }
        }
        // The first of the most frequent ones; a comma if none occurs.
        let best = DELIMITERS.iter().zip(counts).rev().max_by_key(|(_, count)| *count);
        best.map_or(b',', |(delimiter, _)| *delimiter)
    }
}
