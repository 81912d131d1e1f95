//! The reach of a pattern: how far after the end of a match the crate `regex` may read before it
//! reports the match.
//!
//! It reads on while an alternative of higher priority than the match is open. Such an alternative
//! has not passed a position, since the start or since the end of the match, at which it could have
//! matched. So the reach is the length of the longest section of the pattern without such a
//! position. For example, `[^,]+` could end after each character, while `.*x` reads to the end of
//! the line for an `x`.
//!
//! A section of unbounded length contains a loop, so its text consists of the loop's characters and
//! a limited number of other characters. Text with more other characters than that is out of reach.

use super::ast::{Assertion, Node};
use super::program::One;

/// The maximum number of single-character items in loops. Beyond it, the reach is unbounded.
const MOST_KINDS: usize = 8;
/// The maximum number of characters outside of loops. Beyond it, the reach is unbounded.
const MOST_CHARS: u64 = 1 << 14;
/// The maximum length of a UTF-8 character, in bytes.
const CHAR_BYTES: u64 = 4;

/// A bound for the text that the crate `regex` may read after the end of a match.
#[derive(Debug, Clone, Default)]
pub(super) struct Reach {
    /// The maximum number of characters read outside of loops.
    chars: u64,
    /// Matchers for the characters read in loops, any number of times.
    loops: Vec<One>,
    /// Whether the text may be read up to its end.
    unbounded: bool,
    /// A bitmap of the ASCII characters that loops read.
    ascii: u128,
}

impl Reach {
    /// Computes the reach of a pattern.
    pub(super) fn of(root: &Node) -> Self {
        let mut reach = reach(root, true);
        let in_loops = (0..128).filter(|byte| reach.is_in_loops(char::from(*byte)));
        reach.ascii = in_loops.fold(0, |ascii, byte| ascii | 1 << byte);
        reach
    }

    fn is_in_loops(&self, char: char) -> bool {
        self.loops.iter().any(|kind| kind.matches(char))
    }

    /// Returns `true` if the reach may be far longer than the match.
    pub(super) const fn is_open(&self) -> bool {
        self.unbounded || !self.loops.is_empty()
    }

    /// Returns the end of the text that may have been read to find a match that ends at `end`.
    pub(super) fn limit(&self, text: &str, end: usize) -> usize {
        if self.unbounded {
            return text.len();
        }
        let rest = text.get(end..).unwrap_or_default();
        if self.loops.is_empty() {
            let bytes = self.chars.saturating_mul(CHAR_BYTES);
            return end + usize::try_from(bytes).unwrap_or(usize::MAX).min(rest.len());
        }
        let in_loops = |char: char| match u8::try_from(char) {
            Ok(byte) if byte.is_ascii() => self.ascii >> byte & 1 == 1,
            _ => self.is_in_loops(char),
        };
        let others = usize::try_from(self.chars).unwrap_or(usize::MAX);
        let stop = rest.char_indices().filter(|&(_, char)| !in_loops(char)).nth(others);
        stop.map_or(text.len(), |(at, char)| end + at + char.len_utf8())
    }

    fn chars(chars: u64) -> Self {
        Self {
            chars,
            ..Self::default()
        }
    }

    fn unbounded() -> Self {
        Self {
            unbounded: true,
            ..Self::default()
        }
    }

    fn then(self, next: Self) -> Self {
        let chars = self.chars.saturating_add(next.chars);
        self.with(next, chars)
    }

    fn or(self, other: Self) -> Self {
        let chars = self.chars.max(other.chars);
        self.with(other, chars)
    }

    fn with(mut self, other: Self, chars: u64) -> Self {
        self.loops.extend(other.loops);
        let unbounded = self.unbounded || other.unbounded || self.loops.len() > MOST_KINDS || chars > MOST_CHARS;
        if unbounded {
            Self::unbounded()
        } else {
            Self { chars, ..self }
        }
    }

    /// Returns the reach of a section that is repeated; `None` if it is too long.
    fn times(&self, rounds: u32) -> Option<Self> {
        let chars = self
            .chars
            .checked_mul(u64::from(rounds))
            .filter(|&chars| chars <= MOST_CHARS)?;
        Some(Self { chars, ..self.clone() })
    }
}

/// Computes the reach of a syntax tree node; `can_end` is `true` if a match may end directly after
/// the node.
fn reach(node: &Node, can_end: bool) -> Reach {
    match node {
        Node::Char(_) | Node::Set(_) | Node::Any | Node::AnyButNewline => Reach::chars(1),
        // The assertion looks at the next character.
        Node::Assert(Assertion::WordBoundary { .. } | Assertion::NoWordBoundary { .. } | Assertion::LineEnd) => {
            Reach::chars(1)
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
        Node::Backreference { .. } | Node::Conditional { .. } | Node::Lookaround { .. } | Node::Atomic(_) => {
            Reach::unbounded()
        }
    }
}

fn reach_of_rounds(min: u32, max: Option<u32>, body: &Node, can_end: bool) -> Reach {
    let round = reach(body, false);
    if let Some(all) = max.and_then(|max| round.times(max)) {
        return all;
    }
    // After the required rounds, a match may end after each round if it may end after the last.
    if let (true, Some(required)) = (can_end, round.times(min)) {
        return required.then(reach(body, true));
    }
    let mut endless = Reach::default();
    if collect_kinds(body, &mut endless.loops) {
        endless
    } else {
        Reach::unbounded()
    }
}

/// Collects matchers for all characters that a node can match; `false` if there are too many, or if
/// any character matches.
fn collect_kinds(node: &Node, kinds: &mut Vec<One>) -> bool {
    if let Some(one) = One::of(node) {
        let anything = matches!(one, One::Any);
        kinds.push(one);
        return !anything && kinds.len() <= MOST_KINDS;
    }
    !matches!(node, Node::Backreference { .. }) && node.children().all(|child| collect_kinds(child, kinds))
}

/// Returns `true` if a node can match without consuming or inspecting a character.
fn takes_nothing(node: &Node) -> bool {
    match node {
        Node::Concat(parts) => parts.iter().all(takes_nothing),
        Node::Alternate(arms) => arms.iter().any(takes_nothing),
        Node::Capture { body, .. } => takes_nothing(body),
        Node::Repeat { min, body, .. } => *min == 0 || takes_nothing(body),
        _ => false,
    }
}
