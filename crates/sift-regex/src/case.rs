//! The characters that match each other when case is ignored.
//!
//! Python compares lower-case forms, character by character. It also treats lower-case letters with
//! the same upper case as equal (`ſ` and `s`, `ς` and `σ`, `µ` and `μ`). This is close to Unicode's
//! simple case folding but not the same: `i` matches `İ` and `ı`. So the classes are computed here
//! and not by the crate `regex`.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use hashbrown::HashMap;

/// The letter comparison of a part of a pattern: exact or case-insensitive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum CaseMode {
    /// Compares letters case-sensitively.
    Exact,
    /// Compares letters case-insensitively.
    Ignore,
    /// Compares ASCII letters case-insensitively, other letters case-sensitively.
    IgnoreAscii,
}

/// Returns the lower case of a character if it is a single character; `İ` becomes `i`.
pub(super) fn simple_lower(char: char) -> char {
    char.to_lowercase().next().unwrap_or(char)
}

/// Returns `true` if a backreference with this mode treats two characters as equal.
pub(super) fn same_lower(mode: CaseMode, a: char, b: char) -> bool {
    match mode {
        CaseMode::Exact => a == b,
        CaseMode::IgnoreAscii => a.eq_ignore_ascii_case(&b),
        CaseMode::Ignore => simple_lower(a) == simple_lower(b),
    }
}

/// Returns the other characters that match a character if case is ignored as `mode` says.
pub(super) fn equivalents(mode: CaseMode, char: char) -> &'static [char] {
    match mode {
        CaseMode::Exact => &[],
        CaseMode::IgnoreAscii => ascii_swapped(char),
        CaseMode::Ignore => match char {
            'i' => &['I', 'İ', 'ı'],
            'I' => &['i', 'İ', 'ı'],
            'k' => &['K', '\u{212a}'],
            'K' => &['k', '\u{212a}'],
            's' => &['S', 'ſ'],
            'S' => &['s', 'ſ'],
            _ if char.is_ascii() => ascii_swapped(char),
            _ => CLASSES.get(&char).map_or(&[], |others| &**others),
        },
    }
}

/// Yields the characters of a range that have case equivalents.
pub(super) fn cased_between(mode: CaseMode, start: char, end: char) -> impl Iterator<Item = char> {
    let ascii = (mode != CaseMode::Exact)
        .then(|| ('A'..='Z').chain('a'..='z'))
        .into_iter()
        .flatten();
    let others = (mode == CaseMode::Ignore && !end.is_ascii())
        .then(|| CASED.iter().copied())
        .into_iter()
        .flatten();
    ascii.chain(others).filter(move |&char| start <= char && char <= end)
}

/// Returns an ASCII letter in the opposite case; empty for other characters.
fn ascii_swapped(char: char) -> &'static [char] {
    const LETTERS: &[char; 52] = &[
        'A', 'B', 'C', 'D', 'E', 'F', 'G', 'H', 'I', 'J', 'K', 'L', 'M', 'N', 'O', 'P', 'Q', 'R', 'S', 'T', 'U', 'V',
        'W', 'X', 'Y', 'Z', 'a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j', 'k', 'l', 'm', 'n', 'o', 'p', 'q', 'r',
        's', 't', 'u', 'v', 'w', 'x', 'y', 'z',
    ];
    let at = match char {
        'a'..='z' => char as usize - 'a' as usize,
        'A'..='Z' => char as usize - 'A' as usize + 26,
        _ => return &[],
    };
    LETTERS.get(at..=at).unwrap_or_default()
}

static CLASSES: LazyLock<HashMap<char, Box<[char]>>> = LazyLock::new(build_classes);
/// The non-ASCII characters that have case equivalents.
static CASED: LazyLock<BTreeSet<char>> =
    LazyLock::new(|| CLASSES.keys().copied().filter(|char| !char.is_ascii()).collect());

/// The code point ranges that contain all cased letters. A test checks that the other code points
/// have none.
const CASED_BLOCKS: [std::ops::RangeInclusive<char>; 3] =
    ['\0'..='\u{2e7f}', '\u{a640}'..='\u{abff}', '\u{fb00}'..='\u{1e95f}'];

fn build_classes() -> HashMap<char, Box<[char]>> {
    let mut by_lower: BTreeMap<char, BTreeSet<char>> = BTreeMap::new();
    let mut lowers_by_upper: HashMap<String, BTreeSet<char>> = HashMap::new();
    let cased: Vec<char> = CASED_BLOCKS
        .iter()
        .cloned()
        .flatten()
        .filter(|&char| is_cased(char))
        .collect();
    for &char in &cased {
        let lower = simple_lower(char);
        by_lower.entry(lower).or_default().extend([lower, char]);
        lowers_by_upper
            .entry(char.to_uppercase().collect())
            .or_default()
            .insert(lower);
    }
    let mut related: BTreeMap<char, BTreeSet<char>> = BTreeMap::new();
    for lowers in lowers_by_upper.values() {
        for lower in lowers {
            related.entry(*lower).or_default().extend(lowers);
        }
    }
    let class_of = |char: char| {
        let lowers = related.get(&simple_lower(char)).into_iter().flatten();
        let others = lowers.filter_map(|lower| by_lower.get(lower)).flatten();
        others
            .copied()
            .filter(|&other| other != char)
            .collect::<BTreeSet<char>>()
            .into_iter()
            .collect()
    };
    let classes = cased.iter().map(|&char| (char, class_of(char)));
    classes
        .filter(|(_, others): &(char, Box<[char]>)| !others.is_empty())
        .collect()
}

fn is_cased(char: char) -> bool {
    let changes = |mut mapped: Box<dyn Iterator<Item = char>>| mapped.next() != Some(char) || mapped.next().is_some();
    changes(Box::new(char.to_lowercase())) || changes(Box::new(char.to_uppercase()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cased_blocks_cover_all_cased_letters() {
        let missed: Vec<char> = ('\0'..=char::MAX)
            .filter(|char| !CASED_BLOCKS.iter().any(|block| block.contains(char)))
            .filter(|&char| is_cased(char))
            .collect();
        assert!(missed.is_empty(), "{missed:?}");
    }

    #[test]
    fn ascii_fast_path_agrees_with_the_case_table() {
        for char in '\0'..='\x7f' {
            let table = CLASSES.get(&char).map(|others| others.to_vec()).unwrap_or_default();
            assert_eq!(equivalents(CaseMode::Ignore, char), table, "{char:?}");
        }
    }

    #[test]
    fn case_equivalence_is_symmetric() {
        for (&char, others) in CLASSES.iter() {
            for &other in others {
                assert!(
                    equivalents(CaseMode::Ignore, other).contains(&char),
                    "{char:?} {other:?}"
                );
            }
        }
    }
}
