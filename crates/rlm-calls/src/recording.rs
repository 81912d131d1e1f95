//! The recording of a run that is re-executed: to replay it, to resume it, or to fork it from one
//! of its turns.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use rlm_adapters::ReplayModel;
use rlm_model::{Call, CallId, Cost, ModelIdentity, Money, Position, RunPath};
use rlm_policy::{Limits, Overrun, Spend};
use rlm_prompt::Prompts;
use rlm_scheduler::{Known, Source};
use rlm_trace::{
    Event, HostAnswer, HostRequest, Millis, RecordedCall, RecordedOutcome, RecordedRequest, RecordedRun, ReplayIndex,
    Reservation, Unissued, unreached,
};

/// The policy for a tool call with effects if it is unknown whether it took effect before the run's
/// process ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum EffectsInDoubt {
    /// The tool is not called: the program gets a `CallFailed` of the kind `tool_in_doubt`.
    #[default]
    Failed,
    /// The tool is called again.
    Redone,
}

/// The purpose of a re-execution.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// Compares the run with its journal, which answers every call.
    Replay,
    /// Resumes the run. Calls that the journal does not hold are made.
    Resume(EffectsInDoubt),
    /// Forks the run from a turn of the root run.
    Fork {
        /// The turn, counted from 1.
        at: u32,
    },
}

/// The settings that change at a turn of the root run.
#[derive(Debug, Clone, Default)]
pub struct Override {
    /// The limits from that turn on, if they change.
    pub limits: Option<Limits>,
    /// The prompts from that turn on, if they change.
    pub prompts: Option<Prompts>,
    /// The tokens and money that were spent on discarded turns.
    pub spent: Spend,
}

/// The recorded data of a run that is re-executed.
pub struct Recording {
    purpose: Purpose,
    index: ReplayIndex,
    /// Compares calls with the recorded ones; `None` if the journal has no calls to compare with.
    asked: Option<ReplayModel>,
    overrides: BTreeMap<u32, Override>,
    /// All tool calls, including those of discarded turns, whose effects remain.
    tool_calls: BTreeMap<(RunPath, u32, u32), RecordedRequest>,
    /// The spending on calls that were issued early and never reached. For child runs, the spending
    /// of all their calls.
    unreached: BTreeMap<CallId, Spend>,
}

/// The recorded answer to a request of a program.
pub(crate) enum RecordedAnswer<'p> {
    /// No recorded answer applies, so the request is made.
    Nothing,
    /// The answer.
    Answer(&'p HostAnswer),
    /// The request was made, but its result is unknown.
    InDoubt(EffectsInDoubt),
}

/// The recorded outcome of a call.
pub(crate) enum PriorOutcome {
    /// No recorded outcome applies, so the call is made.
    Nothing,
    /// The call was issued this many times, and no result is recorded.
    InDoubt(u32),
    /// The call has ended with this recorded result.
    Ended(Box<Known>),
    /// The request differs from the recorded one in this way.
    Otherwise(String),
}

impl Recording {
    /// Reads a recorded run, with overrides keyed by the turn of the root run at which they apply.
    #[must_use]
    pub fn of(purpose: Purpose, recorded: &RecordedRun, mut overrides: BTreeMap<u32, Override>) -> Self {
        if purpose == Purpose::Replay {
            // The clock of the recorded run can't be replayed.
            for limits in overrides.values_mut().filter_map(|change| change.limits.as_mut()) {
                limits.seconds = None;
            }
        }
        let index = ReplayIndex::of(&recorded.records);
        Self {
            purpose,
            unreached: unreached_calls(recorded, &index, purpose),
            index,
            // A run may end before its first call.
            asked: ReplayModel::of(recorded.clone()).ok(),
            overrides,
            tool_calls: match purpose {
                Purpose::Resume(_) => tool_calls(recorded),
                Purpose::Replay | Purpose::Fork { .. } => BTreeMap::new(),
            },
        }
    }

    /// Returns the override at a turn of the root run.
    #[must_use]
    pub fn override_at(&self, turn: u32) -> Option<&Override> {
        self.overrides.get(&turn)
    }

    /// Returns the model of a call whose outcome is recorded.
    pub(crate) fn model_of(&self, id: &CallId) -> Option<&ModelIdentity> {
        let recorded = self.shared(id)?;
        recorded.outcome.as_ref().and(recorded.model.as_ref())
    }

    /// Returns `true` if the run is a replay, whose calls are all recorded.
    #[must_use]
    pub fn is_replay(&self) -> bool {
        self.purpose == Purpose::Replay
    }

    /// Returns `true` if the recording is in the journal that is being written.
    pub(crate) fn is_written(&self) -> bool {
        matches!(self.purpose, Purpose::Resume(_))
    }

    /// Returns the recorded outcome of a call that counts as `calls` sub-calls.
    pub(crate) fn outcome_of(&self, call: &Call, calls: u64) -> PriorOutcome {
        let Some(recorded) = self.shared(&call.id) else {
            return PriorOutcome::Nothing;
        };
        let outcome = match &recorded.outcome {
            None if self.is_written() && recorded.request_id.is_some() => {
                return PriorOutcome::InDoubt(recorded.in_doubt.saturating_add(1));
            }
            // A resumed run checks again whether the outage is over. A replay must end like the
            // recorded run.
            Some(RecordedOutcome::Unissued(Unissued { error: Some(error), .. })) if self.purpose == Purpose::Replay => {
                Err((**error).clone())
            }
            // The ledger refuses it again.
            None | Some(RecordedOutcome::Unissued(_)) => return PriorOutcome::Nothing,
            Some(RecordedOutcome::Reply(reply)) => Ok(Arc::new(reply.clone())),
            Some(RecordedOutcome::Failed(error)) => Err(error.clone()),
        };
        let compared = self.asked.as_ref().map_or(Ok(()), |asked| asked.compare(call));
        match (compared, self.purpose) {
            (Ok(()), Purpose::Fork { .. }) => PriorOutcome::Ended(Box::new(Known {
                outcome,
                outage: recorded.outage,
                sent: true,
                elapsed: elapsed(recorded),
                source: Source::Cache,
                attempts: 0,
                cost: Cost::Known(Money::ZERO),
                // The other run paid for it.
                spent: Spend::calls_only(calls),
                overrun: None,
            })),
            (Ok(()), Purpose::Replay | Purpose::Resume(_)) => PriorOutcome::Ended(Box::new(Known {
                outcome,
                outage: recorded.outage,
                sent: is_sent(recorded),
                elapsed: elapsed(recorded),
                source: match recorded.cached {
                    true => Source::Cache,
                    false => Source::Model,
                },
                attempts: recorded.attempts.unwrap_or(1),
                cost: recorded.cost.unwrap_or(Cost::Unknown),
                spent: spent(recorded, calls),
                overrun: recorded.overrun.as_ref().map(|overrun| Overrun {
                    call: call.id.clone(),
                    reserved: spend(&overrun.reserved, calls),
                    spent: spend(&overrun.used, calls),
                }),
            })),
            // The model that answers from the recording reports the difference.
            (Err(_), Purpose::Replay) => PriorOutcome::Nothing,
            (Err(error), Purpose::Resume(_) | Purpose::Fork { .. }) => PriorOutcome::Otherwise(error.message),
        }
    }

    /// Returns the recorded answer to a request.
    pub(crate) fn answer_to(&self, run: &RunPath, turn: u32, ordinal: u32, asked: &HostRequest) -> RecordedAnswer<'_> {
        let turn_of_root = run.0.first().map_or(turn, |position| position.turn);
        if self.purpose == Purpose::Replay || !self.is_shared(turn_of_root) {
            return RecordedAnswer::Nothing;
        }
        let of_tool = self.tool_calls.get(&(run.clone(), turn, ordinal));
        let recorded = self.index.request(run, turn, ordinal).or(of_tool);
        let asked = self.index.texts().request(asked);
        match (recorded.filter(|recorded| recorded.request == asked), self.purpose) {
            (
                Some(RecordedRequest {
                    answer: Some(answer), ..
                }),
                _,
            ) => RecordedAnswer::Answer(answer),
            (Some(_), Purpose::Resume(in_doubt)) => RecordedAnswer::InDoubt(in_doubt),
            (Some(_) | None, _) => RecordedAnswer::Nothing,
        }
    }

    /// Returns the recorded events, which answer every request, if the run is replayed; else
    /// `None`.
    pub(crate) fn index(&self) -> Option<&ReplayIndex> {
        (self.purpose == Purpose::Replay).then_some(&self.index)
    }

    /// Returns the spending on calls that were issued early in a turn and never reached. `again`
    /// lists the calls that the program has made again, which are counted separately.
    ///
    /// Whether such a call is issued depends on timing. In a re-execution, its cost stays spent.
    pub(crate) fn spent_in_vain(&self, run: &RunPath, turn: u32, again: &BTreeSet<Position>) -> Spend {
        let in_turn = self.unreached.iter().filter(|(id, _)| {
            id.run == *run
                && id.position.turn == turn
                && !again.contains(&id.position)
                && self.is_shared(turn_of_root(id))
        });
        in_turn.fold(Spend::default(), |sum, (_, spent)| sum.plus(*spent))
    }

    /// Returns the record of a call that this run shares with the recorded one.
    fn shared(&self, id: &CallId) -> Option<&RecordedCall> {
        self.index.get(id).filter(|_| self.is_shared(turn_of_root(id)))
    }

    fn is_shared(&self, turn_of_root: u32) -> bool {
        match self.purpose {
            Purpose::Replay | Purpose::Resume(_) => true,
            Purpose::Fork { at } => turn_of_root < at,
        }
    }
}

/// Returns all tool calls, keyed by run, turn and ordinal.
fn tool_calls(recorded: &RecordedRun) -> BTreeMap<(RunPath, u32, u32), RecordedRequest> {
    let mut calls: BTreeMap<_, RecordedRequest> = BTreeMap::new();
    for event in recorded.events() {
        match event {
            Event::Asked(asked) if matches!(asked.request, HostRequest::Tool { .. }) => {
                let request = RecordedRequest {
                    request: asked.request.clone(),
                    answer: None,
                };
                calls.insert((asked.run.clone(), asked.turn, asked.ordinal), request);
            }
            Event::Answered(answered) => {
                let place = (answered.run.clone(), answered.turn, answered.ordinal);
                if let Some(call) = calls.get_mut(&place) {
                    call.answer = Some(answered.answer.clone());
                }
            }
            _ => {}
        }
    }
    calls
}

/// Returns the calls that were issued early and never reached, with the spending counted for each.
fn unreached_calls(recorded: &RecordedRun, index: &ReplayIndex, purpose: Purpose) -> BTreeMap<CallId, Spend> {
    let unreached = unreached(&recorded.records);
    let of_call = |id: &CallId, call: &RecordedCall| {
        let calls = u64::from(!id.is_root_model());
        match (&call.outcome, purpose) {
            // The ledger refused it.
            (Some(RecordedOutcome::Unissued(_)), _) => Spend::default(),
            // The other run paid for it.
            (_, Purpose::Fork { .. }) => Spend::calls_only(calls),
            (Some(_), _) => spent(call, calls),
            (None, _) => {
                let last = call.reserved.map(|reserved| spend(&reserved, calls));
                let before = call.spent.map(|spent| spend(&spent, 0));
                last.unwrap_or_default().plus(before.unwrap_or_default())
            }
        }
    };
    let mut all = BTreeMap::new();
    for id in unreached {
        let own = index.get(&id).map(|call| of_call(&id, call));
        let spent = own.unwrap_or_else(|| {
            let run = id.child_run();
            let below = index.iter().filter(|(call, _)| call.run.0.starts_with(&run.0));
            // The start of a child run counts as a call.
            below.fold(Spend::calls_only(1), |sum, (id, call)| sum.plus(of_call(id, call)))
        });
        all.insert(id, spent);
    }
    all
}

/// Returns the turn of the root run that contains a call.
#[must_use]
pub fn turn_of_root(id: &CallId) -> u32 {
    id.run.0.first().unwrap_or(&id.position).turn
}

fn is_sent(recorded: &RecordedCall) -> bool {
    !matches!(recorded.outcome, Some(RecordedOutcome::Unissued(_)))
}

fn elapsed(recorded: &RecordedCall) -> Duration {
    recorded
        .elapsed
        .map_or(Duration::ZERO, |Millis(elapsed)| Duration::from_millis(elapsed))
}

/// Returns the spending that a finished call counts as.
fn spent(recorded: &RecordedCall, calls: u64) -> Spend {
    if !is_sent(recorded) {
        return Spend::default();
    }
    let counted = recorded.spent.map(|spent| spend(&spent, calls));
    counted.unwrap_or_else(|| match &recorded.outcome {
        Some(RecordedOutcome::Reply(reply)) if !recorded.cached => {
            Spend::of(calls, &reply.usage, recorded.cost.unwrap_or(Cost::Unknown))
        }
        _ => Spend::calls_only(calls),
    })
}

fn spend(reservation: &Reservation, calls: u64) -> Spend {
    let (cost, unpriced) = match reservation.cost {
        Cost::Known(cost) => (cost, 0),
        Cost::Unknown => (Money::ZERO, 1),
    };
    Spend {
        calls,
        input_tokens: reservation.input,
        output_tokens: reservation.output,
        cost,
        unpriced,
    }
}
