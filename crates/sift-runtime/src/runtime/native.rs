//! The library table, instantiated for a [`Runtime`].

use super::state::Runtime;
use crate::table;

/// A function in the source of the table.
pub type Entry = table::Entry<Runtime>;

/// The functions of one owner.
pub type Group = table::Group<Runtime>;

/// The library table: everything that programs find.
pub type Library = table::Library<Runtime>;

/// The parts of the table.
pub type Parts<'a> = table::Parts<'a, Runtime>;

/// A function of the table.
pub type Row = table::Row<Runtime>;
