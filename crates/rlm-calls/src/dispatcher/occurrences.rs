//! Numbers equal requests, which are different samples of one question.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use rlm_model::{CallId, Digest, RequestId, RunPath};

/// The numbers of equal requests.
#[derive(Debug, Default)]
pub struct Occurrences {
    counted: HashMap<Digest, u32>,
    recorded: Arc<RecordedOccurrences>,
    /// The first number. Each run of a tree starts at another, so that equal requests of two runs are two samples.
    first: u32,
}

/// The numbers of a recorded run.
#[derive(Debug, Default)]
struct RecordedOccurrences {
    numbers: BTreeMap<CallId, u32>,
    taken: HashSet<RequestId>,
}

impl Occurrences {
    /// Gives calls their numbers in a recorded run, and these numbers to no other call.
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

    /// Starts to number the requests of a child run.
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
            // Room for some thousand equal requests of each.
            first: number & !0xfff,
        }
    }

    /// Returns the number of a call that is the same request as all equal ones.
    pub(super) fn same(&self, id: &CallId) -> u32 {
        self.recorded.numbers.get(id).copied().unwrap_or(0)
    }

    /// Returns the number of a call that is a sample of its own.
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
