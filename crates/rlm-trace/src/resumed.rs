//! The journal lines that a resumed run discards, and those that remain in force.
//!
//! A run can be resumed after it has ended: with higher limits, after an outage, or after a user
//! stopped it. The lines about that end stay in the journal, which is append-only. The `resumed`
//! event lists these lines, and every view of the run skips them. Their cost still counts.

use std::collections::{BTreeMap, BTreeSet};

use rlm_model::{CallId, RunPath};

use crate::canonical::belongs_to_any;
use crate::{Event, ProgramEnd, Record, RecordedOutcome, unreached};

/// Returns the journal records in force: all except those that a resumed run discarded.
///
/// ```
/// use rlm_trace::{Event, Journal, JournalOptions, RecordedRun, Resumed, in_force};
///
/// // A run that a limit ended, gone on with: its end is taken back.
/// let run = RecordedRun::read("../../examples/recorded/nodes.jsonl")?;
/// let journal = Journal::in_memory(JournalOptions::default());
/// for event in run.events() {
///     journal.write(event.clone())?;
/// }
/// let end = run.records.len() as u64;
/// journal.write(Event::Resumed(Box::new(Resumed {
///     rlm: "0.1.0".into(),
///     started: None,
///     in_doubt: Vec::new(),
///     taken_back: vec![end],
///     change: None,
/// })))?;
/// let records = journal.records().unwrap_or_default();
/// let lines: Vec<u64> = in_force(records.iter().map(|record| &**record)).iter().map(|record| record.line).collect();
/// assert!(!lines.contains(&end) && lines.contains(&(end + 1)));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn in_force<'a>(records: impl IntoIterator<Item = &'a Record>) -> Vec<&'a Record> {
    let mut records: Vec<&Record> = records.into_iter().collect();
    let taken_back: BTreeSet<u64> = records
        .iter()
        .filter_map(|record| match &record.event {
            Event::Resumed(resumed) => Some(resumed.taken_back.iter().copied()),
            _ => None,
        })
        .flatten()
        .collect();
    if !taken_back.is_empty() {
        records.retain(|record| !taken_back.contains(&record.line));
    }
    records
}

/// Under which condition a resumed run discards the effects of a limit that the root run hit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DiscardExtent {
    /// Discards the effects of a limit only if the run has ended because of it. For a run that is
    /// resumed with the same limits.
    EndsAlone,
    /// Discards the effects of a limit even if the process ended before the run did. For a run that
    /// is resumed with changed limits.
    Limits,
}

/// Returns, in order, the numbers of the journal lines that a resumed run discards.
///
/// The lines always include the effects of a time limit, a cancellation or an outage: stopped
/// calls, stopped programs and the outcome. If the root model has not replied in the last turn,
/// they also include the whole turn or the request for a best-effort answer.
///
/// ```
/// use rlm_trace::{RecordedRun, DiscardExtent, discarded_lines};
///
/// // A run that its limit of steps ended with a best answer: going on takes back its end.
/// let run = RecordedRun::read("../../examples/recorded/nodes.jsonl")?;
/// let lines = discarded_lines(&run.records, DiscardExtent::EndsAlone);
/// assert_eq!(lines.last(), run.records.last().map(|record| &record.line));
/// # Ok::<(), rlm_trace::ReadError>(())
/// ```
pub fn discarded_lines<'a>(records: impl IntoIterator<Item = &'a Record>, extent: DiscardExtent) -> Vec<u64> {
    let records = in_force(records);
    let begin = records.iter().rposition(|record| is_root_observation(&record.event));
    let tail = records.get(begin.map_or(0, |at| at + 1)..).unwrap_or_default();
    let ended = tail.iter().any(|record| record.event.ends_the_run());
    let has_limit = tail
        .iter()
        .any(|record| matches!(&record.event, Event::Limit(limit) if limit.run == RunPath::default()));
    let turn = tail.iter().find_map(|record| match &record.event {
        Event::TurnStarted(turn) if turn.run == RunPath::default() => Some(turn.turn),
        _ => None,
    });
    let has_reply = turn.is_some_and(|turn| tail.iter().any(|record| is_reply_of_root(&record.event, turn)));
    let whole_tail = !has_reply && (ended || (has_limit && extent == DiscardExtent::Limits));
    let ends = Ends::of(&records, ended);
    let is_taken_back = |record: &&&Record| match &record.event {
        Event::RunStarted(_) | Event::Resumed(_) => false,
        _ if whole_tail && tail.iter().any(|of_tail| of_tail.line == record.line) => true,
        event => ends.holds(event),
    };
    records.iter().filter(is_taken_back).map(|record| record.line).collect()
}

fn is_root_observation(event: &Event) -> bool {
    matches!(event, Event::Observation(observation) if observation.run == RunPath::default())
}

fn is_reply_of_root(event: &Event, turn: u32) -> bool {
    matches!(event, Event::Settled(settled) if settled.id == CallId::root(turn, 0, 0) && settled.outcome.reply().is_some())
}

/// The calls and programs in a journal that were stopped from outside: by a user, the time limit or
/// an outage.
struct Ends {
    /// Whether the root run has an outcome in the journal.
    ended: bool,
    outages: BTreeSet<CallId>,
    /// The calls that were issued early and that no program reached. Stopping such calls is normal.
    unreached: BTreeSet<CallId>,
    /// The first turn of each run whose result depends on a stopped call or program.
    spoiled: BTreeMap<RunPath, u32>,
}

impl Ends {
    fn of(records: &[&Record], ended: bool) -> Self {
        let mut ends = Self {
            ended,
            outages: outages(records),
            unreached: unreached(records.iter().copied()),
            spoiled: BTreeMap::new(),
        };
        for record in records {
            if !ends.stops(&record.event) {
                continue;
            }
            if let (Some(run), Some(turn)) = (record.event.run(), record.event.turn()) {
                ends.spoil(run, turn);
            }
            for (level, position) in record.event.run().iter().flat_map(|run| run.0.iter().enumerate()) {
                let above = record.event.run().and_then(|run| run.0.get(..level));
                ends.spoil(&RunPath(above.unwrap_or_default().to_vec()), position.turn);
            }
        }
        ends
    }

    fn spoil(&mut self, run: &RunPath, turn: u32) {
        let first = self.spoiled.entry(run.clone()).or_insert(turn);
        *first = turn.min(*first);
    }

    /// Returns `true` if an event reports that a call or program was stopped from outside, or
    /// depends on such a stop.
    fn holds(&self, event: &Event) -> bool {
        if belongs_to_any(event, &self.unreached) {
            return false;
        }
        let spoiled = event.run().and_then(|run| self.spoiled.get(run));
        let is_of_spoiled = match (spoiled, event.turn()) {
            (Some(first), Some(turn)) if turn == *first => matches!(
                event,
                Event::ProgramRan(_) | Event::Limit(_) | Event::Final(_) | Event::Observation(_)
            ),
            (Some(first), Some(turn)) => turn > *first,
            // A child run's outcome depends on its turns.
            (Some(_), None) => matches!(event, Event::Outcome(_)),
            (None, _) => false,
        };
        is_of_spoiled
            || self.stops(event)
            || match event {
                Event::Outcome(outcome) => outcome.run == RunPath::default(),
                Event::Final(value) => self.ended && value.run == RunPath::default(),
                Event::SourceRead(_) => self.ended,
                _ => false,
            }
    }

    /// Returns `true` if an event itself reports that a call, program or run was stopped from
    /// outside.
    fn stops(&self, event: &Event) -> bool {
        if belongs_to_any(event, &self.unreached) {
            return false;
        }
        match event {
            Event::Settled(settled) => {
                let is_outage = settled.outage || self.outages.contains(&settled.id);
                settled.outcome.is_stopped() || (is_outage && matches!(settled.outcome, RecordedOutcome::Failed(_)))
            }
            Event::ProgramRan(ran) => ran.end == ProgramEnd::Cancelled,
            Event::Limit(limit) => limit.name == "DeadlineExceeded",
            Event::Outcome(outcome) => {
                outcome.run != RunPath::default() && matches!(outcome.outcome.as_str(), "cancelled" | "timeout")
            }
            _ => false,
        }
    }
}

/// Returns the calls whose last recorded attempt was to be retried after a server outage. Journals
/// of earlier releases don't record how such a call ended.
fn outages(records: &[&Record]) -> BTreeSet<CallId> {
    let mut last: BTreeMap<&CallId, bool> = BTreeMap::new();
    for record in records {
        if let Event::AttemptFailed(failed) = &record.event {
            last.insert(&failed.id, failed.next.as_deref() == Some("after_outage"));
        }
    }
    last.into_iter()
        .filter(|(_, is_outage)| *is_outage)
        .map(|(id, _)| id.clone())
        .collect()
}
