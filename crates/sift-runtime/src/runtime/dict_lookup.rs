//! The cache of the last dict lookup.

use sift_values::value::Value;

/// The result of the last lookup in a dict with an immutable key. Valid until the next collection,
/// after which handles may refer to other objects.
#[derive(Debug, Clone, Copy)]
pub struct DictLookup {
    pub(crate) dict: Value,
    pub(crate) key: Value,
    pub(crate) place: usize,
    /// The dict's version, with which the position changes.
    pub(crate) version: u32,
    /// Number of collections at the time of the lookup.
    pub(crate) collection: u32,
    /// The cost of the lookup in fuel units.
    pub(crate) units: u64,
}

impl DictLookup {
    #[inline]
    pub(crate) const fn is_of(&self, dict: Value, key: Value, collection: u32) -> bool {
        self.key.same(key) && self.dict.same(dict) && self.collection == collection
    }
}
