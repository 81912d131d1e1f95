//! What a match has matched.

use std::ops::Range;

use smallvec::SmallVec;

use super::ast::GroupIndex;

/// Where a group that took no part stands.
const NOWHERE: (usize, usize) = (usize::MAX, usize::MAX);

/// The byte ranges that a match and its groups have matched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Captures {
    /// Most patterns have few groups, and need no memory of their own for them.
    spans: SmallVec<[(usize, usize); 4]>,
    last_group: Option<GroupIndex>,
}

impl Captures {
    pub(super) fn new(spans: impl Iterator<Item = Option<Range<usize>>>, last_group: Option<GroupIndex>) -> Self {
        let spans = spans.map(|span| span.map_or(NOWHERE, |span| (span.start, span.end)));
        Self {
            spans: spans.collect(),
            last_group,
        }
    }

    pub(super) const fn with_last_group(mut self, last_group: Option<GroupIndex>) -> Self {
        self.last_group = last_group;
        self
    }

    /// Returns the bytes of the whole match.
    #[must_use]
    pub fn whole(&self) -> Range<usize> {
        self.span(0).unwrap_or_default()
    }

    /// Returns the bytes that a group has matched; group 0 is the whole match. `None` if it took no part or is unknown.
    #[must_use]
    pub fn span(&self, group: usize) -> Option<Range<usize>> {
        let &(start, end) = self.spans.get(group).filter(|span| **span != NOWHERE)?;
        Some(start..end)
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
