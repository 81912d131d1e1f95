//! The memory tier: replies that this process has stored or read, up to a size limit.

use std::sync::Arc;

use quick_cache::sync::{Cache, DefaultLifecycle};
use quick_cache::{DefaultHashBuilder, OptionsBuilder, Weighter};
use rlm_model::{Reply, RequestId};

/// The estimated size of an entry in bytes, not counting its texts.
const OVERHEAD: u64 = 256;

/// The estimated size of a typical entry in bytes. It determines how many evicted keys are
/// remembered.
const USUAL: u64 = 512;

/// The number of shards, each with its own lock and share of the bytes. It is the same on every
/// machine, because the largest reply that can be cached is almost a share.
const SHARDS: usize = 8;

/// A size-limited cache of replies. When it is full, replies that haven't been requested again are
/// evicted first.
///
/// The policy is that of `quick_cache`, between Clock-PRO and S3-FIFO. A new reply in a full cache
/// gets a place in a small probation area. It is promoted if it is requested there, or stored again
/// soon after eviction. LRU would be simpler but worse: a program that is run again sends the same
/// requests in the same order. If they exceed the limit, LRU evicts each reply just before its next
/// use.
#[derive(Debug)]
pub(crate) struct Memory(Cache<RequestId, Arc<Reply>, Size>);

/// Weighs replies by their size in bytes.
#[derive(Debug, Clone, Copy)]
struct Size;

impl Memory {
    /// Creates a tier of `limit` bytes; with a limit of 0 it stores nothing.
    #[expect(clippy::expect_used, reason = "nothing but a missing number makes options fail")]
    pub(crate) fn new(limit: u64) -> Self {
        let options = OptionsBuilder::new()
            .shards(SHARDS)
            .estimated_items_capacity(usize::try_from(limit / USUAL).unwrap_or(usize::MAX))
            .weight_capacity(limit)
            .build()
            .expect("both capacities are set");
        let (hashes, lifecycle) = (DefaultHashBuilder::default(), DefaultLifecycle::default());
        Self(Cache::with_options(options, Size, hashes, lifecycle))
    }

    pub(crate) fn get(&self, id: &RequestId) -> Option<Arc<Reply>> {
        self.0.get(id)
    }

    /// Stores a reply, replacing an earlier one with the same id. A reply larger than a share isn't
    /// stored.
    pub(crate) fn put(&self, id: &RequestId, reply: Arc<Reply>) {
        self.0.insert(*id, reply);
    }
}

impl Weighter<RequestId, Arc<Reply>> for Size {
    fn weight(&self, _: &RequestId, reply: &Arc<Reply>) -> u64 {
        let texts = [&reply.text].into_iter().chain(&reply.reasoning).map(String::len);
        let notes = reply.notes.iter().map(|note| note.0.len());
        texts
            .chain(notes)
            .fold(OVERHEAD, |sum, length| sum.saturating_add(length as u64))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rlm_model::{Digest, Usage};

    use super::*;

    fn id(number: u32) -> RequestId {
        RequestId {
            digest: Digest::of(&number.to_le_bytes()),
            occurrence: 0,
        }
    }

    fn reply(bytes: usize) -> Arc<Reply> {
        Arc::new(Reply::new("x".repeat(bytes), Usage::default()))
    }

    proptest! {
        #[test]
        fn memory_tier_respects_its_limit_and_never_mixes_up_replies(
            limit in 0_u64..200_000,
            puts in prop::collection::vec((0_u32..100, 0_usize..20_000, 0_u32..100), 1..300),
        ) {
            let memory = Memory::new(limit);
            let mut last = [None; 100];
            // The shares are rounded up.
            let most = limit + SHARDS as u64;
            for (number, bytes, asked) in puts {
                memory.put(&id(number), reply(bytes));
                last[number as usize] = Some(bytes);
                prop_assert!(memory.0.weight() <= most, "{} of {limit}", memory.0.weight());
                if let Some(found) = memory.get(&id(asked)) {
                    prop_assert_eq!(Some(found.text.len()), last[asked as usize]);
                }
            }
        }
    }

    #[test]
    fn frequently_used_replies_survive_many_one_time_entries() {
        let entry = OVERHEAD as usize + 256;
        let memory = Memory::new(1_000 * entry as u64);
        (0..900).for_each(|number| memory.put(&id(number), reply(256)));
        (0..100).for_each(|number| assert!(memory.get(&id(number)).is_some()));
        (1_000..11_000).for_each(|number| {
            memory.put(&id(number), reply(256));
            // Each new reply is requested once, so that it competes for a place among the retained
            // ones.
            let _ = memory.get(&id(number));
            if number % 100 == 0 {
                (0..100).for_each(|number| drop(memory.get(&id(number))));
            }
        });
        let there =
            |numbers: std::ops::Range<u32>| numbers.filter(|number| memory.0.peek(&id(*number)).is_some()).count();
        assert_eq!(there(0..100), 100, "asked for again and again");
        assert_eq!(there(100..900), 0, "never asked for");
        assert!(there(10_900..11_000) > 90, "the newest");
    }

    #[test]
    fn rerun_larger_than_the_memory_tier_still_hits_most_entries() {
        let memory = Memory::new(1_000 * (OVERHEAD + 256));
        let mut found = 0;
        for _ in 0..2 {
            found = 0;
            for number in 0..1_500 {
                match memory.get(&id(number)) {
                    Some(_) => found += 1,
                    None => memory.put(&id(number), reply(256)),
                }
            }
        }
        assert!(found > 800, "{found}");
    }
}
