//! Hash maps that preserve insertion order, for dicts and sets. The map of a set has no values.
//!
//! Only the heap can compare the values in a map, so lookups receive the comparison from the
//! caller.

use hashbrown::HashTable;

use crate::capacity::{is_roomy, take_room_back};
use crate::value::Value;

/// An entry of a map. A removed entry leaves an empty place until the map is packed.
#[derive(Debug, Clone, Copy)]
struct Entry {
    hash: u64,
    key: Value,
    value: Value,
}

/// A hash map from values to values that preserves insertion order. Each entry has a place, which
/// is its index in that order.
#[derive(Debug, Clone, Default)]
pub struct Dict {
    entries: Vec<Entry>,
    index: HashTable<u32>,
    /// The index before which all places are empty, so that removing first entries repeatedly
    /// doesn't scan them.
    first: usize,
    /// A counter that changes when entries of the map are moved or removed. Iterators compare it to
    /// detect changes.
    version: u32,
}

impl Dict {
    /// Creates an empty map with capacity for this many entries.
    pub fn with_capacity(items: usize) -> Self {
        Self {
            entries: Vec::with_capacity(items),
            index: HashTable::with_capacity(items),
            first: 0,
            version: 0,
        }
    }

    /// Returns the number of entries in the map.
    #[inline]
    pub fn len(&self) -> usize {
        self.index.len()
    }

    /// Returns the number of places in the map: those of entries, and those of removed entries
    /// until the map is packed.
    pub const fn places(&self) -> usize {
        self.entries.len()
    }

    /// Returns `true` if the map has no entries.
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.index.is_empty()
    }

    /// Returns a counter that changes when iterators over the map become invalid.
    #[inline]
    pub const fn version(&self) -> u32 {
        self.version
    }

    /// Returns the place of a key in the map, if it is present. `equal` compares it with a key that
    /// has the same hash, and may fail.
    pub fn find<E>(&self, hash: u64, mut equal: impl FnMut(Value) -> Result<bool, E>) -> Result<Option<usize>, E> {
        let mut failed = None;
        let found = self.index.find(hash, |&at| {
            let Some(entry) = self.entries.get(at as usize) else {
                return false;
            };
            if entry.hash != hash || failed.is_some() {
                return false;
            }
            equal(entry.key).unwrap_or_else(|error| {
                failed = Some(error);
                false
            })
        });
        match failed {
            Some(error) => Err(error),
            None => Ok(found.map(|&at| at as usize)),
        }
    }

    /// Returns the place of a key in the map, if it is present. `equal` compares it with a key that
    /// has the same hash, and can't fail.
    #[inline]
    pub fn find_plain(&self, hash: u64, mut equal: impl FnMut(Value) -> bool) -> Option<usize> {
        let found = self.index.find(hash, |&at| {
            let entry = self.entries.get(at as usize);
            entry.is_some_and(|entry| entry.hash == hash && equal(entry.key))
        });
        found.map(|&at| at as usize)
    }

    /// Returns the key and value of the map at a place returned by [`find`](Self::find).
    #[inline]
    pub fn at(&self, place: usize) -> Option<(Value, Value)> {
        self.entries
            .get(place)
            .filter(|entry| !entry.key.is_unbound())
            .map(|entry| (entry.key, entry.value))
    }

    /// Replaces the value of the map at a place returned by [`find`](Self::find).
    #[inline]
    pub fn set_at(&mut self, place: usize, value: Value) {
        if let Some(entry) = self.entries.get_mut(place) {
            entry.value = value;
        }
    }

    /// Adds an entry with a new key to the map. The caller has checked that the key is not present.
    pub fn push(&mut self, hash: u64, key: Value, value: Value) {
        let place = u32::try_from(self.entries.len()).unwrap_or(u32::MAX);
        self.entries.push(Entry { hash, key, value });
        let entries = &self.entries;
        self.index.insert_unique(hash, place, |&at| {
            entries.get(at as usize).map_or(0, |entry| entry.hash)
        });
    }

    /// Removes the entry of the map at a place returned by [`find`](Self::find).
    pub fn remove_at(&mut self, place: usize) -> Option<(Value, Value)> {
        let entry = self.entries.get_mut(place).filter(|entry| !entry.key.is_unbound())?;
        let removed = (entry.key, entry.value);
        let hash = entry.hash;
        entry.key = Value::UNBOUND;
        entry.value = Value::UNBOUND;
        if let Ok(found) = self.index.find_entry(hash, |&at| at as usize == place) {
            found.remove();
        }
        self.version = self.version.wrapping_add(1);
        while self.entries.last().is_some_and(|entry| entry.key.is_unbound()) {
            self.entries.pop();
        }
        while self.entries.get(self.first).is_some_and(|entry| entry.key.is_unbound()) {
            self.first += 1;
        }
        self.first = self.first.min(self.entries.len());
        // Up to a third of the places may be empty.
        if self.entries.len() > 4 + self.index.len() + self.index.len() / 2 {
            self.pack();
        }
        Some(removed)
    }

    /// Removes all entries from the map.
    pub fn clear(&mut self) {
        self.entries.clear();
        self.index.clear();
        self.first = 0;
        self.version = self.version.wrapping_add(1);
    }

    /// Replaces all entries by those of another map.
    pub fn replace(&mut self, other: Self) {
        let version = self.version.wrapping_add(1);
        *self = other;
        self.version = version;
    }

    /// Returns the keys and values of the map, in insertion order.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = (Value, Value)> {
        self.entries
            .iter()
            .filter(|entry| !entry.key.is_unbound())
            .map(|entry| (entry.key, entry.value))
    }

    /// Returns the key hashes, keys and values of the map, in insertion order.
    #[inline]
    pub fn iter_hashed(&self) -> impl Iterator<Item = (u64, Value, Value)> {
        self.entries
            .iter()
            .filter(|entry| !entry.key.is_unbound())
            .map(|entry| (entry.hash, entry.key, entry.value))
    }

    /// Returns the keys of the map, in insertion order.
    #[inline]
    pub fn keys(&self) -> impl DoubleEndedIterator<Item = Value> {
        self.iter().map(|(key, _)| key)
    }

    /// Returns the first entry of the map at or after `place`, as the place after the entry, the
    /// key and the value.
    #[inline]
    pub fn next_from(&self, place: usize) -> Option<(usize, Value, Value)> {
        let place = place.max(self.first);
        let rest = self.entries.get(place..)?;
        let skipped = rest.iter().position(|entry| !entry.key.is_unbound())?;
        let entry = rest.get(skipped)?;
        Some((place + skipped + 1, entry.key, entry.value))
    }

    /// Returns the place of the last entry in the map, or `None` if it is empty.
    pub fn last_place(&self) -> Option<usize> {
        self.entries.len().checked_sub(1)
    }

    /// Returns the place of the first entry in the map, or `None` if it is empty.
    pub fn first_place(&self) -> Option<usize> {
        Some(self.first).filter(|first| *first < self.entries.len())
    }

    /// Returns `true` if the map has much more capacity than its entries need.
    pub(crate) fn is_roomy(&self) -> bool {
        is_roomy(self.entries.len(), self.entries.capacity()) || is_roomy(self.index.len(), self.index.capacity() / 2)
    }

    /// Releases the spare capacity of the map. Entries keep their places.
    pub(crate) fn shrink(&mut self) {
        take_room_back(&mut self.entries);
        let entries = &self.entries;
        self.index
            .shrink_to_fit(|&at| entries.get(at as usize).map_or(0, |entry| entry.hash));
    }

    /// Removes the empty places from the map, which moves the entries.
    fn pack(&mut self) {
        self.entries.retain(|entry| !entry.key.is_unbound());
        self.first = 0;
        self.index.clear();
        let entries = &self.entries;
        for (place, entry) in (0..).zip(entries) {
            self.index.insert_unique(entry.hash, place, |&at| {
                entries.get(at as usize).map_or(0, |entry| entry.hash)
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn find(dict: &Dict, key: i64) -> Option<usize> {
        dict.find::<()>(key.cast_unsigned() % 3, |other| Ok(other.as_int() == Some(key)))
            .unwrap()
    }

    #[test]
    fn first_dict_entry_is_found_after_many_removals() {
        let mut dict = Dict::default();
        for key in 0..100 {
            dict.push(key as u64 % 3, Value::int(key), Value::NONE);
        }
        for key in [1, 0, 2, 99, 3] {
            let place = find(&dict, key).unwrap();
            dict.remove_at(place);
        }
        for key in 4..99 {
            let place = dict.first_place().unwrap();
            assert_eq!(dict.next_from(0).map(|(_, key, _)| key.as_int()), Some(Some(key)));
            assert_eq!(dict.remove_at(place).and_then(|(key, _)| key.as_int()), Some(key));
        }
        assert_eq!(dict.first_place(), None);
        dict.push(7, Value::int(7), Value::NONE);
        assert_eq!(dict.first_place(), Some(0));
    }

    #[test]
    fn dict_keeps_order_through_removals_and_hash_collisions() {
        let mut dict = Dict::default();
        for key in 0..200 {
            dict.push(key as u64 % 3, Value::int(key), Value::int(key * 10));
        }
        for key in (0..200).filter(|key| key % 5 != 0) {
            let place = find(&dict, key).unwrap();
            dict.remove_at(place);
        }
        let keys: Vec<_> = dict.keys().map(|key| key.as_int().unwrap()).collect();
        assert_eq!(keys, (0..200).filter(|key| key % 5 == 0).collect::<Vec<_>>());
        assert_eq!(dict.len(), 40);
        for key in 0..200 {
            let found = find(&dict, key)
                .and_then(|place| dict.at(place))
                .and_then(|(_, value)| value.as_int());
            assert_eq!(found, (key % 5 == 0).then_some(key * 10));
        }
    }
}
