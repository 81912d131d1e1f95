//! Translation of regular patterns to the syntax of the crate `regex`, with Python's meaning.

use super::ast::{Assertion, Greed, GroupIndex, Node};

/// The maximum length of a pattern translated for the crate `regex`, in bytes.
const MAX_TRANSLATION: usize = 1 << 18;

/// A pattern for the crate `regex`, with the conditions under which it agrees with Python.
#[derive(Debug)]
pub(super) struct Translation {
    pub(super) pattern: String,
    dollar: FinalLineEnd,
    /// Whether the pattern contains `$` without `re.M`, written as `\z`. Python and the crate
    /// `regex` then differ on a text that ends with a newline.
    pub(super) final_line_end: bool,
    /// Whether the pattern contains Unicode `\b` or `\B`. Python and the crate `regex` then differ,
    /// for example, on combining marks.
    pub(super) word_boundary: bool,
    /// Whether the pattern contains `\B`. Python and the crate `regex` then differ on the empty
    /// text.
    pub(super) no_word_boundary: bool,
    /// The group numbers of the pattern, in the order of their closing parentheses.
    pub(super) closing_order: Vec<GroupIndex>,
}

/// The translation of `$` without `re.M`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum FinalLineEnd {
    /// Translated to the end of the text, `\z`.
    TextEnd,
    /// Translated to a CRLF line end as a marker, because no Python pattern translates to that
    /// assertion. Our NFA simulation interprets it as `$`.
    Marked,
}

/// Translates a pattern to the syntax of the crate `regex`; `None` if the pattern is not regular,
/// may differ from Python, or is too long.
pub(super) fn translate(root: &Node, dollar: FinalLineEnd) -> Option<Translation> {
    let mut translation = Translation {
        dollar,
        pattern: String::new(),
        final_line_end: false,
        word_boundary: false,
        no_word_boundary: false,
        closing_order: Vec::new(),
    };
    translation.push(root)?;
    Some(translation)
}

impl Translation {
    fn push(&mut self, node: &Node) -> Option<()> {
        if self.pattern.len() > MAX_TRANSLATION {
            return None;
        }
        match node {
            Node::Char(char) => self.push_char(*char),
            Node::Set(set) => set.push_regex(&mut self.pattern),
            Node::Any => self.pattern.push_str("(?s:.)"),
            Node::AnyButNewline => self.pattern.push_str(r"[^\n]"),
            Node::Assert(assertion) => self.push_assertion(*assertion),
            Node::Concat(parts) => parts.iter().try_for_each(|part| self.push(part))?,
            Node::Alternate(arms) => {
                let mut open = "(?:";
                for arm in arms {
                    self.pattern.push_str(open);
                    self.push(arm)?;
                    open = "|";
                }
                self.pattern.push(')');
            }
            Node::Capture { index, body } => {
                self.pattern.push('(');
                self.push(body)?;
                self.pattern.push(')');
                self.closing_order.push(*index);
            }
            Node::Repeat { min, max, greed, body } => self.push_repeat(*min, *max, *greed, body)?,
            Node::Backreference { .. } | Node::Conditional { .. } | Node::Lookaround { .. } | Node::Atomic(_) => {
                return None;
            }
        }
        Some(())
    }

    fn push_char(&mut self, char: char) {
        if char.is_ascii_alphanumeric() || !char.is_ascii() {
            self.pattern.push(char);
        } else {
            self.pattern.push_str(&format!("\\x{:02x}", u32::from(char)));
        }
    }

    fn push_assertion(&mut self, assertion: Assertion) {
        self.pattern.push_str(match assertion {
            Assertion::TextStart => r"\A",
            Assertion::LineStart => "(?m:^)",
            Assertion::TextEnd => r"\z",
            Assertion::FinalLineEnd => {
                self.final_line_end = true;
                match self.dollar {
                    FinalLineEnd::TextEnd => r"\z",
                    FinalLineEnd::Marked => "(?mR:$)",
                }
            }
            Assertion::LineEnd => "(?m:$)",
            Assertion::WordBoundary { ascii: true } => r"(?-u:\b)",
            Assertion::WordBoundary { ascii: false } => {
                self.word_boundary = true;
                r"\b"
            }
            Assertion::NoWordBoundary { ascii } => {
                self.no_word_boundary = true;
                self.word_boundary |= !ascii;
                if ascii { r"(?-u:\B)" } else { r"\B" }
            }
        });
    }

    fn push_repeat(&mut self, min: u32, max: Option<u32>, greed: Greed, body: &Node) -> Option<()> {
        // Python and the crate `regex` count and capture empty rounds differently.
        let one_round = max.is_some_and(|max| max <= 1);
        if greed == Greed::Possessive || !one_round && (body.width().min == 0 || has_empty_capture(body)) {
            return None;
        }
        self.pattern.push_str("(?:");
        self.push(body)?;
        self.pattern.push(')');
        match (min, max) {
            (0, None) => self.pattern.push('*'),
            (1, None) => self.pattern.push('+'),
            (0, Some(1)) => self.pattern.push('?'),
            (min, None) => self.pattern.push_str(&format!("{{{min},}}")),
            (min, Some(max)) => self.pattern.push_str(&format!("{{{min},{max}}}")),
        }
        if greed == Greed::Lazy {
            self.pattern.push('?');
        }
        Some(())
    }
}

/// Returns `true` if any group in the node can match the empty string. In a loop, the group closed
/// last would then be unknown.
fn has_empty_capture(node: &Node) -> bool {
    matches!(node, Node::Capture { body, .. } if body.width().min == 0) || node.children().any(has_empty_capture)
}
