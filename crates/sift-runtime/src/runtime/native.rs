//! The types of the library table, instantiated for [`Runtime`].

use super::state::Runtime;
use crate::table;

/// The source entry of one library function that works on a [`Runtime`].
pub type Entry = table::Entry<Runtime>;

/// The source entries of one owner's library functions, such as those of a module.
pub type Group = table::Group<Runtime>;

/// The library table: all functions, classes and modules that programs can use.
pub type Library = table::Library<Runtime>;

/// The input from which the library table is built.
pub type Parts<'a> = table::Parts<'a, Runtime>;

/// The row of one library function in the table.
pub type Row = table::Row<Runtime>;
