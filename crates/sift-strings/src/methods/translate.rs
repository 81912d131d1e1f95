//! The string methods `maketrans` and `translate`.

use super::TextMethodError;

/// What `str.translate` does with a character.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Translation<'a> {
    /// Keeps the character, because the translation table doesn't contain it.
    Keep,
    /// Deletes the character, because the translation table maps it to `None`.
    Delete,
    /// Replaces the character by a text from the translation table.
    Replace(&'a str),
}

/// Builds the table of `str.maketrans(from, to, deleted)` as a list of pairs: a character, and its
/// replacement or `None` to delete it. If a character occurs twice, the later pair counts.
///
/// ```
/// use sift_strings::methods::maketrans;
///
/// assert_eq!(maketrans("ab", "AB", "-")?, [('a', Some('A')), ('b', Some('B')), ('-', None)]);
/// assert!(maketrans("ab", "A", "").is_err());
/// # Ok::<(), sift_strings::methods::TextMethodError>(())
/// ```
///
/// # Errors
/// [`TextMethodError::MaketransLengths`] if `from` and `to` differ in their number of characters.
pub fn maketrans(from: &str, to: &str, deleted: &str) -> Result<Vec<(char, Option<char>)>, TextMethodError> {
    if from.chars().count() != to.chars().count() {
        return Err(TextMethodError::MaketransLengths);
    }
    let replaced = from.chars().zip(to.chars().map(Some));
    Ok(replaced.chain(deleted.chars().map(|char| (char, None))).collect())
}

/// Replaces or deletes each character of a text as a translation table says.
///
/// ```
/// use sift_strings::methods::{Translation, translate};
///
/// let cleaned = translate("A-1: late", |char| {
///     Ok::<_, std::convert::Infallible>(match char {
///         '-' => Translation::Delete,
///         ':' => Translation::Replace(" is"),
///         _ => Translation::Keep,
///     })
/// })?;
/// assert_eq!(cleaned, "A1 is late");
/// # Ok::<(), std::convert::Infallible>(())
/// ```
///
/// # Errors
/// The first error that the table returns.
pub fn translate<'t, E>(text: &str, mut table: impl FnMut(char) -> Result<Translation<'t>, E>) -> Result<String, E> {
    let mut out = String::with_capacity(text.len());
    for char in text.chars() {
        match table(char)? {
            Translation::Keep => out.push(char),
            Translation::Delete => {}
            Translation::Replace(replacement) => out.push_str(replacement),
        }
    }
    Ok(out)
}
