//! Sets of characters.

use std::ops::RangeInclusive;

const ASCII: RangeInclusive<char> = '\0'..='\u{7f}';

/// A set of characters: ranges, and of the characters beyond ASCII perhaps those that stand in names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CharSet {
    /// The ranges, ascending, none next to another.
    ranges: Vec<(char, char)>,
    /// The characters of names beyond ASCII.
    wide: Option<Wide>,
}

/// Which characters of names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wide {
    /// Those that a name can begin with (Unicode's `XID_Start`).
    Start,
    /// Those that can follow (Unicode's `XID_Continue`).
    Continue,
}

impl Wide {
    /// Says whether a character is one of them. Those of ASCII are not.
    #[must_use]
    pub fn contains(self, c: char) -> bool {
        !c.is_ascii()
            && match self {
                Self::Start => unicode_ident::is_xid_start(c),
                Self::Continue => unicode_ident::is_xid_continue(c),
            }
    }

    /// Returns the Unicode property's name.
    #[must_use]
    pub const fn property(self) -> &'static str {
        match self {
            Self::Start => "XID_Start",
            Self::Continue => "XID_Continue",
        }
    }

    /// Returns the ranges of its characters that have at least `least` of them, and all of those below U+0600.
    #[must_use]
    pub fn ranges(self, least: u32) -> Vec<(char, char)> {
        let all = ranges_of('\u{80}'..=char::MAX, |c| self.contains(c));
        all.into_iter()
            .filter(|(first, last)| *first < '\u{600}' || u32::from(*last) - u32::from(*first) >= least - 1)
            .collect()
    }
}

impl CharSet {
    /// The characters of some ranges, which stand in order.
    pub(crate) fn of(ranges: &[(char, char)]) -> Self {
        Self {
            ranges: ranges.to_vec(),
            wide: None,
        }
    }

    /// All characters but these, and but the control characters of ASCII other than the tab.
    pub(crate) fn all_but(excluded: &str) -> Self {
        Self::beyond_ascii_and(|c| !is_control(c) && !excluded.contains(c))
    }

    /// The same characters, and the line feed.
    pub(crate) fn and_newline(&self) -> Self {
        Self::beyond_ascii_and(|c| c == '\n' || self.contains(c))
    }

    /// All characters beyond ASCII, and some of ASCII.
    fn beyond_ascii_and(holds: impl Fn(char) -> bool) -> Self {
        let mut ranges = ranges_of(ASCII, holds);
        ranges.push(('\u{80}', char::MAX));
        Self { ranges, wide: None }
    }

    /// What a name can begin or go on with, but none of these characters.
    pub(crate) fn of_names(wide: Wide, excluded: &str) -> Self {
        let ascii = |c: char| c.is_ascii_alphabetic() || c == '_' || (wide == Wide::Continue && c.is_ascii_digit());
        Self {
            ranges: ranges_of(ASCII, |c| ascii(c) && !excluded.contains(c)),
            wide: Some(wide),
        }
    }

    /// Returns the ranges.
    #[must_use]
    pub fn ranges(&self) -> &[(char, char)] {
        &self.ranges
    }

    /// Returns which characters of names it holds beside the ranges.
    #[must_use]
    pub const fn wide(&self) -> Option<Wide> {
        self.wide
    }

    /// Says whether a character is in the set.
    #[must_use]
    pub fn contains(&self, c: char) -> bool {
        let found = self.ranges.binary_search_by(|(first, last)| {
            if c < *first {
                std::cmp::Ordering::Greater
            } else if c > *last {
                std::cmp::Ordering::Less
            } else {
                std::cmp::Ordering::Equal
            }
        });
        found.is_ok() || self.wide.is_some_and(|wide| wide.contains(c))
    }

    /// Returns the ranges of what is not in it, if it holds all that is beyond ASCII, so that it is shorter to
    /// say what is left out.
    #[must_use]
    pub fn left_out(&self) -> Option<Vec<(char, char)>> {
        let reaches_end = self.ranges.last().is_some_and(|(_, last)| *last == char::MAX);
        reaches_end.then(|| ranges_of(ASCII, |c| !self.contains(c)))
    }
}

const fn is_control(c: char) -> bool {
    c.is_ascii_control() && c != '\t'
}

/// Returns the ranges of those characters for which a function says yes.
fn ranges_of(characters: RangeInclusive<char>, holds: impl Fn(char) -> bool) -> Vec<(char, char)> {
    let mut ranges: Vec<(char, char)> = Vec::new();
    let mut open: Option<(char, char)> = None;
    for c in characters {
        match (&mut open, holds(c)) {
            (Some((_, last)), true) => *last = c,
            (None, true) => open = Some((c, c)),
            (Some(range), false) => {
                ranges.push(*range);
                open = None;
            }
            (None, false) => {}
        }
    }
    ranges.extend(open);
    ranges
}
