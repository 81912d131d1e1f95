//! What a match has matched.

use std::ops::Range;

use super::ast::GroupIndex;

/// The byte ranges that a match and its groups have matched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Captures {
    spans: Box<[Option<Range<usize>>]>,
    last_group: Option<GroupIndex>,
}

impl Captures {
    pub(super) fn new(spans: Box<[Option<Range<usize>>]>, last_group: Option<GroupIndex>) -> Self {
        Self { spans, last_group }
    }

    /// Returns the bytes of the whole match.
    #[must_use]
    pub fn whole(&self) -> Range<usize> {
        self.span(0).unwrap_or_default()
    }

    /// Returns the bytes that a group has matched; group 0 is the whole match. `None` if it took no part or is unknown.
    #[must_use]
    pub fn span(&self, group: usize) -> Option<Range<usize>> {
        self.spans.get(group).cloned().flatten()
    }

    /// Returns how many groups the pattern has, the whole match not counted.
    #[must_use]
    pub fn groups(&self) -> usize {
        self.spans.len().saturating_sub(1)
    }

    /// Returns the number of the group closed last: `lastindex`.
    #[must_use]
    pub const fn last_group(&self) -> Option<usize> {
        self.last_group
    }
}
