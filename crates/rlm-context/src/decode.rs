//! From bytes to text: always to some text, and with a count of what had to be replaced.

use std::borrow::Cow;

/// What becomes of `\r\n` and `\r`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Newlines {
    /// They stay.
    #[default]
    AsTheyAre,
    /// Each becomes `\n`, as in a file that Python opens as text.
    Universal,
}

/// How far into a file a NUL byte makes it binary.
const BINARY_PREFIX_BYTES: usize = 8 * 1024;

/// Tells whether bytes are no text: whether there is a NUL in the first 8 KiB.
pub(crate) fn is_binary(bytes: &[u8]) -> bool {
    let prefix = bytes.get(..BINARY_PREFIX_BYTES).unwrap_or(bytes);
    memchr::memchr(0, prefix).is_some()
}

/// Decodes UTF-8, with U+FFFD for each maximal sequence that is not; returns how many there were.
pub(crate) fn decode(bytes: Vec<u8>) -> (String, u64) {
    match String::from_utf8(bytes) {
        Ok(text) => (text, 0),
        Err(error) => decode_lossily(error.as_bytes()),
    }
}

/// As [`decode`], from borrowed bytes.
pub(crate) fn decode_lossily(bytes: &[u8]) -> (String, u64) {
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
    /// Returns the text with its newlines as they shall be; borrowed if it needs no change.
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
    fn binary_is_a_nul_near_the_beginning() {
        assert!(is_binary(b"PK\x03\x04\0"));
        assert!(!is_binary(b""));
        let mut late = vec![b'a'; BINARY_PREFIX_BYTES];
        late.push(0);
        assert!(!is_binary(&late));
    }

    proptest! {
        #[test]
        fn decodes_as_the_standard_library(bytes in prop::collection::vec(any::<u8>(), 0..64)) {
            let (text, replaced) = decode(bytes.clone());
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
