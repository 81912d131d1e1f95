//! The canonical form of a run: its events in sequential order, without times and other differences
//! between equal runs.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use rlm_model::{CallId, Digest, DigestBuilder, Position, RunPath};
use serde_json::Value;

use crate::{Event, JsonObject, Record, in_force};

/// A run's events in canonical order, without the fields that differ between equal runs.
///
/// The canonical form omits:
/// - times, the run's id and the release;
/// - whether a call was issued early, and failed attempts;
/// - whether a cache answered, prices, and the reservations, costs and totals that follow from
///   them;
/// - which parts of the context programs scanned, which pieces messages hold, how many calls a
///   program made together, and which quotes were found: earlier releases don't record these, and later ones may record them more precisely;
/// - notes and events of unknown kinds;
/// - calls that were issued early and that the program never reached, with all that they started;
/// - the first request of a call that was issued twice;
/// - the lines that a resumed run discarded, and that it was resumed.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Canonical {
    /// The events of the run in canonical order, as JSON objects with their `kind`.
    pub events: Vec<JsonObject>,
}

/// Returns the canonical form of a journal's events.
///
/// ```
/// # use rlm_model::RunPath;
/// # use rlm_trace::{Event, Journal, JournalOptions, StepKind, TurnStarted, WriteError, canonical};
/// # let turn = |turn| Event::TurnStarted(TurnStarted { run: RunPath::default(), turn, step: StepKind::RootCall });
/// # let run = |turns: &[u32]| {
/// #     let journal = Journal::in_memory(JournalOptions::default());
/// #     turns.iter().try_for_each(|number| journal.write(turn(*number)).map(drop))?;
/// #     Ok::<_, WriteError>(journal.records().unwrap_or_default())
/// # };
/// // The same events at other times; and a run that went on.
/// let (first, again, longer) = (run(&[1, 2])?, run(&[1, 2])?, run(&[1, 2, 3])?);
/// let first = canonical(first.iter().map(|record| &**record));
/// assert_eq!(first, canonical(again.iter().map(|record| &**record)));
///
/// let difference = first.first_difference(&canonical(longer.iter().map(|record| &**record)));
/// assert_eq!(difference.map(|difference| difference.event).as_deref(), Some("turn_started 3"));
/// # Ok::<(), WriteError>(())
/// ```
pub fn canonical<'a>(records: impl IntoIterator<Item = &'a Record>) -> Canonical {
    let records: Vec<&Record> = in_force(records);
    let lost = unreached(records.iter().copied());
    let events: Vec<&Event> = records.iter().map(|record| &record.event).collect();
    let mut placed: Vec<(Place, &Event)> = Vec::new();
    let mut calls: BTreeMap<Place, &Event> = BTreeMap::new();
    for event in events {
        let Some(place) = Place::of(event).filter(|_| !belongs_to_any(event, &lost)) else {
            continue;
        };
        // A call occurs once, with its last request. Other events at the same place keep the order
        // in which they were written.
        if event.call().is_some() {
            calls.insert(place, event);
        } else {
            placed.push((place, event));
        }
    }
    placed.extend(calls);
    placed.sort_by(|(a, _), (b, _)| a.cmp(b));
    Canonical {
        events: placed.into_iter().map(|(_, event)| comparable(event)).collect(),
    }
}

impl Canonical {
    /// Returns the digest of the canonical events. Equal runs have equal digests.
    #[must_use]
    pub fn digest(&self) -> Digest {
        let mut digest = DigestBuilder::new("rlm canonical journal 1");
        for event in &self.events {
            digest.field(Value::Object(event.clone()).to_string().as_bytes());
        }
        digest.finish()
    }

    /// Returns the first difference between two runs, or `None` if they are equal. It is the first
    /// event that differs or that only one of the runs has.
    #[must_use]
    pub fn first_difference(&self, other: &Self) -> Option<Difference> {
        let longest = self.events.len().max(other.events.len());
        (0..longest).find_map(|index| {
            let (left, right) = (self.events.get(index), other.events.get(index));
            if left == right {
                return None;
            }
            match (left, right) {
                (Some(left), Some(right)) if name_of(left) == name_of(right) => Some(Difference {
                    index,
                    event: name_of(left),
                    field: first_field(left, right),
                }),
                (left, right) => {
                    let only_right =
                        |event: &&JsonObject| !self.events.iter().any(|left| name_of(left) == name_of(event));
                    let shown = right.filter(only_right).or(left).or(right)?;
                    Some(Difference {
                        index,
                        event: name_of(shown),
                        field: None,
                    })
                }
            }
        })
    }
}

/// The first difference between the canonical events of two runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// The index, in canonical order, of the first event that differs.
    pub index: usize,
    /// The event that differs, as its kind and position, such as `settled 2.1.0`.
    pub event: String,
    /// The path of the first field that differs, such as `outcome.reply.text`. `None` if only one
    /// run has the event.
    pub field: Option<String>,
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the runs diverge at {}", self.event)?;
        match &self.field {
            Some(field) => write!(f, " ({field})"),
            None => write!(f, " (only in one of them)"),
        }
    }
}

/// The position of an event in the sequential order of a run. It has one step for each ancestor run
/// of the event's run, then one for the event itself.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Place(Vec<Step>);

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Step {
    turn: u32,
    phase: Phase,
    ordinal: u32,
    index: u32,
    moment: Moment,
}

/// The phases of a turn of a run, in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Phase {
    Changed,
    Start,
    Compacted,
    RootCall,
    Check,
    SubCall,
    HostRequest,
    Ran,
    Limit,
    Final,
    Observation,
    SourceRead,
    Outcome,
}

/// The events of a model call, in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Moment {
    Issued,
    ChildRun,
    Settled,
}

impl Place {
    /// Returns the sequential position of an event, or `None` for an event that the canonical form
    /// omits.
    pub(crate) fn of(event: &Event) -> Option<Self> {
        let own = match event {
            Event::RunStarted(_) => Step::of(0, Phase::Start),
            Event::TurnStarted(event) => Step::of(event.turn, Phase::Start),
            Event::Changed(event) => Step::of(event.turn, Phase::Changed),
            Event::Compacted(event) => Step::of(event.turn, Phase::Compacted),
            Event::Issued(event) => Step::call(event.id.position, Moment::Issued),
            Event::Settled(event) => Step::call(event.id.position, Moment::Settled),
            Event::ChildStarted(event) => Step::call(event.id.position, Moment::Issued),
            Event::Asked(event) => Step::request(event.turn, event.ordinal, Moment::Issued),
            Event::Answered(event) => Step::request(event.turn, event.ordinal, Moment::Settled),
            Event::ProgramChecked(event) => Step::of(event.turn, Phase::Check),
            Event::ProgramRan(event) => Step::of(event.turn, Phase::Ran),
            Event::Limit(event) => Step::of(event.turn, Phase::Limit),
            Event::Final(event) => Step::of(event.turn, Phase::Final),
            Event::Observation(event) => Step::of(event.turn, Phase::Observation),
            Event::SourceRead(event) => Step {
                ordinal: event.source,
                ..Step::of(u32::MAX, Phase::SourceRead)
            },
            Event::Outcome(_) => Step::of(u32::MAX, Phase::Outcome),
            Event::Resumed(_)
            | Event::AttemptFailed(_)
            | Event::Reached(_)
            | Event::Overrun(_)
            | Event::Note(_)
            | Event::Unknown(_) => {
                return None;
            }
        };
        let path = event.run()?;
        let above = path.0.iter().map(|position| Step::call(*position, Moment::ChildRun));
        Some(Self(above.chain([own]).collect()))
    }
}

impl Step {
    fn of(turn: u32, phase: Phase) -> Self {
        Self {
            turn,
            phase,
            ordinal: 0,
            index: 0,
            moment: Moment::Issued,
        }
    }

    const fn request(turn: u32, ordinal: u32, moment: Moment) -> Self {
        Self {
            turn,
            phase: Phase::HostRequest,
            ordinal,
            index: 0,
            moment,
        }
    }

    fn call(position: Position, moment: Moment) -> Self {
        let phase = if position.ordinal == 0 {
            Phase::RootCall
        } else {
            Phase::SubCall
        };
        Self {
            turn: position.turn,
            phase,
            ordinal: position.ordinal,
            index: position.index,
            moment,
        }
    }
}

/// Returns the calls that were issued early, by speculative execution, and that the program never
/// reached. A sequential run does not make such calls.
///
/// ```
/// # use rlm_trace::{Event, Journal, JournalOptions, RecordedRun, unreached};
/// # let path = "../../examples/recorded/reviews.jsonl";
/// // A call that left before the program came to it, and then nothing more.
/// let journal = Journal::in_memory(JournalOptions::default());
/// for mut event in RecordedRun::read(path)?.events().take(6).cloned() {
///     if let Event::Issued(issued) = &mut event {
///         issued.early = issued.id == "1.1.0".parse()?;
///     }
///     journal.write(event)?;
/// }
/// let records = journal.records().unwrap_or_default();
/// assert_eq!(unreached(records.iter().map(|record| &**record)), ["1.1.0".parse()?].into());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn unreached<'a>(records: impl IntoIterator<Item = &'a Record>) -> BTreeSet<CallId> {
    let (mut lost, mut reached) = (BTreeSet::new(), BTreeSet::new());
    for record in records {
        match &record.event {
            Event::Issued(call) if call.early => {
                lost.insert(call.id.clone());
            }
            Event::ChildStarted(child) if child.early => {
                lost.insert(child.id.clone());
            }
            Event::Issued(call) => {
                lost.remove(&call.id);
            }
            Event::Reached(call) => {
                reached.insert(call.id.clone());
            }
            _ => {}
        }
    }
    // A resumed run may issue a call again long after it was reached.
    lost.retain(|id| !reached.contains(id));
    lost
}

/// Returns `true` if an event is about one of the model calls in `calls`, or about a run that one
/// of them started.
pub(crate) fn belongs_to_any(event: &Event, calls: &BTreeSet<CallId>) -> bool {
    if calls.is_empty() {
        return false;
    }
    let started_by = |path: &RunPath| {
        let mut above = RunPath::default();
        path.0.iter().any(|&position| {
            let call = CallId {
                run: above.clone(),
                position,
            };
            above.0.push(position);
            calls.contains(&call)
        })
    };
    event.call().is_some_and(|id| calls.contains(id)) || event.run().is_some_and(started_by)
}

/// Returns the event's JSON for comparisons, without the fields that differ between equal runs.
pub(crate) fn comparable(event: &Event) -> JsonObject {
    let accidental: &[&str] = match event {
        Event::RunStarted(_) => &["run", "rlm", "started", "host", "forked"],
        Event::Issued(_) => &["early", "batch", "reserved", "pieces"],
        Event::ChildStarted(_) => &["early", "batch", "pieces"],
        Event::Settled(_) => &["cached", "cost", "elapsed", "attempts", "account", "outage"],
        Event::ProgramRan(_) => &["scanned"],
        Event::Answered(_) => &["elapsed"],
        Event::Final(_) => &["quotes"],
        // The wording of a note, a limit or an end may change between releases. Codes, names,
        // numbers and the answer are compared.
        Event::Note(_) => &["text"],
        Event::Limit(_) => &["message"],
        Event::Outcome(_) => &["totals", "message"],
        _ => &[],
    };
    let mut fields = match serde_json::to_value(event) {
        Ok(Value::Object(fields)) => fields,
        // Every event is an object. An event that can't be serialized would not be in a journal.
        Ok(_) | Err(_) => JsonObject::new(),
    };
    for field in accidental {
        fields.shift_remove(*field);
    }
    fields
}

/// Returns the display name of an event, made of its kind and its position: `settled 2.1.0`,
/// `program_ran 2`, `asked 2 #1`.
pub(crate) fn name_of(event: &JsonObject) -> String {
    let text = |field: &str| {
        event
            .get(field)
            .map(|value| value.as_str().map_or(value.to_string(), str::to_owned))
    };
    let place = match (text("id"), text("run"), text("turn")) {
        (Some(id), ..) => Some(id),
        (None, Some(run), Some(turn)) => Some(format!("{run}/{turn}")),
        (None, run, turn) => run.or(turn),
    };
    let kind = text("kind").unwrap_or_default();
    let ordinal = text("ordinal")
        .map(|ordinal| format!(" #{ordinal}"))
        .unwrap_or_default();
    place.map_or(kind.clone(), |place| format!("{kind} {place}{ordinal}"))
}

/// Returns the path of the first field in which two JSON objects differ.
pub(crate) fn first_field(left: &JsonObject, right: &JsonObject) -> Option<String> {
    let mut path = String::new();
    let (mut left, mut right) = (left, right);
    loop {
        let name = left
            .keys()
            .chain(right.keys())
            .find(|name| left.get(*name) != right.get(*name))?;
        if !path.is_empty() {
            path.push('.');
        }
        path.push_str(name);
        match (left.get(name), right.get(name)) {
            (Some(Value::Object(inner_left)), Some(Value::Object(inner_right))) => {
                (left, right) = (inner_left, inner_right);
            }
            _ => return Some(path),
        }
    }
}
