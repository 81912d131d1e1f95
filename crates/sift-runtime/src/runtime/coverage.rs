//! Counts of library function calls, for tests that check that every function is covered.

use sift_values::classes::{Registry, Role};

use crate::table::{Library, Row};

/// The number of calls of a library function.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LibraryUse {
    /// The qualified name, such as `str.find`, `json.loads` or `collections.ChainMap.pop`.
    pub function: String,
    /// Number of calls that returned.
    pub returned: u64,
    /// Number of calls that raised an exception, including those with wrong arguments and later
    /// ones of a generator.
    pub raised: u64,
}

/// The end of a library function's call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CallEnd {
    /// The function returned a value.
    Returned,
    /// The function raised an exception.
    Raised,
}

/// Number of calls by their end.
#[derive(Debug, Clone, Copy, Default)]
struct Count {
    returned: u64,
    raised: u64,
}

/// Counts of calls: by row, and by definition for functions that are written in the language.
#[derive(Debug, Default, Clone)]
pub struct Coverage {
    rows: Vec<Count>,
    definitions: Vec<Count>,
}

impl Coverage {
    /// Counts the end of a call of a library function that is written in Rust.
    pub fn note<R>(&mut self, library: &Library<R>, row: &Row<R>, ending: CallEnd) {
        let rows = library.rows();
        if let Some(place) = rows.iter().position(|other| std::ptr::eq(other, row)) {
            note(&mut self.rows, place, ending);
        }
    }

    /// Counts the end of a call of a function that is written in the language.
    pub fn note_written(&mut self, role: &Role, ending: CallEnd) {
        if let Some(definition) = role.definition {
            note(&mut self.definitions, definition, ending);
        }
    }

    /// Returns the counts of all functions: first of the table, then in the language.
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
