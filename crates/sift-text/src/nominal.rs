//! The nominal sizes of texts for a memory meter: a public table, the same on every machine and
//! with every allocator.

/// A text: its variant and the fields of it.
pub const TEXT_BYTES: usize = 32;
/// The most bytes that are stored inline; those of longer short texts are counted.
pub const INLINE_BYTES: usize = 23;
/// An owned source, without the bytes of its text.
pub const SOURCE_BYTES: usize = 128;
/// One entry of an owned source's table of origins.
pub const SPAN_BYTES: usize = 24;
/// A rope, without its pieces.
pub const ROPE_BYTES: usize = 64;
/// A node of a rope's tree, without the pieces of a leaf.
pub const NODE_BYTES: usize = 96;
/// A piece in a rope or in a leaf, without the bytes of a short text that does not fit into it.
pub const PIECE_BYTES: usize = 32;

/// The response of a memory meter to a part that texts may share.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sighting {
    /// The part is new; its own parts are visited too.
    First,
    /// The part and everything in it was counted before.
    Again,
}

/// The identity of a shared part, unique among all that are alive. The value differs from run to
/// run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OwnedKey(usize);

impl OwnedKey {
    pub(crate) fn from_arc<T>(shared: &std::sync::Arc<T>) -> Self {
        Self(std::sync::Arc::as_ptr(shared).addr())
    }
}
