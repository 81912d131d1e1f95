//! The syntax tree of a pattern, with flags already applied.

use std::sync::Arc;

use super::case::CaseMode;
use super::charset::CharSet;

/// The number of a group, counted from 1 in the order of opening parentheses.
pub(super) type GroupIndex = usize;

/// A zero-width assertion.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Assertion {
    /// The start of the text: `\A`, or `^` without `re.M`.
    TextStart,
    /// The start of a line: `^` with `re.M`.
    LineStart,
    /// The very end of the text: `\Z`.
    TextEnd,
    /// `$` without `re.M`: the end of the text, or the position before its final newline.
    FinalLineEnd,
    /// The end of a line: `$` with `re.M`.
    LineEnd,
    /// A word boundary, `\b`; limited to ASCII word characters if `ascii` is set.
    WordBoundary { ascii: bool },
    /// A position that is not a word boundary, `\B`; limited to ASCII word characters if `ascii` is
    /// set.
    NoWordBoundary { ascii: bool },
}

/// The greediness of a repetition.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Greed {
    /// Repeats as many times as possible, with backtracking: `*`.
    Greedy,
    /// Repeats as few times as possible, with backtracking: `*?`.
    Lazy,
    /// Repeats as many times as possible, without backtracking: `*+`.
    Possessive,
}

/// The direction of a lookaround.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Look {
    /// A lookahead: `(?=…)`, `(?!…)`.
    Ahead,
    /// A lookbehind, `(?<=…)` or `(?<!…)`, with the number of characters that the body matches.
    Behind(u64),
}

/// A node of a pattern's syntax tree.
#[derive(Debug, Clone)]
pub(super) enum Node {
    /// A literal character.
    Char(char),
    /// One character of a character set.
    Set(Arc<CharSet>),
    /// Any single character, including `\n`: `.` with `re.S`.
    Any,
    /// Any single character other than `\n`: `.` without `re.S`.
    AnyButNewline,
    Assert(Assertion),
    Concat(Vec<Node>),
    Alternate(Vec<Node>),
    Capture {
        index: GroupIndex,
        body: Box<Node>,
    },
    Repeat {
        min: u32,
        max: Option<u32>,
        greed: Greed,
        body: Box<Node>,
    },
    /// A backreference to a group, with the width of the group.
    Backreference {
        group: GroupIndex,
        case: CaseMode,
        width: Width,
    },
    /// A conditional, `(?(1)then|otherwise)`: the branch depends on whether the group has matched.
    Conditional {
        group: GroupIndex,
        then: Box<Node>,
        otherwise: Option<Box<Node>>,
    },
    Lookaround {
        look: Look,
        negated: bool,
        body: Box<Node>,
    },
    Atomic(Box<Node>),
}

/// The minimum and maximum number of characters that a node can match.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Width {
    pub(super) min: u64,
    /// The maximum number of characters; `u64::MAX` if unbounded.
    pub(super) max: u64,
}

impl Width {
    const ZERO: Self = Self { min: 0, max: 0 };
    const ONE: Self = Self { min: 1, max: 1 };

    fn then(self, next: Self) -> Self {
        Self {
            min: self.min.saturating_add(next.min),
            max: self.max.saturating_add(next.max),
        }
    }

    fn or(self, other: Self) -> Self {
        Self {
            min: self.min.min(other.min),
            max: self.max.max(other.max),
        }
    }
}

impl Node {
    /// Returns the minimum and maximum number of characters that the node can match.
    pub(super) fn width(&self) -> Width {
        match self {
            Self::Char(_) | Self::Set(_) | Self::Any | Self::AnyButNewline => Width::ONE,
            Self::Assert(_) | Self::Lookaround { .. } => Width::ZERO,
            Self::Concat(parts) => parts.iter().map(Self::width).fold(Width::ZERO, Width::then),
            Self::Alternate(arms) => arms.iter().map(Self::width).reduce(Width::or).unwrap_or(Width::ZERO),
            Self::Capture { body, .. } | Self::Atomic(body) => body.width(),
            Self::Repeat { min, max, body, .. } => {
                let body = body.width();
                let most = match max {
                    _ if body.max == 0 => 0,
                    Some(max) => body.max.saturating_mul(u64::from(*max)),
                    None => u64::MAX,
                };
                Width {
                    min: body.min.saturating_mul(u64::from(*min)),
                    max: most,
                }
            }
            Self::Backreference { width, .. } => *width,
            Self::Conditional { then, otherwise, .. } => then
                .width()
                .or(otherwise.as_ref().map_or(Width::ZERO, |node| node.width())),
        }
    }

    /// Returns the estimated number of automaton states for the node, with counted repetitions
    /// unrolled.
    pub(super) fn automaton_size(&self) -> u64 {
        const ANY: u64 = 8;
        match self {
            Self::Char(_) => 1,
            Self::Set(set) => set.automaton_size(),
            Self::Any | Self::AnyButNewline => ANY,
            Self::Repeat { min, max, body, .. } => {
                let rounds = max.unwrap_or(*min).max(1);
                body.automaton_size()
                    .saturating_mul(u64::from(rounds))
                    .saturating_add(1)
            }
            _ => self.children().map(Self::automaton_size).fold(1, u64::saturating_add),
        }
    }

    /// Returns the node without Unicode `\b` and `\B`. If the node is regular, the result matches
    /// everywhere the node does, and possibly elsewhere.
    pub(super) fn without_word_boundaries(&self) -> Self {
        let inner = |body: &Self| Box::new(body.without_word_boundaries());
        let all = |nodes: &[Self]| nodes.iter().map(Self::without_word_boundaries).collect();
        match self {
            Self::Assert(Assertion::WordBoundary { ascii: false } | Assertion::NoWordBoundary { ascii: false }) => {
                Self::Concat(Vec::new())
            }
            Self::Concat(parts) => Self::Concat(all(parts)),
            Self::Alternate(arms) => Self::Alternate(all(arms)),
            Self::Capture { index, body } => Self::Capture {
                index: *index,
                body: inner(body),
            },
            Self::Repeat { min, max, greed, body } => Self::Repeat {
                min: *min,
                max: *max,
                greed: *greed,
                body: inner(body),
            },
            _ => self.clone(),
        }
    }

    /// Returns the direct children of the node.
    pub(super) fn children(&self) -> impl Iterator<Item = &Self> {
        let (many, first, second): (&[Self], Option<&Self>, Option<&Self>) = match self {
            Self::Concat(nodes) | Self::Alternate(nodes) => (nodes, None, None),
            Self::Capture { body, .. }
            | Self::Repeat { body, .. }
            | Self::Lookaround { body, .. }
            | Self::Atomic(body) => (&[], Some(body), None),
            Self::Conditional { then, otherwise, .. } => (&[], Some(then), otherwise.as_deref()),
            Self::Char(_)
            | Self::Set(_)
            | Self::Any
            | Self::AnyButNewline
            | Self::Assert(_)
            | Self::Backreference { .. } => (&[], None, None),
        };
        many.iter().chain(first).chain(second)
    }
}
