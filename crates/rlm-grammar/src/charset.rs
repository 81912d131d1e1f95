//! Sets of characters, used in grammars.

use std::ops::RangeInclusive;

const ASCII: RangeInclusive<char> = '\0'..='\u{7f}';

/// A set of characters: ranges, and optionally the non-ASCII characters of identifiers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CharSet {
    /// The ranges, in ascending order and not adjacent.
    ranges: Vec<(char, char)>,
    /// The class of non-ASCII identifier characters in the set, or `None`.
    wide: Option<Wide>,
}

/// A Unicode class of non-ASCII identifier characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wide {
    /// Characters that can start an identifier (`XID_Start`).
    Start,
    /// Characters that can continue an identifier (`XID_Continue`).
    Continue,
}

impl Wide {
    /// Returns `true` if the class contains the character. It never contains ASCII.
    #[must_use]
    pub fn contains(self, c: char) -> bool {
        !c.is_ascii()
            && match self {
                Self::Start => unicode_ident::is_xid_start(c),
                Self::Continue => unicode_ident::is_xid_continue(c),
            }
    }

    /// Returns the name of the Unicode property.
    #[must_use]
    pub const fn property(self) -> &'static str {
        match self {
            Self::Start => "XID_Start",
            Self::Continue => "XID_Continue",
        }
    }

    /// Returns the ranges of the class that have at least `least` characters or start below U+0600.
    #[must_use]
    pub fn ranges(self, least: u32) -> Vec<(char, char)> {
        let all = ranges_of('\u{80}'..=char::MAX, |c| self.contains(c));
        all.into_iter()
            .filter(|(first, last)| *first < '\u{600}' || u32::from(*last) - u32::from(*first) >= least - 1)
            .collect()
    }
}

impl CharSet {
    /// Creates a set of ranges, which must be in ascending order.
    pub(crate) fn of(ranges: &[(char, char)]) -> Self {
        Self {
            ranges: ranges.to_vec(),
            wide: None,
        }
    }

    /// Creates the set of all characters except `excluded` and the ASCII control characters other
    /// than tab.
    pub(crate) fn all_but(excluded: &str) -> Self {
        Self::beyond_ascii_and(|c| !is_control(c) && !excluded.contains(c))
    }

    /// Returns the set with the line feed added.
    pub(crate) fn and_newline(&self) -> Self {
        Self::beyond_ascii_and(|c| c == '\n' || self.contains(c))
    }

    /// Creates the set of all non-ASCII characters and the ASCII ones that satisfy a predicate.
    fn beyond_ascii_and(holds: impl Fn(char) -> bool) -> Self {
        let mut ranges = ranges_of(ASCII, holds);
        ranges.push(('\u{80}', char::MAX));
        Self { ranges, wide: None }
    }

    /// Creates the set of characters that start or continue an identifier, without the excluded
    /// ones.
    pub(crate) fn of_names(wide: Wide, excluded: &str) -> Self {
        let ascii = |c: char| c.is_ascii_alphabetic() || c == '_' || (wide == Wide::Continue && c.is_ascii_digit());
        Self {
            ranges: ranges_of(ASCII, |c| ascii(c) && !excluded.contains(c)),
            wide: Some(wide),
        }
    }

    /// Returns the ranges, in ascending order.
    #[must_use]
    pub fn ranges(&self) -> &[(char, char)] {
        &self.ranges
    }

    /// Returns the class of non-ASCII identifier characters in the set, if any.
    #[must_use]
    pub const fn wide(&self) -> Option<Wide> {
        self.wide
    }

    /// Returns `true` if the set contains the character.
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

    /// Returns the ranges of the complement if the set contains all non-ASCII characters. A negated
    /// class is shorter in that case.
    #[must_use]
    pub fn left_out(&self) -> Option<Vec<(char, char)>> {
        let reaches_end = self.ranges.last().is_some_and(|(_, last)| *last == char::MAX);
        reaches_end.then(|| ranges_of(ASCII, |c| !self.contains(c)))
    }
}

const fn is_control(c: char) -> bool {
    c.is_ascii_control() && c != '\t'
}

/// Returns the ranges of the characters that satisfy a predicate.
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
