//! Looking characters up by their Unicode name, as in `\N{BULLET}`.

/// An upper bound for the length of a character's name, in bytes.
const LONGEST_NAME: usize = 256;

/// Returns the character with a Unicode name or alias, with the rules of `\N{...}` and
/// `unicodedata.lookup`. Letters are case-insensitive, but spaces and hyphens must match exactly
/// (`unicode_names2` alone ignores them).
///
/// ```
/// use sift_strings::character_named;
///
/// assert_eq!(character_named("EN DASH"), Some('–'));
/// assert_eq!(character_named("EN DASSH"), None);
/// ```
#[must_use]
pub fn character_named(name: &str) -> Option<char> {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b' ' | b'-');
    let begins = name.bytes().next().is_some_and(|byte| byte.is_ascii_alphanumeric());
    let ends = !name.ends_with([' ', '-']);
    if name.len() >= LONGEST_NAME || !begins || !ends || name.contains("  ") || !name.bytes().all(is_plain) {
        return None;
    }
    known(name)
}

#[cfg(not(feature = "unicode-names"))]
const fn known(_: &str) -> Option<char> {
    None
}

#[cfg(feature = "unicode-names")]
fn known(name: &str) -> Option<char> {
    let char = unicode_names2::character(name)?;
    let own = unicode_names2::name(char).map(|own| own.to_string());
    match own {
        Some(own) if letters(&own).eq(letters(name)) => own.eq_ignore_ascii_case(name).then_some(char),
        // The name is an alias.
        _ => Some(char),
    }
}

#[cfg(feature = "unicode-names")]
fn letters(name: &str) -> impl Iterator<Item = u8> {
    let letters = name.bytes().filter(u8::is_ascii_alphanumeric);
    letters.map(|byte| byte.to_ascii_uppercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn character_names_resolve_as_in_cpython() {
        for (name, char) in [
            ("EM DASH", '\u{2014}'),
            ("em dash", '\u{2014}'),
            ("no-break space", '\u{a0}'),
            ("NBSP", '\u{a0}'),
            ("LINE FEED", '\n'),
            ("CJK UNIFIED IDEOGRAPH-4E00", '\u{4e00}'),
            ("HANGUL SYLLABLE GA", '\u{ac00}'),
        ] {
            assert_eq!(character_named(name), Some(char), "{name}");
        }
        for name in [
            "",
            "-",
            "-EM DASH",
            "EM_DASH",
            "EMDASH",
            "EM-DASH",
            " EM DASH",
            "EM  DASH",
            "NO BREAK SPACE",
            "é",
            "BULET",
        ] {
            assert_eq!(character_named(name), None, "{name}");
        }
        assert_eq!(character_named(&"A".repeat(10_000)), None);
    }
}
