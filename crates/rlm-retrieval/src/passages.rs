//! Splits documents into passages.

use std::ops::Range;

/// The maximum length of a passage, in code points.
const MAX_CHARS: usize = 2_000;
/// The minimum length of a passage, in code points, at which the search for a boundary begins.
const MIN_CHARS: usize = 1_000;

/// An iterator that splits a text into passages from left to right. Passages are disjoint byte
/// ranges of at most 2,000 characters, separated by white space.
#[derive(Debug, Clone)]
pub(crate) struct Passages<'t> {
    text: &'t str,
    from: usize,
}

impl Passages<'_> {
    /// Splits the text from a byte offset on: 0, or the [`position`](Self::position) of an earlier
    /// iterator.
    pub(crate) const fn after(text: &str, from: usize) -> Passages<'_> {
        Passages { text, from }
    }

    /// Returns the offset at which the next passage is searched for.
    pub(crate) const fn position(&self) -> usize {
        self.from
    }
}

impl Iterator for Passages<'_> {
    type Item = Range<usize>;

    fn next(&mut self) -> Option<Range<usize>> {
        let rest = self.text.get(self.from..)?;
        let inked = rest.find(|c: char| !c.is_whitespace())?;
        // Indentation is part of the first line of a passage.
        let blank = rest.get(..inked)?.rfind('\n').map_or(0, |newline| newline + 1);
        // Very deep indentation is dropped.
        let blank = if inked - blank > MIN_CHARS { inked } else { blank };
        let start = self.from + blank;
        let end = start + cut(self.text.get(start..)?);
        self.from = end;
        let kept = self.text.get(start..end)?.trim_end().len();
        Some(start..start + kept)
    }
}

/// Returns the end of a text's first passage: after a paragraph, otherwise a line, a sentence or a
/// word.
fn cut(text: &str) -> usize {
    let byte_of = |chars: usize| {
        let mut left = text.chars();
        left.nth(chars - 1).map(|_| text.len() - left.as_str().len())
    };
    let Some(most) = byte_of(MAX_CHARS).filter(|most| *most < text.len()) else {
        return text.len();
    };
    let least = byte_of(MIN_CHARS).unwrap_or(most);
    let Some(window) = text.get(least..most) else {
        return most;
    };
    let after = |separator: &str| window.rfind(separator).map(|at| at + separator.len());
    let sentence = || {
        let marks = ['.', '!', '?', '。', '！', '？', '؟', '।'];
        let ends = window.rmatch_indices(marks).find(|(at, mark)| {
            let next = window.get(at + mark.len()..).and_then(|rest| rest.chars().next());
            mark.len() > 1 || next.is_some_and(char::is_whitespace)
        });
        ends.map(|(at, mark)| at + mark.len())
    };
    let word = || window.rfind(char::is_whitespace);
    let at = after("\n\n")
        .or_else(|| after("\n\r\n"))
        .or_else(|| after("\n"))
        .or_else(sentence)
        .or_else(word);
    match at {
        Some(at) => least + at,
        None => most,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn cut_all(text: &str) -> Vec<&str> {
        Passages::after(text, 0).filter_map(|range| text.get(range)).collect()
    }

    #[test]
    fn a_short_text_is_one_passage() {
        assert_eq!(cut_all("\n\n  one\ntwo \n"), ["  one\ntwo"]);
        assert_eq!(cut_all(" \n "), Vec::<&str>::new());
    }

    #[test]
    fn passages_keep_paragraphs_whole() {
        let paragraph = |letter: &str| letter.repeat(700);
        let text = [paragraph("a"), paragraph("b"), paragraph("c")].join("\n\n");
        let both = [paragraph("a"), paragraph("b")].join("\n\n");
        assert_eq!(cut_all(&text), [both, paragraph("c")]);
    }

    #[test]
    fn text_without_whitespace_is_split_between_code_points() {
        let text = "水".repeat(4_100);
        let lengths: Vec<usize> = cut_all(&text).iter().map(|cut| cut.chars().count()).collect();
        assert_eq!(lengths, [2_000, 2_000, 100]);
    }

    proptest! {
        #[test]
        fn passages_omit_only_whitespace(text in "(\\PC|[ \n\r\t]|[ -~]{0,300}){0,60}") {
            let mut from = 0;
            let part = |start: usize, end: usize| text.get(start..end).ok_or(TestCaseError::fail("within a code point"));
            for range in Passages::after(&text, 0) {
                prop_assert!(part(from, range.start)?.trim().is_empty());
                prop_assert!(!part(range.start, range.end)?.trim().is_empty());
                prop_assert!(part(range.start, range.end)?.chars().count() <= MAX_CHARS);
                from = range.end;
            }
            prop_assert!(part(from, text.len())?.trim().is_empty());
        }
    }
}
