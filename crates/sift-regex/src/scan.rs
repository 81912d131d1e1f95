//! Going over all matches of a text.

use std::sync::Arc;

use super::Captures;

/// Where a scan over all matches of a text stands: the rules of `findall`, `finditer`, `sub` and `split`.
///
/// The next match starts where the last one ended. If that was empty, the next one may start at the same place but
/// must not be empty.
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
    /// Where the next match may start.
    pub(super) next_start: usize,
    pub(super) advance: bool,
    pub(super) finished: bool,
    /// How many bytes the bounded engine has read.
    pub(super) read: u64,
    pub(super) ahead: Ahead,
}

/// Matches that were found ahead.
#[derive(Debug, Clone, Default)]
pub(super) struct Ahead {
    pub(super) found: Option<Arc<[Captures]>>,
    pub(super) taken: usize,
    /// There are no others behind them.
    pub(super) all: bool,
    /// How many to find the next time.
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
    /// Starts a scan at a byte offset.
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

    /// Returns the byte from which on the next match is looked for.
    #[must_use]
    pub const fn start(&self) -> usize {
        self.next_start
    }

    /// Lets the next match start at this byte or behind it, whatever stands before.
    pub fn skip_to(&mut self, start: usize) {
        if start > self.next_start {
            self.next_start = start;
            self.advance = false;
            self.ahead = Ahead::default();
        }
    }
}
