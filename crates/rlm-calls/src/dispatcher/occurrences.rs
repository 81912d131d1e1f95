//! Numbers equal requests, which are separate samples of one prompt.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use rlm_model::{CallId, Digest, RequestId, RunPath};

/// The occurrence numbers of requests, which distinguish equal ones.
#[derive(Debug, Default)]
pub struct Occurrences {
    counted: HashMap<Digest, u32>,
    recorded: Arc<RecordedOccurrences>,
    /// The first occurrence number of the run. Each run of a tree has a different one, so that
    /// equal requests of two runs are two samples.
    first: u32,
}

/// The occurrence numbers that a recorded run has used.
#[derive(Debug, Default)]
struct RecordedOccurrences {
    numbers: BTreeMap<CallId, u32>,
    taken: HashSet<RequestId>,
}

impl Occurrences {
    /// Assigns calls their numbers from a recorded run, and reserves these numbers.
    #[must_use]
    pub fn recorded(calls: impl IntoIterator<Item = (CallId, RequestId)>) -> Self {
        let mut recorded = RecordedOccurrences::default();
        for (id, request) in calls {
            recorded.numbers.insert(id, request.occurrence);
            recorded.taken.insert(request);
        }
        Self {
            recorded: Arc::new(recorded),
            ..Self::default()
        }
    }

    /// Creates the numbering for a child run.
    pub(crate) fn of_child(&self, path: &RunPath) -> Self {
        let digest = Digest::of(path.to_string().as_bytes());
        let number = digest
            .as_bytes()
            .iter()
            .take(4)
            .fold(0, |number, byte| (number << 8) | u32::from(*byte));
        Self {
            counted: HashMap::new(),
            recorded: Arc::clone(&self.recorded),
            // Each run has room for some thousand equal requests.
            first: number & !0xfff,
        }
    }

    /// Returns the occurrence number of a call if equal requests count as one: the recorded number,
    /// or 0.
    pub(super) fn same(&self, id: &CallId) -> u32 {
        self.recorded.numbers.get(id).copied().unwrap_or(0)
    }

    /// Returns the occurrence number of a call that is a separate sample: the recorded or the next
    /// one.
    pub(super) fn next(&mut self, id: &CallId, digest: Digest) -> u32 {
        if let Some(number) = self.recorded.numbers.get(id) {
            return *number;
        }
        let count = self.counted.entry(digest).or_insert(self.first);
        loop {
            let occurrence = *count;
            *count = count.saturating_add(1);
            if occurrence == u32::MAX || !self.recorded.taken.contains(&RequestId { digest, occurrence }) {
                return occurrence;
            }
        }
    }
}
