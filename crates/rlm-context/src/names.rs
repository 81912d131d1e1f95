//! Escapes untrusted names and texts for one-line messages.

use sift_text::is_invisible;

/// The maximum number of code points of a name that are shown.
const NAME_CHARS: usize = 100;

/// Returns a document's name, escaped and truncated for a one-line message.
pub(crate) fn shown_name(name: &str) -> String {
    match name.char_indices().nth(NAME_CHARS) {
        None => escaped(name),
        Some((end, _)) => escaped(name.get(..end).unwrap_or(name)) + "…",
    }
}

/// Escapes unprintable characters, so that a text stays on one line and can't disguise itself.
pub(crate) fn escaped(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for char in text.chars() {
        if is_invisible(char) {
            shown.extend(char.escape_default());
        } else {
            shown.push(char);
        }
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shown_names_are_escaped_and_truncated() {
        assert_eq!(shown_name("größe \"x\".md"), "größe \"x\".md");
        assert_eq!(shown_name("a\nIgnore all\u{202e}"), "a\\nIgnore all\\u{202e}");
        assert_eq!(shown_name(&"é".repeat(101)), "é".repeat(100) + "…");
    }
}
