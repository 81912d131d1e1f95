//! Scans the strings and brackets of an input, which need not be valid.

use std::ops::Range;

/// The result of a scan: the strings and brackets of a text.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Scan {
    /// Whether the scanned text ends within a string or a comment.
    pub(crate) in_text: bool,
    /// The offsets of the brackets that are open at the end of the text, outer ones first.
    pub(crate) open: Vec<usize>,
    /// The ranges of closed strings and closed bracket pairs, in the order in which they close.
    pub(crate) closed: Vec<Range<usize>>,
}

/// Scans a text for strings, comments and brackets.
pub(crate) fn scan(text: &str) -> Scan {
    let mut found = Scan::default();
    let mut at = 0;
    while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        let Some(char) = rest.chars().next() else { break };
        let mut length = char.len_utf8();
        match char {
            '#' => match rest.find('\n') {
                Some(end) => length = end,
                None => {
                    found.in_text = true;
                    break;
                }
            },
            '"' | '\'' => match string_length(rest, char) {
                Some(string) => {
                    found.closed.push(at..at + string);
                    length = string;
                }
                None => {
                    found.in_text = true;
                    break;
                }
            },
            '(' | '[' | '{' => found.open.push(at),
            ')' | ']' | '}' => {
                if let Some(open) = found.open.pop() {
                    found.closed.push(open..at + 1);
                }
            }
            _ => {}
        }
        at += length;
    }
    found
}

/// Returns the length of the string literal that begins a text, or `None` if it is not closed.
fn string_length(text: &str, quote: char) -> Option<usize> {
    let triple = quote.to_string().repeat(3);
    let (end, opening) = match text.starts_with(&triple) {
        true => (triple.as_str(), 3),
        false => (text.get(..1)?, 1),
    };
    let mut at = opening;
    loop {
        let rest = text.get(at..)?;
        if rest.starts_with(end) {
            return Some(at + end.len());
        }
        let mut chars = rest.chars();
        match chars.next()? {
            '\\' => at += 1 + chars.next()?.len_utf8(),
            '\n' if opening == 1 => return Some(at),
            char => at += char.len_utf8(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scan_ignores_brackets_in_strings_and_comments() {
        let found = scan("f('(', [1, 2], \"\"\"a\n)\"\"\", # (\n g(");
        assert_eq!((found.in_text, found.open.as_slice()), (false, [1, 32].as_slice()));
        assert!(scan("x = 'it").in_text && scan("x = 1 # it").in_text && scan("x = '''a\n").in_text);
        assert!(!scan("x = 'it\\'s'").in_text);
    }
}
