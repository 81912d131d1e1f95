//! Texts of a program as they may be shown: a terminal obeys nothing in them.

use std::borrow::Cow;

/// Tells whether a terminal would obey a character in the place of showing it, or show what follows in another order.
pub(crate) fn is_unshown(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

/// Returns a sentence in which what [is not shown](is_unshown) is written by its number.
pub(crate) fn escaped(sentence: String) -> String {
    if !sentence.contains(is_unshown) {
        return sentence;
    }
    let mut shown = String::with_capacity(sentence.len());
    for c in sentence.chars() {
        match is_unshown(c) {
            true => shown.extend(c.escape_unicode()),
            false => shown.push(c),
        }
    }
    shown
}

/// Returns a source in which what [is not shown](is_unshown) is blank, with as many bytes, so that places stay.
pub(crate) fn blanked(source: &str) -> Cow<'_, str> {
    let is_blank = |c: char| is_unshown(c) && !matches!(c, '\n' | '\r' | '\t');
    if !source.contains(is_blank) {
        return Cow::Borrowed(source);
    }
    let blank = |c: char| match c.len_utf8() {
        _ if !is_blank(c) => c,
        1 => ' ',
        2 => '\u{a0}',
        _ => '\u{2002}',
    };
    Cow::Owned(source.chars().map(blank).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Color, render_ariadne, render_plain};

    /// Clears a terminal, goes back to the line's beginning, and turns what follows around.
    const HOSTILE: &str = "if x == '\u{1b}[2J\u{9b}2J\u{8}\u{202e}'\n    print(1)\n";

    fn is_obeyed(text: &str) -> bool {
        text.chars().any(|c| c != '\n' && is_unshown(c))
    }

    #[test]
    fn nothing_that_a_terminal_obeys_is_shown() {
        for source in [
            HOSTILE,
            "\u{202a}",
            "\u{9b}2J",
            "x = \"\\N{LONG\0DASH}\"",
            "x = 1 # \u{1b}c\ny = (\u{1b}c",
        ] {
            let diagnostics = crate::parse(source).diagnostics;
            assert!(!diagnostics.is_empty(), "{source:?}");
            assert!(
                diagnostics.iter().all(|diagnostic| !is_obeyed(&diagnostic.message)),
                "{diagnostics:?}"
            );
            for shown in [
                render_plain(source, &diagnostics),
                render_ariadne(source, &diagnostics, Color::Never),
            ] {
                assert!(!is_obeyed(&shown), "{shown:?}");
            }
        }
    }

    #[test]
    fn a_line_that_can_not_be_shown_is_not_to_be_written_either() {
        let shown = render_plain(HOSTILE, &crate::parse(HOSTILE).diagnostics);
        assert!(shown.contains("if x == '") && !shown.contains("write: "), "{shown:?}");
    }

    #[test]
    fn places_stay_where_they_are() {
        let shown = blanked(HOSTILE);
        assert!(
            shown
                .char_indices()
                .map(|(at, _)| at)
                .eq(HOSTILE.char_indices().map(|(at, _)| at))
        );
        assert_eq!(shown.len(), HOSTILE.len());
        assert!(matches!(blanked("x = 'ü'\t\r\n"), Cow::Borrowed(_)));
    }
}
