//! The nominal sizes of texts, which memory limits count: a public table, the same on every machine
//! and with every allocator.

/// The nominal size of a text's header: its variant and fields.
pub const TEXT_BYTES: usize = 32;
/// The maximum length of a text that is stored inline in the header, in bytes. Longer short texts
/// are counted separately.
pub const INLINE_BYTES: usize = 23;
/// The nominal size of an owned source, in bytes, without the bytes of its text.
pub const SOURCE_BYTES: usize = 128;
/// The nominal size of one entry in an owned source's table of origins, in bytes.
pub const SPAN_BYTES: usize = 24;
/// The nominal size of a rope, in bytes, without its pieces.
pub const ROPE_BYTES: usize = 64;
/// The nominal size of a node in a rope's tree, in bytes, without the pieces of a leaf.
pub const NODE_BYTES: usize = 96;
/// The nominal size of a piece in a rope or leaf, in bytes, without the bytes of a short text that
/// is not stored inline.
pub const PIECE_BYTES: usize = 32;

/// The response of a memory meter that visits a part shared by several texts: seen for the first
/// time, or again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum VisitOutcome {
    /// The part is new to the memory meter, so the parts within it are visited too.
    First,
    /// The part was counted before, with everything in it, so it is skipped.
    Again,
}

/// The identity of a part that texts share, unique among all parts that are alive. The value
/// differs from run to run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OwnedKey(usize);

impl OwnedKey {
    pub(crate) fn from_arc<T>(shared: &std::sync::Arc<T>) -> Self {
        Self(std::sync::Arc::as_ptr(shared).addr())
    }
}
