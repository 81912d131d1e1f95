//! Static analysis of the text that a group can match.

use super::ast::{GroupIndex, Node};
use super::parser::parse;
use super::pattern::Pattern;

/// The statically known form of the text that a group matches: any text, a number or digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GroupText {
    /// The group can match any text.
    Any {
        /// Whether a match may leave the group out.
        optional: bool,
    },
    /// The group matches a text that `float` accepts.
    Number {
        /// Whether a match may leave the group out.
        optional: bool,
    },
    /// The group matches digits with an optional sign, which `int` accepts.
    Digits {
        /// Whether a match may leave the group out.
        optional: bool,
    },
}

impl GroupText {
    /// Returns `true` if the group participates in every match.
    #[must_use]
    pub const fn takes_part(self) -> bool {
        match self {
            Self::Any { optional } | Self::Number { optional } | Self::Digits { optional } => !optional,
        }
    }
}

impl Pattern {
    /// Returns the statically known form of the text that a group matches; group 0 is the whole
    /// match. Takes time proportional to the pattern's length.
    ///
    /// ```
    /// use sift_regex::{Flags, Pattern};
    ///
    /// let pattern = Pattern::compile(r"(\d+)( late)?", Flags::NONE)?;
    /// assert!(pattern.group_text(1).takes_part() && !pattern.group_text(2).takes_part());
    /// # Ok::<(), sift_regex::PatternError>(())
    /// ```
    #[must_use]
    pub fn group_text(&self, group: usize) -> GroupText {
        let Ok(parsed) = parse(self.source(), self.flags()) else {
            return GroupText::Any { optional: true };
        };
        let (body, optional) = match group {
            0 => (Some(&parsed.root), false),
            group => match find(&parsed.root, group) {
                Some(body) => (Some(body), false),
                None => (find_anywhere(&parsed.root, group), true),
            },
        };
        let mut reading = Reading::default();
        match body {
            Some(body) if reading.read(body) && reading.is_whole() => match reading.state {
                State::Digits => GroupText::Digits { optional },
                _ => GroupText::Number { optional },
            },
            _ => GroupText::Any { optional },
        }
    }
}

/// Finds the body of a group that participates in every match.
fn find(node: &Node, group: GroupIndex) -> Option<&Node> {
    match node {
        Node::Capture { index, body } if *index == group => Some(body),
        Node::Capture { body, .. } | Node::Atomic(body) => find(body, group),
        Node::Concat(parts) => parts.iter().find_map(|part| find(part, group)),
        Node::Repeat { min, body, .. } if *min > 0 => find(body, group),
        _ => None,
    }
}

fn find_anywhere(node: &Node, group: GroupIndex) -> Option<&Node> {
    match node {
        Node::Capture { index, body } if *index == group => Some(body),
        _ => node.children().find_map(|part| find_anywhere(part, group)),
    }
}

/// The state of recognizing a number: the part of the number read so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum State {
    #[default]
    Start,
    Signed,
    Digits,
    /// The text so far is digits, then a decimal point.
    Point,
    /// The text so far is digits, a decimal point, then digits.
    Fraction,
}

#[derive(Debug, Clone, Copy, Default)]
struct Reading {
    state: State,
}

impl Reading {
    /// Returns `true` if the text so far is a complete number.
    const fn is_whole(self) -> bool {
        matches!(self.state, State::Digits | State::Point | State::Fraction)
    }

    /// Processes a node of the pattern; `false` if the text that it matches might not continue a
    /// number.
    fn read(&mut self, node: &Node) -> bool {
        match node {
            Node::Assert(_) | Node::Lookaround { .. } => true,
            Node::Capture { body, .. } | Node::Atomic(body) => self.read(body),
            Node::Concat(parts) => parts.iter().all(|part| self.read(part)),
            Node::Repeat { min, body, .. } if is_digit(body) => {
                let read = match self.state {
                    State::Start | State::Signed | State::Digits if *min > 0 => Some(State::Digits),
                    State::Digits => Some(State::Digits),
                    State::Point | State::Fraction => Some(State::Fraction),
                    _ => None,
                };
                self.go_to(read)
            }
            Node::Repeat {
                min: 0,
                max: Some(1),
                body,
                ..
            } if is_sign(body) => {
                let read = (self.state == State::Start).then_some(State::Signed);
                self.go_to(read)
            }
            Node::Repeat {
                min: 0,
                max: Some(1),
                body,
                ..
            } => {
                // The text must be a number both with and without the optional part.
                let before = self.is_whole();
                before && self.read(body) && self.is_whole() && {
                    self.state = State::Fraction;
                    true
                }
            }
            node if is_digit(node) => {
                let read = match self.state {
                    State::Start | State::Signed | State::Digits => State::Digits,
                    State::Point | State::Fraction => State::Fraction,
                };
                self.go_to(Some(read))
            }
            node if is_sign(node) => {
                let read = (self.state == State::Start).then_some(State::Signed);
                self.go_to(read)
            }
            Node::Char('.') => {
                let read = (self.state == State::Digits).then_some(State::Point);
                self.go_to(read)
            }
            _ => false,
        }
    }

    fn go_to(&mut self, state: Option<State>) -> bool {
        if let Some(state) = state {
            self.state = state;
        }
        state.is_some()
    }
}

fn is_digit(node: &Node) -> bool {
    match node {
        Node::Char(char) => char.is_ascii_digit(),
        Node::Set(set) => set.holds_only_digits(),
        Node::Capture { body, .. } => is_digit(body),
        _ => false,
    }
}

fn is_sign(node: &Node) -> bool {
    match node {
        Node::Char(char) => matches!(char, '+' | '-'),
        Node::Set(set) => set.holds_only(&['+', '-']),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::GroupText;
    use crate::{Flags, Pattern};

    fn text(pattern: &str, group: usize) -> GroupText {
        Pattern::compile(pattern, Flags::NONE)
            .map_or(GroupText::Any { optional: true }, |pattern| pattern.group_text(group))
    }

    #[test]
    fn groups_of_digits_and_numbers_are_recognized() {
        let digits = GroupText::Digits { optional: false };
        let number = GroupText::Number { optional: false };
        let any = GroupText::Any { optional: false };
        for pattern in [r"\d+", r"[0-9]+", r"-?\d+", r"[+-]?\d{1,3}", r"\b\d\d*\b"] {
            assert_eq!(text(pattern, 0), digits, "{pattern}");
        }
        for pattern in [r"\d+\.\d+", r"-?\d+(?:\.\d+)?", r"\d+\.?\d*"] {
            assert_eq!(text(pattern, 0), number, "{pattern}");
        }
        for pattern in [
            r"\d*",
            r"[\d,]+",
            r"\d+%",
            r"-?",
            r"(\d+|x)",
            r"\d*\.\d+",
            "-+1",
            r"\d+(?:-\d+)?",
        ] {
            assert_eq!(text(pattern, 0), any, "{pattern}");
        }
        assert_eq!(text(r"score: (\d+)", 1), digits);
        assert_eq!(text(r"(?:a|(\d+))", 1), GroupText::Digits { optional: true });
        assert_eq!(text(r"(\d+)?x", 1), GroupText::Digits { optional: true });
    }
}
