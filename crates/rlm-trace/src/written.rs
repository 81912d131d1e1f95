//! An index of a journal's existing events, for a resumed run. An event that the run repeats must
//! be equal to the recorded one and is not written again.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use rlm_model::CallId;

use crate::canonical::{Place, comparable, first_field, name_of};
use crate::{Difference, Event, JournalTexts, JsonObject, Record, RunNote, in_force};

/// The events of a journal that the resumed run has not repeated yet.
///
/// ```
/// use rlm_trace::{Met, RecordedRun, Written};
///
/// let run = RecordedRun::read("../../examples/recorded/reviews.jsonl")?;
/// let mut written = Written::of(&run.records);
/// let turn = &run.records[1].event;
/// assert_eq!(written.meet(turn), Met::Same);
/// assert_eq!(written.meet(turn), Met::New, "it stands there once");
/// # Ok::<(), rlm_trace::ReadError>(())
/// ```
#[derive(Debug, Default)]
pub struct Written {
    events: BTreeMap<Place, VecDeque<JsonObject>>,
    notes: BTreeSet<(String, Option<u32>, String, String)>,
    /// The ids of the calls that the program reached, according to the journal.
    reached: BTreeSet<CallId>,
    texts: JournalTexts,
}

/// The result of comparing an event that a resumed run is about to write with its journal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Met {
    /// The journal has no event at this position, so the event has to be written.
    New,
    /// The journal already holds an equal event, so it is not written again.
    Same,
    /// The journal holds a different event at this position. Holds the first difference.
    Otherwise(Difference),
}

impl Written {
    /// Indexes the events of a journal that are in force.
    pub fn of<'a>(records: impl IntoIterator<Item = &'a Record>) -> Self {
        let records = in_force(records);
        let mut written = Self {
            texts: JournalTexts::of(records.iter().copied()),
            ..Self::default()
        };
        for record in records {
            written.add(&record.event);
        }
        written
    }

    fn add(&mut self, event: &Event) {
        match event {
            Event::Note(note) => _ = self.notes.insert(key(note)),
            Event::Reached(call) => _ = self.reached.insert(call.id.clone()),
            Event::Issued(call) if !call.early => _ = self.reached.insert(call.id.clone()),
            Event::ChildStarted(child) if !child.early => _ = self.reached.insert(child.id.clone()),
            _ => {}
        }
        if let Some(place) = Self::place(event) {
            self.events.entry(place).or_default().push_back(comparable(event));
        }
    }

    /// Compares an event of the resumed run with the journal. A recorded event at the same position
    /// is marked as repeated.
    pub fn meet(&mut self, event: &Event) -> Met {
        let is_there = match event {
            Event::Note(note) => self.notes.contains(&key(note)),
            Event::Reached(call) => !self.reached.insert(call.id.clone()),
            _ => false,
        };
        if is_there {
            return Met::Same;
        }
        let Some(place) = Self::place(event) else {
            return Met::New;
        };
        let Some(then) = self.events.get_mut(&place).and_then(VecDeque::pop_front) else {
            return Met::New;
        };
        // An event that can't be withheld can't be written either. The write reports the error.
        let withheld = self.texts.withheld(event).ok().flatten();
        let now = comparable(withheld.as_ref().unwrap_or(event));
        if now == then {
            return Met::Same;
        }
        Met::Otherwise(Difference {
            index: 0,
            event: name_of(&then),
            field: first_field(&then, &now),
        })
    }

    /// Returns `true` if the program reached a call, according to the journal.
    #[must_use]
    pub fn is_reached(&self, id: &CallId) -> bool {
        self.reached.contains(id)
    }

    /// Returns the position of an event in the run, or `None` for an issued request. A repeated
    /// request is always new, and the earlier one is in doubt.
    fn place(event: &Event) -> Option<Place> {
        match event {
            Event::Issued(_) => None,
            event => Place::of(event),
        }
    }
}

fn key(note: &RunNote) -> (String, Option<u32>, String, String) {
    (
        note.run.to_string(),
        note.turn,
        note.code.to_string(),
        note.text.clone(),
    )
}
