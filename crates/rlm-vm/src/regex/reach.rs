//! How far behind the end of a match the crate `regex` may look before it knows that this is the match.
//!
//! It reads on as long as a way of higher priority than the match is open. Such a way has passed no place, since the
//! start or since the end of the match, at which it could have ended a match itself. So the reach is the length of the
//! longest stretch of the pattern that can be read without such a place: `[^,]+` could end after each character, while
//! `.*x` reads to the end of the line for an `x`.

use memchr::memchr_iter;

use super::ast::{Assertion, Node};

/// A bound for the bytes that are read behind the end of a match.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Reach {
    bytes: u64,
    newlines: u64,
    /// There are stretches of any length that hold no newline.
    within_lines: bool,
    /// There are stretches of any length.
    unbounded: bool,
}

impl Reach {
    /// Computes the reach of a pattern.
    pub(super) fn of(root: &Node) -> Self {
        reach(root, true)
    }

    /// Tells whether only the text's end is a bound.
    pub(super) const fn is_unbounded(self) -> bool {
        self.unbounded
    }

    /// Returns the end of what may have been read when a match that ends at `end` was found.
    pub(super) fn limit(self, text: &str, end: usize) -> usize {
        if self.unbounded {
            return text.len();
        }
        let mut limit = end;
        if self.within_lines {
            let rest = text.as_bytes().get(end..).unwrap_or_default();
            let newlines = usize::try_from(self.newlines).unwrap_or(usize::MAX);
            limit = memchr_iter(b'\n', rest)
                .nth(newlines)
                .map_or(text.len(), |at| end + at + 1);
        }
        limit
            .saturating_add(usize::try_from(self.bytes).unwrap_or(usize::MAX))
            .min(text.len())
    }

    fn then(self, next: Self) -> Self {
        Self {
            bytes: self.bytes.saturating_add(next.bytes),
            newlines: self.newlines.saturating_add(next.newlines),
            within_lines: self.within_lines || next.within_lines,
            unbounded: self.unbounded || next.unbounded,
        }
    }

    fn or(self, other: Self) -> Self {
        Self {
            bytes: self.bytes.max(other.bytes),
            newlines: self.newlines.max(other.newlines),
            within_lines: self.within_lines || other.within_lines,
            unbounded: self.unbounded || other.unbounded,
        }
    }

    fn times(self, rounds: u32) -> Self {
        let rounds = u64::from(rounds);
        Self {
            bytes: self.bytes.saturating_mul(rounds),
            newlines: self.newlines.saturating_mul(rounds),
            ..self
        }
    }
}

/// The longest finite stretch that is worth telling from an unbounded one, in bytes.
const LONG: u64 = 1 << 16;

/// Computes the reach of a node; `can_end` tells whether a match may end right behind it.
fn reach(node: &Node, can_end: bool) -> Reach {
    match node {
        Node::Char(_) | Node::Set(_) | Node::Any | Node::AnyButNewline => Reach {
            bytes: 4,
            newlines: u64::from(takes_newline(node)),
            ..Reach::default()
        },
        Node::Assert(Assertion::WordBoundary { .. } | Assertion::NoWordBoundary { .. } | Assertion::LineEnd) => {
            // The character behind is looked at.
            Reach {
                bytes: 4,
                ..Reach::default()
            }
        }
        Node::Assert(_) => Reach::default(),
        Node::Concat(parts) => {
            let mut can_end = can_end;
            let mut sum = Reach::default();
            for part in parts.iter().rev() {
                sum = sum.then(reach(part, can_end));
                can_end = can_end && takes_nothing(part);
            }
            sum
        }
        Node::Alternate(arms) => arms
            .iter()
            .map(|arm| reach(arm, can_end))
            .fold(Reach::default(), Reach::or),
        Node::Capture { body, .. } => reach(body, can_end),
        Node::Repeat { min, max, body, .. } => reach_of_rounds(*min, *max, body, can_end),
        Node::Backreference { .. } | Node::Conditional { .. } | Node::Lookaround { .. } | Node::Atomic(_) => Reach {
            unbounded: true,
            ..Reach::default()
        },
    }
}

fn reach_of_rounds(min: u32, max: Option<u32>, body: &Node, can_end: bool) -> Reach {
    let round = reach(body, false);
    if let Some(all) = max.map(|max| round.times(max)).filter(|all| all.bytes <= LONG) {
        return all;
    }
    if can_end {
        // After the rounds that must be, a match may end behind each.
        let required = round.times(min);
        if required.bytes <= LONG {
            return required.then(reach(body, true));
        }
    }
    let endless = if takes_newline(body) {
        Reach {
            unbounded: true,
            ..Reach::default()
        }
    } else {
        Reach {
            within_lines: true,
            ..Reach::default()
        }
    };
    endless.then(round)
}

/// Tells whether a node can match without taking a character or asking anything of the text.
fn takes_nothing(node: &Node) -> bool {
    match node {
        Node::Concat(parts) => parts.iter().all(takes_nothing),
        Node::Alternate(arms) => arms.iter().any(takes_nothing),
        Node::Capture { body, .. } => takes_nothing(body),
        Node::Repeat { min, body, .. } => *min == 0 || takes_nothing(body),
        _ => false,
    }
}

/// Tells whether a newline can be part of what a node matches.
fn takes_newline(node: &Node) -> bool {
    match node {
        Node::Char(char) => *char == '\n',
        Node::Set(set) => set.contains('\n'),
        Node::Any | Node::Backreference { .. } => true,
        Node::AnyButNewline | Node::Assert(_) => false,
        _ => node.children().any(takes_newline),
    }
}
