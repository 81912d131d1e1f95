//! Which library functions programs have called, for tests that ask whether every one of them is tried.

use sift_values::classes::{Registry, Role};

use crate::table::{Library, Row};

/// How often a library function was called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LibraryUse {
    /// Its name with its owner's, such as `str.find`, `json.loads` or `collections.ChainMap.pop`.
    pub function: String,
    /// How many calls returned.
    pub returned: u64,
    /// How many calls raised an exception, those with wrong arguments included; of a generator's, later ones too.
    pub raised: u64,
}

/// How the call of a library function ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// It returned a value.
    Returned,
    /// It raised an exception.
    Raised,
}

/// How many calls ended in each way.
#[derive(Debug, Clone, Copy, Default)]
struct Count {
    returned: u64,
    raised: u64,
}

/// Counts of calls: by the number of the row, and of the definition where a function is written in the language.
#[derive(Debug, Default, Clone)]
pub struct Coverage {
    rows: Vec<Count>,
    definitions: Vec<Count>,
}

impl Coverage {
    /// Counts the end of a call of a library function that is written in Rust.
    pub fn note<R>(&mut self, library: &Library<R>, row: &Row<R>, ending: Ending) {
        let rows = library.rows();
        if let Some(place) = rows.iter().position(|other| std::ptr::eq(other, row)) {
            note(&mut self.rows, place, ending);
        }
    }

    /// Notes the end of a call of a function that is written in the language.
    pub fn note_written(&mut self, role: &Role, ending: Ending) {
        if let Some(definition) = role.definition {
            note(&mut self.definitions, definition, ending);
        }
    }

    /// Returns the counts of all functions: those of the table in its order, then those written in the language.
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

fn note(counts: &mut Vec<Count>, place: usize, ending: Ending) {
    if counts.len() <= place {
        counts.resize(place + 1, Count::default());
    }
    if let Some(count) = counts.get_mut(place) {
        match ending {
            Ending::Returned => count.returned += 1,
            Ending::Raised => count.raised += 1,
        }
    }
}
