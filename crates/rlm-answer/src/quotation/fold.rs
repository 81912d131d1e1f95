//! The normalization of quotations and texts for comparison. Differences that don't change the
//! words are ignored.

use std::ops::Range;

use memchr::memmem::Finder;

/// The cost of an attempted comparison, in addition to the compared bytes.
pub(super) const PLACE: usize = 16;

/// The maximum number of ignorable characters between two words of a text. A comparison that reads
/// more of them fails.
const LONGEST_GAP: usize = 1 << 10;

/// A quotation normalized for comparison. A run of whitespace is a single space, and dashes have no
/// spaces around them. Quotation marks and dashes have one form each.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Folded {
    chars: Vec<char>,
    /// The range of the anchor: the longest part of the quotation that any text containing it
    /// contains unchanged.
    anchor: Range<usize>,
}

/// Returns the normalized form of a character. Returns `None` if the character is invisible.
const fn folded(char: char) -> Option<char> {
    Some(match char {
        '\u{ad}' | '\u{200b}'..='\u{200d}' | '\u{2060}' | '\u{feff}' => return None,
        '‘' | '’' | '‚' | '‛' | 'ʼ' | '‹' | '›' | '`' | '´' => '\'',
        '“' | '”' | '„' | '‟' | '«' | '»' | '″' => '"',
        '‐' | '‑' | '‒' | '–' | '—' | '―' | '−' => '-',
        char if char.is_whitespace() => ' ',
        char => char,
    })
}

/// Returns `true` if a normalized character may occur in texts in another form, as spaces,
/// quotation marks and dashes do.
const fn varies(char: char) -> bool {
    matches!(char, ' ' | '\'' | '"' | '-')
}

impl Folded {
    /// Normalizes a quotation. Returns `None` if it has no searchable characters.
    pub(super) fn of(quote: &str) -> Option<Self> {
        let mut chars: Vec<char> = Vec::with_capacity(quote.len());
        for char in quote.chars().filter_map(folded) {
            match (char, chars.last()) {
                (' ', None | Some(' ' | '-')) => continue,
                ('-', Some(' ')) => _ = chars.pop(),
                _ => {}
            }
            chars.push(char);
        }
        if chars.last() == Some(&' ') {
            chars.pop();
        }
        let (mut anchor, mut at) = (0..0, 0);
        for stretch in chars.split(|char| varies(*char)) {
            if stretch.len() > anchor.len() {
                anchor = at..at + stretch.len();
            }
            at += stretch.len() + 1;
        }
        (!anchor.is_empty()).then_some(Self { chars, anchor })
    }

    /// Returns the anchor of the quotation, which is its longest part that must occur unchanged in
    /// a text.
    pub(super) fn anchor(&self) -> String {
        self.chars.get(self.anchor.clone()).unwrap_or_default().iter().collect()
    }

    /// Compares the quotation with a text around an occurrence of its anchor. Returns the byte
    /// range of the quotation in the text, if it matches, and the number of bytes that were read.
    fn around(&self, text: &str, anchor: Range<usize>) -> (Option<Range<usize>>, usize) {
        let (before, after) = (text.get(..anchor.start), text.get(anchor.end..));
        let (Some(before), Some(after)) = (before, after) else {
            return (None, 0);
        };
        let chars = |range: Range<usize>| self.chars.get(range).unwrap_or_default().iter().copied();
        let (behind, read_after) = consumed(after.chars(), chars(self.anchor.end..self.chars.len()));
        let Some(behind) = behind else {
            return (None, read_after);
        };
        let (ahead, read_before) = consumed(before.chars().rev(), chars(0..self.anchor.start).rev());
        let range = ahead.map(|ahead| anchor.start - ahead..anchor.end + behind);
        (range, read_after.saturating_add(read_before))
    }

    /// Returns the byte range of the first occurrence of the quotation whose anchor is in a window
    /// of a text. Subtracts the compared bytes from `left`, plus [`PLACE`] for each occurrence of
    /// the anchor. Returns `None` once `left` is zero.
    pub(super) fn find(
        &self,
        anchor: &Finder,
        text: &str,
        window: Range<usize>,
        left: &mut usize,
    ) -> Option<Range<usize>> {
        let len = anchor.needle().len();
        let mut from = window.start;
        while *left > 0
            && let Some(at) = text.as_bytes().get(from..window.end).and_then(|rest| anchor.find(rest))
        {
            let start = from + at;
            let (range, read) = self.around(text, start..start + len);
            *left = left.saturating_sub(read.saturating_add(PLACE));
            if range.is_some() {
                return range;
            }
            // Occurrences may overlap: `xx"` is in `xxx"`, but not around the first `xx`.
            from = start + 1;
        }
        None
    }

    /// Returns `true` if a text contains the quotation. Returns `false` if a limit of compared
    /// bytes is reached before it is found.
    pub(super) fn stands_in(&self, text: &str, mut compared: usize) -> bool {
        let anchor = self.anchor();
        self.find(&Finder::new(&anchor), text, 0..text.len(), &mut compared)
            .is_some()
    }
}

/// Matches characters against a normalized pattern. Returns the number of bytes that match, or
/// `None` on a mismatch, and the number of bytes that were read.
fn consumed(chars: impl Iterator<Item = char>, pattern: impl Iterator<Item = char>) -> (Option<usize>, usize) {
    let mut chars = chars.peekable();
    let mut bytes = 0;
    let mut last = None;
    for wanted in pattern {
        let may_stand_apart = wanted == '-' || last == Some('-');
        last = Some(wanted);
        if wanted != ' '
            && let Some(char) = chars.next_if_eq(&wanted)
        {
            bytes += char.len_utf8();
            continue;
        }
        let mut gap = 0;
        let mut is_met = false;
        while let Some(char) = chars.next_if(|char| match folded(*char) {
            None => true,
            Some(' ') => wanted == ' ' || may_stand_apart,
            Some(_) => false,
        }) {
            bytes += char.len_utf8();
            gap += 1;
            is_met |= folded(char).is_some();
            if gap > LONGEST_GAP {
                return (None, bytes);
            }
        }
        if wanted == ' ' {
            if !is_met {
                return (None, bytes);
            }
            continue;
        }
        match chars.next_if(|char| folded(*char) == Some(wanted)) {
            Some(char) => bytes += char.len_utf8(),
            None => return (None, bytes),
        }
    }
    (Some(bytes), bytes)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn quote_with_self_overlapping_anchor_is_found() {
        let folded = Folded::of("xx\"").unwrap();
        assert!(folded.stands_in("xxx\"x", usize::MAX));
        assert!(!folded.stands_in("xxx\"x", 1), "a search that may compare no more");
    }

    proptest! {
        #[test]
        fn quote_is_found_in_every_spelling_variant(
            words in proptest::collection::vec("[a-zé'\"-]{1,6}", 1..6),
            forms in proptest::collection::vec(0_usize..4, 60),
            around in "[x .]{0,5}",
        ) {
            let quote = words.join(" ");
            let mut forms = forms.into_iter().cycle();
            let letters = |text: &str| text.chars().any(char::is_alphabetic);
            let mut form = |of: [&str; 4]| forms.next().and_then(|form| of.get(form).copied()).unwrap_or_default().to_owned();
            let changed: String = quote.chars().map(|char| match char {
                ' ' => form([" ", "\n  ", "\u{a0}", "\t"]),
                '\'' => form(["'", "’", "‘", "´"]),
                '"' => form(["\"", "“", "”", "»"]),
                '-' => form(["-", "– ", " —", "\u{ad}-"]),
                char => char.to_string(),
            }).collect();
            let text = format!("{around}{changed}{around}");
            let Some(folded) = Folded::of(&quote) else { return Ok(()) };
            prop_assert!(folded.stands_in(&text, usize::MAX), "{quote:?} in {text:?}");
            prop_assert!(letters(&quote));
            prop_assert!(!folded.stands_in(&text.replace(char::is_alphabetic, "§"), usize::MAX), "{quote:?}");
        }
    }
}
