//! Prepares untrusted text for a terminal: escapes control characters, and measures widths in
//! columns.

use std::borrow::Cow;
use std::ops::Range;

use sift_text::{escaped, is_terminal_control};
use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

/// The blanks that replace a tab.
const TAB: &str = "    ";

/// Returns a text with control characters made visible and tabs replaced by blanks. Line ends stay.
/// Characters that change the text direction are escaped too, since they can make a line look like
/// another.
pub(crate) fn visible(text: &str) -> Cow<'_, str> {
    let shown = escaped(text, |char| is_terminal_control(char) && !matches!(char, '\n' | '\t'));
    match shown.contains('\t') {
        true => Cow::Owned(shown.replace('\t', TAB)),
        false => shown,
    }
}

/// Returns a text as one line that is safe to display.
pub(crate) fn one_line(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    visible(&words.join(" ")).into_owned()
}

/// Returns the beginning of a text as one line. Reads no more of a long text than can be shown.
pub(crate) fn beginning(text: &str) -> String {
    const LOOKED_AT: usize = 400;
    let end = text.char_indices().nth(LOOKED_AT).map_or(text.len(), |(at, _)| at);
    one_line(text.get(..end).unwrap_or(text))
}

/// Returns the width of a text in columns.
pub(crate) fn columns(text: &str) -> usize {
    text.width()
}

/// Returns the beginning of a line that fits `most` columns, with an ellipsis if it was cut.
pub(crate) fn fitted(line: &str, most: usize) -> Cow<'_, str> {
    if line.len() <= most || columns(line) <= most {
        return Cow::Borrowed(line);
    }
    let mut used = 0;
    let mut end = 0;
    for (at, grapheme) in line.grapheme_indices(true) {
        used += columns(grapheme);
        if used + 1 > most {
            break;
        }
        end = at + grapheme.len();
    }
    let ellipsis = if most > 0 { "…" } else { "" };
    Cow::Owned(format!("{}{ellipsis}", line.get(..end).unwrap_or_default()))
}

/// Wraps a line into rows of at most `most` columns, between words if possible. Nothing is omitted:
/// the rows concatenate to the line. A blank after the last column belongs to its row, although it
/// is not visible.
pub(crate) fn wrapped(line: &str, most: usize) -> Vec<Range<usize>> {
    let most = most.max(2);
    if line.len() <= most {
        return std::iter::once(0..line.len()).collect();
    }
    let mut rows = Vec::new();
    let (mut start, mut used) = (0, 0);
    // The position after the last blank: the byte, and the columns up to it.
    let mut blank: Option<(usize, usize)> = None;
    // Whether the row ends with blanks after its last column. No further characters may follow
    // these, however narrow they are.
    let mut overhangs = false;
    for (at, grapheme) in line.grapheme_indices(true) {
        let width = columns(grapheme);
        if grapheme == " " && used == most {
            blank = Some((at + 1, used));
            overhangs = true;
            continue;
        }
        while (overhangs || used + width > most) && at > start {
            let (cut, kept) = match blank.take() {
                Some((behind, before)) if behind < at => (behind, used - before),
                _ => (at, 0),
            };
            rows.push(start..cut);
            (start, used) = (cut, kept);
            overhangs = false;
        }
        used += width;
        if grapheme == " " {
            blank = Some((at + 1, used));
        }
    }
    rows.push(start..line.len());
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(line: &str, most: usize) -> Vec<&str> {
        wrapped(line, most)
            .into_iter()
            .map(|row| line.get(row).unwrap())
            .collect()
    }

    #[test]
    fn control_characters_are_escaped() {
        assert_eq!(
            visible("a\tb\n\u{1b}[31mc\r\u{202e}d"),
            "a    b\n\\u{1b}[31mc\\u{d}\\u{202e}d"
        );
        assert_eq!(one_line(" a\n\tb \u{7}"), "a b \\u{7}");
    }

    #[test]
    fn lines_are_truncated_by_display_columns() {
        assert_eq!(fitted("größer", 6), "größer");
        assert_eq!(fitted("größeres", 6), "größe…");
        assert_eq!(fitted("日本語です", 6), "日本…");
        // A letter and its combining mark take one column.
        assert_eq!(fitted("e\u{301}e\u{301}e\u{301}", 3), "e\u{301}e\u{301}e\u{301}");
        assert_eq!(fitted("ab", 0), "");
    }

    #[test]
    fn wrapped_rows_break_between_words_and_keep_all_text() {
        assert_eq!(rows("where the words are", 10), ["where the ", "words are"]);
        assert_eq!(rows("日本語です", 4), ["日本", "語で", "す"]);
        assert_eq!(rows("abcdefgh", 3), ["abc", "def", "gh"]);
        assert_eq!(rows("", 3), [""]);
        // A jamo that has no width of its own.
        assert_eq!(rows("日日  \u{d7cb} ", 4), ["日日  ", "\u{d7cb} "]);
    }

    proptest::proptest! {
        #[test]
        fn wrapped_rows_concatenate_to_the_line_and_fit(line in "(\\PC| |日|e\u{301}){0,60}", most in 2_usize..20) {
            let rows = rows(&line, most);
            proptest::prop_assert_eq!(rows.concat(), line.clone());
            for row in rows {
                let graphemes = row.graphemes(true).count();
                proptest::prop_assert!(columns(row.trim_end()) <= most || graphemes == 1, "{row:?}");
            }
        }
    }
}
