//! Validates a file as UTF-8 and indexes its code points and lines, in one pass on several threads.

use std::fs::File;
use std::io;
use std::ops::Range;

use sift_text::{CharCounts, CharIndex};

use crate::chunks::{CHUNK_BYTES, in_chunks, is_hole, read_exact_at};
use crate::line_index::{LineIndex, MARK_BYTES};

/// The size of a read in bytes. It fits into the processor's cache and is a multiple of the
/// distance between marks.
const BLOCK_BYTES: u64 = 256 * 1024;
/// The maximum number of continuation bytes of a code point.
const CONTINUED: u64 = 3;

/// The indexes of a file that is UTF-8.
#[derive(Debug)]
pub(crate) struct Survey {
    len: u64,
    chars: CharIndex,
    lines: LineIndex,
    ends_in_newline: bool,
    has_carriage_return: bool,
}

/// The result of validating a file as UTF-8 and indexing it.
#[derive(Debug)]
pub(crate) enum Found {
    Utf8(Survey),
    /// Some bytes aren't UTF-8.
    OtherBytes,
}

/// The index data of one chunk of a file: code points, newlines and the last byte.
struct Part {
    chars: CharCounts,
    newlines: Vec<u32>,
    has_carriage_return: bool,
    last: u8,
}

enum Stop {
    OtherBytes,
    Failed(io::Error),
}

impl Survey {
    /// Validates and indexes the first `len` bytes of a file. `is_over` is polled for cancellation.
    pub(crate) fn of(file: &File, len: u64, is_over: &(dyn Fn() -> bool + Sync)) -> io::Result<Found> {
        let parts = in_chunks(len, |chunk| {
            if is_over() {
                return Err(Stop::Failed(io::ErrorKind::Interrupted.into()));
            }
            survey_chunk(file, len, chunk)
        });
        let parts = match parts {
            Ok(parts) => parts,
            Err(Stop::OtherBytes) => return Ok(Found::OtherBytes),
            Err(Stop::Failed(error)) => return Err(error),
        };
        let has_carriage_return = parts.iter().any(|part| part.has_carriage_return);
        let ends_in_newline = parts.last().is_some_and(|part| part.last == b'\n');
        let lines = LineIndex::of_counts(parts.iter().flat_map(|part| part.newlines.iter().copied()));
        let chars: Vec<_> = parts.into_iter().map(|part| part.chars).collect();
        Ok(Found::Utf8(Self {
            len,
            chars: CharIndex::from_counts(&chars),
            lines,
            ends_in_newline,
            has_carriage_return,
        }))
    }

    pub(crate) const fn len(&self) -> u64 {
        self.len
    }

    pub(crate) const fn has_carriage_return(&self) -> bool {
        self.has_carriage_return
    }

    /// Counts lines as an editor does: a trailing newline doesn't start another line.
    pub(crate) fn line_count(&self) -> u64 {
        self.lines.newlines() + u64::from(self.len > 0 && !self.ends_in_newline)
    }

    pub(crate) fn into_indexes(self) -> (CharIndex, LineIndex) {
        (self.chars, self.lines)
    }
}

fn survey_chunk(file: &File, len: u64, chunk: Range<u64>) -> Result<Part, Stop> {
    if is_hole(file, &chunk) {
        return Ok(hole(&chunk));
    }
    let mut buffer = vec![0; usize::try_from(BLOCK_BYTES + CONTINUED).unwrap_or_default()];
    let mut blocks = Vec::new();
    let mut part = Part {
        chars: CharCounts::ascii(0),
        newlines: Vec::new(),
        has_carriage_return: false,
        last: 0,
    };
    for start in (chunk.start..chunk.end).step_by(usize::try_from(BLOCK_BYTES).unwrap_or(usize::MAX)) {
        let end = (start + BLOCK_BYTES).min(chunk.end);
        // A code point belongs to the block in which it begins.
        let end_with_rest = (end + CONTINUED).min(len);
        let bytes = usize::try_from(end_with_rest - start).unwrap_or_default();
        let bytes = buffer.get_mut(..bytes).unwrap_or_default();
        read_exact_at(file, bytes, start).map_err(Stop::Failed)?;
        let own = usize::try_from(end - start).unwrap_or_default();
        if !is_utf8(bytes, own, start > 0) {
            return Err(Stop::OtherBytes);
        }
        let own = bytes.get(..own).unwrap_or_default();
        blocks.push(CharCounts::new(own));
        part.newlines.extend(LineIndex::count(own));
        part.has_carriage_return |= memchr::memchr(b'\r', own).is_some();
        part.last = own.last().copied().unwrap_or(part.last);
    }
    part.chars = CharCounts::concat(&blocks);
    Ok(part)
}

/// Returns the index data of a hole without reading it: a hole contains only NUL bytes.
fn hole(chunk: &Range<u64>) -> Part {
    let bytes = usize::try_from(chunk.end - chunk.start).unwrap_or(usize::MAX);
    Part {
        chars: CharCounts::ascii(bytes),
        newlines: vec![0; bytes.div_ceil(MARK_BYTES)],
        has_carriage_return: false,
        last: 0,
    }
}

/// Returns `true` if the code points that begin in the first `own` bytes are valid UTF-8. With
/// `has_before`, leading continuation bytes are skipped: they were checked together with the
/// previous block.
fn is_utf8(bytes: &[u8], own: usize, has_before: bool) -> bool {
    let start = if has_before { next_start(bytes, 0) } else { 0 };
    let end = next_start(bytes, own);
    start >= end
        || bytes
            .get(start..end)
            .is_some_and(|own| simdutf8::basic::from_utf8(own).is_ok())
}

/// Returns the first of the next four offsets at which a code point may begin.
fn next_start(bytes: &[u8], from: usize) -> usize {
    let rest = bytes.get(from..).unwrap_or_default();
    let continued = rest
        .iter()
        .take(CONTINUED as usize)
        .take_while(|&&byte| byte & 0b1100_0000 == 0b1000_0000);
    from + continued.count()
}

const _: () = assert!(CHUNK_BYTES.is_multiple_of(BLOCK_BYTES) && BLOCK_BYTES.is_multiple_of(MARK_BYTES as u64));

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;

    fn survey(bytes: &[u8]) -> Option<Survey> {
        let mut file = tempfile::tempfile().expect("there is a place for temporary files");
        file.write_all(bytes).expect("it can be written");
        match Survey::of(&file, bytes.len() as u64, &|| false).expect("it can be read") {
            Found::Utf8(survey) => Some(survey),
            Found::OtherBytes => None,
        }
    }

    #[test]
    fn a_code_point_may_cross_blocks_and_chunks() {
        for edge in [BLOCK_BYTES, CHUNK_BYTES] {
            for before in 1..5 {
                let mut text = "a".repeat(usize::try_from(edge).unwrap() - before);
                text.push_str("😀é\nend");
                let found = survey(text.as_bytes()).expect("it is UTF-8");
                assert_eq!(found.line_count(), 2);
                let (chars, _) = found.into_indexes();
                assert_eq!(chars.chars(text.len()), text.chars().count());
            }
        }
    }

    #[test]
    fn invalid_utf8_is_detected_at_any_offset() {
        let edge = usize::try_from(BLOCK_BYTES).unwrap();
        for at in (0..8).chain(edge - 6..edge + 6).chain(2 * edge - 6..2 * edge) {
            for wrong in [
                &b"\x80"[..],
                b"\xff",
                b"\xc3",
                b"\xf0\x9f\x98",
                b"\xe2\x82\x28",
                b"\xf0\x9f\x98\x80\x80",
                b"\xed\xa0\x80",
            ] {
                let mut bytes = vec![b'a'; 2 * edge + 8];
                bytes[at..at + wrong.len()].copy_from_slice(wrong);
                assert_eq!(
                    survey(&bytes).is_some(),
                    std::str::from_utf8(&bytes).is_ok(),
                    "{wrong:x?} at {at}"
                );
            }
        }
        assert!(survey(b"abc\xc3").is_none(), "cut off at the end");
        assert!(survey("abcé".as_bytes()).is_some());
    }

    #[test]
    fn sparse_file_holes_are_not_read() {
        let file = tempfile::tempfile().expect("there is a place for temporary files");
        let len = 3 * CHUNK_BYTES + 10;
        file.set_len(len).expect("it can be sparse");
        let Ok(Found::Utf8(found)) = Survey::of(&file, len, &|| false) else {
            panic!("NULs are UTF-8");
        };
        assert_eq!((found.line_count(), found.has_carriage_return()), (1, false));
        let (chars, lines) = found.into_indexes();
        assert_eq!(chars.chars(usize::try_from(len).unwrap()) as u64, len);
        assert_eq!(lines.newlines(), 0);
    }

    #[test]
    fn cancelled_survey_is_interrupted() {
        let file = tempfile::tempfile().expect("there is a place for temporary files");
        file.set_len(10).expect("it can be sparse");
        let error = Survey::of(&file, 10, &|| true).expect_err("it is given up");
        assert_eq!(error.kind(), io::ErrorKind::Interrupted);
    }
}
