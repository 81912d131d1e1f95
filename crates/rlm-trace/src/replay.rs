//! What a journal knows about each call: for replay, which answers from it, and for resume, which must not ask again.

use std::collections::BTreeMap;

use rlm_model::{CallId, Cost, ModelIdentity, RequestId, RunPath};

use crate::{CallOutcome, Event, HostAnswer, HostRequest, Record};

/// The recorded calls by their ids.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ReplayIndex {
    calls: BTreeMap<CallId, RecordedCall>,
    requests: BTreeMap<(RunPath, u32, u32), RecordedRequest>,
}

/// What a program asked of the host, as a journal holds it.
#[derive(Debug, Clone, PartialEq)]
pub struct RecordedRequest {
    /// What was asked.
    pub request: HostRequest,
    /// What the host said; none where it had not when the journal ended.
    pub answer: Option<HostAnswer>,
}

/// A call as a journal holds it.
#[derive(Debug, Clone, PartialEq)]
pub struct RecordedCall {
    /// Which sample of which request it was; none where it never got a request.
    pub request_id: Option<RequestId>,
    /// Who was asked; none where it never got a request.
    pub model: Option<ModelIdentity>,
    /// What came of it; none where it was in flight when the journal ended.
    pub outcome: Option<CallOutcome>,
    /// True where a cache answered.
    pub cached: bool,
    /// What it cost; none where it is not settled.
    pub cost: Option<Cost>,
}

impl ReplayIndex {
    /// Indexes the calls of a journal. Of a call that was issued again after a resume, the last request counts.
    pub fn of<'a>(records: impl IntoIterator<Item = &'a Record>) -> Self {
        let mut index = Self::default();
        for record in records {
            index.add(&record.event);
        }
        index
    }

    fn add(&mut self, event: &Event) {
        match event {
            Event::Issued(call) => {
                let recorded = RecordedCall {
                    request_id: Some(call.request_id),
                    model: Some(call.model.clone()),
                    outcome: None,
                    cached: false,
                    cost: None,
                };
                self.calls.insert(call.id.clone(), recorded);
            }
            Event::Settled(call) => {
                let recorded = self.calls.entry(call.id.clone()).or_insert(RecordedCall {
                    request_id: None,
                    model: None,
                    outcome: None,
                    cached: false,
                    cost: None,
                });
                recorded.outcome = Some(call.outcome.clone());
                recorded.cached = call.cached;
                recorded.cost = Some(call.cost);
            }
            Event::Asked(asked) => {
                let request = RecordedRequest {
                    request: asked.request.clone(),
                    answer: None,
                };
                self.requests
                    .insert((asked.run.clone(), asked.turn, asked.ordinal), request);
            }
            Event::Answered(answered) => {
                let key = (answered.run.clone(), answered.turn, answered.ordinal);
                if let Some(request) = self.requests.get_mut(&key) {
                    request.answer = Some(answered.answer.clone());
                }
            }
            _ => {}
        }
    }

    /// Returns what is recorded of a call.
    #[must_use]
    pub fn get(&self, id: &CallId) -> Option<&RecordedCall> {
        self.calls.get(id)
    }

    /// Returns what is recorded of a request to the host: of the program of that turn of a run, the one with this number.
    #[must_use]
    pub fn request(&self, run: &RunPath, turn: u32, ordinal: u32) -> Option<&RecordedRequest> {
        self.requests.get(&(run.clone(), turn, ordinal))
    }

    /// Returns all calls in canonical order.
    pub fn iter(&self) -> impl Iterator<Item = (&CallId, &RecordedCall)> {
        self.calls.iter()
    }

    /// Returns the calls that were issued and never settled, in canonical order.
    pub fn in_doubt(&self) -> impl Iterator<Item = &CallId> {
        let open = self.calls.iter().filter(|(_, call)| call.outcome.is_none());
        open.map(|(id, _)| id)
    }

    /// Returns how many calls are recorded.
    #[must_use]
    pub fn len(&self) -> usize {
        self.calls.len()
    }

    /// Tells whether no call is recorded.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.calls.is_empty()
    }
}
