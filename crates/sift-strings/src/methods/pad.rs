//! The padding string methods: `center`, `ljust`, `rjust`, `zfill` and `expandtabs`.

use std::iter;

use super::TextMethodError;

/// The number of fill characters on either side of a text.
///
/// ```
/// use sift_strings::methods::Padding;
///
/// assert_eq!(Padding::center(3, 8).apply("42%", '.'), "..42%...");
/// let fill = Padding::fill("*")?;
/// assert_eq!(Padding::after(2, 5).apply("ab", fill), "ab***");
/// assert_eq!(Padding::before(2, 5).bytes('…'), 9, "paid for before it is made");
/// assert!(Padding::fill("**").is_err());
/// # Ok::<(), sift_strings::methods::TextMethodError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Padding {
    /// The number of fill characters before the text.
    pub left: usize,
    /// The number of fill characters after the text.
    pub right: usize,
}

impl Padding {
    /// Computes the padding for centering a text of `length` characters in `width`, like
    /// `str.center`. An odd fill character goes left if `width` is odd.
    #[must_use]
    pub const fn center(length: usize, width: usize) -> Self {
        let missing = width.saturating_sub(length);
        let left = missing / 2 + (missing & width & 1);
        Self {
            left,
            right: missing - left,
        }
    }

    /// Computes the padding on the right of a text of `length` characters, like `str.ljust`.
    #[must_use]
    pub const fn after(length: usize, width: usize) -> Self {
        Self {
            left: 0,
            right: width.saturating_sub(length),
        }
    }

    /// Computes the padding on the left of a text of `length` characters, like `str.rjust`.
    #[must_use]
    pub const fn before(length: usize, width: usize) -> Self {
        Self {
            left: width.saturating_sub(length),
            right: 0,
        }
    }

    /// Returns the length of the padding in bytes, with `fill` as the fill character.
    #[must_use]
    pub const fn bytes(self, fill: char) -> usize {
        self.left.saturating_add(self.right).saturating_mul(fill.len_utf8())
    }

    /// Returns the text with the padding around it. The caller must charge the length of the text
    /// plus [`bytes`](Self::bytes) first.
    #[must_use]
    pub fn apply(self, text: &str, fill: char) -> String {
        let mut out = String::with_capacity(text.len() + self.bytes(fill));
        out.extend(iter::repeat_n(fill, self.left));
        out.push_str(text);
        out.extend(iter::repeat_n(fill, self.right));
        out
    }

    /// Converts the fill argument of a padding method to a character.
    ///
    /// # Errors
    /// [`TextMethodError::FillLength`] if it is not one character.
    pub fn fill(argument: &str) -> Result<char, TextMethodError> {
        let mut chars = argument.chars();
        match (chars.next(), chars.next()) {
            (Some(fill), None) => Ok(fill),
            _ => Err(TextMethodError::FillLength),
        }
    }
}

/// Returns the length of the result of [`zfill`], in bytes.
#[must_use]
pub fn zfill_len(text: &str, width: usize) -> usize {
    text.len().saturating_add(width.saturating_sub(text.chars().count()))
}

/// Pads the text with zeros after its sign, to `width` characters.
///
/// ```
/// use sift_strings::methods::{zfill, zfill_len};
///
/// assert_eq!(zfill("-42", 6), "-00042");
/// assert_eq!(zfill("-42", 6).len(), zfill_len("-42", 6));
/// ```
#[must_use]
pub fn zfill(text: &str, width: usize) -> String {
    let zeros = width.saturating_sub(text.chars().count());
    let sign_length = usize::from(text.starts_with(['+', '-']));
    let (sign, digits) = text.split_at_checked(sign_length).unwrap_or(("", text));
    let mut out = String::with_capacity(text.len().saturating_add(zeros));
    out.push_str(sign);
    out.extend(iter::repeat_n('0', zeros));
    out.push_str(digits);
    out
}

/// Returns the length of the result of [`expandtabs`], in bytes.
#[must_use]
pub fn expandtabs_len(text: &str, tab_size: usize) -> usize {
    expandtabs_len_from(text, tab_size, &mut 0)
}

/// Returns the number of bytes that [`push_expanded`] appends for a part of a text, and updates the
/// column.
pub fn expandtabs_len_from(part: &str, tab_size: usize, column: &mut usize) -> usize {
    let mut length = 0_usize;
    walk_tabs(part, tab_size, column, |piece| {
        length = length.saturating_add(match piece {
            Expanded::Char(char) => char.len_utf8(),
            Expanded::Spaces(spaces) => spaces,
        });
    });
    length
}

/// Replaces each tab by spaces up to the next multiple of `tab_size` columns. Removes tabs if
/// `tab_size` is zero.
///
/// ```
/// use sift_strings::methods::{expandtabs, expandtabs_len};
///
/// assert_eq!(expandtabs("a\tbc\td", 4), "a   bc  d");
/// assert_eq!(expandtabs_len("a\tbc\td", 4), 9);
/// ```
#[must_use]
pub fn expandtabs(text: &str, tab_size: usize) -> String {
    let mut out = String::with_capacity(text.len());
    push_expanded(text, tab_size, &mut 0, &mut out);
    out
}

/// Appends a part of a text that starts in `column`, with tabs replaced by spaces, and updates the
/// column.
pub fn push_expanded(part: &str, tab_size: usize, column: &mut usize, out: &mut String) {
    walk_tabs(part, tab_size, column, |piece| match piece {
        Expanded::Char(char) => out.push(char),
        Expanded::Spaces(spaces) => out.extend(iter::repeat_n(' ', spaces)),
    });
}

enum Expanded {
    Char(char),
    Spaces(usize),
}

fn walk_tabs(text: &str, tab_size: usize, column: &mut usize, mut emit: impl FnMut(Expanded)) {
    for char in text.chars() {
        if char == '\t' {
            let spaces = column.checked_rem(tab_size).map_or(0, |over| tab_size - over);
            *column = column.saturating_add(spaces);
            emit(Expanded::Spaces(spaces));
        } else {
            *column = if matches!(char, '\n' | '\r') {
                0
            } else {
                column.saturating_add(1)
            };
            emit(Expanded::Char(char));
        }
    }
}
