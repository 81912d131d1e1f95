//! The fuel costs of searches.

/// The units of fuel for one search with the bounded engine.
pub const SEARCH: u64 = 8;

/// The number of bytes that the bounded engine reads for one unit of fuel.
pub const BOUNDED_BYTES_PER_UNIT: usize = 16;

/// The units of fuel for each byte of a match of a pattern with groups, which are slower to find.
pub const GROUP_BYTE: u64 = 2;

/// The number of bytes that an automaton reads for one unit of fuel.
pub const AUTOMATON_BYTES_PER_UNIT: u64 = 8;

/// The number of bytes of an automaton's memory that are cleared for one unit of fuel.
pub const CLEARED_BYTES_PER_UNIT: usize = 128;

/// The units of fuel for starting a backtracking search. Each step of it costs one more.
pub const BACKTRACK: u64 = 8;
