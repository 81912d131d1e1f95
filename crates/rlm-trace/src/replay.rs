//! What a journal knows about each call: for replay, which answers from it, and for resume, which must not ask again.

use std::collections::BTreeMap;

use rlm_model::{CallId, Cost, ModelErrorKind, ModelIdentity, Money, RequestId, RunPath, Tokens};

use crate::{
    Event, HostAnswer, HostRequest, JournalTexts, Millis, Overrun, Record, RecordedOutcome, Reservation, in_force,
};

/// The recorded calls by their ids.
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

/// What a program asked of the host, as a journal holds it; see [`JournalTexts::request`].
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
    pub outcome: Option<RecordedOutcome>,
    /// True where a cache answered.
    pub cached: bool,
    /// What it cost; none where it is not settled.
    pub cost: Option<Cost>,
    /// True if it failed because its server was out for longer than the run waits.
    pub outage: bool,
    /// How long it took from its issue; none where it is not settled, and in journals that do not say.
    pub elapsed: Option<Millis>,
    /// The attempts that were made for it; journals of earlier releases do not say, and of a failed one in flight nobody knows.
    pub attempts: Option<u32>,
    /// What all its attempts were counted as, as far as the journal says; none where it does not.
    pub spent: Option<Reservation>,
    /// How it used more than was reserved, where it did.
    pub overrun: Option<Overrun>,
    /// What was reserved for its last request; none where it never got one.
    pub reserved: Option<Reservation>,
    /// How often it was issued before that, by processes that ended before they heard of it; `spent` counts what was reserved each time.
    pub in_doubt: u32,
    /// Whether the last request left before the program came to the call.
    pub early: bool,
    /// Whether its last attempt failed and the next one waits for the server's return.
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

    /// Counts what an attempt was charged.
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
    /// Indexes the calls of a journal, those left out that a resumed run took back. Of a call that was issued again after a resume, the
    /// last request counts.
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
                    // Journals of earlier releases say only that the last attempt was to be followed by another.
                    RecordedOutcome::Failed(error) => {
                        call.outage || (recorded.waits_for_server && error.kind != ModelErrorKind::Cancelled)
                    }
                    RecordedOutcome::Unissued(unissued) => unissued.error.is_some(),
                };
                recorded.attempts = call.attempts;
                if let Some(account) = &call.account {
                    // That of a reply is of all its attempts.
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

    /// Returns which texts the journal holds.
    #[must_use]
    pub const fn texts(&self) -> JournalTexts {
        self.texts
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
