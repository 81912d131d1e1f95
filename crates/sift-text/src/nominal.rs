//! What texts are counted as by a memory meter: a public table, the same on every machine and with every allocator.

/// A text: its variant and the fields of it.
pub const TEXT_BYTES: usize = 32;
/// The most that fits into a text itself; the bytes of a longer short text are counted one by one.
pub const INLINE_BYTES: usize = 23;
/// An owned source, beside the bytes of its text.
pub const SOURCE_BYTES: usize = 128;
/// One entry of an owned source's table of origins.
pub const SPAN_BYTES: usize = 24;
/// A rope, beside the pieces that it holds itself.
pub const ROPE_BYTES: usize = 64;
/// A node of a rope's tree, beside the pieces of a leaf.
pub const NODE_BYTES: usize = 96;
/// A piece in a rope or in a leaf, beside the bytes of a short text that does not fit into it.
pub const PIECE_BYTES: usize = 32;

/// What the meter should do with something that several texts may share.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sighting {
    /// It was not seen before: what it holds is to be shown too.
    First,
    /// It was counted already, and so was all that it holds.
    Again,
}

/// The identity of something that texts share, unique among all that are alive. It says nothing beyond that: its value
/// differs from run to run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OwnedKey(usize);

impl OwnedKey {
    pub(crate) fn of<T>(shared: &std::sync::Arc<T>) -> Self {
        Self(std::sync::Arc::as_ptr(shared).addr())
    }
}
