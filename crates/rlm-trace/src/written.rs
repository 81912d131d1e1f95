//! What a journal holds already, for a run that goes on with it: what it does again is not written again, and must be the same.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use rlm_model::CallId;

use crate::canonical::{Place, comparable, first_field, name_of};
use crate::{Difference, Event, JournalTexts, JsonObject, Record, RunNote, in_force};

/// The events of a journal that the run that goes on with it has not come to again.
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
    /// The calls that the program came to.
    reached: BTreeSet<CallId>,
    texts: JournalTexts,
}

/// What is known of an event that is about to be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Met {
    /// It is new.
    New,
    /// It stands in the journal already.
    Same,
    /// Another one stands there in its place.
    Otherwise(Difference),
}

impl Written {
    /// Takes the events of a journal that still count.
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

    /// Looks for an event of the run, and takes it for come to if it is there.
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
        // What has no form without its texts can't be written, which is said where it is tried.
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

    /// Tells whether the program came to a call.
    #[must_use]
    pub fn is_reached(&self, id: &CallId) -> bool {
        self.reached.contains(id)
    }

    /// A request that is issued is always an event of its own: what was issued before is in doubt.
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
