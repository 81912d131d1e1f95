//! The index: which key lies where.

use std::collections::BTreeMap;

use crate::segment::Record;

/// Where a record lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// Number of the segment.
    pub segment: u32,
    /// Offset of the record in it.
    pub offset: u64,
    /// Bytes of the record.
    pub size: u32,
}

/// A sorted map in memory. It is rebuilt whenever the store is opened and never
/// written to disk, so it cannot disagree with the segments.
#[derive(Debug, Default)]
pub struct Index {
    places: BTreeMap<Vec<u8>, Place>,
    live: u64,
}

impl Index {
    /// Takes note of a record. Later records replace earlier ones.
    pub fn apply(&mut self, place: Place, record: &Record) {
        let old = match record.value {
            Some(_) => {
                self.live += u64::from(place.size);
                self.places.insert(record.key.clone(), place)
            }
            None => self.places.remove(&record.key),
        };
        if let Some(old) = old {
            self.live -= u64::from(old.size);
        }
    }

    /// Where the newest value of a key lies.
    pub fn find(&self, key: &[u8]) -> Option<Place> {
        self.places.get(key).copied()
    }

    /// Whether a record at a place is the newest of its key.
    pub fn is_current(&self, key: &[u8], place: Place) -> bool {
        self.find(key) == Some(place)
    }

    /// Keys with a prefix, in order.
    pub fn range<'a>(&'a self, prefix: &'a [u8]) -> impl Iterator<Item = &'a [u8]> + 'a {
        self.places
            .range(prefix.to_vec()..)
            .map(|(key, _)| key.as_slice())
            .take_while(move |key| key.starts_with(prefix))
    }

    /// Number of keys.
    pub fn len(&self) -> usize {
        self.places.len()
    }

    /// Whether there are no keys.
    pub fn is_empty(&self) -> bool {
        self.places.is_empty()
    }

    /// Bytes of all records that are still needed.
    pub fn live_bytes(&self) -> u64 {
        self.live
    }
}
