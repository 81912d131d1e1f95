//! The category, bidirectional class and width of every character, by the Unicode Character Database 14.0,
//! as CPython 3.11 has it. `tests/data/characters.py` writes the table.

use std::sync::LazyLock;

/// The properties of a character.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Properties {
    pub(super) category: &'static str,
    /// Empty if the character has none.
    pub(super) bidirectional: &'static str,
    pub(super) width: &'static str,
    pub(super) is_mirrored: bool,
}

/// Runs of characters that are alike, by their first.
static TABLE: LazyLock<Vec<(u32, Properties)>> = LazyLock::new(|| {
    let rows = include_str!("characters.txt").lines().map(|line| {
        let mut fields = line.split(' ');
        let mut field = || fields.next().unwrap_or_default();
        let first = u32::from_str_radix(field(), 16).unwrap_or(u32::MAX);
        let properties = Properties {
            category: field(),
            bidirectional: field().trim_start_matches('-'),
            width: field(),
            is_mirrored: !field().is_empty(),
        };
        (first, properties)
    });
    rows.collect()
});

pub(super) fn properties(char: char) -> Properties {
    let after = TABLE.partition_point(|(first, _)| *first <= u32::from(char));
    let row = after.checked_sub(1).and_then(|row| TABLE.get(row));
    row.map_or(
        Properties {
            category: "Cn",
            bidirectional: "",
            width: "F",
            is_mirrored: false,
        },
        |(_, properties)| *properties,
    )
}
