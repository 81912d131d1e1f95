//! The modes of a search.

/// The anchoring of a search: where a match must start and end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SearchMode {
    /// Finds the first match that starts at or after the start position.
    Search,
    /// Finds a match that starts exactly at the start position.
    Match,
    /// Finds a match from the start position to the end of the text.
    Fullmatch,
}
