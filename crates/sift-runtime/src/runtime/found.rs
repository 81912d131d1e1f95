//! The last look-up in a dict.

use sift_values::value::Value;

/// What the last look-up in a dict found, by a key that is what it is for good. It holds until the next collection, after
/// which numbers of objects may mean others.
#[derive(Debug, Clone, Copy)]
pub struct Found {
    pub(crate) dict: Value,
    pub(crate) key: Value,
    pub(crate) place: usize,
    /// The dict's version: places change with it.
    pub(crate) version: u32,
    /// How many collections there had been.
    pub(crate) collection: u32,
    /// What the look-up cost.
    pub(crate) units: u64,
}

impl Found {
    #[inline]
    pub(crate) const fn is_of(&self, dict: Value, key: Value, collection: u32) -> bool {
        self.key.same(key) && self.dict.same(dict) && self.collection == collection
    }
}
