//! Decodes bytes to text. Decoding never fails: invalid sequences are replaced and counted.

use std::borrow::Cow;

/// How to handle `\r\n` and `\r`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Newlines {
    /// Line ends are kept.
    #[default]
    AsTheyAre,
    /// Each line end becomes `\n`, as in a file that Python opens in text mode.
    Universal,
}

/// The length of the prefix, in bytes, in which a NUL byte makes a file binary.
pub(crate) const BINARY_PREFIX_BYTES: usize = 8 * 1024;

/// The length of the longest byte order mark, in bytes.
pub(crate) const MARK_BYTES: usize = 4;

/// The encoding that a file's bytes are decoded from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum TextEncoding {
    /// UTF-8. A byte order mark is kept, as in Python's `open`.
    #[default]
    Utf8,
    /// UTF-16, little-endian, detected by its byte order mark.
    Utf16Le,
    /// UTF-16, big-endian, detected by its byte order mark.
    Utf16Be,
    /// UTF-32, little-endian, detected by its byte order mark.
    Utf32Le,
    /// UTF-32, big-endian, detected by its byte order mark.
    Utf32Be,
    /// Latin-1 in its Windows variant (code page 1252). Detected if no byte over 127 is part of a
    /// valid UTF-8 sequence and each is defined in code page 1252.
    Latin1,
}

impl TextEncoding {
    /// Returns the common name, such as `UTF-8`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Utf8 => "UTF-8",
            Self::Utf16Le | Self::Utf16Be => "UTF-16",
            Self::Utf32Le | Self::Utf32Be => "UTF-32",
            Self::Latin1 => "Latin-1",
        }
    }

    /// Returns the encoding that a byte order mark denotes; `None` if there is no mark. The UTF-32
    /// mark starts with the UTF-16 one, but a UTF-16 text has no NUL after it.
    pub(crate) const fn of_mark(bytes: &[u8]) -> Option<Self> {
        match bytes {
            [0xff, 0xfe, 0, 0, ..] => Some(Self::Utf32Le),
            [0, 0, 0xfe, 0xff, ..] => Some(Self::Utf32Be),
            [0xff, 0xfe, ..] => Some(Self::Utf16Le),
            [0xfe, 0xff, ..] => Some(Self::Utf16Be),
            _ => None,
        }
    }

    /// The length of the byte order mark in bytes. The mark isn't part of the text.
    pub(crate) const fn mark_bytes(self) -> usize {
        match self {
            Self::Utf16Le | Self::Utf16Be => 2,
            Self::Utf32Le | Self::Utf32Be => 4,
            Self::Utf8 | Self::Latin1 => 0,
        }
    }

    fn of(bytes: &[u8]) -> Self {
        match Self::of_mark(bytes) {
            Some(encoding) => encoding,
            None if is_latin1(bytes) => Self::Latin1,
            None => Self::Utf8,
        }
    }
}

/// A decoded text, its encoding and the number of replacements.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Decoded {
    pub(crate) text: String,
    /// The number of invalid byte sequences that were replaced by U+FFFD.
    pub(crate) replaced: u64,
    pub(crate) encoding: TextEncoding,
}

/// Returns `true` if the first 8 KiB contain a NUL byte and the bytes are neither UTF-16 nor
/// UTF-32.
pub(crate) fn is_binary(bytes: &[u8]) -> bool {
    let prefix = bytes.get(..BINARY_PREFIX_BYTES).unwrap_or(bytes);
    TextEncoding::of_mark(bytes).is_none() && memchr::memchr(0, prefix).is_some()
}

/// Decodes bytes. Each maximal invalid sequence becomes one U+FFFD.
pub(crate) fn decode(bytes: Vec<u8>) -> Decoded {
    match String::from_utf8(bytes) {
        Ok(text) => Decoded {
            text,
            replaced: 0,
            encoding: TextEncoding::Utf8,
        },
        Err(error) => decode_lossily(error.as_bytes()),
    }
}

/// Like [`decode`], but takes borrowed bytes that are known to contain invalid UTF-8.
pub(crate) fn decode_lossily(bytes: &[u8]) -> Decoded {
    let encoding = TextEncoding::of(bytes);
    let content = bytes.get(encoding.mark_bytes()..).unwrap_or_default();
    let (text, replaced) = decode_as(encoding, content);
    Decoded {
        text,
        replaced,
        encoding,
    }
}

/// Decodes the bytes after a byte order mark. Returns the text and the number of replaced
/// sequences.
pub(crate) fn decode_as(encoding: TextEncoding, bytes: &[u8]) -> (String, u64) {
    match encoding {
        TextEncoding::Utf8 => from_utf8(bytes),
        TextEncoding::Utf16Le => from_utf16(bytes, u16::from_le_bytes),
        TextEncoding::Utf16Be => from_utf16(bytes, u16::from_be_bytes),
        TextEncoding::Utf32Le => from_utf32(bytes, u32::from_le_bytes),
        TextEncoding::Utf32Be => from_utf32(bytes, u32::from_be_bytes),
        TextEncoding::Latin1 => {
            let (text, _) = encoding_rs::WINDOWS_1252.decode_without_bom_handling(bytes);
            (text.into_owned(), 0)
        }
    }
}

/// Returns `true` if the bytes may be Latin-1: no byte over 127 is part of valid UTF-8, and each is
/// defined in code page 1252.
pub(crate) fn is_latin1(bytes: &[u8]) -> bool {
    let mut is_text = true;
    let mut chunks = bytes.utf8_chunks();
    let has_other = chunks.any(|chunk| {
        is_text &= chunk
            .invalid()
            .iter()
            .all(|&byte| byte >= 0xa0 || !matches!(byte, 0x81 | 0x8d | 0x8f | 0x90 | 0x9d));
        !is_text || !chunk.valid().is_ascii()
    });
    is_text && !has_other
}

/// Decodes UTF-16. An incomplete unit at the end is replaced too.
fn from_utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> (String, u64) {
    let (units, rest) = bytes.as_chunks::<2>();
    let mut replaced = 0;
    let mut text: String = char::decode_utf16(units.iter().map(|&bytes| unit(bytes)))
        .map(|decoded| {
            decoded.unwrap_or_else(|_| {
                replaced += 1;
                char::REPLACEMENT_CHARACTER
            })
        })
        .collect();
    if !rest.is_empty() {
        text.push(char::REPLACEMENT_CHARACTER);
        replaced += 1;
    }
    (text, replaced)
}

/// Decodes UTF-32. An incomplete unit at the end is replaced too.
fn from_utf32(bytes: &[u8], unit: fn([u8; 4]) -> u32) -> (String, u64) {
    let (units, rest) = bytes.as_chunks::<4>();
    let decoded = units.iter().map(|&bytes| char::from_u32(unit(bytes)));
    let mut replaced = 0;
    let text = decoded.chain((!rest.is_empty()).then_some(None)).map(|char| {
        char.unwrap_or_else(|| {
            replaced += 1;
            char::REPLACEMENT_CHARACTER
        })
    });
    (text.collect(), replaced)
}

fn from_utf8(bytes: &[u8]) -> (String, u64) {
    let mut text = String::with_capacity(bytes.len());
    let mut replaced = 0;
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        if !chunk.invalid().is_empty() {
            text.push(char::REPLACEMENT_CHARACTER);
            replaced += 1;
        }
    }
    (text, replaced)
}

impl Newlines {
    /// Returns the text with its newlines converted; borrowed if nothing changes.
    pub(crate) fn apply(self, text: &str) -> Cow<'_, str> {
        match self {
            Self::Universal if memchr::memchr(b'\r', text.as_bytes()).is_some() => {
                Cow::Owned(text.replace("\r\n", "\n").replace('\r', "\n"))
            }
            Self::AsTheyAre | Self::Universal => Cow::Borrowed(text),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn universal_newlines() {
        assert_eq!(Newlines::Universal.apply("a\r\nb\rc\n\r\r\n"), "a\nb\nc\n\n\n");
        assert_eq!(Newlines::AsTheyAre.apply("a\r\n"), "a\r\n");
    }

    #[test]
    fn nul_byte_near_the_start_means_binary() {
        assert!(is_binary(b"PK\x03\x04\0"));
        assert!(!is_binary(b""));
        let mut late = vec![b'a'; BINARY_PREFIX_BYTES];
        late.push(0);
        assert!(!is_binary(&late));
    }

    #[test]
    fn encodings() {
        let read = |bytes: &[u8]| {
            let Decoded {
                text,
                replaced,
                encoding,
            } = decode(bytes.to_vec());
            (text, replaced, encoding)
        };
        assert_eq!(
            read("\u{feff}größe".as_bytes()),
            ("\u{feff}größe".into(), 0, TextEncoding::Utf8)
        );
        assert_eq!(
            read(b"gr\xf6\xdfe, 5\x80"),
            ("größe, 5€".into(), 0, TextEncoding::Latin1)
        );
        assert_eq!(read(b"\xff\xfeg\0\xf6\0"), ("gö".into(), 0, TextEncoding::Utf16Le));
        assert_eq!(
            read(b"\xfe\xff\0g\0\xf6\xd8"),
            ("gö\u{fffd}".into(), 1, TextEncoding::Utf16Be)
        );
        assert_eq!(
            read(b"\xff\xfe\x3d\xd8x\0"),
            ("\u{fffd}x".into(), 1, TextEncoding::Utf16Le)
        );
        let utf32 = |bytes: fn(u32) -> [u8; 4], text: &str| {
            text.chars().flat_map(|char| bytes(char.into())).collect::<Vec<u8>>()
        };
        let text = "\u{feff}Größe 😀";
        assert_eq!(
            read(&utf32(u32::to_le_bytes, text)),
            ("Größe 😀".into(), 0, TextEncoding::Utf32Le)
        );
        assert_eq!(
            read(&utf32(u32::to_be_bytes, text)),
            ("Größe 😀".into(), 0, TextEncoding::Utf32Be)
        );
        assert_eq!(
            read(b"\xff\xfe\0\0a\0\0\0\0\xd8\0\0\0\0\x11\0b"),
            ("a\u{fffd}\u{fffd}\u{fffd}".into(), 3, TextEncoding::Utf32Le)
        );
        assert!(!is_binary(b"\0\0\xfe\xff\0\0\0a"));
        // One valid UTF-8 sequence shows that the text is damaged UTF-8, not Latin-1.
        assert_eq!(
            read(b"gr\xc3\xb6\xdfe \xff"),
            ("grö\u{fffd}e \u{fffd}".into(), 2, TextEncoding::Utf8)
        );
        assert_eq!(read(b"a\x81b"), ("a\u{fffd}b".into(), 1, TextEncoding::Utf8));
        assert!(!is_binary(b"\xff\xfea\0"));
    }

    proptest! {
        #[test]
        fn decodes_as_the_standard_library(mut bytes in prop::collection::vec(any::<u8>(), 0..64)) {
            // Ensures that the text is detected as UTF-8 and doesn't start with a byte order mark.
            bytes.splice(0..0, "xé".bytes());
            let Decoded { text, replaced, .. } = decode(bytes.clone());
            prop_assert_eq!(&text, &String::from_utf8_lossy(&bytes));
            let before = std::str::from_utf8(&bytes).map_or(0, |text| text.matches(char::REPLACEMENT_CHARACTER).count());
            if before > 0 || std::str::from_utf8(&bytes).is_ok() {
                prop_assert_eq!(replaced, 0);
            } else {
                prop_assert!(replaced > 0);
            }
        }
    }
}
