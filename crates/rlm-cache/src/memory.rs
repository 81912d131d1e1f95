//! The memory tier: what this process has seen, up to a number of bytes.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use dashmap::DashMap;
use dashmap::mapref::entry::Entry;
use rlm_model::{Reply, RequestId};

/// What an entry takes beside its texts, roughly.
const OVERHEAD: u64 = 256;

/// Replies in memory. When it is full, new ones are not taken in: the cheapest policy, and calls do not fail for it.
#[derive(Debug)]
pub(crate) struct Memory {
    replies: DashMap<RequestId, Arc<Reply>>,
    bytes: AtomicU64,
    limit: u64,
}

impl Memory {
    pub(crate) fn new(limit: u64) -> Self {
        Self {
            replies: DashMap::new(),
            bytes: AtomicU64::new(0),
            limit,
        }
    }

    pub(crate) fn get(&self, id: &RequestId) -> Option<Arc<Reply>> {
        self.replies.get(id).map(|reply| Arc::clone(&reply))
    }

    /// Takes a reply in, in place of an earlier one under the same id, if there is room.
    pub(crate) fn put(&self, id: &RequestId, reply: Arc<Reply>) {
        let size = size(&reply);
        match self.replies.entry(*id) {
            Entry::Occupied(mut there) => {
                let before = there.insert(reply);
                self.bytes.fetch_add(size, Ordering::Relaxed);
                self.bytes.fetch_sub(self::size(&before), Ordering::Relaxed);
            }
            Entry::Vacant(place) => {
                let bytes = self.bytes.fetch_add(size, Ordering::Relaxed);
                if bytes.saturating_add(size) > self.limit {
                    self.bytes.fetch_sub(size, Ordering::Relaxed);
                } else {
                    place.insert(reply);
                }
            }
        }
    }
}

fn size(reply: &Reply) -> u64 {
    let reasoning = reply.reasoning.as_ref().map_or(0, String::len);
    OVERHEAD
        .saturating_add(reply.text.len() as u64)
        .saturating_add(reasoning as u64)
}
