//! The state of a garbage collection: a mark for each slot, and the shared bytes of texts, each
//! counted once.

use hashbrown::HashSet;
use sift_text::{OwnedKey, Text, VisitOutcome};

use super::page::PAGE_SIZE;
use crate::value::Handle;

/// The marks of a garbage collection, as a bit for each slot of the heap.
pub(super) struct Marks(Vec<u64>);

impl Marks {
    pub(super) fn new(places: u32) -> Self {
        Self(vec![0; (places as usize).div_ceil(64)])
    }

    /// Returns the number of marked slots in a page.
    pub(super) fn in_page(&self, number: usize) -> usize {
        const WORDS: usize = PAGE_SIZE / 64;
        let words = self.0.iter().skip(number * WORDS).take(WORDS);
        words.map(|word| word.count_ones() as usize).sum()
    }

    pub(super) fn get(&self, handle: Handle) -> bool {
        self.0
            .get(handle.0 as usize / 64)
            .is_some_and(|word| word >> (handle.0 % 64) & 1 == 1)
    }

    /// Marks the slot of an object. Returns `true` if it was not marked before.
    pub(super) fn set(&mut self, handle: Handle) -> bool {
        let Some(word) = self.0.get_mut(handle.0 as usize / 64) else {
            return false;
        };
        let bit = 1 << (handle.0 % 64);
        let new = *word & bit == 0;
        *word |= bit;
        new
    }
}

/// Counts the bytes that texts share, each once. Bytes shared with the host's texts aren't counted.
pub(super) struct SharedTexts<'a> {
    hosts: &'a HashSet<OwnedKey>,
    seen: HashSet<OwnedKey>,
    /// The key of the bytes counted last. It is compared first, because neighbouring texts usually
    /// share the same bytes.
    last: Option<OwnedKey>,
}

impl<'a> SharedTexts<'a> {
    pub(super) fn beside(hosts: &'a HashSet<OwnedKey>) -> Self {
        Self {
            hosts,
            seen: HashSet::new(),
            last: None,
        }
    }

    pub(super) fn count(&mut self, text: &Text) -> usize {
        let mut bytes = 0_usize;
        text.for_each_owned(|key, size| {
            if self.last.replace(key) == Some(key) || self.hosts.contains(&key) || !self.seen.insert(key) {
                return VisitOutcome::Again;
            }
            bytes = bytes.saturating_add(size);
            VisitOutcome::First
        });
        bytes
    }
}
