//! Which library functions programs have called, for tests that ask whether every row of the table is tried.

use crate::library::{Library, Row};

/// How often a library function was called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LibraryUse {
    /// Its name with its owner's, such as `str.find` or `json.loads`.
    pub function: String,
    /// How many calls returned.
    pub returned: u64,
    /// How many calls raised an exception, those with wrong arguments included.
    pub raised: u64,
}

/// Counts by the number of the row: calls that returned, calls that raised.
#[derive(Debug, Default)]
pub(crate) struct Coverage {
    counts: Vec<(u64, u64)>,
}

impl Coverage {
    pub(super) fn note(&mut self, row: &'static Row, raised: bool) {
        let rows = Library::get().rows();
        self.counts.resize(rows.len(), (0, 0));
        let place = rows.iter().position(|other| std::ptr::eq(other, row));
        if let Some((returned, raises)) = place.and_then(|place| self.counts.get_mut(place)) {
            *(if raised { raises } else { returned }) += 1;
        }
    }

    /// Returns the counts of all rows, in the table's order.
    pub(crate) fn uses(&self) -> Vec<LibraryUse> {
        let counts = self.counts.iter().copied().chain(std::iter::repeat((0, 0)));
        let rows = Library::get().rows().iter();
        rows.zip(counts)
            .map(|(row, (returned, raised))| LibraryUse {
                function: row.qualified_name(),
                returned,
                raised,
            })
            .collect()
    }
}
