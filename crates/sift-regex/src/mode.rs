//! How a match is looked for.

/// What a search looks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SearchMode {
    /// The first match that starts at the start or behind it.
    Search,
    /// A match that starts at the start.
    Match,
    /// A match that starts at the start and ends at the text's end.
    Fullmatch,
}
