//! The library's table as it stands for a [`Runtime`].

use super::state::Runtime;
use crate::table;

/// A function as the table's source writes it.
pub type Entry = table::Entry<Runtime>;

/// The functions of one owner.
pub type Group = table::Group<Runtime>;

/// The table of all that programs find.
pub type Library = table::Library<Runtime>;

/// What the table is built of.
pub type Parts<'a> = table::Parts<'a, Runtime>;

/// A function as the machine uses it.
pub type Row = table::Row<Runtime>;
