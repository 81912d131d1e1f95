//! Character classes with Python's meaning, based on the tables of `regex-syntax` and the standard
//! library.

use std::sync::LazyLock;

use regex_syntax::hir::{Class, HirKind};

use super::unicode_tables::{CASE_FOLD, DIGIT_NOT_DECIMAL, NUMERIC_LETTERS, TITLE_CASE};

/// A set of characters as sorted, non-adjacent ranges.
struct CharRanges(Vec<(char, char)>);

impl CharRanges {
    /// Creates the set of characters that a regex class matches, such as `\p{L}`.
    fn of_pattern(pattern: &str) -> Self {
        let class = regex_syntax::parse(pattern).map(regex_syntax::hir::Hir::into_kind);
        match class {
            Ok(HirKind::Class(Class::Unicode(class))) => Self(
                class
                    .ranges()
                    .iter()
                    .map(|range| (range.start(), range.end()))
                    .collect(),
            ),
            // Unreachable: the patterns are constants in this file, and a test checks a member of
            // each class.
            _ => Self(Vec::new()),
        }
    }

    fn range_of(&self, char: char) -> Option<(char, char)> {
        range_of(&self.0, char)
    }

    fn contains(&self, char: char) -> bool {
        self.range_of(char).is_some()
    }
}

fn range_of(ranges: &[(char, char)], char: char) -> Option<(char, char)> {
    let after = ranges.partition_point(|&(start, _)| start <= char);
    let &(start, end) = ranges.get(after.checked_sub(1)?)?;
    (char <= end).then_some((start, end))
}

static LETTERS: LazyLock<CharRanges> = LazyLock::new(|| CharRanges::of_pattern(r"\p{L}"));
static NUMBERS: LazyLock<CharRanges> = LazyLock::new(|| CharRanges::of_pattern(r"\p{N}"));
static DECIMALS: LazyLock<CharRanges> = LazyLock::new(|| CharRanges::of_pattern(r"\p{Nd}"));
static UNPRINTABLE: LazyLock<CharRanges> = LazyLock::new(|| CharRanges::of_pattern(r"[\p{C}\p{Z}]"));
static TITLE_CASED: LazyLock<CharRanges> = LazyLock::new(|| CharRanges::of_pattern(r"\p{Lt}"));
static CASED: LazyLock<CharRanges> = LazyLock::new(|| CharRanges::of_pattern(r"\p{Cased}"));
static CASE_IGNORABLE: LazyLock<CharRanges> = LazyLock::new(|| CharRanges::of_pattern(r"\p{Case_Ignorable}"));
static IDENTIFIER_START: LazyLock<CharRanges> = LazyLock::new(|| CharRanges::of_pattern(r"[\p{XID_Start}_]"));
static IDENTIFIER_CONTINUE: LazyLock<CharRanges> = LazyLock::new(|| CharRanges::of_pattern(r"\p{XID_Continue}"));

/// Returns `true` if Python's `isspace`, `strip`, `split` and `\s` treat the character as white
/// space.
///
/// In addition to Unicode's White_Space, these are the four information separators `\x1c` to
/// `\x1f`.
///
/// ```
/// use sift_strings::methods::is_space;
///
/// assert!(is_space('\x1c') && !is_space('\u{200b}'));
/// ```
#[must_use]
pub const fn is_space(char: char) -> bool {
    matches!(
        char,
        '\t'..='\r' | '\x1c'..=' ' | '\u{85}' | '\u{a0}' | '\u{1680}' | '\u{2000}'..='\u{200a}' | '\u{2028}'
            | '\u{2029}' | '\u{202f}' | '\u{205f}' | '\u{3000}'
    )
}

/// Returns `true` if `splitlines` ends a line at the character.
///
/// ```
/// use sift_strings::methods::is_line_boundary;
///
/// assert!(is_line_boundary('\u{2028}') && !is_line_boundary('\t'));
/// ```
#[must_use]
pub const fn is_line_boundary(char: char) -> bool {
    matches!(char, '\n'..='\r' | '\x1c'..='\x1e' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

/// Returns `true` if the character is a letter (general categories L*).
///
/// ```
/// use sift_strings::methods::is_alpha;
///
/// assert!(is_alpha('ß') && !is_alpha('Ⅷ'));
/// ```
#[must_use]
pub fn is_alpha(char: char) -> bool {
    if char.is_ascii() {
        char.is_ascii_alphabetic()
    } else {
        LETTERS.contains(char)
    }
}

/// Returns `true` if the character is a letter or numeric: the meaning of Python's `isalnum`, and
/// of `\w` without `_`.
///
/// ```
/// use sift_strings::methods::is_alnum;
///
/// assert!(is_alnum('½') && !is_alnum('_'));
/// ```
#[must_use]
pub fn is_alnum(char: char) -> bool {
    if char.is_ascii() {
        char.is_ascii_alphanumeric()
    } else {
        LETTERS.contains(char) || NUMBERS.contains(char)
    }
}

/// Returns the value of a decimal digit of any script; `None` for other characters.
///
/// ```
/// use sift_strings::methods::decimal_value;
///
/// assert_eq!((decimal_value('٣'), decimal_value('²')), (Some(3), None));
/// ```
#[must_use]
pub fn decimal_value(char: char) -> Option<u8> {
    if char.is_ascii() {
        return char.to_digit(10).and_then(|digit| u8::try_from(digit).ok());
    }
    // Every range of decimal digits consists of whole runs from zero to nine.
    let (start, _) = DECIMALS.range_of(char)?;
    u8::try_from((u32::from(char).saturating_sub(u32::from(start))) % 10).ok()
}

/// Returns `true` if the character is a decimal digit of any script (general category Nd).
///
/// ```
/// use sift_strings::methods::is_decimal;
///
/// assert!(is_decimal('٣') && !is_decimal('²'));
/// ```
#[must_use]
pub fn is_decimal(char: char) -> bool {
    if char.is_ascii() {
        char.is_ascii_digit()
    } else {
        DECIMALS.contains(char)
    }
}

/// Returns `true` if the character is a digit, including superscripts and similar characters.
///
/// ```
/// use sift_strings::methods::is_digit;
///
/// assert!(is_digit('²') && !is_digit('½'));
/// ```
#[must_use]
pub fn is_digit(char: char) -> bool {
    is_decimal(char) || range_of(DIGIT_NOT_DECIMAL, char).is_some()
}

/// Returns `true` if the character is numeric, including fractions and Han numerals.
///
/// ```
/// use sift_strings::methods::is_numeric;
///
/// assert!(is_numeric('½') && !is_numeric('a'));
/// ```
#[must_use]
pub fn is_numeric(char: char) -> bool {
    if char.is_ascii() {
        char.is_ascii_digit()
    } else {
        NUMBERS.contains(char) || range_of(NUMERIC_LETTERS, char).is_some()
    }
}

/// Returns `true` if the character is printable, so that `repr` doesn't escape it.
///
/// ```
/// use sift_strings::methods::is_printable;
///
/// assert!(is_printable('ß') && !is_printable('\u{200b}'));
/// ```
#[must_use]
pub fn is_printable(char: char) -> bool {
    if char.is_ascii() {
        matches!(char, ' '..='~')
    } else {
        !UNPRINTABLE.contains(char)
    }
}

/// Returns `true` if the character is in title case, such as `ǅ`.
///
/// ```
/// use sift_strings::methods::is_title_cased;
///
/// assert!(is_title_cased('ǅ') && !is_title_cased('A'));
/// ```
#[must_use]
pub fn is_title_cased(char: char) -> bool {
    !char.is_ascii() && TITLE_CASED.contains(char)
}

/// Returns `true` if the character has a case: upper, lower or title.
#[must_use]
pub(super) fn is_cased(char: char) -> bool {
    if char.is_ascii() {
        char.is_ascii_alphabetic()
    } else {
        CASED.contains(char)
    }
}

/// Returns `true` if casing rules skip the character when they look for a neighbouring letter.
#[must_use]
pub(super) fn is_case_ignorable(char: char) -> bool {
    CASE_IGNORABLE.contains(char)
}

/// Returns `true` if an identifier may start with the character.
///
/// ```
/// use sift_strings::methods::is_identifier_start;
///
/// assert!(is_identifier_start('_') && !is_identifier_start('2'));
/// ```
#[must_use]
pub fn is_identifier_start(char: char) -> bool {
    if char.is_ascii() {
        char.is_ascii_alphabetic() || char == '_'
    } else {
        IDENTIFIER_START.contains(char)
    }
}

/// Returns `true` if an identifier may contain the character anywhere after its first character.
///
/// ```
/// use sift_strings::methods::is_identifier_continue;
///
/// assert!(is_identifier_continue('2') && !is_identifier_continue('-'));
/// ```
#[must_use]
pub fn is_identifier_continue(char: char) -> bool {
    if char.is_ascii() {
        char.is_ascii_alphanumeric() || char == '_'
    } else {
        IDENTIFIER_CONTINUE.contains(char)
    }
}

/// Appends the full title-case mapping of the character.
pub(super) fn push_title(char: char, out: &mut String) {
    match mapped(TITLE_CASE, char) {
        Some(title) => out.push_str(title),
        None => out.extend(char.to_uppercase()),
    }
}

/// Appends the full case folding of the character.
pub(super) fn push_folded(char: char, out: &mut String) {
    match mapped(CASE_FOLD, char) {
        Some(folded) => out.push_str(folded),
        None => out.extend(char.to_lowercase()),
    }
}

fn mapped(table: &'static [(char, &'static str)], char: char) -> Option<&'static str> {
    if char.is_ascii() {
        return None;
    }
    let at = table.binary_search_by_key(&char, |&(from, _)| from).ok()?;
    table.get(at).map(|&(_, to)| to)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn character_classes_contain_expected_members() {
        assert!(is_alpha('é') && is_alpha('中') && !is_alpha('\u{301}'));
        assert!(is_alnum('½') && is_alnum('٣') && !is_alnum('_'));
        assert!(is_numeric('十') && is_digit('²') && !is_decimal('²'));
        assert!(is_title_cased('ǅ') && is_cased('ª') && is_case_ignorable('\''));
        assert!(is_identifier_start('ö') && is_identifier_continue('\u{301}') && !is_identifier_start('\u{301}'));
        assert!(!is_printable('\u{a0}') && !is_printable('\u{e000}') && is_printable('é'));
    }

    #[test]
    fn decimal_digits_have_values_in_every_script() {
        let runs = ["0123456789", "٠١٢٣٤٥٦٧٨٩", "𝟘𝟙𝟚𝟛𝟜𝟝𝟞𝟟𝟠𝟡", "０１２３４５６７８９"];
        for run in runs {
            let values: Vec<_> = run.chars().filter_map(decimal_value).collect();
            assert_eq!(values, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
        }
        assert_eq!(decimal_value('²'), None);
    }
}
