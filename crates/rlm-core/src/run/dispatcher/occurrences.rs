//! Equal requests are samples of one question, told apart by their numbers.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use rlm_model::{CallId, Digest, RequestId, RunPath};

/// Which sample of equal requests a call is.
#[derive(Debug, Default)]
pub(crate) struct Occurrences {
    counted: HashMap<Digest, u32>,
    recorded: Arc<RecordedOccurrences>,
    /// The first number: each run of a tree counts from another, so that equal requests of two runs are two samples.
    first: u32,
}

/// The numbers that a recorded run gave.
#[derive(Debug, Default)]
struct RecordedOccurrences {
    numbers: BTreeMap<CallId, u32>,
    taken: HashSet<RequestId>,
}

impl Occurrences {
    /// Gives calls the numbers that they had in a recorded run, and no number of theirs to any other.
    pub(crate) fn recorded(calls: impl IntoIterator<Item = (CallId, RequestId)>) -> Self {
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

    /// Begins to count the requests of a child run.
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

    /// Returns the number of a call that is one with all equal ones.
    pub(super) fn same(&self, id: &CallId) -> u32 {
        self.recorded.numbers.get(id).copied().unwrap_or(0)
    }

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
