//! Decodes large files that aren't UTF-8 block by block, so that neither the file nor its text is
//! ever fully in memory.
//!
//! The text is the same as that of [`decode`](crate::decode) for the whole file.

use std::borrow::Cow;
use std::fs::File;
use std::io::{self, Write};
use std::ops::ControlFlow;

use crate::chunks::read_exact_at;
use crate::decode::{self, MARK_BYTES, Newlines, TextEncoding};

const BLOCK_BYTES: usize = 1024 * 1024;

/// The encoding of a file and the number of replacements.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Transcoded {
    pub(crate) encoding: TextEncoding,
    /// The number of invalid byte sequences that were replaced by U+FFFD.
    pub(crate) replaced: u64,
}

/// Writes the text of a file's first `len` bytes to `text`. `is_over` is polled for cancellation.
pub(crate) fn transcode(
    file: &File,
    len: u64,
    newlines: Newlines,
    text: &mut impl Write,
    is_over: &(dyn Fn() -> bool + Sync),
) -> io::Result<Transcoded> {
    let encoding = encoding_of(file, len, is_over)?;
    let mut ends = LineEnds {
        newlines,
        held: false,
        text,
    };
    let mut replaced = 0;
    let mut is_first = true;
    for_each_block(file, len, encoding, is_over, |bytes, is_last| {
        // The byte order mark isn't part of the text.
        let mark = if std::mem::take(&mut is_first) {
            encoding.mark_bytes()
        } else {
            0
        };
        let bytes = bytes.get(mark..).unwrap_or_default();
        let (text, count) = decode::decode_as(encoding, bytes);
        replaced += count;
        ends.write(&text, is_last).map(|()| ControlFlow::Continue(()))
    })?;
    Ok(Transcoded { encoding, replaced })
}

fn encoding_of(file: &File, len: u64, is_over: &(dyn Fn() -> bool + Sync)) -> io::Result<TextEncoding> {
    let mut mark = [0; MARK_BYTES];
    let mark = mark
        .get_mut(..usize::try_from(len).unwrap_or(MARK_BYTES).min(MARK_BYTES))
        .unwrap_or_default();
    read_exact_at(file, mark, 0)?;
    if let Some(encoding) = TextEncoding::of_mark(mark) {
        return Ok(encoding);
    }
    let mut encoding = TextEncoding::Latin1;
    for_each_block(file, len, TextEncoding::Utf8, is_over, |bytes, _| {
        Ok(if decode::is_latin1(bytes) {
            ControlFlow::Continue(())
        } else {
            encoding = TextEncoding::Utf8;
            ControlFlow::Break(())
        })
    })?;
    Ok(encoding)
}

/// Calls `visit` for each block of the file. Blocks never split a code point or surrogate pair.
fn for_each_block(
    file: &File,
    len: u64,
    encoding: TextEncoding,
    is_over: &(dyn Fn() -> bool + Sync),
    mut visit: impl FnMut(&[u8], bool) -> io::Result<ControlFlow<()>>,
) -> io::Result<()> {
    let mut block: Vec<u8> = Vec::with_capacity(BLOCK_BYTES + 4);
    let mut at = 0;
    while at < len {
        if is_over() {
            return Err(io::ErrorKind::Interrupted.into());
        }
        let carried = block.len();
        let more = usize::try_from(len - at).unwrap_or(usize::MAX).min(BLOCK_BYTES);
        block.resize(carried + more, 0);
        read_exact_at(file, block.get_mut(carried..).unwrap_or_default(), at)?;
        at += more as u64;
        let is_last = at == len;
        let whole = if is_last {
            block.len()
        } else {
            whole_bytes(&block, encoding)
        };
        if visit(block.get(..whole).unwrap_or_default(), is_last)?.is_break() {
            break;
        }
        block.drain(..whole);
    }
    Ok(())
}

/// Returns the number of bytes that can be decoded without knowing the following ones.
fn whole_bytes(bytes: &[u8], encoding: TextEncoding) -> usize {
    let len = bytes.len();
    match encoding {
        TextEncoding::Latin1 => len,
        TextEncoding::Utf8 => {
            // A sequence begins with its lead byte, which at most three bytes follow.
            let tail = bytes.get(len.saturating_sub(3)..).unwrap_or_default();
            match tail.iter().rposition(|&byte| byte >= 0b1100_0000) {
                Some(lead) => len - tail.len() + lead,
                None => len,
            }
        }
        TextEncoding::Utf32Le | TextEncoding::Utf32Be => len - len % 4,
        TextEncoding::Utf16Le | TextEncoding::Utf16Be => {
            let even = len - len % 2;
            let unit = match even.checked_sub(2).and_then(|at| bytes.get(at..even)) {
                Some(&[low, high]) if encoding == TextEncoding::Utf16Le => u16::from_le_bytes([low, high]),
                Some(&[high, low]) => u16::from_be_bytes([high, low]),
                _ => 0,
            };
            // A high surrogate needs the low surrogate after it.
            if (0xd800..0xdc00).contains(&unit) {
                even - 2
            } else {
                even
            }
        }
    }
}

/// Converts the newlines of a text that is written piece by piece.
struct LineEnds<'a, W> {
    newlines: Newlines,
    /// Whether the last piece ended with a `\r` that may be part of a `\r\n`.
    held: bool,
    text: &'a mut W,
}

impl<W: Write> LineEnds<'_, W> {
    fn write(&mut self, piece: &str, is_last: bool) -> io::Result<()> {
        if self.newlines == Newlines::AsTheyAre {
            return self.text.write_all(piece.as_bytes());
        }
        let mut piece = Cow::Borrowed(piece);
        if std::mem::take(&mut self.held) {
            piece = Cow::Owned(format!("\r{piece}"));
        }
        let mut shown: &str = &piece;
        if let (false, Some(before)) = (is_last, piece.strip_suffix('\r')) {
            self.held = true;
            shown = before;
        }
        self.text.write_all(self.newlines.apply(shown).as_bytes())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn text(bytes: &[u8], newlines: Newlines) -> (String, u64, TextEncoding) {
        let mut file = tempfile::tempfile().expect("there is a place for temporary files");
        file.write_all(bytes).expect("it can be written");
        let mut text = Vec::new();
        let how = transcode(&file, bytes.len() as u64, newlines, &mut text, &|| false).expect("it can be read");
        (
            String::from_utf8(text).expect("it is a text"),
            how.replaced,
            how.encoding,
        )
    }

    fn at_once(bytes: &[u8], newlines: Newlines) -> (String, u64, TextEncoding) {
        let decoded = decode::decode_lossily(bytes);
        (
            newlines.apply(&decoded.text).into_owned(),
            decoded.replaced,
            decoded.encoding,
        )
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]
        #[test]
        fn transcoding_in_blocks_matches_transcoding_at_once(
            mark in prop::sample::select(vec![
                &b""[..], b"\xff\xfe", b"\xfe\xff", b"\xff\xfe\0\0", b"\0\0\xfe\xff", "é".as_bytes()]),
            before in 0..8_usize,
            around in prop::collection::vec(prop::sample::select(
                vec![0x0d_u8, 0x0a, 0xc3, 0xa9, 0xf0, 0x9f, 0x98, 0x80, 0xe2, 0xff, 0xd8, 0x3d, 0xdc, 0x00, b'a', 0xe9]), 0..24),
            universal in any::<bool>(),
        ) {
            let newlines = if universal { Newlines::Universal } else { Newlines::AsTheyAre };
            let mut bytes = mark.to_vec();
            bytes.resize(BLOCK_BYTES - before, b'a');
            bytes.extend(&around);
            bytes.extend(b"\xfftail");
            prop_assert!(text(&bytes, newlines) == at_once(&bytes, newlines));
        }
    }

    #[test]
    fn encodings() {
        for bytes in [
            &b"gr\xf6\xdfe, 5\x80\r\n"[..],
            b"a\x81b",
            b"\xff\xfea\0\x3d\xd8",
            b"\xfe\xff\0a\xd8",
            b"\xff\xfe",
            b"\xff\xfe\0\0a\0\0\0\r\0\0\0\n\0\0\0b",
            b"\0\0\xfe\xff\0\0\0a",
            b"caf\xc3\xa9 \xff",
            b"",
        ] {
            for newlines in [Newlines::AsTheyAre, Newlines::Universal] {
                assert_eq!(text(bytes, newlines), at_once(bytes, newlines), "{bytes:x?}");
            }
        }
    }
}
