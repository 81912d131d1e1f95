//! The `is…` methods of strings. All but `isascii` and `isprintable` return `false` for the empty
//! text.

use super::case::starts_title_word;
use super::unicode::{
    is_alnum, is_alpha, is_decimal, is_digit, is_identifier_continue, is_identifier_start, is_numeric, is_printable,
    is_space, is_title_cased,
};

fn all(text: &str, class: impl Fn(char) -> bool) -> bool {
    !text.is_empty() && text.chars().all(class)
}

/// Returns `true` if all characters are letters.
///
/// ```
/// use sift_strings::methods::isalpha;
///
/// assert!(isalpha("größer") && !isalpha("Ⅷ") && !isalpha(""));
/// ```
#[must_use]
pub fn isalpha(text: &str) -> bool {
    all(text, is_alpha)
}

/// Returns `true` if all characters are letters or numeric characters.
///
/// ```
/// use sift_strings::methods::isalnum;
///
/// assert!(isalnum("A1½") && !isalnum("A-1"));
/// ```
#[must_use]
pub fn isalnum(text: &str) -> bool {
    all(text, is_alnum)
}

/// Returns `true` if all characters are decimal digits.
///
/// ```
/// use sift_strings::methods::isdecimal;
///
/// assert!(isdecimal("٣4") && !isdecimal("²"));
/// ```
#[must_use]
pub fn isdecimal(text: &str) -> bool {
    all(text, is_decimal)
}

/// Returns `true` if all characters are digits, including superscripts.
///
/// ```
/// use sift_strings::methods::isdigit;
///
/// assert!(isdigit("²") && !isdigit("½"));
/// ```
#[must_use]
pub fn isdigit(text: &str) -> bool {
    all(text, is_digit)
}

/// Returns `true` if all characters are numeric, including fractions.
///
/// ```
/// use sift_strings::methods::isnumeric;
///
/// assert!(isnumeric("½") && isnumeric("Ⅷ") && !isnumeric("1.5"));
/// ```
#[must_use]
pub fn isnumeric(text: &str) -> bool {
    all(text, is_numeric)
}

/// Returns `true` if all characters are white space.
///
/// ```
/// use sift_strings::methods::isspace;
///
/// assert!(isspace(" \x1c\u{3000}") && !isspace(""));
/// ```
#[must_use]
pub fn isspace(text: &str) -> bool {
    all(text, is_space)
}

/// Returns `true` if all characters are printable, so that `repr` doesn't escape them; `true` for
/// the empty text.
///
/// ```
/// use sift_strings::methods::isprintable;
///
/// assert!(isprintable("größer") && !isprintable("a\n"));
/// ```
#[must_use]
pub fn isprintable(text: &str) -> bool {
    text.chars().all(is_printable)
}

/// Returns `true` if all characters are ASCII; `true` for the empty text.
///
/// ```
/// use sift_strings::methods::isascii;
///
/// assert!(isascii("") && !isascii("größer"));
/// ```
#[must_use]
pub fn isascii(text: &str) -> bool {
    text.is_ascii()
}

/// Returns `true` if the character makes `isupper` return `false` for every text that contains it.
pub fn denies_upper(char: char) -> bool {
    char.is_lowercase() || is_title_cased(char)
}

/// Returns `true` if the character makes `islower` return `false` for every text that contains it.
pub fn denies_lower(char: char) -> bool {
    starts_title_word(char)
}

/// Returns `true` if the text contains an upper-case character, and none in lower or title case.
///
/// ```
/// use sift_strings::methods::isupper;
///
/// assert!(isupper("A-1") && !isupper("1"), "at least one letter that has a case");
/// ```
#[must_use]
pub fn isupper(text: &str) -> bool {
    text.chars().any(char::is_uppercase) && !text.chars().any(denies_upper)
}

/// Returns `true` if the text contains a lower-case character, and none in upper or title case.
///
/// ```
/// use sift_strings::methods::islower;
///
/// assert!(islower("a-1") && !islower("aB"));
/// ```
#[must_use]
pub fn islower(text: &str) -> bool {
    text.chars().any(char::is_lowercase) && !text.chars().any(denies_lower)
}

/// Returns `true` if each word starts in upper or title case and continues in lower case.
///
/// ```
/// use sift_strings::methods::istitle;
///
/// assert!(istitle("The Minutes") && !istitle("The minutes"));
/// ```
#[must_use]
pub fn istitle(text: &str) -> bool {
    let mut title = TitleCase::default();
    title.continues_with(text) && title.has_words()
}

/// An incremental check, part by part, of whether a text is in title case.
#[derive(Debug, Default)]
pub struct TitleCase {
    seen_cased: bool,
    after_cased: bool,
}

impl TitleCase {
    /// Checks the next part of the text for title case. Returns `false` if the text isn't in title
    /// case, whatever follows.
    pub fn continues_with(&mut self, part: &str) -> bool {
        for char in part.chars() {
            let starts = starts_title_word(char);
            let is_cased = starts || char.is_lowercase();
            if is_cased && starts == self.after_cased {
                return false;
            }
            self.seen_cased |= is_cased;
            self.after_cased = is_cased;
        }
        true
    }

    /// Returns `true` if the text so far contains a cased letter.
    pub const fn has_words(&self) -> bool {
        self.seen_cased
    }
}

/// Returns `true` if the text has the form of an identifier; keywords count too.
///
/// ```
/// use sift_strings::methods::isidentifier;
///
/// assert!(isidentifier("größe_2") && !isidentifier("2nd"));
/// ```
#[must_use]
pub fn isidentifier(text: &str) -> bool {
    let mut chars = text.chars();
    chars.next().is_some_and(is_identifier_start) && chars.all(is_identifier_continue)
}
