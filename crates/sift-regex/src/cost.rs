//! The fuel that a search pays.

/// Units for a search with the bounded engine.
pub const SEARCH: u64 = 8;

/// Bytes that the bounded engine reads for one unit.
pub const BOUNDED_BYTES_PER_UNIT: usize = 16;

/// Units for a byte of a match whose groups are wanted: they are found more slowly.
pub const GROUP_BYTE: u64 = 2;

/// Bytes that an automaton reads for one unit.
pub const AUTOMATON_BYTES_PER_UNIT: u64 = 8;

/// Bytes of an automaton's memory that are cleared for one unit.
pub const CLEARED_BYTES_PER_UNIT: usize = 128;

/// Units for beginning a backtracking search; each of its steps costs one.
pub const BACKTRACK: u64 = 8;
