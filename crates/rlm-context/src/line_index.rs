//! Maps byte offsets to lines. One mark per 16 KiB bounds how far a look-up scans.

pub(crate) const MARK_BYTES: usize = 16 * 1024;

/// The number of newlines before each 16 KiB block of a text, and in total.
#[derive(Debug)]
pub(crate) struct LineIndex {
    marks: Box<[u64]>,
    newlines: u64,
}

impl LineIndex {
    /// Builds the index in one pass over the text.
    pub(crate) fn build(text: &[u8]) -> Self {
        Self::of_counts(Self::count(text))
    }

    /// Counts the newlines in each 16 KiB block of a part of a text. The part must start at a block
    /// boundary.
    pub(crate) fn count(part: &[u8]) -> impl Iterator<Item = u32> + '_ {
        part.chunks(MARK_BYTES)
            .map(|block| u32::try_from(memchr::memchr_iter(b'\n', block).count()).unwrap_or(u32::MAX))
    }

    /// Builds the index from the counts of all blocks, in order.
    pub(crate) fn of_counts(counts: impl Iterator<Item = u32>) -> Self {
        let mut newlines = 0;
        let marks = counts.map(|count| {
            let before = newlines;
            newlines += u64::from(count);
            before
        });
        Self {
            marks: marks.collect(),
            newlines,
        }
    }

    /// Returns the number of newlines.
    pub(crate) const fn newlines(&self) -> u64 {
        self.newlines
    }

    /// Returns the number of newlines before offset `byte`, and the offset at which its line
    /// begins. Scans at most two blocks, however long the line is.
    pub(crate) fn line_of_byte(&self, text: &[u8], byte: usize) -> (u64, usize) {
        let block = |mark: usize, end: usize| text.get(mark * MARK_BYTES..end).unwrap_or_default();
        let mark = (byte / MARK_BYTES).min(self.marks.len().saturating_sub(1));
        let before = self.marks.get(mark).copied().unwrap_or(0);
        let here = block(mark, byte.min(text.len()));
        let newlines = before + memchr::memchr_iter(b'\n', here).count() as u64;
        let line_start = memchr::memrchr(b'\n', here).map(|at| mark * MARK_BYTES + at + 1);
        let line_start = line_start.or_else(|| {
            // The last newline is in the last block that has fewer before it.
            let mark = self.marks.partition_point(|&count| count < before).checked_sub(1)?;
            let end = ((mark + 1) * MARK_BYTES).min(text.len());
            memchr::memrchr(b'\n', block(mark, end)).map(|at| mark * MARK_BYTES + at + 1)
        });
        (newlines, line_start.unwrap_or(0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn line_index_agrees_with_counting(
            lines in prop::collection::vec(0_usize..50_000, 0..12),
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
