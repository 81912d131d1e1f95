//! Iteration over all matches of a text.

use std::sync::Arc;

use super::Captures;

/// The state of a scan over all matches of a text, with the rules of `findall`, `finditer`, `sub`
/// and `split`.
///
/// The next match starts at or after the end of the last one. After an empty match, the next one
/// may start at the same position but must not be empty.
///
/// ```
/// use sift_regex::{Flags, Pattern, Scan};
///
/// let pattern = Pattern::compile("late", Flags::NONE)?;
/// let mut scan = Scan::new(0);
/// scan.skip_to(3);
/// let found = pattern.next_match("late, late", &mut scan, &mut |_: u64| Ok(()))?;
/// assert_eq!(found.captures.map(|captures| captures.whole()), Some(6..10));
/// assert_eq!(scan.start(), 10);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct Scan {
    /// The earliest byte offset at which the next match may start.
    pub(super) next_start: usize,
    pub(super) advance: bool,
    pub(super) finished: bool,
    /// The number of bytes that the bounded engine has read during the scan.
    pub(super) read: u64,
    pub(super) ahead: Ahead,
}

/// The matches that a scan has found in advance.
#[derive(Debug, Clone, Default)]
pub(super) struct Ahead {
    pub(super) found: Option<Arc<[Captures]>>,
    pub(super) taken: usize,
    /// Whether these are all remaining matches of the text.
    pub(super) all: bool,
    /// The number of matches to find in advance next time.
    pub(super) wanted: usize,
}

impl Ahead {
    pub(super) fn take(&mut self) -> Option<Captures> {
        let captures = self.found.as_ref()?.get(self.taken).cloned();
        match captures {
            Some(_) => self.taken += 1,
            None => (self.found, self.taken) = (None, 0),
        }
        captures
    }
}

impl Scan {
    /// Starts a scan for all matches from a byte offset.
    #[must_use]
    pub const fn new(start: usize) -> Self {
        Self {
            next_start: start,
            advance: false,
            finished: false,
            read: 0,
            ahead: Ahead {
                found: None,
                taken: 0,
                all: false,
                wanted: 0,
            },
        }
    }

    /// Returns the byte offset from which the next match is searched.
    #[must_use]
    pub const fn start(&self) -> usize {
        self.next_start
    }

    /// Moves the earliest start of the next match forward to a byte offset; earlier offsets change
    /// nothing.
    pub fn skip_to(&mut self, start: usize) {
        if start > self.next_start {
            self.next_start = start;
            self.advance = false;
            self.ahead = Ahead::default();
        }
    }
}
