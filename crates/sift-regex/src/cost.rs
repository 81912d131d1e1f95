//! The fuel costs of searches.

/// The units for one search with the bounded engine.
pub const SEARCH: u64 = 8;

/// The number of bytes that the bounded engine reads for one unit.
pub const BOUNDED_BYTES_PER_UNIT: usize = 16;

/// The units for each byte of a match with groups, which are slower to find.
pub const GROUP_BYTE: u64 = 2;

/// The number of bytes that an automaton reads for one unit.
pub const AUTOMATON_BYTES_PER_UNIT: u64 = 8;

/// The number of bytes of an automaton's memory that are cleared for one unit.
pub const CLEARED_BYTES_PER_UNIT: usize = 128;

/// The units for starting a backtracking search. Each of its steps costs one more.
pub const BACKTRACK: u64 = 8;
