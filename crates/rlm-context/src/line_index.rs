//! From bytes to lines: one mark per 16 KiB, so that a look-up scans no more than that, and a line's beginning.

const MARK_BYTES: usize = 16 * 1024;

/// How many newlines come before each 16 KiB of a text.
#[derive(Debug)]
pub(crate) struct LineIndex(Box<[u64]>);

impl LineIndex {
    /// Reads the text once.
    pub(crate) fn build(text: &[u8]) -> Self {
        let mut newlines = 0;
        let marks = text.chunks(MARK_BYTES).map(|block| {
            let before = newlines;
            newlines += memchr::memchr_iter(b'\n', block).count() as u64;
            before
        });
        Self(marks.collect())
    }

    /// Returns how many newlines come before byte `byte`, and where the line that it stands in begins.
    pub(crate) fn line_of_byte(&self, text: &[u8], byte: usize) -> (u64, usize) {
        let mark = (byte / MARK_BYTES).min(self.0.len().saturating_sub(1));
        let before = self.0.get(mark).copied().unwrap_or(0);
        let block = text.get(mark * MARK_BYTES..byte).unwrap_or_default();
        let newlines = before + memchr::memchr_iter(b'\n', block).count() as u64;
        let line_start = memchr::memrchr(b'\n', text.get(..byte).unwrap_or(text)).map_or(0, |newline| newline + 1);
        (newlines, line_start)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn agrees_with_counting(
            lines in prop::collection::vec(0_usize..9_000, 0..12),
            shares in prop::collection::vec(0.0..1.0, 1..20),
        ) {
            let text: String = lines.into_iter().map(|len| "x".repeat(len) + "\n").collect();
            let index = LineIndex::build(text.as_bytes());
            let ends = [0, text.len()];
            for byte in shares.into_iter().map(|share| (text.len() as f64 * share) as usize).chain(ends) {
                let before = text.get(..byte).unwrap_or_default();
                let expected = (before.matches('\n').count() as u64, before.rfind('\n').map_or(0, |at| at + 1));
                prop_assert_eq!(index.line_of_byte(text.as_bytes(), byte), expected);
            }
        }
    }
}
