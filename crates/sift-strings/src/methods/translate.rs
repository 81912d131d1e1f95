//! `str.maketrans` and `translate`.

use super::TextMethodError;

/// What a character is replaced by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Translation<'a> {
    /// The table does not name it.
    Keep,
    /// The table maps it to `None`.
    Delete,
    /// The table maps it to a text.
    Replace(&'a str),
}

/// Builds the rows of a table from `str.maketrans(from, to, deleted)`; a later row for a character replaces an earlier.
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
/// [`TextMethodError::MaketransLengths`] if `from` and `to` differ in their numbers of characters.
pub fn maketrans(from: &str, to: &str, deleted: &str) -> Result<Vec<(char, Option<char>)>, TextMethodError> {
    if from.chars().count() != to.chars().count() {
        return Err(TextMethodError::MaketransLengths);
    }
    let replaced = from.chars().zip(to.chars().map(Some));
    Ok(replaced.chain(deleted.chars().map(|char| (char, None))).collect())
}

/// Sends every character through a table.
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
/// The first error of the table.
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
