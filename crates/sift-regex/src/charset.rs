//! Sets of characters.

use std::fmt::Write as _;

use super::case::{CaseMode, cased_between, equivalents};
use sift_strings::methods::{is_alnum, is_decimal, is_space};

/// A predefined character class: digits, white space or word characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum CategoryKind {
    /// Decimal digits: `\d`.
    Digit,
    /// White space: `\s`.
    Space,
    /// Word characters: `\w`.
    Word,
}

/// A predefined character class such as `\d`, or its complement such as `\D`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Category {
    pub(super) kind: CategoryKind,
    pub(super) negated: bool,
    pub(super) ascii: bool,
}

impl Category {
    fn contains(self, char: char) -> bool {
        let inside = (char.is_ascii() || !self.ascii)
            && match self.kind {
                CategoryKind::Digit => is_decimal(char),
                CategoryKind::Space if self.ascii => matches!(char, '\t'..='\r' | ' '),
                CategoryKind::Space => is_space(char),
                CategoryKind::Word => is_word(char),
            };
        inside != self.negated
    }

    /// Returns the class in the syntax of the crate `regex`, for use inside brackets.
    fn to_regex(self) -> &'static str {
        match (self.kind, self.ascii, self.negated) {
            (CategoryKind::Digit, true, false) => "0-9",
            (CategoryKind::Digit, true, true) => "[^0-9]",
            (CategoryKind::Digit, false, false) => r"\p{Nd}",
            (CategoryKind::Digit, false, true) => r"\P{Nd}",
            (CategoryKind::Space, true, false) => r"\t-\r\x20",
            (CategoryKind::Space, true, true) => r"[^\t-\r\x20]",
            (CategoryKind::Space, false, false) => r"\s\x1c-\x1f",
            (CategoryKind::Space, false, true) => r"[^\s\x1c-\x1f]",
            (CategoryKind::Word, true, false) => "0-9A-Za-z_",
            (CategoryKind::Word, true, true) => "[^0-9A-Za-z_]",
            (CategoryKind::Word, false, false) => r"\p{L}\p{N}_",
            (CategoryKind::Word, false, true) => r"[^\p{L}\p{N}_]",
        }
    }
}

/// Returns `true` if `\w` and `\b` treat the character as a word character.
pub(super) fn is_word(char: char) -> bool {
    char == '_' || is_alnum(char)
}

/// A set of characters with a fast lookup for ASCII.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct CharSet {
    negated: bool,
    case: CaseMode,
    /// Sorted, non-adjacent ranges of code points. They may include surrogates, which occur in no
    /// text.
    ranges: Box<[(u32, u32)]>,
    categories: Box<[Category]>,
    /// A bitmap of the ASCII characters in the set, computed from the set's other fields.
    ascii: u128,
}

impl CharSet {
    /// Creates a set from the contents of a bracketed character class.
    pub(super) fn new(
        negated: bool,
        case: CaseMode,
        mut ranges: Vec<(u32, u32)>,
        mut categories: Vec<Category>,
    ) -> Self {
        ranges.sort_unstable();
        ranges.dedup_by(|next, before| {
            let touches = next.0 <= before.1.saturating_add(1);
            if touches {
                before.1 = before.1.max(next.1);
            }
            touches
        });
        categories.sort_unstable();
        categories.dedup();
        let mut set = Self {
            negated,
            case,
            ranges: ranges.into(),
            categories: categories.into(),
            ascii: 0,
        };
        set.ascii = (0..128_u8)
            .filter(|&byte| set.look_up(char::from(byte)))
            .fold(0, |bits, byte| bits | 1 << byte);
        set
    }

    /// Creates the set of a single predefined class, such as `\d` outside of brackets.
    pub(super) fn of_category(category: Category) -> Self {
        Self::new(false, CaseMode::Exact, Vec::new(), vec![category])
    }

    /// Returns `true` if the set contains the character.
    pub(super) fn contains(&self, char: char) -> bool {
        if char.is_ascii() {
            self.ascii >> u32::from(char) & 1 == 1
        } else {
            self.look_up(char)
        }
    }

    fn look_up(&self, char: char) -> bool {
        let inside = self.in_ranges(char)
            || self.categories.iter().any(|category| category.contains(char))
            || equivalents(self.case, char).iter().any(|&other| self.in_ranges(other));
        inside != self.negated
    }

    /// Returns `true` if all characters of the set are digits that `int` accepts.
    pub(super) fn holds_only_digits(&self) -> bool {
        let digit = |category: &Category| category.kind == CategoryKind::Digit && !category.negated;
        let (zero, nine) = (u32::from('0'), u32::from('9'));
        !self.negated
            && self.categories.iter().all(digit)
            && self.ranges.iter().all(|(start, end)| zero <= *start && *end <= nine)
    }

    /// Returns `true` if the set is a subset of `chars`.
    pub(super) fn holds_only(&self, chars: &[char]) -> bool {
        let within =
            |(start, end): &(u32, u32)| (*start..=*end).all(|code| chars.iter().any(|char| u32::from(*char) == code));
        !self.negated && self.categories.is_empty() && self.ranges.iter().all(within)
    }

    fn in_ranges(&self, char: char) -> bool {
        let code = u32::from(char);
        let after = self.ranges.partition_point(|&(start, _)| start <= code);
        after
            .checked_sub(1)
            .and_then(|at| self.ranges.get(at))
            .is_some_and(|&(_, end)| code <= end)
    }

    /// Returns the estimated number of automaton states for the set.
    pub(super) fn automaton_size(&self) -> u64 {
        const CATEGORY: u64 = 200;
        let categories = self.categories.iter().filter(|category| !category.ascii).count() as u64;
        let wide = self.ranges.iter().filter(|(_, end)| *end > 0x7f).count() as u64;
        let negated = if self.negated { 8 } else { 0 };
        categories
            .saturating_mul(CATEGORY)
            .saturating_add(wide.saturating_mul(3))
            .saturating_add(negated + 1)
    }

    /// Appends the set as a class in the syntax of the crate `regex`.
    pub(super) fn push_regex(&self, out: &mut String) {
        let open = out.len();
        out.push_str(if self.negated { "[^" } else { "[" });
        let empty = out.len();
        for category in &self.categories {
            out.push_str(category.to_regex());
        }
        for &(start, end) in &self.ranges {
            self.push_range(start, end, out);
        }
        if out.len() == empty {
            // The set is empty or contains only surrogates.
            out.truncate(open);
            out.push_str(if self.negated {
                r"[\x00-\u{10ffff}]"
            } else {
                r"[^\x00-\u{10ffff}]"
            });
        } else {
            out.push(']');
        }
    }

    fn push_range(&self, start: u32, end: u32, out: &mut String) {
        // Surrogates at the ends of a range are cut off.
        let start = (start..=end.min(start.saturating_add(0x800))).find_map(char::from_u32);
        let end = (0..=0x800)
            .filter_map(|back| end.checked_sub(back))
            .find_map(char::from_u32);
        let (Some(start), Some(end)) = (start, end) else { return };
        if start > end {
            return;
        }
        push_span(start, end, out);
        if self.case != CaseMode::Exact {
            for char in cased_between(self.case, start, end) {
                for &other in equivalents(self.case, char) {
                    if !(start..=end).contains(&other) {
                        push_span(other, other, out);
                    }
                }
            }
        }
    }
}

fn push_span(start: char, end: char, out: &mut String) {
    // Writing to a `String` can't fail.
    let _ = if start == end {
        write!(out, "\\x{{{:x}}}", u32::from(start))
    } else {
        write!(out, "\\x{{{:x}}}-\\x{{{:x}}}", u32::from(start), u32::from(end))
    };
}
