//! The modes of a search.

/// The anchoring of a search.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SearchMode {
    /// The first match that starts at or after the start position.
    Search,
    /// A match that starts exactly at the start position.
    Match,
    /// A match from the start position to the end of the text.
    Fullmatch,
}
