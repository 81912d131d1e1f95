//! Counts of library function calls, for tests that check that every library function is covered.

use sift_values::classes::{Registry, Role};

use crate::table::{Library, Row};

/// The number of calls of one library function.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LibraryUse {
    /// The qualified name of the counted function, such as `str.find`, `json.loads` or
    /// `collections.ChainMap.pop`.
    pub function: String,
    /// The number of calls of the function that returned.
    pub returned: u64,
    /// The number of calls of the function that raised an exception. Calls with invalid arguments
    /// count, and so do exceptions raised while a generator is iterated.
    pub raised: u64,
}

/// How the call of a library function ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CallEnd {
    /// The function returned a value.
    Returned,
    /// The function raised an exception.
    Raised,
}

/// The numbers of calls that returned and that raised.
#[derive(Debug, Clone, Copy, Default)]
struct Count {
    returned: u64,
    raised: u64,
}

/// The counts of library function calls: by table row for functions in Rust, by definition for
/// functions in Sift.
#[derive(Debug, Default, Clone)]
pub struct Coverage {
    rows: Vec<Count>,
    definitions: Vec<Count>,
}

impl Coverage {
    /// Counts the end of one call of a library function written in Rust.
    pub fn note<R>(&mut self, library: &Library<R>, row: &Row<R>, ending: CallEnd) {
        let rows = library.rows();
        if let Some(place) = rows.iter().position(|other| std::ptr::eq(other, row)) {
            note(&mut self.rows, place, ending);
        }
    }

    /// Counts the end of one call of a library function written in Sift.
    pub fn note_written(&mut self, role: &Role, ending: CallEnd) {
        if let Some(definition) = role.definition {
            note(&mut self.definitions, definition, ending);
        }
    }

    /// Returns the call counts of all library functions: first those written in Rust, then those in
    /// Sift.
    pub fn uses<R>(&self, library: &Library<R>) -> Vec<LibraryUse> {
        let library_use = |function, counts: &[Count], place: usize| {
            let Count { returned, raised } = counts.get(place).copied().unwrap_or_default();
            LibraryUse {
                function,
                returned,
                raised,
            }
        };
        let rows = library.rows().iter().enumerate();
        let rows = rows.map(|(place, row)| library_use(row.qualified_name(), &self.rows, place));
        let written = Registry::get().functions();
        rows.chain(written.map(|(place, name)| library_use(name, &self.definitions, place)))
            .collect()
    }
}

fn note(counts: &mut Vec<Count>, place: usize, ending: CallEnd) {
    if counts.len() <= place {
        counts.resize(place + 1, Count::default());
    }
    if let Some(count) = counts.get_mut(place) {
        match ending {
            CallEnd::Returned => count.returned += 1,
            CallEnd::Raised => count.raised += 1,
        }
    }
}
