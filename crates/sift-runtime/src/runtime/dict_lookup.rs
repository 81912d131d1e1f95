//! The cache of the last dict lookup.

use sift_values::value::Value;

/// The cached result of the last lookup in a dict, for an immutable key. It is valid until the next
/// garbage collection, after which handles may refer to other objects.
#[derive(Debug, Clone, Copy)]
pub struct DictLookup {
    pub(crate) dict: Value,
    pub(crate) key: Value,
    pub(crate) place: usize,
    /// The dict's version at the time of the lookup. The cached position is valid only for this
    /// version.
    pub(crate) version: u32,
    /// The number of garbage collections before the lookup.
    pub(crate) collection: u32,
    /// The fuel that the lookup cost, in units.
    pub(crate) units: u64,
}

impl DictLookup {
    #[inline]
    pub(crate) const fn is_of(&self, dict: Value, key: Value, collection: u32) -> bool {
        self.key.same(key) && self.dict.same(dict) && self.collection == collection
    }
}
