//! Formats untrusted text for messages: as a single, bounded line without control characters.

/// Collapses `text` into a single line of at most `limit` characters.
pub(crate) fn one_line(text: &str, limit: usize) -> String {
    let mut line = String::new();
    let mut characters = 0;
    for word in text
        .split(|c: char| c.is_whitespace() || c.is_control())
        .filter(|word| !word.is_empty())
    {
        for c in (!line.is_empty()).then_some(' ').into_iter().chain(word.chars()) {
            if characters == limit {
                line.push('…');
                return line;
            }
            line.push(c);
            characters += 1;
        }
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn newlines_and_controls_become_spaces_and_truncation_is_marked() {
        assert_eq!(one_line(" a\n\tb\u{1b}[31mc ", 20), "a b [31mc");
        assert_eq!(one_line("äöü", 3), "äöü");
        assert_eq!(one_line("äöüß", 3), "äöü…");
        assert_eq!(one_line("ab cd", 2), "ab…");
    }
}
