//! The byte ranges of a match and its groups.

use std::ops::Range;

use smallvec::SmallVec;

use super::ast::GroupIndex;

/// The span of a group that did not participate in the match.
const NOWHERE: (usize, usize) = (usize::MAX, usize::MAX);

/// The byte ranges of a match and its groups.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Captures {
    /// The start and end of the whole match and of each group. Most patterns have few groups, whose
    /// spans are stored inline.
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

    /// Returns the byte range of the whole match.
    #[must_use]
    pub fn whole(&self) -> Range<usize> {
        self.span(0).unwrap_or_default()
    }

    /// Returns the byte range of a group; group 0 is the whole match. `None` if the group did not
    /// participate or doesn't exist.
    #[must_use]
    pub fn span(&self, group: usize) -> Option<Range<usize>> {
        let &(start, end) = self.spans.get(group).filter(|span| **span != NOWHERE)?;
        Some(start..end)
    }

    /// Returns the number of groups of the pattern, not counting the whole match.
    #[must_use]
    pub fn groups(&self) -> usize {
        self.spans.len().saturating_sub(1)
    }

    /// Returns the number of the group that was closed last (Python's `lastindex`).
    #[must_use]
    pub const fn last_group(&self) -> Option<usize> {
        self.last_group
    }
}
