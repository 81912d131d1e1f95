//! An index of the recorded results of calls. Replays answer calls from it, and resumed runs don't
//! repeat the calls in it.

use std::collections::BTreeMap;

use rlm_model::{CallId, Cost, ModelErrorKind, ModelIdentity, Money, RequestId, RunPath, Tokens};

use crate::{
    Event, HostAnswer, HostRequest, JournalTexts, Millis, Overrun, Record, RecordedOutcome, Reservation, in_force,
};

/// An index of the calls and host requests recorded in a journal, keyed by their position in the
/// run.
///
/// ```
/// use rlm_trace::{RecordedRun, ReplayIndex};
///
/// let run = RecordedRun::read("../../examples/recorded/reviews.jsonl")?;
/// let index = ReplayIndex::of(&run.records);
/// let call = index.get(&"1.1.0".parse()?).ok_or("no such call")?;
/// assert!(call.outcome.is_some() && !call.cached);
/// assert_eq!((index.len(), index.in_doubt().count()), (8, 0));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ReplayIndex {
    calls: BTreeMap<CallId, RecordedCall>,
    requests: BTreeMap<(RunPath, u32, u32), RecordedRequest>,
    texts: JournalTexts,
}

/// A host request of a program as recorded in a journal. Withheld texts are placeholders, as
/// returned by [`JournalTexts::request`].
#[derive(Debug, Clone, PartialEq)]
pub struct RecordedRequest {
    /// The request that the program made to the host.
    pub request: HostRequest,
    /// The answer of the host. `None` if the journal ended before the answer.
    pub answer: Option<HostAnswer>,
}

/// A model call as recorded in a journal.
#[derive(Debug, Clone, PartialEq)]
pub struct RecordedCall {
    /// The digest of the request and the sample number. `None` if no request was made.
    pub request_id: Option<RequestId>,
    /// The model that was called. `None` if no request was made.
    pub model: Option<ModelIdentity>,
    /// The result of the call. `None` if the call was in flight when the journal ended.
    pub outcome: Option<RecordedOutcome>,
    /// Whether a cache answered the call.
    pub cached: bool,
    /// The cost of the call. `None` if the call is not settled.
    pub cost: Option<Cost>,
    /// Whether the call failed because its server was out for longer than the run waits.
    pub outage: bool,
    /// The duration of the call since it was issued. `None` if the call is not settled, or if the
    /// journal does not record its duration.
    pub elapsed: Option<Millis>,
    /// The number of attempts at the call. `None` in journals of earlier releases, and if no
    /// request was sent or the call is not settled.
    pub attempts: Option<u32>,
    /// The usage charged for all attempts of the call. `None` if the journal does not record it.
    pub spent: Option<Reservation>,
    /// The provider's report of excess usage, if the call used more than was reserved.
    pub overrun: Option<Overrun>,
    /// The tokens and cost reserved for the call's last request. `None` if no request was made.
    pub reserved: Option<Reservation>,
    /// The number of earlier requests of the call whose process ended before the reply. `spent`
    /// includes the reservation of each.
    pub in_doubt: u32,
    /// Whether the call's last request was issued early, before the program reached the call.
    pub early: bool,
    /// Whether the call's last attempt failed and its next attempt waits until the server is
    /// available again.
    waits_for_server: bool,
}

impl RecordedCall {
    const NONE: Self = Self {
        request_id: None,
        model: None,
        outcome: None,
        cached: false,
        cost: None,
        outage: false,
        elapsed: None,
        attempts: None,
        spent: None,
        overrun: None,
        reserved: None,
        in_doubt: 0,
        early: false,
        waits_for_server: false,
    };

    /// Adds the usage of an attempt to the usage charged for the call.
    fn charge(&mut self, spent: &Reservation) {
        let before = self.spent.unwrap_or(Reservation {
            input: Tokens(0),
            output: Tokens(0),
            cost: Cost::Known(Money::ZERO),
        });
        self.spent = Some(Reservation {
            input: before.input.saturating_add(spent.input),
            output: before.output.saturating_add(spent.output),
            cost: before.cost.plus(spent.cost),
        });
    }
}

impl ReplayIndex {
    /// Indexes the calls and host requests of a journal, except those that a resumed run discarded.
    /// If a call was issued again after a resume, the last request counts.
    pub fn of<'a>(records: impl IntoIterator<Item = &'a Record>) -> Self {
        let mut index = Self::default();
        for record in in_force(records) {
            index.add(&record.event);
        }
        index
    }

    fn add(&mut self, event: &Event) {
        match event {
            Event::RunStarted(started) => self.texts = started.texts,
            Event::Issued(call) => {
                let mut recorded = RecordedCall {
                    request_id: Some(call.request_id),
                    model: Some(call.model.clone()),
                    reserved: Some(call.reserved),
                    early: call.early,
                    ..RecordedCall::NONE
                };
                if let Some(before) = self.calls.remove(&call.id)
                    && let Some(reserved) = &before.reserved
                {
                    recorded.spent = before.spent;
                    recorded.in_doubt = before.in_doubt.saturating_add(1);
                    recorded.charge(reserved);
                }
                self.calls.insert(call.id.clone(), recorded);
            }
            Event::AttemptFailed(failed) => {
                if let Some(call) = self.calls.get_mut(&failed.id) {
                    call.waits_for_server = failed.next.as_deref() == Some("after_outage");
                    if let Some(account) = &failed.account {
                        call.charge(&account.spent);
                    }
                }
            }
            Event::Settled(call) => {
                let recorded = self.calls.entry(call.id.clone()).or_insert(RecordedCall::NONE);
                recorded.outcome = Some(call.outcome.clone());
                recorded.cached = call.cached;
                recorded.cost = Some(call.cost);
                recorded.elapsed = call.elapsed;
                recorded.outage = match &call.outcome {
                    RecordedOutcome::Reply(_) => false,
                    // Journals of earlier releases only record that the last attempt was to be
                    // followed by another.
                    RecordedOutcome::Failed(error) => {
                        call.outage || (recorded.waits_for_server && error.kind != ModelErrorKind::Cancelled)
                    }
                    RecordedOutcome::Unissued(unissued) => unissued.error.is_some(),
                };
                recorded.attempts = call.attempts;
                if let Some(account) = &call.account {
                    // The account of a reply covers all its attempts.
                    recorded.spent = Some(account.spent);
                }
            }
            Event::Overrun(overrun) => {
                if let Some(call) = self.calls.get_mut(&overrun.id) {
                    call.overrun = Some(overrun.clone());
                }
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

    /// Returns which texts the journal stores in full.
    #[must_use]
    pub const fn texts(&self) -> JournalTexts {
        self.texts
    }

    /// Returns the recorded call with an id, if any.
    #[must_use]
    pub fn get(&self, id: &CallId) -> Option<&RecordedCall> {
        self.calls.get(id)
    }

    /// Returns the recorded host request with number `ordinal` in the program of a turn of a run,
    /// if any.
    #[must_use]
    pub fn request(&self, run: &RunPath, turn: u32, ordinal: u32) -> Option<&RecordedRequest> {
        self.requests.get(&(run.clone(), turn, ordinal))
    }

    /// Returns all recorded calls with their ids, in canonical order.
    pub fn iter(&self) -> impl Iterator<Item = (&CallId, &RecordedCall)> {
        self.calls.iter()
    }

    /// Returns the ids of the calls that were issued but never settled, in canonical order.
    pub fn in_doubt(&self) -> impl Iterator<Item = &CallId> {
        let open = self.calls.iter().filter(|(_, call)| call.outcome.is_none());
        open.map(|(id, _)| id)
    }

    /// Returns the number of recorded calls.
    #[must_use]
    pub fn len(&self) -> usize {
        self.calls.len()
    }

    /// Returns `true` if no call is recorded.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.calls.is_empty()
    }
}
